//! How a stub lends bigarrays to functions that do not touch the runtime.

use super::borrowed::{Borrowed, Exclusive, Spans, invalid_borrow};
use super::sys::Value as Raw;
use crate::adapters::AsBigarray;
use crate::interface::TypeExpr;
use crate::runtime::Raise;
use crate::value::bigarray::{
    Array1, ArrayView, ArrayViewMut, Bigarray, Element, Kind, Parts, aligned_parts,
};
use crate::value::{ConversionError, Value};

/// Borrows the data of a bigarray.
#[inline(always)]
pub(super) fn borrow<'a, A: Bigarray, const N: usize>(
    value: Value<'a>,
    spans: &mut Spans<N>,
    mutable: bool,
) -> Result<Parts<'a, Element<A>>, ConversionError> {
    let parts = aligned_parts::<A>(value)?;
    spans.add(parts.data.as_ptr(), parts.length, mutable)?;
    Ok(parts)
}

impl<'a, A: Bigarray> Borrowed<'a> for ArrayView<'a, A> {
    const TYPE: TypeExpr = A::BIGARRAY;

    #[inline(always)]
    unsafe fn borrow<const N: usize>(
        value: Value<'a>,
        spans: &mut Spans<N>,
    ) -> Result<Self, ConversionError> {
        let parts = borrow::<A, N>(value, spans, false)?;
        // SAFETY: the caller's promise, and `spans` has no mutable one that overlaps.
        Ok(unsafe { ArrayView::from_parts(parts.data, parts.length, parts.dims) })
    }
}

impl<'a, A: Bigarray> Borrowed<'a> for ArrayViewMut<'a, A> {
    const TYPE: TypeExpr = A::BIGARRAY;

    #[inline(always)]
    unsafe fn borrow<const N: usize>(
        value: Value<'a>,
        spans: &mut Spans<N>,
    ) -> Result<Self, ConversionError> {
        let parts = borrow::<A, N>(value, spans, true)?;
        // SAFETY: the caller's promise, and `spans` has none that overlaps.
        Ok(unsafe { ArrayViewMut::from_parts(parts.data, parts.length, parts.dims) })
    }
}

/// Arguments that borrow, and say `as`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be borrowed `as` this OCaml type",
    label = "not borrowed data",
    note = "`&[T]` and `&mut [T]` can be borrowed `as = bigarray`, for the numbers `T` that bigarrays \
            have"
)]
pub trait BorrowedAs<'a, As>: Sized {
    /// The OCaml type.
    const TYPE: TypeExpr;

    /// Borrows.
    ///
    /// # Safety
    ///
    /// As for `Borrowed::borrow`.
    unsafe fn borrow_as<const N: usize>(
        value: Value<'a>,
        spans: &mut Spans<N>,
    ) -> Result<Self, ConversionError>;
}

impl<'a, K: Kind<Element = K>> BorrowedAs<'a, AsBigarray> for &'a [K] {
    const TYPE: TypeExpr = Array1::<K>::BIGARRAY;

    #[inline(always)]
    unsafe fn borrow_as<const N: usize>(
        value: Value<'a>,
        spans: &mut Spans<N>,
    ) -> Result<Self, ConversionError> {
        let parts = borrow::<Array1<K>, N>(value, spans, false)?;
        // SAFETY: the caller's promise, and `spans` has no mutable one that overlaps.
        Ok(unsafe { core::slice::from_raw_parts(parts.data.as_ptr(), parts.length) })
    }
}

impl<'a, K: Kind<Element = K>> BorrowedAs<'a, AsBigarray> for &'a mut [K] {
    const TYPE: TypeExpr = Array1::<K>::BIGARRAY;

    #[inline(always)]
    unsafe fn borrow_as<const N: usize>(
        value: Value<'a>,
        spans: &mut Spans<N>,
    ) -> Result<Self, ConversionError> {
        let parts = borrow::<Array1<K>, N>(value, spans, true)?;
        // SAFETY: the caller's promise, and `spans` has none that overlaps.
        Ok(unsafe { core::slice::from_raw_parts_mut(parts.data.as_ptr(), parts.length) })
    }
}

/// Borrows an argument that says `as`.
///
/// # Safety
///
/// As for [`borrowed_argument`](super::borrowed_argument).
#[inline(always)]
pub unsafe fn borrowed_argument_as<'a, As, T: BorrowedAs<'a, As>, const N: usize>(
    _: &Exclusive<'a>,
    raw: Raw,
    name: &'static str,
    spans: &mut Spans<N>,
) -> Result<T, Raise> {
    // SAFETY: the caller's promise; the exclusive borrow of the token lasts for `'a`.
    match unsafe { T::borrow_as(Value::from_raw(raw), spans) } {
        Ok(argument) => Ok(argument),
        // SAFETY: the runtime is held, and the arguments are not used again.
        Err(error) => Err(unsafe { invalid_borrow(error, name) }),
    }
}
