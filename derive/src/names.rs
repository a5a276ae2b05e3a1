//! Names: of the crate in expansions, of OCaml things made from Rust's, of numbers of things.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

pub use crate::keywords::is_keyword;

/// The path of the crate `bactrian` as the user's crate knows it.
pub fn bactrian() -> TokenStream {
    match crate_name("bactrian") {
        Ok(FoundCrate::Name(name)) => {
            let name = Ident::new(&name, Span::call_site());
            quote!(::#name)
        }
        // Within the crate itself, its tests and examples have it by name.
        Ok(FoundCrate::Itself) | Err(_) => quote!(::bactrian),
    }
}

/// The name of the crate that is compiled, which stands before symbols and registered names: a
/// function called `read` must not replace libc's.
pub fn crate_prefix() -> String {
    std::env::var("CARGO_CRATE_NAME")
        .or_else(|_| std::env::var("CARGO_PKG_NAME"))
        .unwrap_or_else(|_| "bactrian".to_owned())
        .replace('-', "_")
}

/// `OCamlDepth` -> `ocaml_depth`, `HTTPServer` -> `http_server`, `fooBar2` -> `foo_bar2`.
pub fn snake_case(name: &str) -> String {
    let name = name.replace("OCaml", "Ocaml");
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        if c.is_uppercase() && i > 0 && chars[i - 1] != '_' {
            let after_lower = !chars[i - 1].is_uppercase();
            let before_lower = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
            if after_lower || before_lower {
                out.push('_');
            }
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Words that stand in `as = ...` for the crate's own adapters, and their types in
/// `bactrian::adapters`.
pub const ADAPTERS: &[(&str, &str)] = &[
    ("int", "Int"),
    ("nativeint", "Nativeint"),
    ("char", "Char"),
    ("string", "Text"),
    ("list", "AsList"),
    ("array", "AsArray"),
    ("bigarray", "AsBigarray"),
    ("fortran", "AsFortran"),
    ("share", "Share"),
];

/// The adapter that a word stands for.
pub fn known_adapter(word: &str) -> Option<&'static str> {
    ADAPTERS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, adapter)| *adapter)
}

/// A name that OCaml accepts as that of a value, type or field: a keyword gets a `_`.
pub fn lowercase_name(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    if is_keyword(name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// Names of values, types and fields.
pub fn is_lowercase_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && is_tag_name(name)
        && name != "_"
        && !is_keyword(name)
}

/// Names of constructors, exceptions and modules.
pub fn is_uppercase_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && is_tag_name(name)
}

/// Names of polymorphic variants' tags, which may start in either way.
pub fn is_tag_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '\'')
        && !is_keyword(name)
}

/// A name without `r#`.
pub fn unraw(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

/// `1 field`, `2 fields`.
pub fn plural(count: usize, what: &str) -> String {
    if count == 1 {
        format!("{count} {what}")
    } else {
        format!("{count} {what}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_are_one_word() {
        assert_eq!(snake_case("OCamlDepth"), "ocaml_depth");
        assert_eq!(snake_case("HTTPServer"), "http_server");
        assert_eq!(snake_case("Point3D"), "point3_d");
        assert_eq!(snake_case("already_snake"), "already_snake");
    }

    #[test]
    fn keywords_are_escaped() {
        assert_eq!(lowercase_name("r#type"), "type_");
        assert_eq!(lowercase_name("method"), "method_");
        assert_eq!(lowercase_name("name"), "name");
    }
}
