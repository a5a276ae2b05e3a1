//! Rust error types that are OCaml exceptions.

use crate::interface::Name;
use crate::runtime::{Allocator, NamedValue, Runtime};
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

    /// What the exceptions' constructors are registered as.
    #[doc(hidden)]
    fn registered() -> &'static [NamedValue];

    /// Makes the exception value; the name that is missing when it is not registered. Knows what
    /// has been found of `registered`.
    #[doc(hidden)]
    fn build_exception<'gc>(
        &self,
        allocator: &mut Allocator<'gc>,
    ) -> Result<Value<'gc, Exn>, &'static str>;

    /// Reads an exception value; `None` when it is another exception. Knows what has been found of
    /// `registered`.
    #[doc(hidden)]
    fn read_exception(exception: Value<'_, Exn>) -> Option<Result<Self, ConversionError>>;
}

/// Looks the constructors of an error type's exceptions up. May collect.
pub(crate) fn find_registered<E: OCamlException>(rt: &mut Runtime) {
    for name in E::registered() {
        name.find(rt);
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
    /// fn handled<E: OCamlException>(rt: &mut Runtime, exception: Exception) -> Result<E, Exception> {
    ///     exception.downcast::<E>(rt)
    /// }
    /// ```
    ///
    /// The runtime is borrowed exclusively since finding the exception that is registered may collect.
    pub fn downcast<E: OCamlException>(self, rt: &mut Runtime) -> Result<E, Exception> {
        find_registered::<E>(rt);
        match self.value(rt).and_then(E::read_exception) {
            Some(Ok(error)) => Ok(error),
            _ => Err(self),
        }
    }
}
