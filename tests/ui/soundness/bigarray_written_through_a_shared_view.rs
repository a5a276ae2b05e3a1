//! What a function only reads, other arguments may show, too.

use bactrian::bigarray::{Array1, ArrayView};

#[bactrian::func]
fn write(mut numbers: ArrayView<'_, Array1<f64>>) {
    numbers[0] = 1.;
}

fn main() {}
