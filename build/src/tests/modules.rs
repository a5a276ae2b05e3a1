//! Modules, and what has to stand before what.

use super::made::*;
use crate::Records;
use crate::schema::*;

#[test]
fn rust_modules_are_modules() {
    let records = Records {
        functions: vec![
            takes("demo", "root", int()),
            takes("demo::r#type::inner_part", "deep", int()),
            takes("demo::flat", "flattened", int()),
            takes("demo::words", "word", int()),
            takes("geo", "other", int()),
            takes("geo::shapes", "more", derived("geo", "point")),
        ],
        definitions: vec![record("geo", "point", name("float"))],
        settings: vec![
            Settings {
                doc: "The whole.\n\n# Part\n\nText.".into(),
                ..settings("demo")
            },
            Settings {
                flatten: true,
                ..settings("demo::flat")
            },
            Settings {
                name: "Vocabulary".into(),
                doc: "Words.".into(),
                ..settings("demo::words")
            },
        ],
        ..Records::default()
    };
    let interface = write(&records).unwrap();
    super::ocaml::accepts(&[("demo", interface.clone())]);
    let mli = &interface.mli;
    let start = mli.find("(** The whole").unwrap();
    let end = mli.find("(** What Rust").unwrap();
    assert_eq!(
        &mli[start..end],
        "(** The whole.\n\n    {1 Part}\n\n    Text. *)\n\n"
    );
    let start = mli.find("external root").unwrap();
    assert_eq!(
        &mli[start..],
        "\
external root : int -> unit = \"demo_root\"
external flattened : int -> unit = \"demo_flat_flattened\"

module Geo : sig
  type point = { first : float; second : float }

  external other : int -> unit = \"geo_other\"

  module Shapes : sig
    external more : point -> unit = \"geo_shapes_more\"
  end
end

module Type : sig
  module Inner_part : sig
    external deep : int -> unit = \"demo_r#type_inner_part_deep\"
  end
end

(** Words. *)
module Vocabulary : sig
  external word : int -> unit = \"demo_words_word\"
end
"
    );
    assert!(interface.ml.contains("\"demo.Panic\""));
    assert!(interface.ml.contains("\"geo.Panic\""));
}

#[test]
fn what_is_used_comes_first() {
    let records = Records {
        definitions: vec![
            record("demo", "team", derived("demo::people", "person")),
            record("demo::people", "person", derived("demo::zoo", "animal")),
            record("demo::zoo", "animal", int()),
        ],
        ..Records::default()
    };
    expect(
        &records,
        "\
module Zoo : sig
  type animal = { first : int; second : int }
end

module People : sig
  type person = { first : Zoo.animal; second : Zoo.animal }
end

type team = { first : People.person; second : People.person }",
    );
}

#[test]
fn circles_of_modules() {
    let records = Records {
        definitions: vec![
            record("demo", "team", derived("demo::people", "person")),
            Definition {
                deriving: "eq".into(),
                ..record("demo::people", "person", int())
            },
        ],
        functions: vec![
            takes("demo::people", "count", derived("demo", "team")),
            takes("demo::people", "age", derived("demo::people", "person")),
            takes("demo", "captain", derived("demo::people", "person")),
        ],
        ..Records::default()
    };
    expect(
        &records,
        "\
type people_person = { first : int; second : int } [@@deriving eq]
type team = { first : people_person; second : people_person }

module People : sig
  type person = people_person = { first : int; second : int } [@@deriving eq]

  external age : person -> unit = \"demo_people_age\"
  external count : team -> unit = \"demo_people_count\"
end

external captain : People.person -> unit = \"demo_captain\"",
    );
}

#[test]
fn recursive_types_of_two_modules() {
    let alias = |module: &str, it: &str, of: TypeExpr| definition(module, it, Body::Alias(of));
    let records = Records {
        definitions: vec![
            record(
                "demo::a",
                "t1",
                of(vec![derived("demo::b::c", "t2")], "list"),
            ),
            record(
                "demo::b::c",
                "t2",
                of(vec![derived("demo::a", "t1")], "list"),
            ),
            alias("demo::b", "t3", derived("demo::a", "t1")),
            alias("demo::a", "t4", derived("demo::b", "t3")),
        ],
        ..Records::default()
    };
    expect(
        &records,
        "\
[@@@warning \"-30\"]

type a_t1 = { first : b_c_t2 list; second : b_c_t2 list }
and b_c_t2 = { first : a_t1 list; second : a_t1 list }

module B : sig
  type t3 = a_t1

  module C : sig
    type t2 = b_c_t2 = { first : a_t1 list; second : a_t1 list }
  end
end

module A : sig
  type t1 = a_t1 = { first : b_c_t2 list; second : b_c_t2 list }
  type t4 = B.t3
end",
    );
}

#[test]
fn a_hidden_type_has_a_second_name() {
    let records = Records {
        definitions: vec![
            record("demo", "name", int()),
            definition("demo::people", "name", Body::Alias(derived("demo", "name"))),
        ],
        functions: vec![takes("demo::people", "f", derived("demo", "name"))],
        ..Records::default()
    };
    expect(
        &records,
        "\
type demo_name = { first : int; second : int }
type name = demo_name = { first : int; second : int }

module People : sig
  type name = demo_name

  external f : demo_name -> unit = \"demo_people_f\"
end",
    );
}

#[test]
fn modules_of_methods() {
    let person = || derived("demo", "person");
    let of_person = |function: Function| Function {
        owner: vec![person()],
        ..function
    };
    let records = Records {
        definitions: vec![
            Definition {
                doc: "Someone.".into(),
                ..record("demo", "person", int())
            },
            record("demo", "team", person()),
        ],
        methods: vec![
            Methods {
                doc: "What they do.".into(),
                ..methods("demo", "Person", person())
            },
            methods("demo::more", "Person", person()),
            methods("demo::more", "Ints", of(vec![var("a")], "list")),
        ],
        functions: vec![
            of_person(function("demo", "create", vec![], person())),
            of_person(Function {
                labels: true,
                ..function(
                    "demo",
                    "rename",
                    vec![parameter("this", person()), parameter("name", int())],
                    person(),
                )
            }),
            of_person(takes("demo", "join", derived("demo", "team"))),
            of_person(takes("demo::more", "wave", person())),
            takes("demo", "free", person()),
        ],
        ..Records::default()
    };
    expect(
        &records,
        "\
type person = { first : int; second : int }
(** Someone. *)

type team = { first : person; second : person }

(** What they do. *)
module Person : sig
  type t = person = { first : int; second : int }
  (** Someone. *)

  external create : unit -> t = \"demo_create\"
  external join : team -> unit = \"demo_join\"
  external rename : t -> name:int -> t = \"demo_rename\"
end

external free : Person.t -> unit = \"demo_free\"

module More : sig
  module Ints : sig
    type 'a t = 'a list
  end

  module Person : sig
    type t = person

    external wave : person -> unit = \"demo_more_wave\"
  end
end",
    );
}

#[test]
fn modules_called_as_those_of_the_standard_library() {
    let records = Records {
        functions: vec![
            takes("demo::list", "f", of(vec![name("Uchar.t")], "Seq.t")),
            takes("demo::seq", "g", int()),
            takes("demo::callback", "h", int()),
        ],
        exceptions: vec![exception("demo::printexc", "Wrong")],
        ..Records::default()
    };
    let (ml, mli) = texts(&records);
    assert!(
        mli.contains("external f : Uchar.t Stdlib.Seq.t -> unit"),
        "{mli}"
    );
    assert!(
        ml.contains("Stdlib.Callback.register \"demo.Wrong\""),
        "{ml}"
    );
    super::ocaml::accepts(&[("demo", write(&records).unwrap())]);
}

#[test]
fn names_that_are_more_than_paths() {
    let takes_these = |functor: &str| Records {
        definitions: vec![record("demo", "string", int())],
        functions: vec![
            takes("demo", "f", of(vec![int()], functor)),
            takes(
                "demo",
                "g",
                of(
                    vec![name("< name : string; add : int -> unit; .. >")],
                    "list",
                ),
            ),
            takes("demo::string", "h", int()),
        ],
        ..Records::default()
    };
    let records = takes_these("Map.Make(String).t");
    let (_, mli) = texts(&records);
    for expected in [
        "external f : int Map.Make(Stdlib.String).t -> unit",
        "external g : < name : Stdlib.String.t; add : int -> unit; .. > list -> unit",
    ] {
        assert!(mli.contains(expected), "{mli}");
    }
    super::ocaml::accepts(&[("demo", write(&records).unwrap())]);

    let mut hidden = takes_these("Map.Make(Key).t");
    hidden.functions.push(takes("demo::key", "i", int()));
    let error = write(&hidden).unwrap_err().to_string();
    assert!(
        error.contains("`Map.Make(Key).t`, but the interface has a module `Key`"),
        "{error}"
    );
}

#[test]
fn the_order_of_records_does_not_matter() {
    let mut records = Records {
        definitions: vec![
            record("demo", "a", int()),
            record("demo", "b", derived("demo::m", "c")),
            record("demo::m", "c", derived("demo", "a")),
        ],
        functions: vec![
            takes("demo", "f", int()),
            takes("demo", "g", int()),
            takes("demo::m", "h", int()),
        ],
        exceptions: vec![exception("demo", "X"), exception("demo::m", "Y")],
        ..Records::default()
    };
    let expected = write(&records).unwrap();
    records.definitions.reverse();
    records.functions.rotate_left(1);
    records.exceptions.reverse();
    assert_eq!(write(&records).unwrap(), expected);
}
