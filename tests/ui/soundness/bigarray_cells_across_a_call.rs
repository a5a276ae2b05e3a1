//! The cells of a bigarray live as long as the runtime is shared: what collects may free them.

use bactrian::bigarray::Array1;
use bactrian::{Runtime, Value};

fn cells(rt: &mut Runtime, make: fn(&Runtime) -> Value<'_, Array1<f64>>) -> f64 {
    let cells = make(rt).cells().unwrap();
    rt.poll().unwrap();
    cells[0].get()
}

fn main() {}
