//! `cargo bactrian new`

use super::{status, warn};
use crate::Error;
use crate::tools::quoted;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Make a project: an OCaml library written in Rust, built by dune
///
/// It has one function, one type and one test; `dune build` and `dune test` work at once. With
/// `--embed` it is a Rust program that contains OCaml code; `cargo run` and `cargo test` work.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The directory to create; its name is that of the library
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The other way round: a Rust program that uses OCaml code
    #[arg(long)]
    embed: bool,
    /// The name, if not that of the directory
    #[arg(long)]
    name: Option<String>,
    /// Use bactrian from this checkout of its sources, instead of a published version
    #[arg(long = "path", value_name = "DIRECTORY")]
    checkout: Option<PathBuf>,
    /// Without the network
    #[arg(long)]
    offline: bool,
}

/// A path in the project, where `NAME` is the crate and `PACKAGE` the package, and the text, where what
/// is in double braces is filled in.
const LIBRARY: &[(&str, &str)] = &[
    (
        ".cargo/config.toml",
        include_str!("../../templates/library/cargo/config.toml"),
    ),
    (
        ".gitignore",
        include_str!("../../templates/library/gitignore"),
    ),
    (
        "Cargo.toml",
        include_str!("../../templates/library/Cargo.toml.in"),
    ),
    (
        "PACKAGE.opam",
        include_str!("../../templates/library/package.opam.in"),
    ),
    (
        "README.md",
        include_str!("../../templates/library/README.md.in"),
    ),
    ("dune", include_str!("../../templates/library/dune")),
    (
        "dune-project",
        include_str!("../../templates/library/dune-project.in"),
    ),
    (
        "lib/dune",
        include_str!("../../templates/library/lib/dune.in"),
    ),
    (
        "src/lib.rs",
        include_str!("../../templates/library/src/lib.rs.in"),
    ),
    (
        "test/dune",
        include_str!("../../templates/library/test/dune.in"),
    ),
    (
        "test/test_NAME.ml",
        include_str!("../../templates/library/test/test.ml.in"),
    ),
    (
        "tools/Cargo.toml",
        include_str!("../../templates/library/tools/Cargo.toml.in"),
    ),
    (
        "tools/main.rs",
        include_str!("../../templates/library/tools/main.rs"),
    ),
];

/// The same for a Rust program that contains OCaml code.
const PROGRAM: &[(&str, &str)] = &[
    (
        ".cargo/config.toml",
        include_str!("../../templates/library/cargo/config.toml"),
    ),
    (
        ".gitignore",
        include_str!("../../templates/program/gitignore"),
    ),
    (
        "Cargo.toml",
        include_str!("../../templates/program/Cargo.toml.in"),
    ),
    (
        "README.md",
        include_str!("../../templates/program/README.md.in"),
    ),
    ("build.rs", include_str!("../../templates/program/build.rs")),
    (
        "ocaml/NAME.ml",
        include_str!("../../templates/program/ocaml/interface.ml.in"),
    ),
    (
        "ocaml/NAME.mli",
        include_str!("../../templates/program/ocaml/interface.mli.in"),
    ),
    (
        "ocaml/register.ml",
        include_str!("../../templates/program/ocaml/register.ml.in"),
    ),
    (
        "ocaml/words.ml",
        include_str!("../../templates/program/ocaml/words.ml"),
    ),
    (
        "ocaml/words.mli",
        include_str!("../../templates/program/ocaml/words.mli"),
    ),
    (
        "src/lib.rs",
        include_str!("../../templates/program/src/lib.rs.in"),
    ),
    (
        "src/main.rs",
        include_str!("../../templates/program/src/main.rs.in"),
    ),
    (
        "tests/interface.rs",
        include_str!("../../templates/program/tests/interface.rs.in"),
    ),
    (
        "tools/Cargo.toml",
        include_str!("../../templates/library/tools/Cargo.toml.in"),
    ),
    (
        "tools/main.rs",
        include_str!("../../templates/library/tools/main.rs"),
    ),
];

impl Arguments {
    pub fn run(&self) -> Result<(), Error> {
        let taken: &[&str] = if self.embed {
            &["register", "words"]
        } else {
            &[]
        };
        let name = Name::new(self.name()?, taken)?;
        let bactrian = Bactrian::find(self.checkout.as_deref())?;
        if fs::read_dir(&self.path).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Error::new(format!(
                "{} is there already, and not empty",
                self.path.display()
            ))
            .help("choose another directory: a project is made from scratch"));
        }
        let template = if self.embed { PROGRAM } else { LIBRARY };
        for (path, text) in template {
            let path = path
                .replace("PACKAGE", &name.package)
                .replace("NAME", &name.krate);
            let path = self.path.join(path);
            let text = fill_in(text, &name, &bactrian);
            write(&path, &text)
                .map_err(|error| Error::new(format!("cannot write {}: {error}", path.display())))?;
        }
        status(
            "Created",
            &format!(
                "{} `{}` in {}",
                if self.embed {
                    "Rust program"
                } else {
                    "OCaml library"
                },
                name.package,
                self.path.display()
            ),
        );
        if let Err(error) = self.lock() {
            warn(&error);
        }
        let directory = quoted(&self.path.display().to_string());
        status(
            "Next",
            &if self.embed {
                format!("cd {directory} && cargo run && cargo test")
            } else {
                format!("cd {directory} && dune build && dune test")
            },
        );
        Ok(())
    }

    fn name(&self) -> Result<&str, Error> {
        if let Some(name) = &self.name {
            return Ok(name);
        }
        let name = self.path.file_name().and_then(|name| name.to_str());
        name.ok_or_else(|| {
            Error::new(format!("{} does not end in a name", self.path.display()))
                .help("give one: `cargo bactrian new PATH --name NAME`")
        })
    }

    /// Cargo chooses the versions of what is depended on.
    fn lock(&self) -> Result<(), Error> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["generate-lockfile", "--quiet"]);
        if self.offline {
            command.arg("--offline");
        }
        let done = command
            .current_dir(&self.path)
            .stdin(Stdio::null())
            .status();
        if done.is_ok_and(|status| status.success()) {
            return Ok(());
        }
        Err(Error::new("Cargo.lock is not made, which dune's build needs")
            .help("run `cargo generate-lockfile` in the project when Cargo can reach the crates it needs"))
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::write(path, text)
}

fn fill_in(text: &str, name: &Name, bactrian: &Bactrian) -> String {
    // Lines of the interface are broken at 80 columns: this one, when the name is long.
    let registers = r#"let () = Callback.register "{{crate}}::"#;
    let broken = r#"let () =
    Callback.register "{{crate}}::"#;
    let text = match name.krate.len() {
        ..=26 => text.to_owned(),
        _ => text.replace(registers, broken),
    };
    text.replace("{{package}}", &name.package)
        .replace("{{crate}}", &name.krate)
        .replace("{{module}}", &name.module)
        .replace("{{bactrian}}", &bactrian.dependency("", ""))
        .replace("{{bactrian-link}}", &bactrian.dependency("", "link"))
        .replace("{{bactrian-build}}", &bactrian.dependency("build", ""))
}

/// What the project is called, where.
struct Name {
    /// By Cargo and opam.
    package: String,
    /// By rustc and dune.
    krate: String,
    /// By OCaml.
    module: String,
}

impl Name {
    /// `taken`: OCaml modules of the project, one of which would be hidden.
    fn new(package: &str, taken: &[&str]) -> Result<Name, Error> {
        let krate = package.replace('-', "_");
        let wrong = |why: &str| {
            Err(
                Error::new(format!("a library cannot be called `{package}`: {why}"))
                    .help("give another name: `cargo bactrian new PATH --name NAME`"),
            )
        };
        let mut characters = package.chars();
        let first = characters.next();
        if !first.is_some_and(|c| c.is_ascii_lowercase())
            || !characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
        {
            return wrong("expected lowercase letters, digits, `-` and `_`, a letter first");
        }
        if RESERVED.contains(&krate.as_str()) || taken.contains(&krate.as_str()) {
            return wrong("Rust, OCaml, bactrian or the project has this name for something else");
        }
        let module = krate[..1].to_ascii_uppercase() + &krate[1..];
        Ok(Name {
            package: package.to_owned(),
            krate,
            module,
        })
    }
}

/// Keywords of either language, and the crates and OCaml modules that a library of this name would hide.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "and",
    "arg",
    "array",
    "as",
    "assert",
    "async",
    "await",
    "bactrian",
    "bactrian_build",
    "bactrian_command",
    "become",
    "begin",
    "bigarray",
    "bool",
    "box",
    "break",
    "bytes",
    "callback",
    "char",
    "class",
    "complex",
    "condition",
    "const",
    "constraint",
    "continue",
    "core",
    "crate",
    "digest",
    "do",
    "domain",
    "done",
    "downto",
    "dyn",
    "dynlink",
    "effect",
    "either",
    "else",
    "end",
    "enum",
    "ephemeron",
    "event",
    "exception",
    "extern",
    "external",
    "false",
    "filename",
    "final",
    "float",
    "fn",
    "for",
    "format",
    "fun",
    "function",
    "functor",
    "gc",
    "gen",
    "hashtbl",
    "if",
    "impl",
    "in",
    "include",
    "inherit",
    "initializer",
    "int",
    "int32",
    "int64",
    "lazy",
    "let",
    "lexing",
    "list",
    "loop",
    "macro",
    "map",
    "marshal",
    "match",
    "method",
    "mod",
    "module",
    "move",
    "mut",
    "mutable",
    "mutex",
    "nativeint",
    "new",
    "nonrec",
    "obj",
    "object",
    "of",
    "oo",
    "open",
    "option",
    "or",
    "out_channel",
    "override",
    "parsing",
    "printexc",
    "printf",
    "priv",
    "private",
    "proc_macro",
    "pub",
    "queue",
    "random",
    "rec",
    "ref",
    "result",
    "return",
    "scanf",
    "self",
    "semaphore",
    "seq",
    "set",
    "sig",
    "stack",
    "static",
    "std",
    "stdlib",
    "str",
    "string",
    "struct",
    "super",
    "sys",
    "test",
    "then",
    "thread",
    "threads",
    "to",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "uchar",
    "union",
    "unit",
    "unix",
    "unsafe",
    "unsized",
    "use",
    "val",
    "virtual",
    "weak",
    "when",
    "where",
    "while",
    "with",
    "yield",
];

/// Where a project gets bactrian from.
enum Bactrian {
    Published,
    Checkout(PathBuf),
}

impl Bactrian {
    fn find(given: Option<&Path>) -> Result<Bactrian, Error> {
        if let Some(directory) = given {
            if !is_checkout(directory) {
                return Err(Error::new(format!(
                    "{} is no checkout of bactrian",
                    directory.display()
                ))
                .help("`--path` names the directory with bactrian's Cargo.toml, build/ and sys/"));
            }
            let directory = fs::canonicalize(directory).map_err(|error| {
                Error::new(format!("cannot find {}: {error}", directory.display()))
            })?;
            return Ok(Bactrian::Checkout(directory));
        }
        // This program was compiled from a checkout that is still there.
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        Ok(match sources {
            Some(directory) if is_checkout(directory) => Bactrian::Checkout(directory.to_owned()),
            _ => Bactrian::Published,
        })
    }

    /// What stands in a Cargo.toml. Absolute paths, for dune copies the project to build it.
    fn dependency(&self, directory: &str, feature: &str) -> String {
        let features = if feature.is_empty() {
            String::new()
        } else {
            format!(", features = [\"{feature}\"]")
        };
        match self {
            Bactrian::Checkout(checkout) => {
                let path = checkout.join(directory);
                let path = path.display().to_string();
                // A literal string of TOML's has no escapes.
                let path = path.trim_end_matches('/');
                format!("{{ path = '{path}'{features} }}")
            }
            Bactrian::Published if features.is_empty() => {
                format!("\"{}\"", env!("CARGO_PKG_VERSION"))
            }
            Bactrian::Published => {
                format!(
                    "{{ version = \"{}\"{features} }}",
                    env!("CARGO_PKG_VERSION")
                )
            }
        }
    }
}

fn is_checkout(directory: &Path) -> bool {
    ["Cargo.toml", "sys/Cargo.toml", "build/Cargo.toml"]
        .iter()
        .all(|file| directory.join(file).is_file())
}
