//! What the command says, in files: `tests/command/*.txt`. With `BLESS=1` the files are written.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory of its own for each test, removed in the end.
struct Directory(PathBuf);

impl Directory {
    fn new(test: &str) -> Directory {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("command-{test}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a directory");
        Directory(path)
    }

    /// Puts a program there that prints a text.
    fn program(&self, name: &str, prints: &str) {
        let path = self.0.join(name);
        fs::write(
            &path,
            format!("#!/bin/sh\n/bin/cat <<'END'\n{prints}\nEND\n"),
        )
        .expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its permissions");
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A command in a directory, with nothing of the environment's that changes what it says.
fn command(directory: &Directory, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-bactrian"));
    for variable in [
        "OCAMLOPT",
        "RUSTC",
        "CC",
        "LD",
        "AR",
        "OBJCOPY",
        "CARGO_BUILD_TARGET_DIR",
    ] {
        command.env_remove(variable);
    }
    command.current_dir(&directory.0).args(arguments);
    command
}

/// Adds a command and what it does to a text. The width of help texts is that of no terminal.
fn record(text: &mut String, directory: &Directory, arguments: &[&str], command: &mut Command) {
    let output = command.output().expect("the command runs");
    let clean = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.replace(&directory.0.display().to_string(), "[DIRECTORY]")
    };
    if !text.is_empty() {
        text.push('\n');
    }
    *text += &format!("$ cargo bactrian {}\n", arguments.join(" "));
    *text += &clean(&output.stdout);
    *text += &clean(&output.stderr);
    if !output.status.success() {
        *text += &format!("[{}]\n", output.status);
    }
}

fn compare(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/command/{name}.txt"));
    if std::env::var_os("BLESS").is_some() {
        return fs::write(&path, text).expect("the file");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(expected.as_str(), text);
    assert!(
        expected == text,
        "the command says something else (BLESS=1 writes it):\n{}",
        diff.unified_diff()
            .header(&path.display().to_string(), "what it says")
    );
}

#[test]
fn help() {
    let directory = Directory::new("help");
    let mut text = String::new();
    for arguments in [
        &["--help"][..],
        &["build", "--help"],
        &["generate", "--help"],
        &["new", "--help"],
        &["doctor", "--help"],
        &["biuld"],
        // As Cargo runs it.
        &["bactrian", "doctor", "--verbose"],
    ] {
        record(
            &mut text,
            &directory,
            arguments,
            &mut command(&directory, arguments),
        );
    }
    compare("help", &text);
}

#[test]
fn new() {
    let directory = Directory::new("new");
    let mut text = String::new();
    fs::create_dir(directory.0.join("full")).expect("a directory");
    fs::write(directory.0.join("full/file"), "").expect("a file");
    for arguments in [
        &["new", "full"][..],
        &["new", "Hello"],
        &["new", "list"],
        &["new", "2d"],
        &["new", "."],
        &["new", "hello", "--path", "nowhere"],
    ] {
        record(
            &mut text,
            &directory,
            arguments,
            &mut command(&directory, arguments),
        );
    }
    compare("new", &text);
}

/// Without Cargo, only that which it does is left out.
#[test]
fn new_without_cargo() {
    let directory = Directory::new("new-without-cargo");
    let arguments = &["new", "here", "--name", "my-hello"];
    let mut text = String::new();
    let mut new = command(&directory, arguments);
    record(
        &mut text,
        &directory,
        arguments,
        new.env("CARGO", "/nowhere/cargo"),
    );
    text += "\n";
    let mut files = Vec::new();
    list(&directory.0, &directory.0, &mut files);
    files.sort();
    for file in files {
        text += &format!("{file}\n");
        let content = fs::read_to_string(directory.0.join(&file)).expect("the file");
        assert!(!content.contains("{{"), "{file} has something to fill in");
    }
    compare("new_without_cargo", &text);
}

fn list(root: &Path, directory: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            list(root, &path, files);
        } else {
            let path = path.strip_prefix(root).expect("it is in there");
            files.push(path.display().to_string());
        }
    }
}

#[test]
fn doctor() {
    let mut text = String::new();

    let directory = Directory::new("doctor");
    let mut doctor = command(&directory, &["doctor"]);
    record(
        &mut text,
        &directory,
        &["doctor"],
        doctor.env("PATH", &directory.0),
    );

    // All is old, and the ocamlc is another OCaml's.
    directory.program("rustc", "rustc 1.87.0 (17067e9ac 2025-05-09)");
    let config = format!(
        "version: 4.10.2\nstandard_library: {}\narchitecture: amd64\nsystem: linux",
        directory.0.display()
    );
    directory.program("ocamlopt", &config);
    directory.program("ocamlc", "4.14.1");
    directory.program("dune", "2.6.0");
    directory.program("ld", "GNU ld (GNU Binutils for Debian) 2.28");
    directory.program(
        "objcopy",
        "llvm-objcopy, compatible with GNU objcopy\nLLVM version 14",
    );
    directory.program("apt-get", "");
    let mut doctor = command(&directory, &["doctor"]);
    record(
        &mut text,
        &directory,
        &["doctor"],
        doctor.env("PATH", &directory.0),
    );

    directory.program("rustc", "rustc 1.88.0 (6b00bc388 2025-06-23)");
    directory.program("ocamlopt", &config.replace("4.10.2", "5.4.0"));
    directory.program("ocamlc", "5.4.0");
    directory.program("ocaml", "The OCaml toplevel, version 5.4.0");
    directory.program("ocamlfind", "5.4.0");
    directory.program("dune", "3.20.0");
    directory.program("cc", "cc (GCC) 14.2.0\nCopyright");
    for name in ["ld", "objcopy", "ar"] {
        directory.program(name, &format!("GNU {name} (GNU Binutils) 2.44.50.20250703"));
    }
    fs::create_dir_all(directory.0.join("caml")).expect("a directory");
    fs::create_dir_all(directory.0.join("threads")).expect("a directory");
    for file in [
        "caml/domain_state.tbl",
        "libasmrun.a",
        "threads/threads.cma",
        "threads/threads.cmxa",
    ] {
        fs::write(directory.0.join(file), "").expect("a file");
    }
    let mut doctor = command(&directory, &["doctor"]);
    record(
        &mut text,
        &directory,
        &["doctor"],
        doctor.env("PATH", &directory.0),
    );
    compare("doctor", &text);
}

/// What goes wrong before and in Cargo.
#[test]
fn build_fails() {
    let directory = Directory::new("build-fails");
    let mut text = String::new();
    let arguments = &["build"];
    let mut build = command(&directory, arguments);
    record(
        &mut text,
        &directory,
        arguments,
        build.env("CARGO", "/nowhere/cargo"),
    );

    // A Cargo that compiles nothing, one that fails.
    directory.program("silent", "{\"reason\":\"build-finished\",\"success\":true}");
    let mut build = command(&directory, arguments);
    record(
        &mut text,
        &directory,
        arguments,
        build.env("CARGO", directory.0.join("silent")),
    );
    symlink("/bin/false", directory.0.join("failing")).expect("a link");
    let arguments = &["build", "-p", "hello", "--release", "--features", "a,b"];
    let mut build = command(&directory, arguments);
    record(
        &mut text,
        &directory,
        arguments,
        build.env("CARGO", directory.0.join("failing")),
    );
    compare("build_fails", &text);
}
