//! Exceptions that OCaml code raised, as errors.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{ConversionError, Root, Value};
use crate::runtime::Runtime;

/// Stands for OCaml's `exn` in a [`Value`] or [`Root`].
#[derive(Debug)]
pub enum Exn {}

/// An exception that OCaml code raised.
///
/// Calls into OCaml give it as the error of a `Result`. A function that returns it, through `?` for
/// example, raises the very same exception again.
///
/// # Examples
///
/// ```
/// use bactrian::{Exception, Runtime};
///
/// fn step(rt: &mut Runtime) -> Result<(), Exception> {
///     rt.poll()?; // a signal handler may raise
///     Ok(())
/// }
/// # bactrian::hidden::embedded(|rt| step(rt).unwrap());
/// ```
pub struct Exception(Box<Inner>);

enum Inner {
    /// OCaml raised it.
    Raised {
        value: Root<Exn>,
        name: String,
        text: String,
    },
    /// OCaml's result was not what the type said.
    Result(ConversionError),
}

impl Exception {
    /// Takes an exception just raised.
    #[cold]
    #[inline(never)]
    pub(crate) fn caught(rt: &Runtime, value: Value<'_, Exn>) -> Exception {
        let name = match value.constructor_name() {
            Ok(name) => String::from_utf8_lossy(name).into_owned(),
            Err(_) => "?".to_string(),
        };
        let text = format_exception(value);
        Exception(Box::new(Inner::Raised {
            value: Root::new(rt, value),
            name,
            text,
        }))
    }

    /// The exception value, for example to look at it; `None` when no OCaml code raised it, but the
    /// result of a call did not convert.
    ///
    /// ```
    /// # use bactrian::{Exception, Runtime, Value, Exn};
    /// fn value<'gc>(exception: &Exception, rt: &'gc Runtime) -> Option<Value<'gc, Exn>> {
    ///     exception.value(rt)
    /// }
    /// ```
    pub fn value<'gc>(&self, rt: &'gc Runtime) -> Option<Value<'gc, Exn>> {
        match &*self.0 {
            Inner::Raised { value, .. } => Some(value.get(rt)),
            Inner::Result(_) => None,
        }
    }

    /// The constructor's name, with its module's path as the OCaml compiler records it:
    /// `Failure`, `Dune__exe__Main.Parse_error`.
    ///
    /// ```
    /// # use bactrian::Exception;
    /// fn is_not_found(exception: &Exception) -> bool {
    ///     exception.name() == "Not_found"
    /// }
    /// ```
    pub fn name(&self) -> &str {
        match &*self.0 {
            Inner::Raised { name, .. } => name,
            Inner::Result(_) => "Invalid_argument",
        }
    }

    /// The exception's argument of this index, from 0; for `Failure` it is the message.
    ///
    /// # Errors
    ///
    /// When there is no such argument.
    ///
    /// ```
    /// # use bactrian::{Exception, Runtime};
    /// fn message(exception: &Exception, rt: &Runtime) -> Option<String> {
    ///     exception.argument(rt, 0).ok()?.to().ok()
    /// }
    /// ```
    pub fn argument<'gc>(
        &self,
        rt: &'gc Runtime,
        index: usize,
    ) -> Result<Value<'gc>, ConversionError> {
        match self.value(rt) {
            Some(value) if value.tag() == Some(0) => value.field(index + 1),
            Some(value) => Err(value.unexpected(format!("an exception with an argument {index}"))),
            None => Err(ConversionError::message(
                "no OCaml code raised this exception",
            )),
        }
    }
}

impl From<ConversionError> for Exception {
    /// The result of a call did not convert. Raised again, it is `Invalid_argument`.
    #[cold]
    fn from(error: ConversionError) -> Self {
        Exception(Box::new(Inner::Result(error)))
    }
}

impl fmt::Display for Exception {
    /// The exception as OCaml prints it: `Failure("no such thing")`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Inner::Raised { text, .. } => f.write_str(text),
            Inner::Result(error) => error.fmt(f),
        }
    }
}

impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exception({self})")
    }
}

impl core::error::Error for Exception {}

impl<'gc, T> Value<'gc, T> {
    /// Whether this has the shape of an exception.
    pub(crate) fn is_exception(self) -> bool {
        // SAFETY: only looked at.
        unsafe { self.cast::<Exn>() }.constructor_name().is_ok()
    }
}

impl<'gc> Value<'gc, Exn> {
    /// The block that identifies the exception: two exceptions have the same constructor when this
    /// is the same block.
    ///
    /// # Errors
    ///
    /// When this is no exception.
    pub(crate) fn constructor(self) -> Result<Value<'gc>, ConversionError> {
        let constructor = match self.tag() {
            Some(sys::OBJECT_TAG) => self.any(),
            Some(0) => self.field(0)?,
            _ => return Err(self.unexpected("an exception")),
        };
        match constructor.tag() {
            Some(sys::OBJECT_TAG) => Ok(constructor),
            _ => Err(self.unexpected("an exception")),
        }
    }

    /// The constructor's name.
    pub(crate) fn constructor_name(self) -> Result<&'gc [u8], ConversionError> {
        self.constructor()?.field(0)?.as_bytes()
    }
}

/// The exception as the runtime prints it. Not by the runtime, which cuts the text at a NUL and
/// after 256 bytes.
fn format_exception(value: Value<'_, Exn>) -> String {
    let Ok(name) = value.constructor_name() else {
        return format!("not an exception: {:?}", value);
    };
    let mut text = String::from_utf8_lossy(name).into_owned();
    if value.tag() != Some(0) {
        return text;
    }
    // The runtime's own exceptions with a place in the source have it as one tuple.
    let (block, first) = match value.field(1) {
        Ok(place) if place.tag() == Some(0) && value.size() == Some(2) && has_place(value) => {
            (place, 0)
        }
        _ => (value.any(), 1),
    };
    text.push('(');
    let mut index = first;
    while let Ok(argument) = block.field(index) {
        if index > first {
            text.push_str(", ");
        }
        if let Ok(number) = argument.as_int() {
            text.push_str(&number.to_string());
        } else if let Ok(bytes) = argument.as_bytes() {
            text.push('"');
            text.push_str(&String::from_utf8_lossy(bytes));
            text.push('"');
        } else {
            text.push('_');
        }
        index += 1;
    }
    text.push(')');
    text
}

/// Whether this is one of the predefined exceptions that say a place in the source: exceptions that
/// programs declare may have the name, but not the negative number.
fn has_place(value: Value<'_, Exn>) -> bool {
    let number = value
        .constructor()
        .and_then(|constructor| constructor.field(1)?.as_int());
    matches!(number, Ok(..=-1))
        && matches!(
            value.constructor_name(),
            Ok(b"Match_failure" | b"Assert_failure" | b"Undefined_recursive_module")
        )
}

/// Whether a result of a call marks an exception.
#[inline(always)]
pub(crate) const fn is_exception(result: Raw) -> bool {
    result & 3 == 2
}

/// The result of a call into OCaml.
///
/// # Safety
///
/// `result` comes from a `caml_*_exn` function, and nothing has collected since.
#[inline(always)]
pub(crate) unsafe fn outcome<'gc, T>(
    rt: &'gc Runtime,
    result: Raw,
) -> Result<Value<'gc, T>, Exception> {
    if is_exception(result) {
        // SAFETY: the mark is bit 1; below it is the exception.
        Err(Exception::caught(rt, unsafe {
            Value::from_raw(result & !3)
        }))
    } else {
        // SAFETY: the caller's promise.
        Ok(unsafe { Value::from_raw(result) })
    }
}

impl Runtime {
    /// Lets the runtime do what is due: collections, signal handlers, finalisers, switching
    /// threads. To be called now and then in long loops, by functions that allocate much or that
    /// are to be interrupted (Ctrl-C raises `Sys.Break`).
    ///
    /// Stands for `caml_process_pending_actions`.
    ///
    /// # Errors
    ///
    /// The exception that a signal handler or finaliser raised.
    ///
    /// # Examples
    ///
    /// ```
    /// # use bactrian::{Exception, Runtime};
    /// fn sum(rt: &mut Runtime, numbers: &[f64]) -> Result<f64, Exception> {
    ///     let mut sum = 0.0;
    ///     for chunk in numbers.chunks(1 << 20) {
    ///         sum += chunk.iter().sum::<f64>();
    ///         rt.poll()?;
    ///     }
    ///     Ok(sum)
    /// }
    /// # bactrian::hidden::embedded(|rt| assert_eq!(sum(rt, &[1.5, 2.5]).unwrap(), 4.0));
    /// ```
    pub fn poll(&mut self) -> Result<(), Exception> {
        // SAFETY: the token is borrowed exclusively, so no value is alive that could move.
        let result = unsafe { sys::caml_process_pending_actions_exn() };
        // SAFETY: just returned.
        unsafe { outcome::<super::Any>(self, result) }.map(|_| ())
    }
}
