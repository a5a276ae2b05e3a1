//! One object file of OCaml's, and what the program is linked with.

use super::modules::with_threads;
use super::ocaml::{Tools, run};
use super::{Embed, LIBRARY, Source};
use crate::Error;
use crate::tools::AR;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

impl Embed {
    /// Links the objects and the packages' libraries, and prints for Cargo what belongs to them.
    pub(super) fn link(
        &self,
        objects: &[PathBuf],
        packages: &[String],
        tools: &Tools,
    ) -> Result<(), Error> {
        let libraries = Libraries::of(packages, tools)?;
        let object = tools.out.join(format!("{LIBRARY}.o"));
        let mut command = tools.ocamlfind("ocamlopt");
        command.args([
            "-thread",
            "-package",
            &with_threads(packages),
            "-linkpkg",
            "-g",
            "-noautolink",
        ]);
        if let Some(variant) = &self.variant {
            command.args(["-runtime-variant", variant]);
        }
        if let Source::Dune { library, .. } = &self.source
            && !libraries.is_always_linked(library, tools)?
        {
            command.arg("-linkall");
        }
        command.args(["-output-complete-obj", "-o"]).arg(&object);
        command.args(objects);
        for library in &libraries.ocaml {
            command.args(["-cclib", library]);
        }
        run(&mut command, "link the OCaml code")?;
        let archive = tools.out.join(format!("lib{LIBRARY}.a"));
        let _ = fs::remove_file(&archive);
        let mut command = AR.command();
        AR.run(
            command.arg("crs").arg(&archive).arg(&object),
            "make a static library",
        )?;

        println!("cargo::rustc-link-search=native={}", tools.out.display());
        for directory in &libraries.directories {
            println!("cargo::rustc-link-search=native={directory}");
        }
        // Whole, wherever the linker comes across it: nothing before it refers to OCaml.
        println!("cargo::rustc-link-lib=static:+whole-archive,-bundle={LIBRARY}");
        for library in &libraries.system {
            println!("cargo::rustc-link-lib={library}");
        }
        Ok(())
    }
}

/// What the OCaml libraries and the runtime need of C.
#[derive(Debug, Default)]
struct Libraries {
    /// Options for static libraries that come with OCaml ones.
    ocaml: Vec<String>,
    /// Names of others.
    system: Vec<String>,
    /// Where to look for those.
    directories: Vec<String>,
    /// The OCaml libraries.
    archives: Vec<PathBuf>,
}

impl Libraries {
    fn of(packages: &[String], tools: &Tools) -> Result<Libraries, Error> {
        let mut command = tools.ocamlfind("query");
        command.args(["-r", "-predicates", "native,mt,mt_posix", "-format"]);
        command.args(["%d|%+a", "threads.posix"]).args(packages);
        let listed = run(&mut command, "find the OCaml libraries")?;
        let config = run(tools.ocamlfind("ocamlopt").arg("-config"), "ask ocamlopt")?;
        let value = |key: &str| {
            let line = config.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or("").trim().to_owned()
        };
        let standard = PathBuf::from(value("standard_library:"));
        let runtime = standard.join("libasmrun.a");
        println!("cargo::rerun-if-changed={}", runtime.display());

        let mut directories = vec![standard];
        let mut archives = Vec::new();
        for line in listed.lines() {
            let (directory, files) = line.split_once('|').unwrap_or((line, ""));
            directories.push(directory.into());
            archives.extend(files.split_whitespace().map(PathBuf::from));
        }
        archives.retain(|archive| archive.extension().is_some_and(|e| e == "cmxa"));
        let mut libraries = Libraries::default();
        // Later ones use earlier ones.
        for archive in archives.iter().rev() {
            // What has just been made is newer than this build, which it would set off again.
            if !archive.starts_with(&tools.out) {
                println!("cargo::rerun-if-changed={}", archive.display());
            }
            for line in read(archive)?.lines() {
                for key in ["Extra C object files:", "Extra C options:"] {
                    if let Some(words) = line.strip_prefix(key) {
                        libraries.add(words, &directories);
                    }
                }
            }
        }
        for key in ["native_c_libraries:", "compression_c_libraries:"] {
            libraries.add(&value(key), &[]);
        }
        libraries.archives = archives;
        Ok(libraries)
    }

    /// Adds what options for a linker name.
    fn add(&mut self, options: &str, directories: &[PathBuf]) {
        for option in options.split_whitespace() {
            let (list, entry) = if let Some(directory) = option.strip_prefix("-L") {
                (&mut self.directories, directory)
            } else if let Some(name) = option.strip_prefix("-l") {
                let file = format!("lib{name}.a");
                if directories
                    .iter()
                    .any(|directory| directory.join(&file).is_file())
                {
                    (&mut self.ocaml, option)
                } else {
                    (&mut self.system, name)
                }
            } else {
                continue;
            };
            if !list.iter().any(|known| known == entry) {
                list.push(entry.to_owned());
            }
        }
    }

    /// Whether all modules of a package are linked that nobody refers to: it says so itself.
    fn is_always_linked(&self, package: &str, tools: &Tools) -> Result<bool, Error> {
        let mut command = tools.ocamlfind("query");
        command.args(["-predicates", "native", "-format", "%d/%a", package]);
        let path = run(&mut command, "find the OCaml library")?;
        let path = Path::new(path.trim());
        if !self.archives.iter().any(|archive| archive == path) {
            return Err(Error::new(format!(
                "the OCaml library `{package}` has no native code: expected {}",
                path.display()
            )));
        }
        Ok(!read(path)?.lines().any(|line| {
            line.strip_prefix("Force link:")
                .is_some_and(|answer| answer.trim().eq_ignore_ascii_case("no"))
        }))
    }
}

/// What `ocamlobjinfo` says of a library.
fn read(archive: &Path) -> Result<String, Error> {
    run(
        Command::new("ocamlobjinfo").arg(archive),
        "read an OCaml library",
    )
}
