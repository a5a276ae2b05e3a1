//! Builds each OCaml program of `ocaml/` with the functions of this crate, and runs it.
//!
//! | mode | compiler | run-time system |
//! |---|---|---|
//! | `native` | `ocamlopt` | the usual one |
//! | `bytecode` | `ocamlc -custom` | the usual one |
//! | `debug` | `ocamlopt` | the debug variant, which checks the heap, with a minor heap of 256 words |
//! | `small_stack` | `ocamlopt` | the usual one, with a stack of 1 MiB instead of 8, in threads too |
//! | `little_memory` | `ocamlopt` | the usual one, with 1.6 GB of address space |
//!
//! A program counts its checks, prints those that fail, and says the number at the end. The number
//! must be the one given here, so that no check can be left out unseen. Those that docs/guarantees.md
//! names must be among them.

mod guarantees;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Native,
    Bytecode,
    Debug,
    SmallStack,
    LittleMemory,
}

macro_rules! programs {
    ($($program:ident: $checks:literal, $($test:ident $mode:ident),*;)*) => {$(
        mod $program {
            $(
                #[test]
                fn $test() {
                    super::run(stringify!($program), super::Mode::$mode, $checks);
                }
            )*
        }
    )*};
}

programs! {
    adapters: 635, native Native, bytecode Bytecode, debug Debug;
    attacks: 28, native Native, bytecode Bytecode, debug Debug;
    bigarrays: 550, native Native, bytecode Bytecode, debug Debug;
    bigints: 1493, native Native, bytecode Bytecode, debug Debug;
    callbacks: 68, native Native, bytecode Bytecode, debug Debug;
    closures: 466, native Native, bytecode Bytecode, debug Debug;
    closures_in_domains: 20, native Native, bytecode Bytecode, debug Debug;
    containers: 373, native Native, bytecode Bytecode, debug Debug;
    custom: 2830, native Native, bytecode Bytecode, debug Debug;
    derived: 170, native Native, bytecode Bytecode, debug Debug;
    domains: 1736, native Native, bytecode Bytecode, debug Debug;
    effects: 32, native Native, bytecode Bytecode, debug Debug;
    errors: 1354, native Native, bytecode Bytecode, debug Debug;
    faults: 116, native Native, bytecode Bytecode, debug Debug;
    functions: 130, native Native, bytecode Bytecode, debug Debug;
    handles: 251, native Native, bytecode Bytecode, debug Debug;
    hostile: 42514, native Native, bytecode Bytecode, debug Debug, small_stack SmallStack;
    inplace: 191, native Native, bytecode Bytecode, debug Debug;
    interrupts: 156, native Native, bytecode Bytecode, debug Debug;
    large: 3, native Native;
    memory: 20, little_memory LittleMemory;
    ndarrays: 80, native Native, bytecode Bytecode, debug Debug;
    numbers: 493, native Native, bytecode Bytecode, debug Debug;
    objects: 26, native Native, bytecode Bytecode, debug Debug;
    sharing: 25, native Native, bytecode Bytecode, debug Debug;
    text: 348, native Native, bytecode Bytecode, debug Debug;
    threads: 100, native Native, bytecode Bytecode, debug Debug;
}

/// Those where it is another one with words of 32 bits: fewer numbers are beyond a type's bounds.
const CHECKS_32: &[(&str, usize)] = &[("adapters", 626), ("numbers", 456)];

/// What there is since OCaml 5 only.
const OCAML5: &[&str] = &["closures_in_domains", "domains", "effects"];

fn is_ocaml4() -> bool {
    let mut command = Command::new("ocamlfind");
    let version = command.args(["ocamlc", "-version"]).output();
    version.expect("ocamlfind runs").stdout.starts_with(b"4")
}

fn run(program: &str, mode: Mode, checks: usize) {
    let checks_32 = CHECKS_32.iter().find(|(name, _)| *name == program);
    let checks = match checks_32 {
        Some((_, checks)) if cfg!(target_pointer_width = "32") => *checks,
        _ => checks,
    };
    if OCAML5.contains(&program) && is_ocaml4() {
        return;
    }
    let executable = build(program, mode);
    let stack = if mode == Mode::SmallStack { 1024 } else { 8192 };
    let memory = if mode == Mode::LittleMemory {
        "1600000"
    } else {
        "unlimited"
    };
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            &format!("ulimit -s {stack}; ulimit -v {memory}; exec \"$0\""),
        ])
        .arg(&executable);
    let parameters = if mode == Mode::Debug { "s=256,v=0" } else { "" };
    command
        .env("OCAMLRUNPARAM", parameters)
        .env_remove("RUST_BACKTRACE");
    let names = executable.with_extension("checks");
    command.env("CHECK_NAMES", &names);
    let output = command.output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let last: String = text
        .lines()
        .rev()
        .take(40)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .fold(String::new(), |text, line| text + line + "\n");
    assert!(
        output.status.success(),
        "{program}: {}\n{last}\n{errors}",
        output.status
    );
    let expected = format!("{checks} checks passed");
    assert_eq!(
        last.lines().last(),
        Some(expected.as_str()),
        "{program}:\n{last}\n{errors}"
    );
    guarantees::executed(program, &std::fs::read_to_string(names).expect("the names"));
}

/// What a program needs besides the standard library.
fn packages(program: &str) -> &'static str {
    match program {
        "bigints" => "threads.posix,zarith",
        _ => "threads.posix",
    }
}

/// Compiles the program in a directory of its own.
fn build(program: &str, mode: Mode) -> PathBuf {
    // One directory for each test, since tests run at the same time.
    let directory =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("suite-{program}-{mode:?}"));
    std::fs::create_dir_all(&directory).expect("a directory to build in");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("ocaml");
    let files = ["check.ml".to_owned(), format!("{program}.ml")];
    for file in &files {
        std::fs::copy(sources.join(file), directory.join(file)).expect("a source file");
    }
    let threads = if cfg!(target_os = "linux") {
        "-lpthread -ldl -lm"
    } else {
        ""
    };
    let mut command = Command::new("ocamlfind");
    command.current_dir(&directory);
    match mode {
        Mode::Native | Mode::SmallStack | Mode::LittleMemory => command.args(["ocamlopt"]),
        Mode::Debug => command.args(["ocamlopt", "-runtime-variant", "d"]),
        Mode::Bytecode => command.args(["ocamlc", "-custom"]),
    };
    command
        .args([
            "-thread",
            "-package",
            packages(program),
            "-linkpkg",
            "-strict-sequence",
            "-g",
        ])
        .args(&files)
        .arg(library())
        .args(["-cclib", threads, "-o", program]);
    let output = command
        .output()
        .expect("ocamlfind, of Debian's package ocaml-findlib, runs");
    assert!(
        output.status.success(),
        "{command:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    directory.join(program)
}

/// The static library that Cargo has made for this test: its newest, in the test's own directory.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let directory = test.parent().expect("a directory");
    let is_library = |path: &PathBuf| {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        name.starts_with("libbactrian_suite") && name.ends_with(".a")
    };
    let entries = std::fs::read_dir(directory).expect("the directory of the test");
    entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(is_library)
        .max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok())
        .unwrap_or_else(|| panic!("no libbactrian_suite*.a in {}", directory.display()))
}
