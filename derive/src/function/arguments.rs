//! What a stub is given, and how it makes the function's arguments of that.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::options::Options;
use super::signature::{Output, Parameter, Passing, Signature};
use super::types::{adapter_type, inferred_lifetimes, lent_type};

/// Arguments that bytecode passes one by one.
pub const BYTECODE_ARGUMENTS: usize = 5;

/// Which of a function's stubs.
#[derive(Clone, Copy, PartialEq)]
pub enum Code {
    Native,
    Bytecode,
}

/// What OCaml passes, by the names of the stub's arguments.
pub fn passed(signature: &Signature) -> Vec<(Ident, &Parameter)> {
    signature
        .parameters
        .iter()
        .filter(|p| !matches!(p.kind, Passing::Runtime { .. }))
        .enumerate()
        .map(|(i, p)| (format_ident!("__raw_{}", i, span = Span::call_site()), p))
        .collect()
}

/// A stub's parameters, and what makes its arguments of them.
pub fn header(
    passed: &[(Ident, &Parameter)],
    code: Code,
    hidden: &TokenStream,
) -> (TokenStream, TokenStream) {
    let raw = quote!(#hidden::sys::Value);
    if passed.is_empty() {
        (
            quote!(__raw_0: #raw),
            quote!(#hidden::unit_argument(__raw_0);),
        )
    } else if code == Code::Bytecode && passed.len() > BYTECODE_ARGUMENTS {
        let names = passed.iter().map(|(name, _)| name);
        let indices = 0..passed.len();
        let unpack = quote! {
            let _ = __count;
            // SAFETY: bytecode passes an array of the function's arguments.
            #(let #names = unsafe { *__values.add(#indices) };)*
        };
        (
            quote!(__values: *const #raw, __count: ::core::ffi::c_int),
            unpack,
        )
    } else {
        let passed = passed.iter().map(|(name, parameter)| {
            let ty = &parameter.ty;
            if code == Code::Native && matches!(parameter.kind, Passing::Unboxed) {
                quote!(#name: <#ty as #hidden::Unboxed>::Native)
            } else {
                quote!(#name: #raw)
            }
        });
        (quote!(#(#passed),*), quote!())
    }
}

/// The variable that an argument is read into.
pub fn argument_name(raw: &Ident) -> Ident {
    format_ident!(
        "__argument_{}",
        raw.to_string().trim_start_matches("__raw_")
    )
}

/// What can happen while an argument is borrowed.
#[derive(Clone, Copy)]
pub struct Meanwhile {
    /// The collector may run.
    pub collects: bool,
    /// Nothing: it is the only argument, without the runtime, and the borrow ends before the result is
    /// made.
    sole: bool,
}

impl Meanwhile {
    pub fn of(signature: &Signature, options: &Options) -> Meanwhile {
        let exclusive = |p: &Parameter| matches!(p.kind, Passing::Runtime { exclusive: true });
        let borrows = matches!(signature.output, Output::Value { borrows: true, .. });
        Meanwhile {
            collects: options.detach || signature.parameters.iter().any(exclusive),
            sole: signature.parameters.len() == 1 && !options.detach && !borrows,
        }
    }
}

/// Reads one argument into a variable.
pub fn read_argument(
    hidden: &TokenStream,
    raw: &Ident,
    parameter: &Parameter,
    code: Code,
    options: &Options,
    plain: bool,
    meanwhile: Meanwhile,
) -> TokenStream {
    let Meanwhile { collects, sole } = meanwhile;
    let argument = argument_name(raw);
    let (ty, name) = (&parameter.ty, &parameter.name);
    // The function's call says the type as well, but then the compiler reports errors there.
    let said = plain.then(|| {
        let ty = inferred_lifetimes(ty);
        quote!(::<#ty>)
    });
    // Errors about the type are to point at it.
    let at = Span::call_site().located_at(ty.span());
    if options.noalloc && code == Code::Native {
        return match parameter.kind {
            Passing::Unboxed => quote_spanned! {at=>
                let #argument = match <#ty as #hidden::Unboxed>::from_native(#raw) {
                    ::core::result::Result::Ok(argument) => argument,
                    ::core::result::Result::Err(_) => ::core::unreachable!(),
                };
            },
            _ => quote_spanned! {at=>
                let #argument: #ty = unsafe { #hidden::argument_noalloc(#raw) };
            },
        };
    }
    match &parameter.kind {
        Passing::Runtime { .. } => quote!(),
        Passing::Unboxed if code == Code::Native => quote_spanned! {at=>
            let #argument = #hidden::argument_native::<#ty>(__rt, #raw, #name)?;
        },
        Passing::Value | Passing::Unboxed => quote_spanned! {at=>
            let #argument = unsafe { #hidden::argument #said (__rt, #raw, #name)? };
        },
        Passing::As(path) => {
            let adapter = adapter_type(path);
            quote_spanned! {at=>
                let #argument =
                    unsafe { #hidden::argument_as::<#adapter, _>(__rt, #raw, #name)? };
            }
        }
        Passing::Lent | Passing::Receiver { by_reference: true } => {
            let ty = inferred_lifetimes(lent_type(ty));
            // Besides a custom type: a parameter may be another name of `str`, a receiver converts.
            let other = match parameter.kind {
                Passing::Lent => quote!(LendReference),
                _ => quote!(LendConverted),
            };
            quote_spanned! {at=>
                let #argument = {
                    #[allow(unused_imports)]
                    use #hidden::{LendCustom as _, LendNothing as _, #other as _};
                    let __lend = #hidden::Lend::<#ty, #collects, #sole>::NEW;
                    unsafe { (&&&&__lend).lend(__rt, #raw, #name)? }
                };
            }
        }
        Passing::Receiver {
            by_reference: false,
        } => {
            let ty = inferred_lifetimes(ty);
            quote_spanned! {at=>
                let #argument = {
                    #[allow(unused_imports)]
                    use #hidden::{GiveConverted as _, GiveCustom as _};
                    let __give = #hidden::Give::<#ty>::NEW;
                    unsafe { (&&__give).give(__rt, #raw, #name)? }
                };
            }
        }
        Passing::LentMut => {
            let ty = lent_type(ty);
            let ty = inferred_lifetimes(ty);
            quote_spanned! {at=>
                let mut #argument = unsafe {
                    #hidden::argument_mut::<#ty, #collects, #sole>(__rt, #raw, #name)?
                };
            }
        }
        Passing::Borrowed => quote_spanned! {at=>
            let #argument = unsafe {
                #hidden::borrowed_argument(&__exclusive, #raw, #name, &mut __spans)?
            };
        },
        Passing::BorrowedAs(path) => {
            let adapter = adapter_type(path);
            quote_spanned! {at=>
                let #argument = unsafe {
                    #hidden::borrowed_argument_as::<#adapter, _, _>(
                        &__exclusive, #raw, #name, &mut __spans,
                    )?
                };
            }
        }
    }
}
