//! A function that must not raise takes and returns only what cannot fail.
use bactrian::Runtime;

#[bactrian::func(noalloc)]
fn reads(x: &str) -> usize {
    x.len()
}

#[bactrian::func(noalloc)]
fn checks(x: u8) -> isize {
    x.into()
}

#[bactrian::func(noalloc)]
fn makes(x: isize) -> String {
    x.to_string()
}

#[bactrian::func(noalloc)]
fn touches(_rt: &Runtime) {}

fn main() {}
