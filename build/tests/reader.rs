//! The reader on files that cargo and the system's tools make of a real crate, `tests/interface`.

use bactrian_build::{Interface, Options, Records};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds a package with variables in the environment, and returns where its files are.
fn built(package: &str, name: &str, release: bool, variables: &[(&str, &str)]) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--package", package, "--target-dir"])
        .arg(&target)
        .args(release.then_some("--release"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .envs(variables.iter().copied());
    assert!(cargo.status().unwrap().success());
    target.join(if release { "release" } else { "debug" })
}

#[track_caller]
fn interface(file: &Path) -> Interface {
    Records::read(file)
        .and_then(|records| records.interface(&Options::new("everything")))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// A copy that `strip` has been at.
fn stripped(file: &Path, option: &str) -> PathBuf {
    let copy = file.with_extension(format!("stripped{option}"));
    let mut strip = Command::new("strip");
    strip.arg(option).arg("-o").arg(&copy).arg(file);
    assert!(strip.status().unwrap().success());
    copy
}

#[test]
#[cfg(target_os = "linux")]
fn all_files_of_a_crate_say_the_same() {
    let plain = built("bactrian-interface", "plain", false, &[]);
    let archive = plain.join("libeverything.a");
    let expected = interface(&archive);
    assert!(expected.mli.contains("module Bactrian : sig"));
    assert_eq!(interface(&plain.join("libeverything.so")), expected);
    assert_eq!(interface(&stripped(&archive, "-g")), expected);
    let library = stripped(&plain.join("libeverything.so"), "--strip-all");
    assert_eq!(interface(&library), expected);

    let optimised = built(
        "bactrian-interface",
        "optimised",
        true,
        &[
            ("CARGO_PROFILE_RELEASE_LTO", "fat"),
            ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
            ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
        ],
    );
    assert_eq!(interface(&optimised.join("libeverything.a")), expected);
    assert_eq!(interface(&optimised.join("libeverything.so")), expected);

    // An rlib has what its own crate defines, and types of others are missed.
    let error = Records::read(&plain.join("libeverything.rlib"))
        .and_then(|records| records.interface(&Options::new("everything")))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("of the Rust module `geo::shapes`, which has left no definition"),
        "{error}"
    );
}

#[test]
fn a_crate_for_optimisation_by_the_linker() {
    let variables = [("RUSTFLAGS", "-C linker-plugin-lto")];
    let bitcode = built("bactrian-interface-geo", "bitcode", false, &variables);
    let error = Records::read(&bitcode.join("libgeo.rlib"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("holds LLVM bitcode in place of machine code"),
        "{error}"
    );
}
