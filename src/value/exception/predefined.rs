//! The exceptions that every OCaml program has.

use alloc::string::String;
use core::ffi::c_int;
use core::fmt;

use bactrian_sys as sys;

use super::Exn;
use crate::convert::{OCamlException, ToValue};
use crate::interface::Name;
use crate::runtime::{Allocator, NamedValue, Raise, Runtime};
use crate::value::{ConversionError, Value};

/// The exceptions that OCaml itself has: to find out that an [`Exception`] is one of them, and to
/// raise one.
///
/// A function that returns `Result<T, Predefined>` raises it; where the error type is
/// [`Exception`], `?` makes one of it.
///
/// Messages and files are text here: bytes that are no UTF-8 are replaced. The exact bytes of an
/// exception that was caught are its [arguments](Value::argument).
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
/// use bactrian::{Exception, Predefined, Runtime};
///
/// /// OCaml: `val price : string -> int`, which raises `Not_found`.
/// #[bactrian::func]
/// fn price(of: &str) -> Result<isize, Predefined> {
///     let prices = BTreeMap::from([("tea", 3), ("cake", 5)]);
///     prices.get(of).copied().ok_or(Predefined::NotFound)
/// }
///
/// fn is_interrupt(rt: &Runtime, exception: &Exception) -> bool {
///     exception.predefined(rt) == Some(Predefined::Break)
/// }
/// ```
///
/// [`Exception`]: struct@crate::Exception
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Predefined {
    /// `Not_found`
    NotFound,
    /// `Failure message`
    Failure(String),
    /// `Invalid_argument message`
    InvalidArgument(String),
    /// `Sys_error message`
    SysError(String),
    /// `End_of_file`
    EndOfFile,
    /// `Division_by_zero`
    DivisionByZero,
    /// `Stack_overflow`
    StackOverflow,
    /// `Out_of_memory`
    OutOfMemory,
    /// `Sys_blocked_io`
    SysBlockedIo,
    /// `Match_failure (file, line, column)`
    MatchFailure {
        /// The source file.
        file: String,
        /// The line, from 1.
        line: isize,
        /// The column, from 0.
        column: isize,
    },
    /// `Assert_failure (file, line, column)`
    AssertFailure {
        /// The source file.
        file: String,
        /// The line, from 1.
        line: isize,
        /// The column, from 0.
        column: isize,
    },
    /// `Undefined_recursive_module (file, line, column)`
    UndefinedRecursiveModule {
        /// The source file.
        file: String,
        /// The line, from 1.
        line: isize,
        /// The column, from 0.
        column: isize,
    },
    /// `Sys.Break`: Ctrl-C, where `Sys.catch_break true` was called.
    ///
    /// It and `Exit` are declared by the standard library in OCaml, where the runtime does not find
    /// them: to be raised by Rust, they must have been registered by the program, with
    /// `Callback.register_exception "Stdlib.Sys.Break" Sys.Break`; else `Failure` is raised.
    Break,
    /// `Exit`. To be raised by Rust: as for `Break`, under the name `Stdlib.Exit`.
    Exit,
}

/// What the standard library declares.
static DECLARED: [NamedValue; 2] = [
    NamedValue::new(c"Stdlib.Sys.Break"),
    NamedValue::new(c"Stdlib.Exit"),
];

impl Predefined {
    /// The name, as [`Exception::name`](crate::Exception::name) has it.
    ///
    /// ```
    /// use bactrian::Predefined;
    /// assert_eq!(Predefined::NotFound.name(), "Not_found");
    /// assert_eq!(Predefined::Break.name(), "Stdlib.Sys.Break");
    /// ```
    pub fn name(&self) -> &'static str {
        self.constructor().0
    }

    /// The name, and the number that the runtime has for it, or `DECLARED` below 0.
    fn constructor(&self) -> (&'static str, c_int) {
        match self {
            Predefined::OutOfMemory => ("Out_of_memory", 0),
            Predefined::SysError(_) => ("Sys_error", 1),
            Predefined::Failure(_) => ("Failure", 2),
            Predefined::InvalidArgument(_) => ("Invalid_argument", 3),
            Predefined::EndOfFile => ("End_of_file", 4),
            Predefined::DivisionByZero => ("Division_by_zero", 5),
            Predefined::NotFound => ("Not_found", 6),
            Predefined::MatchFailure { .. } => ("Match_failure", 7),
            Predefined::StackOverflow => ("Stack_overflow", 8),
            Predefined::SysBlockedIo => ("Sys_blocked_io", 9),
            Predefined::AssertFailure { .. } => ("Assert_failure", 10),
            Predefined::UndefinedRecursiveModule { .. } => ("Undefined_recursive_module", 11),
            Predefined::Break => ("Stdlib.Sys.Break", -1),
            Predefined::Exit => ("Stdlib.Exit", -2),
        }
    }

    /// Which one the exception is.
    pub(super) fn read(exception: Value<'_, Exn>) -> Option<Self> {
        let name = exception.constructor_name().ok()?;
        if !exception.is_predefined() {
            return match name {
                b"Stdlib.Sys.Break" => Some(Predefined::Break),
                b"Stdlib.Exit" => Some(Predefined::Exit),
                _ => None,
            };
        }
        let text = |value: Result<Value<'_>, _>| {
            let bytes = value.and_then(Value::as_bytes).ok()?;
            Some(String::from_utf8_lossy(bytes).into_owned())
        };
        let message = || text(exception.argument(0));
        let place = || {
            let place = exception.argument(0).ok()?;
            let number = |index| place.field(index).and_then(Value::as_int).ok();
            Some((text(place.field(0))?, number(1)?, number(2)?))
        };
        Some(match name {
            b"Not_found" => Predefined::NotFound,
            b"Failure" => Predefined::Failure(message()?),
            b"Invalid_argument" => Predefined::InvalidArgument(message()?),
            b"Sys_error" => Predefined::SysError(message()?),
            b"End_of_file" => Predefined::EndOfFile,
            b"Division_by_zero" => Predefined::DivisionByZero,
            b"Stack_overflow" => Predefined::StackOverflow,
            b"Out_of_memory" => Predefined::OutOfMemory,
            b"Sys_blocked_io" => Predefined::SysBlockedIo,
            b"Match_failure" => {
                let (file, line, column) = place()?;
                Predefined::MatchFailure { file, line, column }
            }
            b"Assert_failure" => {
                let (file, line, column) = place()?;
                Predefined::AssertFailure { file, line, column }
            }
            b"Undefined_recursive_module" => {
                let (file, line, column) = place()?;
                Predefined::UndefinedRecursiveModule { file, line, column }
            }
            _ => return None,
        })
    }

    /// How to raise it. What the runtime raises itself it finds everywhere.
    pub(crate) fn raise(&self, rt: &mut Runtime) -> Raise {
        match self {
            Predefined::NotFound => Raise::NotFound,
            Predefined::EndOfFile => Raise::EndOfFile,
            Predefined::DivisionByZero => Raise::DivisionByZero,
            Predefined::StackOverflow => Raise::StackOverflow,
            Predefined::OutOfMemory => Raise::OutOfMemory,
            Predefined::Failure(text) => Raise::failure(text.as_bytes(), rt),
            Predefined::InvalidArgument(text) => {
                Raise::InvalidArgument(Allocator::new(rt).string(text.as_bytes()))
            }
            Predefined::SysError(text) => {
                Raise::SysError(Allocator::new(rt).string(text.as_bytes()))
            }
            _ => crate::convert::raise_built(self, rt),
        }
    }
}

impl fmt::Display for Predefined {
    /// As [`Exception`](struct@crate::Exception) displays it: `Failure("text")`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Predefined::Failure(text)
            | Predefined::InvalidArgument(text)
            | Predefined::SysError(text) => write!(f, "(\"{text}\")"),
            Predefined::MatchFailure { file, line, column }
            | Predefined::AssertFailure { file, line, column }
            | Predefined::UndefinedRecursiveModule { file, line, column } => {
                write!(f, "(\"{file}\", {line}, {column})")
            }
            _ => Ok(()),
        }
    }
}

impl core::error::Error for Predefined {}

impl OCamlException for Predefined {
    // Which of them a function raises is known to its documentation only.
    const NAMES: &'static [Name] = &[Name { name: "*" }];

    fn registered() -> &'static [NamedValue] {
        &DECLARED
    }

    fn build_exception<'gc>(
        &self,
        allocator: &mut Allocator<'gc>,
    ) -> Result<Value<'gc, Exn>, &'static str> {
        let (name, number) = self.constructor();
        let constructor = match number {
            0.. => sys::bactrian_predefined(number),
            // SAFETY: a root of the runtime's, read while the allocator keeps all values in place.
            _ => DECLARED[!number as usize]
                .found()
                .map_or(0, |root| unsafe { root.read() }),
        };
        if constructor == 0 {
            return Err(name);
        }
        // SAFETY: what the runtime has under that number, or the program under that name.
        let exception: Value<'gc, Exn> = unsafe { allocator.value(constructor) };
        if !matches!(exception.constructor_name(), Ok(found) if found == name.as_bytes()) {
            return Err(name);
        }
        let argument = match self {
            Predefined::Failure(text)
            | Predefined::InvalidArgument(text)
            | Predefined::SysError(text) => text.build(allocator),
            Predefined::MatchFailure { file, line, column }
            | Predefined::AssertFailure { file, line, column }
            | Predefined::UndefinedRecursiveModule { file, line, column } => {
                (file.as_str(), line, column).build(allocator)
            }
            _ => return Ok(exception),
        };
        // SAFETY: an exception with an argument is a block of the constructor and it.
        Ok(unsafe {
            let exception = allocator.block(0, [constructor, argument.raw()]);
            allocator.value(exception)
        })
    }

    fn read_exception(exception: Value<'_, Exn>) -> Option<Result<Self, ConversionError>> {
        Predefined::read(exception).map(Ok)
    }

    fn into_raise(self, rt: &mut Runtime) -> Raise {
        self.raise(rt)
    }

    fn of_predefined(made: Predefined) -> Option<Self> {
        Some(made)
    }
}
