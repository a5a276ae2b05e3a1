//! Bigarrays.

use bactrian::bigarray::{Array1, Array2, ArrayView, ArrayViewMut, Buffer, Complex, FortranLayout};

/// Multiplies all elements.
#[bactrian::func]
pub fn scale_all(mut matrix: ArrayViewMut<'_, Array2<f64>>, factor: f64) {
    matrix.iter_mut().for_each(|x| *x *= factor);
}

/// The elements of a matrix, column by column.
#[bactrian::func]
pub fn by_columns(matrix: ArrayView<'_, Array2<u8, FortranLayout>>) -> Buffer<Array1<u8>> {
    matrix.to_vec().into()
}

/// Adds to each element that of the same index.
#[bactrian::func]
pub fn add_to(#[ocaml(as = bigarray)] to: &mut [i32], #[ocaml(as = bigarray)] from: &[i32]) {
    to.iter_mut().zip(from).for_each(|(a, b)| *a += b);
}

/// The imaginary unit.
#[bactrian::func]
pub fn imaginary() -> Buffer<Array1<Complex<f32>>> {
    vec![Complex::new(0., 1.)].into()
}
