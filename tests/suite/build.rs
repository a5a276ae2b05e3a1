//! Says whether OCaml has bigarrays of kind float16.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=OCAMLOPT");
    // Where `ocamlopt` is found.
    println!("cargo::rerun-if-env-changed=PATH");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(float16)");
    let ocamlopt = std::env::var("OCAMLOPT").unwrap_or_else(|_| "ocamlopt".into());
    let Ok(output) = Command::new(ocamlopt).arg("-version").output() else {
        return;
    };
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut numbers = version
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    if (numbers.next(), numbers.next()) >= (Some(5), Some(2)) {
        println!("cargo::rustc-cfg=float16");
    }
}
