//! A borrowed slice of mutable data would see writes through the runtime.
use bactrian::{Array, Runtime, Value};

#[bactrian::func]
fn with_runtime(rt: &Runtime, bytes: &[u8]) -> usize {
    let _ = rt;
    bytes.len()
}

#[bactrian::func]
fn implicit(floats: &mut [f64]) {
    let _ = gc;
    floats.fill(0.0);
}

#[bactrian::func]
fn beside_a_handle(floats: &mut [f64], array: Value<'_, Array<f64>>) -> usize {
    floats.len() + array.len().unwrap()
}

fn main() {}
