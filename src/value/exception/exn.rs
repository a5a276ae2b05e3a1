//! An exception as a value: a block of its constructor and its arguments, or the constructor alone.
//!
//! A constructor is a block of its name and a number. The number of what a program declares comes
//! from a counter that starts at 0; the exceptions of the runtime's own have negative ones. Each
//! evaluation of a local declaration, and each application of a functor with one, makes a new
//! constructor.

use alloc::format;
use alloc::string::{String, ToString};

use bactrian_sys as sys;

use super::Exn;
use crate::value::{ConversionError, Value};

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

    /// The constructor's name, with its module's path as the OCaml compiler records it.
    ///
    /// # Errors
    ///
    /// When this is no exception.
    pub(crate) fn constructor_name(self) -> Result<&'gc [u8], ConversionError> {
        self.constructor()?.field(0)?.as_bytes()
    }

    /// Whether the other exception has the same constructor, whatever the arguments: whether a
    /// pattern of OCaml's that matches one may match the other.
    ///
    /// Names do not tell: exceptions that are declared locally, or by a functor, have one name and
    /// many constructors.
    ///
    /// ```
    /// use bactrian::{Exception, Exn, Fun, Root, Runtime};
    ///
    /// /// OCaml: `val retries : exn -> (unit -> int) -> int`, where the exception, with any
    /// /// arguments, is the one upon which to try again.
    /// #[bactrian::func]
    /// fn retries(
    ///     rt: &mut Runtime,
    ///     again: Root<Exn>,
    ///     f: Root<Fun<(), isize>>,
    /// ) -> Result<isize, Exception> {
    ///     loop {
    ///         let exception = match f.call(rt, ()) {
    ///             Ok(result) => return Ok(result),
    ///             Err(exception) => exception,
    ///         };
    ///         match exception.value(rt) {
    ///             Some(value) if value.same_constructor(again.get(rt)) => {}
    ///             _ => return Err(exception),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn same_constructor(self, other: Value<'_, Exn>) -> bool {
        match (self.constructor(), other.constructor()) {
            (Ok(one), Ok(other)) => one.raw() == other.raw(),
            _ => false,
        }
    }

    /// How many arguments the exception has; fields, if they are an inline record.
    ///
    /// ```
    /// # use bactrian::{Exn, Value};
    /// fn is_constant(exception: Value<Exn>) -> bool {
    ///     exception.argument_count() == 0
    /// }
    /// ```
    pub fn argument_count(self) -> usize {
        match (self.tag(), self.size()) {
            (Some(0), Some(size)) => size.saturating_sub(1),
            _ => 0,
        }
    }

    /// The argument of this index, from 0, or the field of an inline record.
    ///
    /// # Errors
    ///
    /// When there is no such argument.
    ///
    /// ```
    /// # use bactrian::{Exn, Value};
    /// fn line(exception: Value<Exn>) -> Option<usize> {
    ///     exception.argument(1).ok()?.to().ok()
    /// }
    /// ```
    pub fn argument(self, index: usize) -> Result<Value<'gc>, ConversionError> {
        if index < self.argument_count() {
            self.field(index + 1)
        } else {
            Err(self.unexpected(format!("an exception with an argument {index}")))
        }
    }

    /// Whether this is an exception of the runtime's own: programs may declare one of the same name,
    /// but not with a negative number.
    pub(super) fn is_predefined(self) -> bool {
        let number = self.constructor().and_then(|it| it.field(1)?.as_int());
        matches!(number, Ok(..=-1))
    }
}

/// The exception as the runtime prints it. Not by the runtime, which cuts the text at a NUL and
/// after 256 bytes.
pub(super) fn format_exception(value: Value<'_, Exn>) -> String {
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

/// Whether this is one of the predefined exceptions that say a place in the source.
fn has_place(value: Value<'_, Exn>) -> bool {
    value.is_predefined()
        && matches!(
            value.constructor_name(),
            Ok(b"Match_failure" | b"Assert_failure" | b"Undefined_recursive_module")
        )
}
