//! Another `ocamlopt` in `PATH`, or in its place: Cargo asks it again.

#![cfg(unix)]

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// A compiler that notes when it is asked.
fn compiler(directory: &Path) {
    let real = std::env::var("OCAMLOPT").unwrap_or_else(|_| "ocamlopt".to_owned());
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {real}")])
        .output()
        .unwrap();
    let real = String::from_utf8(found.stdout).unwrap();
    fs::create_dir_all(directory).unwrap();
    let file = directory.join("ocamlopt");
    let text = format!(
        "#!/bin/sh\necho \"$@\" >>\"$(dirname \"$0\")/asked\"\nexec {} \"$@\"\n",
        real.trim()
    );
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    // Older than any build, as what is installed is.
    set_time(&file, Duration::from_secs(1_000_000));
}

fn set_time(file: &Path, since_1970: Duration) {
    let file = fs::File::options().write(true).open(file).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + since_1970)
        .unwrap();
}

/// How often the compiler of this directory was asked so far.
fn asked(directory: &Path) -> usize {
    fs::read_to_string(directory.join("asked")).map_or(0, |lines| lines.lines().count())
}

#[test]
fn asks_the_compiler_again() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("rebuild");
    let _ = fs::remove_dir_all(&directory);
    let (one, two) = (directory.join("one"), directory.join("two"));
    compiler(&one);
    compiler(&two);
    let check = |first: &Path| {
        let path = std::env::var_os("PATH").unwrap();
        let directories = [first.to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&path));
        let path: OsString = std::env::join_paths(directories).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([
            "check",
            "--quiet",
            "--package",
            "bactrian-sys",
            "--manifest-path",
        ]);
        cargo.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
        cargo.arg("--target-dir").arg(directory.join("target"));
        cargo.env("PATH", path);
        for name in ["OCAMLOPT", "OCAML_VERSION", "OCAML_WHERE_PATH"] {
            cargo.env_remove(name);
        }
        assert!(cargo.status().unwrap().success());
    };
    check(&one);
    let first = asked(&one);
    assert!(first > 0);
    check(&one);
    assert_eq!(asked(&one), first, "nothing has changed");
    // An upgrade: the same name, a new file.
    set_time(&one.join("ocamlopt"), Duration::from_secs(100_000_000_000));
    check(&one);
    assert!(asked(&one) > first, "the compiler has changed");
    check(&two);
    assert_eq!(asked(&two), first, "another compiler is first in PATH");
    check(&two);
    assert_eq!(asked(&two), first, "nothing has changed");
    let _ = fs::remove_dir_all(&directory);
}
