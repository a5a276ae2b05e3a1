//! The stubs of a function.
//!
//! | stub | symbol | arguments |
//! |---|---|---|
//! | native code | `<crate>_<name>` | as the signature says: values, unboxed numbers |
//! | bytecode, at most 5 arguments | the same, if all are values; else with `_bytecode` | values |
//! | bytecode, more | with `_bytecode` | an array of values and its length |
//!
//! One for bytecode calls the one for native code where there are both.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, ItemFn, Type};

use super::arguments::{
    BYTECODE_ARGUMENTS, Code, Meanwhile, argument_name, header, passed, read_argument,
};
use super::options::{Errors, Options};
use super::results::finish;
use super::signature::{Output, Passing, Signature};
use super::{Stubs, describe};
use crate::names::{bactrian, crate_prefix, unraw};

pub fn stubs(
    function: &ItemFn,
    signature: &Signature,
    options: &Options,
    stubs: Stubs,
) -> TokenStream {
    if options.errors == Errors::Both {
        return both(function, signature, options, stubs);
    }
    let symbol = symbol(function, options);
    let arguments = passed(signature).len().max(1);
    let unboxed = signature
        .parameters
        .iter()
        .any(|p| matches!(p.kind, Passing::Unboxed))
        || matches!(signature.output, Output::Unboxed(_));
    let differ = unboxed || arguments > BYTECODE_ARGUMENTS;

    let mut made = TokenStream::new();
    let bytecode = if differ {
        format!("{symbol}_bytecode")
    } else {
        symbol.clone()
    };
    // The others are parts of functions whose `external` is written by hand.
    made.extend(match stubs {
        Stubs::Both => describe::record(function, signature, options, &symbol, &bytecode),
        Stubs::Native | Stubs::Bytecode => describe::stub(function, &symbol),
    });
    if stubs != Stubs::Bytecode {
        made.extend(stub(function, signature, options, Code::Native, &symbol));
    }
    match stubs {
        Stubs::Both if differ && !options.noalloc => {
            made.extend(bytecode_stub(signature, &bytecode));
        }
        Stubs::Both if differ => {
            made.extend(stub(
                function,
                signature,
                options,
                Code::Bytecode,
                &bytecode,
            ));
        }
        Stubs::Bytecode => {
            made.extend(stub(function, signature, options, Code::Bytecode, &symbol));
        }
        _ => {}
    }
    let cfgs = function
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"));
    quote! {
        #(#cfgs)*
        const _: () = { #made };
    }
}

/// `f` with OCaml's `result`, and `f_exn` that raises.
fn both(function: &ItemFn, signature: &Signature, options: &Options, kinds: Stubs) -> TokenStream {
    let result = Options {
        errors: Errors::Result,
        ..options.clone()
    };
    let name = describe::name(function, options);
    let raising = Options {
        errors: Errors::Exception,
        symbol: Some(symbol(function, options) + "_exn"),
        name: Some(name + "_exn"),
        ..options.clone()
    };
    let result = stubs(function, signature, &result, kinds);
    let raising = stubs(function, signature, &raising, kinds);
    quote!(#result #raising)
}

fn symbol(function: &ItemFn, options: &Options) -> String {
    options
        .symbol
        .clone()
        .unwrap_or_else(|| default_symbol(&function.sig.ident))
}

fn default_symbol(name: &Ident) -> String {
    format!("{}_{}", crate_prefix(), unraw(name))
}

/// The name under which a generated interface registers the exception that panics become.
fn panic_name() -> Literal {
    let name = std::ffi::CString::new(format!("{}.Panic", crate_prefix()));
    Literal::c_string(&name.expect("a crate's name has no NUL"))
}

/// The stub for bytecode beside one for native code, which it calls: the function's arguments and result
/// are converted there, and compiled only once. Numbers are unboxed before and boxed after that, when
/// nothing is alive that would have to be dropped.
fn bytecode_stub(signature: &Signature, symbol: &str) -> TokenStream {
    let bactrian = bactrian();
    let hidden = quote!(#bactrian::hidden);
    let passed = passed(signature);
    let (header, unpack) = header(&passed, Code::Bytecode, &hidden);
    let panic = panic_name();
    let arguments = passed.iter().map(|(raw, parameter)| {
        let (ty, name) = (&parameter.ty, &parameter.name);
        if matches!(parameter.kind, Passing::Unboxed) {
            quote!(#hidden::unboxed_argument::<#ty>(&#panic, #raw, #name))
        } else {
            quote!(#raw)
        }
    });
    let arguments = if passed.is_empty() {
        quote!(__raw_0)
    } else {
        quote!(#(#arguments),*)
    };
    let call = quote!(__bactrian_native(#arguments));
    let result = match &signature.output {
        Output::Unboxed(ty) => quote!(#hidden::boxed_result::<#ty>(&#panic, #call)),
        Output::Unit | Output::Value { .. } => call,
    };
    quote! {
        #[unsafe(export_name = #symbol)]
        unsafe extern "C" fn __bactrian_bytecode(#header) -> #hidden::sys::Value {
            #unpack
            // SAFETY: OCaml called this. What may raise comes before and after the call.
            unsafe { #result }
        }
    }
}

fn stub(
    function: &ItemFn,
    signature: &Signature,
    options: &Options,
    code: Code,
    symbol: &str,
) -> TokenStream {
    let bactrian = bactrian();
    let hidden = quote!(#bactrian::hidden);
    let raw = quote!(#hidden::sys::Value);

    let stub = match code {
        Code::Native => format_ident!("__bactrian_native"),
        Code::Bytecode => format_ident!("__bactrian_bytecode"),
    };

    let passed = passed(signature);
    let (header, unpack) = header(&passed, code, &hidden);

    let meanwhile = Meanwhile::of(signature, options);
    // What is lent names its type, in which a type parameter may be.
    let variables = signature
        .parameters
        .iter()
        .any(|p| p.kind.is_lent())
        .then(|| {
            let names = function.sig.generics.type_params().map(|p| &p.ident);
            quote!(#(
                #[allow(dead_code, non_camel_case_types)]
                type #names = #bactrian::Any;
            )*)
        });
    let unpack = quote!(#variables #unpack);

    // How the arguments are read: those that borrow last, when nothing else is alive.
    let read = |borrowing: bool| {
        let mut reads = TokenStream::new();
        for (raw, parameter) in &passed {
            if parameter.kind.is_borrowed() == borrowing {
                let plain = signature.type_parameters == 0;
                reads.extend(read_argument(
                    &hidden, raw, parameter, code, options, plain, meanwhile,
                ));
            }
        }
        reads
    };
    let (values, borrowed) = (read(false), read(true));
    let borrowed = if signature.borrowed == 0 {
        quote!()
    } else {
        let count = signature.borrowed;
        quote! {
            let __exclusive = #hidden::Exclusive::new(__rt);
            let mut __spans = #hidden::Spans::<#count>::new();
            #borrowed
        }
    };

    // The call.
    let name = match &signature.method {
        None => function.sig.ident.to_token_stream(),
        Some(method) => method.path.clone(),
    };
    let type_parameters = if signature.type_parameters == 0 {
        quote!()
    } else {
        let any = (0..signature.type_parameters).map(|_| quote!(#bactrian::Any));
        quote!(::<#(#any),*>)
    };
    let mut next = passed.iter();
    let arguments = signature
        .parameters
        .iter()
        .map(|parameter| match parameter.kind {
            Passing::Runtime { exclusive: true } => quote!(&mut *__rt),
            Passing::Runtime { exclusive: false } => quote!(&*__rt),
            _ => {
                let (raw, _) = next.next().expect("one for each parameter that is passed");
                let argument = argument_name(raw);
                match &parameter.kind {
                    Passing::LentMut => quote!(&mut *#argument),
                    kind if kind.is_lent() => quote!(&*#argument),
                    _ => quote!(#argument),
                }
            }
        });
    let call = if options.detach {
        let arguments: Vec<TokenStream> = arguments.collect();
        let names: Vec<Ident> = passed.iter().map(|(raw, _)| argument_name(raw)).collect();
        // What may not be sent is reported where its type is.
        let sent = passed.iter().zip(&names).map(|((_, parameter), name)| {
            let at = Span::call_site().located_at(parameter.ty.span());
            quote_spanned!(at=> #hidden::sent(&#name);)
        });
        let at = match &signature.output {
            Output::Unit => Span::call_site(),
            Output::Unboxed(ty) | Output::Value { ty, .. } => {
                Span::call_site().located_at(ty.span())
            }
        };
        let result = quote_spanned!(at=> #hidden::sent(&__result););
        quote! {{
            #(let #names = #arguments;)*
            #(#sent)*
            // SAFETY: what the function is given and returns can be sent, which is checked above and
            // below; it captures nothing else.
            let __result = unsafe {
                #hidden::detach(&mut *__rt, move || #name #type_parameters (#(#names),*))
            };
            #result
            __result
        }}
    } else {
        quote!(#name #type_parameters (#(#arguments),*))
    };

    if options.noalloc && code == Code::Native {
        return noalloc_stub(symbol, &header, &unpack, &values, &call, signature, &hidden);
    }
    let allocated = signature.takes_runtime;
    let panic = panic_name();
    match &signature.output {
        Output::Unboxed(ty) if code == Code::Native => {
            let check = allocated.then(|| {
                quote! {
                    // SAFETY: the end of a stub, whose result is no value.
                    unsafe { #hidden::check(#hidden::sys::UNIT) };
                }
            });
            quote! {
                #[unsafe(export_name = #symbol)]
                unsafe extern "C" fn #stub(#header) -> <#ty as #hidden::Unboxed>::Native {
                    #unpack
                    let __body = |__rt: &mut #bactrian::Runtime| {
                        #values
                        #borrowed
                        ::core::result::Result::Ok(#hidden::finish_native::<#ty>(#call))
                    };
                    // SAFETY: OCaml called this; nothing that needs dropping is alive at the end.
                    match unsafe { #hidden::enter(&#panic, __body) } {
                        ::core::result::Result::Ok(result) => {
                            #check
                            result
                        }
                        ::core::result::Result::Err(raise) => unsafe { raise.raise() },
                    }
                }
            }
        }
        _ => {
            let finish = finish(signature, options, &call, meanwhile, &bactrian);
            quote! {
                #[unsafe(export_name = #symbol)]
                unsafe extern "C" fn #stub(#header) -> #raw {
                    #unpack
                    let __body = |__rt: &mut #bactrian::Runtime| {
                        #values
                        #borrowed
                        #finish
                    };
                    // SAFETY: OCaml called this; nothing that needs dropping is alive at the end.
                    match unsafe { #hidden::enter(&#panic, __body) } {
                        ::core::result::Result::Ok(result) => {
                            if #allocated || result.allocated {
                                // SAFETY: the end of a stub; the result is all that is alive.
                                unsafe { #hidden::check(result.raw) }
                            } else {
                                result.raw
                            }
                        }
                        ::core::result::Result::Err(raise) => unsafe { raise.raise() },
                    }
                }
            }
        }
    }
}

/// A stub that OCaml calls without preparing for a collection, an exception or a callback. A panic
/// aborts the program.
fn noalloc_stub(
    symbol: &str,
    header: &TokenStream,
    unpack: &TokenStream,
    values: &TokenStream,
    call: &TokenStream,
    signature: &Signature,
    hidden: &TokenStream,
) -> TokenStream {
    let raw = quote!(#hidden::sys::Value);
    let stub = format_ident!("__bactrian_native");
    let (ty, result) = match &signature.output {
        Output::Unit => (raw, quote! { let () = #call; #hidden::sys::UNIT }),
        Output::Unboxed(ty) => (
            quote!(<#ty as #hidden::Unboxed>::Native),
            quote!(#hidden::finish_native::<#ty>(#call)),
        ),
        Output::Value { ty, .. } => {
            let ty: &Type = ty;
            (
                raw.clone(),
                quote!(#hidden::sys::int(#call as #ty as isize)),
            )
        }
    };
    quote! {
        #[unsafe(export_name = #symbol)]
        unsafe extern "C" fn #stub(#header) -> #ty {
            #unpack
            #values
            #result
        }
    }
}
