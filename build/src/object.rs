//! Finds the sections with records in files of all kinds.

use crate::Error;
use object::read::archive::{ArchiveFile, ArchiveMember};
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::{FileKind, Object, ObjectSection};
use std::path::Path;

/// What the section is called, as the macros of `bactrian` have it: in ELF, in Mach-O, in files of
/// Windows (whose names have eight characters).
const SECTIONS: [&[u8]; 3] = [b"bactrian", b"__bactrian", b".bactr"];

/// How deep archives are in archives.
const MAX_DEPTH: usize = 4;

/// What was found in a file.
#[derive(Debug, Default)]
pub struct Found {
    /// The contents of the sections with records.
    pub sections: Vec<Vec<u8>>,
    /// How many objects (or libraries) were looked into.
    objects: usize,
    /// Those that have no table of sections.
    without_sections: usize,
    /// Names of the objects with code of LLVM's in place of the machine's.
    bitcode: Vec<String>,
    /// How many members of archives were none of these.
    others: usize,
}

/// Looks for the sections with records. `folder` is where the file lies, for a thin archive.
pub fn find(bytes: &[u8], folder: Option<&Path>) -> Result<Found, Error> {
    let mut found = Found::default();
    found.file(bytes, "", folder, 0)?;
    // Objects of Rust crates without machine code: what they hold is missing here, even when others
    // have records.
    if let Some(rust) = found.bitcode.iter().find(|name| name.contains(".rcgu.")) {
        return Err(bitcode(rust));
    }
    Ok(found)
}

fn bitcode(name: &str) -> Error {
    let what = if name.is_empty() { "the file" } else { name };
    Error::new(format!(
        "{what} holds LLVM bitcode in place of machine code, and no records can be read from that"
    ))
    .help(
        "it was compiled for optimisation by the linker. Read the static library (`crate-type = \
         [\"staticlib\"]`), in which `lto = true` leaves machine code, and do without \
         `-C linker-plugin-lto`",
    )
}

impl Found {
    /// The error for a file without any record.
    pub fn nothing(&self) -> Error {
        if let Some(first) = self.bitcode.first() {
            return bitcode(first);
        }
        if self.objects == 0 {
            return Error::new(format!(
                "no object file in it: it is an archive of {} other members",
                self.others
            ))
            .help("read the static library that cargo made: `crate-type = [\"staticlib\"]`");
        }
        let error = Error::new(format!(
            "no records of `bactrian` in it: looked for the section `bactrian` in {} objects",
            self.objects
        ));
        let error = if self.without_sections == self.objects {
            error.help("it has no table of sections: it was stripped after it was linked")
        } else {
            error
        };
        error
            .help(
                "does the crate use `#[bactrian::func]` or derive `FromValue`? Is what uses it \
                 compiled, whatever `cfg` says?",
            )
            .help(
                "a crate that is only listed in Cargo.toml is not linked: say `use its_name as _;` \
                 in the crate that makes the library",
            )
            .help("`strip` and `objcopy` must leave the section `bactrian`: read the file as cargo made it")
    }

    fn file(
        &mut self,
        bytes: &[u8],
        name: &str,
        folder: Option<&Path>,
        depth: usize,
    ) -> Result<(), Error> {
        let wrong = |error: object::Error| {
            let what = if name.is_empty() { "the file" } else { name };
            Error::new(format!("{what} cannot be read: {error}"))
                .help("build it again: `cargo clean`, then `cargo build --release`")
        };
        // LLVM's two magic numbers.
        if bytes.starts_with(b"BC\xC0\xDE") || bytes.starts_with(b"\xDE\xC0\x17\x0B") {
            self.bitcode.push(name.to_owned());
            return Ok(());
        }
        let Ok(kind) = FileKind::parse(bytes) else {
            return self.unknown(bytes, name);
        };
        match kind {
            FileKind::Archive => {
                let archive = ArchiveFile::parse(bytes).map_err(wrong)?;
                if depth == MAX_DEPTH {
                    return Err(Error::new(format!(
                        "more than {MAX_DEPTH} archives in archives"
                    )));
                }
                for member in archive.members() {
                    let member = member.map_err(wrong)?;
                    self.member(&member, bytes, folder, depth)?;
                }
                Ok(())
            }
            // One library for several processors; what Rust says of itself is the same in all.
            FileKind::MachOFat32 => {
                let fat = MachOFatFile32::parse(bytes).map_err(wrong)?;
                match fat.arches().first() {
                    Some(arch) => {
                        let bytes = arch.data(bytes).map_err(wrong)?;
                        self.file(bytes, name, folder, depth + 1)
                    }
                    None => Ok(()),
                }
            }
            FileKind::MachOFat64 => {
                let fat = MachOFatFile64::parse(bytes).map_err(wrong)?;
                match fat.arches().first() {
                    Some(arch) => {
                        let bytes = arch.data(bytes).map_err(wrong)?;
                        self.file(bytes, name, folder, depth + 1)
                    }
                    None => Ok(()),
                }
            }
            // A line of an import library of Windows.
            FileKind::CoffImport => {
                self.others += 1;
                Ok(())
            }
            _ => {
                let object = object::File::parse(bytes).map_err(wrong)?;
                self.objects += 1;
                let mut any = false;
                for section in object.sections() {
                    any = true;
                    let Ok(section_name) = section.name_bytes() else {
                        continue;
                    };
                    if SECTIONS.contains(&section_name) {
                        let data = section.uncompressed_data().map_err(wrong)?;
                        self.sections.push(data.into_owned());
                    }
                }
                self.without_sections += usize::from(!any);
                Ok(())
            }
        }
    }

    fn unknown(&mut self, bytes: &[u8], name: &str) -> Result<(), Error> {
        if !name.is_empty() {
            // `lib.rmeta` of an rlib, the licence of someone's library...
            self.others += 1;
            return Ok(());
        }
        let start: Vec<String> = bytes.iter().take(8).map(|b| format!("{b:02x}")).collect();
        let found = if bytes.is_empty() {
            "it is empty".to_owned()
        } else {
            format!("it begins with the bytes {}", start.join(" "))
        };
        Err(Error::new(format!(
            "expected an object file, an archive or a shared library, but {found}"
        ))
        .help("read the static library that cargo made, `target/release/lib<crate>.a`"))
    }

    fn member(
        &mut self,
        member: &ArchiveMember<'_>,
        archive: &[u8],
        folder: Option<&Path>,
        depth: usize,
    ) -> Result<(), Error> {
        let name = String::from_utf8_lossy(member.name()).into_owned();
        if member.is_thin() {
            let Some(folder) = folder else {
                return Err(Error::new(format!(
                    "the archive is thin: `{name}` is another file, and there is no folder to look in"
                ))
                .help("read it by its path, with `Records::read`"));
            };
            let path = folder.join(&name);
            let bytes = std::fs::read(&path).map_err(|error| {
                Error::new(format!(
                    "the archive is thin, and `{name}` cannot be read: {error}"
                ))
                .help("its members must lie where they lay when the archive was made")
            })?;
            return self.file(&bytes, &name, path.parent(), depth + 1);
        }
        let bytes = member
            .data(archive)
            .map_err(|error| Error::new(format!("the archive's member `{name}`: {error}")))?;
        let name = if name.is_empty() {
            "?".to_owned()
        } else {
            name
        };
        self.file(bytes, &name, folder, depth + 1)
    }
}
