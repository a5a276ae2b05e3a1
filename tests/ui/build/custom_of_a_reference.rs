//! A value that stays Rust's cannot be OCaml's.
use bactrian::Custom;
use std::rc::Rc;

#[derive(Custom)]
struct Counter(u8);

static COUNTER: Counter = Counter(0);

#[bactrian::func]
fn by_reference() -> &'static Counter {
    &COUNTER
}

#[bactrian::func]
fn by_rc() -> Rc<Counter> {
    Rc::new(Counter(0))
}

fn main() {}
