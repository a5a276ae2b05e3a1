//! Another thread does not hold the runtime.
use bactrian::{Runtime, ToValue};

fn send(rt: &Runtime) {
    let value = "mine".to_value(rt);
    std::thread::scope(|scope| {
        scope.spawn(move || println!("{value:?}"));
    });
}

fn main() {}
