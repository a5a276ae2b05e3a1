use super::*;
use crate::schema::{Passing, TypeExpr};
use crate::tests::encode::record;
use crate::tests::made;
use ::object::write::{Object as Writing, StandardSegment};
use ::object::{Architecture, BinaryFormat, Endianness, SectionKind};
use std::path::PathBuf;
use std::process::Command;

fn function(name: &str) -> Function {
    made::takes("demo", name, made::int())
}

fn bytes(functions: &[Function]) -> Vec<u8> {
    functions
        .iter()
        .flat_map(|it| record(Function::NUMBER, it))
        .collect()
}

/// An object file with a section.
fn object_of(format: BinaryFormat, section: &[u8], contents: &[u8]) -> Vec<u8> {
    let mut object = Writing::new(format, Architecture::X86_64, Endianness::Little);
    let segment = object.segment_name(StandardSegment::Data).to_vec();
    let id = object.add_section(segment, section.to_vec(), SectionKind::Data);
    object.append_section_data(id, contents, 1);
    object.write().unwrap()
}

fn elf(functions: &[Function]) -> Vec<u8> {
    object_of(BinaryFormat::Elf, b"bactrian", &bytes(functions))
}

/// An archive as `ar` makes it; names are shorter than 16 characters.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, contents) in members {
        out.extend(
            format!(
                "{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
                format!("{name}/"),
                0,
                0,
                0,
                644,
                contents.len()
            )
            .bytes(),
        );
        out.extend(*contents);
        if contents.len() % 2 == 1 {
            out.push(b'\n');
        }
    }
    out
}

/// As BSD has it: a long name stands before the contents.
fn bsd_archive(name: &str, contents: &[u8]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    let size = name.len() + contents.len();
    let head = format!("#1/{}", name.len());
    out.extend(format!("{head:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, 644).bytes());
    out.extend(name.bytes());
    out.extend(contents);
    out
}

fn names(records: &Records) -> Vec<&str> {
    records
        .functions
        .iter()
        .map(|it| it.name.as_str())
        .collect()
}

#[track_caller]
fn error(bytes: &[u8]) -> String {
    Records::parse(bytes).unwrap_err().to_string()
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path =
            std::env::temp_dir().join(format!("bactrian-reader-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn everything_is_read_as_it_was_written() {
    let parts = Function {
        owner: vec![made::derived("demo", "it")],
        passing: Passing::Untagged,
        noalloc: true,
        doc: "é \u{1f42a}".into(),
        result: made::arrow(
            vec![made::tuple(vec![made::var("a"), made::int()])],
            made::of(vec![made::int()], "list"),
        ),
        ..function("f")
    };
    let definition = made::record("demo", "it", made::int());
    let exception = made::exception("demo", "Wrong");
    let import = made::import("demo", "i", vec![], made::int());
    let methods = made::methods("demo", "It", made::derived("demo", "it"));
    let settings = made::settings("demo");
    let stub = Stub {
        module: "demo".into(),
        file: "src/lib.rs".into(),
        line: 7,
        symbol: "demo_by_hand".into(),
    };
    let all = [
        record(Function::NUMBER, &parts),
        record(Definition::NUMBER, &definition),
        vec![0; 13],
        record(Exception::NUMBER, &exception),
        record(Import::NUMBER, &import),
        record(Methods::NUMBER, &methods),
        record(Settings::NUMBER, &settings),
        record(Stub::NUMBER, &stub),
        vec![0; 5],
    ]
    .concat();
    let read = Records::parse(&object_of(BinaryFormat::Elf, b"bactrian", &all)).unwrap();
    let expected = Records {
        functions: vec![parts],
        definitions: vec![definition],
        exceptions: vec![exception],
        imports: vec![import],
        methods: vec![methods],
        settings: vec![settings],
        stubs: vec![stub],
    };
    assert_eq!(read, expected);
    assert!(read.symbols().any(|symbol| symbol == "demo_by_hand"));
}

#[test]
fn objects_of_all_systems() {
    for (format, section) in [
        (BinaryFormat::Elf, b"bactrian".as_slice()),
        (BinaryFormat::MachO, b"__bactrian"),
        (BinaryFormat::Coff, b".bactr"),
    ] {
        let object = object_of(format, section, &bytes(&[function("f")]));
        assert_eq!(
            names(&Records::parse(&object).unwrap()),
            ["f"],
            "{format:?}"
        );
    }
}

#[test]
fn archives() {
    let (first, second) = (elf(&[function("f")]), elf(&[function("f"), function("g")]));
    let both = archive(&[
        ("lib.rmeta", b"rust\0\0\0\x09 metadata"),
        ("a.o", &first),
        ("b.o", &second),
        ("none.o", &object_of(BinaryFormat::Elf, b".data", b"x")),
    ]);
    // Once what two objects have.
    assert_eq!(names(&Records::parse(&both).unwrap()), ["f", "g"]);
    let name = "a_name_of_more_than_sixteen_characters.o";
    let object = object_of(BinaryFormat::MachO, b"__bactrian", &bytes(&[function("f")]));
    assert_eq!(
        names(&Records::parse(&bsd_archive(name, &object)).unwrap()),
        ["f"]
    );
}

#[test]
#[cfg_attr(miri, ignore = "starts ar")]
fn thin_archives() {
    let folder = Folder::new("thin");
    folder.file("inner/a.o", &elf(&[function("f")]));
    folder.file(
        "inner/a_name_of_more_than_sixteen_characters.o",
        &elf(&[function("g")]),
    );
    let made = Command::new("ar")
        .args([
            "rcT",
            "thin.a",
            "inner/a.o",
            "inner/a_name_of_more_than_sixteen_characters.o",
        ])
        .current_dir(&folder.0)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let path = folder.0.join("thin.a");
    assert_eq!(names(&Records::read(&path).unwrap()), ["f", "g"]);
    assert_eq!(
        error(&std::fs::read(&path).unwrap()),
        "the archive is thin: `inner/a.o` is another file, and there is no folder to look in\n  help: \
         read it by its path, with `Records::read`"
    );
    std::fs::remove_file(folder.0.join("inner/a.o")).unwrap();
    let error = Records::read(&path).unwrap_err().to_string();
    assert!(
        error.contains("the archive is thin, and `inner/a.o` cannot be read"),
        "{error}"
    );
}

#[test]
fn one_library_for_several_processors() {
    let object = object_of(BinaryFormat::MachO, b"__bactrian", &bytes(&[function("f")]));
    let mut fat = Vec::new();
    for word in [
        0xcafe_babe_u32,
        1,
        0x0100_0007,
        3,
        4096,
        object.len() as u32,
        12,
    ] {
        fat.extend(word.to_be_bytes());
    }
    fat.resize(4096, 0);
    fat.extend(&object);
    assert_eq!(names(&Records::parse(&fat).unwrap()), ["f"]);
}

#[test]
fn what_is_not_there() {
    let missing = Records::read("no/such/file.a".as_ref())
        .unwrap_err()
        .to_string();
    assert!(
        missing.starts_with("cannot read `no/such/file.a`: "),
        "{missing}"
    );
    assert!(missing.ends_with("\n  help: build the crate first: `cargo build --release`"));
    assert_eq!(
        error(b"fn main() {}"),
        "expected an object file, an archive or a shared library, but it begins with the bytes 66 6e 20 \
         6d 61 69 6e 28\n  help: read the static library that cargo made, `target/release/lib<crate>.a`"
    );
    assert!(error(b"").contains("but it is empty"));
    let none = error(&archive(&[(
        "a.o",
        &object_of(BinaryFormat::Elf, b".data", b"x"),
    )]));
    assert!(
        none.starts_with(
            "no records of `bactrian` in it: looked for the section `bactrian` in 1 objects\n  help: "
        ),
        "{none}"
    );
    let text = error(&archive(&[("readme", b"hello")]));
    assert!(
        text.starts_with("no object file in it: it is an archive of 1 other members"),
        "{text}"
    );
}

#[test]
fn bitcode_has_no_records() {
    let bitcode = b"BC\xC0\xDE\x35\x14\0\0".as_slice();
    let expected = "holds LLVM bitcode in place of machine code";
    assert!(error(bitcode).contains(expected));
    assert!(error(&archive(&[("c.o", bitcode)])).contains(expected));
    // Of Rust code, even next to an object with records.
    let rust = archive(&[("a.rcgu.o", bitcode), ("b.rcgu.o", &elf(&[function("f")]))]);
    assert!(error(&rust).contains(expected));
    // C code for optimisation by the linker does not matter.
    let c = archive(&[("c.o", bitcode), ("b.rcgu.o", &elf(&[function("f")]))]);
    assert_eq!(names(&Records::parse(&c).unwrap()), ["f"]);
}

#[test]
fn other_versions() {
    let with = |schema: u16, patch: u16| {
        let mut bytes = bytes(&[function("f")]);
        bytes[8..10].copy_from_slice(&schema.to_le_bytes());
        bytes[14..16].copy_from_slice(&patch.to_le_bytes());
        error(&object_of(BinaryFormat::Elf, b"bactrian", &bytes))
    };
    let own = env!("CARGO_PKG_VERSION");
    assert_eq!(
        with(VERSION + 1, 77),
        format!(
            "the records were written by `bactrian` 0.1.77, whose schema {} is newer than the schema \
             {VERSION} of this `bactrian-build` {own}\n  help: update the generator: `cargo install \
             bactrian-build --version 0.1.77 --force`\n  help: or, where the workspace has it as a \
             dependency: `cargo update -p bactrian-build --precise 0.1.77`",
            VERSION + 1
        )
    );
    let older = with(VERSION - 1, 77);
    assert!(older.contains("is older than the schema"), "{older}");
    assert!(
        older.contains(&format!("`cargo update -p bactrian --precise {own}`")),
        "{older}"
    );
    let patch = env!("CARGO_PKG_VERSION_PATCH").parse().unwrap();
    assert!(with(VERSION + 1, patch).contains("build both from the same source"));
}

#[test]
#[cfg_attr(miri, ignore = "tries all there is: hours")]
fn damaged_records_are_errors() {
    let whole = bytes(&[function("f")]);
    let nonsense = |bytes: &[u8]| error(&object_of(BinaryFormat::Elf, b"bactrian", bytes));
    assert!(nonsense(b"no magic").contains("it ends within the head of a record"));
    assert!(nonsense(&[b'x'; 40]).contains("something stands where a record should begin"));
    assert!(nonsense(&whole[..whole.len() - 1]).contains("it ends within a record"));
    let mut number = whole.clone();
    number[16] = 99;
    assert!(nonsense(&number).contains("no record has the number 99"));
    let mut long = whole.clone();
    long[20] += 1;
    long.push(1);
    assert!(nonsense(&long).contains("1 bytes too many in a record"));
    let mut count = whole;
    count[24..28].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(nonsense(&count).contains("a record is shorter than what it holds"));
    // Types in types in types.
    let deep = (0..1000).fold(made::int(), |ty, _| TypeExpr::Tuple(vec![ty]));
    let deep = Function {
        result: deep,
        ..function("f")
    };
    assert!(nonsense(&bytes(&[deep])).contains("types nest more than 256 deep"));
}

/// Whatever the bytes are, there is an answer.
#[test]
#[cfg_attr(miri, ignore = "tries all there is: hours")]
fn no_bytes_cause_a_panic() {
    let object = elf(&[function("f"), function("g")]);
    let files = [
        object.clone(),
        archive(&[("a.o", &object), ("b.o", b"text")]),
        bsd_archive("a_name_of_more_than_sixteen_characters.o", &object),
        object_of(BinaryFormat::MachO, b"__bactrian", &bytes(&[function("f")])),
        object_of(BinaryFormat::Coff, b".bactr", &bytes(&[function("f")])),
    ];
    for file in &files {
        for end in 0..file.len() {
            let _ = Records::parse(&file[..end]);
        }
        for at in 0..file.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut bytes = file.clone();
                bytes[at] ^= flip;
                if let Ok(records) = Records::parse(&bytes) {
                    let _ = records.interface(&Options::new("demo"));
                }
            }
        }
    }
}

/// The schema and its version belong together: whoever changes the one counts up the other. Records of
/// other versions are then refused, and not misread.
#[test]
fn the_schema_has_the_version_that_it_had() {
    let text: String = include_str!("../schema.rs")
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(str::split_whitespace)
        .collect();
    // FNV-1a.
    let fingerprint = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(
        (VERSION, format!("{fingerprint:016x}").as_str()),
        (2, "6f163366c453b4b2"),
        "schema.rs has changed: count its version up, and write the version and the fingerprint here"
    );
}
