//! Types of a signature as expansions write them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Ident, Lifetime, Path, Type};

use crate::names::{bactrian, known_adapter};

/// The type behind a reference.
pub fn lent_type(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => &reference.elem,
        other => other,
    }
}

/// The type with lifetimes that the compiler finds.
pub fn inferred_lifetimes(ty: &Type) -> Type {
    struct Infer;
    impl VisitMut for Infer {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident != "static" {
                *lifetime = Lifetime::new("'_", lifetime.span());
            }
        }
        fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
        fn visit_parenthesized_generic_arguments_mut(
            &mut self,
            _: &mut syn::ParenthesizedGenericArguments,
        ) {
        }
    }
    let mut ty = ty.clone();
    Infer.visit_type_mut(&mut ty);
    ty
}

/// The adapter type that a path in `as = ...` stands for.
pub fn adapter_type(path: &Path) -> TokenStream {
    let bactrian = bactrian();
    let word = path.get_ident().map(Ident::to_string);
    match word.as_deref().and_then(known_adapter) {
        Some(name) => {
            let name = Ident::new(name, path.span());
            quote!(#bactrian::adapters::#name)
        }
        None => quote!(#path),
    }
}
