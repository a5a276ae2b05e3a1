//! Rust error types that are OCaml exceptions.

use bactrian_sys as sys;

use crate::interface::Name;
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Exception, Exn, Value};

/// An error type whose values OCaml knows as exceptions of its own.
///
/// Derive it: `#[derive(Exception)]`. A function that returns `Result<T, E>` with such an `E`
/// raises it.
///
/// The OCaml program declares the exceptions and registers each with `Callback.register_exception`
/// under its name; a name that is not registered gives `Failure` with the error's text and a note.
///
/// # Examples
///
/// ```
/// use std::fmt;
///
/// /// OCaml: `exception Syntax of string * int | Empty`, registered as "mycrate.Syntax"...
/// #[derive(Debug, bactrian::Exception)]
/// #[ocaml(prefix = "mycrate")]
/// enum ParseError {
///     Syntax(String, usize),
///     Empty,
/// }
///
/// impl fmt::Display for ParseError {
///     fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
///         match self {
///             ParseError::Syntax(what, line) => write!(f, "line {line}: {what}"),
///             ParseError::Empty => f.write_str("nothing to parse"),
///         }
///     }
/// }
/// impl std::error::Error for ParseError {}
///
/// #[bactrian::func]
/// fn parse(text: &str) -> Result<usize, ParseError> {
///     text.split_whitespace().next().ok_or(ParseError::Empty).map(str::len)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no OCaml exception",
    note = "for an error type of your own, derive it: `#[derive(bactrian::Exception)]`"
)]
pub trait OCamlException: core::error::Error + Sized {
    /// The names that the exceptions are registered under.
    #[doc(hidden)]
    const NAMES: &'static [Name] = &[];

    /// Makes the exception value; the name that is missing when it is not registered.
    #[doc(hidden)]
    fn build_exception<'gc>(
        &self,
        allocator: &mut Allocator<'gc>,
    ) -> Result<Value<'gc, Exn>, &'static str>;

    /// Reads an exception value; `None` when it is another exception.
    #[doc(hidden)]
    fn read_exception(exception: Value<'_, Exn>) -> Option<Result<Self, ConversionError>>;
}

/// The constructor that `Callback.register_exception` stored under a name, looked up each time:
/// a registration may come late.
#[doc(hidden)]
pub fn registered_exception<'gc>(name: &'static core::ffi::CStr) -> Option<Value<'gc>> {
    // SAFETY: a C string; the runtime is held, since conversions run only then. What is returned is
    // null or a root of the runtime's own, read at once.
    unsafe {
        let root = sys::caml_named_value(name.as_ptr());
        if root.is_null() {
            None
        } else {
            Some(Value::from_raw(*root))
        }
    }
}

impl Exception {
    /// The Rust error that this exception stands for, when it is one of that type's.
    ///
    /// # Errors
    ///
    /// The exception itself, when it is none of `E`'s, or its arguments do not convert.
    ///
    /// ```
    /// # use bactrian::{Exception, OCamlException, Runtime};
    /// fn handled<E: OCamlException>(rt: &Runtime, exception: Exception) -> Result<E, Exception> {
    ///     exception.downcast::<E>(rt)
    /// }
    /// ```
    pub fn downcast<E: OCamlException>(self, rt: &Runtime) -> Result<E, Exception> {
        match self.value(rt).and_then(E::read_exception) {
            Some(Ok(error)) => Ok(error),
            _ => Err(self),
        }
    }
}
