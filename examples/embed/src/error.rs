//! What can go wrong.

use crate::FormulaError;
use bactrian::{AttachError, Exception, InitError, Runtime};
use std::fmt;

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The formula is wrong: an exception that OCaml raised, as the Rust type that it stands for.
    Formula(FormulaError),
    /// Any other exception, as OCaml prints it.
    OCaml(String),
    /// OCaml did not start.
    Start(InitError),
    /// OCaml cannot be used, since it is not started for example.
    Attach(AttachError),
}

impl Error {
    /// An exception's.
    pub(crate) fn of(rt: &mut Runtime, exception: Exception) -> Error {
        match exception.downcast(rt) {
            Ok(error) => Error::Formula(error),
            Err(exception) => Error::OCaml(exception.to_string()),
        }
    }
}

impl From<InitError> for Error {
    fn from(error: InitError) -> Error {
        Error::Start(error)
    }
}

impl From<AttachError> for Error {
    fn from(error: AttachError) -> Error {
        Error::Attach(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Formula(error) => error.fmt(f),
            Error::OCaml(exception) => write!(f, "OCaml raised {exception}"),
            Error::Start(error) => error.fmt(f),
            Error::Attach(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
