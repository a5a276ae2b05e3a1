//! A library that was built for one version of OCaml, in a program of another: a message, before anything of
//! the library runs. `src/version.c` is compiled as for each version, and linked with this one's runtime.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bactrian_sys::VERSION;

const VERSIONS: &[(u32, u32)] = &[
    (4, 11),
    (4, 12),
    (4, 13),
    (4, 14),
    (5, 0),
    (5, 1),
    (5, 2),
    (5, 3),
    (5, 4),
    (5, 5),
];

fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn output(directory: &Path, command: &str) -> Output {
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", command]).current_dir(directory).output();
    output.unwrap()
}

fn run(directory: &Path, command: &str) {
    let output = output(directory, command);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}: {errors}");
}

/// For each version a library `dlldemo_stubs.so` and `libdemo_stubs.a`, in a program that `link` makes of
/// `main.ml`, and `start` starts.
fn check(name: &str, link: &str, start: &str) {
    let directory = directory(name);
    let write = |name: &str, text: &str| fs::write(directory.join(name), text).unwrap();
    write(
        "main.ml",
        "external three : unit -> int = \"three\"\nlet () = print_int (three ())\n",
    );
    write(
        "stubs.c",
        "extern const int bactrian_version;\n\
         long three(long unit) { return bactrian_version ? 7 : 9; }\n",
    );
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/version.c");
    for &(major, minor) in VERSIONS {
        run(
            &directory,
            &format!(
                "rm -f *.a *.so; cc -Wall -Werror -fPIC -c stubs.c '{source}' \
                 -DBACTRIAN_OCAML_MAJOR={major} -DBACTRIAN_OCAML_MINOR={minor} \
                 && ar crs libdemo_stubs.a version.o stubs.o \
                 && cc -shared -o dlldemo_stubs.so version.o stubs.o"
            ),
        );
        // In bytecode `ocamlc` itself may load the library, and says the same.
        let output = output(&directory, &format!("{link} && {start}"));
        let (printed, errors) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        if (major, minor) == VERSION {
            assert_eq!((&*printed, &*errors), ("3", ""));
        } else {
            assert_eq!((&*printed, output.status.code()), ("", Some(2)), "{errors}");
            let both = format!(
                "built for OCaml {major}.{minor}, and this program has the runtime of OCaml {}.{}.",
                VERSION.0, VERSION.1
            );
            assert!(errors.contains(&both), "{errors}");
            assert!(errors.contains("Build it again"), "{errors}");
        }
    }
}

#[test]
fn native() {
    let link = "${OCAMLOPT:-ocamlopt} -o main main.ml -ccopt -L. -cclib -ldemo_stubs";
    check("native", link, "./main");
}

#[test]
fn loaded_by_bytecode() {
    let link = "ocamlc -o main main.ml -dllib -ldemo_stubs -I .";
    check("bytecode", link, "CAML_LD_LIBRARY_PATH=. ocamlrun ./main");
}

#[test]
fn bytecode_with_a_runtime_of_its_own() {
    let link = "ocamlc -custom -o main main.ml -ccopt -L. -cclib -ldemo_stubs";
    check("custom", link, "./main");
}

/// Tools that are not OCaml's load it.
#[test]
fn without_a_runtime() {
    let directory = directory("without");
    fs::write(directory.join("main.c"), "int main(void) { return 0; }\n").unwrap();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/version.c");
    run(
        &directory,
        &format!(
            "cc -o main main.c '{source}' -DBACTRIAN_OCAML_MAJOR=5 -DBACTRIAN_OCAML_MINOR=0 && ./main"
        ),
    );
}
