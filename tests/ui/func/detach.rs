//! A function that runs without the runtime takes and returns what is Rust's.
use bactrian::{Runtime, Value};

#[bactrian::func(detach)]
fn borrows_text(text: &str) -> usize {
    text.len()
}

#[bactrian::func(detach)]
fn borrows_bytes(n: usize, bytes: &mut [u8]) {
    bytes.fill(n as u8);
}

#[bactrian::func(detach)]
fn borrows_within(pair: (isize, Option<&str>)) -> isize {
    pair.0
}

#[bactrian::func(detach)]
fn holds_value(value: Value<'_, String>) -> bool {
    drop(value);
    true
}

#[bactrian::func(detach)]
fn has_runtime(rt: &mut Runtime) {
    rt.poll().unwrap();
}

#[bactrian::func(detach, rt)]
fn names_runtime(n: isize) -> isize {
    rt.poll().unwrap();
    n
}

#[bactrian::func(detach, noalloc)]
fn never_allocates(n: isize) -> isize {
    n
}

#[bactrian::func(detach = true)]
fn with_a_value(n: isize) -> isize {
    n
}

fn main() {}
