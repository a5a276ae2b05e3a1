//! What the OCaml compiler says to the files.

use crate::Interface;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// All warnings are errors, but for those of style that concern names of other modules (4, 9, 40 to
/// 45) and missing interfaces (70).
const WARNINGS: &str = "+a-4-9-40..45-70";

/// Type-checks files; the modules `Geo` and others of `support` are there for them. Under Miri, where no
/// other program can be started, it does nothing.
#[track_caller]
pub fn accepts(files: &[(&str, Interface)]) {
    if cfg!(miri) {
        return;
    }
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let folder: PathBuf = std::env::temp_dir().join(format!(
        "bactrian-build-{}-{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    ));
    std::fs::create_dir_all(&folder).unwrap();
    let mut names = vec!["existing.ml".to_owned()];
    let existing = "module Point = struct type t = { x : float; mutable y : float } end\n\
                    type 'a tree = Leaf | Node of { left : 'a tree; it : 'a }\n\
                    type id = int\n\
                    type colour = [ `Red | `Grey of int ]\n\
                    type one = One of float [@@unboxed]\n";
    std::fs::write(folder.join("existing.ml"), existing).unwrap();
    for (name, interface) in files {
        std::fs::write(folder.join(format!("{name}.mli")), &interface.mli).unwrap();
        std::fs::write(folder.join(format!("{name}.ml")), &interface.ml).unwrap();
        names.extend([format!("{name}.mli"), format!("{name}.ml")]);
    }
    let output = Command::new("ocamlc")
        .args(["-w", WARNINGS, "-warn-error", "+a", "-c"])
        .args(&names)
        .current_dir(&folder)
        .output()
        .expect("ocamlc runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() || !said.is_empty() {
        for (name, interface) in files {
            if said.contains(name) {
                eprintln!(
                    "{name}.mli:\n{}\n{name}.ml:\n{}",
                    interface.mli, interface.ml
                );
            }
        }
        panic!("in {}: {said}", folder.display());
    }
    let _ = std::fs::remove_dir_all(&folder);
}
