//! The macros of Bactrian. Use them through the crate `bactrian`, where they are documented with
//! what they belong to.

mod derive;
mod function;
mod keywords;
mod names;
mod record;
mod settings;

use proc_macro::TokenStream;

/// Makes a Rust function callable from OCaml. See the crate `bactrian`.
#[proc_macro_attribute]
pub fn func(attribute: TokenStream, item: TokenStream) -> TokenStream {
    function::func(attribute.into(), item.into()).into()
}

/// Makes a function of values callable from OCaml. See the crate `bactrian`.
#[proc_macro_attribute]
pub fn native_func(attribute: TokenStream, item: TokenStream) -> TokenStream {
    function::native_func(attribute.into(), item.into()).into()
}

/// Makes a function of values callable from OCaml bytecode. See the crate `bactrian`.
#[proc_macro_attribute]
pub fn bytecode_func(attribute: TokenStream, item: TokenStream) -> TokenStream {
    function::bytecode_func(attribute.into(), item.into()).into()
}

/// Makes the functions of an `impl` callable from OCaml. See the crate `bactrian`.
#[proc_macro_attribute]
pub fn methods(attribute: TokenStream, item: TokenStream) -> TokenStream {
    function::methods(attribute.into(), item.into()).into()
}

/// Makes OCaml functions callable by name. See the crate `bactrian`.
#[proc_macro]
pub fn import(input: TokenStream) -> TokenStream {
    function::import(input.into()).into()
}

/// Says what the OCaml module of a Rust module is to be like. See the crate `bactrian`.
#[proc_macro]
pub fn interface(input: TokenStream) -> TokenStream {
    settings::interface(input.into()).into()
}

/// Reads a struct or enum from an OCaml value. See the crate `bactrian`.
#[proc_macro_derive(FromValue, attributes(ocaml, sig))]
pub fn from_value(input: TokenStream) -> TokenStream {
    derive::from_value(input.into()).into()
}

/// Makes an OCaml value of a struct or enum. See the crate `bactrian`.
#[proc_macro_derive(ToValue, attributes(ocaml, sig))]
pub fn to_value(input: TokenStream) -> TokenStream {
    derive::to_value(input.into()).into()
}

/// Makes OCaml exceptions of an error type. See the crate `bactrian`.
#[proc_macro_derive(Exception, attributes(ocaml, sig))]
pub fn exception(input: TokenStream) -> TokenStream {
    derive::exception(input.into()).into()
}

/// Has OCaml's collector own values of a type. See the crate `bactrian`.
#[proc_macro_derive(Custom, attributes(ocaml, sig))]
pub fn custom(input: TokenStream) -> TokenStream {
    derive::custom(input.into()).into()
}
