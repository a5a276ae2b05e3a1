//! What a function is to OCaml, for the interface generator.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemFn, Type};

use super::options::{Errors, Options};
use super::signature::{Label, Output, Parameter, Passing, Signature};
use super::types::{adapter_type, lent_type};
use crate::names::{bactrian, lowercase_name};
use crate::record;

/// The function's name in OCaml.
pub fn name(function: &ItemFn, options: &Options) -> String {
    match &options.name {
        Some(name) => name.clone(),
        None => lowercase_name(&function.sig.ident.to_string()),
    }
}

/// The record of a function whose stubs have these symbols.
pub fn record(
    function: &ItemFn,
    signature: &Signature,
    options: &Options,
    native: &str,
    bytecode: &str,
) -> TokenStream {
    let bactrian = bactrian();
    let (hidden, interface) = (quote!(#bactrian::hidden), record::interface());
    let name = name(function, options);
    let doc = record::doc(&function.attrs);
    let parameters = signature
        .parameters
        .iter()
        .filter(|parameter| !matches!(parameter.kind, Passing::Runtime { .. }))
        .map(|parameter| describe_parameter(parameter, &hidden, &interface));
    let (outcome, passing) = outcome(signature, options, &hidden, &interface);
    let Options {
        noalloc, labels, ..
    } = options;
    let owner = signature.method.as_ref().map(|method| owner(&method.owner));
    let sig = options.sig.as_deref().unwrap_or_default();
    let variables = record::variables(&function.sig.generics);
    record::record(
        "Function",
        function.sig.ident.span(),
        &quote!(#variables const __OUTCOME: #hidden::Outcome = #outcome;),
        &quote! {
            doc: #doc,
            name: #name,
            owner: &[#owner],
            native: #native,
            bytecode: #bytecode,
            parameters: &[#(#parameters),*],
            result: __OUTCOME.of,
            passing: #passing,
            noalloc: #noalloc,
            labels: #labels,
            sig: #sig,
            raises: __OUTCOME.raises,
        },
    )
}

/// The record of a stub that stands for itself.
pub fn stub(function: &ItemFn, symbol: &str) -> TokenStream {
    record::record(
        "Stub",
        function.sig.ident.span(),
        &TokenStream::new(),
        &quote!(symbol: #symbol,),
    )
}

/// The OCaml type of a Rust type that has methods, whichever way it is converted.
pub fn owner(ty: &Type) -> TokenStream {
    let (bactrian, ty) = (bactrian(), record::described(ty, None));
    let hidden = quote!(#bactrian::hidden);
    quote!(#hidden::either(<#hidden::Read<#ty>>::TYPE, <#hidden::Made<#ty>>::TYPE))
}

fn describe_parameter(
    parameter: &Parameter,
    hidden: &TokenStream,
    interface: &TokenStream,
) -> TokenStream {
    let ty = record::described(&parameter.ty, None);
    let at = Span::call_site().located_at(ty.span());
    let of = match &parameter.kind {
        Passing::As(path) => {
            let adapter = adapter_type(path);
            quote_spanned!(at=> <#hidden::ReadAs<#adapter, #ty>>::TYPE)
        }
        Passing::Borrowed => quote_spanned!(at=> <#hidden::Borrow<#ty>>::TYPE),
        Passing::BorrowedAs(path) => {
            let adapter = adapter_type(path);
            quote_spanned!(at=> <#hidden::BorrowAs<#adapter, #ty>>::TYPE)
        }
        kind if kind.is_lent() => {
            let lent = lent_type(&ty);
            let read = match kind {
                Passing::Lent => &ty,
                _ => lent,
            };
            quote_spanned!(at=> #hidden::either(
                <#hidden::Stands<#lent>>::TYPE,
                <#hidden::Read<#read>>::TYPE,
            ))
        }
        Passing::Receiver { .. } => owner(&parameter.ty),
        _ => quote_spanned!(at=> <#hidden::Read<#ty>>::TYPE),
    };
    let passing = match parameter.kind {
        Passing::Unboxed => quote!(#hidden::passing::<#ty>()),
        _ => quote!(#interface::Passing::Value),
    };
    parameter_of(parameter, &of, &passing)
}

/// The description of a parameter whose values are of that OCaml type and passed in that way.
pub fn parameter_of(parameter: &Parameter, of: &TokenStream, passing: &TokenStream) -> TokenStream {
    let bactrian = bactrian();
    let (hidden, interface) = (quote!(#bactrian::hidden), record::interface());
    let ty = record::described(&parameter.ty, None);
    let at = Span::call_site().located_at(ty.span());
    let name = if parameter.named {
        lowercase_name(&parameter.name)
    } else {
        String::new()
    };
    let (label, of) = match parameter.label {
        Label::Positional => (quote!(Positional), of.clone()),
        Label::Labelled => (quote!(Labelled), of.clone()),
        Label::Optional => (
            quote!(Optional),
            quote_spanned!(at=> #hidden::in_option::<#ty>(#of)),
        ),
    };
    quote! {
        #interface::Parameter {
            name: #name,
            label: #interface::Label::#label,
            of: #of,
            passing: #passing,
        }
    }
}

/// What the function gives or raises, by the same steps as the stub takes; and how it is passed.
fn outcome(
    signature: &Signature,
    options: &Options,
    hidden: &TokenStream,
    interface: &TokenStream,
) -> (TokenStream, TokenStream) {
    let value = quote!(#interface::Passing::Value);
    let (ty, passing) = match &signature.output {
        Output::Unit => return (quote!(#hidden::Outcome::first(&[])), value),
        Output::Unboxed(ty) => (ty, quote!(#hidden::passing::<#ty>())),
        Output::Value { ty, .. } => (ty, value),
    };
    let ty = record::described(ty, None);
    let how = match &options.result_as {
        None => quote!(#hidden::Plain),
        Some(path) => {
            let adapter = adapter_type(path);
            quote!(#hidden::By<#adapter>)
        }
    };
    let steps: &[TokenStream] = match options.errors {
        Errors::ByType => &[
            quote!(OutcomeRaised),
            quote!(OutcomeValue),
            quote!(OutcomeSysError),
            quote!(OutcomeSendError),
            quote!(OutcomeError),
        ],
        Errors::Exception => &[
            quote!(OutcomeRaised),
            quote!(OutcomeSysError),
            quote!(OutcomeSendError),
            quote!(OutcomeError),
        ],
        Errors::Result => &[quote!(OutcomeValue)],
        Errors::Both => unreachable!("made as two functions"),
    };
    let outcome = quote!(#hidden::Outcome::first(&[#(<#hidden::#steps<#ty, #how>>::OUTCOME),*]));
    (outcome, passing)
}
