//! The token says that *this* thread holds the runtime.
use bactrian::{Runtime, ToValue};

fn share(rt: &Runtime) {
    std::thread::scope(|scope| {
        scope.spawn(|| println!("{:?}", 1isize.to_value(rt)));
    });
}

fn send(rt: &mut Runtime) {
    std::thread::scope(|scope| {
        scope.spawn(move || rt.poll());
    });
}

fn main() {}
