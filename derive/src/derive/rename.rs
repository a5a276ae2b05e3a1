//! `rename_all`, and what OCaml accepts as a name.

use darling::{Error, FromMeta};
use syn::Lit;

use crate::names::{is_lowercase_name, is_uppercase_name, snake_case};

/// A rule of `rename_all`: serde's, without those that make names with `-`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
}

const RULES: &[(&str, Rule)] = &[
    ("lowercase", Rule::Lower),
    ("UPPERCASE", Rule::Upper),
    ("PascalCase", Rule::Pascal),
    ("camelCase", Rule::Camel),
    ("snake_case", Rule::Snake),
    ("SCREAMING_SNAKE_CASE", Rule::ScreamingSnake),
];

impl FromMeta for Rule {
    fn from_value(value: &Lit) -> darling::Result<Self> {
        let Lit::Str(name) = value else {
            return Err(Error::unexpected_lit_type(value));
        };
        let name = name.value();
        RULES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, rule)| *rule)
            .ok_or_else(|| {
                if name.to_lowercase().ends_with("kebab-case") {
                    Error::custom("OCaml names have no `-`").with_span(value)
                } else {
                    let known = RULES.iter().map(|(known, _)| known);
                    Error::unknown_value_with_alts(&name, known).with_span(value)
                }
            })
    }
}

impl Rule {
    /// Whether what it makes starts with a capital.
    pub fn capitalises(self) -> bool {
        matches!(self, Rule::Upper | Rule::Pascal | Rule::ScreamingSnake)
    }

    pub fn apply(self, name: &str) -> String {
        let snake = snake_case(name);
        let mut words = snake.split('_').filter(|word| !word.is_empty());
        match self {
            Rule::Lower => name.to_lowercase(),
            Rule::Upper => name.to_uppercase(),
            Rule::Pascal => words.map(capitalised).collect(),
            Rule::Camel => {
                let first = words.next().unwrap_or_default().to_owned();
                words
                    .map(capitalised)
                    .fold(first, |name, word| name + &word)
            }
            Rule::Snake => snake,
            Rule::ScreamingSnake => snake.to_uppercase(),
        }
    }
}

/// The name with its first letter in upper case.
pub fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// Names of types, perhaps with modules before them: `Geo.Point.t`.
pub fn is_type_name(name: &str) -> bool {
    match name.rsplit_once('.') {
        Some((modules, name)) => {
            modules.split('.').all(is_uppercase_name) && is_lowercase_name(name)
        }
        None => is_lowercase_name(name),
    }
}

/// The number by which OCaml knows a tag: `caml_hash_variant`, also in `bactrian-sys`.
pub fn hash_variant(tag: &str) -> i32 {
    let hash = tag.bytes().fold(0u32, |hash, byte| {
        hash.wrapping_mul(223).wrapping_add(byte.into())
    });
    ((hash << 1) as i32) >> 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::is_tag_name;

    #[test]
    fn rules_are_those_of_serde() {
        let table = [
            (Rule::Lower, "fooBar", "foobar"),
            (Rule::Upper, "foo_bar", "FOO_BAR"),
            (Rule::Pascal, "foo_bar", "FooBar"),
            (Rule::Camel, "foo_bar", "fooBar"),
            (Rule::Camel, "FooBar", "fooBar"),
            (Rule::Snake, "FooBar", "foo_bar"),
            (Rule::ScreamingSnake, "FooBar", "FOO_BAR"),
        ];
        for (rule, name, renamed) in table {
            assert_eq!(rule.apply(name), renamed, "{rule:?}");
        }
    }

    #[test]
    fn names_are_told_apart() {
        assert!(is_lowercase_name("x'") && is_lowercase_name("_x"));
        assert!(!is_lowercase_name("type") && !is_lowercase_name("_") && !is_lowercase_name("X"));
        assert!(is_type_name("Geo.Point.t") && !is_type_name("geo.t") && !is_type_name("Geo"));
        assert!(!is_uppercase_name("Été") && is_tag_name("red"));
    }

    #[test]
    fn hashes_are_those_of_ocaml() {
        // `(Obj.magic `Red : int)` and so on.
        assert_eq!(hash_variant("Red"), 4100401);
        assert_eq!(hash_variant("Blue"), 737308346);
        assert_eq!(hash_variant("Green"), 756711075);
    }
}
