//! Compiled files: objects, archives of them, libraries.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bactrian_build::fuzzing::file(bytes));
