//! OCaml types that were written by hand.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| bactrian_build::fuzzing::sig(text));
