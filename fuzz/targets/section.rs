//! Sections with records: the reader of the schema, the checks, both generated files.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bactrian_build::fuzzing::section(bytes));
