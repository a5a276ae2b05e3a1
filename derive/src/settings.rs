//! `interface!`: what the OCaml module of a Rust module is to be like.

use darling::ast::NestedMeta;
use darling::{Error, FromMeta};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitStr;

use crate::names::is_uppercase_name;
use crate::record;

#[derive(FromMeta)]
struct Settings {
    /// Documentation of the OCaml module.
    #[darling(default)]
    doc: String,
    /// The OCaml module's name.
    name: Option<LitStr>,
    /// Whether what is in the module belongs to the one around it.
    #[darling(default)]
    flatten: bool,
    /// Whether the parameters of all functions are labelled.
    #[darling(default)]
    labels: bool,
}

pub fn interface(input: TokenStream) -> TokenStream {
    let settings = NestedMeta::parse_meta_list(input)
        .map_err(Error::from)
        .and_then(|list| Settings::from_list(&list))
        .and_then(checked);
    match settings {
        Err(error) => error.write_errors(),
        Ok(Settings {
            doc,
            name,
            flatten,
            labels,
        }) => {
            let name = name.map(|name| name.value()).unwrap_or_default();
            record::record(
                "Settings",
                Span::call_site(),
                &TokenStream::new(),
                &quote!(doc: #doc, name: #name, flatten: #flatten, labels: #labels,),
            )
        }
    }
}

fn checked(settings: Settings) -> darling::Result<Settings> {
    match &settings.name {
        Some(name) if !is_uppercase_name(&name.value()) => {
            let message = format!("`{}` is no name of an OCaml module", name.value());
            Err(Error::custom(message).with_span(name))
        }
        Some(name) if settings.flatten => {
            Err(Error::custom("a module that is flattened has no name").with_span(name))
        }
        _ => Ok(settings),
    }
}
