//! The command `cargo bactrian`.

use std::process::ExitCode;

fn main() -> ExitCode {
    bactrian_build::main()
}
