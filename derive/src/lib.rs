//! The macros of Bactrian. Use them through the crate `bactrian`, where they are documented with
//! what they belong to.

mod function;
mod names;

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
