//! Bigarrays: copies, views, handles, vectors handed over.

use bactrian::adapters::{Char, Nativeint};
use bactrian::bigarray::{
    Array0, Array1, Array2, Array3, ArrayView, ArrayViewMut, Buffer, Complex, FortranLayout,
    Genarray,
};
use bactrian::{ConversionError, FromValue, Root, Runtime, ToValue, Value};

use crate::conversions;

conversions! {
    ba_read_f32 ba_echo_f32 Buffer<Array1<f32>>;
    ba_read_f64 ba_echo_f64 Buffer<Array1<f64>>;
    ba_read_i8 ba_echo_i8 Buffer<Array1<i8>>;
    ba_read_u8 ba_echo_u8 Buffer<Array1<u8>>;
    ba_read_i16 ba_echo_i16 Buffer<Array1<i16>>;
    ba_read_u16 ba_echo_u16 Buffer<Array1<u16>>;
    ba_read_i32 ba_echo_i32 Buffer<Array1<i32>>;
    ba_read_u32 ba_echo_u32 Buffer<Array1<u32>>;
    ba_read_i64 ba_echo_i64 Buffer<Array1<i64>>;
    ba_read_u64 ba_echo_u64 Buffer<Array1<u64>>;
    ba_read_isize ba_echo_isize Buffer<Array1<isize>>;
    ba_read_nativeint ba_echo_nativeint Buffer<Array1<Nativeint>>;
    ba_read_complex32 ba_echo_complex32 Buffer<Array1<Complex<f32>>>;
    ba_read_complex64 ba_echo_complex64 Buffer<Array1<Complex<f64>>>;
    ba_read_char ba_echo_char Buffer<Array1<Char>>;
    ba_read_0 ba_echo_0 Buffer<Array0<i32>>;
    ba_read_2 ba_echo_2 Buffer<Array2<i32>>;
    ba_read_2_fortran ba_echo_2_fortran Buffer<Array2<i32, FortranLayout>>;
    ba_read_3 ba_echo_3 Buffer<Array3<i32>>;
    ba_read_any ba_echo_any Buffer<Genarray<i32>>;
    ba_read_any_fortran ba_echo_any_fortran Buffer<Genarray<i32, FortranLayout>>;
    ba_read_pair ba_echo_pair (Buffer<Array1<i32>>, Option<Buffer<Array2<f64>>>);
    ba_read_record ba_echo_record Image;
}

#[cfg(float16)]
conversions! {
    ba_read_f16 ba_echo_f16 Buffer<Array1<bactrian::bigarray::F16>>;
}

/// Stands in for what this OCaml does not have.
#[cfg(not(float16))]
#[bactrian::func]
fn ba_read_f16(_array: Value<'_>) -> String {
    panic!("no float16")
}

#[cfg(not(float16))]
#[bactrian::func]
fn ba_echo_f16(array: Value<'_>) -> Value<'_> {
    array
}

#[derive(Debug, FromValue, ToValue)]
struct Image {
    name: String,
    #[ocaml(as = bigarray)]
    data: Vec<u8>,
    mask: Option<Buffer<Array2<u16>>>,
}

// ---- views ----

#[bactrian::func]
fn ba_sum(array: ArrayView<'_, Genarray<f64>>) -> f64 {
    array.iter().sum()
}

/// The elements by their indices, in the order of the C layout.
#[bactrian::func]
fn ba_by_index(array: ArrayView<'_, Array2<i32, FortranLayout>>) -> Vec<i32> {
    let [rows, columns] = array.dims() else {
        unreachable!("two dimensions");
    };
    let at = |i| (1..=*columns).map(move |j| (i, j));
    let indices = (1..=*rows).flat_map(at);
    assert_eq!(array.at([0, 1]), None);
    assert_eq!(array.at([rows + 1, 1]), None);
    assert_eq!(array.at([1, columns + 1]), None);
    indices
        .map(|(i, j)| array.at([i, j]).copied().expect("an element"))
        .collect()
}

#[bactrian::func]
fn ba_add(mut to: ArrayViewMut<'_, Array1<f64>>, from: ArrayView<'_, Array1<f64>>) {
    to.iter_mut().zip(from.iter()).for_each(|(a, b)| *a += b);
}

#[bactrian::func]
fn ba_add_slices(
    #[ocaml(as = bigarray)] to: &mut [f64],
    #[ocaml(as = bigarray)] from: &[f64],
    factors: &[f64],
) {
    for ((a, b), c) in to.iter_mut().zip(from).zip(factors) {
        *a += b * c;
    }
}

#[bactrian::func]
fn ba_transpose(mut matrix: ArrayViewMut<'_, Array2<f64>>) {
    for i in 0..matrix.dims()[0] {
        for j in 0..i {
            let (a, b) = (matrix.at([i, j]).copied(), matrix.at([j, i]).copied());
            *matrix.at_mut([i, j]).expect("an element") = b.expect("a square");
            *matrix.at_mut([j, i]).expect("a square") = a.expect("an element");
        }
    }
}

/// Where numbers are, which are aligned to 4 at least: counted by 4, for an `int` of 31 bits holds that.
pub(crate) fn place(numbers: *const f64) -> usize {
    numbers.addr() / 4
}

#[bactrian::func]
fn ba_address(array: ArrayView<'_, Genarray<f64>>) -> usize {
    place(array.as_ptr())
}

#[bactrian::func]
fn ba_panic(array: ArrayViewMut<'_, Array1<f64>>) {
    panic!("{} elements", array.len());
}

// ---- handed over ----

/// A vector, and where it is.
#[bactrian::func]
fn ba_make(length: usize, capacity: usize) -> (Buffer<Array1<f64>>, usize) {
    let mut numbers = Vec::with_capacity(capacity);
    numbers.extend((0..length).map(|i| i as f64));
    let address = place(numbers.as_ptr());
    (numbers.into(), address)
}

#[bactrian::func]
fn ba_zeros(dims: Vec<usize>) -> Result<Buffer<Genarray<u8>>, ConversionError> {
    let length = dims.iter().product();
    Ok(Buffer::new(&*dims, vec![0; length]))
}

#[bactrian::func]
fn ba_wrong_size() -> Buffer<Array2<u8>> {
    Buffer::new([2, 3], vec![0; 5])
}

#[bactrian::func]
fn ba_wrong_dims() -> Buffer<Array2<u8>> {
    Buffer::new([6], vec![0; 6])
}

// ---- handles ----

#[bactrian::func]
fn ba_get(array: Value<'_, Genarray<i32>>, index: Vec<usize>) -> Result<i32, ConversionError> {
    array.get(index)
}

#[bactrian::func]
fn ba_set(
    array: Value<'_, Genarray<i32>>,
    index: Vec<usize>,
    to: i32,
) -> Result<(), ConversionError> {
    array.set(index, to)
}

#[bactrian::func]
fn ba_get_fortran(
    array: Value<'_, Genarray<i32, FortranLayout>>,
    index: Vec<usize>,
) -> Result<i32, ConversionError> {
    array.get(index)
}

/// By a root, with a collection in between.
#[bactrian::func]
fn ba_double(
    rt: &mut Runtime,
    array: Root<Array1<f64>>,
) -> Result<Root<Array1<f64>>, ConversionError> {
    rt.poll().expect("no exception");
    for cell in array.get(rt).cells()? {
        cell.set(2. * cell.get());
    }
    Ok(array)
}

#[bactrian::func]
fn ba_dims<'gc>(array: Value<'gc, Genarray<i32>>) -> Result<Vec<usize>, ConversionError> {
    Ok(array.dims()?.to_vec())
}

#[bactrian::func]
fn ba_to_vec(array: Value<'_, Array1<f64>>) -> Result<Vec<f64>, ConversionError> {
    array.to_vec()
}

#[bactrian::func]
fn ba_fresh<'gc>(rt: &'gc Runtime, length: usize) -> Value<'gc, Array1<i64>> {
    Buffer::<Array1<i64>>::from(vec![7; length]).into_bigarray(rt)
}
