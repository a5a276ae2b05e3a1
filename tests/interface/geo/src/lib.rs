//! A second crate: its types come along with the functions that use them.
#![allow(missing_docs)]

use bactrian::{FromValue, ToValue};

/// A point of the plane.
#[derive(Clone, Copy, FromValue, ToValue)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// In a module of that crate.
pub mod shapes {
    use super::Point;
    use bactrian::{FromValue, ToValue};

    #[derive(FromValue, ToValue)]
    pub enum Shape {
        Dot,
        Circle { centre: Point, radius: f64 },
        Polygon(Vec<Point>),
    }
}

/// A function of the other crate.
#[bactrian::func]
fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}
