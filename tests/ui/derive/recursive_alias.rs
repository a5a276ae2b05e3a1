//! A struct without names of fields is an alias in OCaml, which cannot contain itself.
use bactrian::{FromValue, ToValue};

#[derive(FromValue)]
struct Forest(Vec<Forest>);

#[derive(ToValue)]
struct Chain(u8, Option<Box<Self>>);

#[derive(ToValue)]
struct Generic<T>(T, Option<Box<Generic<T>>>);

fn main() {}
