//! The tools of OCaml's that are run.

use crate::Error;
use crate::tools::shown;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// How to run them.
pub struct Tools {
    /// Where what is made goes.
    pub out: PathBuf,
    /// Where `ocamlfind` looks besides.
    libraries: Option<PathBuf>,
}

impl Tools {
    pub fn new(out: &Path) -> Tools {
        Tools {
            out: out.to_owned(),
            libraries: None,
        }
    }

    /// From here on `ocamlfind` looks into this directory, too.
    pub fn look_into(&mut self, libraries: PathBuf) {
        self.libraries = Some(libraries);
    }

    /// A tool by way of `ocamlfind`, which knows where libraries are.
    pub fn ocamlfind(&self, tool: &str) -> Command {
        let mut command = Command::new("ocamlfind");
        if let Ok(ocamlopt) = env::var("OCAMLOPT") {
            command.env("OCAMLFIND_COMMANDS", format!("ocamlopt={ocamlopt}"));
        }
        if let Some(libraries) = &self.libraries {
            command.env("OCAMLPATH", before(libraries, "OCAMLPATH"));
        }
        command.arg(tool);
        command
    }
}

/// The value of a variable that lists directories, with one more before them.
pub fn before(directory: &Path, variable: &str) -> OsString {
    let others = env::var_os(variable).unwrap_or_default();
    let others = env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
    let all = std::iter::once(directory.to_owned()).chain(others);
    env::join_paths(all).unwrap_or_else(|_| directory.into())
}

/// What a command prints, its warnings passed on; `purpose` completes "cannot ...".
pub fn run(command: &mut Command, purpose: &str) -> Result<String, Error> {
    let (printed, warnings) = run_quietly(command, purpose)?;
    for line in warnings.lines() {
        println!("cargo::warning={line}");
    }
    Ok(printed)
}

/// What a command prints on its standard output, and what it says on its standard error.
pub fn run_quietly(command: &mut Command, purpose: &str) -> Result<(String, String), Error> {
    let Output { status, stdout, stderr } = command.output().map_err(|error| {
        let program = command.get_program().to_string_lossy();
        let error = Error::new(format!("cannot {purpose}: cannot run `{program}`: {error}"));
        if program == "dune" {
            return error.help(
                "install dune: on Debian and Ubuntu `apt-get install ocaml-dune`, with opam `opam install dune`",
            );
        }
        error.help(
            "install OCaml and ocamlfind: on Debian and Ubuntu `apt-get install ocaml ocaml-findlib`, with \
             opam `opam install ocamlfind`",
        )
    })?;
    let said = String::from_utf8_lossy(&stderr);
    // Dune says so when it has `--root`.
    let is_about_directories = |line: &&str| {
        line.starts_with("Entering directory") || line.starts_with("Leaving directory")
    };
    let said: Vec<&str> = said
        .lines()
        .filter(|line| !is_about_directories(line))
        .collect();
    let said = said.join("\n");
    if status.success() {
        return Ok((String::from_utf8_lossy(&stdout).into_owned(), said));
    }
    Err(Error::new(format!(
        "cannot {purpose}\n{}\n  command: {}",
        said.trim_end(),
        shown(command)
    )))
}
