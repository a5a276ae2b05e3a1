//! `bactrian-generated SEED COUNT DIRECTORY BACTRIAN`: makes a Rust crate of so many random types that
//! derive `FromValue` and `ToValue`, and an OCaml program that has values of them go to Rust and back.
//!
//! | file | |
//! |---|---|
//! | `Cargo.toml`, `src/lib.rs` | the types; for each that has no parameters `echo_`, which reads a value and makes it again, and `make_`, which makes Rust's own build of a value |
//! | `program.ml` | the values, as OCaml writes them: compared with both, by `compare`, in layout, and in the bytes that `Marshal` writes |
//!
//! The OCaml types are those of the interface that `cargo bactrian build` writes for the crate. Whatever
//! goes wrong comes again with the same seed: see `run.sh`.

mod random;
mod types;
mod values;

use std::fmt::Write;
use std::path::Path;

use random::Random;
use types::{Body, Definition, Field, Fields, PARAMETERS, Type, Variant};
use values::Values;

/// Values of each type.
const VALUES: usize = 6;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seed, count, directory, bactrian] = arguments.as_slice() else {
        eprintln!("usage: bactrian-generated SEED COUNT DIRECTORY BACTRIAN");
        std::process::exit(2);
    };
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let mut random = Random(number(seed));
    let all = types::definitions(&mut random, number(count) as usize);

    let directory = Path::new(directory);
    std::fs::create_dir_all(directory.join("src"))?;
    std::fs::write(
        directory.join("Cargo.toml"),
        format!(
            "[package]\nname = \"generated\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\n\
             crate-type = [\"staticlib\"]\n\n[dependencies]\nbactrian = {{ path = {bactrian:?} }}\n\n\
             [workspace]\n"
        ),
    )?;
    let (rust, ocaml) = texts(&mut random, &all);
    std::fs::write(directory.join("src/lib.rs"), rust)?;
    std::fs::write(directory.join("program.ml"), ocaml)
}

/// The Rust crate, and the OCaml program.
fn texts(random: &mut Random, all: &[Definition]) -> (String, String) {
    let mut rust = String::from(
        "#![allow(warnings)]\n\nuse bactrian::{FromValue, ToValue};\n\
         use std::collections::{BTreeMap, LinkedList, VecDeque};\nuse std::rc::Rc;\nuse std::sync::Arc;\n",
    );
    let mut ocaml = String::from("open Check\n");
    for (index, definition) in all.iter().enumerate() {
        rust += &declaration(index, definition);
        if definition.parameters > 0 {
            continue;
        }
        let _ = write!(
            rust,
            "\n#[bactrian::func(boxed)]\nfn echo_t{index}(x: T{index}) -> T{index} {{\n    x\n}}\n\n\
             #[bactrian::func(boxed)]\nfn make_t{index}(i: usize) -> T{index} {{\n    match i {{\n"
        );
        let _ = write!(
            ocaml,
            "\nlet () =\n  List.iteri\n    (fun i value ->\n      let name = Printf.sprintf \"t{index}, value %d\" i in\n      identical (name ^ \": and back\") value (Generated.echo_t{index} value);\n      identical (name ^ \": as Rust makes it\") value (Generated.make_t{index} i);\n      collect ())\n    ([\n"
        );
        for i in 0..VALUES {
            let depth = if i == 0 { 0 } else { 2 + random.below(3) };
            let value =
                Values { random, known: all }.value(&Type::Defined(index, Vec::new()), &[], depth);
            let pattern = if i + 1 == VALUES {
                "_".to_owned()
            } else {
                i.to_string()
            };
            let _ = writeln!(rust, "        {pattern} => {},", value.rust);
            let _ = writeln!(ocaml, "      {};", value.ocaml);
        }
        rust += "    }\n}\n";
        let _ = writeln!(ocaml, "    ] : Generated.t{index} list)");
    }
    ocaml += "\nlet () = finish ()\n";
    (rust, ocaml)
}

fn declaration(index: usize, definition: &Definition) -> String {
    let mut options = Vec::new();
    if definition.unboxed {
        options.push("unboxed");
    }
    if definition.camel {
        options.push("rename_all = \"camelCase\"");
    }
    if matches!(definition.body, Body::Polymorphic(_)) {
        options.push("polymorphic");
    }
    let mut out = "\n#[derive(FromValue, ToValue)]\n".to_owned();
    if !options.is_empty() {
        let _ = writeln!(out, "#[ocaml({})]", options.join(", "));
    }
    let parameters = match definition.parameters {
        0 => String::new(),
        n => format!("<{}>", PARAMETERS[..n].join(", ")),
    };
    match &definition.body {
        Body::Struct(fields) => {
            let end = if matches!(fields, Fields::Named(_)) {
                ""
            } else {
                ";"
            };
            let _ = writeln!(out, "struct T{index}{parameters}{}{end}", shape(fields));
        }
        Body::Enum(variants) | Body::Polymorphic(variants) => {
            let _ = writeln!(out, "enum T{index}{parameters} {{");
            for variant in variants {
                let attribute = match variant {
                    Variant { inherit: true, .. } => "#[ocaml(inherit)] ".to_owned(),
                    Variant {
                        renamed: true,
                        ocaml_name,
                        ..
                    } => format!("#[ocaml(name = {ocaml_name:?})] "),
                    _ => String::new(),
                };
                let _ = writeln!(
                    out,
                    "    {attribute}{}{},",
                    variant.name,
                    shape(&variant.fields)
                );
            }
            out += "}\n";
        }
    }
    out
}

fn shape(fields: &Fields) -> String {
    let all: Vec<String> = fields.all().iter().map(field).collect();
    match fields {
        Fields::None => String::new(),
        Fields::Positional(_) => format!("({})", all.join(", ")),
        Fields::Named(_) => format!(" {{ {} }}", all.join(", ")),
    }
}

fn field(field: &Field) -> String {
    let mut options = Vec::new();
    if let Some(adapter) = field.adapter {
        options.push(format!("as = {adapter}"));
    }
    if field.mutable {
        options.push("mutable".into());
    }
    if field.skip {
        options.push("skip".into());
    }
    if let Some(name) = &field.ocaml_name {
        options.push(format!("name = {name:?}"));
    }
    let attribute = if options.is_empty() {
        String::new()
    } else {
        format!("#[ocaml({})] ", options.join(", "))
    };
    let name = if field.name.is_empty() {
        String::new()
    } else {
        format!("{}: ", field.name)
    };
    format!("{attribute}{name}{}", rust_type(&field.of))
}

fn rust_type(ty: &Type) -> String {
    match ty {
        Type::Simple(name) => (*name).to_owned(),
        Type::Option(inner) => format!("Option<{}>", rust_type(inner)),
        Type::Result(ok, error) => format!("Result<{}, {}>", rust_type(ok), rust_type(error)),
        Type::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(rust_type).collect();
            format!("({})", parts.join(", "))
        }
        Type::Array("Box", inner) => format!("Box<[{}]>", rust_type(inner)),
        Type::Array(container, inner)
        | Type::List(container, inner)
        | Type::Pointer(container, inner) => format!("{container}<{}>", rust_type(inner)),
        Type::Fixed(inner, length) => format!("[{}; {length}]", rust_type(inner)),
        Type::Map(container, inner) => format!("{container}<isize, {}>", rust_type(inner)),
        Type::Parameter(index) => PARAMETERS[*index].to_owned(),
        Type::Defined(index, arguments) => {
            let arguments: Vec<String> = arguments.iter().map(rust_type).collect();
            if arguments.is_empty() {
                format!("T{index}")
            } else {
                format!("T{index}<{}>", arguments.join(", "))
            }
        }
    }
}
