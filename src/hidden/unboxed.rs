//! How a stub of native code reads and makes numbers without a box or tag, and one of bytecode calls it.

use bactrian_sys as sys;
use sys::Value as Raw;

use super::arguments::{argument, invalid, invalid_argument};
use super::results::{Finish, finish_plain};
use crate::convert::{FromValue, ToValue, checked_isize, checked_usize};
use crate::interface::Passing;
use crate::runtime::{PanicException, Raise, Runtime, check, enter};
use crate::value::{ConversionError, Value};

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

/// Makes a result that is passed without a box or tag.
#[inline(always)]
pub fn finish_native<T: Unboxed>(result: T) -> T::Native {
    result.into_native()
}

/// An argument for the stub of native code, where bytecode passes a value.
///
/// # Safety
///
/// OCaml has called the function that calls this, with `raw`, and nothing has collected since. Nothing
/// there needs to be dropped: this may raise.
pub unsafe fn unboxed_argument<T: Unboxed + for<'gc> FromValue<'gc>>(
    panic: &dyn PanicException,
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
    panic: &dyn PanicException,
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
