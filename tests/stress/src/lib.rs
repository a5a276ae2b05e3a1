//! The Rust side of the stress tests. `run.sh` builds the OCaml programs that call it; each of them
//! says at its top what it is about.
#![deny(unsafe_code)]
// Every conversion is tried, also those that one would not write.
#![allow(clippy::vec_box)]

#[allow(unsafe_code, reason = "an allocator that counts")]
mod bigarrays;
mod common;
mod conversions;
mod custom;
mod hostile;
mod loops;
mod mixed;
mod pauses;
mod raising;
mod roots;
