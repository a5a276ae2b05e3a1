//! Tests on records made by hand.

pub mod encode;
mod errors;
pub mod made;
mod modules;
pub mod ocaml;
mod random;
mod types;
mod values;
