//! The static and the dynamic library of stubs.
//!
//! Cargo's static library of a crate holds everything that the crate needs, Rust's standard library
//! included, under global names. Two of them in one program have each name twice. So all that the stubs
//! need becomes one object file, in which only the stubs are global: whatever else is in the program,
//! this library uses its own copy of everything Rust.

use crate::Error;
use crate::files::{remove_left, while_written};
use crate::tools::{AR, CC, LD, OBJCOPY, STRIP, joined};
use object::read::archive::ArchiveFile;
use object::{BinaryFormat, File, Object, ObjectSymbol};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Sections without use in a library for OCaml: the records, which have been read, and the bitcode of
/// Rust's standard library, which several members of the archive have and `ld -r` strings together:
/// tools with a plugin for LLVM take the result for damaged bitcode.
const UNUSED_SECTIONS: [&str; 3] = ["bactrian", ".llvmbc", ".llvmcmd"];

/// What [`StubLibraries::make`] makes its libraries from.
///
/// For an example, see [`StubLibraries`].
#[derive(Clone, Copy, Debug)]
pub struct StubSources<'a> {
    /// The static library that Cargo made.
    pub archive: &'a Path,
    /// The stubs, and what else OCaml refers to: all that stays visible.
    pub symbols: &'a [&'a str],
    /// What the linker is to be told of the system's libraries: `-lm`.
    pub native_libraries: &'a [String],
    /// Whether to keep debugging information.
    pub debug: bool,
}

/// The libraries that OCaml programs are linked with: what is in the files.
///
/// ```no_run
/// use bactrian_build::{Records, StubLibraries, StubSources};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let archive = "target/release/libtextkit.a".as_ref();
/// let records = Records::read(archive)?;
/// let symbols: Vec<&str> = records.symbols().collect();
/// let stubs = StubLibraries::make(StubSources {
///     archive,
///     symbols: &symbols,
///     native_libraries: &["-lm".to_owned()],
///     debug: false,
/// })?;
/// std::fs::write("libtextkit_stubs.a", stubs.archive)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct StubLibraries {
    /// `libNAME_stubs.a`, for native code.
    pub archive: Vec<u8>,
    /// `dllNAME_stubs.so`, for bytecode and the toplevel.
    pub dll: Vec<u8>,
}

impl StubLibraries {
    /// Makes both, with the system's linker.
    pub fn make(sources: StubSources<'_>) -> Result<StubLibraries, Error> {
        let content = Content::read(sources.archive)?;
        let work = WorkDirectory::new(sources.archive)?;
        let object = work.path("stubs.o");
        match content.format {
            BinaryFormat::Elf => sources.isolate_elf(&content, &work, &object)?,
            BinaryFormat::MachO => sources.isolate_mach_o(&work, &object)?,
            other => {
                return Err(Error::new(format!(
                    "{} is for a system with object files of the kind {other:?}, where two Rust libraries \
                     cannot be kept apart yet: expected ELF (Linux, BSD) or Mach-O (macOS)",
                    sources.archive.display()
                )));
            }
        }
        sources.check(&object)?;

        let archive = work.path("stubs.a");
        // D, ZERO_AR_DATE: no dates, so that the same content makes the same file.
        let mut ar = AR.command();
        ar.env("ZERO_AR_DATE", "1");
        ar.arg(if content.format == BinaryFormat::Elf {
            "crsD"
        } else {
            "crs"
        });
        AR.run(
            ar.arg(&archive).arg(&object),
            "make the static library of the stubs",
        )?;
        let dll = sources.link_dll(content.format, &work, &object)?;
        Ok(StubLibraries {
            archive: read(&archive)?,
            dll: read(&dll)?,
        })
    }
}

impl StubSources<'_> {
    /// One object file of what the stubs need, in which only they are global: with GNU binutils.
    fn isolate_elf(
        &self,
        content: &Content,
        work: &WorkDirectory,
        object: &Path,
    ) -> Result<(), Error> {
        let merged = work.path("merged.o");
        let roots: String = self.symbols.iter().map(|s| format!("-u {s}\n")).collect();
        let roots = work.write("roots", &roots)?;
        let mut ld = LD.command();
        // Each function is a section of its own: what no stub reaches is left out. Groups (COMDAT) are
        // dissolved: of two groups with one name a linker would drop one, and with it the copy that
        // local symbols of the other library refer to.
        ld.args(["-r", "--gc-sections", "--force-group-allocation"]);
        if !content.bounded_sections.is_empty() {
            let script = work.write("bounds.ld", &content.bounds_script())?;
            ld.arg(joined("--script=", &script));
        }
        ld.arg("-o")
            .arg(&merged)
            .arg(joined("@", &roots))
            .arg(self.archive);
        LD.run(&mut ld, "merge the Rust code into one object file")?;

        let globals = work.write("globals", &format!("{}\n", self.symbols.join("\n")))?;
        let mut objcopy = OBJCOPY.command();
        objcopy.arg(joined("--keep-global-symbols=", &globals));
        for section in UNUSED_SECTIONS {
            objcopy.arg(format!("--remove-section={section}"));
        }
        if !self.debug {
            objcopy.arg("--strip-debug");
        }
        OBJCOPY.run(
            objcopy.arg(&merged).arg(object),
            "hide all symbols but the stubs",
        )
    }

    /// The same with Apple's linker. Not tried yet on any machine.
    fn isolate_mach_o(&self, work: &WorkDirectory, object: &Path) -> Result<(), Error> {
        let globals = self.exported_symbols_list(work)?;
        let mut cc = CC.command();
        cc.args(["-r", "-nostdlib", "-o"]).arg(object);
        cc.arg(joined("-Wl,-exported_symbols_list,", &globals));
        cc.args(
            self.symbols
                .iter()
                .map(|symbol| format!("-Wl,-u,_{symbol}")),
        );
        CC.run(
            cc.arg(self.archive),
            "merge the Rust code into one object file",
        )?;
        if self.debug {
            return Ok(());
        }
        STRIP.run(
            STRIP.command().arg("-S").arg(object),
            "remove debugging information",
        )
    }

    fn exported_symbols_list(&self, work: &WorkDirectory) -> Result<PathBuf, Error> {
        let lines: String = self.symbols.iter().map(|s| format!("_{s}\n")).collect();
        work.write("globals", &lines)
    }

    /// The shared library: of the same object file, so it exports the stubs and nothing else.
    fn link_dll(
        &self,
        format: BinaryFormat,
        work: &WorkDirectory,
        object: &Path,
    ) -> Result<PathBuf, Error> {
        let dll = work.path("stubs.so");
        let mut cc = CC.command();
        cc.arg("-shared").arg("-o").arg(&dll).arg(object);
        if format == BinaryFormat::MachO {
            // OCaml's runtime is in the program that loads the library.
            let globals = self.exported_symbols_list(work)?;
            cc.args(["-undefined", "dynamic_lookup"]);
            cc.arg(joined("-Wl,-exported_symbols_list,", &globals));
        } else {
            cc.arg("-Wl,-z,noexecstack");
        }
        cc.args(self.native_libraries);
        CC.run(&mut cc, "link the shared library of the stubs")?;
        Ok(dll)
    }

    /// What OCaml refers to is there, and nothing else is global.
    fn check(&self, object: &Path) -> Result<(), Error> {
        let bytes = read(object)?;
        let file = File::parse(&*bytes).map_err(|error| {
            Error::new(format!("the linker made a damaged object file: {error}"))
        })?;
        let underscore = file.format() == BinaryFormat::MachO;
        let globals: BTreeSet<&str> = file
            .symbols()
            .filter(|symbol| symbol.is_definition() && symbol.is_global())
            .filter_map(|symbol| symbol.name().ok())
            .map(|name| match name.strip_prefix('_') {
                Some(name) if underscore => name,
                _ => name,
            })
            .collect();
        let wanted: BTreeSet<&str> = self.symbols.iter().copied().collect();
        if let Some(missing) = wanted.difference(&globals).next() {
            return Err(Error::new(format!(
                "{} has a record of the function `{missing}`, but not the function",
                self.archive.display()
            ))
            .help(
                "build once more after `cargo clean`; if it stays so, it is a mistake in bactrian",
            ));
        }
        if let Some(other) = globals.difference(&wanted).next() {
            return Err(Error::new(format!(
                "`{other}` could not be made local: two libraries with it would not link"
            ))
            .help(format!(
                "is the program `{}` of GNU binutils 2.29 or later? `cargo bactrian doctor` says",
                OBJCOPY.words()[0]
            )));
        }
        Ok(())
    }
}

/// What there is to know about the static library that Cargo made.
struct Content {
    format: BinaryFormat,
    /// Sections whose bounds the code asks for, `__start_NAME` and `__stop_NAME`. The linker of the
    /// program would put those of all libraries together.
    bounded_sections: BTreeSet<String>,
}

impl Content {
    fn read(path: &Path) -> Result<Content, Error> {
        let bytes = read(path)?;
        let damaged =
            |error| Error::new(format!("{} is no static library: {error}", path.display()));
        let archive = ArchiveFile::parse(&*bytes).map_err(damaged)?;
        let mut format = None;
        let mut bounded_sections = BTreeSet::new();
        for member in archive.members() {
            let data = member.map_err(damaged)?.data(&*bytes).map_err(damaged)?;
            // Not all members are object files: bitcode, Rust's metadata.
            let Ok(file) = File::parse(data) else {
                continue;
            };
            format.get_or_insert(file.format());
            let undefined = file.symbols().filter(|symbol| symbol.is_undefined());
            for name in undefined.filter_map(|symbol| symbol.name().ok()) {
                let section = name
                    .strip_prefix("__start_")
                    .or_else(|| name.strip_prefix("__stop_"));
                bounded_sections.extend(section.map(str::to_owned));
            }
        }
        let format = format.ok_or_else(|| {
            Error::new(format!("{} holds no object file", path.display()))
                .help("with `-C linker-plugin-lto` there is only bitcode: use `lto = true` instead")
        })?;
        Ok(Content {
            format,
            bounded_sections,
        })
    }

    /// A linker script that makes the bounds symbols of the object file itself, and keeps what is
    /// between: `ld -r` does neither.
    fn bounds_script(&self) -> String {
        let mut script = String::from("SECTIONS {\n");
        for name in &self.bounded_sections {
            script += &format!(
                "  {name} : {{ __start_{name} = .; KEEP(*({name})) __stop_{name} = .; }}\n"
            );
        }
        script + "} INSERT AFTER .data;\n"
    }
}

/// A directory for files on the way, beside the static library; removed in the end.
struct WorkDirectory(PathBuf);

impl WorkDirectory {
    fn new(beside: &Path) -> Result<WorkDirectory, Error> {
        remove_left(beside);
        // Of this process alone: two may work on the same library at once.
        let path = while_written(beside);
        fs::create_dir_all(&path)
            .map_err(|error| Error::new(format!("cannot create {}: {error}", path.display())))?;
        Ok(WorkDirectory(path))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.path(name);
        fs::write(&path, text)
            .map_err(|error| Error::new(format!("cannot write {}: {error}", path.display())))?;
        Ok(path)
    }
}

impl Drop for WorkDirectory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::new(format!("cannot read {}: {error}", path.display())))
}
