// Names that OCaml does not accept, or that two things have.
use bactrian::{FromValue, ToValue};

#[derive(FromValue)]
#[ocaml(name = "Point")]
#[allow(non_snake_case)]
struct Names {
    X: f64,
    #[ocaml(name = "type")]
    ty: f64,
    #[ocaml(name = "a-b")]
    dash: f64,
    é: f64,
}

#[derive(ToValue)]
struct Twice {
    value: f64,
    #[ocaml(name = "value")]
    other: f64,
    #[ocaml(skip)]
    third: f64,
}

#[derive(ToValue)]
#[allow(non_camel_case_types)]
enum Constructors {
    red,
    #[ocaml(name = "Blue")]
    Green,
    Blue,
}

#[derive(ToValue)]
#[ocaml(polymorphic)]
enum Tags {
    Grygle,
    Wtfwfj,
    #[ocaml(name = "9lives")]
    Nine,
}

fn main() {}
