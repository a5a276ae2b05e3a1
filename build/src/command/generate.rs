//! `cargo bactrian generate`

use super::status;
use crate::tools::quoted;
use crate::{Compile, Error, Library};
use similar::TextDiff;
use std::fs;
use std::path::PathBuf;

/// Write the OCaml interface of a Rust crate, NAME.ml and NAME.mli
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the files are
    #[arg(long, value_name = "DIRECTORY", default_value = ".")]
    out_dir: PathBuf,
    /// Write nothing, but fail with the difference if the files are not what they should be
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    compile: Compile,
}

impl Arguments {
    pub fn run(&self) -> Result<(), Error> {
        let library = Library::interface(&self.compile.run()?)?;
        if self.check {
            return self.compare(&library);
        }
        for name in library.write(&self.out_dir)? {
            if !self.compile.quiet {
                status("Written", &self.out_dir.join(name).display().to_string());
            }
        }
        Ok(())
    }

    fn compare(&self, library: &Library) -> Result<(), Error> {
        let mut message = String::new();
        for (name, content) in library.files() {
            let path = self.out_dir.join(name);
            let wanted = String::from_utf8_lossy(content);
            let problem = match fs::read_to_string(&path) {
                Ok(found) if found == wanted => continue,
                Ok(found) => {
                    let diff = TextDiff::from_lines(&found, &wanted);
                    let (shown, wanted) = (path.display().to_string(), "from the Rust code");
                    format!(
                        "{shown} does not agree with the Rust code\n{}",
                        diff.unified_diff().header(&shown, wanted)
                    )
                }
                Err(error) => format!("cannot read {}: {error}", path.display()),
            };
            if !message.is_empty() {
                message += "\n\n";
            }
            message += problem.trim_end();
        }
        if message.is_empty() {
            return Ok(());
        }
        Err(Error::new(message).help(format!("to write what agrees: `{}`", self.remedy())))
    }

    /// The command that was given, without `--check`.
    fn remedy(&self) -> String {
        let words = std::env::args().skip(1);
        let words = words.filter(|word| word != "bactrian" && word != "--check");
        let words: Vec<String> = words.map(|word| quoted(&word)).collect();
        format!("cargo bactrian {}", words.join(" "))
    }
}
