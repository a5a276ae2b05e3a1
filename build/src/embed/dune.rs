//! A library that dune builds.
//!
//! Dune builds it and installs it into Cargo's directory, with what it needs of its project; then
//! `ocamlfind` knows it like any other library: what it depends on, and in which order they are linked.

use super::ocaml::{Tools, before, run, run_quietly};
use crate::Error;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Builds the library of the project in `root`, and has the tools find it.
pub fn install(root: &Path, library: &str, tools: &mut Tools) -> Result<(), Error> {
    let not_found = |what: String| {
        Error::new(what).help(
            "`Embed::dune` takes the directory of a dune project, relative to the package's own, and the \
             public name of a library in it",
        )
    };
    if !root.join("dune-project").is_file() {
        return Err(not_found(format!(
            "there is no dune-project in {}",
            root.display()
        )));
    }
    watch(root);

    let package = library.split('.').next().unwrap_or(library);
    let purpose = format!("build the OCaml library `{library}` in {}", root.display());
    let mut command = dune("build", root, tools);
    command.args([
        "--profile",
        "release",
        "--only-packages",
        package,
        "@install",
    ]);
    run(&mut command, &purpose)?;

    // From scratch: a module that is gone must not be found.
    let prefix = tools.out.join("installed");
    if prefix.is_dir() {
        fs::remove_dir_all(&prefix)
            .map_err(|error| Error::new(format!("cannot remove {}: {error}", prefix.display())))?;
    }
    let mut command = dune("install", root, tools);
    command.arg("--prefix").arg(&prefix).arg(package);
    run_quietly(&mut command, &purpose)?;
    let libraries = prefix.join("lib");
    if !libraries.join(library.replace('.', "/")).is_dir() && !libraries.join(package).is_dir() {
        return Err(not_found(format!(
            "the dune project in {} has no library whose public name is `{library}`",
            root.display()
        )));
    }
    tools.look_into(libraries);
    Ok(())
}

fn dune(subcommand: &str, root: &Path, tools: &Tools) -> Command {
    let mut command = Command::new("dune");
    // The compiler that everything else is compiled by.
    if let Ok(ocamlopt) = env::var("OCAMLOPT")
        && let Some(directory) = Path::new(&ocamlopt).parent()
        && directory.is_dir()
    {
        command.env("PATH", before(directory, "PATH"));
    }
    // Where Cargo itself is run by dune, this is another build.
    for name in [
        "INSIDE_DUNE",
        "DUNE_BUILD_DIR",
        "DUNE_WORKSPACE",
        "DUNE_PROFILE",
    ] {
        command.env_remove(name);
    }
    command.arg(subcommand).arg("--root").arg(root);
    command.arg("--build-dir").arg(tools.out.join("dune"));
    command
}

/// Has Cargo look at all that dune may read. Cargo looks into a directory and all directories in it: not
/// into those where dune works.
fn watch(directory: &Path) {
    let entries: Vec<_> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    let is_made = |name: &OsStr| name == "_build" || name == "_opam" || name == ".git";
    if !entries.iter().any(|entry| is_made(&entry.file_name())) {
        println!("cargo::rerun-if-changed={}", directory.display());
        return;
    }
    for entry in entries {
        if !is_made(&entry.file_name()) {
            println!("cargo::rerun-if-changed={}", entry.path().display());
        }
    }
}
