//! docs/guarantees.md names the tests that hold each promise: they exist, and they run.
//!
//! A test is named by its path in the project, in backticks; for one of several in a file its name
//! follows, after a colon:
//!
//! | path | name |
//! |---|---|
//! | `tests/suite/ocaml/*.ml` | a check's, or what a name begins with; the program says what it executed |
//! | any other `.rs` | a function with `#[test]` |
//! | `tests/ui/**.rs` | none; with the compiler's messages beside it, unless it is to compile |
//! | any other file | none |

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What is named: a path, and perhaps a name within.
fn references() -> Vec<(String, Option<String>)> {
    let document = root().join("docs/guarantees.md");
    let text = std::fs::read_to_string(document).expect("docs/guarantees.md");
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let spans = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    let is_path = |span: &&str| {
        [
            "tests/",
            "build/",
            "derive/",
            "src/",
            "fuzz/",
            "benches/",
            "examples/",
        ]
        .iter()
        .any(|start| span.starts_with(start))
    };
    spans
        .filter(is_path)
        .map(|span| match span.split_once(": ") {
            Some((path, name)) => (path.to_owned(), Some(name.to_owned())),
            None => (span.to_owned(), None),
        })
        .collect()
}

/// Fails if the guarantees name a check of the program that is not among those it has executed.
pub fn executed(program: &str, names: &str) {
    let names: BTreeSet<&str> = names.lines().collect();
    let file = format!("tests/suite/ocaml/{program}.ml");
    let missing: Vec<String> = references()
        .into_iter()
        .filter(|(path, _)| *path == file)
        .filter_map(|(_, name)| name)
        .filter(|name| {
            !names
                .iter()
                .any(|executed| executed.starts_with(name.as_str()))
        })
        .collect();
    assert!(
        missing.is_empty(),
        "docs/guarantees.md names checks that {file} does not execute: {missing:#?}"
    );
}

#[test]
fn the_named_tests_exist() {
    let references = references();
    assert!(references.len() > 100, "they are found");
    let mut missing = Vec::new();
    for (path, name) in references {
        let file = root().join(&path);
        let exists = match &name {
            _ if !file.is_file() => false,
            _ if path.starts_with("tests/ui/") => name.is_none(),
            // `executed` looks at these.
            _ if path.starts_with("tests/suite/ocaml/") => {
                name.is_some() && file.extension().is_some_and(|extension| extension == "ml")
            }
            None => true,
            Some(name) => std::fs::read_to_string(&file).is_ok_and(|text| is_test(&text, name)),
        };
        if !exists {
            missing.push((path, name));
        }
    }
    assert!(
        missing.is_empty(),
        "docs/guarantees.md names tests that do not exist: {missing:#?}"
    );
}

/// Whether a file has a test of this name.
fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let function = format!("fn {name}(");
    let is_it = |&at: &usize| {
        let attributes = lines[..at]
            .iter()
            .rev()
            .take_while(|line| line.starts_with("#["));
        lines[at].starts_with(&function) && attributes.clone().any(|line| *line == "#[test]")
    };
    (0..lines.len()).any(|at| is_it(&at))
}
