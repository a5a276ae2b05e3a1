//! A view of a bigarray lasts as long as the call.

use std::sync::Mutex;

use bactrian::bigarray::{Array1, ArrayView};

static KEPT: Mutex<Option<ArrayView<'static, Array1<f64>>>> = Mutex::new(None);

#[bactrian::func]
fn keep(numbers: ArrayView<'_, Array1<f64>>) {
    *KEPT.lock().unwrap() = Some(numbers);
}

fn main() {}
