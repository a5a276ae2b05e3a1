use super::*;
use crate::tests::made;
use crate::{Interface, Records};

#[track_caller]
fn is(doc: &str, expected: &str) {
    let found = Comment::new(doc, false).text(80).unwrap_or_default();
    assert_eq!(found, expected, "found:\n{found}");
}

#[test]
fn text() {
    is("", "");
    is("Short.", "(** Short. *)");
    is(
        "Code `a[0]` and `]` and `f x`, *emphasis*, **strong**, \"quoted\".",
        "(** Code [a[0]] and [\\]] and [f x], {i emphasis}, {b strong}, \"quoted\". *)",
    );
    is(
        "Braces {x}, brackets \\[y\\], at @z, \\backslash.",
        "(** Braces \\{x\\}, brackets \\[y\\], at \\@z, \\backslash. *)",
    );
    is(
        "Long text is broken at the width of the file, between words and not in `code that has spaces` or so.",
        "\
(** Long text is broken at the width of the file, between words and not in
    [code that has spaces] or so. *)",
    );
    is(
        "Paragraphs\nare joined.\n\nA second.",
        "(** Paragraphs are joined.\n\n    A second. *)",
    );
}

#[test]
fn links() {
    is(
        "[OCaml](https://ocaml.org \"title\"), [`Value`](bactrian::Value), [`Root`], [text][Root], \
         <https://a.b/c>.",
        "\
(** {{:https://ocaml.org} OCaml}, [Value], [Root], text,
    {{:https://a.b/c} https://a.b/c}. *)",
    );
}

#[test]
fn lists() {
    is(
        "Items:\n- one\n  and more\n- two\n\n1. first\n2. second",
        "\
(** Items:

    - one and more
    - two

    + first
    + second *)",
    );
    is(
        "- outer\n  - inner\n- last",
        "\
(** {ul
     {- outer

        - inner
     }
     {- last
     }
    }
*)"
        .replace("    }\n*)", "    } *)")
        .as_str(),
    );
}

/// Deeper than a line is wide.
#[test]
fn lists_that_nest_deep() {
    let doc: String = (0..30)
        .map(|depth| format!("{}- item {depth}\n", "  ".repeat(depth)))
        .collect();
    let comment = Comment::new(&doc, false);
    for room in [0, 1, 40, 80] {
        let text = comment.text(room).unwrap();
        assert!(text.contains("29"), "{text}");
    }
}

#[test]
fn code() {
    is(
        "```\n# use hidden;\nlet x = 1;\n\n    # fn main() {}\nlet y = 2;\n```",
        "\
(** {@rust[
      let x = 1;

      let y = 2;
    ]} *)",
    );
    is(
        "```ocaml\nlet x = [| 1 |]\n```",
        "(** {[\n      let x = [| 1 |]\n    ]} *)",
    );
    is(
        "```text\nas it is\n```",
        "(** {v\n      as it is\n    v} *)",
    );
    is(
        "```rust\nlet x = [{[1]}];\n```",
        "(** {v\n      let x = [{[1]}];\n    v} *)",
    );
    is(
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "(** {v\n      | a | b |\n      |---|---|\n      | 1 | 2 |\n    v} *)",
    );
}

#[test]
fn headings() {
    is(
        "A.\n\n# Panics\n\nNever.",
        "(** A.\n\n    {b Panics}\n\n    Never. *)",
    );
    let of_module = Comment::new("A.\n\n## Part", true).text(80);
    assert_eq!(of_module.as_deref(), Some("(** A.\n\n    {2 Part} *)"));
}

#[test]
fn errors() {
    let of = |doc: &str, raises: &[(&str, &str)]| {
        let raises: Vec<_> = raises
            .iter()
            .map(|(path, doc)| ((*path).to_owned(), (*doc).to_owned()))
            .collect();
        Comment::of_function(doc, &raises)
            .text(80)
            .unwrap_or_default()
    };
    assert_eq!(
        of(
            "Reads.\n\n# Errors\n\nIf there is no file.",
            &[("Sys_error", "")]
        ),
        "(** Reads.\n\n    @raise Sys_error If there is no file. *)"
    );
    assert_eq!(
        of("# Errors\n\nOften.", &[("A.X", "It is x."), ("Y", "")]),
        "(** {b Errors}\n\n    Often.\n\n    @raise A.X It is x.\n\n    @raise Y *)"
    );
    assert_eq!(
        of("# Errors\n\nNever raised.", &[]),
        "(** {b Errors}\n\n    Never raised. *)"
    );
    assert_eq!(
        of(
            "# Errors\n\n`Not_found`, if.\n\nOr [`Predefined::EndOfFile`].\n\nOr Failure.",
            &[("*", "")]
        ),
        "(** {b Errors}\n\n    Or Failure.\n\n    @raise Not_found [Not_found], if.\n\n    \
         @raise End_of_file Or [Predefined::EndOfFile]. *)"
    );
    assert_eq!(
        of("# Errors\n\nAlways.", &[("*", "")]),
        "(** {b Errors}\n\n    Always. *)"
    );
    assert_eq!(of("Reads.", &[("*", "")]), "(** Reads. *)");
    // What is said of it does not hide what else is said.
    assert_eq!(
        of("# Errors\n\n`X`, if.\n\nOr else.", &[("X", "")]),
        "(** {b Errors}\n\n    Or else.\n\n    @raise X [X], if. *)"
    );
}

/// Text that OCaml could read as something else than a comment.
const TORTURE: [&str; 28] = [
    "\"",
    "'\"'",
    "'",
    "''",
    "\\\"",
    "\"a\" \"",
    "*)",
    "(*",
    "(*)",
    "(**)",
    "`*)`",
    "`\"`",
    "{|",
    "|}",
    "{id|",
    "{id| |id}",
    "{%ext|",
    "{%%ext id|",
    "```\nlet s = \"\\\"\"; // *)\n```",
    "it's \"x's\"",
    "f'\"'",
    "'\\''",
    "'\\\"'",
    "`'\"'`",
    "- *)\n- \"\n\n  > (*",
    "# \"\n\n# *)",
    "<b \"x>",
    "\\u{1}\u{1}",
];

#[test]
fn ocaml_reads_all_comments_to_their_end() {
    let mut functions = Vec::new();
    let mut definitions = Vec::new();
    let mut line = 0;
    for a in TORTURE {
        for b in ["", "\"", "*)", "{|", "'"] {
            for between in [" ", "", "\n\n"] {
                line += 1;
                let doc = format!("{a}{between}{b}");
                functions.push(crate::schema::Function {
                    doc: doc.clone(),
                    line,
                    ..made::takes("demo", &format!("f{line}"), made::int())
                });
                let field = crate::schema::Field {
                    doc: doc.clone(),
                    ..made::field("x", made::int())
                };
                definitions.push(crate::schema::Definition {
                    doc: doc.replace('\n', "\r\n"),
                    line,
                    ..made::definition(
                        "demo",
                        &format!("t{line}"),
                        crate::schema::Body::Record(vec![field]),
                    )
                });
            }
        }
    }
    let records = Records {
        functions,
        definitions,
        settings: vec![crate::schema::Settings {
            doc: TORTURE.join("\n"),
            ..made::settings("demo")
        }],
        ..Records::default()
    };
    let interface: Interface = made::write(&records).unwrap();
    // No comment has swallowed what follows it.
    let uses: String = (1..=line)
        .map(|n| format!("let _ : Demo.t{n} -> unit = fun {{ x }} -> Demo.f{n} x\n"))
        .collect();
    let check = Interface {
        ml: uses,
        mli: String::new(),
    };
    crate::tests::ocaml::accepts(&[("demo", interface), ("check", check)]);
}
