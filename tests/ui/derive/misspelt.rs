// Several mistakes are reported at once, each where it is.
use bactrian::{FromValue, ToValue};

#[derive(FromValue)]
#[ocaml(nam = "point", rename_all = "snake", unboxd)]
struct Point {
    #[ocaml(nmae = "x")]
    x: f64,
    #[ocaml(as = itn)]
    y: i64,
    #[ocaml(mutabel)]
    z: f64,
}

#[derive(ToValue)]
#[ocaml(polymorfic)]
enum Colour {
    #[ocaml(inherits)]
    Red,
    Rgb(#[ocaml(rename = "r")] u8),
}

#[derive(FromValue, ToValue)]
#[ocaml(rename_all = "kebab-case", name = 5, bound = "T")]
struct Wrong<T> {
    #[ocaml(as = 1 + 2, with = "not a path")]
    field: T,
}

#[derive(bactrian::Exception)]
#[ocaml(prefx = "a")]
enum Error {
    #[ocaml(named = "B")]
    A,
}

fn main() {}
