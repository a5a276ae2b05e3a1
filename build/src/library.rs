//! All files of an OCaml library.

use crate::archive::{StubLibraries, StubSources};
use crate::cargo::Compiled;
use crate::files::write_if_changed;
use crate::{Error, Options};
use std::fs;
use std::path::Path;

/// The files that an OCaml library with a Rust crate in it is made of.
///
/// ```no_run
/// # fn main() -> Result<(), bactrian_build::Error> {
/// use bactrian_build::{Compile, Library};
///
/// let compiled = Compile { release: true, ..Compile::default() }.run()?;
/// let library = Library::make(&compiled, false)?;
/// for (name, content) in library.files() {
///     println!("{name}: {} bytes", content.len());
/// }
/// library.write("ocaml".as_ref())?;
/// // The OCaml module alone:
/// Library::interface(&compiled)?.write("doc".as_ref())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Library {
    /// Names and contents.
    files: Vec<(String, Vec<u8>)>,
}

impl Library {
    /// Makes what [`write`](Library::write) writes: `NAME.ml`, `NAME.mli`, `libNAME_stubs.a`,
    /// `dllNAME_stubs.so`, and `NAME_flags.sexp`, which names the system's libraries that are needed,
    /// for dune's `(c_library_flags (:include NAME_flags.sexp))`. The libraries have debugging
    /// information if `debug`.
    pub fn make(compiled: &Compiled, debug: bool) -> Result<Library, Error> {
        let name = &compiled.crate_name;
        let records = compiled.records()?;
        let interface = records.interface(&Options::new(name))?;
        let symbols: Vec<&str> = records.symbols().collect();
        let stubs = StubLibraries::make(StubSources {
            archive: &compiled.archive,
            symbols: &symbols,
            native_libraries: &compiled.native_libraries,
            debug,
        })?;
        Ok(Library {
            files: vec![
                (format!("{name}.ml"), interface.ml.into()),
                (format!("{name}.mli"), interface.mli.into()),
                (format!("lib{name}_stubs.a"), stubs.archive),
                (format!("dll{name}_stubs.so"), stubs.dll),
                (
                    format!("{name}_flags.sexp"),
                    flags(&compiled.native_libraries).into(),
                ),
            ],
        })
    }

    /// Makes the interface alone, `NAME.ml` and `NAME.mli`.
    pub fn interface(compiled: &Compiled) -> Result<Library, Error> {
        let name = &compiled.crate_name;
        let interface = compiled.records()?.interface(&Options::new(name))?;
        Ok(Library {
            files: vec![
                (format!("{name}.ml"), interface.ml.into()),
                (format!("{name}.mli"), interface.mli.into()),
            ],
        })
    }

    /// The files' names and contents.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()))
    }

    /// Writes the files whose content is another into a directory, which it creates, and says which
    /// these were.
    pub fn write(&self, directory: &Path) -> Result<Vec<&str>, Error> {
        fs::create_dir_all(directory).map_err(|error| {
            Error::new(format!("cannot create {}: {error}", directory.display()))
        })?;
        let mut written = Vec::new();
        for (name, content) in self.files() {
            if write_if_changed(&directory.join(name), content)? {
                written.push(name);
            }
        }
        Ok(written)
    }
}

/// Options as a list for dune.
fn flags(options: &[String]) -> String {
    let plain = |c: char| c.is_ascii_graphic() && !"()\";\\|#{}%".contains(c);
    let quoted: Vec<String> = options
        .iter()
        .map(|option| {
            if option.chars().all(plain) {
                option.clone()
            } else {
                format!("\"{}\"", option.replace('\\', "\\\\").replace('"', "\\\""))
            }
        })
        .collect();
    format!("({})\n", quoted.join(" "))
}
