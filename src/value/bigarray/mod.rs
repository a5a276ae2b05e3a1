//! OCaml's bigarrays: blocks of numbers outside the heap, which OCaml and Rust share.
//!
//! | | |
//! |---|---|
//! | [`ArrayView`], [`ArrayViewMut`] | as parameters of a [`func`](macro@crate::func) that does not touch the runtime: the data itself, as slices |
//! | [`Buffer`] | a `Vec` that becomes a bigarray, without a copy; read by copying |
//! | `Value<'gc, Array2<f64>>`, `Root<Array2<f64>>` | a handle: elements read and written one by one, or as [`Cell`]s |
//! | `#[ocaml(as = bigarray)]` | on a parameter `&[T]` or `&mut [T]`: a view as a plain slice; on a `Vec<T>`: copies |
//!
//! The types [`Array0`] to [`Array3`] and [`Genarray`] say which bigarrays: of which [`Kind`], and of
//! which [`Layout`], [`CLayout`] when it is left out. All of it is checked when a value is read.
//!
//! ```
//! use bactrian::bigarray::{Array1, Array2, ArrayView, ArrayViewMut, Buffer};
//!
//! // external scale : (float, float64_elt, c_layout) Array2.t -> (float [@unboxed]) -> unit
//! //   = "mycrate_scale_bytecode" "mycrate_scale"
//! #[bactrian::func]
//! fn scale(mut matrix: ArrayViewMut<'_, Array2<f64>>, factor: f64) {
//!     matrix.iter_mut().for_each(|x| *x *= factor);
//! }
//!
//! // external sums : (float, float64_elt, c_layout) Array2.t -> (float, float64_elt, c_layout) Array1.t
//! //   = "mycrate_sums"
//! #[bactrian::func]
//! fn sums(matrix: ArrayView<'_, Array2<f64>>) -> Buffer<Array1<f64>> {
//!     let columns = matrix.dims()[1];
//!     let sums: Vec<f64> = matrix.chunks(columns.max(1)).map(|row| row.iter().sum()).collect();
//!     Buffer::from(sums)
//! }
//! ```
//!
//! With the feature `ndarray`, parameters can be its `ArrayView`s and `ArrayViewMut`s, and its arrays are
//! converted both ways. What a function returns is handed over when it is in the order of the C layout,
//! else copied into that order. `#[ocaml(as = fortran)]` before a parameter, or `#[func(as = fortran)]`
//! for a result, which is copied, says Fortran layout.
//!
//! ```
//! # #[cfg(feature = "ndarray")] mod example {
//! use ndarray::{Array2, ArrayView2, ArrayViewMut1};
//!
//! // external product : (float, float64_elt, c_layout) Array2.t -> (float, float64_elt, c_layout) Array2.t
//! //   -> (float, float64_elt, c_layout) Array2.t = "mycrate_product"
//! #[bactrian::func]
//! fn product(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Array2<f64> {
//!     a.dot(&b)
//! }
//!
//! #[bactrian::func]
//! fn normalise(mut vector: ArrayViewMut1<'_, f64>) {
//!     let length = vector.dot(&vector).sqrt();
//!     vector /= length;
//! }
//! # }
//! ```

mod block;
mod buffer;
mod kinds;
mod view;

use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;

use alloc::vec::Vec;

use crate::interface::TypeExpr;
use crate::value::{ConversionError, Value};

pub(crate) use block::{Parts, aligned_parts, offset, parts};
pub use buffer::Buffer;
use kinds::Sealed;
pub use kinds::{CLayout, Complex, F16, FortranLayout, Kind, Layout};
pub use view::{ArrayView, ArrayViewMut};

/// The types that stand for bigarrays: [`Array0`] to [`Array3`] and [`Genarray`].
///
/// ```
/// use bactrian::bigarray::{Array2, Bigarray, FortranLayout, Genarray, Kind, Layout};
///
/// fn describe<A: Bigarray>() -> String {
///     let order = if A::Layout::FORTRAN { "columns" } else { "rows" };
///     format!("{} of {}, {:?} dimensions", order, A::Kind::OCAML, A::DIMS)
/// }
///
/// assert_eq!(describe::<Array2<i32>>(), "rows of int32, Some(2) dimensions");
/// assert_eq!(describe::<Genarray<f64, FortranLayout>>(), "columns of float, None dimensions");
/// ```
pub trait Bigarray: Sealed {
    /// The kind of the elements.
    type Kind: Kind;
    /// The layout.
    type Layout: Layout;
    /// The number of dimensions, where the type has one.
    const DIMS: Option<usize>;
    /// OCaml's module, within `Bigarray`.
    #[doc(hidden)]
    const MODULE: &'static str;
    /// The OCaml type.
    #[doc(hidden)]
    const BIGARRAY: TypeExpr;
}

macro_rules! types {
    ($($(#[$meta:meta])* $name:ident $module:literal $dims:expr;)*) => {$(
        $(#[$meta])*
        pub struct $name<K, L = CLayout>(PhantomData<fn() -> (K, L)>);

        impl<K: Kind, L: Layout> Sealed for $name<K, L> {}
        impl<K: Kind, L: Layout> Bigarray for $name<K, L> {
            type Kind = K;
            type Layout = L;
            const DIMS: Option<usize> = $dims;
            const MODULE: &'static str = stringify!($name);
            const BIGARRAY: TypeExpr = TypeExpr::Name($module, &[K::OCAML, K::ELT, L::TYPE]);
        }
    )*};
}
types! {
    /// Stands for a `Bigarray.Array0.t`, of one element.
    ///
    /// ```
    /// use bactrian::OCamlType;
    /// use bactrian::bigarray::Array0;
    ///
    /// assert_eq!(
    ///     <Array0<f64> as OCamlType>::TYPE.to_string(),
    ///     "(float, Bigarray.float64_elt, Bigarray.c_layout) Bigarray.Array0.t",
    /// );
    /// ```
    Array0 "Bigarray.Array0.t" Some(0);
    /// Stands for a `Bigarray.Array1.t`.
    ///
    /// ```
    /// use bactrian::OCamlType;
    /// use bactrian::bigarray::{Array1, FortranLayout};
    ///
    /// assert_eq!(
    ///     <Array1<f64> as OCamlType>::TYPE.to_string(),
    ///     "(float, Bigarray.float64_elt, Bigarray.c_layout) Bigarray.Array1.t",
    /// );
    /// assert_eq!(
    ///     <Array1<u8, FortranLayout> as OCamlType>::TYPE.to_string(),
    ///     "(int, Bigarray.int8_unsigned_elt, Bigarray.fortran_layout) Bigarray.Array1.t",
    /// );
    /// ```
    Array1 "Bigarray.Array1.t" Some(1);
    /// Stands for a `Bigarray.Array2.t`.
    ///
    /// ```
    /// use bactrian::OCamlType;
    /// use bactrian::bigarray::Array2;
    ///
    /// assert_eq!(
    ///     <Array2<i16> as OCamlType>::TYPE.to_string(),
    ///     "(int, Bigarray.int16_signed_elt, Bigarray.c_layout) Bigarray.Array2.t",
    /// );
    /// ```
    Array2 "Bigarray.Array2.t" Some(2);
    /// Stands for a `Bigarray.Array3.t`.
    ///
    /// ```
    /// use bactrian::OCamlType;
    /// use bactrian::bigarray::Array3;
    ///
    /// assert_eq!(
    ///     <Array3<u8> as OCamlType>::TYPE.to_string(),
    ///     "(int, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array3.t",
    /// );
    /// ```
    Array3 "Bigarray.Array3.t" Some(3);
    /// Stands for a `Bigarray.Genarray.t`, of 0 to 16 dimensions.
    ///
    /// ```
    /// use bactrian::OCamlType;
    /// use bactrian::bigarray::Genarray;
    ///
    /// assert_eq!(
    ///     <Genarray<isize> as OCamlType>::TYPE.to_string(),
    ///     "(int, Bigarray.int_elt, Bigarray.c_layout) Bigarray.Genarray.t",
    /// );
    /// ```
    Genarray "Bigarray.Genarray.t" None;
}

/// Sizes of dimensions, or an index: a short slice of numbers.
///
/// ```
/// use bactrian::bigarray::Dims;
///
/// let dims = Dims::from([2, 3]);
/// assert_eq!(dims.iter().product::<usize>(), 6);
/// assert_eq!(Dims::new(&[2, 3]), dims);
/// assert!(dims.len() < Dims::MOST);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Dims {
    count: usize,
    /// Zeros behind the count.
    dims: [usize; Dims::MOST],
}

impl Dims {
    /// Most dimensions of a bigarray.
    pub const MOST: usize = 16;

    /// Of these numbers.
    ///
    /// # Panics
    ///
    /// When there are more than 16.
    #[inline]
    pub fn new(dims: &[usize]) -> Self {
        assert!(
            dims.len() <= Dims::MOST,
            "a bigarray has at most {} dimensions, not {}",
            Dims::MOST,
            dims.len()
        );
        let mut all = [0; Dims::MOST];
        all[..dims.len()].copy_from_slice(dims);
        Dims {
            count: dims.len(),
            dims: all,
        }
    }
}

impl Deref for Dims {
    type Target = [usize];

    #[inline]
    fn deref(&self) -> &[usize] {
        &self.dims[..self.count]
    }
}

impl AsRef<[usize]> for Dims {
    fn as_ref(&self) -> &[usize] {
        self
    }
}

impl<const N: usize> From<[usize; N]> for Dims {
    fn from(dims: [usize; N]) -> Self {
        Dims::new(&dims)
    }
}

impl From<&[usize]> for Dims {
    fn from(dims: &[usize]) -> Self {
        Dims::new(dims)
    }
}

impl fmt::Debug for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// An element of a type of bigarrays.
pub(crate) type Element<A> = <<A as Bigarray>::Kind as Kind>::Element;

#[cold]
#[inline(never)]
fn out_of_bounds(index: &[usize], dims: &[usize]) -> ConversionError {
    ConversionError::message(alloc::format!(
        "the index {index:?} is out of the bounds of a bigarray of dimensions {dims:?}"
    ))
}

/// Bigarrays in place. The errors of all of these are that the value is no such bigarray.
impl<'gc, A: Bigarray> Value<'gc, A> {
    /// The sizes of the dimensions.
    ///
    /// # Errors
    ///
    /// When the value is no such bigarray.
    ///
    /// ```
    /// # use bactrian::bigarray::{Array2, Buffer};
    /// # bactrian::hidden::embedded(|rt| {
    /// let matrix = Buffer::<Array2<f64>>::new([2, 3], vec![0.; 6]).into_bigarray(rt);
    /// assert_eq!(*matrix.dims().unwrap(), [2, 3]);
    /// # });
    /// ```
    #[inline]
    pub fn dims(self) -> Result<Dims, ConversionError> {
        Ok(Dims::new(parts::<A>(self.any())?.dims))
    }

    /// The element with this index, which counts as OCaml's does: from 0 in C layout, from 1 in
    /// Fortran layout.
    ///
    /// # Errors
    ///
    /// When there is no such element.
    ///
    /// ```
    /// # use bactrian::bigarray::{Array2, Buffer};
    /// # bactrian::hidden::embedded(|rt| {
    /// let matrix = Buffer::<Array2<f64>>::new([2, 3], vec![0., 1., 2., 3., 4., 5.]).into_bigarray(rt);
    /// assert_eq!(matrix.get([1, 0]).unwrap(), 3.);
    /// matrix.set([1, 0], 7.).unwrap();
    /// assert_eq!(matrix.to_vec().unwrap(), [0., 1., 2., 7., 4., 5.]);
    /// assert_eq!(
    ///     matrix.get([2, 0]).unwrap_err().to_string(),
    ///     "the index [2, 0] is out of the bounds of a bigarray of dimensions [2, 3]",
    /// );
    /// # });
    /// ```
    #[inline]
    pub fn get(self, index: impl AsRef<[usize]>) -> Result<Element<A>, ConversionError> {
        let parts = parts::<A>(self.any())?;
        match parts.offset::<A::Layout>(index.as_ref()) {
            // SAFETY: one of the elements. The data of a mapped file may not be aligned.
            Some(offset) => Ok(unsafe { parts.data.add(offset).read_unaligned() }),
            None => Err(out_of_bounds(index.as_ref(), parts.dims)),
        }
    }

    /// Writes the element with this index.
    ///
    /// # Errors
    ///
    /// When there is no such element.
    ///
    /// For an example, see [`Value::get`].
    #[inline]
    pub fn set(self, index: impl AsRef<[usize]>, to: Element<A>) -> Result<(), ConversionError> {
        let parts = parts::<A>(self.any())?;
        match parts.offset::<A::Layout>(index.as_ref()) {
            Some(offset) => {
                // SAFETY: one of the elements. Where the runtime is at hand, nobody has a reference
                // to the elements but as cells.
                unsafe { parts.data.add(offset).write_unaligned(to) };
                Ok(())
            }
            None => Err(out_of_bounds(index.as_ref(), parts.dims)),
        }
    }

    /// The elements, in the order of memory, to be read and written in place.
    ///
    /// Other domains and threads must not write to the data meanwhile.
    ///
    /// # Errors
    ///
    /// When the data is not aligned as Rust wants it, which a mapped file's can be.
    ///
    /// ```
    /// # use bactrian::bigarray::{Array1, Buffer};
    /// # bactrian::hidden::embedded(|rt| {
    /// let numbers = Buffer::<Array1<f64>>::from(vec![1., 2., 3.]).into_bigarray(rt);
    /// for cell in numbers.cells().unwrap() {
    ///     cell.set(2. * cell.get());
    /// }
    /// assert_eq!(numbers.get([2]).unwrap(), 6.);
    /// # });
    /// ```
    #[inline]
    pub fn cells(self) -> Result<&'gc [Cell<Element<A>>], ConversionError> {
        let parts = parts::<A>(self.any())?.aligned()?;
        // SAFETY: these are the elements, and aligned. They last as long as the block, which nothing
        // frees as long as the runtime is borrowed; references other than to cells are had only by
        // functions that do not touch the runtime.
        Ok(unsafe { core::slice::from_raw_parts(parts.data.as_ptr().cast(), parts.length) })
    }

    /// A copy of the elements, in the order of memory.
    ///
    /// # Errors
    ///
    /// When the value is no such bigarray.
    ///
    /// For an example, see [`Value::get`].
    pub fn to_vec(self) -> Result<Vec<Element<A>>, ConversionError> {
        copy(&parts::<A>(self.any())?)
    }
}

/// Copies the elements.
pub(crate) fn copy<T: Copy>(parts: &block::Parts<'_, T>) -> Result<Vec<T>, ConversionError> {
    let mut vec: Vec<T> = Vec::new();
    if vec.try_reserve_exact(parts.length).is_err() {
        return Err(ConversionError::message(
            "no memory for a copy of the bigarray",
        ));
    }
    // SAFETY: so many elements are there, and so many are reserved. Byte by byte, since the data of a
    // mapped file may not be aligned.
    unsafe {
        vec.as_mut_ptr()
            .cast::<u8>()
            .copy_from_nonoverlapping(parts.data.as_ptr().cast(), parts.length * size_of::<T>());
        vec.set_len(parts.length);
    }
    Ok(vec)
}
