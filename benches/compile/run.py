#!/usr/bin/env python3
"""What a crate of 200 functions and 100 types costs to compile, with Bactrian and with ocaml-rs.

  benches/compile/run.py            builds, measures, writes ../COMPILE.md
  benches/compile/run.py --only bactrian [--repeat N]     prints only

Needs cargo, OCaml, binutils; `cargo +nightly` for the sizes of what the macros write.
Built in benches/compile/target, or CARGO_TARGET_DIR/compile.
"""

import argparse
import os
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
            '[workspace]\n\n[package]\nname = "many"\nversion = "0.0.0"\nedition = "2021"\n\n'
            '[lib]\ncrate-type = ["staticlib"]\n\n[dependencies]\n'
            f"{LIBRARIES[library]['dependency']}\n"
        )
    with open(folder + "/src/lib.rs", "w", encoding="utf-8") as file:
        file.write(text)
    return folder


def cargo(library, folder, *arguments):
    variables = {name: v for name, v in os.environ.items() if not name.startswith("CARGO_PROFILE")}
    variables["CARGO_TARGET_DIR"] = os.path.join(TARGET, library)
    done = subprocess.run(
        ["cargo", *arguments], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return done.stdout


def processor_time():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def archive_size(library, profile):
    """Without debug information, in bytes."""
    archive = os.path.join(TARGET, library, profile, "libmany.a")
    stripped = archive + ".stripped"
    shutil.copy(archive, stripped)
    subprocess.run(["strip", "--strip-debug", stripped], check=True)
    return os.path.getsize(stripped)


def build(library, profile, repeat):
    """Medians of seconds on the clock and of processor time, both without the dependencies; the size of the
    archive, and how much larger it is than that of a crate without anything."""
    options = ["--release"] if profile == "release" else []
    module = {"bactrian": "bactrian", "ocaml-rs": "ocaml"}[library]
    folder = crate(library, f"extern crate {module} as _;\n")
    cargo(library, folder, "build", *options)
    nothing = archive_size(library, profile)
    crate(library, source(library, KINDS))
    clock, processor = [], []
    for _ in range(repeat):
        cargo(library, folder, "clean", "-p", "many", *options)
        before, start = processor_time(), time.monotonic()
        cargo(library, folder, "build", *options)
        clock.append(time.monotonic() - start)
        processor.append(processor_time() - before)
    size = archive_size(library, profile)
    return statistics.median(clock), statistics.median(processor), size, size - nothing


def expanded(library, text):
    folder = crate(library, text)
    return len(cargo(library, folder, "+nightly", "rustc", "--", "-Zunpretty=expanded"))


def expansions(library):
    """Bytes that the macros write for a type and for a function of each kind. The compiler's own printing
    of what is not from a macro is about as long as the source."""
    sizes = {}
    for kind, count in KINDS.items():
        types = source(library, {kind: count}, functions=False)
        both = source(library, {kind: count})
        of_types, of_both = expanded(library, types), expanded(library, both)
        of_functions = of_both - of_types - (len(both) - len(types))
        sizes[kind] = ((of_types - len(types)) / count, of_functions / (2 * count))
    return sizes


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def page(builds, sizes):
    version = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    ocaml = subprocess.run(
        [os.environ.get("OCAMLOPT", "ocamlopt"), "-version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    functions = 2 * sum(KINDS.values())
    kinds = ", ".join(f"{count} {kind}" for kind, count in KINDS.items())
    lines = [
        "# Compile time",
        "",
        "Written by `benches/compile/run.py`: a crate of",
        f"{functions} functions and {sum(KINDS.values())} types ({kinds}), the same for both libraries but for",
        "the macros' names, compiled from nothing, its dependencies apart. Medians; where other programs",
        "ran, too, look at the processor time.",
        "",
        f"{time.strftime('%Y-%m-%d', time.gmtime())}, {version}, OCaml {ocaml}.",
        "",
    ]
    lines += table(
        ["", "clock, s", "processor, s", "archive, MB", "of that the crate's, MB"],
        [
            [f"{library}, {profile}", f"{clock:.1f}", f"{processor:.1f}", f"{size / 1e6:.2f}", f"{own / 1e6:.2f}"]
            for (library, profile), (clock, processor, size, own) in builds.items()
        ],
    )
    lines += ["", "The archives are stripped of debug information.", ""]
    if all(sizes.values()):
        lines += ["What the macros write, in bytes of Rust (`-Zunpretty=expanded`):", ""]
        lines += table(
            [""] + [f"{what} of {kind}" for kind in KINDS for what in ("a type", "a function")],
            [
                [library] + [f"{size:.0f}" for kind in KINDS for size in sizes[library][kind]]
                for library in sizes
            ],
        )
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=LIBRARIES)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    libraries = [given.only] if given.only else list(LIBRARIES)
    builds = {
        (library, profile): build(library, profile, given.repeat)
        for profile in ["debug", "release"]
        for library in libraries
    }
    sizes = {library: expansions(library) for library in libraries}
    text = page(builds, sizes)
    print(text)
    if not given.only:
        with open(os.path.join(os.path.dirname(HERE), "COMPILE.md"), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
