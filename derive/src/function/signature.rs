//! What a function's signature says.

use proc_macro2::TokenStream;
use syn::{Path, Type};

/// How a parameter is passed and read.
pub enum Passing {
    /// The runtime: given by the stub.
    Runtime { exclusive: bool },
    /// As a value.
    Value,
    /// As a value that an adapter reads.
    As(Path),
    /// Without box or tag.
    Unboxed,
    /// As a value that is borrowed, in a function that does not touch the runtime.
    Borrowed,
    /// Likewise, by an adapter.
    BorrowedAs(Path),
    /// `&T`: as a custom value, which is borrowed for the time of the call.
    Lent,
    /// `&mut T`, likewise.
    LentMut,
    /// The receiver of a method, by reference or not: as a custom value, or as one that converts.
    Receiver { by_reference: bool },
}

impl Passing {
    /// Whether the parameter borrows mutable data.
    pub fn is_borrowed(&self) -> bool {
        matches!(self, Passing::Borrowed | Passing::BorrowedAs(_))
    }

    /// Whether the stub holds what the function gets a reference to.
    pub fn is_lent(&self) -> bool {
        matches!(
            self,
            Passing::Lent | Passing::LentMut | Passing::Receiver { by_reference: true }
        )
    }
}

/// Whether OCaml gives a parameter by name.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Label {
    #[default]
    Positional,
    Labelled,
    Optional,
}

pub struct Parameter {
    /// The name in error messages.
    pub name: String,
    /// Whether that is a name, not the parameter's number.
    pub named: bool,
    pub label: Label,
    pub kind: Passing,
    pub ty: Type,
}

pub enum Output {
    Unit,
    /// Without box or tag.
    Unboxed(Type),
    Value {
        /// Whether it may borrow from the heap, so that nothing may collect before it is made.
        borrows: bool,
        ty: Type,
    },
}

/// The method that a function stands for: it has the method's signature, but for the receiver, which
/// is its first parameter.
pub struct Method {
    /// `<Type>::method`
    pub path: TokenStream,
    /// The type.
    pub owner: Type,
}

pub struct Signature {
    pub method: Option<Method>,
    pub parameters: Vec<Parameter>,
    pub output: Output,
    /// How many type parameters the function has.
    pub type_parameters: usize,
    /// Whether the function is given the runtime, or its stub uses it.
    pub takes_runtime: bool,
    /// How many parameters borrow.
    pub borrowed: usize,
}
