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
use syn::visit_mut::VisitMut;
use syn::{Ident, ItemFn, Lifetime, Path, Type};

use super::options::{Errors, Options};
use super::signature::{Output, Parameter, Passing, Signature};
use super::{Stubs, describe};
use crate::names::{bactrian, crate_prefix, known_adapter};

/// Arguments that bytecode passes one by one.
const BYTECODE_ARGUMENTS: usize = 5;

/// Which of a function's stubs.
#[derive(Clone, Copy, PartialEq)]
enum Code {
    Native,
    Bytecode,
}

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
    let arguments = signature
        .parameters
        .iter()
        .filter(|p| !is_runtime(p))
        .count()
        .max(1);
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
    let name = name.to_string();
    format!(
        "{}_{}",
        crate_prefix(),
        name.strip_prefix("r#").unwrap_or(&name)
    )
}

/// The name under which a generated interface registers the exception that panics become.
fn panic_name() -> Literal {
    let name = std::ffi::CString::new(format!("{}.Panic", crate_prefix()));
    Literal::c_string(&name.expect("a crate's name has no NUL"))
}

fn is_runtime(parameter: &Parameter) -> bool {
    matches!(parameter.kind, Passing::Runtime { .. })
}

/// What OCaml passes, by the names of the stub's arguments.
fn passed(signature: &Signature) -> Vec<(Ident, &Parameter)> {
    signature
        .parameters
        .iter()
        .filter(|p| !is_runtime(p))
        .enumerate()
        .map(|(i, p)| (format_ident!("__raw_{}", i, span = Span::call_site()), p))
        .collect()
}

/// A stub's parameters, and what makes its arguments of them.
fn header(
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

/// The stub for bytecode beside one for native code, which it calls: the function's arguments and result
/// are converted there, and compiled only once. Numbers are unboxed before and boxed after that, when
/// nothing is alive that would have to be dropped.
fn bytecode_stub(signature: &Signature, symbol: &str) -> TokenStream {
    let bactrian = bactrian();
    let hidden = quote!(#bactrian::hidden);
    let passed = passed(signature);
    let (header, unpack) = header(&passed, Code::Bytecode, &hidden);
    let arguments = passed.iter().map(|(raw, parameter)| {
        let (ty, name) = (&parameter.ty, &parameter.name);
        if matches!(parameter.kind, Passing::Unboxed) {
            quote!(#hidden::unboxed_argument::<#ty>(&__PANIC, #raw, #name))
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
        Output::Unboxed(ty) => quote!(#hidden::boxed_result::<#ty>(&__PANIC, #call)),
        Output::Unit | Output::Value { .. } => call,
    };
    let panic = panic_name();
    quote! {
        #[unsafe(export_name = #symbol)]
        unsafe extern "C" fn __bactrian_bytecode(#header) -> #hidden::sys::Value {
            #unpack
            #[allow(dead_code)]
            static __PANIC: #hidden::NamedValue = #hidden::NamedValue::new(#panic);
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

    let exclusive = |p: &Parameter| matches!(p.kind, Passing::Runtime { exclusive: true });
    let collects = options.detach || signature.parameters.iter().any(exclusive);
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

    let meanwhile = Meanwhile {
        collects,
        sole: signature.parameters.len() == 1
            && !options.detach
            && !matches!(signature.output, Output::Value { borrows: true, .. }),
    };

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
                    static __PANIC: #hidden::NamedValue = #hidden::NamedValue::new(#panic);
                    let __body = |__rt: &mut #bactrian::Runtime| {
                        #values
                        #borrowed
                        ::core::result::Result::Ok(#hidden::finish_native::<#ty>(#call))
                    };
                    // SAFETY: OCaml called this; nothing that needs dropping is alive at the end.
                    match unsafe { #hidden::enter(&__PANIC, __body) } {
                        ::core::result::Result::Ok(result) => {
                            #check
                            result
                        }
                        ::core::result::Result::Err(raise) => unsafe { raise.raise() },
                    }
                }
            }
        }
        output => {
            let finish = finish(output, &call, options, signature, &bactrian, &hidden);
            quote! {
                #[unsafe(export_name = #symbol)]
                unsafe extern "C" fn #stub(#header) -> #raw {
                    #unpack
                    static __PANIC: #hidden::NamedValue = #hidden::NamedValue::new(#panic);
                    let __body = |__rt: &mut #bactrian::Runtime| {
                        #values
                        #borrowed
                        #finish
                    };
                    // SAFETY: OCaml called this; nothing that needs dropping is alive at the end.
                    match unsafe { #hidden::enter(&__PANIC, __body) } {
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

fn argument_name(raw: &Ident) -> Ident {
    format_ident!(
        "__argument_{}",
        raw.to_string().trim_start_matches("__raw_")
    )
}

/// What can happen while an argument is borrowed.
#[derive(Clone, Copy)]
struct Meanwhile {
    /// The collector may run.
    collects: bool,
    /// Nothing: it is the only argument, without the runtime, and the borrow ends before the result is
    /// made.
    sole: bool,
}

/// Reads one argument into a variable.
fn read_argument(
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
        Passing::Lent => {
            let ty = inferred_lifetimes(lent_type(ty));
            quote_spanned! {at=>
                let #argument = {
                    #[allow(unused_imports)]
                    use #hidden::{LendCustom as _, LendNothing as _, LendReference as _};
                    let __lend = #hidden::Lend::<#ty, #collects, #sole>::NEW;
                    unsafe { (&&&&__lend).lend(__rt, #raw, #name)? }
                };
            }
        }
        Passing::Receiver { by_reference: true } => {
            let ty = inferred_lifetimes(lent_type(ty));
            quote_spanned! {at=>
                let #argument = {
                    #[allow(unused_imports)]
                    use #hidden::{LendConverted as _, LendCustom as _, LendNothing as _};
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

/// Calls the function and makes a value, or an exception, of its result.
fn finish(
    output: &Output,
    call: &TokenStream,
    options: &Options,
    signature: &Signature,
    bactrian: &TokenStream,
    hidden: &TokenStream,
) -> TokenStream {
    let how = match &options.result_as {
        None => quote!(#hidden::Plain),
        Some(path) => {
            let adapter = adapter_type(path);
            quote!(#hidden::By::<#adapter>(::core::marker::PhantomData))
        }
    };
    let traits = match options.errors {
        Errors::ByType => {
            quote!(
                FinishError,
                FinishNothing,
                FinishOwnError,
                FinishRaised,
                FinishSendError,
                FinishValue
            )
        }
        Errors::Exception => {
            quote!(
                FinishError,
                FinishOwnError,
                FinishRaised,
                FinishSendError,
                FinishText
            )
        }
        Errors::Result => quote!(FinishNothing, FinishValue),
        Errors::Both => unreachable!("made as two functions"),
    };
    let (ty, borrows) = match output {
        Output::Unit => {
            return quote! {
                let () = #call;
                ::core::result::Result::Ok(#hidden::Finish {
                    raw: #hidden::sys::UNIT,
                    allocated: false,
                })
            };
        }
        Output::Unboxed(ty) => (ty, false),
        Output::Value { ty, borrows } => (ty, *borrows),
    };
    let at = Span::call_site().located_at(ty.span());
    let borrows = borrows || signature.borrowed > 0;
    // A borrow must have ended when the collector runs, unless the result needs it: then it does not.
    let lent = signature
        .parameters
        .iter()
        .filter(|p| !is_runtime(p))
        .enumerate()
        .filter(|(_, p)| p.kind.is_lent())
        .map(|(i, _)| format_ident!("__argument_{}", i, span = Span::call_site()));
    if borrows {
        // The result may keep the token borrowed. Making it needs one that cannot collect.
        let exclusive = |p: &Parameter| matches!(p.kind, Passing::Runtime { exclusive: true });
        let collects = options.detach || signature.parameters.iter().any(exclusive);
        let settled = collects.then(|| quote_spanned!(at=> #hidden::settled(&__result);));
        quote_spanned! {at=>
            #[allow(unused_imports)]
            use #hidden::{#traits};
            let __result = #call;
            #settled
            let mut __last = unsafe { #bactrian::Runtime::assume_held() };
            let __how = #hidden::returned(&__result, #how);
            (&&&&&&__how).finish::<false>(__result, &mut __last)
        }
    } else {
        quote_spanned! {at=>
            #[allow(unused_imports)]
            use #hidden::{#traits};
            let __result = #call;
            #(#hidden::end(#lent);)*
            let __how = #hidden::returned(&__result, #how);
            (&&&&&&__how).finish::<true>(__result, __rt)
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
