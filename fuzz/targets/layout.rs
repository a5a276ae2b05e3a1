//! Text in lines.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| {
    bactrian_build::fuzzing::layout(input.1, input.0.into());
});
