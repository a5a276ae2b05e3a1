//! How a stub reads its arguments.

use bactrian_sys as sys;
use core::marker::PhantomData;

use super::message::Message;
use super::results::{Finish, finish_plain};
use sys::Value as Raw;

use crate::adapters::FromValueAs;
use crate::convert::{FromValue, ToValue};
use crate::convert::{checked_isize, checked_usize};
use crate::interface::{Passing, TypeExpr};
use crate::runtime::{Allocator, NamedValue, Raise, Runtime, check, enter};
use crate::value::{ConversionError, Value};

/// `Invalid_argument` of an error's text.
#[cold]
#[inline(never)]
pub(super) fn invalid_argument(rt: &Runtime, error: ConversionError) -> Raise {
    let message = Message::of(&error);
    Raise::InvalidArgument(Allocator::new(rt).string(message.bytes()))
}

/// `Invalid_argument` of a text.
#[cold]
#[inline(never)]
pub(crate) fn invalid_text(rt: &Runtime, text: &str) -> Raise {
    Raise::InvalidArgument(Allocator::new(rt).string(text.as_bytes()))
}

#[cold]
#[inline(never)]
pub(super) fn invalid(rt: &Runtime, error: ConversionError, name: &'static str) -> Raise {
    invalid_argument(rt, error.in_argument(name))
}

/// Reads an argument.
///
/// # Safety
///
/// `raw` is a value that OCaml passed to the stub, and nothing has collected since.
#[inline(always)]
pub unsafe fn argument<'gc, T: FromValue<'gc>>(
    rt: &'gc Runtime,
    raw: Raw,
    name: &'static str,
) -> Result<T, Raise> {
    // SAFETY: the caller's promise.
    match T::from_value(unsafe { Value::from_raw(raw) }) {
        Ok(argument) => Ok(argument),
        Err(error) => Err(invalid(rt, error, name)),
    }
}

/// Reads an argument that says `as`.
///
/// # Safety
///
/// As for [`argument`].
#[inline(always)]
pub unsafe fn argument_as<'gc, As, T: FromValueAs<'gc, As>>(
    rt: &'gc Runtime,
    raw: Raw,
    name: &'static str,
) -> Result<T, Raise> {
    // SAFETY: the caller's promise.
    match T::from_value_as(unsafe { Value::from_raw(raw) }) {
        Ok(argument) => Ok(argument),
        Err(error) => Err(invalid(rt, error, name)),
    }
}

/// Checks the unit of a function without arguments.
#[inline(always)]
pub fn unit_argument(_: Raw) {}

/// Reads an argument that is passed without a box or tag.
#[inline(always)]
pub fn argument_native<T: Unboxed>(
    rt: &Runtime,
    native: T::Native,
    name: &'static str,
) -> Result<T, Raise> {
    match T::from_native(native) {
        Ok(argument) => Ok(argument),
        Err(error) => Err(invalid(rt, error, name)),
    }
}

/// An argument for the stub of native code, where bytecode passes a value.
///
/// # Safety
///
/// OCaml has called the function that calls this, with `raw`, and nothing has collected since. Nothing
/// there needs to be dropped: this may raise.
pub unsafe fn unboxed_argument<T: Unboxed + for<'gc> FromValue<'gc>>(
    panic: &'static NamedValue,
    raw: Raw,
    name: &'static str,
) -> T::Native {
    // SAFETY: the caller's promise.
    let read = |rt: &mut Runtime| unsafe { argument::<T>(rt, raw, name) }.map(T::into_native);
    // SAFETY: as above.
    match unsafe { enter(panic, read) } {
        Ok(native) => native,
        // SAFETY: as above; nothing is alive here.
        Err(raise) => unsafe { raise.raise() },
    }
}

/// The value that bytecode gets for what the stub of native code has returned.
///
/// # Safety
///
/// As for [`unboxed_argument`]; the caller returns it.
pub unsafe fn boxed_result<T: Unboxed + ToValue>(
    panic: &'static NamedValue,
    native: T::Native,
) -> Raw {
    let make = |rt: &mut Runtime| match T::from_native(native) {
        Ok(number) => Ok(finish_plain(number, rt)),
        Err(error) => Err(invalid_argument(rt, error)),
    };
    // SAFETY: the caller's promise.
    match unsafe { enter(panic, make) } {
        // SAFETY: the end of a stub; the result is all that is alive.
        Ok(Finish { raw, allocated }) if allocated => unsafe { check(raw) },
        Ok(finish) => finish.raw,
        // SAFETY: the caller's promise; nothing is alive here.
        Err(raise) => unsafe { raise.raise() },
    }
}

/// Reads an argument of a function that must not raise.
///
/// # Safety
///
/// As for [`argument`]; the type does not borrow.
///
/// # Panics
///
/// When the value is not of the type: there is no other way out.
#[inline(always)]
pub unsafe fn argument_noalloc<T: for<'gc> FromValue<'gc>>(raw: Raw) -> T {
    // SAFETY: the caller's promise.
    match T::from_value(unsafe { Value::<'_>::from_raw(raw) }) {
        Ok(argument) => argument,
        Err(error) => panic!("{error}"),
    }
}

/// Types that OCaml passes to native code without a box (`[@unboxed]`) or tag (`[@untagged]`).
pub trait Unboxed: Sized {
    /// What is passed.
    type Native;

    /// Without a box, or without a tag.
    const PASSING: Passing;

    /// Reads what was passed.
    fn from_native(native: Self::Native) -> Result<Self, ConversionError>;

    /// What is to be passed back.
    ///
    /// # Panics
    ///
    /// When an OCaml `int` does not hold the number.
    fn into_native(self) -> Self::Native;
}

macro_rules! untagged {
    ($($int:ident)*) => {$(
        impl Unboxed for $int {
            type Native = isize;
            const PASSING: Passing = Passing::Untagged;

            #[inline(always)]
            fn from_native(native: isize) -> Result<Self, ConversionError> {
                match $int::try_from(native) {
                    Ok(n) => Ok(n),
                    // The same words as for a tagged one. The number is an OCaml int's, as it is
                    // when it comes from OCaml.
                    // SAFETY: an immediate.
                    Err(_) => <$int>::from_value(unsafe { Value::from_raw(sys::int(native)) }),
                }
            }

            #[inline(always)]
            fn into_native(self) -> isize {
                self as isize
            }
        }
    )*};
}
untagged!(i8 u8 i16 u16);

impl Unboxed for isize {
    type Native = isize;
    const PASSING: Passing = Passing::Untagged;

    #[inline(always)]
    fn from_native(native: isize) -> Result<Self, ConversionError> {
        Ok(native)
    }

    #[inline(always)]
    fn into_native(self) -> isize {
        checked_isize(self)
    }
}

impl Unboxed for usize {
    type Native = isize;
    const PASSING: Passing = Passing::Untagged;

    #[inline(always)]
    fn from_native(native: isize) -> Result<Self, ConversionError> {
        match usize::try_from(native) {
            Ok(n) => Ok(n),
            // SAFETY: an immediate.
            Err(_) => usize::from_value(unsafe { Value::from_raw(sys::int(native)) }),
        }
    }

    #[inline(always)]
    fn into_native(self) -> isize {
        checked_usize(self)
    }
}

macro_rules! unboxed {
    ($($type:ident as $native:ident)*) => {$(
        impl Unboxed for $type {
            type Native = $native;
            const PASSING: Passing = Passing::Unboxed;

            #[inline(always)]
            fn from_native(native: $native) -> Result<Self, ConversionError> {
                Ok(native as $type)
            }

            #[inline(always)]
            fn into_native(self) -> $native {
                self as $native
            }
        }
    )*};
}
unboxed!(i32 as i32 u32 as i32 i64 as i64 u64 as i64 f64 as f64 f32 as f64);

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
    ($($element:ident $of:ident $ocaml:expr;)*) => {$(
        impl<'a> Borrowed<'a> for &'a [$element] {
            const TYPE: TypeExpr = $ocaml;

            #[inline(always)]
            unsafe fn borrow<const N: usize>(
                value: Value<'a>,
                spans: &mut Spans<N>,
            ) -> Result<Self, ConversionError> {
                let (data, length) = $of(value)?;
                spans.add(data, length, false)?;
                // SAFETY: the caller's promise, and `spans` has no mutable one that overlaps.
                Ok(unsafe { core::slice::from_raw_parts(data, length) })
            }
        }

        impl<'a> Borrowed<'a> for &'a mut [$element] {
            const TYPE: TypeExpr = $ocaml;

            #[inline(always)]
            unsafe fn borrow<const N: usize>(
                value: Value<'a>,
                spans: &mut Spans<N>,
            ) -> Result<Self, ConversionError> {
                let (data, length) = $of(value)?;
                spans.add(data, length, true)?;
                // SAFETY: the caller's promise, and `spans` has none that overlaps.
                Ok(unsafe { core::slice::from_raw_parts_mut(data, length) })
            }
        }
    )*};
}
slices!(
    u8 bytes TypeExpr::named("bytes");
    f64 floats TypeExpr::Name("array", &[TypeExpr::named("float")]);
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
        Err(error) => {
            // SAFETY: the message is all that is made, and the arguments are not used again.
            let rt = unsafe { Runtime::assume_held() };
            Err(invalid(&rt, error, name))
        }
    }
}
