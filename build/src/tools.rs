//! The programs of others that are run: linkers, compilers.

use crate::Error;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A program that an environment variable may name, with arguments perhaps, as `make` does it.
pub(crate) struct Tool {
    /// The variable.
    pub variable: &'static str,
    /// The program, where the variable is not set.
    pub name: &'static str,
    /// What it is needed for, and how to come by it.
    pub help: &'static str,
}

const BINUTILS: &str = "it belongs to the GNU binutils: on Debian and Ubuntu `apt-get install binutils`, on Fedora \
     `dnf install binutils`; `cargo bactrian doctor` says what else is missing";

/// The linker that merges object files.
pub(crate) const LD: Tool = Tool {
    variable: "LD",
    name: "ld",
    help: BINUTILS,
};

/// Makes symbols local.
pub(crate) const OBJCOPY: Tool = Tool {
    variable: "OBJCOPY",
    name: "objcopy",
    help: BINUTILS,
};

/// Makes static libraries.
pub(crate) const AR: Tool = Tool {
    variable: "AR",
    name: "ar",
    help: BINUTILS,
};

/// Links shared libraries.
pub(crate) const CC: Tool = Tool {
    variable: "CC",
    name: "cc",
    help: "install a C compiler: on Debian and Ubuntu `apt-get install gcc`, on Fedora `dnf install gcc`, on \
           macOS `xcode-select --install`",
};

/// Removes debugging information on macOS.
pub(crate) const STRIP: Tool = Tool {
    variable: "STRIP",
    name: "strip",
    help: "it comes with Apple's command line tools: `xcode-select --install`",
};

impl Tool {
    /// The program and the arguments that the variable gives it.
    pub fn words(&self) -> Vec<String> {
        let value = std::env::var(self.variable).unwrap_or_default();
        let words: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            vec![self.name.to_owned()]
        } else {
            words
        }
    }

    /// A command that is yet without arguments of its own.
    pub fn command(&self) -> Command {
        let words = self.words();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
    }

    /// Runs it; `purpose` completes "cannot ...".
    pub fn run(&self, command: &mut Command, purpose: &str) -> Result<(), Error> {
        match command.stdin(Stdio::null()).output() {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => {
                let error = Error::new(format!(
                    "cannot {purpose}: `{}` failed ({})\n{}\n  command: {}",
                    self.words()[0],
                    output.status,
                    indented(&output),
                    shown(command),
                ));
                // Other linkers are called `ld`, too, and lack an option or do not keep their word.
                Err(match self.variable {
                    "LD" | "OBJCOPY" if cfg!(not(target_vendor = "apple")) => error.help(format!(
                        "the program of the GNU binutils is needed, 2.29 or later: `cargo bactrian doctor` says \
                         what is there; the variable {} can name it (`LD=ld.bfd`)",
                        self.variable
                    )),
                    _ => error,
                })
            }
            Err(error) => Err(Error::new(format!(
                "cannot {purpose}: cannot run `{}`: {error}",
                self.words()[0]
            ))
            .help(self.help)
            .help(format!(
                "or let the variable {} name the program",
                self.variable
            ))),
        }
    }
}

/// What a program printed, as a block; not more of it than one reads.
fn indented(output: &Output) -> String {
    const LINES: usize = 20;
    let text = [&output.stderr[..], &output.stdout[..]].concat();
    let text = String::from_utf8_lossy(&text);
    let mut lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    if lines.len() > LINES {
        let left = lines.len() - LINES;
        lines.truncate(LINES);
        lines.push(format!("  ... and {left} more lines"));
    }
    lines.join("\n")
}

/// A command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program()];
    words.extend(command.get_args());
    let words: Vec<String> = words
        .iter()
        .map(|word| quoted(&word.to_string_lossy()))
        .collect();
    words.join(" ")
}

/// A word as a shell wants it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// `prefix` and a path as one argument.
pub(crate) fn joined(prefix: &str, path: &Path) -> OsString {
    let mut word = OsString::from(prefix);
    word.push(path);
    word
}
