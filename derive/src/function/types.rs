//! Types of a signature: what their spelling says, and how expansions write them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Ident, Lifetime, Path, Type};

use crate::names::{bactrian, known_adapter};

/// Types that native code passes without box or tag.
const UNBOXED: &[&str] = &[
    "isize", "usize", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64",
];
/// The last word of a path type without parameters.
pub fn word(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            last.arguments.is_none().then(|| last.ident.to_string())
        }
        Type::Group(group) => word(&group.elem),
        Type::Paren(paren) => word(&paren.elem),
        _ => None,
    }
}

pub fn is_unboxed(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.get_ident().is_some())
        && word(ty).is_some_and(|word| UNBOXED.contains(&word.as_str()))
}

/// Types whose references are read from the heap. One under another name is found by the compiler.
pub fn is_text(ty: &Type) -> bool {
    word(ty).is_some_and(|word| ["str", "Path", "OsStr"].contains(&word.as_str()))
}

/// Whether a type is that of a view of a bigarray, ours or ndarray's: known by its name.
pub fn is_view(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let name = last.ident.to_string();
    let rest = name.strip_prefix("ArrayView");
    rest.map(|rest| rest.strip_prefix("Mut").unwrap_or(rest))
        .is_some_and(|rest| matches!(rest, "" | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "D"))
}

/// Whether a type may borrow from the heap: it is a handle, or has a lifetime, spelt or left out of a
/// reference, that is not `'static`.
pub fn borrows(ty: &Type) -> bool {
    struct Search(bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            self.0 |= reference.lifetime.is_none();
            syn::visit::visit_type_reference(self, reference);
        }
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.0 |= ident == "Value";
        }
        // What a macro makes of its tokens is not known.
        fn visit_type_macro(&mut self, _: &'ast syn::TypeMacro) {
            self.0 = true;
        }
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
}

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

/// Gives the lifetimes that a type leaves out this name.
pub fn name_elided(ty: &mut Type, lifetime: &Lifetime) {
    struct Name<'a>(&'a Lifetime);
    impl VisitMut for Name<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident == "_" {
                *lifetime = self.0.clone();
            }
        }
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            reference.lifetime.get_or_insert_with(|| self.0.clone());
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }
        // Functions' own lifetimes stay theirs.
        fn visit_parenthesized_generic_arguments_mut(
            &mut self,
            _: &mut syn::ParenthesizedGenericArguments,
        ) {
        }
    }
    Name(lifetime).visit_type_mut(ty);
}
