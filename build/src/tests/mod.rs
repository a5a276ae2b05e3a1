//! Tests on records made by hand.

pub mod encode;
mod errors;
mod made;
mod modules;
mod ocaml;
mod random;
mod types;
mod values;
