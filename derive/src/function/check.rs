//! What functions cannot have or be.

use quote::ToTokens;
use syn::{Error, ItemFn, Type};

use super::options::{Options, unknown_word};
use super::signature::{Label, Output, Parameter, Passing};
use super::types::{borrows, word};

/// Types that a `noalloc` function can take as values: reading them cannot fail when the OCaml type
/// is right.
const IMMEDIATE: &[&str] = &["bool", "char"];
/// Unboxed types that hold whatever is passed.
const TOTAL: &[&str] = &["isize", "i32", "u32", "i64", "u64", "f32", "f64"];

/// An error that covers all of these tokens.
pub fn error_at(tokens: impl ToTokens, message: impl std::fmt::Display) -> Error {
    Error::new_spanned(tokens, message)
}

/// OCaml calls plain functions.
pub fn check_qualifiers(function: &ItemFn, errors: &mut Vec<Error>) {
    let signature = &function.sig;
    if let Some(token) = &signature.asyncness {
        let message = "OCaml cannot wait for an `async` function: block on it within a function";
        errors.push(error_at(token, message));
    }
    if matches!(signature.safety, syn::Safety::Unsafe(_)) {
        let message = "OCaml code is trusted to call this with any values: \
                       it cannot be `unsafe`, wrap it in a function that checks";
        errors.push(error_at(signature.fn_token, message));
    }
    if let Some(abi) = &signature.abi {
        let message = "leave `extern` out: the function that OCaml calls is made around this one";
        errors.push(error_at(abi, message));
    }
}

pub fn check_label(input: &syn::PatType, named: bool, kind: &Passing, errors: &mut Vec<Error>) {
    if matches!(kind, Passing::Runtime { .. }) {
        errors.push(error_at(
            input,
            "the runtime is no parameter of the OCaml function",
        ));
    } else if !named {
        errors.push(error_at(
            &input.pat,
            "a parameter with a label needs a name",
        ));
    }
}

/// OCaml knows that an optional argument is left out when one without a label after it is given.
pub fn check_optional(parameters: &[&Parameter], labels: bool, errors: &mut Vec<Error>) {
    let positional = |p: &Parameter| {
        p.label == Label::Positional
            && !matches!(p.kind, Passing::Runtime { .. })
            && !(labels && p.named)
    };
    let last = parameters.iter().rposition(|p| positional(p));
    for (i, parameter) in parameters.iter().enumerate() {
        if parameter.label == Label::Optional && last.is_none_or(|last| last < i) {
            errors.push(error_at(
                &parameter.ty,
                "an optional argument needs one without a label after it, so that OCaml knows \
                 when it is left out: add `_: ()`",
            ));
        }
    }
}

/// A function that runs without the runtime: what it is given is Rust's. That it may go to another
/// thread, and what a type under another name borrows, is left to the compiler.
pub fn check_detached(parameters: &[Parameter], options: &Options, errors: &mut Vec<Error>) {
    if let Some(word) = &options.runtime {
        errors.push(unknown_word(
            word,
            "a detached function has no runtime that another word could name",
        ));
    }
    for parameter in parameters {
        let message = match (&parameter.kind, &parameter.ty) {
            (Passing::Runtime { .. }, _) => {
                "a detached function runs without the runtime: leave `detach` out, and call \
                 `Runtime::detach` where it can be missed"
            }
            (Passing::Borrowed | Passing::BorrowedAs(_), _) => {
                "a detached function cannot borrow from the OCaml heap, which others change and \
                 collect meanwhile: take a `Vec`"
            }
            (Passing::Lent | Passing::LentMut, Type::Reference(lent)) if !borrows(&lent.elem) => {
                continue;
            }
            (Passing::Receiver { .. }, _) => continue,
            (_, ty) if borrows(ty) => {
                "a detached function cannot borrow from the OCaml heap, which others change and \
                 collect meanwhile: take a type that owns what it has, as `String`, or a `Root`"
            }
            _ => continue,
        };
        errors.push(error_at(&parameter.ty, message));
    }
}

/// A function that must not raise, allocate or call back.
pub fn check_noalloc(parameters: &[Parameter], output: &Output, errors: &mut Vec<Error>) {
    let is =
        |ty: &Type, words: &[&str]| word(ty).is_some_and(|word| words.contains(&word.as_str()));
    let is_unit = |ty: &Type| matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty());
    for parameter in parameters {
        match parameter.kind {
            Passing::Runtime { .. } => errors.push(error_at(
                &parameter.ty,
                "a `noalloc` function cannot take the runtime",
            )),
            Passing::Unboxed if is(&parameter.ty, TOTAL) => {}
            Passing::Value if is(&parameter.ty, IMMEDIATE) || is_unit(&parameter.ty) => {}
            _ => errors.push(error_at(
                &parameter.ty,
                format!(
                    "a `noalloc` function cannot raise, so it takes only types that are read \
                     without a check: {}, {}, ()",
                    TOTAL.join(", "),
                    IMMEDIATE.join(", ")
                ),
            )),
        }
    }
    match output {
        Output::Unit | Output::Unboxed(_) => {}
        Output::Value { ty, .. } if is(ty, IMMEDIATE) => {}
        Output::Value { ty, .. } => errors.push(error_at(
            ty,
            "a `noalloc` function returns a number, bool, char or unit",
        )),
    }
}
