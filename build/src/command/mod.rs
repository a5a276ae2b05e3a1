//! The command `cargo bactrian`.

mod build;
mod doctor;
mod generate;
mod new;

use crate::Error;
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::process::ExitCode;

/// Rust libraries for OCaml
#[derive(Debug, Parser)]
#[command(name = "cargo bactrian", bin_name = "cargo bactrian", version)]
struct Arguments {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    Build(build::Arguments),
    Generate(generate::Arguments),
    New(new::Arguments),
    Doctor(doctor::Arguments),
}

/// The command `cargo bactrian`, with the arguments of the process.
///
/// ```no_run
/// // src/main.rs, for a workspace that wants to have the command without installing it
/// fn main() -> std::process::ExitCode {
///     bactrian_build::main()
/// }
/// ```
pub fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    // Cargo runs `cargo-bactrian bactrian build`; its alias in a workspace, `... build`.
    if arguments.get(1).is_some_and(|word| word == "bactrian") {
        arguments.remove(1);
    }
    let done = match Arguments::parse_from(arguments).command {
        Subcommands::Build(arguments) => arguments.run(),
        Subcommands::Generate(arguments) => arguments.run(),
        Subcommands::New(arguments) => arguments.run(),
        Subcommands::Doctor(arguments) => return arguments.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let (label, message) = (styled("error:", "1;31"), error.to_string());
            eprintln!("{label} {message}");
            ExitCode::FAILURE
        }
    }
}

/// Says on the standard error what is done, in the manner of Cargo.
fn status(verb: &str, what: &str) {
    eprintln!("{} {what}", styled(&format!("{verb:>12}"), "1;32"));
}

fn warn(error: &Error) {
    eprintln!("{} {error}", styled("warning:", "1;33"));
}

/// Text in a colour of the terminal's, if it is one.
fn styled(text: &str, style: &str) -> String {
    if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\x1b[{style}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}
