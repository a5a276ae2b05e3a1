//! `poll` takes the runtime exclusively: it may move everything.
use bactrian::{List, Runtime, Value};

fn stale(rt: &mut Runtime) {
    let list: Value<List<isize>> = List::empty(rt);
    rt.poll().unwrap();
    println!("{}", list.iter().count());
}

fn main() {}
