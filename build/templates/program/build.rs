//! Compiles the OCaml code into the program.

use std::process::ExitCode;

fn main() -> ExitCode {
    // `.package("str")` and so on adds libraries of OCaml's.
    bactrian_build::Embed::new("ocaml").main()
}
