//! `#[func]`.
use proc_macro2::TokenStream;

pub fn func(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}
pub fn native_func(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}
pub fn bytecode_func(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}
