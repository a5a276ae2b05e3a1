//! How a stub lends data of the heap to functions that do not touch the runtime.

use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::arguments::invalid;
use crate::interface::TypeExpr;
use crate::runtime::{Raise, Runtime};
use crate::value::{ConversionError, Value};

/// The runtime, held by a function that borrows mutable data of the OCaml heap: nothing else of the
/// heap can be reached.
#[derive(Debug)]
pub struct Exclusive<'a>(PhantomData<&'a mut Runtime>);

impl<'a> Exclusive<'a> {
    /// Borrows the token, so that no `Value` is alive.
    #[inline(always)]
    pub fn new(_: &'a mut Runtime) -> Self {
        Exclusive(PhantomData)
    }
}

/// The parts of the heap that a function's arguments borrow.
#[derive(Debug)]
pub struct Spans<const N: usize> {
    spans: [(usize, usize, bool); N],
    count: usize,
}

impl<const N: usize> Spans<N> {
    /// None yet.
    #[inline(always)]
    pub fn new() -> Self {
        Spans {
            spans: [(0, 0, false); N],
            count: 0,
        }
    }

    #[inline(always)]
    pub(super) fn add<T>(
        &mut self,
        data: *const T,
        length: usize,
        mutable: bool,
    ) -> Result<(), ConversionError> {
        let (start, end) = (data as usize, data as usize + length * size_of::<T>());
        for &(other_start, other_end, other_mutable) in &self.spans[..self.count] {
            if start < other_end && other_start < end && (mutable || other_mutable) {
                return Err(overlap());
            }
        }
        self.spans[self.count] = (start, end, mutable);
        self.count += 1;
        Ok(())
    }
}

impl<const N: usize> Default for Spans<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cold]
#[inline(never)]
fn overlap() -> ConversionError {
    ConversionError::message(
        "the data is that of another argument, and the function writes to one of the two",
    )
}

/// Arguments that borrow from the heap in functions that do not touch the runtime.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be borrowed from an OCaml value",
    label = "not borrowed data",
    note = "`&str`, `&[u8]`, `&mut [u8]` (bytes), `&[f64]` and `&mut [f64]` (float array) can",
    note = "`&[T]` of other numbers can `as = bigarray`"
)]
pub trait Borrowed<'a>: Sized {
    /// The OCaml type.
    const TYPE: TypeExpr;

    /// Borrows.
    ///
    /// # Safety
    ///
    /// `value` lives, and nothing else reads or writes the heap during `'a`, but for other such
    /// arguments, of which `spans` knows.
    unsafe fn borrow<const N: usize>(
        value: Value<'a>,
        spans: &mut Spans<N>,
    ) -> Result<Self, ConversionError>;
}

/// The bytes of a `string` or `bytes`: where, and how many.
#[inline(always)]
fn bytes(value: Value<'_>) -> Result<(*mut u8, usize), ConversionError> {
    if value.tag() != Some(sys::STRING_TAG) {
        return Err(value.unexpected("bytes"));
    }
    // SAFETY: just checked; not kept as a reference.
    let length = unsafe { value.bytes_unchecked() }.len();
    Ok((value.raw() as *mut u8, length))
}

/// The numbers of a `float array`: where, and how many.
#[inline(always)]
fn floats(value: Value<'_>) -> Result<(*mut f64, usize), ConversionError> {
    let flat = sys::FLAT_FLOAT_ARRAY && align_of::<usize>() >= align_of::<f64>();
    match value.header() {
        Some(header) if flat && sys::header_tag(header) == sys::DOUBLE_ARRAY_TAG => Ok((
            value.raw() as *mut f64,
            sys::header_wosize(header) / sys::DOUBLE_WOSIZE,
        )),
        Some(header) if sys::header_wosize(header) == 0 && sys::header_tag(header) == 0 => {
            Ok((core::ptr::NonNull::dangling().as_ptr(), 0))
        }
        _ if !flat => Err(ConversionError::message(
            "this OCaml has no arrays of floats that Rust could borrow: take a `Vec<f64>`",
        )),
        _ => Err(value.unexpected("a float array")),
    }
}

impl<'a> Borrowed<'a> for &'a str {
    const TYPE: TypeExpr = TypeExpr::named("string");

    #[inline(always)]
    unsafe fn borrow<const N: usize>(
        value: Value<'a>,
        spans: &mut Spans<N>,
    ) -> Result<Self, ConversionError> {
        let text = value.as_str()?;
        spans.add(text.as_ptr(), text.len(), false)?;
        Ok(text)
    }
}

macro_rules! slices {
    ($($slice:ty: $of:ident, $mutable:literal, $make:ident, $ocaml:expr;)*) => {$(
        impl<'a> Borrowed<'a> for $slice {
            const TYPE: TypeExpr = $ocaml;

            #[inline(always)]
            unsafe fn borrow<const N: usize>(
                value: Value<'a>,
                spans: &mut Spans<N>,
            ) -> Result<Self, ConversionError> {
                let (data, length) = $of(value)?;
                spans.add(data, length, $mutable)?;
                // SAFETY: the caller's promise; `spans` has none that overlaps and is mutable, and none
                // at all that overlaps if this one is.
                Ok(unsafe { core::slice::$make(data, length) })
            }
        }
    )*};
}
const BYTES: TypeExpr = TypeExpr::named("bytes");
const FLOATS: TypeExpr = TypeExpr::Name("array", &[TypeExpr::named("float")]);
slices!(
    &'a [u8]: bytes, false, from_raw_parts, BYTES;
    &'a mut [u8]: bytes, true, from_raw_parts_mut, BYTES;
    &'a [f64]: floats, false, from_raw_parts, FLOATS;
    &'a mut [f64]: floats, true, from_raw_parts_mut, FLOATS;
);

/// Borrows an argument.
///
/// # Safety
///
/// `raw` is a value that OCaml passed to the stub, and nothing has collected since. The arguments
/// that borrow are all made with the same `spans`.
#[inline(always)]
pub unsafe fn borrowed_argument<'a, T: Borrowed<'a>, const N: usize>(
    _: &Exclusive<'a>,
    raw: Raw,
    name: &'static str,
    spans: &mut Spans<N>,
) -> Result<T, Raise> {
    // SAFETY: the caller's promise; the exclusive borrow of the token lasts for `'a`.
    match unsafe { T::borrow(Value::from_raw(raw), spans) } {
        Ok(argument) => Ok(argument),
        // SAFETY: the runtime is held, and the arguments are not used again.
        Err(error) => Err(unsafe { invalid_borrow(error, name) }),
    }
}

/// `Invalid_argument` where the runtime is borrowed.
///
/// # Safety
///
/// This thread holds the runtime, and no argument is used any more.
#[cold]
#[inline(never)]
pub(super) unsafe fn invalid_borrow(error: ConversionError, name: &'static str) -> Raise {
    // SAFETY: the caller's promise; the message is all that is made.
    invalid(&unsafe { Runtime::assume_held() }, error, name)
}
