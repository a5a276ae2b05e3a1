// A mirror that does not show what it mirrors.
use bactrian::{FromValue, ToValue};

mod geo {
    pub struct Point {
        pub x: f64,
        pub y: f64,
    }
}

#[derive(FromValue, ToValue)]
#[ocaml(remote = "geo::Point")]
struct PointDef {
    x: f64,
    z: f64,
}

#[derive(FromValue)]
#[ocaml(remote = "geo::Point")]
struct OtherDef {
    x: isize,
    y: f64,
}

fn main() {}
