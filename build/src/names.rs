//! Names that OCaml accepts.

pub use crate::keywords::is_keyword;

/// Types that OCaml knows without a module, and how else they are called.
const PREDEFINED: [(&str, &str); 17] = [
    ("int", "Stdlib.Int.t"),
    ("char", "Stdlib.Char.t"),
    ("string", "Stdlib.String.t"),
    ("bytes", "Stdlib.Bytes.t"),
    ("float", "Stdlib.Float.t"),
    ("bool", "Stdlib.Bool.t"),
    ("unit", "Stdlib.Unit.t"),
    ("exn", "Stdlib.Printexc.t"),
    ("array", "Stdlib.Array.t"),
    ("list", "Stdlib.List.t"),
    ("option", "Stdlib.Option.t"),
    ("int32", "Stdlib.Int32.t"),
    ("int64", "Stdlib.Int64.t"),
    ("nativeint", "Stdlib.Nativeint.t"),
    ("lazy_t", "Stdlib.Lazy.t"),
    ("result", "Stdlib.Result.t"),
    ("ref", "Stdlib.ref"),
];

/// Modules of OCaml's standard library that types of interfaces are in.
const STDLIB: [&str; 40] = [
    "Arg",
    "Array",
    "Bigarray",
    "Bool",
    "Buffer",
    "Bytes",
    "Callback",
    "Char",
    "Complex",
    "Digest",
    "Either",
    "Ephemeron",
    "Filename",
    "Float",
    "Format",
    "Fun",
    "Gc",
    "Hashtbl",
    "In_channel",
    "Int",
    "Int32",
    "Int64",
    "Lazy",
    "Lexing",
    "List",
    "Map",
    "Nativeint",
    "Obj",
    "Option",
    "Printexc",
    "Queue",
    "Random",
    "Result",
    "Seq",
    "Set",
    "Stack",
    "String",
    "Sys",
    "Uchar",
    "Unit",
];

/// The name of a predefined type from the standard library, for where a type of the user's hides it.
pub fn predefined(name: &str) -> Option<&'static str> {
    PREDEFINED
        .iter()
        .find(|(predefined, _)| *predefined == name)
        .map(|(_, qualified)| *qualified)
}

/// Whether the standard library has the module.
pub fn is_stdlib(module: &str) -> bool {
    STDLIB.contains(&module)
}

/// Whether it is a name for a value, type, field or label, be it a keyword.
pub fn is_lowercase(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(in_name)
        && name != "_"
}

/// Whether it is a name for a module, constructor or exception.
pub fn is_uppercase(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_uppercase()) && bytes.all(in_name)
}

/// Whether the byte can stand in a name, after its first.
pub fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'\''
}

/// A name for a value, type, field or label; none if it cannot be one.
pub fn lowercase(name: &str) -> Option<String> {
    let name = name.strip_prefix("r#").unwrap_or(name);
    if is_keyword(name) {
        Some(format!("{name}_"))
    } else {
        is_lowercase(name).then(|| name.to_owned())
    }
}

/// The OCaml module of a Rust module or crate: `my_geo` is `My_geo`; none if it cannot be one.
pub fn module(rust: &str) -> Option<String> {
    let rust = rust.strip_prefix("r#").unwrap_or(rust);
    let name = rust.trim_start_matches('_');
    let mut name = name.to_owned();
    name.get_mut(..1)?.make_ascii_uppercase();
    is_uppercase(&name).then_some(name)
}

/// Turns the name of a module into a part of a type's name.
pub fn uncapitalised(module: &str) -> String {
    module.to_ascii_lowercase()
}
