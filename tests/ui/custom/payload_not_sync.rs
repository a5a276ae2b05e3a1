//! Two domains may read a value at the same time.
use bactrian::Custom;
use std::cell::Cell;

#[derive(Custom)]
#[ocaml(mutable)]
struct Counter(Cell<u8>);

fn main() {}
