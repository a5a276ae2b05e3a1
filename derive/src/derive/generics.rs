//! Type parameters: what is asked of them, and which of them OCaml's type has.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{
    GenericParam, Generics, Lifetime, Type, TypeParamBound, TypePath, WherePredicate, parse_quote,
};

use super::model::{Conversion, Model};
use crate::names::snake_case;
use crate::record::variable_name;

/// Which of the two traits.
#[derive(Clone, Copy, PartialEq)]
pub enum Direction {
    From,
    To,
}

impl Direction {
    /// The trait for a type, or that for a type with an adapter.
    pub fn conversion(self, bactrian: &TokenStream, adapter: Option<&TokenStream>) -> TokenStream {
        match (self, adapter) {
            (Direction::From, None) => quote!(#bactrian::FromValue<'gc>),
            (Direction::From, Some(adapter)) => {
                quote!(#bactrian::adapters::FromValueAs<'gc, #adapter>)
            }
            (Direction::To, None) => quote!(#bactrian::ToValue),
            (Direction::To, Some(adapter)) => quote!(#bactrian::adapters::ToValueAs<#adapter>),
        }
    }
}

/// A type parameter that the OCaml type has, too: `T`, or `T::Item`.
struct Parameter {
    path: TypePath,
    /// The adapter of a field whose type it is.
    adapter: Option<TokenStream>,
}

/// The parameters that the fields need. Those that only skipped fields or modules have to do with
/// are not OCaml's.
fn parameters(model: &Model) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for field in model.fields() {
        let mut found = Mentioned::by(&field.ty, &model.generics);
        let adapter = match &field.conversion {
            Conversion::Plain => None,
            Conversion::As(adapter) => match &field.ty {
                Type::Path(path) if found.first() == Some(path) => Some(adapter.clone()),
                _ => None,
            },
            Conversion::With(_) | Conversion::Skip => continue,
        };
        found.retain(|path| {
            let same = |known: &Parameter| {
                known.path == *path && known.adapter.is_none() == adapter.is_none()
            };
            !parameters.iter().any(same)
        });
        let new = found.into_iter().map(|path| Parameter {
            path,
            adapter: adapter.clone(),
        });
        parameters.extend(new);
    }
    // In their own order, what is projected from them last.
    parameters.sort_by_key(|parameter| {
        let declared = |ident: &syn::Ident| {
            model
                .generics
                .type_params()
                .position(|own| own.ident == *ident)
        };
        parameter
            .path
            .path
            .get_ident()
            .and_then(declared)
            .unwrap_or(usize::MAX)
    });
    parameters
}

/// Whether a type mentions a type parameter: OCaml's record is never flat then.
pub fn mentions_parameter(model: &Model, ty: &Type) -> bool {
    !Mentioned::by(ty, &model.generics).is_empty()
}

/// Finds type parameters, and types that are projected from them.
struct Mentioned<'a> {
    generics: &'a Generics,
    found: Vec<TypePath>,
}

impl Mentioned<'_> {
    fn by(ty: &Type, generics: &Generics) -> Vec<TypePath> {
        let mut mentioned = Mentioned {
            generics,
            found: Vec::new(),
        };
        mentioned.visit_type(ty);
        mentioned.found
    }

    fn starts_with_parameter(&self, path: &TypePath) -> bool {
        match &path.qself {
            // `<T as Trait>::Item`
            Some(qself) => matches!(&*qself.ty, Type::Path(of) if self.starts_with_parameter(of)),
            // `T`, `T::Item`
            None => path.path.segments.first().is_some_and(|first| {
                path.path.leading_colon.is_none()
                    && self
                        .generics
                        .type_params()
                        .any(|own| own.ident == first.ident)
            }),
        }
    }
}

impl<'ast> Visit<'ast> for Mentioned<'_> {
    fn visit_type_path(&mut self, path: &'ast TypePath) {
        if !self.starts_with_parameter(path) {
            visit::visit_type_path(self, path);
        } else if !self.found.contains(path) {
            self.found.push(path.clone());
        }
    }
}

/// The OCaml type, with its parameters.
pub fn type_expr(model: &Model, direction: Direction) -> TokenStream {
    let (bactrian, name) = (&model.bactrian, &model.name);
    let types = of_type(model)
        .into_iter()
        .map(|Parameter { path, adapter }| {
            let conversion = direction.conversion(bactrian, adapter.as_ref());
            quote!(<#path as #conversion>::TYPE)
        });
    if is_elsewhere(model) {
        quote!(#bactrian::TypeExpr::Name(#name, &[#(#types),*]))
    } else {
        quote!(#bactrian::TypeExpr::Derived(::core::module_path!(), #name, &[#(#types),*]))
    }
}

/// Whether the OCaml type is one that exists: it has modules before its name.
pub fn is_elsewhere(model: &Model) -> bool {
    model.name.contains('.')
}

/// The parameters of the OCaml type, each once.
fn of_type(model: &Model) -> Vec<Parameter> {
    let mut once: Vec<Parameter> = Vec::new();
    for parameter in parameters(model) {
        match once.iter_mut().find(|known| known.path == parameter.path) {
            None => once.push(parameter),
            // A parameter that is converted in two ways counts by its own.
            Some(known) if parameter.adapter.is_none() => *known = parameter,
            Some(_) => {}
        }
    }
    once
}

/// The names of the OCaml type's parameters; `None` for one that is projected from another, or when
/// what is asked of them is more than a stand-in for a type variable can give.
pub fn names(model: &Model) -> (Vec<String>, bool) {
    let mut known = model.generics.where_clause.is_none();
    known &= model
        .generics
        .type_params()
        .all(|parameter| parameter.bounds.iter().all(is_given));
    let names = of_type(model)
        .iter()
        .map(|parameter| match parameter.path.path.get_ident() {
            Some(ident) if parameter.path.qself.is_none() => variable_name(ident),
            _ => {
                known = false;
                let words = parameter.path.to_token_stream().to_string();
                snake_case(&words.replace(|c: char| !c.is_alphanumeric(), "_"))
                    .trim_matches('_')
                    .to_owned()
            }
        })
        .collect();
    (names, known)
}

/// The type parameters that are converted by their own type, and their names in OCaml.
pub fn simple_parameters(model: &Model) -> Vec<(syn::Ident, String)> {
    of_type(model)
        .iter()
        .filter(|parameter| parameter.adapter.is_none())
        .filter_map(|parameter| parameter.path.path.get_ident())
        .map(|ident| (ident.clone(), variable_name(ident)))
        .collect()
}

/// What stand-ins for type variables implement.
const GIVEN: &[&str] = &[
    "Clone",
    "Copy",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
    "Debug",
    "Display",
    "Default",
    "Send",
    "Sync",
    "Sized",
    "Unpin",
    "FromValue",
    "ToValue",
    "OCamlType",
];

fn is_given(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Lifetime(_) => true,
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .is_some_and(|last| GIVEN.iter().any(|given| last.ident == given)),
        _ => false,
    }
}

/// The parts of an `impl`.
pub struct Impl {
    /// `<'gc, T: Bound>`
    pub parameters: TokenStream,
    /// `where ...`
    pub conditions: TokenStream,
}

impl Impl {
    /// The parts for the trait of this direction.
    ///
    /// Only parameters get bounds, not the fields' types: those of a recursive type would need
    /// themselves.
    pub fn new(model: &Model, direction: Direction) -> Impl {
        let bactrian = &model.bactrian;
        let given = match direction {
            Direction::From => &model.bound.from,
            Direction::To => &model.bound.to,
        };
        let mut predicates: Vec<WherePredicate> = match given {
            Some(given) => given.clone(),
            None => parameters(model)
                .iter()
                .map(|Parameter { path, adapter }| {
                    let conversion = direction.conversion(bactrian, adapter.as_ref());
                    parse_quote!(#path: #conversion)
                })
                .collect(),
        };
        let mut generics = model.generics.clone();
        if direction == Direction::From {
            for field in model.fields() {
                let ty = &field.ty;
                if matches!(field.conversion, Conversion::Skip) && mentions_parameter(model, ty) {
                    predicates.push(parse_quote!(#ty: ::core::default::Default));
                }
            }
            generics.params.insert(0, parse_quote!('gc));
        }
        if !predicates.is_empty() {
            generics.make_where_clause().predicates.extend(predicates);
        }
        let (parameters, _, conditions) = generics.split_for_impl();
        Impl {
            parameters: parameters.into_token_stream(),
            conditions: conditions.into_token_stream(),
        }
    }
}

/// Makes one lifetime, `'gc`, of all those of the type: what it borrows, it borrows from the heap.
pub fn borrow_from_heap(model: &mut Model) {
    let mut unify = Unify {
        own: model
            .generics
            .lifetimes()
            .map(|own| own.lifetime.clone())
            .collect(),
    };
    if unify.own.is_empty() {
        return;
    }
    let parameters = std::mem::take(&mut model.generics.params);
    model.generics.params = parameters
        .into_iter()
        .filter(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
        .collect();
    unify.visit_generics_mut(&mut model.generics);
    if let Some(remote) = &mut model.remote {
        unify.visit_path_mut(remote);
    }
    for predicate in model.bound.from.iter_mut().flatten() {
        unify.visit_where_predicate_mut(predicate);
    }
    unify.in_tokens(&mut model.own);
    for field in model.shape.fields_mut() {
        unify.visit_type_mut(&mut field.ty);
        if let Conversion::As(adapter) = &mut field.conversion {
            unify.in_tokens(adapter);
        }
    }
}

struct Unify {
    own: Vec<Lifetime>,
}

impl Unify {
    /// Within the tokens of a type.
    fn in_tokens(&mut self, tokens: &mut TokenStream) {
        if let Ok(mut ty) = syn::parse2::<Type>(tokens.clone()) {
            self.visit_type_mut(&mut ty);
            *tokens = ty.into_token_stream();
        }
    }
}

impl VisitMut for Unify {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if self.own.contains(lifetime) {
            *lifetime = Lifetime::new("'gc", lifetime.span());
        }
    }
}
