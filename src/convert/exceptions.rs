//! Rust error types that are OCaml exceptions.

use alloc::format;

use crate::interface::Name;
use crate::runtime::{Allocator, NamedValue, Raise, Runtime};
use crate::value::{ConversionError, Exception, Exn, Predefined, Value};

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

    /// How to raise it. May collect, before it is made.
    #[doc(hidden)]
    fn into_raise(self, rt: &mut Runtime) -> Raise {
        raise_built(&self, rt)
    }

    /// Takes a predefined exception that Rust made for one of this type.
    #[doc(hidden)]
    fn of_predefined(_: Predefined) -> Option<Self> {
        None
    }
}

/// How to raise an error whose exception is registered, or to be found in another way.
#[cold]
#[inline(never)]
pub(crate) fn raise_built<E: OCamlException>(error: &E, rt: &mut Runtime) -> Raise {
    find_registered::<E>(rt);
    let mut allocator = Allocator::new(rt);
    match error.build_exception(&mut allocator) {
        Ok(exception) => Raise::Exception(exception.raw()),
        Err(name) => {
            let text = format!(
                "{error} (raised as Failure: no exception is registered as {name:?}; call \
                 Callback.register_exception)"
            );
            Raise::Failure(allocator.string(text.as_bytes()))
        }
    }
}

/// Looks the constructors of an error type's exceptions up. May collect.
pub(crate) fn find_registered<E: OCamlException>(rt: &mut Runtime) {
    for name in E::registered() {
        name.find(rt);
    }
}

impl Exception {
    /// The Rust error that this exception stands for; `None` when it is none of that type's, or its
    /// arguments do not convert.
    ///
    /// ```
    /// # #[derive(Debug, bactrian::Exception)]
    /// # enum ParseError { Empty }
    /// # impl std::fmt::Display for ParseError {
    /// #     fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { f.write_str("empty") }
    /// # }
    /// # impl std::error::Error for ParseError {}
    /// use bactrian::{Exception, Fun, Root, Runtime};
    ///
    /// /// What the OCaml parser says, or 0 for a text that is empty.
    /// #[bactrian::func]
    /// fn length(rt: &mut Runtime, parse: Root<Fun<(String,), isize>>, text: String) -> Result<isize, Exception> {
    ///     parse.call(rt, (text,)).or_else(|exception| match exception.to(rt) {
    ///         Some(ParseError::Empty) => Ok(0),
    ///         None => Err(exception),
    ///     })
    /// }
    /// ```
    ///
    /// The runtime is borrowed exclusively since finding the exception that is registered may collect.
    pub fn to<E: OCamlException>(&self, rt: &mut Runtime) -> Option<E> {
        if let Some(made) = self.made() {
            return E::of_predefined(made);
        }
        find_registered::<E>(rt);
        E::read_exception(self.value(rt)?)?.ok()
    }

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
        self.to(rt).ok_or(self)
    }
}
