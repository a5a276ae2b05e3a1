//! `#[derive(FromValue)]`, `#[derive(ToValue)]`, `#[derive(Exception)]`, `#[derive(Custom)]`.
//!
//! A definition goes through four steps, each of which stops at its own mistakes, all of them at
//! once: its attributes are read ([`attributes`]), checked against each other ([`check`]), made a
//! model in which OCaml's names and layouts are settled ([`model`]), and expanded ([`from_value`],
//! [`to_value`], [`exception`]). A [`custom`] type has no layout in OCaml: it has options of its own.

mod attributes;
mod check;
mod custom;
mod describe;
mod exception;
mod fields;
mod floats;
mod from_value;
mod generics;
mod mirror;
mod model;
mod read;
mod rename;
mod spelling;
mod to_value;

use darling::FromDeriveInput;
use proc_macro2::TokenStream;
use syn::DeriveInput;

use attributes::Container;
use model::Model;

pub fn from_value(input: TokenStream) -> TokenStream {
    or_errors(conversion(input).map(from_value::expand))
}

pub fn to_value(input: TokenStream) -> TokenStream {
    or_errors(conversion(input).map(to_value::expand))
}

pub fn exception(input: TokenStream) -> TokenStream {
    let exception = parse(input).and_then(|container| {
        check::exception(&container)?;
        exception::expand(&container)
    });
    or_errors(exception)
}

pub fn custom(input: TokenStream) -> TokenStream {
    or_errors(custom::derive(input))
}

fn parse(input: TokenStream) -> darling::Result<Container> {
    Container::from_derive_input(&syn::parse2::<DeriveInput>(input)?)
}

fn conversion(input: TokenStream) -> darling::Result<Model> {
    let container = parse(input)?;
    check::conversion(&container)?;
    Model::new(container)
}

fn or_errors(expansion: darling::Result<TokenStream>) -> TokenStream {
    expansion.unwrap_or_else(darling::Error::write_errors)
}
