//! A static outlives every borrow of the runtime.
use bactrian::{Runtime, ToValue, Value};
use std::cell::Cell;

thread_local! {
    static KEPT: Cell<Option<Value<'static>>> = const { Cell::new(None) };
}

fn keep(rt: &Runtime) {
    KEPT.set(Some("kept".to_value(rt)));
}

fn main() {}
