//! `cargo bactrian build`

use super::status;
use crate::{Compile, Error, Library};
use std::path::PathBuf;

/// Compile a Rust crate and make an OCaml library of it
///
/// Writes, for a crate called NAME, the OCaml module NAME.ml and its interface NAME.mli, the stubs for
/// native code in libNAME_stubs.a and for bytecode in dllNAME_stubs.so, and NAME_flags.sexp, which tells
/// dune which libraries of the system they need. A file that would not change is left alone.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to write the files
    #[arg(long, value_name = "DIRECTORY", default_value = ".")]
    out_dir: PathBuf,
    /// Keep debugging information in the libraries
    #[arg(long)]
    debug_info: bool,
    #[command(flatten)]
    compile: Compile,
}

impl Arguments {
    pub fn run(&self) -> Result<(), Error> {
        let compiled = self.compile.run()?;
        let library = Library::make(&compiled, self.debug_info)?;
        let written = library.write(&self.out_dir)?;
        if !self.compile.quiet {
            for name in &written {
                status("Written", &self.out_dir.join(name).display().to_string());
            }
            if written.is_empty() {
                let directory = self.out_dir.display();
                status("Unchanged", &format!("all files in {directory}"));
            }
        }
        Ok(())
    }
}
