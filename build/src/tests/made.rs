//! Records made by hand, of a crate `demo`.

use crate::schema::*;
use crate::{Error, Interface, Options, Records};

pub fn name(name: &str) -> TypeExpr {
    TypeExpr::Name(name.into(), vec![])
}

pub fn int() -> TypeExpr {
    name("int")
}

pub fn of(parameters: Vec<TypeExpr>, name: &str) -> TypeExpr {
    TypeExpr::Name(name.into(), parameters)
}

pub fn var(name: &str) -> TypeExpr {
    TypeExpr::Variable(name.into())
}

pub fn tuple(parts: Vec<TypeExpr>) -> TypeExpr {
    TypeExpr::Tuple(parts)
}

pub fn arrow(arguments: Vec<TypeExpr>, result: TypeExpr) -> TypeExpr {
    TypeExpr::Function(arguments, Box::new(result))
}

pub fn derived(module: &str, name: &str) -> TypeExpr {
    TypeExpr::Derived(module.into(), name.into(), vec![])
}

pub fn parameter(name: &str, of: TypeExpr) -> Parameter {
    Parameter {
        name: name.into(),
        label: Label::Positional,
        of,
        passing: Passing::Value,
    }
}

pub fn function(
    module: &str,
    name: &str,
    parameters: Vec<Parameter>,
    result: TypeExpr,
) -> Function {
    let several = parameters.len() > 5;
    Function {
        module: module.into(),
        file: "src/lib.rs".into(),
        line: 10,
        doc: String::new(),
        name: name.into(),
        owner: vec![],
        native: format!("{}_{name}", module.replace("::", "_")),
        bytecode: format!(
            "{}_{name}{}",
            module.replace("::", "_"),
            if several { "_bytecode" } else { "" }
        ),
        parameters,
        result,
        passing: Passing::Value,
        noalloc: false,
        labels: false,
        sig: String::new(),
        raises: vec![],
    }
}

/// Functions of one parameter without a name.
pub fn takes(module: &str, name: &str, of: TypeExpr) -> Function {
    self::function(module, name, vec![parameter("x", of)], self::name("unit"))
}

pub fn field(name: &str, of: TypeExpr) -> Field {
    Field {
        name: name.into(),
        doc: String::new(),
        mutable: false,
        of,
    }
}

pub fn constructor(name: &str, arguments: Vec<TypeExpr>) -> Constructor {
    Constructor {
        name: name.into(),
        doc: String::new(),
        arguments,
        fields: vec![],
    }
}

pub fn definition(module: &str, name: &str, body: Body) -> Definition {
    Definition {
        module: module.into(),
        file: "src/lib.rs".into(),
        line: 5,
        doc: String::new(),
        rust: name.to_uppercase(),
        name: name.into(),
        derive: "ToValue".into(),
        parameters: vec![],
        body,
        unboxed: false,
        deriving: String::new(),
        sig: String::new(),
    }
}

/// A record of two fields of a type.
pub fn record(module: &str, name: &str, of: TypeExpr) -> Definition {
    let fields = vec![field("first", of.clone()), field("second", of)];
    definition(module, name, Body::Record(fields))
}

pub fn exception(module: &str, name: &str) -> Exception {
    Exception {
        module: module.into(),
        file: "src/lib.rs".into(),
        line: 20,
        rust: "DemoError".into(),
        registered: format!("demo.{name}"),
        printer: String::new(),
        constructor: constructor(name, vec![]),
    }
}

pub fn import(module: &str, name: &str, parameters: Vec<Parameter>, result: TypeExpr) -> Import {
    Import {
        module: module.into(),
        file: "src/lib.rs".into(),
        line: 30,
        doc: String::new(),
        name: name.into(),
        registered: format!("demo.{name}"),
        parameters,
        result,
        sig: String::new(),
    }
}

pub fn methods(module: &str, name: &str, owner: TypeExpr) -> Methods {
    Methods {
        module: module.into(),
        file: "src/lib.rs".into(),
        line: 40,
        doc: String::new(),
        name: name.into(),
        owner,
    }
}

pub fn settings(module: &str) -> Settings {
    Settings {
        module: module.into(),
        file: "src/lib.rs".into(),
        line: 1,
        doc: String::new(),
        name: String::new(),
        flatten: false,
        labels: false,
    }
}

pub fn write(records: &Records) -> Result<Interface, Error> {
    records.interface(&Options::new("demo"))
}

/// Both texts, without what every file begins with.
#[track_caller]
pub fn texts(records: &Records) -> (String, String) {
    let interface = write(records).unwrap_or_else(|error| panic!("{error}"));
    let bare = |text: String| {
        let text = text
            .split_once("\n\n")
            .map_or("", |(_, text)| text)
            .to_owned();
        match text.find("\nend\n\n") {
            Some(end) if text.contains("module Bactrian") => text[end + 6..].to_owned(),
            _ => text,
        }
    };
    (bare(interface.ml), bare(interface.mli))
}

/// The `.mli`, which has to be as expected and accepted by OCaml together with the `.ml`.
#[track_caller]
pub fn expect(records: &Records, mli: &str) {
    let (_, found) = texts(records);
    assert_eq!(found.trim(), mli.trim(), "found:\n{found}");
    let interface = write(records).unwrap_or_else(|error| panic!("{error}"));
    super::ocaml::accepts(&[("demo", interface)]);
}

/// The message of the error that there has to be.
#[track_caller]
pub fn expect_error(records: &Records, message: &str) {
    match write(records) {
        Ok(interface) => panic!("no error, but\n{}", interface.mli),
        Err(error) => assert_eq!(error.to_string(), message, "found:\n{error}"),
    }
}
