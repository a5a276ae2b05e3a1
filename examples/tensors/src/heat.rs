//! Heat that spreads over a plate.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Zip, s};

/// One step, `onto` an array of the same dimensions.
pub fn step(rate: f64, from: ArrayView2<'_, f64>, mut onto: ArrayViewMut2<'_, f64>) {
    onto.assign(&from);
    let (rows, columns) = from.dim();
    if rows < 3 || columns < 3 {
        return;
    }
    let (bottom, right) = (rows - 1, columns - 1);
    Zip::from(onto.slice_mut(s![1..bottom, 1..right]))
        .and(from.slice(s![..bottom - 1, 1..right]))
        .and(from.slice(s![2.., 1..right]))
        .and(from.slice(s![1..bottom, ..right - 1]))
        .and(from.slice(s![1..bottom, 2..]))
        .for_each(|x, n, s, w, e| *x += rate * (n + s + w + e - 4.0 * *x));
}

/// Many steps; `spare` is of the same dimensions as `plate`. Returns how many, fewer when `stop` says so.
pub fn steps(
    plate: &mut Array2<f64>,
    spare: &mut Array2<f64>,
    rate: f64,
    steps: usize,
    stop: impl Fn() -> bool,
) -> usize {
    for done in 0..steps {
        if stop() {
            return done;
        }
        step(rate, plate.view(), spare.view_mut());
        std::mem::swap(plate, spare);
    }
    steps
}
