//! Functions callable from OCaml: attribute and signature -> model -> stubs.

mod analyse;
mod arguments;
mod check;
mod describe;
mod expand;
mod implicit;
mod import;
mod methods;
mod options;
mod results;
mod signature;
mod types;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

pub use import::import;
pub use methods::methods;
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
    let mut options = Options::parse(attribute, stubs);
    match options::take_sig(&mut function.attrs) {
        Ok(None) => {}
        Ok(sig) => options = options.map(|options| Options { sig, ..options }),
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#error #function);
        }
    }
    let default = Options::default();
    let signature = Signature::analyse(&mut function, options.as_ref().unwrap_or(&default));
    // The function stays when there are errors, so that what calls it is not reported as well.
    match (options, signature) {
        (Ok(options), Ok(signature)) => {
            let stubs = expand::stubs(&function, &signature, &options, stubs);
            quote!(#function #stubs)
        }
        (options, signature) => {
            let in_attribute = options.err().map(darling::Error::write_errors);
            let in_signature = signature.err().into_iter().flatten();
            let in_signature = in_signature.map(|error| error.into_compile_error());
            quote!(#in_attribute #(#in_signature)* #function)
        }
    }
}
