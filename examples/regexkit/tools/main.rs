//! `cargo bactrian` for this project (.cargo/config.toml calls it so): nothing needs to be installed.

use std::process::ExitCode;

fn main() -> ExitCode {
    bactrian_build::main()
}
