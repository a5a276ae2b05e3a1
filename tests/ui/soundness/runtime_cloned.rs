//! There is no second token: what it would move, the first one protects.
use bactrian::{Runtime, ToValue};

fn two(rt: &mut Runtime) {
    let second = rt.clone();
    let value = "stale".to_value(&second);
    rt.poll().unwrap();
    println!("{value:?}");
}

fn main() {}
