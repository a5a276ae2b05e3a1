//! Documentation, from Markdown to a comment of OCaml's.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| bactrian_build::fuzzing::doc(text));
