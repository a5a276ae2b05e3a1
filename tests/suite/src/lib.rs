//! Functions for the OCaml programs of `ocaml/`, which test them.
//!
//! Of each type that converts there are two functions: `read_...` gives Rust's own text of what it
//! read, `echo_...` gives the value back. The first shows that reading is right, and both together
//! that making is.

#![deny(unsafe_code)]
// Every conversion is tried, also those that one would not write.
#![allow(
    clippy::too_many_arguments,
    clippy::toplevel_ref_arg,
    clippy::type_complexity,
    clippy::vec_box
)]

mod adapters;
mod attacks;
mod bigarrays;
mod bigints;
mod callbacks;
mod closures;
mod containers;
mod custom;
mod derived;
mod errors;
mod faults;
mod functions;
mod handles;
mod hostile;
mod inplace;
mod interrupts;
mod ndarrays;
mod numbers;
mod objects;
mod sharing;
mod text;
mod threads;

/// The two functions of each type, with all arguments and results as values.
macro_rules! conversions {
    ($($read:ident $echo:ident $type:ty;)*) => {$(
        #[bactrian::func(boxed)]
        fn $read(value: $type) -> String {
            format!("{value:?}")
        }

        #[bactrian::func(boxed)]
        fn $echo(value: $type) -> $type {
            value
        }
    )*};
}
use conversions;
