//! Compares what two derives say of one type.

use crate::Error;
use crate::schema::{Body, Constructor, Definition, Field};

/// Whether two records describe one type; documentation apart.
pub fn same(first: &Definition, other: &Definition) -> Result<(), Error> {
    let Some(difference) = difference(first, other) else {
        return Ok(());
    };
    let error = if first.rust == other.rust {
        Error::new(format!(
            "`{}` is two different types in OCaml, by its derives of `{}` and `{}`: {difference}",
            first.rust, first.derive, other.derive
        ))
    } else {
        Error::new(format!(
            "two Rust types, `{}` and `{}`, are called `{}` in OCaml, and differ: {difference}",
            first.rust, other.rust, first.name
        ))
    };
    let error = error.at(&first.file, first.line);
    let error = if (&first.file, first.line) == (&other.file, other.line) {
        error
    } else {
        error.at(&other.file, other.line)
    };
    Err(if first.rust == other.rust {
        error.help("let both directions have one type: `#[ocaml(as = ...)]` or `with` say which")
    } else {
        error.help("give one of them another name: `#[ocaml(name = \"other_name\")]`")
    })
}

fn difference(first: &Definition, other: &Definition) -> Option<String> {
    if first.parameters != other.parameters {
        let list = |it: &Definition| {
            let names: Vec<String> = it
                .parameters
                .iter()
                .map(|p| format!("'{}", p.name))
                .collect();
            names.join(", ")
        };
        return Some(format!(
            "the parameters are ({}) and ({})",
            list(first),
            list(other)
        ));
    }
    if first.sig != other.sig {
        return Some(format!("`sig` is `{}` and `{}`", first.sig, other.sig));
    }
    if first.unboxed != other.unboxed {
        return Some("one is `unboxed`, the other is not".to_owned());
    }
    if first.deriving != other.deriving {
        return Some(format!(
            "`deriving` is `{}` and `{}`",
            first.deriving, other.deriving
        ));
    }
    match (&first.body, &other.body) {
        (Body::Alias(a), Body::Alias(b)) => {
            (a != b).then(|| format!("`{}` and `{}`", a.plain(), b.plain()))
        }
        (Body::Record(a), Body::Record(b)) => fields(a, b),
        (Body::Variant(a), Body::Variant(b)) | (Body::Polymorphic(a), Body::Polymorphic(b)) => {
            constructors(a, b)
        }
        (Body::Abstract, Body::Abstract) => None,
        (a, b) => Some(format!("{} and {}", what(a), what(b))),
    }
}

fn what(body: &Body) -> &'static str {
    match body {
        Body::Abstract => "an abstract type",
        Body::Alias(_) => "another name for a type",
        Body::Record(_) => "a record",
        Body::Variant(_) => "a variant",
        Body::Polymorphic(_) => "a polymorphic variant",
    }
}

fn fields(a: &[Field], b: &[Field]) -> Option<String> {
    if a.len() != b.len() {
        return Some(format!("{} fields and {}", a.len(), b.len()));
    }
    a.iter().zip(b).find_map(|(a, b)| {
        if a.name != b.name {
            Some(format!("the fields `{}` and `{}`", a.name, b.name))
        } else if a.of != b.of {
            Some(format!(
                "the field `{}` is `{}` and `{}`",
                a.name,
                a.of.plain(),
                b.of.plain()
            ))
        } else if a.mutable != b.mutable {
            Some(format!(
                "the field `{}` is `mutable` in one of them",
                a.name
            ))
        } else {
            None
        }
    })
}

fn constructors(a: &[Constructor], b: &[Constructor]) -> Option<String> {
    if a.len() != b.len() {
        return Some(format!("{} constructors and {}", a.len(), b.len()));
    }
    a.iter().zip(b).find_map(|(a, b)| {
        if a.name != b.name {
            return Some(format!("the constructors `{}` and `{}`", a.name, b.name));
        }
        if a.arguments.len() != b.arguments.len() {
            return Some(format!(
                "the constructor `{}` has {} arguments and {}",
                a.name,
                a.arguments.len(),
                b.arguments.len()
            ));
        }
        let arguments = a.arguments.iter().zip(&b.arguments).find(|(a, b)| a != b);
        if let Some((x, y)) = arguments {
            return Some(format!(
                "an argument of `{}` is `{}` and `{}`",
                a.name,
                x.plain(),
                y.plain()
            ));
        }
        fields(&a.fields, &b.fields).map(|what| format!("in `{}`, {what}", a.name))
    })
}
