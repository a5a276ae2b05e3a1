//! Tests on records made by hand.

pub mod encode;
