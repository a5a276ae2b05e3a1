//! The runtime that a function's body uses without a parameter for it.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Error, FnArg, Ident, ItemFn, Lifetime, ReturnType, Type, parse_quote};

use super::options::{Options, unknown_word};
use super::signature::{Label, Parameter, Passing};
use super::types::{borrows, name_elided};
use crate::names::bactrian;

/// Gives the function a parameter for the runtime when its body uses the name, and it has none.
pub fn add_implicit_runtime(
    function: &mut ItemFn,
    parameters: &mut Vec<Parameter>,
    explicit: bool,
    options: &Options,
    errors: &mut Vec<Error>,
) {
    let name = options
        .runtime
        .clone()
        .unwrap_or_else(|| Ident::new("gc", function.block.span()));
    let used = uses(function.block.to_token_stream(), &name);
    let taken = function.sig.inputs.iter().any(|input| match input {
        FnArg::Typed(input) => uses(input.pat.to_token_stream(), &name),
        FnArg::Receiver(_) => false,
    });
    if let Some(word) = &options.runtime
        && (!used || taken || explicit)
    {
        errors.push(unknown_word(
            word,
            "another word names the runtime, but the body has no use of it",
        ));
        return;
    }
    if !used || taken || explicit {
        return;
    }
    // The name as the body writes it, so that it is found.
    let name = find(function.block.to_token_stream(), &name).unwrap_or(name);
    // What is lent is kept alive by the stub, not by the runtime that is borrowed.
    let shared = parameters.iter().any(|p| match (&p.kind, &p.ty) {
        (Passing::Lent | Passing::LentMut, Type::Reference(lent)) => borrows(&lent.elem),
        _ => borrows(&p.ty),
    });
    if let (false, ReturnType::Type(_, ty)) = (shared, &function.sig.output)
        && borrows(ty)
    {
        // The lifetimes that are left out would be the runtime's, too.
        name_elided_lifetimes(function);
    }
    let bactrian = bactrian();
    let ty: Type = if shared {
        let lifetime = name_elided_lifetimes(function);
        parse_quote!(& #lifetime #bactrian::Runtime)
    } else {
        parse_quote!(&mut #bactrian::Runtime)
    };
    function.sig.inputs.insert(0, parse_quote!(#name: #ty));
    let kind = Passing::Runtime { exclusive: !shared };
    parameters.insert(
        0,
        Parameter {
            name: name.to_string(),
            named: true,
            label: Label::Positional,
            kind,
            ty,
        },
    );
}

fn find(tokens: TokenStream, name: &Ident) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        proc_macro2::TokenTree::Ident(word) if word == *name => Some(word),
        proc_macro2::TokenTree::Group(group) => find(group.stream(), name),
        _ => None,
    })
}

fn uses(tokens: TokenStream, name: &Ident) -> bool {
    find(tokens, name).is_some()
}

/// Gives the lifetimes that the parameters and the result leave out the name that the runtime's
/// borrow gets: the function's first lifetime parameter, or one that is added.
fn name_elided_lifetimes(function: &mut ItemFn) -> Lifetime {
    let declared = function
        .sig
        .generics
        .lifetimes()
        .next()
        .map(|l| l.lifetime.clone());
    let lifetime = declared.unwrap_or_else(|| {
        let lifetime: Lifetime = parse_quote!('gc);
        function
            .sig
            .generics
            .params
            .insert(0, parse_quote!(#lifetime));
        lifetime
    });
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(input) = input {
            name_elided(&mut input.ty, &lifetime);
        }
    }
    if let ReturnType::Type(_, ty) = &mut function.sig.output {
        name_elided(ty, &lifetime);
    }
    lifetime
}
