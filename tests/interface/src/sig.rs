//! Types given by hand.

use bactrian::{FromValue, ToValue, Value};

/// Kept abstract.
#[derive(FromValue, ToValue)]
#[sig("private int")]
pub struct Handle(usize);

#[bactrian::func]
#[sig("int -> handle")]
fn handle(n: usize) -> Handle {
    Handle(n)
}

#[bactrian::func]
#[sig("'a -> 'a -> 'a")]
fn either<'gc>(a: Value<'gc>, _b: Value<'gc>) -> Value<'gc> {
    a
}

#[bactrian::func(sig = "handle -> int")]
fn handle_number(handle: Handle) -> usize {
    handle.0
}
