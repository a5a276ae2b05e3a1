//! What stands in the brackets of `#[func(...)]`.

use darling::ast::NestedMeta;
use darling::{Error, FromMeta, Result};
use proc_macro2::TokenStream;
use syn::{Attribute, Ident, Meta, Path};

use super::Stubs;
use crate::names::is_lowercase_name;
use crate::record;

/// What an error of the function becomes, when it could be more than one thing.
#[derive(Clone, Copy, PartialEq, Default)]
pub enum Errors {
    /// What its type says.
    #[default]
    ByType,
    /// An exception.
    Exception,
    /// OCaml's `result`.
    Result,
    /// OCaml's `result`, and an exception from a second function.
    Both,
}

#[derive(Clone)]
pub struct Options {
    /// Whether the body may use a runtime that is no parameter.
    pub implicit_runtime: bool,
    /// The name of the runtime in the body, when it is not `gc`.
    pub runtime: Option<Ident>,
    pub symbol: Option<String>,
    /// The name of the OCaml function.
    pub name: Option<String>,
    /// Whether all parameters have labels.
    pub labels: bool,
    pub noalloc: bool,
    /// The function runs without the runtime.
    pub detach: bool,
    /// No argument is passed without box or tag.
    pub boxed: bool,
    pub errors: Errors,
    /// Adapter of the result.
    pub result_as: Option<Path>,
    /// The OCaml type, by hand.
    pub sig: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            implicit_runtime: true,
            runtime: None,
            symbol: None,
            name: None,
            labels: false,
            noalloc: false,
            detach: false,
            boxed: false,
            errors: Errors::ByType,
            result_as: None,
            sig: None,
        }
    }
}

const KEYS: &[&str] = &[
    "symbol", "name", "labels", "noalloc", "detach", "boxed", "exn", "result", "both", "as", "sig",
];

impl Options {
    pub fn parse(attribute: TokenStream, stubs: Stubs) -> Result<Options> {
        let mut options = Options::default();
        if stubs != Stubs::Both {
            options.boxed = true;
        }
        let mut errors = Error::accumulator();
        for item in split(attribute) {
            errors.handle_in(|| options.add(item));
        }
        if options.noalloc && options.errors != Errors::ByType {
            errors.push(Error::custom(
                "a `noalloc` function cannot raise, and has no `result`",
            ));
        }
        if options.noalloc && options.detach {
            errors.push(Error::custom(
                "a `noalloc` function cannot give the runtime back",
            ));
        }
        errors.finish_with(options)
    }

    fn add(&mut self, item: TokenStream) -> Result<()> {
        // `as = list`: a keyword, which is no path for `syn`.
        if let Some(path) = adapter(&item)? {
            self.result_as = Some(path);
            return Ok(());
        }
        let meta = NestedMeta::parse_meta_list(item)?;
        let [NestedMeta::Meta(meta)] = meta.as_slice() else {
            return Err(match meta.first() {
                Some(other) => Error::custom("expected an option, not a literal").with_span(other),
                None => Error::custom("expected an option"),
            });
        };
        let Some(key) = meta.path().get_ident() else {
            return Err(
                Error::unknown_field_path_with_alts(meta.path(), KEYS).with_span(meta.path())
            );
        };
        let flag = |value: &mut bool| {
            *value = true;
            match meta {
                Meta::Path(_) => Ok(()),
                _ => Err(Error::custom(format!("`{key}` takes no value")).with_span(meta)),
            }
        };
        let mut chosen = false;
        match key.to_string().as_str() {
            "symbol" => {
                let symbol = String::from_meta(meta).map_err(|error| error.with_span(meta))?;
                if symbol.is_empty()
                    || symbol.starts_with(|c: char| c.is_ascii_digit())
                    || symbol.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                {
                    let message = format!("`{symbol}` is no name of a C function");
                    return Err(Error::custom(message).with_span(meta));
                }
                self.symbol = Some(symbol);
                Ok(())
            }
            "name" => {
                let name = String::from_meta(meta).map_err(|error| error.with_span(meta))?;
                if !is_lowercase_name(&name) {
                    let message = format!("`{name}` is no name of an OCaml function");
                    return Err(Error::custom(message).with_span(meta));
                }
                self.name = Some(name);
                Ok(())
            }
            "sig" => {
                let sig = String::from_meta(meta).map_err(|error| error.with_span(meta))?;
                self.sig = Some(sig);
                Ok(())
            }
            "labels" => flag(&mut self.labels),
            "noalloc" => flag(&mut self.noalloc),
            "detach" => flag(&mut self.detach),
            "boxed" => flag(&mut self.boxed),
            "exn" | "result" | "both" if self.errors != Errors::ByType => {
                Err(Error::custom("`exn`, `result` and `both` exclude each other").with_span(meta))
            }
            "exn" => flag(&mut chosen).map(|()| self.errors = Errors::Exception),
            "result" => flag(&mut chosen).map(|()| self.errors = Errors::Result),
            "both" => flag(&mut chosen).map(|()| self.errors = Errors::Both),
            _ => match meta {
                // Any other word is the runtime's name; whether the body has it is checked later.
                Meta::Path(_) if self.runtime.is_none() => {
                    self.runtime = Some(key.clone());
                    Ok(())
                }
                _ => Err(Error::unknown_field_with_alts(&key.to_string(), KEYS).with_span(key)),
            },
        }
    }
}

/// An error for a word that is neither an option nor used as the runtime's name, and why.
pub fn unknown_word(word: &Ident, why: &str) -> syn::Error {
    let error = Error::unknown_field_with_alts(&word.to_string(), KEYS);
    syn::Error::new_spanned(word, format!("{error} ({why})"))
}

/// Splits at commas.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ',' => {
                parts.push(TokenStream::new());
            }
            _ => parts.last_mut().expect("never empty").extend([token]),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The path in `as = path`, with the short names of Bactrian's own adapters.
pub fn adapter(tokens: &TokenStream) -> syn::Result<Option<Path>> {
    use syn::parse::{ParseStream, Parser};
    let mut trees = tokens.clone().into_iter();
    match trees.next() {
        Some(proc_macro2::TokenTree::Ident(word)) if word == "as" => {}
        _ => return Ok(None),
    }
    let parser = |input: ParseStream<'_>| {
        input.parse::<syn::Token![as]>()?;
        input.parse::<syn::Token![=]>()?;
        input.call(Path::parse_mod_style)
    };
    parser.parse2(tokens.clone()).map(Some)
}

/// The OCaml type in `#[sig("...")]`; the attribute is removed.
pub fn take_sig(attributes: &mut Vec<Attribute>) -> syn::Result<Option<String>> {
    let sig = record::sig(attributes);
    attributes.retain(|attribute| !attribute.path().is_ident("sig"));
    sig
}
