//! The modules of a directory, compiled one by one.

use super::Embed;
use super::ocaml::{Tools, run};
use crate::Error;
use crate::files::write_if_changed;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Links the thread library, which nothing refers to.
const THREADS: &str = "let _ = Thread.self\n";

/// Compiles what every program contains: the module that links the thread library, and what Rust closures
/// need as OCaml functions.
pub fn always(tools: &Tools) -> Result<Vec<PathBuf>, Error> {
    let support = crate::write::support();
    let modules = [
        ("bactrian_threads.ml", THREADS),
        ("bactrian_support.ml", &support),
    ];
    let compile = |(name, text): (&str, &str)| {
        let source = tools.out.join(name);
        write_if_changed(&source, text.as_bytes())?;
        compile_file(&source, &[], &[], tools)
    };
    modules.into_iter().map(compile).collect()
}

/// Compiles the files of the directory; the objects in the order of linking.
pub fn compile(directory: &Path, embed: &Embed, tools: &Tools) -> Result<Vec<PathBuf>, Error> {
    let mut objects = Vec::new();
    for source in sources(directory, tools)? {
        let object = compile_file(&source, &embed.packages, &embed.flags, tools)?;
        if object.extension() == Some(OsStr::new("cmx")) {
            objects.push(object);
        }
    }
    Ok(objects)
}

/// The files of the directory, each after what it depends on.
fn sources(directory: &Path, tools: &Tools) -> Result<Vec<PathBuf>, Error> {
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
    let mut command = tools.ocamlfind("ocamldep");
    command.args(["-sort", "-I"]).arg(directory).args(&files);
    let sorted = run(&mut command, "find the order of the OCaml modules")?;
    Ok(sorted.split_whitespace().map(PathBuf::from).collect())
}

fn compile_file(
    source: &Path,
    packages: &[String],
    flags: &[String],
    tools: &Tools,
) -> Result<PathBuf, Error> {
    let interface = source.extension() == Some(OsStr::new("mli"));
    let mut object = tools.out.join(source.file_name().unwrap_or_default());
    object.set_extension(if interface { "cmi" } else { "cmx" });
    let mut command = tools.ocamlfind("ocamlopt");
    command.args(["-thread", "-package", &with_threads(packages), "-g"]);
    command
        .args(flags)
        .arg("-I")
        .arg(&tools.out)
        .arg("-c")
        .arg("-o")
        .arg(&object)
        .arg(source);
    run(&mut command, &format!("compile {}", source.display()))?;
    Ok(object)
}

/// The packages and the thread library, as `-package` wants them.
pub fn with_threads(packages: &[String]) -> String {
    let mut all = vec!["threads.posix"];
    all.extend(packages.iter().map(String::as_str));
    all.join(",")
}
