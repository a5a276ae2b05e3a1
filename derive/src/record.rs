//! The records that expansions leave in the object file for the interface generator.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprLit, Generics, Ident, Lifetime, Lit, Meta, Type};

use crate::names::{bactrian, lowercase_name, snake_case};

/// The record `kind { fields }` of what stands at `at`: a static of its bytes, in a block with what
/// the fields refer to.
pub fn record(
    kind: &str,
    at: Span,
    definitions: &TokenStream,
    fields: &TokenStream,
) -> TokenStream {
    let (bactrian, interface) = (bactrian(), interface());
    // `line!()` would be that of the macro's call, the same for all in it.
    let line = u32::try_from(at.unwrap().line()).unwrap_or(u32::MAX);
    let kind = Ident::new(kind, Span::call_site());
    quote! {
        const _: () = {
            // What types are that have no description.
            #[allow(unused_imports)]
            use #bactrian::hidden::{Otherwise as _, Unknown as _};
            #definitions
            const __RECORD: #interface::#kind = #interface::#kind {
                module: ::core::module_path!(),
                file: ::core::file!(),
                line: #line,
                #fields
            };
            const __WRITTEN: #interface::Written = __RECORD.written();
            #[used]
            #[cfg_attr(
                target_vendor = "apple",
                unsafe(link_section = "__DATA,__bactrian")
            )]
            #[cfg_attr(windows, unsafe(link_section = ".bactr"))]
            #[cfg_attr(
                not(any(target_vendor = "apple", windows)),
                unsafe(link_section = "bactrian")
            )]
            static __BYTES: [::core::primitive::u8; __WRITTEN.record_size()] =
                __RECORD.record(&__WRITTEN);
        };
    }
}

/// The module with the types of records. Its names are not imported into expansions: users have
/// types called `Name` and `Field`.
pub fn interface() -> TokenStream {
    let bactrian = bactrian();
    quote!(#bactrian::hidden::interface)
}

/// The text of the documentation comments among attributes, as a constant.
pub fn doc(attributes: &[Attribute]) -> TokenStream {
    let lines: Vec<TokenStream> = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(meta) => Some(match &meta.value {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(line),
                    ..
                }) => {
                    let line = line.value();
                    let line = line.strip_prefix(' ').unwrap_or(&line);
                    quote!(#line, "\n")
                }
                // `#[doc = include_str!("...")]`
                other => quote!(#other, "\n"),
            }),
            // `#[doc(hidden)]`
            _ => None,
        })
        .collect();
    match lines.as_slice() {
        [] => quote!(""),
        lines => quote!(::core::concat!(#(#lines),*)),
    }
}

/// What `#[sig("...")]` says.
pub fn sig(attributes: &[Attribute]) -> syn::Result<Option<String>> {
    let mut found = None;
    for attribute in attributes {
        if attribute.path().is_ident("sig") {
            let text: syn::LitStr = attribute.parse_args()?;
            if found.replace(text.value()).is_some() {
                return Err(syn::Error::new_spanned(
                    attribute,
                    "`sig` stands here twice",
                ));
            }
        }
    }
    Ok(found)
}

/// Definitions that let the parameters of generic items stand for OCaml's type variables, so that
/// types which mention them have descriptions.
pub fn variables(generics: &Generics) -> TokenStream {
    let bactrian = bactrian();
    let types = generics.type_params().map(|parameter| {
        let (ident, name) = (&parameter.ident, variable_name(&parameter.ident));
        let marker = format_ident!("__Name{}", ident);
        quote! {
            struct #marker;
            impl #bactrian::hidden::VariableName for #marker {
                const NAME: &'static ::core::primitive::str = #name;
            }
            #[allow(dead_code, non_camel_case_types)]
            type #ident = #bactrian::hidden::Variable<#marker>;
        }
    });
    let constants = generics.const_params().map(|parameter| {
        let (ident, ty) = (&parameter.ident, &parameter.ty);
        let value = match quote!(#ty).to_string().as_str() {
            "bool" => quote!(false),
            "char" => quote!('0'),
            _ => quote!(1),
        };
        quote!(#[allow(dead_code)] const #ident: #ty = #value;)
    });
    quote!(#(#types)* #(#constants)*)
}

/// `T` is `'t`, `Item` is `'item`.
pub fn variable_name(parameter: &Ident) -> String {
    lowercase_name(&snake_case(&parameter.to_string()))
}

/// The type as a description needs it: all lifetimes `'static`, `Self` spelt out.
pub fn described(ty: &Type, own: Option<&Type>) -> Type {
    struct Describe<'a>(Option<&'a Type>);
    impl VisitMut for Describe<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            *lifetime = Lifetime::new("'static", lifetime.span());
        }
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            let span = reference.and_token.span;
            reference
                .lifetime
                .get_or_insert_with(|| Lifetime::new("'static", span));
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let (Type::Path(path), Some(own)) = (&*ty, self.0)
                && path.path.is_ident("Self")
            {
                *ty = own.clone();
                return;
            }
            syn::visit_mut::visit_type_mut(self, ty);
        }
        // Functions' own lifetimes stay theirs.
        fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
        fn visit_parenthesized_generic_arguments_mut(
            &mut self,
            _: &mut syn::ParenthesizedGenericArguments,
        ) {
        }
    }
    let mut ty = ty.clone();
    Describe(own).visit_type_mut(&mut ty);
    ty
}
