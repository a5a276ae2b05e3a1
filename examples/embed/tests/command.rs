//! What the command prints.

use std::process::Command;

/// Its exit status, what it prints, and what it says on the standard error.
fn satisfy(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satisfy"));
    let command = command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_formula() {
    let (status, printed, _) = satisfy(&["solve", "problems/small.cnf"]);
    assert_eq!(status, Some(10));
    assert!(
        printed.ends_with("s SATISFIABLE\nv 1 -2 3 0\n"),
        "{printed}"
    );
}

#[test]
fn a_mistake() {
    let (status, printed, said) = satisfy(&["solve", "problems/wrong.cnf"]);
    assert_eq!((status, printed.as_str()), (Some(1), ""));
    assert_eq!(
        said,
        "satisfy: problems/wrong.cnf:3:3: expected a literal, found \"tree\"\n"
    );
}

#[test]
fn a_sudoku() {
    let (status, printed, _) = satisfy(&["sudoku", "problems/hard.sudoku"]);
    assert_eq!(status, Some(0));
    assert!(
        printed.starts_with("8 1 2 7 5 3 6 4 9\n9 4 3 6 8 2 1 7 5\n"),
        "{printed}"
    );
}

#[test]
fn no_such_file() {
    let (status, _, said) = satisfy(&["sudoku", "problems/none"]);
    assert_eq!(status, Some(1));
    assert!(said.starts_with("satisfy: problems/none: "), "{said}");
}
