//! OCaml code compiled into a Rust program, by its build script.
//!
//! | module | |
//! |---|---|
//! | `modules` | the files of a directory, compiled one by one |
//! | `dune` | a library that dune builds |
//! | `link` | both: one object file, and what the program is linked with |
//! | `ocaml` | the tools of OCaml's that are run |

mod dune;
mod link;
mod modules;
mod ocaml;

use self::ocaml::Tools;
use crate::Error;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// OCaml code that a Rust program contains: for its `build.rs`.
///
/// Compiles the modules of a directory, or a library that dune builds, and what they use with the OCaml
/// runtime to one object file, and tells Cargo to link it. The program starts it with
/// `bactrian::Runtime::init`.
///
/// ```no_run
/// // build.rs
/// fn main() -> std::process::ExitCode {
///     bactrian_build::Embed::new("ocaml").package("str").main()
/// }
/// ```
///
/// With options for `ocamlopt`, the runtime that checks the heap, and what goes wrong handled here:
///
/// ```no_run
/// let ocaml = bactrian_build::Embed::new("ocaml").flag("-O3").runtime_variant("d");
/// if let Err(error) = ocaml.run() {
///     println!("cargo::warning=without OCaml: {error}");
/// }
/// ```
///
/// - All modules are linked: one that only registers functions is there. They are compiled again when a
///   file changes.
/// - What Rust closures need as OCaml functions is linked, too: a small module.
/// - OCaml's thread library is linked, so that any Rust thread can use OCaml.
/// - Which libraries are linked, and where they are, is what `ocamlfind`, `ocamlobjinfo` and `ocamlopt
///   -config` say. The variable `OCAMLOPT` names another compiler.
/// - One package of a program can have OCaml code. The feature `link` of `bactrian` is not needed, and
///   does no harm: what it brings is not linked then.
///
/// # Without OCaml
///
/// Nothing is run and nothing linked when the variable `BACTRIAN_WITHOUT_OCAML` is set (to anything but
/// `0`), or `OCAML_VERSION` and `OCAML_WHERE_PATH` are, as for `bactrian` itself. That is enough for
/// `cargo check`, `cargo clippy` and `cargo doc`, and for `cargo bactrian generate`, which sets the first:
/// so the OCaml interface of the Rust code can be written when the OCaml code, which needs it, does not
/// compile.
#[derive(Clone, Debug)]
pub struct Embed {
    source: Source,
    packages: Vec<String>,
    flags: Vec<String>,
    variant: Option<String>,
}

/// What is compiled.
#[derive(Clone, Debug)]
enum Source {
    /// All modules of a directory.
    Directory(PathBuf),
    /// A library of a dune project.
    Dune { root: PathBuf, library: String },
}

/// The name of the static library.
const LIBRARY: &str = "bactrian_embedded";

/// Set by [`Compile`](crate::Compile), which wants the Rust code alone.
pub(crate) const WITHOUT_OCAML: &str = "BACTRIAN_WITHOUT_OCAML";

impl Embed {
    /// The modules of a directory, relative to the package: all its `.ml` and `.mli` files, compiled in
    /// the order of their dependencies.
    pub fn new(directory: impl Into<PathBuf>) -> Embed {
        Embed::of(Source::Directory(directory.into()))
    }

    /// A library of the dune project in a directory, relative to the package, by its public name.
    ///
    /// Dune 2.7 or later builds it in the release profile, in Cargo's target directory. What it depends on,
    /// in the project or installed, is linked, and its stubs in C. Of the library itself all modules are
    /// linked; with `(library_flags (-linkall))` in its stanza no others are that are not used.
    ///
    /// ```no_run
    /// // build.rs
    /// fn main() -> std::process::ExitCode {
    ///     bactrian_build::Embed::dune("ocaml", "solver").main()
    /// }
    /// ```
    ///
    /// ```text
    /// ; ocaml/dune, beside ocaml/dune-project and ocaml/solver.opam
    /// (library
    ///  (public_name solver)
    ///  (library_flags (-linkall)))
    /// ```
    pub fn dune(project: impl Into<PathBuf>, library: &str) -> Embed {
        Embed::of(Source::Dune {
            root: project.into(),
            library: library.to_owned(),
        })
    }

    fn of(source: Source) -> Embed {
        Embed {
            source,
            packages: Vec::new(),
            flags: Vec::new(),
            variant: None,
        }
    }

    /// Adds a library of OCaml's by the name that `ocamlfind list` shows. What a library of dune's depends
    /// on need not be added.
    #[must_use]
    pub fn package(mut self, name: &str) -> Embed {
        self.packages.push(name.to_owned());
        self
    }

    /// Adds an option for `ocamlopt` when it compiles: `-O3`, `-w`, `-g`... For the modules of a directory;
    /// dune's options are in its own files.
    #[must_use]
    pub fn flag(mut self, flag: &str) -> Embed {
        self.flags.push(flag.to_owned());
        self
    }

    /// Links a variant of the runtime, as `ocamlopt -runtime-variant` does: `d` checks the heap.
    #[must_use]
    pub fn runtime_variant(mut self, variant: &str) -> Embed {
        self.variant = Some(variant.to_owned());
        self
    }

    /// All of a build script: does it, and shows the errors.
    pub fn main(&self) -> ExitCode {
        match self.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                for line in error.to_string().lines() {
                    println!("cargo::error={line}");
                }
                ExitCode::FAILURE
            }
        }
    }

    /// Compiles, and prints for Cargo what is to be linked.
    ///
    /// # Errors
    ///
    /// When a tool is missing, when the directory has no OCaml code, or when it does not compile, with
    /// what the compiler says.
    pub fn run(&self) -> Result<(), Error> {
        if is_without_ocaml() {
            return Ok(());
        }
        for name in [
            "OCAMLOPT",
            "OCAMLPATH",
            "OCAMLFIND_CONF",
            "OPAM_SWITCH_PREFIX",
            // Another `ocamlfind`, another OCaml.
            "PATH",
        ] {
            println!("cargo::rerun-if-env-changed={name}");
        }
        let out = env::var_os("OUT_DIR").ok_or_else(|| {
            Error::new("no OUT_DIR: OCaml code is compiled by a build script")
                .help("call it in `build.rs`, which Cargo runs")
        })?;
        let out = Path::new(&out).join(LIBRARY);
        fs::create_dir_all(&out)
            .map_err(|error| Error::new(format!("cannot make {}: {error}", out.display())))?;

        let mut tools = Tools::new(&out);
        let mut objects = modules::always(&tools)?;
        let mut packages = self.packages.clone();
        match &self.source {
            Source::Directory(directory) => {
                objects.extend(modules::compile(directory, self, &tools)?);
            }
            Source::Dune { root, library } => {
                if !self.flags.is_empty() {
                    return Err(
                        Error::new("`Embed::flag` is not for a library that dune builds").help(
                            "put the options into dune's file: `(ocamlopt_flags (:standard -O3))`",
                        ),
                    );
                }
                dune::install(root, library, &mut tools)?;
                packages.push(library.clone());
            }
        }
        self.link(&objects, &packages, &tools)
    }
}

/// Whether OCaml is not to be run. The variable that says so is named to Cargo only where it does: a
/// program that is built is not built again because its interface has been looked at.
fn is_without_ocaml() -> bool {
    let set = |name| env::var_os(name).is_some();
    if env::var_os(WITHOUT_OCAML).is_some_and(|value| !value.is_empty() && value != "0") {
        println!("cargo::rerun-if-env-changed={WITHOUT_OCAML}");
        return true;
    }
    let names = ["OCAML_VERSION", "OCAML_WHERE_PATH"];
    for name in names {
        println!("cargo::rerun-if-env-changed={name}");
    }
    names.into_iter().all(set)
}
