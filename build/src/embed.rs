//! OCaml code compiled into a Rust program, by its build script.

use crate::Error;
use crate::files::write_if_changed;
use crate::tools::{AR, shown};
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

/// OCaml code that a Rust program contains: for its `build.rs`.
///
/// Compiles the modules of a directory and what they use with the OCaml runtime to one object file, and
/// tells Cargo to link it. The program starts it with `bactrian::Runtime::init`.
///
/// ```no_run
/// // build.rs
/// fn main() -> std::process::ExitCode {
///     bactrian_build::Embed::new("ocaml").package("str").main()
/// }
/// ```
///
/// - All `.ml` and `.mli` files of the directory are compiled, in the order of their dependencies, and
///   all are linked: a module that only registers functions is there. They are compiled again when one
///   changes.
/// - What Rust closures need as OCaml functions is linked, too: a small module.
/// - OCaml's thread library is linked, so that any Rust thread can use OCaml.
/// - Which libraries are linked, and where they are, is what `ocamlfind`, `ocamlobjinfo` and `ocamlopt
///   -config` say. The variable `OCAMLOPT` names another compiler.
/// - One package of a program can have OCaml code. The feature `link` of `bactrian` is not needed, and
///   does no harm: what it brings is not linked then.
#[derive(Clone, Debug)]
pub struct Embed {
    directory: PathBuf,
    packages: Vec<String>,
    flags: Vec<String>,
    variant: Option<String>,
}

/// The name of the static library.
const LIBRARY: &str = "bactrian_embedded";

/// Links the thread library, which nothing refers to.
const THREADS: &str = "let _ = Thread.self\n";

impl Embed {
    /// The modules of a directory, relative to the package.
    pub fn new(directory: impl Into<PathBuf>) -> Embed {
        Embed {
            directory: directory.into(),
            packages: Vec::new(),
            flags: Vec::new(),
            variant: None,
        }
    }

    /// Adds a library of OCaml's by the name that `ocamlfind list` shows.
    #[must_use]
    pub fn package(mut self, name: &str) -> Embed {
        self.packages.push(name.to_owned());
        self
    }

    /// Adds an option for `ocamlopt` when it compiles: `-O3`, `-w`, `-g`...
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
        for name in [
            "OCAMLOPT",
            "OCAMLPATH",
            "OCAMLFIND_CONF",
            "OPAM_SWITCH_PREFIX",
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

        let sources = self.sources()?;
        let threads = out.join("bactrian_threads.ml");
        write_if_changed(&threads, THREADS.as_bytes())?;
        let support = out.join("bactrian_support.ml");
        write_if_changed(&support, crate::write::support().as_bytes())?;
        let mut objects = vec![self.compile(&threads, &out)?, self.compile(&support, &out)?];
        for source in &sources {
            let object = self.compile(source, &out)?;
            if object.extension() == Some(OsStr::new("cmx")) {
                objects.push(object);
            }
        }
        self.link(&objects, &out)
    }

    /// The files of the directory, each after what it depends on.
    fn sources(&self) -> Result<Vec<PathBuf>, Error> {
        let directory = &self.directory;
        println!("cargo::rerun-if-changed={}", directory.display());
        let entries = fs::read_dir(directory).map_err(|error| {
            Error::new(format!(
                "cannot read the OCaml code in {}: {error}",
                directory.display()
            ))
            .help("`Embed::new` names a directory with .ml files, relative to the package's own")
        })?;
        let mut files = BTreeSet::new();
        for entry in entries.flatten() {
            let path = entry.path();
            if matches!(path.extension().and_then(OsStr::to_str), Some("ml" | "mli")) {
                println!("cargo::rerun-if-changed={}", path.display());
                files.insert(path);
            }
        }
        if !files
            .iter()
            .any(|file| file.extension() == Some(OsStr::new("ml")))
        {
            return Err(Error::new(format!(
                "there is no OCaml code in {}: expected .ml files",
                directory.display()
            )));
        }
        let mut command = ocamlfind("ocamldep");
        command.args(["-sort", "-I"]).arg(directory).args(&files);
        let sorted = run(&mut command, "find the order of the OCaml modules")?;
        Ok(sorted.split_whitespace().map(PathBuf::from).collect())
    }

    fn compile(&self, source: &Path, out: &Path) -> Result<PathBuf, Error> {
        let interface = source.extension() == Some(OsStr::new("mli"));
        let mut object = out.join(source.file_name().unwrap_or_default());
        object.set_extension(if interface { "cmi" } else { "cmx" });
        let mut command = ocamlfind("ocamlopt");
        command.args(["-thread", "-package", &self.packages(), "-g"]);
        command.args(&self.flags);
        command
            .arg("-I")
            .arg(out)
            .arg("-c")
            .arg("-o")
            .arg(&object)
            .arg(source);
        let purpose = format!("compile {}", source.display());
        run(&mut command, &purpose)?;
        Ok(object)
    }

    fn packages(&self) -> String {
        let mut packages = vec!["threads.posix"];
        packages.extend(self.packages.iter().map(String::as_str));
        packages.join(",")
    }

    fn link(&self, objects: &[PathBuf], out: &Path) -> Result<(), Error> {
        let libraries = self.c_libraries()?;
        let object = out.join(format!("{LIBRARY}.o"));
        let mut command = ocamlfind("ocamlopt");
        command.args([
            "-thread",
            "-package",
            &self.packages(),
            "-linkpkg",
            "-g",
            "-noautolink",
        ]);
        if let Some(variant) = &self.variant {
            command.args(["-runtime-variant", variant]);
        }
        command.args(["-output-complete-obj", "-o"]).arg(&object);
        command.args(objects);
        for library in &libraries.ocaml {
            command.args(["-cclib", library]);
        }
        run(&mut command, "link the OCaml code")?;
        let archive = out.join(format!("lib{LIBRARY}.a"));
        let _ = fs::remove_file(&archive);
        let mut command = AR.command();
        AR.run(
            command.arg("crs").arg(&archive).arg(&object),
            "make a static library",
        )?;

        println!("cargo::rustc-link-search=native={}", out.display());
        for directory in &libraries.directories {
            println!("cargo::rustc-link-search=native={directory}");
        }
        // Whole, wherever the linker comes across it: nothing before it refers to OCaml.
        println!("cargo::rustc-link-lib=static:+whole-archive,-bundle={LIBRARY}");
        for library in &libraries.system {
            println!("cargo::rustc-link-lib={library}");
        }
        Ok(())
    }

    /// What the OCaml libraries and the runtime need of C.
    fn c_libraries(&self) -> Result<Libraries, Error> {
        let mut command = ocamlfind("query");
        command.args(["-r", "-predicates", "native,mt,mt_posix", "-format"]);
        command
            .args(["%d|%+a", "threads.posix"])
            .args(&self.packages);
        let listed = run(&mut command, "find the OCaml libraries")?;
        let config = run(ocamlfind("ocamlopt").arg("-config"), "ask ocamlopt")?;
        let value = |key: &str| {
            let line = config.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or("").trim().to_owned()
        };
        let standard = PathBuf::from(value("standard_library:"));
        let runtime = standard.join("libasmrun.a");
        println!("cargo::rerun-if-changed={}", runtime.display());

        let mut directories = vec![standard];
        let mut archives = Vec::new();
        for line in listed.lines() {
            let (directory, files) = line.split_once('|').unwrap_or((line, ""));
            directories.push(directory.into());
            archives.extend(files.split_whitespace().map(str::to_owned));
        }
        let mut libraries = Libraries::default();
        // Later ones use earlier ones.
        for archive in archives.iter().rev().filter(|name| name.ends_with(".cmxa")) {
            println!("cargo::rerun-if-changed={archive}");
            let command = &mut Command::new("ocamlobjinfo");
            let found = run(command.arg(archive), "read an OCaml library")?;
            for line in found.lines() {
                for key in ["Extra C object files:", "Extra C options:"] {
                    if let Some(words) = line.strip_prefix(key) {
                        libraries.add(words, &directories);
                    }
                }
            }
        }
        for key in ["native_c_libraries:", "compression_c_libraries:"] {
            libraries.add(&value(key), &[]);
        }
        Ok(libraries)
    }
}

#[derive(Debug, Default)]
struct Libraries {
    /// Options for static libraries that come with OCaml ones.
    ocaml: Vec<String>,
    /// Names of others.
    system: Vec<String>,
    /// Where to look for those.
    directories: Vec<String>,
}

impl Libraries {
    /// Adds what options for a linker name.
    fn add(&mut self, options: &str, directories: &[PathBuf]) {
        for option in options.split_whitespace() {
            let (list, entry) = if let Some(directory) = option.strip_prefix("-L") {
                (&mut self.directories, directory)
            } else if let Some(name) = option.strip_prefix("-l") {
                let file = format!("lib{name}.a");
                if directories
                    .iter()
                    .any(|directory| directory.join(&file).is_file())
                {
                    (&mut self.ocaml, option)
                } else {
                    (&mut self.system, name)
                }
            } else {
                continue;
            };
            if !list.iter().any(|known| known == entry) {
                list.push(entry.to_owned());
            }
        }
    }
}

fn ocamlfind(tool: &str) -> Command {
    let mut command = Command::new("ocamlfind");
    if let Ok(ocamlopt) = env::var("OCAMLOPT") {
        command.env("OCAMLFIND_COMMANDS", format!("ocamlopt={ocamlopt}"));
    }
    command.arg(tool);
    command
}

/// What a command prints; `purpose` completes "cannot ...".
fn run(command: &mut Command, purpose: &str) -> Result<String, Error> {
    let Output { status, stdout, stderr } = command.output().map_err(|error| {
        let program = command.get_program().to_string_lossy();
        Error::new(format!("cannot {purpose}: cannot run `{program}`: {error}")).help(
            "install OCaml and ocamlfind: on Debian and Ubuntu `apt-get install ocaml ocaml-findlib`, with \
             opam `opam install ocamlfind`",
        )
    })?;
    let said = String::from_utf8_lossy(&stderr);
    if status.success() {
        for line in said.lines() {
            println!("cargo::warning={line}");
        }
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    Err(Error::new(format!(
        "cannot {purpose}\n{}\n  command: {}",
        said.trim_end(),
        shown(command)
    )))
}
