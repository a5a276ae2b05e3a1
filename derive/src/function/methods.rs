//! `#[methods] impl Type`: each function as a stub of its own, in the OCaml module of the type.

use darling::ast::NestedMeta;
use darling::{Error, FromMeta};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, FnArg, GenericParam, Ident, ImplItem, ImplItemFn, ItemFn, ItemImpl, ReceiverKind,
    Type, parse_quote,
};

use super::options::{Options, take_sig, unknown_word};
use super::signature::{Method, Passing, Signature};
use super::types::inferred_lifetimes;
use super::{Stubs, describe, expand};
use crate::names::{crate_prefix, is_uppercase_name, snake_case, unraw};
use crate::record;

/// What stands in the brackets of `#[methods(...)]`.
#[derive(Default, FromMeta)]
struct MethodsOptions {
    /// The OCaml module's name.
    name: Option<String>,
}

pub fn methods(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let original = item.clone();
    let mut block = match syn::parse2::<ItemImpl>(item) {
        Ok(block) => block,
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#error #original);
        }
    };
    let mut errors = Error::accumulator();
    let options = errors
        .handle_in(|| MethodsOptions::from_list(&NestedMeta::parse_meta_list(attribute)?))
        .unwrap_or_default();
    let ident = errors.handle_in(|| checked(&block));
    let owner = inferred_lifetimes(&block.self_ty);
    let mut made = TokenStream::new();
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else { continue };
        if let Some(ident) = &ident {
            match export(method, ident, &owner) {
                Ok(stubs) => made.extend(stubs),
                Err(all) => all.into_iter().for_each(|error| errors.push(error)),
            }
        }
    }
    if let Some(ident) = &ident {
        let name = options.name.unwrap_or_else(|| ident.to_string());
        if !is_uppercase_name(&name) {
            let message = format!(
                "`{name}` is no name of an OCaml module: give it one, `#[methods(name = \"...\")]`"
            );
            errors.push(Error::custom(message).with_span(ident));
        }
        made.extend(module(&block.attrs, ident, &name, &owner));
    }
    let errors = errors.finish().err().map(Error::write_errors);
    quote!(#block #made #errors)
}

/// The name of the type.
fn checked(block: &ItemImpl) -> darling::Result<Ident> {
    let mut errors = Error::accumulator();
    if let Some((path, ..)) = &block.trait_ {
        let message = "a trait's functions are not exported: `#[methods]` is for `impl Type`";
        errors.push(Error::from(syn::Error::new_spanned(path, message)));
    }
    for parameter in &block.generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            let message = "the functions of a generic type cannot be exported, since OCaml does \
                           not say which Rust type it means: write a `#[func]` for the one you need";
            errors.push(Error::from(syn::Error::new_spanned(parameter, message)));
        }
    }
    let ident = match &*block.self_ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
        _ => None,
    };
    if ident.is_none() {
        let message = "`#[methods]` is for a type that has a name";
        errors.push(Error::custom(message).with_span(&block.self_ty));
    }
    errors.finish_with(ident.unwrap_or_else(|| Ident::new("Type", Span::call_site())))
}

/// The record that gives the type's OCaml module its name.
fn module(attributes: &[Attribute], ident: &Ident, name: &str, owner: &Type) -> TokenStream {
    let (doc, owner) = (record::doc(attributes), describe::owner(owner));
    record::record(
        "Methods",
        ident.span(),
        &TokenStream::new(),
        &quote!(doc: #doc, name: #name, owner: #owner,),
    )
}

/// The stubs of one function; our attributes are removed from it.
fn export(method: &mut ImplItemFn, ident: &Ident, owner: &Type) -> Result<TokenStream, Vec<Error>> {
    let Some(mut options) = options(&mut method.attrs).map_err(|error| vec![error])? else {
        return Ok(TokenStream::new());
    };
    options.implicit_runtime = false;
    if options.name.is_none() && method.sig.ident == "new" {
        // A keyword of OCaml's; this is what constructors are called there.
        options.name = Some("create".to_owned());
    }
    if options.symbol.is_none() {
        let (krate, of) = (crate_prefix(), snake_case(&ident.to_string()));
        let name = unraw(&method.sig.ident);
        options.symbol = Some(format!("{krate}_{of}_{name}"));
    }
    let (mut function, receiver) = as_function(method, owner)?;
    let signature = Signature::analyse(&mut function, &options);
    // What stays of the parameters' attributes is not ours.
    for (own, analysed) in method.sig.inputs.iter_mut().zip(&function.sig.inputs) {
        if let (FnArg::Typed(own), FnArg::Typed(analysed)) = (own, analysed) {
            own.attrs.clone_from(&analysed.attrs);
        }
    }
    let mut signature =
        signature.map_err(|all| all.into_iter().map(Error::from).collect::<Vec<_>>())?;
    let called = &method.sig.ident;
    signature.method = Some(Method {
        path: quote!(<#owner>::#called),
        owner: owner.clone(),
    });
    if let (Some(kind), Some(parameter)) = (receiver, signature.parameters.first_mut()) {
        parameter.kind = kind;
    }
    Ok(expand::stubs(&function, &signature, &options, Stubs::Both))
}

/// What `#[func(...)]` on a method says, or nothing; `None` when `#[ocaml(skip)]` says that it is
/// not OCaml's.
fn options(attributes: &mut Vec<Attribute>) -> darling::Result<Option<Options>> {
    let sig = take_sig(attributes)?;
    let (mut options, mut skip) = (Options::default(), false);
    let mut errors = Error::accumulator();
    attributes.retain(|attribute| {
        let path = attribute.path();
        let last = path.segments.last().map(|last| last.ident.to_string());
        match last.as_deref() {
            Some("func") => {
                let given = match &attribute.meta {
                    syn::Meta::List(list) => list.tokens.clone(),
                    _ => TokenStream::new(),
                };
                if let Some(given) = errors.handle(Options::parse(given, Stubs::Both)) {
                    options = given;
                }
                false
            }
            Some("ocaml") if path.get_ident().is_some() => {
                let word = attribute.parse_args::<Ident>();
                match word {
                    Ok(word) if word == "skip" => skip = true,
                    _ => errors.push(Error::custom("expected `skip`").with_span(attribute)),
                }
                false
            }
            _ => true,
        }
    });
    if sig.is_some() {
        options.sig = sig;
    }
    if let Some(word) = &options.runtime {
        errors.push(Error::from(unknown_word(
            word,
            "a method takes the runtime as a parameter",
        )));
    }
    errors.finish_with((!skip).then_some(options))
}

/// The method as a function whose first parameter is the receiver; how that is passed.
fn as_function(method: &ImplItemFn, owner: &Type) -> Result<(ItemFn, Option<Passing>), Vec<Error>> {
    let mut signature = method.sig.clone();
    let mut passing = None;
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        let (kind, parameter) = match &receiver.kind {
            ReceiverKind::Value => (
                Passing::Receiver {
                    by_reference: false,
                },
                parse_quote!(this: #owner),
            ),
            ReceiverKind::Reference(_, lifetime, None) => (
                Passing::Receiver { by_reference: true },
                parse_quote!(this: & #lifetime #owner),
            ),
            ReceiverKind::Reference(_, lifetime, Some(_)) => {
                (Passing::LentMut, parse_quote!(this: & #lifetime mut #owner))
            }
            _ => {
                let message = "the receiver is `self`, `&self` or `&mut self`";
                return Err(vec![Error::from(syn::Error::new_spanned(
                    receiver, message,
                ))]);
            }
        };
        passing = Some(kind);
        signature.inputs[0] = parameter;
    }
    ReplaceSelf(owner).visit_signature_mut(&mut signature);
    let (attrs, vis) = (method.attrs.clone(), method.vis.clone());
    let function = ItemFn {
        attrs,
        vis,
        sig: signature,
        ..parse_quote!(
            fn body() {}
        )
    };
    Ok((function, passing))
}

fn is_self(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Self"))
}

/// `Self` is not known where the stubs are.
struct ReplaceSelf<'a>(&'a Type);

impl VisitMut for ReplaceSelf<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if is_self(ty) {
            *ty = self.0.clone();
        } else {
            syn::visit_mut::visit_type_mut(self, ty);
        }
    }
}
