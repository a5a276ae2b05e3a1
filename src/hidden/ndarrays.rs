//! How a stub lends bigarrays as views of the crate ndarray.

use ndarray::{ArrayView, ArrayViewMut, ShapeBuilder};

use super::bigarrays::{BorrowedAs, borrow};
use super::borrowed::{Borrowed, Spans};
use crate::adapters::AsFortran;
use crate::convert::ndarrays::{Dims, refused, shape};
use crate::interface::TypeExpr;
use crate::value::bigarray::{Bigarray, CLayout, FortranLayout, Kind, Layout};
use crate::value::{ConversionError, Value};

/// Borrows the data of a bigarray to read it.
///
/// # Safety
///
/// As for `Borrowed::borrow`.
unsafe fn view<'a, K, D, L, const N: usize>(
    value: Value<'a>,
    spans: &mut Spans<N>,
) -> Result<ArrayView<'a, K, D>, ConversionError>
where
    K: Kind<Element = K>,
    D: Dims,
    L: Layout,
{
    let parts = borrow::<D::Bigarray<K, L>, N>(value, spans, false)?;
    let shape = shape::<D>(parts.dims)?.set_f(L::FORTRAN);
    // SAFETY: the caller's promise, and `spans` has no mutable one that overlaps.
    let data = unsafe { core::slice::from_raw_parts(parts.data.as_ptr(), parts.length) };
    ArrayView::from_shape(shape, data).map_err(refused)
}

/// Borrows the data of a bigarray to write to it.
///
/// # Safety
///
/// As for `Borrowed::borrow`.
unsafe fn view_mut<'a, K, D, L, const N: usize>(
    value: Value<'a>,
    spans: &mut Spans<N>,
) -> Result<ArrayViewMut<'a, K, D>, ConversionError>
where
    K: Kind<Element = K>,
    D: Dims,
    L: Layout,
{
    let parts = borrow::<D::Bigarray<K, L>, N>(value, spans, true)?;
    let shape = shape::<D>(parts.dims)?.set_f(L::FORTRAN);
    // SAFETY: the caller's promise, and `spans` has none that overlaps.
    let data = unsafe { core::slice::from_raw_parts_mut(parts.data.as_ptr(), parts.length) };
    ArrayViewMut::from_shape(shape, data).map_err(refused)
}

macro_rules! borrowed {
    ($($view:ident $borrow:ident)*) => {$(
        impl<'a, K: Kind<Element = K>, D: Dims> Borrowed<'a> for $view<'a, K, D> {
            const TYPE: TypeExpr = <D::Bigarray<K, CLayout> as Bigarray>::BIGARRAY;

            #[inline]
            unsafe fn borrow<const N: usize>(
                value: Value<'a>,
                spans: &mut Spans<N>,
            ) -> Result<Self, ConversionError> {
                // SAFETY: the caller's promise.
                unsafe { $borrow::<K, D, CLayout, N>(value, spans) }
            }
        }

        impl<'a, K: Kind<Element = K>, D: Dims> BorrowedAs<'a, AsFortran> for $view<'a, K, D> {
            const TYPE: TypeExpr = <D::Bigarray<K, FortranLayout> as Bigarray>::BIGARRAY;

            #[inline]
            unsafe fn borrow_as<const N: usize>(
                value: Value<'a>,
                spans: &mut Spans<N>,
            ) -> Result<Self, ConversionError> {
                // SAFETY: the caller's promise.
                unsafe { $borrow::<K, D, FortranLayout, N>(value, spans) }
            }
        }
    )*};
}
borrowed!(ArrayView view ArrayViewMut view_mut);
