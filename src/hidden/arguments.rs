//! How a stub reads its arguments.

use bactrian_sys::Value as Raw;

use super::message::Message;
use crate::adapters::FromValueAs;
use crate::convert::FromValue;
use crate::runtime::{Allocator, Raise, Runtime};
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
