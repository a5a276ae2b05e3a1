//! `cargo bactrian doctor`

use crate::tools::{AR, CC, LD, OBJCOPY};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

/// The versions that are supported, as in `bactrian-sys`.
const OCAML: (Version, Version) = (Version(4, 11), Version(5, 5));
const RUST: Version = Version(1, 88);
const DUNE: Version = Version(2, 7);
/// The first with `ld --force-group-allocation`.
const BINUTILS: Version = Version(2, 29);

/// Say which tools are found, and how to install those that are missing
///
/// The exit status is 0 if all that is needed is there.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

impl Arguments {
    pub fn run(&self) -> ExitCode {
        let mut report = Report {
            installer: Installer::find(),
            text: String::new(),
            missing: 0,
        };
        report.rust();
        report.ocaml();
        report.dune();
        report.findlib();
        report.c_compiler();
        report.binutils();
        print!("{}", report.text);
        if report.missing == 0 {
            println!("\nAll that is needed is there.");
            return ExitCode::SUCCESS;
        }
        let things = if report.missing == 1 {
            "thing"
        } else {
            "things"
        };
        println!("\n{} {things} must be mended.", report.missing);
        ExitCode::FAILURE
    }
}

struct Report {
    installer: Installer,
    text: String,
    missing: usize,
}

impl Report {
    fn found(&mut self, what: &str) {
        let _ = writeln!(self.text, "ok        {what}");
    }

    fn missing(&mut self, what: &str, remedy: &str) {
        self.missing += 1;
        let _ = writeln!(self.text, "missing   {what}\n          {remedy}");
    }

    /// Not needed for everything.
    fn absent(&mut self, what: &str, remedy: &str) {
        let _ = writeln!(self.text, "optional  {what}\n          {remedy}");
    }

    fn rust(&mut self) {
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
        let remedy = "`rustup update stable`, or install rustup, Rust's own installer";
        match ask(&[&rustc, "--version"]) {
            Err(error) => self.missing(&format!("Rust: {error}"), remedy),
            Ok(text) => match Version::in_text(&text) {
                Some(version) if version >= RUST => self.found(&format!("Rust: {text}")),
                _ => self.missing(
                    &format!("Rust: {RUST} or later is needed, this is {text}"),
                    remedy,
                ),
            },
        }
    }

    fn ocaml(&mut self) {
        let ocamlopt = std::env::var("OCAMLOPT").unwrap_or_else(|_| "ocamlopt".to_owned());
        let remedy = self.installer.ocaml();
        let text = match ask(&[&ocamlopt, "-config"]) {
            Ok(text) => text,
            Err(error) => {
                let remedy = format!("{remedy}; or let the variable OCAMLOPT name its ocamlopt");
                return self.missing(&format!("OCaml: {error}"), &remedy);
            }
        };
        let config: HashMap<&str, &str> = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(key, value)| (key.trim(), value.trim()))
            .collect();
        let get = |key: &str| config.get(key).copied().unwrap_or("");
        let (full, directory) = (get("version"), get("standard_library"));
        let (architecture, system) = (get("architecture"), get("system"));
        match Version::in_text(full) {
            Some(version) if (OCAML.0..=OCAML.1).contains(&version) => {
                self.found(&format!("OCaml: {full}, {architecture} {system}"));
            }
            _ => {
                let (oldest, newest) = OCAML;
                let problem =
                    format!("OCaml: version {oldest} to {newest} is needed, this is {full:?}");
                self.missing(&problem, self.installer.other_ocaml());
            }
        }
        let directory = Path::new(directory);
        let header = directory.join("caml/domain_state.tbl");
        if header.is_file() {
            self.found(&format!("OCaml's C headers: {}", directory.display()));
        } else {
            self.missing(
                &format!("OCaml's C headers: no file {}", header.display()),
                remedy,
            );
        }
        if directory.join("libasmrun.a").is_file() {
            self.found("native code");
        } else {
            let archive = directory.join("libasmrun.a");
            self.missing(
                &format!("native code: no file {}", archive.display()),
                remedy,
            );
        }
        self.bytecode(full, remedy);
        // In a directory of its own since 5.1.
        if ["threads/threads.cmxa", "threads/threads.cma"]
            .iter()
            .all(|file| directory.join(file).is_file())
        {
            self.found("threads");
        } else {
            self.absent(
                "threads: OCaml is here without its library `threads`",
                remedy,
            );
        }
    }

    fn bytecode(&mut self, native: &str, remedy: &str) {
        match ask(&["ocamlc", "-version"]) {
            Ok(version) if version == native => self.found("bytecode"),
            Ok(version) => {
                let problem = format!(
                    "bytecode: the ocamlc in PATH is that of OCaml {version}, not {native}"
                );
                self.missing(
                    &problem,
                    "put the directory of the ocamlopt that is meant first in PATH (`eval $(opam env)`)",
                );
            }
            Err(error) => self.absent(&format!("bytecode: {error}"), remedy),
        }
        match ask(&["ocaml", "-version"]) {
            Ok(_) => self.found("the toplevel"),
            Err(error) => self.absent(&format!("the toplevel: {error}"), remedy),
        }
    }

    fn dune(&mut self) {
        let remedy = self
            .installer
            .package("dune", "ocaml-dune", "dune", "ocaml-dune");
        match ask(&["dune", "--version"]) {
            Err(error) => self.missing(&format!("dune: {error}"), &remedy),
            Ok(text) => match Version::in_text(&text) {
                Some(version) if version >= DUNE => self.found(&format!("dune: {text}")),
                _ => self.missing(
                    &format!("dune: {DUNE} or later is needed, this is {text}"),
                    &remedy,
                ),
            },
        }
    }

    fn findlib(&mut self) {
        match ask(&["ocamlfind", "ocamlopt", "-version"]) {
            Ok(version) => self.found(&format!("ocamlfind: of OCaml {version}")),
            Err(error) => {
                let remedy = self.installer.package(
                    "ocamlfind",
                    "ocaml-findlib",
                    "ocaml-findlib",
                    "ocaml-findlib",
                );
                self.absent(&format!("ocamlfind: {error}"), &remedy);
            }
        }
    }

    fn c_compiler(&mut self) {
        let words = CC.words();
        match ask(&with(&words, "--version")) {
            Ok(text) => self.found(&format!(
                "C compiler: {}",
                text.lines().next().unwrap_or_default()
            )),
            Err(error) => {
                self.missing(&format!("C compiler: {error}"), self.installer.c_compiler())
            }
        }
    }

    /// The linker and its companions. Apple's have no version that matters.
    fn binutils(&mut self) {
        let remedy = self.installer.binutils();
        if cfg!(target_vendor = "apple") {
            return match ask(&["xcode-select", "--print-path"]) {
                Ok(path) => self.found(&format!("linker: {path}")),
                Err(error) => self.missing(&format!("linker: {error}"), remedy),
            };
        }
        for tool in [&LD, &OBJCOPY, &AR] {
            let words = tool.words();
            let name = &words[0];
            match ask(&with(&words, "--version")) {
                Err(error) => self.missing(&format!("{name}: {error}"), remedy),
                Ok(text) => {
                    let line = text.lines().next().unwrap_or_default();
                    let gnu = line.starts_with("GNU");
                    // After the last space: what a distribution adds comes in between.
                    let version = line.rsplit(' ').next().and_then(Version::in_text);
                    if gnu && version.is_none_or(|version| version < BINUTILS) {
                        let problem = format!(
                            "{name}: GNU binutils {BINUTILS} or later is needed, this is {line}"
                        );
                        self.missing(&problem, remedy);
                    } else if gnu {
                        self.found(&format!("{name}: {line}"));
                    } else {
                        let problem = format!(
                            "{name}: only that of the GNU binutils is tested, this is {line}"
                        );
                        let remedy =
                            format!("{remedy}; the variable {} names the program", tool.variable);
                        self.absent(&problem, &remedy);
                    }
                }
            }
        }
    }
}

/// What installs programs on this machine.
#[derive(Clone, Copy)]
enum Installer {
    Opam,
    Apt,
    Brew,
    Dnf,
    Other,
}

impl Installer {
    fn find() -> Installer {
        let known = [
            ("opam", Installer::Opam),
            ("apt-get", Installer::Apt),
            ("brew", Installer::Brew),
            ("dnf", Installer::Dnf),
        ];
        let found = known.iter().find(|(name, _)| in_path(name));
        found.map_or(Installer::Other, |(_, installer)| *installer)
    }

    fn ocaml(self) -> &'static str {
        match self {
            Installer::Opam => "`opam switch create 5.4.0`, then `eval $(opam env)`",
            Installer::Apt => "`apt-get install ocaml`",
            Installer::Brew => "`brew install ocaml`",
            Installer::Dnf => "`dnf install ocaml`",
            Installer::Other => {
                "install opam, then `opam switch create 5.4.0` and `eval $(opam env)`"
            }
        }
    }

    fn other_ocaml(self) -> &'static str {
        match self {
            Installer::Brew => {
                "`brew install opam`, then `opam switch create 5.4.0` and `eval $(opam env)`"
            }
            Installer::Apt => {
                "`apt-get install opam`, then `opam switch create 5.4.0` and `eval $(opam env)`"
            }
            Installer::Dnf => {
                "`dnf install opam`, then `opam switch create 5.4.0` and `eval $(opam env)`"
            }
            Installer::Opam | Installer::Other => {
                "`opam switch create 5.4.0`, then `eval $(opam env)`"
            }
        }
    }

    fn package(self, opam: &str, apt: &str, brew: &str, dnf: &str) -> String {
        match self {
            Installer::Opam | Installer::Other => format!("`opam install {opam}`"),
            Installer::Apt => format!("`apt-get install {apt}`"),
            Installer::Brew => format!("`brew install {brew}`"),
            Installer::Dnf => format!("`dnf install {dnf}`"),
        }
    }

    fn c_compiler(self) -> &'static str {
        if cfg!(target_vendor = "apple") {
            return "`xcode-select --install`";
        }
        match Installer::of_system() {
            Installer::Dnf => "`dnf install gcc`",
            _ => "`apt-get install gcc`, or what installs a C compiler on this system",
        }
    }

    fn binutils(self) -> &'static str {
        if cfg!(target_vendor = "apple") {
            return "`xcode-select --install`";
        }
        match Installer::of_system() {
            Installer::Dnf => "`dnf install binutils`",
            _ => "`apt-get install binutils`, or what installs the GNU binutils on this system",
        }
    }

    /// Opam leaves C's tools to the system.
    fn of_system() -> Installer {
        if in_path("dnf") {
            Installer::Dnf
        } else {
            Installer::Other
        }
    }
}

/// Whether a program is in PATH.
fn in_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(name).is_file())
}

fn with<'a>(words: &'a [String], last: &'a str) -> Vec<&'a str> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.push(last);
    words
}

/// What a program prints, or why it does not.
fn ask(words: &[&str]) -> Result<String, String> {
    let output = Command::new(words[0])
        .args(&words[1..])
        .output()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => format!("no program `{}` in PATH", words[0]),
            _ => format!("cannot run `{}`: {error}", words[0]),
        })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(format!("`{}` failed ({})", words.join(" "), output.status))
    }
}

/// A major and a minor number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

impl Version {
    /// The first version in a text: `1.88` of `rustc 1.88.0 (...)`.
    fn in_text(text: &str) -> Option<Version> {
        text.split_whitespace().find_map(|word| {
            let mut numbers = word.split(|c: char| !c.is_ascii_digit());
            let mut next = || numbers.next()?.parse().ok();
            Some(Version(next()?, next()?))
        })
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_in_texts() {
        for (text, version) in [
            ("rustc 1.95.0 (abcdef012 2026-03-21)", Some(Version(1, 95))),
            ("2.40", Some(Version(2, 40))),
            ("2.47.50.20261021", Some(Version(2, 47))),
            ("5.5.0~beta1", Some(Version(5, 5))),
            ("%%VERSION%%", None),
            ("", None),
        ] {
            assert_eq!(Version::in_text(text), version, "{text}");
        }
    }
}
