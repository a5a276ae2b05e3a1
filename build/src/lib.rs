//! Writes the OCaml interface of a Rust crate that uses `bactrian`.
//!
//! The macros of `bactrian` leave a record of every function and type in the compiled file, made of
//! what rustc knows. This crate reads them from a `.a`, `.so`, `.rlib` or the like, and writes the
//! `.ml` and the `.mli`: nobody writes an `external` by hand, so none can be wrong.
//!
//! ```no_run
//! use bactrian_build::{Options, Records};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let records = Records::read("target/release/libtextkit.a".as_ref())?;
//! let interface = records.interface(&Options::new("textkit"))?;
//! std::fs::write("lib/textkit.ml", interface.ml)?;
//! std::fs::write("lib/textkit.mli", interface.mli)?;
//! # Ok(())
//! # }
//! ```
//!
//! The command `cargo bactrian` does this and more; [`main`] is all of it, for a workspace that
//! wants to have the command without installing it: a program of one line.
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     bactrian_build::main()
//! }
//! ```

#![deny(missing_docs)]

mod archive;
mod cargo;
mod command;
mod doc;
mod embed;
mod error;
mod files;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod keywords;
mod layout;
mod library;
mod model;
mod names;
mod object;
mod records;
#[path = "schema_reader.rs"]
mod schema;
mod sig;
#[cfg(test)]
mod tests;
mod tools;
mod write;

pub use archive::{StubLibraries, StubSources};
pub use cargo::{Compile, Compiled};
pub use command::main;
pub use embed::Embed;
pub use error::Error;
pub use library::Library;
pub use records::Records;

/// What the records do not say.
///
/// For an example, see [`Records`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The Rust crate whose root module is the top level of the OCaml file. Other crates that left
    /// records become modules in it.
    pub crate_name: String,
}

impl Options {
    /// For the interface of a crate, by the name of its package or its library.
    ///
    /// For an example, see [`Records`].
    pub fn new(crate_name: &str) -> Options {
        Options {
            crate_name: crate_name.replace('-', "_"),
        }
    }
}

/// The text of an OCaml module, made by [`Records::interface`].
///
/// For an example, see [`Records`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// What to write into the `.ml`.
    pub ml: String,
    /// What to write into the `.mli`.
    pub mli: String,
}
