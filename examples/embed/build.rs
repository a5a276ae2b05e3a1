//! Has dune build the OCaml library, and links it into the program.

fn main() -> std::process::ExitCode {
    bactrian_build::Embed::dune("ocaml", "satisfy-solver").main()
}
