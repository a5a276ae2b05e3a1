//! Finds OCaml, reads from its headers what differs between versions, compiles the C shim.
//!
//! Variables:
//! - `OCAMLOPT`: the compiler to ask (default `ocamlopt`);
//! - `OCAML_VERSION` and `OCAML_WHERE_PATH`: what `ocamlopt -version` and `ocamlopt -where` would
//!   say. With both set no program of OCaml's is run; when the directory holds no headers either
//!   (clippy, documentation), the C shim is left out and nothing is run at all.
//! - `DOCS_RS`: no OCaml is needed at all.
//! - `PATH`, where the compiler is found.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

const OLDEST: (u32, u32) = (4, 11);
const NEWEST: (u32, u32) = (5, 5);

/// What documentation builds assume, when there is no OCaml to ask.
const ASSUMED_VERSION: &str = "5.4.0";

fn main() {
    // An opam switch is another OCaml under the same name: its variable changes with it.
    for name in [
        "OCAMLOPT",
        "OCAML_VERSION",
        "OCAML_WHERE_PATH",
        "OPAM_SWITCH_PREFIX",
        "DOCS_RS",
    ] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    for path in [
        "build.rs",
        "src/shim.c",
        "src/embed.c",
        "src/version.c",
        "src/support.ml",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rustc-check-cfg=cfg(ocaml5, state_in_tls, state_in_global)");

    let ocaml = Ocaml::find();
    watch_ocamlopt(&ocaml);
    let layout = Layout::read(&ocaml);
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("layout.rs"), layout.source(&ocaml)).expect("OUT_DIR is writable");

    if ocaml.version.0 >= 5 {
        println!("cargo::rustc-cfg=ocaml5");
    }
    if let Some(headers) = &ocaml.headers {
        compile_shim(headers, &ocaml, &layout);
        if let Some(place) = state(&ocaml) {
            println!("cargo::rustc-cfg={place}");
        }
        // Some are missing in some versions; what is missing would have Cargo run this every time.
        for file in [
            "VERSION",
            "Makefile.config",
            "caml/domain_state.tbl",
            "caml/m.h",
            "caml/s.h",
            "caml/version.h",
        ] {
            let path = headers.join(file);
            if path.is_file() {
                println!("cargo::rerun-if-changed={}", path.display());
            }
        }
        println!("cargo::metadata=where={}", headers.display());
    }
    println!(
        "cargo::metadata=version={}.{}",
        ocaml.version.0, ocaml.version.1
    );

    if env::var_os("CARGO_FEATURE_LINK").is_some() && ocaml.headers.is_some() {
        link_runtime(&out);
    }
}

/// Where the domain state is, when Rust code can read it there without a call.
fn state(ocaml: &Ocaml) -> Option<&'static str> {
    if ocaml.version.0 < 5 {
        return Some("state_in_global");
    }
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    let in_tls = target("ARCH") == "x86_64"
        && target("POINTER_WIDTH") == "64"
        && ["linux", "freebsd", "netbsd", "openbsd"].contains(&target("OS").as_str());
    in_tls.then_some("state_in_tls")
}

/// Ends the build with a message that says what to do.
fn fail(message: &str) -> ! {
    for line in message.lines() {
        println!("cargo::error={line}");
    }
    exit(1)
}

struct Ocaml {
    version: (u32, u32),
    /// The directory that contains `caml/`, unless this is a build without OCaml.
    headers: Option<PathBuf>,
}

impl Ocaml {
    fn find() -> Ocaml {
        let given_version = env::var("OCAML_VERSION").ok();
        let given_where = env::var_os("OCAML_WHERE_PATH").map(PathBuf::from);
        if let (Some(version), Some(directory)) = (&given_version, &given_where) {
            let headers = has_headers(directory).then(|| directory.clone());
            return Ocaml {
                version: checked_version(version),
                headers,
            };
        }
        if env::var_os("DOCS_RS").is_some() {
            return Ocaml {
                version: checked_version(ASSUMED_VERSION),
                headers: None,
            };
        }
        let version = given_version.unwrap_or_else(|| ask_ocamlopt("-version"));
        let directory = given_where.unwrap_or_else(|| PathBuf::from(ask_ocamlopt("-where")));
        if !has_headers(&directory) {
            fail(&format!(
                "OCaml's C headers are not in {}: expected {}\n\
                 install the full OCaml compiler (on Debian and Ubuntu: `apt-get install ocaml`), \
                 or set OCAML_WHERE_PATH to what `ocamlopt -where` prints",
                directory.display(),
                directory.join("caml/domain_state.tbl").display(),
            ));
        }
        Ocaml {
            version: checked_version(&version),
            headers: Some(directory),
        }
    }
}

fn has_headers(directory: &Path) -> bool {
    directory.join("caml/domain_state.tbl").is_file()
}

fn ocamlopt() -> String {
    env::var("OCAMLOPT").unwrap_or_else(|_| "ocamlopt".to_owned())
}

/// Has Cargo run this again when the compiler that is asked is another one: another version in its place, or
/// before it in `PATH`.
fn watch_ocamlopt(ocaml: &Ocaml) {
    let given = ["OCAML_VERSION", "OCAML_WHERE_PATH"]
        .iter()
        .all(|name| env::var_os(name).is_some());
    if ocaml.headers.is_none() || (given && env::var_os("CARGO_FEATURE_LINK").is_none()) {
        return;
    }
    let command = PathBuf::from(ocamlopt());
    if command.components().count() > 1 {
        println!("cargo::rerun-if-changed={}", command.display());
        return;
    }
    println!("cargo::rerun-if-env-changed=PATH");
    let path = env::var_os("PATH").unwrap_or_default();
    let mut files = env::split_paths(&path).map(|directory| directory.join(&command));
    if let Some(file) = files.find(|file| file.is_file()) {
        println!("cargo::rerun-if-changed={}", file.display());
    }
}

fn ask_ocamlopt(option: &str) -> String {
    let command = ocamlopt();
    match Command::new(&command).arg(option).output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        Ok(output) => fail(&format!(
            "`{command} {option}` failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        )),
        Err(error) => fail(&format!(
            "no OCaml found: cannot run `{command} {option}`: {error}\n\
             install OCaml (on Debian and Ubuntu: `apt-get install ocaml`; elsewhere: \
             `opam switch create 5.4.0`, then `eval $(opam env)`), \
             or set OCAMLOPT to the path of ocamlopt,\n\
             or set both OCAML_VERSION and OCAML_WHERE_PATH to what `ocamlopt -version` and \
             `ocamlopt -where` print"
        )),
    }
}

fn checked_version(text: &str) -> (u32, u32) {
    let mut numbers = text.trim().split(|c: char| !c.is_ascii_digit());
    let mut next = || numbers.next().and_then(|n| n.parse::<u32>().ok());
    let (Some(major), Some(minor)) = (next(), next()) else {
        fail(&format!(
            "`{text}` is not a version of OCaml (from OCAML_VERSION or `ocamlopt -version`)"
        ))
    };
    if !(OLDEST..=NEWEST).contains(&(major, minor)) {
        fail(&format!(
            "OCaml {major}.{minor} is not supported: Bactrian works with OCaml {}.{} to {}.{}",
            OLDEST.0, OLDEST.1, NEWEST.0, NEWEST.1
        ));
    }
    (major, minor)
}

/// What the layout of the runtime's own data depends on: the table of what differs by version.
struct Layout {
    /// Fields of the domain state in order, as `caml/domain_state.tbl` lists them. Each takes
    /// eight bytes.
    domain_state: Vec<String>,
    flat_float_array: bool,
    /// Whether places in backtraces have a line where they end.
    end_lines: bool,
}

impl Layout {
    fn read(ocaml: &Ocaml) -> Layout {
        let Some(headers) = &ocaml.headers else {
            // The order since 5.4; nothing is linked or run in a build without headers.
            let names =
                "young_limit young_ptr young_start young_end id backtrace_active minor_tables";
            let domain_state = names.split(' ').map(str::to_owned).collect();
            return Layout {
                domain_state,
                flat_float_array: true,
                end_lines: true,
            };
        };
        let read = |name: &str| {
            let path = headers.join("caml").join(name);
            fs::read_to_string(&path)
                .unwrap_or_else(|error| fail(&format!("cannot read {}: {error}", path.display())))
        };
        let domain_state = read("domain_state.tbl")
            .lines()
            .filter_map(|line| line.trim().strip_prefix("DOMAIN_STATE"))
            .filter_map(|line| {
                Some(
                    line.rsplit_once(',')?
                        .1
                        .trim()
                        .trim_end_matches(')')
                        .trim()
                        .to_owned(),
                )
            })
            .collect();
        let flat_float_array = read("m.h").lines().any(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some("#define") && words.next() == Some("FLAT_FLOAT_ARRAY")
        });
        Layout {
            domain_state,
            flat_float_array,
            end_lines: read("backtrace_prim.h").contains("loc_end_lnum"),
        }
    }

    fn offset(&self, field: &str) -> Option<usize> {
        Some(8 * self.domain_state.iter().position(|name| name == field)?)
    }

    /// The field that leads to the table of custom blocks in the minor heap.
    fn custom_table(&self) -> &'static str {
        match self.offset("custom_table") {
            Some(_) => "custom_table",
            None => "minor_tables",
        }
    }

    fn source(&self, ocaml: &Ocaml) -> String {
        let required = |field: &str| {
            self.offset(field).unwrap_or_else(|| {
                fail(&format!(
                    "caml/domain_state.tbl has no field `{field}`: is it OCaml's own?"
                ))
            })
        };
        format!(
            "/// Major and minor number of the OCaml that this was built for.\n\
             pub const VERSION: (u32, u32) = ({}, {});\n\
             /// Whether this OCaml stores arrays and records of floats without boxes.\n\
             pub const FLAT_FLOAT_ARRAY: bool = {};\n\
             /// Byte offset of `young_ptr` in the domain state.\n\
             pub const YOUNG_PTR: usize = {};\n\
             /// Byte offset of `young_limit` in the domain state.\n\
             pub const YOUNG_LIMIT: usize = {};\n\
             /// Byte offset of `young_start` in the domain state.\n\
             pub const YOUNG_START: usize = {};\n\
             /// Byte offset of `young_end` in the domain state.\n\
             pub const YOUNG_END: usize = {};\n\
             /// Byte offset of `backtrace_active` in the domain state.\n\
             pub const BACKTRACE_ACTIVE: usize = {};\n\
             /// Byte offset of the pointer that leads to the table of custom blocks in the minor heap.\n\
             pub const CUSTOM_TABLE: usize = {};\n\
             /// Byte offset of the domain's number; on OCaml 4 there is none, and only one domain.\n\
             pub const DOMAIN_ID: usize = {};\n",
            ocaml.version.0,
            ocaml.version.1,
            self.flat_float_array,
            required("young_ptr"),
            required("young_limit"),
            required("young_start"),
            required("young_end"),
            required("backtrace_active"),
            required(self.custom_table()),
            if ocaml.version.0 >= 5 {
                required("id")
            } else {
                0
            },
        )
    }
}

fn compile_shim(headers: &Path, ocaml: &Ocaml, layout: &Layout) {
    let mut build = cc::Build::new();
    build
        .file("src/shim.c")
        .file("src/embed.c")
        .file("src/version.c")
        .include(headers)
        .define("BACTRIAN_OCAML_MAJOR", ocaml.version.0.to_string().as_str())
        .define("BACTRIAN_OCAML_MINOR", ocaml.version.1.to_string().as_str())
        .warnings(true)
        .extra_warnings(false)
        .flag_if_supported("-Wno-unused-parameter");
    for (name, field) in [
        ("BACTRIAN_YOUNG_PTR", "young_ptr"),
        ("BACTRIAN_YOUNG_LIMIT", "young_limit"),
        ("BACTRIAN_BACKTRACE_ACTIVE", "backtrace_active"),
        ("BACTRIAN_CUSTOM_TABLE", layout.custom_table()),
    ] {
        let offset = layout.offset(field).expect("read by Layout::source");
        build.define(name, offset.to_string().as_str());
    }
    if layout.offset("memprof_young_trigger").is_some() {
        build.define("BACTRIAN_MEMPROF_YOUNG_TRIGGER", None);
    }
    if layout.end_lines {
        build.define("BACTRIAN_END_LINES", None);
    }
    build.compile("bactrian_shim");
}

/// Makes an object of the OCaml runtime, the standard library and what Rust closures need, and has Rust
/// executables (not libraries) linked with it.
fn link_runtime(out: &Path) {
    let run = |command: &mut Command| match command.output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        Ok(output) => fail(&format!(
            "feature `link`: {command:?} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
        Err(error) => fail(&format!("feature `link`: cannot run {command:?}: {error}")),
    };
    let source = out.join("bactrian_support.ml");
    let object = out.join("bactrian_ocaml.o");
    fs::copy("src/support.ml", &source).expect("OUT_DIR is writable");
    let mut command = Command::new(ocamlopt());
    command
        .current_dir(out)
        .args(["-output-complete-obj", "-o"])
        .arg(&object);
    // The thread library, so that every Rust thread may attach. Its C libraries are named here, since
    // OCaml would give the linker that merges objects those of the system too.
    let directory = PathBuf::from(run(Command::new(ocamlopt()).arg("-where")).trim());
    let has = |name: &&str| {
        let file = format!("lib{name}.a");
        directory.join(&file).is_file() || directory.join("unix").join(&file).is_file()
    };
    let unix = ["unixnat", "unix"].into_iter().find(has);
    if let (Some(unix), true) = (unix, has(&"threadsnat")) {
        command
            .args(["-I", "+unix", "-I", "+threads", "unix.cmxa", "threads.cmxa"])
            .args(["-linkall", "-noautolink", "-cclib", "-lthreadsnat"])
            .args(["-cclib", &format!("-l{unix}")]);
        println!("cargo::rustc-link-lib=pthread");
    }
    run(command.arg(&source));
    let archive = out.join("libbactrian_ocaml.a");
    let _ = fs::remove_file(&archive);
    run(Command::new(env::var("AR").unwrap_or_else(|_| "ar".into()))
        .arg("crs")
        .arg(&archive)
        .arg(&object));
    println!("cargo::rustc-link-search=native={}", out.display());
    println!("cargo::rustc-link-lib=static:-bundle=bactrian_ocaml");
    let config = run(Command::new(ocamlopt()).arg("-config"));
    for key in ["native_c_libraries:", "compression_c_libraries:"] {
        let libraries = config
            .lines()
            .find_map(|line| line.strip_prefix(key))
            .unwrap_or("");
        for library in libraries
            .split_whitespace()
            .filter_map(|word| word.strip_prefix("-l"))
        {
            println!("cargo::rustc-link-lib={library}");
        }
    }
}
