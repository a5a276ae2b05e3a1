//! Definitions of types.

use super::made::*;
use crate::Records;
use crate::schema::*;

fn types(definitions: Vec<Definition>) -> Records {
    Records {
        definitions,
        ..Records::default()
    }
}

#[test]
fn records_and_variants() {
    let point = definition(
        "demo",
        "point",
        Body::Record(vec![
            field("x", name("float")),
            Field {
                mutable: true,
                ..field("y", name("float"))
            },
        ]),
    );
    let shape = definition(
        "demo",
        "shape",
        Body::Variant(vec![
            constructor("Dot", vec![]),
            constructor("Circle", vec![derived("demo", "point"), name("float")]),
            constructor("Pair", vec![tuple(vec![int(), int()])]),
            Constructor {
                fields: vec![field("sides", int()), field("size", name("float"))],
                ..constructor("Regular", vec![])
            },
        ]),
    );
    expect(
        &types(vec![shape, point]),
        "\
type point = { x : float; mutable y : float }

type shape =
  | Dot
  | Circle of point * float
  | Pair of (int * int)
  | Regular of { sides : int; size : float }",
    );
}

#[test]
fn documentation_of_all_parts() {
    let documented = |doc: &str, field: Field| Field {
        doc: doc.into(),
        ..field
    };
    let person = Definition {
        doc: "Someone.".into(),
        ..definition(
            "demo",
            "person",
            Body::Record(vec![
                documented("Short.", field("name", name("string"))),
                documented(
                    "Long enough that it does not fit on the line of the field, so that it has to \
                     stand below it.",
                    field("age", int()),
                ),
            ]),
        )
    };
    let choice = Definition {
        line: 6,
        doc: "A choice.".into(),
        ..definition(
            "demo",
            "choice",
            Body::Variant(vec![
                Constructor {
                    doc: "It is.".into(),
                    ..constructor("Yes", vec![])
                },
                Constructor {
                    fields: vec![documented("Why.", field("reason", name("string")))],
                    ..constructor("No", vec![])
                },
            ]),
        )
    };
    expect(
        &types(vec![person, choice]),
        "\
type person = {
  name : string;  (** Short. *)
  age : int;
      (** Long enough that it does not fit on the line of the field, so that it
          has to stand below it. *)
}
(** Someone. *)

(** A choice. *)
type choice =
  | Yes  (** It is. *)
  | No of {
      reason : string;  (** Why. *)
    }",
    );
}

#[test]
fn polymorphic_variants() {
    let colour = definition(
        "demo",
        "colour",
        Body::Polymorphic(vec![
            constructor("Red", vec![]),
            constructor("rgb", vec![int(), int(), int()]),
            constructor("Pair", vec![tuple(vec![int(), int()])]),
        ]),
    );
    let paint = definition(
        "demo",
        "a_paint",
        Body::Polymorphic(vec![
            constructor("", vec![derived("demo", "colour")]),
            constructor("None", vec![]),
        ]),
    );
    expect(
        &types(vec![paint, colour]),
        "\
type colour = [ `Red | `rgb of int * int * int | `Pair of int * int ]
type a_paint = [ colour | `None ]",
    );
}

/// `[ colour ]` is no type for OCaml.
#[test]
fn polymorphic_variants_that_only_inherit() {
    let tags = vec![constructor("Red", vec![])];
    let colour = definition("demo", "colour", Body::Polymorphic(tags));
    let tags = vec![constructor("", vec![derived("demo", "colour")])];
    let paint = definition("demo", "paint", Body::Polymorphic(tags));
    expect(
        &types(vec![paint, colour]),
        "\
type colour = [ `Red ]
type paint = [ | colour ]",
    );
    let tags = vec![constructor("Red", vec![])];
    let colour = definition("demo", "colour", Body::Polymorphic(tags));
    // Documentation has no place there: OCaml's warning 50.
    let tags = vec![Constructor {
        doc: "All of them.".into(),
        ..constructor("", vec![derived("demo", "colour")])
    }];
    let paint = definition("demo", "paint", Body::Polymorphic(tags));
    expect(
        &types(vec![paint, colour]),
        "\
type colour = [ `Red ]
type paint = [ | colour ]",
    );
}

#[test]
fn inherited_tags_of_the_same_group_are_spelt_out() {
    let a = definition(
        "demo",
        "a",
        Body::Polymorphic(vec![
            constructor("", vec![derived("demo", "b")]),
            constructor("X", vec![]),
        ]),
    );
    let b = definition(
        "demo",
        "b",
        Body::Polymorphic(vec![constructor(
            "Y",
            vec![of(vec![derived("demo", "a")], "list")],
        )]),
    );
    expect(
        &types(vec![a, b]),
        "type a = [ `Y of a list | `X ]\nand b = [ `Y of a list ]",
    );
}

#[test]
fn parameters_aliases_abstract_types_and_attributes() {
    let tree = Definition {
        parameters: vec![Name { name: "a".into() }],
        deriving: "show, eq".into(),
        ..definition(
            "demo",
            "tree",
            Body::Variant(vec![
                constructor("Leaf", vec![]),
                constructor(
                    "Node",
                    vec![TypeExpr::Derived(
                        "demo".into(),
                        "tree".into(),
                        vec![var("a")],
                    )],
                ),
            ]),
        )
    };
    let both = Definition {
        parameters: vec![Name { name: "a".into() }, Name { name: "b".into() }],
        ..definition(
            "demo",
            "both",
            Body::Alias(tuple(vec![var("a"), of(vec![var("b")], "list")])),
        )
    };
    let function = definition(
        "demo",
        "callback",
        Body::Alias(arrow(
            vec![arrow(vec![int()], int()), tuple(vec![int(), int()])],
            of(vec![arrow(vec![int()], int()), name("string")], "result"),
        )),
    );
    let unboxed = Definition {
        unboxed: true,
        ..definition("demo", "id", Body::Record(vec![field("id", name("int64"))]))
    };
    let boxed = definition("demo", "one", Body::Record(vec![field("it", int())]));
    let handle = definition("demo", "handle", Body::Abstract);
    let by_hand = Definition {
        sig: "private  int".into(),
        ..definition("demo", "secret", Body::Alias(int()))
    };
    let records = Records {
        functions: vec![takes("demo", "use", derived("demo", "one"))],
        ..types(vec![tree, both, function, unboxed, boxed, handle, by_hand])
    };
    let (_, mli) = texts(&records);
    assert_eq!(
        mli,
        "\
type ('a, 'b) both = 'a * 'b list
type callback = (int -> int) -> int * int -> (int -> int, string) result
type handle
type id = { id : int64 } [@@unboxed]
type one = { it : int } [@@boxed]
type secret = private  int
type 'a tree = Leaf | Node of 'a tree [@@deriving show, eq]

external use : one -> unit = \"demo_use\"
"
    );
}

#[test]
fn recursive_groups() {
    let a = record("demo", "a", of(vec![derived("demo", "b")], "list"));
    let b = record("demo", "b", of(vec![derived("demo", "a")], "option"));
    let first = record("demo", "z", int());
    let records = types(vec![b, first, a]);
    expect(
        &records,
        "\
[@@@warning \"-30\"]

type a = { first : b list; second : b list }
and b = { first : a option; second : a option }

type z = { first : int; second : int }",
    );
}

#[test]
fn types_that_exist_are_compared() {
    let point = definition(
        "demo",
        "Existing.Point.t",
        Body::Record(vec![
            field("x", name("float")),
            Field {
                mutable: true,
                ..field("y", name("float"))
            },
        ]),
    );
    let tree = Definition {
        parameters: vec![Name { name: "a".into() }],
        ..definition(
            "demo",
            "Existing.tree",
            Body::Variant(vec![
                constructor("Leaf", vec![]),
                Constructor {
                    fields: vec![
                        field(
                            "left",
                            TypeExpr::Derived(
                                "demo".into(),
                                "Existing.tree".into(),
                                vec![var("a")],
                            ),
                        ),
                        field("it", var("a")),
                    ],
                    ..constructor("Node", vec![])
                },
            ]),
        )
    };
    let id = definition("demo", "Existing.id", Body::Alias(int()));
    let colour = definition(
        "demo",
        "Existing.colour",
        Body::Polymorphic(vec![
            constructor("Red", vec![]),
            constructor("Grey", vec![int()]),
        ]),
    );
    let one = Definition {
        unboxed: true,
        ..definition(
            "demo",
            "Existing.one",
            Body::Variant(vec![constructor("One", vec![name("float")])]),
        )
    };
    let records = Records {
        functions: vec![takes("demo", "use", derived("demo", "Existing.Point.t"))],
        ..types(vec![point, tree, id, colour, one])
    };
    expect(
        &records,
        "external use : Existing.Point.t -> unit = \"demo_use\"",
    );
    let (ml, _) = texts(&records);
    assert_eq!(
        ml,
        "\
external use : Existing.Point.t -> unit = \"demo_use\"

module _ = struct
  [@@@warning \"-a\"]

  type t = Existing.Point.t = { x : float; mutable y : float }
end

let _ : Existing.colour -> [ `Red | `Grey of int ] = fun x -> x
let _ : Existing.id -> int = fun x -> x

module _ = struct
  [@@@warning \"-a\"]

  type t = Existing.one = One of float [@@unboxed]
end

module _ = struct
  [@@@warning \"-a\"]

  type 'a t = 'a Existing.tree =
    | Leaf
    | Node of { left : 'a Existing.tree; it : 'a }
end
"
    );
}

#[test]
fn types_that_hide_predefined_ones() {
    let list = definition(
        "demo",
        "list",
        Body::Record(vec![
            field("items", of(vec![int()], "list")),
            field("text", name("string")),
        ]),
    );
    let string = definition(
        "demo",
        "string",
        Body::Alias(of(vec![name("char")], "array")),
    );
    let unit = definition(
        "demo",
        "unit",
        Body::Variant(vec![constructor("Unit", vec![])]),
    );
    let records = Records {
        functions: vec![function(
            "demo",
            "f",
            vec![],
            of(vec![name("string")], "list"),
        )],
        ..types(vec![list, string, unit])
    };
    expect(
        &records,
        "\
type list = { items : int Stdlib.List.t; text : Stdlib.String.t }
type string = char array
type unit = Unit

external f : Stdlib.Unit.t -> Stdlib.String.t Stdlib.List.t = \"demo_f\"",
    );
}

#[test]
fn long_types_are_broken() {
    let long = "a_type_with_a_long_name_that_fills_the_line";
    let alias = definition(
        "demo",
        "it",
        Body::Alias(of(vec![name("string"), derived("demo", long)], "result")),
    );
    let wide = definition(
        "demo",
        "wide",
        Body::Record(vec![field(
            "field",
            tuple(vec![derived("demo", long), derived("demo", long)]),
        )]),
    );
    let arrows = definition(
        "demo",
        "z",
        Body::Alias(arrow(
            vec![derived("demo", long), derived("demo", long)],
            derived("demo", long),
        )),
    );
    expect(
        &types(vec![
            definition("demo", long, Body::Abstract),
            alias,
            wide,
            arrows,
        ]),
        "\
(** What Rust needs by itself. *)
module Bactrian : sig end

type a_type_with_a_long_name_that_fills_the_line
type it = (string, a_type_with_a_long_name_that_fills_the_line) result

type wide = {
  field :
    a_type_with_a_long_name_that_fills_the_line
    * a_type_with_a_long_name_that_fills_the_line;
}
[@@boxed]

type z =
  a_type_with_a_long_name_that_fills_the_line ->
  a_type_with_a_long_name_that_fills_the_line ->
  a_type_with_a_long_name_that_fills_the_line",
    );
}
