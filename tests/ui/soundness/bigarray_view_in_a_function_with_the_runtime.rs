//! A view of a bigarray is a reference to what OCaml could change.

use bactrian::bigarray::{Array1, ArrayView, ArrayViewMut};
use bactrian::{Fun, Root, Runtime, Value};

#[bactrian::func]
fn call(rt: &mut Runtime, numbers: ArrayViewMut<'_, Array1<f64>>, f: Root<Fun<(), ()>>) {
    f.call(rt, ()).unwrap();
    drop(numbers);
}

#[bactrian::func]
fn set(numbers: ArrayView<'_, Array1<f64>>, same: Value<'_, Array1<f64>>) -> f64 {
    same.set([0], 1.).unwrap();
    numbers[0]
}

type Hidden<'a> = ArrayView<'a, Array1<f64>>;

#[bactrian::func]
fn another_name(rt: &Runtime, numbers: Hidden<'_>) {
    drop((rt, numbers));
}

fn main() {}
