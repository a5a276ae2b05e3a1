//! What converts is not borrowed.
use bactrian::FromValue;

#[derive(FromValue)]
struct Point(f64, f64);

struct Nothing;

#[bactrian::func]
fn length(point: &Point) -> f64 {
    point.0.hypot(point.1)
}

#[bactrian::func]
fn nothing(nothing: &Nothing) {
    let _ = nothing;
}

#[bactrian::func]
fn move_by(point: &mut Point) {
    point.0 += 1.0;
}

fn main() {}
