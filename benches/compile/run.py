#!/usr/bin/env python3
"""What a crate of 200 functions and 100 types costs to compile, with Bactrian and with ocaml-rs.

  benches/compile/run.py            builds, measures, writes ../COMPILE.md
  benches/compile/run.py --only bactrian [--repeat N]     prints only

Needs cargo, OCaml, binutils; `cargo +nightly` for the sizes of what the macros write.
Built in benches/compile/target, or CARGO_TARGET_DIR/compile.
"""

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TARGET = os.path.join(os.environ.get("CARGO_TARGET_DIR", HERE + "/target"), "compile")
KINDS = {"records": 50, "enums": 35, "customs": 15}

LIBRARIES = {
    "bactrian": {
        "dependency": f'bactrian = {{ path = "{ROOT}" }}',
        "func": "#[bactrian::func]",
        "derive": "#[derive(bactrian::FromValue, bactrian::ToValue)]",
        "custom": ("#[derive(bactrian::Custom)]\n", ""),
        "returned": ("Handle{i}", "Handle{i}"),
    },
    "ocaml-rs": {
        "dependency": 'ocaml = "=1.3.0"',
        "func": "#[ocaml::func]",
        "derive": "#[derive(ocaml::FromValue, ocaml::ToValue)]",
        "custom": ("", "ocaml::custom!(Handle{i});\n"),
        "returned": ("ocaml::Pointer<Handle{i}>", "Handle{i}"),
    },
}


def record(lib, i):
    nested = f"Record{i - 1}" if i % 5 else "(isize, f64)"
    return f"""
{lib["derive"]}
pub struct Record{i} {{
    pub name: String,
    pub count: isize,
    pub ratio: f64,
    pub active: bool,
    pub numbers: Vec<isize>,
    pub maybe: Option<String>,
    pub nested: {nested},
}}
"""


def record_functions(lib, i):
    return f"""
{lib["func"]}
pub fn record{i}_size(record: Record{i}) -> isize {{
    record.name.len() as isize + record.count + record.numbers.len() as isize
}}

{lib["func"]}
pub fn record{i}_renamed(mut record: Record{i}, name: String) -> Record{i} {{
    record.name = name;
    record
}}
"""


def enum(lib, i):
    return f"""
{lib["derive"]}
pub enum Variant{i} {{
    Nothing,
    Unknown,
    Number(isize),
    Pair(f64, f64),
    Text {{ text: String, size: isize }},
    Many(Vec<String>),
}}
"""


def enum_functions(lib, i):
    return f"""
{lib["func"]}
pub fn variant{i}_size(variant: Variant{i}) -> isize {{
    match variant {{
        Variant{i}::Nothing | Variant{i}::Unknown => 0,
        Variant{i}::Number(n) => n,
        Variant{i}::Pair(a, b) => (a + b) as isize,
        Variant{i}::Text {{ text, size }} => text.len() as isize + size,
        Variant{i}::Many(texts) => texts.len() as isize,
    }}
}}

{lib["func"]}
pub fn variant{i}_of(text: &str, size: isize) -> Variant{i} {{
    if text.is_empty() {{
        Variant{i}::Nothing
    }} else {{
        Variant{i}::Text {{ text: text.to_owned(), size }}
    }}
}}
"""


def custom(lib, i):
    before, after = (part.replace("{i}", str(i)) for part in lib["custom"])
    return f"""
{before}pub struct Handle{i} {{
    texts: Vec<String>,
}}
{after}"""


def custom_functions(lib, i):
    returned = lib["returned"][0].replace("{i}", str(i))
    into = ".into()" if lib["returned"][0] != lib["returned"][1] else ""
    return f"""
{lib["func"]}
pub fn handle{i}_of(texts: Vec<String>) -> {returned} {{
    Handle{i} {{ texts }}{into}
}}

{lib["func"]}
pub fn handle{i}_length(handle: &Handle{i}) -> isize {{
    handle.texts.len() as isize
}}
"""


MAKERS = {
    "records": (record, record_functions),
    "enums": (enum, enum_functions),
    "customs": (custom, custom_functions),
}


def source(library, counts, functions=True):
    lib = LIBRARIES[library]
    parts = ["//! Generated.\n#![allow(dead_code, clippy::all)]\n"]
    for kind, count in counts.items():
        of_type, of_functions = MAKERS[kind]
        for i in range(count):
            parts.append(of_type(lib, i))
            if functions:
                parts.append(of_functions(lib, i))
    return "".join(parts)


def crate(library, text):
    folder = os.path.join(TARGET, "crates", library)
    os.makedirs(folder + "/src", exist_ok=True)
    with open(folder + "/Cargo.toml", "w", encoding="utf-8") as file:
        file.write(
            "[workspace]\n\n[package]\nname = \"many\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n"
            '[lib]\ncrate-type = ["staticlib"]\n\n[dependencies]\n' + LIBRARIES[library]["dependency"] + "\n"
        )
    with open(folder + "/src/lib.rs", "w", encoding="utf-8") as file:
        file.write(text)
    return folder


def environment(library):
    keep = {k: v for k, v in os.environ.items() if not k.startswith("CARGO_PROFILE")}
    return keep | {"CARGO_TARGET_DIR": os.path.join(TARGET, library)}


def cargo(library, folder, *arguments, **options):
    options = {"check": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    try:
        return subprocess.run(["cargo", *arguments], cwd=folder, env=environment(library), **options)
    except subprocess.CalledProcessError as error:
        raise SystemExit(error.stderr) from error


def processor_time():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def build(library, text, profile, repeat):
    """Seconds on the clock, seconds of processor time, and the archive's size: without the dependencies."""
    folder = crate(library, text)
    options = ["--release"] if profile == "release" else []
    cargo(library, folder, "build", *options)
    clock, processor = [], []
    for _ in range(repeat):
        cargo(library, folder, "clean", "-p", "many", *options)
        before, start = processor_time(), time.monotonic()
        cargo(library, folder, "build", *options)
        clock.append(time.monotonic() - start)
        processor.append(processor_time() - before)
    archive = os.path.join(TARGET, library, profile, "libmany.a")
    stripped = archive + ".stripped"
    shutil.copy(archive, stripped)
    subprocess.run(["strip", "--strip-debug", stripped], check=True)
    return statistics.median(clock), statistics.median(processor), os.path.getsize(stripped)


def expanded(library, text):
    folder = crate(library, text)
    arguments = ["+nightly", "rustc", "--profile", "check", "--", "-Zunpretty=expanded"]
    arguments[2:4] = ["--profile", "dev"]
    return len(cargo(library, folder, *arguments).stdout)


def measure(library, repeat):
    whole = source(library, KINDS)
    rows = {}
    for profile in ["debug", "release"]:
        _, _, nothing = build(library, "//! Nothing.\n", profile, 0) if False else empty(library, profile)
        clock, processor, size = build(library, whole, profile, repeat)
        rows[profile] = (clock, processor, size, size - nothing)
    sizes = {}
    try:
        for kind, count in KINDS.items():
            types = source(library, {kind: count}, functions=False)
            both = source(library, {kind: count})
            of_types, of_both = expanded(library, types), expanded(library, both)
            sizes[kind] = (
                (of_types - len(types)) / count,
                (of_both - of_types - (len(both) - len(types))) / (2 * count),
            )
    except SystemExit as error:
        print("no sizes of expansions:", str(error).strip().splitlines()[-1:])
    return rows, sizes


def empty(library, profile):
    folder = crate(library, "//! Nothing.\n" + ("extern crate bactrian as _;\n" if library == "bactrian" else "extern crate ocaml as _;\n"))
    options = ["--release"] if profile == "release" else []
    cargo(library, folder, "build", *options)
    archive = os.path.join(TARGET, library, profile, "libmany.a")
    stripped = archive + ".stripped"
    shutil.copy(archive, stripped)
    subprocess.run(["strip", "--strip-debug", stripped], check=True)
    return None, None, os.path.getsize(stripped)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=LIBRARIES)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    libraries = [given.only] if given.only else list(LIBRARIES)
    measured = {library: measure(library, given.repeat) for library in libraries}
    for library, (rows, sizes) in measured.items():
        for profile, (clock, processor, size, own) in rows.items():
            print(f"{library:10}{profile:9}{clock:6.1f} s{processor:7.1f} s cpu{size / 1e6:8.2f} MB{own / 1e6:8.2f} MB own")
        for kind, (of_type, of_function) in sizes.items():
            print(f"{library:10}{kind:9}{of_type:8.0f} bytes a type{of_function:8.0f} bytes a function")


if __name__ == "__main__":
    main()
