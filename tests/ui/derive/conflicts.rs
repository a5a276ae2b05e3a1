// Attributes that do not go together.
use std::marker::PhantomData;

use bactrian::{FromValue, ToValue};

#[derive(FromValue)]
#[ocaml(unboxed, polymorphic, deriving = "show, (")]
struct Two {
    #[ocaml(as = int, with = module)]
    a: i64,
    #[ocaml(skip, name = "c")]
    b: i64,
    c: PhantomData<u8>,
    #[ocaml(mutable)]
    d: i64,
}

#[derive(ToValue)]
#[ocaml(unboxed)]
struct Newtype(#[ocaml(name = "x", mutable)] i64);

#[derive(ToValue)]
#[ocaml(unboxed)]
struct Cell {
    #[ocaml(mutable)]
    contents: i64,
}

#[derive(ToValue)]
#[ocaml(unboxed)]
enum TwoVariants {
    A(i64),
    #[ocaml(inherit)]
    B,
}

#[derive(ToValue)]
#[ocaml(polymorphic)]
enum Tags {
    Record { x: i64 },
    #[ocaml(inherit, name = "Both")]
    Two(i64, i64),
}

#[derive(ToValue)]
#[ocaml(rename_all = "PascalCase", deriving = "show, Eq, make { a = 1 }")]
struct Pascal {
    x: i64,
}

fn main() {}
