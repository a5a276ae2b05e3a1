//! What may be written in `#[ocaml(...)]`, and where.

use darling::util::{Flag, SpannedValue};
use darling::{Error, FromDeriveInput, FromField, FromMeta, FromVariant, ast};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Lit, Path, Token, Type, WherePredicate};

use super::rename::Rule;
use crate::names::{ADAPTERS, known_adapter};

/// A struct or enum.
#[derive(FromDeriveInput)]
#[darling(
    attributes(ocaml),
    forward_attrs(doc, sig),
    supports(struct_any, enum_any)
)]
pub struct Container {
    pub ident: Ident,
    /// Documentation, and the type by hand.
    pub attrs: Vec<Attribute>,
    pub generics: syn::Generics,
    pub data: ast::Data<Variant, Field>,
    /// Name of the OCaml type, or of a struct's exception.
    pub name: Option<SpannedValue<String>>,
    pub rename_all: Option<SpannedValue<Rule>>,
    /// `[@@unboxed]`.
    pub unboxed: Flag,
    /// A polymorphic variant.
    pub polymorphic: Flag,
    /// Its values are moved to OCaml, since there are custom values in them.
    pub moved: Flag,
    /// The type of another crate whose mirror this is.
    pub remote: Option<Path>,
    /// `[@@deriving ...]` of the OCaml type, for the generated interface.
    pub deriving: Option<SpannedValue<String>>,
    /// Bounds in place of those that are found.
    #[darling(default)]
    pub bound: Bound,
    /// What stands before the names under which exceptions are registered.
    pub prefix: Option<SpannedValue<String>>,
}

/// A variant of an enum.
#[derive(FromVariant)]
#[darling(attributes(ocaml), forward_attrs(doc))]
pub struct Variant {
    pub ident: Ident,
    /// Documentation.
    pub attrs: Vec<Attribute>,
    pub fields: ast::Fields<Field>,
    /// Name of the constructor, tag or exception.
    pub name: Option<SpannedValue<String>>,
    /// The tags of another polymorphic variant.
    pub inherit: Flag,
}

/// A field of a struct or variant.
#[derive(FromField)]
#[darling(attributes(ocaml), forward_attrs(doc))]
pub struct Field {
    pub ident: Option<Ident>,
    pub vis: syn::Visibility,
    /// Documentation.
    pub attrs: Vec<Attribute>,
    pub ty: Type,
    /// Name of the OCaml field.
    pub name: Option<SpannedValue<String>>,
    /// `mutable` in the OCaml type.
    pub mutable: Flag,
    /// Not in the OCaml type.
    pub skip: Flag,
    /// The OCaml type, by an adapter.
    #[darling(rename = "as")]
    pub adapter: Option<SpannedValue<Adapter>>,
    /// The same as `as = share`.
    pub share: Flag,
    /// A module of functions that convert.
    pub with: Option<SpannedValue<Path>>,
}

/// The value of `as = ...`.
#[derive(Clone)]
pub enum Adapter {
    /// One of the crate's own: its type in `bactrian::adapters`.
    Known(&'static str),
    Type(Box<Type>),
}

impl FromMeta for Adapter {
    /// `as = "a::Type<T>"`.
    fn from_value(value: &Lit) -> darling::Result<Self> {
        Type::from_value(value).map(|ty| Adapter::Type(Box::new(ty)))
    }

    /// `as = list`, `as = a::Type`.
    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        match expr {
            Expr::Lit(literal) => Self::from_value(&literal.lit),
            Expr::Group(group) => Self::from_expr(&group.expr),
            Expr::Path(path) => match path.path.get_ident().map(Ident::to_string) {
                Some(name) if name.starts_with(|c: char| c.is_lowercase()) => {
                    known_adapter(&name).map(Adapter::Known).ok_or_else(|| {
                        let known = ADAPTERS.iter().map(|(word, _)| word);
                        Error::unknown_value_with_alts(&name, known).with_span(expr)
                    })
                }
                _ => Ok(Adapter::Type(Box::new(syn::parse_quote!(#path)))),
            },
            _ => Err(Error::unexpected_expr_type(expr)),
        }
    }
}

/// The value of `bound`: `"..."` for both directions, or `(from = "...", to = "...")`.
#[derive(Clone, Default, FromMeta)]
#[darling(from_expr = Bound::both)]
pub struct Bound {
    pub from: Option<Vec<WherePredicate>>,
    pub to: Option<Vec<WherePredicate>>,
}

impl Bound {
    fn both(expr: &Expr) -> darling::Result<Self> {
        let Expr::Lit(syn::ExprLit {
            lit: Lit::Str(bounds),
            ..
        }) = expr
        else {
            return Err(Error::unexpected_expr_type(expr));
        };
        let bounds: Vec<WherePredicate> = bounds
            .parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated)?
            .into_iter()
            .collect();
        Ok(Bound {
            from: Some(bounds.clone()),
            to: Some(bounds),
        })
    }
}
