//! `Vec<u8>` is `bytes`, but in a generic type OCaml sees `int array`.
use bactrian::{FromValue, ToValue};

#[derive(FromValue, ToValue)]
struct Rows<T> {
    rows: Vec<Option<Vec<T>>>,
}

#[bactrian::func]
fn read(rows: Rows<u8>) -> usize {
    rows.rows.len()
}

#[bactrian::func]
fn made() -> Rows<u8> {
    Rows { rows: vec![] }
}

fn main() {}
