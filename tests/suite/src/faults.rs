//! What goes wrong where nothing should: panics in code that runs while something is made or dropped,
//! and recursions without end.

use std::collections::VecDeque;
use std::hint::black_box;

use bactrian::{
    ConversionError, Exception, FromValue, Fun, Root, Runtime, ToValue, TypeExpr, Value,
};

use crate::errors::Guard;

/// Panics when it is made, among others that are not.
struct Unmade(bool);

impl ToValue for Unmade {
    const TYPE: TypeExpr = TypeExpr::named("int");

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        assert!(!self.0, "not to be made");
        Value::new(rt, &7_isize).any()
    }
}

impl<'gc> FromValue<'gc> for Unmade {
    const TYPE: TypeExpr = TypeExpr::named("int");

    fn from_value(_: Value<'gc>) -> Result<Self, ConversionError> {
        Ok(Unmade(false))
    }
}

/// A list of so many, and one that panics; beside something that is to be dropped.
#[bactrian::func]
fn unmade(before: usize) -> (Vec<String>, VecDeque<Unmade>) {
    let mut all: VecDeque<Unmade> = (0..before).map(|_| Unmade(false)).collect();
    all.push_back(Unmade(true));
    (vec!["a text".repeat(10); before], all)
}

/// The argument of a callback is one that panics.
#[bactrian::func]
fn unmade_argument(
    rt: &mut Runtime,
    f: Root<Fun<(Unmade,), isize>>,
    fails: bool,
) -> Result<isize, Exception> {
    let _guard = Guard::new();
    f.call(rt, (Unmade(fails),))
}

/// A result that panics when it is dropped, which is after it was made a value.
struct Undropped {
    panics: bool,
    _guard: Guard,
}

impl ToValue for Undropped {
    const TYPE: TypeExpr = TypeExpr::named("int");

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        Value::new(rt, &8_isize).any()
    }
}

impl Drop for Undropped {
    fn drop(&mut self) {
        assert!(!self.panics, "not to be dropped");
    }
}

#[bactrian::func]
fn undropped(panics: bool) -> Undropped {
    Undropped {
        panics,
        _guard: Guard::new(),
    }
}

#[bactrian::func]
fn undropped_among_others() -> Vec<Undropped> {
    (0..10).map(|i| undropped(i == 5)).collect()
}

/// Calls itself until something stops it.
#[expect(unconditional_recursion, reason = "it is to use up the stack")]
fn deeper(n: usize) -> usize {
    let local = black_box([n; 64]);
    deeper(n + 1) + local[n % 64]
}

#[bactrian::func]
fn recursion_without_end() -> usize {
    deeper(0)
}

/// Calls OCaml code that calls this.
#[bactrian::func]
fn recursion_through(
    rt: &mut Runtime,
    f: Root<Fun<(isize,), isize>>,
    n: isize,
) -> Result<isize, Exception> {
    let _guard = Guard::new();
    f.call(rt, (n + 1,)).map(|n| n + 1)
}

/// What a recursion of OCaml code alone is to Rust, which called it.
#[bactrian::func]
fn recursion_in_ocaml(rt: &mut Runtime, f: Root<Fun<(isize,), isize>>) -> String {
    let _guard = Guard::new();
    match f.call(rt, (0,)) {
        Ok(n) => n.to_string(),
        Err(exception) => exception.name().to_string(),
    }
}
