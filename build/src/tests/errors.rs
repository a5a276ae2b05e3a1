//! What cannot be written, and what is said of it.

use super::made::*;
use crate::Records;
use crate::schema::*;

fn at(line: u32, function: Function) -> Function {
    Function { line, ..function }
}

#[test]
fn the_two_directions_of_a_type_have_to_agree() {
    let from = Definition {
        derive: "FromValue".into(),
        ..definition("demo", "it", Body::Record(vec![field("age", int())]))
    };
    let to = definition(
        "demo",
        "it",
        Body::Record(vec![field("age", name("int64"))]),
    );
    let records = |from, to| Records {
        definitions: vec![from, to],
        ..Records::default()
    };
    expect_error(
        &records(from.clone(), to),
        "\
`IT` is two different types in OCaml, by its derives of `FromValue` and `ToValue`: the field `age` is \
         `int` and `int64`
  at src/lib.rs:5
  help: let both directions have one type: `#[ocaml(as = ...)]` or `with` say which",
    );
    let other = Definition {
        rust: "Other".into(),
        file: "src/other.rs".into(),
        line: 9,
        ..definition("demo", "it", Body::Variant(vec![]))
    };
    expect_error(
        &records(from.clone(), other),
        "\
two Rust types, `IT` and `Other`, are called `it` in OCaml, and differ: a record and a variant
  at src/lib.rs:5
  at src/other.rs:9
  help: give one of them another name: `#[ocaml(name = \"other_name\")]`",
    );
    let same = Definition {
        doc: "Only here.".into(),
        derive: "ToValue".into(),
        line: 6,
        ..from.clone()
    };
    expect(
        &records(from, same),
        "type it = { age : int } [@@boxed]\n(** Only here. *)",
    );
}

#[test]
fn a_type_without_a_definition() {
    expect_error(
        &Records {
            functions: vec![takes("demo", "f", of(vec![derived("geo", "point")], "list"))],
            ..Records::default()
        },
        "\
the function `f` uses the type `point` of the Rust module `geo`, which has left no definition
  at src/lib.rs:10
  help: was the crate that derives it compiled with the same version of `bactrian`, and is it linked \
         into this file? An `.rlib` has only what its own crate defines: read the static library
  help: if OCaml has the type already, say so where it is derived: `#[ocaml(name = \"Module.name\")]`",
    );
}

#[test]
fn one_name_for_two_things() {
    expect_error(
        &Records {
            functions: vec![
                takes("demo", "f", int()),
                at(
                    12,
                    Function {
                        native: "other".into(),
                        bytecode: "other".into(),
                        ..takes("demo", "f", int())
                    },
                ),
            ],
            ..Records::default()
        },
        "\
two functions are called `f` in one OCaml module
  at src/lib.rs:10
  at src/lib.rs:12
  help: give one of them another name: `#[func(name = \"other_name\")]`",
    );
    expect_error(
        &Records {
            definitions: vec![
                record("demo", "it", int()),
                record("demo::flat", "it", name("string")),
            ],
            settings: vec![Settings {
                flatten: true,
                ..settings("demo::flat")
            }],
            ..Records::default()
        },
        "\
two types are called `it` in one OCaml module
  at src/lib.rs:5
  at src/lib.rs:5
  help: give one of them another name: `#[ocaml(name = \"other_name\")]`",
    );
    let modules = Records {
        functions: vec![takes("demo::geo", "f", int()), takes("geo", "g", int())],
        ..Records::default()
    };
    let error = write(&modules).unwrap_err().to_string();
    assert!(
        error.starts_with(
            "the OCaml module `Geo` would be both the Rust module `demo::geo` and the Rust module `geo`\n"
        ),
        "{error}"
    );
    let exceptions = Records {
        exceptions: vec![
            exception("demo", "Wrong"),
            Exception {
                line: 22,
                registered: "demo.other".into(),
                ..exception("demo", "Wrong")
            },
        ],
        ..Records::default()
    };
    let error = write(&exceptions).unwrap_err().to_string();
    assert!(
        error.contains(
            "are called `Wrong` in one OCaml module\n  at src/lib.rs:20\n  at src/lib.rs:22"
        ),
        "{error}"
    );
}

#[test]
fn all_mistakes_at_once() {
    let records = Records {
        functions: vec![
            takes("demo", "f", derived("demo", "a")),
            at(11, takes("demo", "g", derived("demo", "b"))),
        ],
        ..Records::default()
    };
    let error = write(&records).unwrap_err().to_string();
    assert!(
        error.contains("the function `f`") && error.contains("\n\nthe function `g`"),
        "{error}"
    );
}

#[test]
fn types_given_by_hand() {
    let by_hand = |sig: &str| Records {
        functions: vec![Function {
            sig: sig.into(),
            ..takes("demo", "f", int())
        }],
        ..Records::default()
    };
    expect_error(
        &by_hand("int -> int -> int"),
        "\
the `sig` is that of a function with 2 parameters, but the Rust function has one parameter
  at src/lib.rs:10
  help: it says: int -> int -> int
  help: a result that is itself a function stands in parentheses: `int -> (int -> int)`",
    );
    for (sig, what) in [
        ("(int -> int", "`(` is never closed"),
        ("int ->", "an arrow has nothing on one of its sides"),
        ("int] -> int", "`]` closes nothing"),
        ("(int] -> int", "expected `)`, found `]`"),
        (
            "int -> int = \"x\"",
            "it has a `=`: write only what stands to the right of it",
        ),
        ("int (* no *) -> int", "it has a comment"),
    ] {
        let records = by_hand(sig);
        expect_error(
            &records,
            &format!(
                "the `sig` is no OCaml type: {what}\n  at src/lib.rs:10\n  help: it says: {sig}"
            ),
        );
    }
}

#[test]
fn optional_parameters_have_to_end() {
    let optional = Parameter {
        label: Label::Optional,
        ..parameter("width", int())
    };
    expect_error(
        &Records {
            functions: vec![function(
                "demo",
                "f",
                vec![parameter("x", int()), optional],
                int(),
            )],
            ..Records::default()
        },
        "\
the parameter `width` of `f` is optional, but no parameter without a label follows: OCaml could never \
         leave it away
  at src/lib.rs:10
  help: let a parameter without `#[label]` or `#[optional]` come after it",
    );
}

#[test]
fn an_abbreviation_of_itself() {
    expect_error(
        &Records {
            definitions: vec![definition(
                "demo",
                "tree",
                Body::Alias(of(vec![derived("demo", "tree")], "array")),
            )],
            ..Records::default()
        },
        "\
`TREE` contains itself and is only another name for `tree array` in OCaml, which does not accept that
  at src/lib.rs:5
  help: give its field a name, so that it is a record: `struct TREE { inner: ... }`",
    );
}

#[test]
fn numbers_without_a_box() {
    let unboxed = |of: TypeExpr, passing: Passing| Records {
        functions: vec![Function {
            bytecode: "demo_f_bytecode".into(),
            ..function(
                "demo",
                "f",
                vec![Parameter {
                    passing,
                    ..parameter("x", of)
                }],
                int(),
            )
        }],
        definitions: vec![definition("demo", "metres", Body::Alias(name("float")))],
        ..Records::default()
    };
    expect(
        &unboxed(derived("demo", "metres"), Passing::Unboxed),
        "\
type metres = float

external f : (metres[@unboxed]) -> int = \"demo_f_bytecode\" \"demo_f\"",
    );
    expect_error(
        &unboxed(name("bool"), Passing::Untagged),
        "\
the record of the function `f` is wrong: `bool` is passed as Untagged
  at src/lib.rs:10
  help: this is a mistake in `bactrian`: please report it",
    );
}

#[test]
fn modules_that_hide_those_of_others() {
    let error = write(&Records {
        functions: vec![
            takes("demo::yojson", "f", int()),
            takes("demo", "g", name("Yojson.Basic.t")),
        ],
        ..Records::default()
    })
    .unwrap_err()
    .to_string();
    assert!(
        error.contains(
            "uses OCaml's type `Yojson.Basic.t`, but the interface has a module `Yojson`"
        ),
        "{error}"
    );
}
