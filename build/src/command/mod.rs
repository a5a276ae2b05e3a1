//! The command `cargo bactrian`.

use std::process::ExitCode;

/// The command `cargo bactrian`, with the arguments of the process.
pub fn main() -> ExitCode {
    eprintln!("cargo bactrian: not written yet");
    ExitCode::FAILURE
}
