//! A value cannot leave the closure that has the runtime.
use bactrian::{Runtime, ToValue};

fn with_runtime<R>(f: impl FnOnce(&mut Runtime) -> R) -> R {
    let _ = f;
    unimplemented!()
}

fn main() {
    let value = with_runtime(|rt| "out".to_value(rt));
    println!("{value:?}");
}
