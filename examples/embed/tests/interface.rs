//! `ocaml/satisfy.ml` is what the Rust code says: OCaml has checked the functions that it registers
//! against the types that Rust calls them with.

use std::process::Command;

#[test]
fn is_that_of_the_rust_code() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.args([
        "bactrian",
        "generate",
        "--check",
        "--quiet",
        "--out-dir",
        "ocaml",
    ]);
    let output = cargo.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
