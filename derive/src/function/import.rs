//! `import!`: OCaml functions that Rust calls by the name they are registered under.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{
    Error, FnArg, ForeignItemFn, GenericArgument, GenericParam, Ident, Lifetime, Pat, Path,
    PathArguments, ReturnType, Type, parse_quote,
};

use super::analyse::{take_adapter, take_label};
use super::check::check_optional;
use super::describe::parameter_of;
use super::options::take_sig;
use super::signature::{Parameter, Passing};
use super::types::{adapter_type, name_elided};
use crate::names::{bactrian, lowercase_name, unraw};
use crate::record;

pub fn import(input: TokenStream) -> TokenStream {
    let functions = |input: ParseStream<'_>| {
        let mut functions = Vec::new();
        while !input.is_empty() {
            functions.push(input.call(ForeignItemFn::parse)?);
        }
        Ok(functions)
    };
    match functions.parse2(input) {
        Ok(functions) => functions.into_iter().map(function).collect(),
        Err(error) => error.into_compile_error(),
    }
}

/// What is given to the OCaml function.
struct Argument {
    ident: Ident,
    parameter: Parameter,
}

fn function(mut function: ForeignItemFn) -> TokenStream {
    let mut errors = Vec::new();
    let sig = take_sig(&mut function.attrs).unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    let result_as = take_adapter(&mut function.attrs, &mut errors);
    check(&function, &mut errors);
    let arguments = arguments(&mut function, &mut errors);
    let result = result(&function.sig.output);
    let record = describe(&function, &arguments, &result, result_as.as_ref(), sig);
    let caller = caller(&mut function, &arguments, result, result_as.as_ref());
    if errors.is_empty() {
        quote!(#caller #record)
    } else {
        // The function stays when there are errors, so that what calls it is not reported as well.
        let errors = errors.into_iter().map(Error::into_compile_error);
        quote!(#caller #(#errors)*)
    }
}

fn check(function: &ForeignItemFn, errors: &mut Vec<Error>) {
    let signature = &function.sig;
    if let Some(token) = &signature.asyncness {
        errors.push(Error::new_spanned(
            token,
            "an OCaml function is not `async`",
        ));
    }
    if let Some(abi) = &signature.abi {
        errors.push(Error::new_spanned(
            abi,
            "leave `extern` out: this is an OCaml function",
        ));
    }
    if !matches!(signature.safety, syn::Safety::Default) {
        let message = "calling an OCaml function is safe: its result is checked";
        errors.push(Error::new_spanned(signature.fn_token, message));
    }
    for parameter in &signature.generics.params {
        if let GenericParam::Const(constant) = parameter {
            let message = "OCaml has no constants as parameters of functions";
            errors.push(Error::new_spanned(constant, message));
        }
    }
}

fn arguments(function: &mut ForeignItemFn, errors: &mut Vec<Error>) -> Vec<Argument> {
    let mut arguments = Vec::new();
    for input in &mut function.sig.inputs {
        let FnArg::Typed(input) = input else {
            errors.push(Error::new_spanned(
                input,
                "an OCaml function has no receiver",
            ));
            continue;
        };
        let adapter = take_adapter(&mut input.attrs, errors);
        let label = take_label(&mut input.attrs, errors);
        let Pat::Ident(pattern) = &*input.pat else {
            errors.push(Error::new_spanned(&input.pat, "a parameter needs a name"));
            continue;
        };
        arguments.push(Argument {
            ident: pattern.ident.clone(),
            parameter: Parameter {
                name: unraw(&pattern.ident),
                named: true,
                label,
                kind: adapter.map_or(Passing::Value, Passing::As),
                ty: (*input.ty).clone(),
            },
        });
    }
    let parameters: Vec<&Parameter> = arguments.iter().map(|one| &one.parameter).collect();
    check_optional(&parameters, false, errors);
    arguments
}

/// What the OCaml function returns: `T` where Rust says `Result<T, Exception>`, for that is what
/// every call gives.
fn result(output: &ReturnType) -> Type {
    let ReturnType::Type(_, ty) = output else {
        return parse_quote!(());
    };
    let Type::Path(path) = &**ty else {
        return (**ty).clone();
    };
    if let Some(last) = path.path.segments.last()
        && last.ident == "Result"
        && let PathArguments::AngleBracketed(of) = &last.arguments
        && let [
            GenericArgument::Type(value),
            GenericArgument::Type(Type::Path(error)),
        ] = of.args.iter().collect::<Vec<_>>().as_slice()
        && error
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Exception")
    {
        return value.clone();
    }
    (**ty).clone()
}

/// The Rust function that calls the OCaml one.
fn caller(
    function: &mut ForeignItemFn,
    arguments: &[Argument],
    mut result: Type,
    result_as: Option<&Path>,
) -> TokenStream {
    let bactrian = bactrian();
    let hidden = quote!(#bactrian::hidden);
    let signature = &mut function.sig;
    // The runtime is borrowed for as long as the result is used.
    let declared = signature.generics.lifetimes().next();
    let lifetime = declared.map(|own| own.lifetime.clone()).unwrap_or_else(|| {
        let lifetime = Lifetime::new("'__gc", Span::call_site());
        let params = &mut signature.generics.params;
        params.insert(0, parse_quote!(#lifetime));
        lifetime
    });
    name_elided(&mut result, &lifetime);
    for parameter in signature.generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(#bactrian::OCamlType));
    }
    let values = arguments.iter().map(|Argument { ident, parameter }| {
        let ty = &parameter.ty;
        let at = Span::call_site().located_at(ty.span());
        match &parameter.kind {
            Passing::As(adapter) => {
                let adapter = adapter_type(adapter);
                quote_spanned! {at=>
                    #hidden::given_as::<#adapter, #ty>(#ident, __allocator)
                }
            }
            _ => quote_spanned!(at=> #hidden::given::<#ty>(#ident, __allocator)),
        }
    });
    let values = match arguments {
        [] => quote!([#hidden::unit(__allocator)]),
        _ => quote!([#(#values),*]),
    };
    let at = Span::call_site().located_at(result.span());
    let call = match result_as {
        None => quote_spanned!(at=> call::<#result, _>),
        Some(adapter) => {
            let adapter = adapter_type(adapter);
            quote_spanned!(at=> call_as::<#adapter, #result, _>)
        }
    };
    let name = registered(&signature.ident);
    let (attributes, vis, ident) = (&function.attrs, &function.vis, &signature.ident);
    let (generics, _, conditions) = signature.generics.split_for_impl();
    let inputs = signature.inputs.iter();
    quote! {
        #(#attributes)*
        #vis fn #ident #generics (
            __rt: &#lifetime mut #bactrian::Runtime,
            #(#inputs),*
        ) -> ::core::result::Result<#result, #bactrian::Exception> #conditions {
            static __IMPORTED: #hidden::Imported =
                #hidden::Imported::new(::core::concat!(#name, "\0"));
            __IMPORTED.#call(__rt, |__allocator| #values)
        }
    }
}

/// The name that the function is registered under, as a constant.
fn registered(ident: &Ident) -> TokenStream {
    let name = unraw(ident);
    quote!(::core::concat!(::core::module_path!(), "::", #name))
}

/// The record of the function.
fn describe(
    function: &ForeignItemFn,
    arguments: &[Argument],
    result: &Type,
    result_as: Option<&Path>,
    sig: Option<String>,
) -> TokenStream {
    let bactrian = bactrian();
    let (hidden, interface) = (quote!(#bactrian::hidden), record::interface());
    let parameters = arguments.iter().map(|Argument { parameter, .. }| {
        let ty = record::described(&parameter.ty, None);
        let of = match &parameter.kind {
            Passing::As(adapter) => {
                let adapter = adapter_type(adapter);
                quote!(<#hidden::MadeAs<#adapter, #ty>>::TYPE)
            }
            _ => quote!(<#hidden::Made<#ty>>::TYPE),
        };
        parameter_of(parameter, &of, &quote!(#interface::Passing::Value))
    });
    let result = record::described(result, None);
    let result = match result_as {
        None => quote!(<#hidden::Read<#result>>::TYPE),
        Some(adapter) => {
            let adapter = adapter_type(adapter);
            quote!(<#hidden::ReadAs<#adapter, #result>>::TYPE)
        }
    };
    let doc = record::doc(&function.attrs);
    let name = lowercase_name(&unraw(&function.sig.ident));
    let registered = registered(&function.sig.ident);
    let sig = sig.unwrap_or_default();
    record::record(
        "Import",
        function.sig.ident.span(),
        &record::variables(&function.sig.generics),
        &quote! {
            doc: #doc,
            name: #name,
            registered: #registered,
            parameters: &[#(#parameters),*],
            result: #result,
            sig: #sig,
        },
    )
}
