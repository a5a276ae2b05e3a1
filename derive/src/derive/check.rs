//! What attributes may not say together: one function for each rule. Rules about names are with the
//! names, in [`super::model`].

use darling::ast::{Data, Style};
use darling::error::Accumulator;
use darling::util::Flag;
use darling::{Error, Result};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::visit::Visit;

use super::attributes::{Container, Field, Variant};
use crate::names::is_lowercase_name;

/// The most constructors with arguments of an OCaml type: tags 0 to 245.
const MOST_BLOCKS: usize = 246;

/// The last tag that constructors have in every OCaml: `LAST_TAG` in `bactrian` is not less.
const LAST_COMMON_TAG: u8 = 243;

/// What does not compile with an OCaml that has no constructors of this tag, if there is one.
pub fn check_tag(bactrian: &TokenStream, tag: u8) -> TokenStream {
    if tag <= LAST_COMMON_TAG {
        return TokenStream::new();
    }
    quote!(const { #bactrian::hidden::check_tag(#tag) };)
}

/// Checks a definition for `FromValue` and `ToValue`.
pub fn conversion(container: &Container) -> Result<()> {
    let mut errors = Error::accumulator();
    polymorphic_is_for_enums(container, &mut errors);
    unboxed_is_one_field(container, &mut errors);
    renamed_fields_are_lowercase(container, &mut errors);
    alias_is_not_recursive(container, &mut errors);
    deriving_is_a_list(container, &mut errors);
    moved_is_not_remote(container, &mut errors);
    each_field(container, &mut errors);
    if let Data::Enum(variants) = &container.data {
        tags_suffice(container, variants, &mut errors);
        for variant in variants {
            inherit_is_one_polymorphic_variant(container, variant, &mut errors);
            polymorphic_has_no_inline_records(container, variant, &mut errors);
        }
    }
    errors.finish()
}

/// Checks a definition for `Exception`.
pub fn exception(container: &Container) -> Result<()> {
    let mut errors = Error::accumulator();
    exceptions_have_no_parameters(container, &mut errors);
    exceptions_have_one_layout(container, &mut errors);
    exceptions_are_named_one_by_one(container, &mut errors);
    prefix_is_text(container, &mut errors);
    exceptions_are_not_moved(container, &mut errors);
    each_field(container, &mut errors);
    if let Data::Enum(variants) = &container.data {
        for variant in variants {
            inherit_is_one_polymorphic_variant(container, variant, &mut errors);
        }
    }
    errors.finish()
}

fn each_field(container: &Container, errors: &mut Accumulator) {
    let all: Vec<&Field> = match &container.data {
        Data::Struct(fields) => fields.iter().collect(),
        Data::Enum(variants) => variants
            .iter()
            .flat_map(|variant| variant.fields.iter())
            .collect(),
    };
    for field in all {
        one_conversion(field, errors);
        skipped_is_nothing_else(field, errors);
        only_named_fields_have_names(field, errors);
        unboxed_is_not_mutable(container, field, errors);
        phantom_is_skipped(field, errors);
    }
}

/// How many fields OCaml sees.
fn kept<'a>(fields: impl IntoIterator<Item = &'a Field>) -> usize {
    fields
        .into_iter()
        .filter(|field| !field.skip.is_present())
        .count()
}

fn at(flag: &Flag, message: &str) -> Error {
    Error::custom(message).with_span(&flag.span())
}

/// A struct has one shape: there is nothing to choose from.
fn polymorphic_is_for_enums(container: &Container, errors: &mut Accumulator) {
    if container.polymorphic.is_present() && container.data.is_struct() {
        errors.push(at(&container.polymorphic, "`polymorphic` is for enums"));
    }
}

/// A mirror is not what is moved.
fn moved_is_not_remote(container: &Container, errors: &mut Accumulator) {
    if container.moved.is_present() && container.remote.is_some() {
        let message = "a type of another crate cannot be `moved`: it has no custom values in it";
        errors.push(at(&container.moved, message));
    }
}

/// Exceptions are made while their Rust value is still needed.
fn exceptions_are_not_moved(container: &Container, errors: &mut Accumulator) {
    if container.moved.is_present() {
        let message = "an exception is made of a reference: it cannot hold custom values, so there is \
                       nothing to be `moved`";
        errors.push(at(&container.moved, message));
    }
}

/// `[@@unboxed]` is for a record of one field, or a variant of one constructor with one argument.
fn unboxed_is_one_field(container: &Container, errors: &mut Accumulator) {
    if !container.unboxed.is_present() {
        return;
    }
    let message = match &container.data {
        Data::Struct(fields) if fields.style == Style::Tuple && kept(fields.iter()) == 1 => {
            "a struct like this is in OCaml what its field is, without `unboxed`"
        }
        Data::Struct(fields) if fields.style != Style::Struct || kept(fields.iter()) != 1 => {
            "`unboxed` is for a record of one field"
        }
        Data::Enum(_) if container.polymorphic.is_present() => {
            "a polymorphic variant cannot be `unboxed`"
        }
        Data::Enum(variants) if variants.len() != 1 || kept(variants[0].fields.iter()) != 1 => {
            "`unboxed` is for an enum of one variant with one field"
        }
        _ => return,
    };
    errors.push(at(&container.unboxed, message));
}

/// A struct whose fields have no names is another name for their type, or for a tuple of them: in
/// OCaml, such a type cannot contain itself.
fn alias_is_not_recursive(container: &Container, errors: &mut Accumulator) {
    struct Find<'a> {
        own: &'a syn::Ident,
        found: Option<Span>,
    }
    impl<'ast> Visit<'ast> for Find<'_> {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            if let [only] = path.segments.iter().collect::<Vec<_>>().as_slice()
                && (only.ident == "Self" || only.ident == *self.own)
            {
                self.found.get_or_insert(only.ident.span());
            }
            syn::visit::visit_path(self, path);
        }
    }
    let Data::Struct(fields) = &container.data else {
        return;
    };
    if fields.style != Style::Tuple {
        return;
    }
    for field in fields.iter().filter(|field| !field.skip.is_present()) {
        let mut find = Find {
            own: &container.ident,
            found: None,
        };
        find.visit_type(&field.ty);
        if let Some(span) = find.found {
            let message = "in OCaml this is another name for the field's type, which cannot contain \
                           itself: give the field a name, which makes a record";
            errors.push(Error::custom(message).with_span(&span));
        }
    }
}

/// OCaml's fields start with a small letter.
fn renamed_fields_are_lowercase(container: &Container, errors: &mut Accumulator) {
    if let (Some(rule), Data::Struct(_)) = (&container.rename_all, &container.data)
        && rule.capitalises()
    {
        let message = "this makes no names of OCaml fields, which start with a small letter";
        errors.push(Error::custom(message).with_span(&rule.span()));
    }
}

/// `deriving` lists names of ppx derivers, which may have options: `show, eq, make { prefix = "x" }`.
fn deriving_is_a_list(container: &Container, errors: &mut Accumulator) {
    let Some(deriving) = &container.deriving else {
        return;
    };
    let mut depth = 0;
    let items: Vec<&str> = deriving
        .split(|c| {
            depth += match c {
                '{' | '(' | '[' => 1,
                '}' | ')' | ']' => -1,
                _ => 0,
            };
            c == ',' && depth == 0
        })
        .collect();
    if depth != 0 {
        errors.push(Error::custom("brackets do not match").with_span(&deriving.span()));
        return;
    }
    for item in items {
        let name = item.split(['{', '(', '[']).next().unwrap_or_default();
        if !name.trim().split('.').all(is_lowercase_name) {
            let message = format!("`{item}` is no OCaml deriver, as in \"show, eq\"");
            errors.push(Error::custom(message).with_span(&deriving.span()));
        }
    }
}

/// A constructor with arguments needs a tag of its own, and there are not more.
fn tags_suffice(container: &Container, variants: &[Variant], errors: &mut Accumulator) {
    if container.polymorphic.is_present() {
        return;
    }
    let mut blocks = variants
        .iter()
        .filter(|variant| kept(variant.fields.iter()) > 0);
    if let Some(first) = blocks.nth(MOST_BLOCKS) {
        let message = format!(
            "an OCaml type has at most {MOST_BLOCKS} constructors with arguments: this is one more"
        );
        errors.push(Error::custom(message).with_span(&first.ident));
    }
}

/// `inherit` takes in the tags of the polymorphic variant that is the only field; they have names.
fn inherit_is_one_polymorphic_variant(
    container: &Container,
    variant: &Variant,
    errors: &mut Accumulator,
) {
    if !variant.inherit.is_present() {
        return;
    }
    let fields = &variant.fields;
    if !container.polymorphic.is_present() {
        errors.push(at(
            &variant.inherit,
            "`inherit` is for enums that are `#[ocaml(polymorphic)]`",
        ));
    } else if fields.style != Style::Tuple || kept(fields.iter()) != 1 {
        errors.push(at(
            &variant.inherit,
            "`inherit` needs one field: the enum that is inherited",
        ));
    }
    if let Some(name) = &variant.name {
        let message = "an inherited variant has no name of its own";
        errors.push(Error::custom(message).with_span(&name.span()));
    }
    if let Some(with) = fields.iter().find_map(|field| field.with.as_ref()) {
        let message = "`with` does not say which tags are inherited";
        errors.push(Error::custom(message).with_span(&with.span()));
    }
}

/// OCaml has no inline records there.
fn polymorphic_has_no_inline_records(
    container: &Container,
    variant: &Variant,
    errors: &mut Accumulator,
) {
    let fields = &variant.fields;
    if container.polymorphic.is_present()
        && fields.style == Style::Struct
        && kept(fields.iter()) > 0
    {
        let message = "a polymorphic variant has no inline records: give the fields a struct of \
                       their own";
        errors.push(Error::custom(message).with_span(&variant.ident));
    }
}

/// A field is converted in one way.
fn one_conversion(field: &Field, errors: &mut Accumulator) {
    if let (Some(_), Some(with)) = (&field.adapter, &field.with) {
        errors.push(Error::custom("either `as` or `with`, not both").with_span(&with.span()));
    }
    if field.share.is_present() && (field.adapter.is_some() || field.with.is_some()) {
        let message = "either `share`, which is `as = share`, or another conversion";
        errors.push(at(&field.share, message));
    }
}

/// What OCaml does not see has nothing else to be said about.
fn skipped_is_nothing_else(field: &Field, errors: &mut Accumulator) {
    if field.skip.is_present()
        && (field.name.is_some()
            || field.mutable.is_present()
            || field.adapter.is_some()
            || field.with.is_some()
            || field.share.is_present())
    {
        errors.push(at(&field.skip, "a skipped field is not in the OCaml type"));
    }
}

/// Parts of tuples and arguments of constructors have no names, and are not mutable.
fn only_named_fields_have_names(field: &Field, errors: &mut Accumulator) {
    if field.ident.is_some() {
        return;
    }
    if let Some(name) = &field.name {
        errors.push(Error::custom("only a named field has a name").with_span(&name.span()));
    }
    if field.mutable.is_present() {
        errors.push(at(&field.mutable, "only a named field can be mutable"));
    }
}

/// The only field of an unboxed record has no place that could be written to.
fn unboxed_is_not_mutable(container: &Container, field: &Field, errors: &mut Accumulator) {
    if container.unboxed.is_present() && field.mutable.is_present() && field.ident.is_some() {
        errors.push(at(&field.mutable, "what is `unboxed` cannot be mutable"));
    }
}

/// A `PhantomData` stands for nothing in OCaml.
fn phantom_is_skipped(field: &Field, errors: &mut Accumulator) {
    if let syn::Type::Path(path) = &field.ty
        && path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "PhantomData")
        && !field.skip.is_present()
        && field.adapter.is_none()
        && field.with.is_none()
    {
        let message = "OCaml has no `PhantomData`: add `#[ocaml(skip)]`";
        errors.push(Error::custom(message).with_span(&field.ty.span()));
    }
}

/// An OCaml exception is declared once, without parameters, and outlives every borrow.
fn exceptions_have_no_parameters(container: &Container, errors: &mut Accumulator) {
    for parameter in &container.generics.params {
        let message = "an OCaml exception has no type parameters and borrows nothing";
        errors.push(Error::custom(message).with_span(parameter));
    }
}

/// Attributes that choose among layouts of types.
fn exceptions_have_one_layout(container: &Container, errors: &mut Accumulator) {
    for (name, flag) in [
        ("unboxed", &container.unboxed),
        ("polymorphic", &container.polymorphic),
    ] {
        if flag.is_present() {
            errors.push(at(
                flag,
                &format!("`{name}` is for types, not for exceptions"),
            ));
        }
    }
    if let Some(remote) = &container.remote {
        let message = "`remote` is for types, not for exceptions";
        errors.push(Error::custom(message).with_span(remote));
    }
    if let Some(deriving) = &container.deriving {
        let message = "`deriving` is for types, not for exceptions";
        errors.push(Error::custom(message).with_span(&deriving.span()));
    }
}

/// Each variant of an enum is an exception, so the enum as a whole has no name.
fn exceptions_are_named_one_by_one(container: &Container, errors: &mut Accumulator) {
    if let (Some(name), Data::Enum(_)) = (&container.name, &container.data) {
        let message = "each variant is an exception of its own: put `name` there";
        errors.push(Error::custom(message).with_span(&name.span()));
    }
}

/// The prefix is part of a C string.
fn prefix_is_text(container: &Container, errors: &mut Accumulator) {
    if let Some(prefix) = &container.prefix
        && (prefix.is_empty() || prefix.contains('\0'))
    {
        let message = "the prefix is empty or holds a NUL";
        errors.push(Error::custom(message).with_span(&prefix.span()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_some_ocaml_has_not_are_checked() {
        assert!(check_tag(&quote!(bactrian), 243).is_empty());
        assert!(!check_tag(&quote!(bactrian), 244).is_empty());
    }
}
