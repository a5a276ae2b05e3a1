//! Functions callable from OCaml: attribute and signature -> model -> stubs.

mod expand;
mod options;
mod signature;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

use options::Options;
use signature::Signature;

/// Which stubs are made.
#[derive(Clone, Copy, PartialEq)]
pub enum Stubs {
    /// For native code, and for bytecode where that differs.
    Both,
    /// For native code.
    Native,
    /// For bytecode.
    Bytecode,
}

pub fn func(attribute: TokenStream, item: TokenStream) -> TokenStream {
    function(attribute, item, Stubs::Both)
}

pub fn native_func(attribute: TokenStream, item: TokenStream) -> TokenStream {
    function(attribute, item, Stubs::Native)
}

pub fn bytecode_func(attribute: TokenStream, item: TokenStream) -> TokenStream {
    function(attribute, item, Stubs::Bytecode)
}

fn function(attribute: TokenStream, item: TokenStream, stubs: Stubs) -> TokenStream {
    let original = item.clone();
    let mut function = match syn::parse2::<ItemFn>(item) {
        Ok(function) => function,
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#error #original);
        }
    };
    let mut errors = darling::Error::accumulator();
    let options = errors.handle(Options::parse(attribute, stubs)).unwrap_or_default();
    let signature = errors.handle(Signature::analyse(&mut function, &options));
    match (errors.finish(), signature) {
        (Ok(()), Some(signature)) => {
            let stubs = expand::stubs(&function, &signature, &options, stubs);
            quote!(#function #stubs)
        }
        (Err(error), _) => {
            let errors = error.write_errors();
            // The function stays, so that what calls it is not reported as well.
            quote!(#errors #function)
        }
        (Ok(()), None) => unreachable!("a signature is missing only with an error"),
    }
}
