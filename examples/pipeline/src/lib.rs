//! The Rust half: a queue that OCaml domains and Rust threads take files from, the threads, and reading.
//! `lib/neighbours.ml` is written from it.
//!
//! | file | |
//! |---|---|
//! | `queue` | what is to be done, for both |
//! | `crew` | the threads |
//! | `text` | reading and counting, which uses nothing of OCaml's |

#![forbid(unsafe_code)]

mod crew;
mod queue;
mod text;
