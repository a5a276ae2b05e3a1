#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod convert;
pub mod hidden;
mod runtime;
mod value;

pub use convert::{
    Arguments, FromValue, OCamlException, OCamlType, Seq, ToValue, TypeExpr, adapters,
};
pub use runtime::Runtime;
pub use value::{Any, Array, ConversionError, Exception, Exn, Fun, List, ListIter, Root, Value};

#[cfg(feature = "derive")]
pub use bactrian_derive::{bytecode_func, func, native_func};
