//! Bigarrays that Rust owns.

use core::fmt;
use core::ops::{Deref, DerefMut};

use alloc::vec::Vec;

use super::{Array1, Bigarray, Dims, Element, Kind, Layout, copy, parts};
use crate::convert::{FromValue, ToValue};
use crate::interface::TypeExpr;
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Value};

/// Numbers that become a bigarray: the `Vec` is handed over, without a copy, when a function returns
/// it, and is freed when OCaml no longer needs the bigarray. The collector is told how large it is.
///
/// What OCaml passes is copied. Where [`ToValue::to_value`] makes a bigarray of it, which leaves it
/// Rust's, it is copied, too.
///
/// ```
/// use bactrian::bigarray::{Array1, Array2, Buffer};
///
/// /// OCaml: `(float, float32_elt, c_layout) Array2.t`
/// #[bactrian::func]
/// fn identity(size: usize) -> Buffer<Array2<f32>> {
///     let mut matrix = vec![0.; size * size];
///     matrix.iter_mut().step_by(size + 1).for_each(|x| *x = 1.);
///     Buffer::new([size, size], matrix)
/// }
///
/// /// OCaml: `(int, int8_unsigned_elt, c_layout) Array1.t`
/// #[bactrian::func]
/// fn zeros(length: usize) -> Buffer<Array1<u8>> {
///     vec![0; length].into()
/// }
/// ```
///
/// ```
/// use bactrian::bigarray::{Array2, Buffer};
///
/// # bactrian::hidden::embedded(|rt| {
/// let matrix = Buffer::<Array2<u8>>::new([2, 3], vec![1, 2, 3, 4, 5, 6]);
/// assert_eq!(matrix.dims(), [2, 3]);
/// assert_eq!(matrix.clone().into_vec(), [1, 2, 3, 4, 5, 6]);
/// let value = matrix.into_bigarray(rt);
/// assert_eq!(value.get([1, 0]).unwrap(), 4);
/// # });
/// ```
pub struct Buffer<A: Bigarray> {
    dims: Dims,
    data: Vec<Element<A>>,
}

impl<A: Bigarray> Buffer<A> {
    /// Of these dimensions and elements, which are in the order that the layout says.
    ///
    /// # Panics
    ///
    /// When there are not as many elements as the dimensions say, or the number of dimensions is not
    /// that of the type.
    pub fn new(dims: impl Into<Dims>, data: Vec<Element<A>>) -> Self {
        let dims = dims.into();
        if let Some(count) = A::DIMS {
            assert!(
                count == dims.len(),
                "a bigarray of {count} dimensions, not {}",
                dims.len()
            );
        }
        let length = super::block::length_of(&dims);
        assert!(
            length == Some(data.len()),
            "a bigarray of dimensions {dims:?} does not have {} elements",
            data.len()
        );
        Buffer { dims, data }
    }

    /// The sizes of the dimensions.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The elements.
    pub fn into_vec(self) -> Vec<Element<A>> {
        self.data
    }

    /// Hands the elements over to OCaml.
    pub fn into_bigarray(self, rt: &Runtime) -> Value<'_, A> {
        Allocator::new(rt).bigarray(&self.dims, self.data)
    }
}

impl<K: Kind, L: Layout> From<Vec<K::Element>> for Buffer<Array1<K, L>> {
    fn from(data: Vec<K::Element>) -> Self {
        Buffer::new([data.len()], data)
    }
}

impl<A: Bigarray> Deref for Buffer<A> {
    type Target = [Element<A>];

    fn deref(&self) -> &[Element<A>] {
        &self.data
    }
}

impl<A: Bigarray> DerefMut for Buffer<A> {
    fn deref_mut(&mut self) -> &mut [Element<A>] {
        &mut self.data
    }
}

impl<A: Bigarray> Clone for Buffer<A> {
    fn clone(&self) -> Self {
        Buffer {
            dims: self.dims,
            data: self.data.clone(),
        }
    }
}

impl<A: Bigarray> fmt::Debug for Buffer<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer")
            .field("dims", &self.dims)
            .field("data", &self.data)
            .finish()
    }
}

impl<'gc, A: Bigarray> FromValue<'gc> for Buffer<A> {
    const TYPE: TypeExpr = A::BIGARRAY;

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let parts = parts::<A>(value)?;
        Ok(Buffer {
            dims: Dims::new(parts.dims),
            data: copy(&parts)?,
        })
    }
}

impl<A: Bigarray> ToValue for Buffer<A> {
    const TYPE: TypeExpr = A::BIGARRAY;
    const MOVED: bool = true;

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        self.clone().into_value(rt)
    }

    fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
        self.into_bigarray(rt).any()
    }
}
