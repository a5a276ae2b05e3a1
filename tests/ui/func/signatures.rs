//! What cannot be called from OCaml.
use bactrian::Runtime;

#[bactrian::func]
async fn waits(x: isize) -> isize {
    x
}

#[bactrian::func]
unsafe fn trusts(x: isize) -> isize {
    x
}

#[bactrian::func]
extern "C" fn c(x: isize) -> isize {
    x
}

#[bactrian::func]
fn anything(x: impl Sized) {
    drop(x)
}

#[bactrian::func]
fn constant<const N: usize>(x: [isize; N]) -> isize {
    x[0]
}

#[bactrian::func]
fn two(_a: &Runtime, _b: &mut Runtime) {}

struct NotAFunction;

impl NotAFunction {
    #[bactrian::func]
    fn method(&self) {}
}

fn main() {}
