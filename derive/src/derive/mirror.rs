//! A mirror, `#[ocaml(remote = "...")]`, is never constructed and its fields are never read: the
//! compiler would warn.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Fields, Model, Shape};

/// Statements that use the mirror, in branches that are never taken.
pub fn pretend_use(model: &Model) -> TokenStream {
    if model.remote.is_none() {
        return TokenStream::new();
    }
    let (own, ident) = (&model.own, &model.ident);
    let (reads, constructs): (Vec<_>, Vec<_>) = match &model.shape {
        Shape::Unit(fields)
        | Shape::Transparent(fields)
        | Shape::Tuple(fields)
        | Shape::Record(fields) => vec![pretend(own, &quote!(#ident), fields)],
        Shape::UnboxedVariant(constructor) => {
            let variant = &constructor.ident;
            vec![pretend(own, &quote!(#ident::#variant), &constructor.fields)]
        }
        Shape::Variant(constructors) | Shape::Polymorphic(constructors) => constructors
            .iter()
            .map(|constructor| {
                let variant = &constructor.ident;
                pretend(own, &quote!(#ident::#variant), &constructor.fields)
            })
            .collect(),
    }
    .into_iter()
    .unzip();
    quote! {
        match ::core::option::Option::None::<&#own> {
            #(#reads)*
            _ => {}
        }
        #(#constructs)*
    }
}

fn pretend(own: &TokenStream, path: &TokenStream, fields: &Fields) -> (TokenStream, TokenStream) {
    let bindings = fields.bindings(false);
    let names: Vec<_> = fields.all.iter().map(|field| &field.binding).collect();
    (
        quote!(::core::option::Option::Some(#path #bindings) => {
            let _ = (#(#names,)*);
        }),
        quote! {
            if let ::core::option::Option::Some((#(#names,)*)) = ::core::option::Option::None {
                let _: #own = #path #bindings;
            }
        },
    )
}
