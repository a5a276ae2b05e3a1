//! Expansions of the derive macros in code that has taken every name, forbids unsafe code and denies
//! every warning.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unused,
    unused_qualifications,
    unreachable_pub,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    trivial_casts,
    trivial_numeric_casts,
    unused_results,
    let_underscore_drop,
    non_ascii_idents,
    nonstandard_style,
    future_incompatible,
    rust_2018_idioms,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::undocumented_unsafe_blocks,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::default_numeric_fallback,
    clippy::pattern_type_mismatch,
    clippy::question_mark_used,
    clippy::shadow_unrelated,
    clippy::min_ident_chars
)]

/// Without a prelude, among items of the names that an expansion could want.
#[no_implicit_prelude]
pub mod taken {
    #![allow(
        unused_macros,
        non_snake_case,
        dead_code,
        missing_docs,
        missing_debug_implementations,
        non_camel_case_types
    )]
    #![allow(non_upper_case_globals, clippy::all, clippy::pedantic, clippy::nursery)]
    #![allow(clippy::min_ident_chars)]

    use ::bactrian::{Exception, FromValue, ToValue};

    pub struct Option;
    pub struct Result;
    pub struct Value;
    pub struct Some;
    pub struct Vec;
    pub struct Box;
    pub struct ConversionError;
    pub struct Default;
    pub trait From {}
    pub trait Into {}
    pub struct bool;
    pub struct str;
    pub struct isize;
    pub fn Ok() {}
    pub fn Err() {}
    pub fn None() {}
    pub const value: u8 = 1;
    pub const rt: u8 = 1;
    pub const fields: u8 = 1;
    pub const error: u8 = 1;
    pub const allocator: u8 = 1;
    pub static field0: u8 = 1;
    pub mod core {}
    pub mod std {}
    pub mod hidden {}
    macro_rules! panic {
        () => {};
    }
    macro_rules! matches {
        () => {};
    }

    type Text = ::std::string::String;

    #[derive(FromValue, ToValue)]
    pub struct Record<'a, T, const N: usize> {
        pub text: &'a ::core::primitive::str,
        pub value: T,
        pub array: [T; N],
        #[ocaml(as = int)]
        pub allocator: i64,
        #[ocaml(skip)]
        pub rt: ::core::marker::PhantomData<T>,
    }

    #[derive(FromValue, ToValue)]
    pub struct Floats {
        pub x: f64,
        pub y: f64,
    }

    #[derive(FromValue, ToValue)]
    pub struct Unit;

    #[derive(FromValue, ToValue)]
    pub struct Newtype(Text);

    #[derive(FromValue, ToValue)]
    pub struct Pair(Text, Newtype);

    #[derive(FromValue, ToValue)]
    pub enum Variant {
        Ok,
        Some(Text),
        Err(Text, ::std::vec::Vec<Variant>),
        None { value: f64, error: f64 },
    }

    #[derive(FromValue, ToValue)]
    pub enum Empty {}

    #[derive(FromValue, ToValue)]
    #[ocaml(unboxed)]
    pub enum Unboxed {
        Only(f64),
    }

    #[derive(FromValue, ToValue)]
    #[ocaml(polymorphic)]
    pub enum Tags {
        Ok,
        Some(Text),
        Err(Text, Text),
        #[ocaml(inherit)]
        Other(Inherited),
    }

    #[derive(FromValue, ToValue)]
    #[ocaml(polymorphic)]
    pub enum Inherited {
        None,
    }

    #[derive(FromValue, ToValue)]
    #[ocaml(remote = "Floats")]
    struct FloatsDef {
        x: f64,
        y: f64,
    }

    #[derive(FromValue, ToValue)]
    #[ocaml(remote = "Variant")]
    enum VariantDef {
        Ok,
        Some(Text),
        Err(Text, ::std::vec::Vec<Variant>),
        None { value: f64, error: f64 },
    }

    #[derive(FromValue, ToValue)]
    pub struct Mirrored(
        #[ocaml(as = FloatsDef)] Floats,
        #[ocaml(as = VariantDef)] Variant,
    );

    #[derive(Exception)]
    pub enum Error {
        Ok,
        Some(Text),
        Err { value: Text, error: f64 },
    }
    impl ::core::fmt::Debug for Error {
        fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::result::Result::Ok(())
        }
    }
    impl ::core::fmt::Display for Error {
        fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::result::Result::Ok(())
        }
    }
    impl ::core::error::Error for Error {}
}

/// Ordinary code under strict lints.
pub mod strict {
    use bactrian::{ConversionError, Exception, FromValue, Runtime, ToValue, TypeExpr, Value};

    /// A record.
    #[derive(Debug, FromValue, ToValue)]
    pub struct Record<'text, Item> {
        /// Text.
        pub text: &'text str,
        /// Anything.
        pub item: Item,
        /// A number.
        #[ocaml(as = int, mutable)]
        pub number: i64,
        /// By functions.
        #[ocaml(with = functions)]
        pub with: u8,
        /// Nothing to OCaml.
        #[ocaml(skip)]
        pub skipped: Vec<u8>,
        /// Old.
        #[deprecated]
        pub old: bool,
    }

    /// Flat.
    #[derive(Debug, Clone, Copy, FromValue, ToValue)]
    pub struct Point {
        /// One.
        pub x: f64,
        /// Two.
        pub y: f32,
    }

    /// A variant.
    #[derive(Debug, FromValue, ToValue)]
    #[non_exhaustive]
    pub enum Variant {
        /// Constant.
        Constant,
        /// Old.
        #[deprecated]
        Old,
        /// Arguments.
        Arguments(u8, Box<Self>),
        /// Inline record.
        Inline {
            /// One.
            field: f64,
        },
    }

    /// A polymorphic variant.
    #[derive(Debug, FromValue, ToValue)]
    #[ocaml(polymorphic)]
    pub enum Tags {
        /// Constant.
        Constant,
        /// Arguments.
        Arguments(u8, u8),
        /// Others.
        #[ocaml(inherit)]
        Others(Others),
    }

    /// A polymorphic variant.
    #[derive(Debug, FromValue, ToValue)]
    #[ocaml(polymorphic)]
    pub enum Others {
        /// Constant.
        Other,
    }

    /// Exceptions.
    #[derive(Debug, Exception)]
    pub enum Failure {
        /// One.
        One,
        /// Two.
        Two(u8, #[ocaml(with = functions)] u8),
    }

    impl core::fmt::Display for Failure {
        fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            formatter.write_str("failure")
        }
    }

    impl core::error::Error for Failure {}

    #[allow(clippy::trivially_copy_pass_by_ref)]
    mod functions {
        use super::{ConversionError, FromValue, Runtime, ToValue, TypeExpr, Value};

        pub(super) const TYPE: TypeExpr = TypeExpr::named("int");

        pub(super) fn from_value(value: Value<'_>) -> Result<u8, ConversionError> {
            u8::from_value(value)
        }

        pub(super) fn to_value<'gc>(number: &u8, rt: &'gc Runtime) -> Value<'gc> {
            number.to_value(rt)
        }
    }
}
