//! Labels that cannot be, each where it is.
use bactrian::Runtime;

#[bactrian::func]
fn no_name(#[label] (a, b): (isize, isize)) -> isize {
    a + b
}

#[bactrian::func]
fn both(#[label] #[optional] x: Option<isize>, _: ()) {
    let _ = x;
}

#[bactrian::func]
fn last(x: isize, #[optional] width: Option<isize>) -> isize {
    width.unwrap_or(x)
}

#[bactrian::func]
fn runtime(#[label] _rt: &Runtime) {}

#[bactrian::func]
fn no_option(#[optional] x: isize, y: isize) -> isize {
    x + y
}

fn main() {}
