//! The records of a file, decoded.

use crate::{Error, Interface, Options};
use std::path::Path;

/// The records that the macros of `bactrian` left in a compiled file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    symbols: Vec<String>,
}

impl Records {
    /// Reads an object file, a static library (`.a`, `.lib`, `.rlib`) or a dynamic one (`.so`,
    /// `.dylib`, `.dll`) for ELF, Mach-O or Windows.
    pub fn read(path: &Path) -> Result<Records, Error> {
        let _ = path;
        Err(Error::new("not written yet"))
    }

    /// As [`read`](Records::read), from what is in such a file.
    pub fn parse(bytes: &[u8]) -> Result<Records, Error> {
        let _ = bytes;
        Err(Error::new("not written yet"))
    }

    /// Every C symbol that OCaml refers to, once: stubs for native code and for bytecode, printers of
    /// exceptions.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        self.symbols.iter().map(String::as_str)
    }

    /// Writes the OCaml module.
    pub fn interface(&self, options: &Options) -> Result<Interface, Error> {
        let _ = options;
        Err(Error::new("not written yet"))
    }
}
