//! Arrays and views of ndarray.

use bactrian::{FromValue, ToValue};
use ndarray::{
    Array, Array0, Array1, Array2, Array3, Array4, ArrayD, ArrayView, ArrayView2, ArrayViewD,
    ArrayViewMut1, ArrayViewMut2, Axis, Ix2, ShapeBuilder, Slice,
};

use crate::bigarrays::place;
use crate::conversions;

conversions! {
    nd_read_0 nd_echo_0 Array0<f64>;
    nd_read_1 nd_echo_1 Array1<u8>;
    nd_read_2 nd_echo_2 Array2<f64>;
    nd_read_3 nd_echo_3 Array3<i32>;
    nd_read_4 nd_echo_4 Array4<f64>;
    nd_read_any nd_echo_any ArrayD<f64>;
    nd_read_record nd_echo_record Layer;
    nd_read_pair nd_echo_pair (Option<Array1<f32>>, Array1<isize>);
}

#[derive(Debug, FromValue, ToValue)]
struct Layer {
    name: String,
    weights: Array2<f32>,
}

// ---- Fortran layout ----

#[bactrian::func(as = fortran)]
fn nd_echo_fortran(#[ocaml(as = fortran)] array: Array2<f64>) -> Array2<f64> {
    array
}

#[bactrian::func]
fn nd_to_c(#[ocaml(as = fortran)] array: ArrayView2<'_, f64>) -> Array2<f64> {
    array.to_owned()
}

#[bactrian::func(as = fortran)]
fn nd_to_fortran(array: ArrayView2<'_, f64>) -> Array2<f64> {
    array.to_owned()
}

#[bactrian::func]
fn nd_at_fortran(
    #[ocaml(as = fortran)] array: ArrayView<'_, f64, Ix2>,
    i: usize,
    j: usize,
) -> Option<f64> {
    array.get((i, j)).copied()
}

// ---- views ----

#[bactrian::func]
fn nd_sum(array: ArrayViewD<'_, f64>) -> f64 {
    array.sum()
}

#[bactrian::func]
fn nd_multiply(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>, mut to: ArrayViewMut2<'_, f64>) {
    to.assign(&a.dot(&b));
}

#[bactrian::func]
fn nd_add(mut to: ArrayViewMut1<'_, f64>, from: ndarray::ArrayView1<'_, f64>) {
    to += &from;
}

#[bactrian::func]
fn nd_fill_fortran(#[ocaml(as = fortran)] mut to: ArrayViewMut2<'_, f64>) {
    to.indexed_iter_mut()
        .for_each(|((i, j), x)| *x = (10 * i + j) as f64);
}

/// A view of an argument, as a result.
#[bactrian::func]
fn nd_transposed(array: ArrayView2<'_, f64>) -> ArrayView2<'_, f64> {
    array.reversed_axes()
}

// ---- strides ----

fn numbers(rows: usize, columns: usize) -> Array2<f64> {
    Array::from_shape_fn((rows, columns), |(i, j)| (10 * i + j) as f64)
}

#[bactrian::func]
fn nd_strided(which: &str) -> Array2<f64> {
    let all = numbers(4, 6);
    let part = |rows: Slice, columns: Slice| {
        let mut part = numbers(4, 6);
        part.slice_axis_inplace(Axis(0), rows);
        part.slice_axis_inplace(Axis(1), columns);
        part
    };
    let whole = Slice::from(..);
    match which {
        "all" => all,
        "transposed" => all.reversed_axes(),
        "rows" => part((1..3).into(), whole),
        "columns" => part(whole, (2..4).into()),
        "steps" => part(Slice::new(0, None, 2), Slice::new(0, None, 3)),
        "backwards" => part(Slice::new(0, None, -1), Slice::new(0, None, -1)),
        "fortran" => Array::from_shape_fn((4, 6).f(), |(i, j)| (10 * i + j) as f64),
        "empty" => part((2..2).into(), whole),
        "first" => part((..1).into(), whole),
        other => panic!("what is {other}?"),
    }
}

/// Handed over: the array, and where its elements are.
#[bactrian::func]
fn nd_address(rows: usize, columns: usize) -> (Array2<f64>, usize) {
    let array = numbers(rows, columns);
    let address = place(array.as_ptr());
    (array, address)
}
