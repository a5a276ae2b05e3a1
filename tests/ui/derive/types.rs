// Fields that do not convert, and definitions that have no conversion.
use bactrian::{FromValue, ToValue};

struct NotConverted;

#[derive(FromValue, ToValue)]
struct Record {
    a: isize,
    b: NotConverted,
}

#[derive(FromValue, ToValue)]
struct Adapted {
    #[ocaml(as = list)]
    a: isize,
}

#[derive(FromValue)]
union Bits {
    a: u32,
    b: f32,
}

#[derive(FromValue)]
#[ocaml(polymorphic)]
enum Inherits {
    #[ocaml(inherit)]
    Record(isize),
}

fn main() {}
