//! In bytecode, the first backtrace is looked up in tables that the runtime reads into its heap.
use bactrian::{Backtrace, Exception, Runtime, ToValue, Value};

fn stale(rt: &mut Runtime, exception: &Exception) -> (Backtrace, usize) {
    let text: Value = "text".to_value(rt);
    let backtrace = exception.backtrace(rt);
    (backtrace, text.as_str().unwrap().len())
}

fn main() {}
