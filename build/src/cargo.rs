//! Has Cargo compile a crate as a static library.

use crate::embed::WITHOUT_OCAML;
use crate::tools::shown;
use crate::{Error, Records};
use cargo_metadata::{Artifact, CompilerMessage, CrateType, Message, PackageId};
use std::collections::HashMap;
use std::io::{BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What to compile, and how: the options that Cargo has, too, under their names there.
///
/// For an example, see [`Library`](crate::Library).
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Options for Cargo")]
pub struct Compile {
    /// The package, where the workspace has several
    #[arg(short, long, value_name = "SPEC")]
    pub package: Option<String>,
    /// With optimisations
    #[arg(short, long, conflicts_with = "profile")]
    pub release: bool,
    /// With this profile
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Features of the package
    #[arg(short = 'F', long, value_name = "FEATURES")]
    pub features: Vec<String>,
    /// All features of the package
    #[arg(long)]
    pub all_features: bool,
    /// Without the default features
    #[arg(long)]
    pub no_default_features: bool,
    /// For this platform
    #[arg(long, value_name = "TRIPLE")]
    pub target: Option<String>,
    /// Where Cargo keeps what it makes
    #[arg(long, value_name = "DIRECTORY")]
    pub target_dir: Option<PathBuf>,
    /// The Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// How many jobs at once
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<String>,
    /// A setting of Cargo's configuration
    #[arg(long, value_name = "KEY=VALUE")]
    pub config: Vec<String>,
    /// Cargo.lock must not need a change
    #[arg(long)]
    pub locked: bool,
    /// Without the network
    #[arg(long)]
    pub offline: bool,
    /// Both of these
    #[arg(long)]
    pub frozen: bool,
    /// Say what is done in more detail
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say nothing but warnings and errors
    #[arg(short, long)]
    pub quiet: bool,
}

/// A crate that Cargo has compiled.
///
/// ```no_run
/// use bactrian_build::{Compile, Compiled, Options};
///
/// # fn main() -> Result<(), bactrian_build::Error> {
/// let compiled: Compiled = Compile { package: Some("textkit".into()), ..Compile::default() }.run()?;
/// let interface = compiled.records()?.interface(&Options::new(&compiled.crate_name))?;
/// print!("{}", interface.mli);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Compiled {
    /// The name of the Rust library, with `_` for each `-`.
    pub crate_name: String,
    /// The static library.
    pub archive: PathBuf,
    /// What a linker has to be told to find what the library needs of the system: `-lm`, `-L/opt/lib`.
    pub native_libraries: Vec<String>,
}

impl Compile {
    /// Runs Cargo. Its progress, warnings and errors go to the standard error.
    ///
    /// For an example, see [`Library`](crate::Library).
    pub fn run(&self) -> Result<Compiled, Error> {
        let mut command = self.command();
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Error::new(format!("cannot run `{}`: {error}", shown(&command))))?;
        let output = child.stdout.take().expect("it is piped");
        let mut report = Report::default();
        for message in Message::parse_stream(BufReader::new(output)) {
            let message = message
                .map_err(|error| Error::new(format!("cannot read what Cargo says: {error}")))?;
            report.add(message);
        }
        let status = child
            .wait()
            .map_err(|error| Error::new(format!("Cargo is gone: {error}")))?;
        if !status.success() {
            // It has said why.
            return Err(Error::new("Cargo could not compile the crate")
                .help(format!("it was run as `{}`", shown(&command))));
        }
        report.compiled()
    }

    fn command(&self) -> Command {
        // As a subcommand of Cargo's we are told which one.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        // What `cargo run` has set for this program must not reach the build scripts of another.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&*name);
            }
        }
        // A crate that contains OCaml code is wanted without: that code may wait for its interface.
        command.env(WITHOUT_OCAML, "1");
        // Whatever kind of library the manifest asks for: it needs to say nothing.
        command.args(["rustc", "--lib", "--crate-type", "staticlib"]);
        let flags = [
            ("--release", self.release),
            ("--all-features", self.all_features),
            ("--no-default-features", self.no_default_features),
            ("--locked", self.locked),
            ("--offline", self.offline),
            ("--frozen", self.frozen),
            ("--quiet", self.quiet),
        ];
        command.args(
            flags
                .iter()
                .filter_map(|(name, given)| given.then_some(name)),
        );
        command.args((0..self.verbose).map(|_| "--verbose"));
        let values = [
            ("--package", &self.package),
            ("--profile", &self.profile),
            ("--target", &self.target),
            ("--jobs", &self.jobs),
        ];
        for (name, value) in values {
            if let Some(value) = value {
                command.arg(name).arg(value);
            }
        }
        for (name, value) in [
            ("--target-dir", &self.target_dir),
            ("--manifest-path", &self.manifest_path),
        ] {
            if let Some(value) = value {
                command.arg(name).arg(value);
            }
        }
        for (name, values) in [("--features", &self.features), ("--config", &self.config)] {
            for value in values {
                command.arg(name).arg(value);
            }
        }
        command.arg(if std::io::stderr().is_terminal() {
            "--message-format=json-diagnostic-rendered-ansi"
        } else {
            "--message-format=json"
        });
        command.args(["--", "--print=native-static-libs"]);
        command
    }
}

impl Compiled {
    /// The records in the library.
    pub fn records(&self) -> Result<Records, Error> {
        Records::read(&self.archive)
    }
}

/// What Cargo said.
#[derive(Default)]
struct Report {
    library: Option<Artifact>,
    native_libraries: HashMap<PackageId, String>,
    search_paths: Vec<String>,
}

impl Report {
    fn add(&mut self, message: Message) {
        match message {
            Message::CompilerMessage(message) => self.add_compiler_message(&message),
            Message::CompilerArtifact(artifact)
                if artifact.target.crate_types.contains(&CrateType::StaticLib) =>
            {
                // A dependency may be a static library as well; the crate itself comes last.
                self.library = Some(artifact);
            }
            Message::BuildScriptExecuted(script) => {
                let paths = script.linked_paths.iter();
                self.search_paths.extend(paths.map(|path| {
                    let path = path.as_str();
                    match path.split_once('=') {
                        Some(("native" | "all" | "framework" | "dependency" | "crate", path)) => {
                            path.to_owned()
                        }
                        _ => path.to_owned(),
                    }
                }));
            }
            // What a build script or a compiler plugin prints.
            Message::TextLine(line) => println!("{line}"),
            _ => {}
        }
    }

    fn add_compiler_message(&mut self, message: &CompilerMessage) {
        let text = &message.message.message;
        if let Some(libraries) = text.strip_prefix("native-static-libs:") {
            self.native_libraries
                .insert(message.package_id.clone(), libraries.trim().to_owned());
        } else if !text.starts_with("link against the following native artifacts")
            && let Some(rendered) = &message.message.rendered
        {
            let mut stderr = std::io::stderr().lock();
            if stderr.is_terminal() {
                // Cargo's bar of progress may stand in this line.
                let _ = stderr.write_all(b"\r\x1b[K");
            }
            let _ = stderr.write_all(rendered.as_bytes());
        }
    }

    fn compiled(self) -> Result<Compiled, Error> {
        let unexpected = |what: &str| {
            Error::new(format!("Cargo compiled the crate, but {what}")).help(
                "this is tried with Cargo 1.88 and later: `cargo --version` says which one it is",
            )
        };
        let library = self
            .library
            .ok_or_else(|| unexpected("did not say that it made a static library"))?;
        let archive = library
            .filenames
            .first()
            .ok_or_else(|| unexpected("did not name the static library"))?;
        let libraries = self
            .native_libraries
            .get(&library.package_id)
            .ok_or_else(|| {
                unexpected("rustc did not say which libraries of the system it needs")
            })?;
        let libraries: Vec<String> = libraries.split_whitespace().map(str::to_owned).collect();

        // Where a build script found a library that is not one of the system's.
        let mut native_libraries = Vec::new();
        for directory in &self.search_paths {
            let holds = |library: &String| {
                library.strip_prefix("-l").is_some_and(|name| {
                    ["so", "dylib", "a", "tbd"]
                        .iter()
                        .any(|kind| PathBuf::from(format!("{directory}/lib{name}.{kind}")).exists())
                })
            };
            let option = format!("-L{directory}");
            if libraries.iter().any(holds) && !native_libraries.contains(&option) {
                native_libraries.push(option);
            }
        }
        native_libraries.extend(libraries);
        Ok(Compiled {
            crate_name: library.target.name.replace('-', "_"),
            archive: archive.clone().into_std_path_buf(),
            native_libraries,
        })
    }
}
