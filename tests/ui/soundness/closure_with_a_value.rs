//! A closure that holds, takes or returns what lives no longer than a call.

use bactrian::{Function, Runtime, ToValue, Value};

#[bactrian::func]
fn takes() -> Function<(&'static str,), isize> {
    Function::new(|_: &mut Runtime, _: &'static str| 1)
}

#[bactrian::func]
fn returns() -> Function<(isize,), Value<'static>> {
    Function::new(|rt: &mut Runtime, n: isize| n.to_value(rt))
}

#[bactrian::func]
fn holds(value: Value<'_>) -> Function<(), bool> {
    Function::new(move |_: &mut Runtime| value.is_int())
}

fn main() {}
