//! Arrays of the crate ndarray as bigarrays.

use alloc::vec::Vec;

use ndarray::{Array, ArrayBase, Data, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};
use ndarray::{OwnedRepr, ShapeBuilder};

use super::adapters::{AsFortran, FromValueAs, ToValueAs};
use super::{FromValue, ToValue, TypeExpr};
use crate::runtime::{Allocator, Runtime};
use crate::value::bigarray::{
    Array0, Array1, Array2, Array3, Bigarray, Buffer, CLayout, FortranLayout, Genarray, Kind,
    Layout, copy, parts,
};
use crate::value::{ConversionError, Value};

/// Dimensions of ndarray, and the bigarrays that have them.
#[diagnostic::on_unimplemented(
    message = "arrays of `{Self}` dimensions are no bigarrays",
    note = "`Ix0` to `Ix6` and `IxDyn` are"
)]
pub trait Dims: Dimension {
    /// The bigarrays.
    type Bigarray<K: Kind, L: Layout>: Bigarray<Kind = K, Layout = L>;
}

macro_rules! dims {
    ($($dims:ident $bigarray:ident)*) => {$(
        impl Dims for $dims {
            type Bigarray<K: Kind, L: Layout> = $bigarray<K, L>;
        }
    )*};
}
dims! {
    Ix0 Array0 Ix1 Array1 Ix2 Array2 Ix3 Array3
    Ix4 Genarray Ix5 Genarray Ix6 Genarray IxDyn Genarray
}

/// The OCaml type of arrays.
const fn type_of<K: Kind, D: Dims, L: Layout>() -> TypeExpr {
    <D::Bigarray<K, L> as Bigarray>::BIGARRAY
}

/// The dimensions of a bigarray as ndarray's.
pub(crate) fn shape<D: Dims>(dims: &[usize]) -> Result<D, ConversionError> {
    if let Some(count) = D::NDIM
        && count != dims.len()
    {
        return Err(ConversionError::new(
            alloc::format!("a bigarray of {count} dimensions"),
            alloc::format!("one of {}", dims.len()),
        ));
    }
    let mut shape = D::zeros(dims.len());
    shape.slice_mut().copy_from_slice(dims);
    Ok(shape)
}

/// A shape that ndarray refuses: empty, and too large but for that.
#[cold]
pub(crate) fn refused(error: ndarray::ShapeError) -> ConversionError {
    ConversionError::message(alloc::format!(
        "the bigarray is no array of ndarray: {error}"
    ))
}

fn read<K, D, L>(value: Value<'_>) -> Result<Array<K, D>, ConversionError>
where
    K: Kind<Element = K> + Copy,
    D: Dims,
    L: Layout,
{
    let parts = parts::<D::Bigarray<K, L>>(value)?;
    let shape = shape::<D>(parts.dims)?.set_f(L::FORTRAN);
    Array::from_shape_vec(shape, copy(&parts)?).map_err(refused)
}

/// Hands the elements over when they are in the layout's order and are all that the vector has; else a
/// copy in that order.
fn build<K, S, D, L>(array: ArrayBase<S, D>, rt: &Runtime) -> Value<'_>
where
    K: Kind<Element = K> + Copy,
    S: Data<Elem = K>,
    D: Dims,
    L: Layout,
{
    let dims = crate::bigarray::Dims::new(array.shape());
    let data: Vec<K> = if L::FORTRAN {
        elements(array.reversed_axes())
    } else {
        elements(array)
    };
    Buffer::<D::Bigarray<K, L>>::new(&*dims, data).into_value(rt)
}

/// The elements in the order of the C layout.
fn elements<K, S, D>(array: ArrayBase<S, D>) -> Vec<K>
where
    K: Copy,
    S: Data<Elem = K>,
    D: Dimension,
{
    if !array.is_standard_layout() {
        return array.iter().copied().collect();
    }
    let length = array.len();
    match array.into_owned().into_raw_vec_and_offset() {
        (mut data, None | Some(0)) => {
            data.truncate(length);
            data
        }
        (data, Some(offset)) => data[offset..offset + length].to_vec(),
    }
}

impl<'gc, K, D> FromValue<'gc> for ArrayBase<OwnedRepr<K>, D>
where
    K: Kind<Element = K> + Copy,
    D: Dims,
{
    const TYPE: TypeExpr = type_of::<K, D, CLayout>();

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        read::<K, D, CLayout>(value)
    }
}

impl<'gc, K, D> FromValueAs<'gc, AsFortran> for ArrayBase<OwnedRepr<K>, D>
where
    K: Kind<Element = K> + Copy,
    D: Dims,
{
    const TYPE: TypeExpr = type_of::<K, D, FortranLayout>();

    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        read::<K, D, FortranLayout>(value)
    }
}

impl<K, S, D> ToValue for ArrayBase<S, D>
where
    K: Kind<Element = K> + Copy,
    S: Data<Elem = K>,
    D: Dims,
{
    const TYPE: TypeExpr = type_of::<K, D, CLayout>();
    const MOVED: bool = true;

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        build::<K, _, D, CLayout>(self.view(), rt)
    }

    fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
        build::<K, S, D, CLayout>(self, rt)
    }
}

impl<K, S, D> ToValueAs<AsFortran> for ArrayBase<S, D>
where
    K: Kind<Element = K> + Copy,
    S: Data<Elem = K>,
    D: Dims,
{
    const TYPE: TypeExpr = type_of::<K, D, FortranLayout>();

    fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        allocator.escape(|rt| build::<K, _, D, FortranLayout>(self.view(), rt))
    }
}
