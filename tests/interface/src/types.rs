//! Every kind of type.

use std::collections::BTreeMap;

use bactrian::{FromValue, ToValue};

/// Fields that are all floats.
#[derive(FromValue, ToValue)]
pub struct Vector {
    pub dx: f64,
    pub dy: Metres,
}

/// An alias.
#[derive(Clone, Copy, FromValue, ToValue)]
pub struct Metres(f64);

/// A Rust alias has no name in OCaml.
pub type Pairs = Vec<(isize, String)>;

/// A tuple.
#[derive(FromValue, ToValue)]
pub struct Span(usize, usize);

/// Unit.
#[derive(FromValue, ToValue)]
pub struct Marker;

/// One field.
#[derive(FromValue, ToValue)]
pub struct Single {
    only: isize,
}

/// One field, without a block.
#[derive(FromValue, ToValue)]
#[ocaml(unboxed)]
pub struct Identity {
    id: i64,
}

/// Words that OCaml does not allow, and acronyms.
#[derive(FromValue, ToValue)]
pub struct HTTPRequest {
    pub method: String,
    pub r#type: u8,
    pub val: Option<Box<HTTPRequest>>,
}

/// Recursive, with one that is defined below.
#[derive(FromValue, ToValue)]
pub enum Expr {
    /// A number.
    Number(f64),
    /// Two arguments.
    Add(Box<Expr>, Box<Expr>),
    /// One argument, a tuple.
    Pair((Box<Expr>, Box<Expr>)),
    Let {
        /// What is bound.
        bindings: Vec<Binding>,
        body: Box<Expr>,
    },
    Nothing,
}

#[derive(FromValue, ToValue)]
pub struct Binding {
    pub name: String,
    pub value: Expr,
}

#[derive(FromValue, ToValue)]
#[ocaml(polymorphic)]
pub enum Colour {
    /// Warm.
    Red,
    Rgb(u8, u8, u8),
}

#[derive(FromValue, ToValue)]
#[ocaml(polymorphic, rename_all = "snake_case")]
pub enum Paint {
    #[ocaml(inherit)]
    Colour(Colour),
    Bare,
    Named(String),
}

#[derive(FromValue, ToValue)]
pub struct Everything {
    pub unit: (),
    pub boolean: bool,
    pub integer: isize,
    pub int32: i32,
    pub int64: u64,
    #[ocaml(as = nativeint)]
    pub word: usize,
    pub float: f32,
    pub letter: char,
    #[ocaml(as = char)]
    pub byte: u8,
    pub text: String,
    pub bytes: Vec<u8>,
    pub floats: Vec<f64>,
    #[ocaml(as = list)]
    pub list: Vec<isize>,
    pub map: BTreeMap<String, isize>,
    pub result: Result<isize, String>,
    pub nested: Option<Option<Vec<(isize, String)>>>,
}

/// A type that OCaml has.
#[derive(FromValue, ToValue)]
#[ocaml(name = "Stdlib.Complex.t")]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

macro_rules! same {
    ($($name:ident: $type:ty;)*) => {$(
        #[bactrian::func]
        fn $name(x: $type) -> $type {
            x
        }
    )*};
}
// Functions made by a macro.
same! {
    same_vector: Vector;
    same_metres: Metres;
    same_pairs: Pairs;
    same_span: Span;
    same_marker: Marker;
    same_single: Single;
    same_identity: Identity;
    same_request: HTTPRequest;
    same_expr: Expr;
    same_colour: Colour;
    same_paint: Paint;
    same_everything: Everything;
    same_complex: Complex;
}
