//! Libraries in which only the stubs are global, from a small archive made with the C compiler.

#![cfg(target_os = "linux")]

use bactrian_build::{StubLibraries, StubSources};
use object::read::archive::ArchiveFile;
use object::{File, Object, ObjectSection, ObjectSymbol};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A stub, what it needs, what nobody needs, a record, and what is weak or in a group.
const SOURCE: &str = r#"
    extern int caml_alloc(void);
    int shared_state = 1;
    __attribute__((weak)) int weak_function(void) { return caml_alloc(); }
    int helper(void) { return shared_state + weak_function(); }
    int demo_stub(void) { return helper(); }
    int demo_other(void) { return 2; }
    int unused_function(void) { return 3; }
    __attribute__((section("bactrian"), used)) static const char record[] = "a record";
"#;

struct Directory(PathBuf);

impl Directory {
    fn new(test: &str) -> Directory {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("archive-{test}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a directory");
        Directory(path)
    }

    fn run(&self, words: &[&str]) {
        let status = Command::new(words[0])
            .args(&words[1..])
            .current_dir(&self.0)
            .status();
        assert!(status.expect("the program runs").success(), "{words:?}");
    }

    fn archive(&self) -> PathBuf {
        fs::write(self.0.join("demo.c"), SOURCE).expect("the source");
        self.run(&["cc", "-c", "-g", "-fPIC", "-ffunction-sections", "demo.c"]);
        self.run(&["ar", "crs", "libdemo.a", "demo.o"]);
        self.0.join("libdemo.a")
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn make(archive: &Path, symbols: &[&str], debug: bool) -> Result<StubLibraries, String> {
    let sources = StubSources {
        archive,
        symbols,
        native_libraries: &["-lm".to_owned()],
        debug,
    };
    let made = StubLibraries::make(sources).map_err(|error| error.to_string());
    // Nothing is left beside the archive.
    let directory = archive.parent().expect("it has one");
    for entry in fs::read_dir(directory).expect("the directory") {
        let path = entry.expect("an entry").path();
        assert!(!path.is_dir(), "left: {}", path.display());
    }
    made
}

#[test]
fn only_the_stubs_are_global() {
    let directory = Directory::new("globals");
    let archive = directory.archive();
    let libraries = make(&archive, &["demo_stub"], false).expect("libraries");

    let members = ArchiveFile::parse(&*libraries.archive).expect("an archive");
    let members: Vec<_> = members.members().collect();
    assert_eq!(members.len(), 1);
    let member = members[0].as_ref().expect("a member");
    let object = File::parse(member.data(&*libraries.archive).expect("data")).expect("an object");
    let names = |filter: fn(&object::Symbol<'_, '_>) -> bool| -> BTreeSet<&str> {
        let symbols = object.symbols().filter(filter);
        symbols
            .map(|symbol| symbol.name().expect("a name"))
            .collect()
    };
    let globals = names(|symbol| symbol.is_definition() && symbol.is_global());
    assert_eq!(globals, BTreeSet::from(["demo_stub"]));
    let undefined = names(|symbol| symbol.is_undefined());
    assert!(undefined.contains("caml_alloc"));
    let all = names(|symbol| symbol.is_definition());
    assert!(all.contains("helper") && all.contains("weak_function"));
    assert!(
        !all.contains("unused_function"),
        "what no stub needs is left out"
    );
    for section in ["bactrian", ".debug_info"] {
        assert!(object.section_by_name(section).is_none(), "{section}");
    }

    let dll = File::parse(&*libraries.dll).expect("a shared library");
    let exports: BTreeSet<&str> = dll
        .dynamic_symbols()
        .filter(|symbol| symbol.is_definition() && symbol.is_global())
        .map(|symbol| symbol.name().expect("a name"))
        .collect();
    assert_eq!(exports, BTreeSet::from(["demo_stub"]));
}

#[test]
fn debugging_information_and_the_same_bytes_each_time() {
    let directory = Directory::new("debug");
    let archive = directory.archive();
    let stubs = ["demo_other", "demo_stub"];
    let libraries = make(&archive, &stubs, true).expect("libraries");
    let members = ArchiveFile::parse(&*libraries.archive).expect("an archive");
    let has_debug = members.members().any(|member| {
        let data = member
            .expect("a member")
            .data(&*libraries.archive)
            .expect("data");
        let object = File::parse(data).expect("an object");
        object
            .sections()
            .any(|section| section.name() == Ok(".debug_info"))
    });
    assert!(has_debug);
    let again = make(&archive, &stubs, true).expect("libraries");
    assert!(libraries.archive == again.archive && libraries.dll == again.dll);
}

#[test]
fn mistakes() {
    let directory = Directory::new("mistakes");
    let archive = directory.archive();
    let refused = |archive: &Path, symbols: &[&str], expected: &str| {
        let error = make(archive, symbols, false).expect_err("it is refused");
        assert!(error.contains(expected), "{error}");
    };
    let missing = ["demo_stub", "demo_missing"];
    refused(
        &archive,
        &missing,
        "has a record of the function `demo_missing`",
    );

    let text = directory.0.join("text.a");
    fs::write(&text, "no archive").expect("a file");
    refused(&text, &["demo_stub"], "is no static library");
    directory.run(&["ar", "crs", "empty.a", "demo.c"]);
    let empty = directory.0.join("empty.a");
    refused(&empty, &["demo_stub"], "holds no object file");
    refused(&directory.0.join("absent.a"), &["demo_stub"], "cannot read");
}
