#!/usr/bin/env python3
"""Writes RESULTS.md, its plots and the table in the README from results/*.json, which `run.sh --public` makes.
Needs only Python."""

import json
import math
import os
from html import escape

HERE = os.path.dirname(os.path.abspath(__file__))

# In the results, in the table, in the plots' legends.
COLUMNS = [
    ("c", "C", "C as the manual teaches it"),
    ("c_fast", "fast C", "fastest C"),
    ("owned", "owning C", "fastest C that owns what it reads"),
    ("ocaml", "OCaml", "OCaml"),
    ("ocaml-rs", "ocaml-rs", "ocaml-rs 1.3.0"),
    ("interop", "ocaml-interop", "ocaml-interop 0.12.0"),
]
PEERS = ["ocaml-rs", "interop"]
TITLES = {column: title for column, title, _ in COLUMNS}

# Cases whose peers' cells have no code of the library in them: functions of C's kind.
PLAIN = [
    "int_add_untagged", "int_add_noalloc", "float_add_unboxed", "float_add_noalloc",
    "int64_add_unboxed", "int64_add_noalloc", "args7_untagged",
]


def load():
    """The results by version, the newest version first."""
    folder = os.path.join(HERE, "results")
    names = [name for name in os.listdir(folder) if name.endswith(".json")]
    versions = sorted(
        (name.removesuffix(".json") for name in names),
        key=lambda version: [int(part) for part in version.split(".")],
        reverse=True,
    )
    results = {}
    for version in versions:
        with open(os.path.join(folder, version + ".json"), encoding="utf-8") as file:
            results[version] = json.load(file)
    return results


def human(ns):
    if ns >= 1e6:
        return f"{ns / 1e6:.3g} ms"
    if ns >= 1e3:
        return f"{ns / 1e3:.3g} µs"
    return f"{ns:.3g} ns"


def number(ratio):
    return f"{ratio:.0f}" if ratio >= 99.5 else f"{ratio:.1f}" if ratio >= 9.95 else f"{ratio:.2f}"


def standing(case, column):
    """Is Bactrian ahead there? Within half a nanosecond, or where the quartiles have 1 between them, nobody is."""
    low, middle, high = case[column]["to_bactrian"]
    apart = abs(case[column]["median"] - case["bactrian"]["median"])
    if low <= 1 <= high or apart < 0.5 or abs(middle - 1) < 0.01:
        return "level"
    return "ahead" if middle > 1 else "behind"


# ---- the page ----


def cell(name, case, column):
    if column not in case:
        return "-"
    low, middle, high = case[column]["to_bactrian"]
    note = "†" if column == "ocaml-rs" and name in PLAIN else ""
    return f"{number(middle)}{note} ({number(low)}–{number(high)})"


def version_section(result):
    cases = result["cases"]
    columns = [column for column, _, _ in COLUMNS if any(column in case for case in cases.values())]
    lines = [
        f"## OCaml {result['ocaml']}",
        "",
        f"{result['date'][:10]}, {result['cpu']}, {result['cores']} cores, load {result['load']} at the start;"
        f" {result['rustc']}; {result['cc']}; Bactrian at {result['bactrian']}.",
        f"{result['passes']} passes of {result['rounds']} rounds, samples of {result['sample_ns'] / 1e6:g} ms.",
        "",
        "| case | Bactrian | " + " | ".join(TITLES[column] for column in columns) + " |",
        "|---|---:|" + "---:|" * len(columns),
    ]
    for name, case in cases.items():
        cells = [cell(name, case, column) for column in columns]
        lines.append(f"| `{name}` | {human(case['bactrian']['median'])} | " + " | ".join(cells) + " |")
    lines.append("")
    for column in PEERS:
        if column not in columns:
            lines += [f"{TITLES[column]} has no OCaml {result['ocaml'].split('.')[0]}.", ""]
            continue
        names = {"ahead": [], "level": [], "behind": []}
        for name, case in cases.items():
            if column in case:
                names[standing(case, column)].append(name)
        total = sum(map(len, names.values()))
        lines.append(f"Bactrian is ahead of {TITLES[column]} in {len(names['ahead'])} of {total} cases.")
        for what in ["level", "behind"]:
            if names[what]:
                shown = ", ".join(
                    f"`{name}` ({number(cases[name][column]['to_bactrian'][1])})" for name in names[what]
                )
                lines.append(f"{what.capitalize()}: {shown}.")
        lines.append("")
    return lines + scaling_section(result)


SCALING = {
    "list_in": ("A list of ints, read into a `Vec`: ns per element", 1),
    "list_out": ("A list of ints, made: ns per element", 1),
    "minor_gc_with_roots": ("A minor collection with live roots: ns", 0),
    "call_with_roots": ("A call with live roots: ns", 0),
}


def scaling_section(result):
    lines = []
    for name, (title, per_element) in SCALING.items():
        sizes = result["scaling"].get(name)
        if not sizes:
            continue
        columns = [c for c, _, _ in COLUMNS if any(c in figures for figures in sizes.values())]
        columns.append("bactrian")
        titles = TITLES | {"bactrian": "Bactrian"}
        lines += [
            f"{title}.",
            "",
            "| | " + " | ".join(titles[column] for column in columns) + " |",
            "|---:|" + "---:|" * len(columns),
        ]
        for size, figures in sizes.items():
            divisor = int(size) if per_element else 1
            cells = [f"{figures[c]['median'] / divisor:.3g}" if c in figures else "-" for c in columns]
            lines.append(f"| {int(size):,} | " + " | ".join(cells) + " |")
        lines.append("")
    return lines


INTRODUCTION = """# Results

Written by `make bench-public`, which renews the section of the version of OCaml that it finds and keeps
the others. [README.md](README.md) says what the columns and cases are, and why a cell may be empty.

All columns run in one process and take turns; before a case is timed, what the columns make is compared.
The second column is Bactrian's median time per operation. The others say how many times as long each
takes: the median of the ratios within each round, and in parentheses their quartiles. More than 1 is
slower than Bactrian. †: a plain `extern "C"` function, in which there is nothing of the library.

Look at the ratios rather than the times: the machine may have had other work, its load is said below. Where
OCaml's loop around a case lies in memory makes up to 0.8 ns of difference between columns with the same code,
the same in all samples of a build.
So "level" is said where the quartiles lie on both sides of 1, or the medians are less than half a
nanosecond apart.

![Ratios](ratios.svg)
![Lists by size](sizes.svg)
![Live roots](roots.svg)
"""


def page(results):
    lines = INTRODUCTION.splitlines() + [""]
    for result in results.values():
        lines += version_section(result)
    return "\n".join(lines).rstrip() + "\n"


# ---- in the project's README ----

SHOWN = {
    "noop": "a call without arguments",
    "str_out_16": "a string of 16 bytes, made",
    "record_out": "a record with a list of strings, made",
    "record_in": "the same, read",
    "string_list_out_1000": "a list of 1000 strings, made",
    "int_array_in_1000": "an array of 1000 ints, read",
    "tree_out_d10": "a tree of 1023 nodes, made",
    "exn_from_native": "an error raised and caught",
    "callback_x1000": "1000 calls of an OCaml function",
}
BEGIN, END = "<!-- written by benches/report.py -->", "<!-- until here -->"


def speed(results):
    """A table of some cases, and how many there are."""
    heads, lines = [""], []
    for version, result in results.items():
        have = [column for column in PEERS if column in result["cases"]["noop"]]
        heads += [f"{title}, {version}" for title in ["C"] + [TITLES[column] for column in have]]
        for column in have:
            standings = [standing(case, column) for case in result["cases"].values() if column in case]
            count = {what: standings.count(what) for what in ("ahead", "level", "behind")}
            lines.append(
                f"- With OCaml {version}, Bactrian is ahead of {TITLES[column]} in {count['ahead']} of"
                f" {len(standings)} cases, level in {count['level']}, behind in {count['behind']}."
            )
    lines += ["", "| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    for name, title in SHOWN.items():
        cells = []
        for result in results.values():
            case = result["cases"][name]
            for column in ["owned" if "owned" in case else "c_fast"] + PEERS:
                if column in result["cases"]["noop"] or column not in PEERS:
                    cells.append(number(case[column]["to_bactrian"][1]) if column in case else "-")
        lines.append("| " + " | ".join([title] + cells) + " |")
    return "\n".join(lines)


def renew_readme(results):
    path = os.path.join(os.path.dirname(HERE), "README.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n\n{speed(results)}\n\n{END}{after}")


# ---- the plots ----

STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .small { font-size: 10px }
  .paper { fill: #ffffff }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .bactrian { stroke: #1a7f37; fill: #1a7f37 }
  .c { stroke: #8c959f; fill: #8c959f }
  .c_fast, .owned { stroke: #59636e; fill: #59636e }
  .ocaml { stroke: #9a6700; fill: #9a6700 }
  .ocaml-rs { stroke: #d1242f; fill: #d1242f }
  .interop { stroke: #0969da; fill: #0969da }
  .line { fill: none; stroke-width: 1.6 }
  .dashed { stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .paper { fill: #0d1117 }
    .grid { stroke: #3d444d }
    .bactrian { stroke: #3fb950; fill: #3fb950 }
    .c { stroke: #7d8590; fill: #7d8590 }
    .c_fast, .owned { stroke: #b1bac4; fill: #b1bac4 }
    .ocaml { stroke: #d29922; fill: #d29922 }
    .ocaml-rs { stroke: #f85149; fill: #f85149 }
    .interop { stroke: #4493f8; fill: #4493f8 }
  }
"""


class Picture:
    def __init__(self, width, height):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}">',
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{width}" height="{height}"/>',
        ]

    def text(self, x, y, text, anchor="start", kind=""):
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'
        )

    def line(self, x1, y1, x2, y2, kind):
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'
        )

    def mark(self, x, y, column, size=3.5):
        """A shape for each column, for those who see no colours."""
        if column == "interop":
            self.parts.append(
                f'<path d="M{x - size:.1f} {y:.1f}l{size} {-size}l{size} {size}l{-size} {size}z" class="{column}"/>'
            )
        elif column in ("c_fast", "owned"):
            self.parts.append(
                f'<rect x="{x - 1:.1f}" y="{y - size - 0.5:.1f}" width="2" height="{2 * size + 1}" class="{column}"/>'
            )
        else:
            self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" class="{column}"/>')

    def curve(self, points, kind):
        shown = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{shown}" class="line {kind}"/>')

    def write(self, name):
        with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
            file.write("\n".join(self.parts + ["</svg>"]) + "\n")


def plot_ratios(results):
    """A row for each case, a panel for each version: how many times Bactrian's time the others take."""
    names = list(next(iter(results.values()))["cases"])
    row, left, panel, gap, top = 11, 150, 370, 24, 62
    width = left + len(results) * (panel + gap)
    height = top + row * len(names) + 30
    picture = Picture(width, height)
    picture.text(12, 20, "Time per operation, in Bactrian's: to the right of the green line is slower", kind="title")
    x = 12
    for column, title in [
        ("bactrian", "Bactrian"),
        ("c_fast", "fastest C (that owns what it reads, where Bactrian does)"),
        ("ocaml-rs", TITLES["ocaml-rs"]),
        ("interop", TITLES["interop"]),
    ]:
        picture.mark(x + 4, 36, column)
        picture.text(x + 13, 40, title)
        x += 28 + 6.6 * len(title)
    low, high = math.log2(0.25), math.log2(128)

    for i, (version, result) in enumerate(results.items()):
        start = left + i * (panel + gap)

        def across(ratio):
            return start + panel * (min(max(math.log2(ratio), low), high) - low) / (high - low)

        picture.text(start + panel / 2, top - 6, f"OCaml {version}", "middle", "title")
        bottom = top + row * len(names)
        for power in range(int(low), int(high) + 1):
            x = across(2**power)
            picture.line(x, top, x, bottom, "bactrian" if power == 0 else "grid")
            label = f"{2**power}" if power >= 0 else f"1/{2**-power}"
            picture.text(x, bottom + 14, label, "middle", "small")
        for j, name in enumerate(names):
            y = top + row * (j + 0.5)
            if i == 0:
                picture.text(left - 6, y + 3.5, name, "end", "small")
            case = result["cases"].get(name, {})
            mark = "owned" if "owned" in case else "c_fast"
            for column in [mark] + PEERS:
                if column in case:
                    quarter, middle, three = case[column]["to_bactrian"]
                    picture.line(across(quarter), y, across(three), y, column)
                    picture.mark(across(middle), y, column)
    picture.write("ratios.svg")


def plot_growth(results, name, title, panels):
    """Panels across, versions down; both axes logarithmic."""
    panel, tall, left, gap, top = 360, 210, 58, 70, 74
    width = left + len(panels) * (panel + gap) - gap + 20
    height = top + len(results) * (tall + 62)
    picture = Picture(width, height)
    picture.text(12, 20, title, kind="title")
    present = [
        (column, legend)
        for column, _, legend in COLUMNS + [("bactrian", "", "Bactrian")]
        if any(
            column in figures
            for result in results.values()
            for case, _, _ in panels
            for figures in result["scaling"].get(case, {}).values()
        )
    ]
    x, y = 12, 40
    for column, legend in present:
        wide = 34 + 6.6 * len(legend)
        if x + wide > width:
            x, y = 12, y + 16
        picture.curve([(x, y - 4), (x + 20, y - 4)], kind_of(column))
        picture.text(x + 25, y, legend)
        x += wide
    for i, (version, result) in enumerate(results.items()):
        for j, (case, unit, value) in enumerate(panels):
            sizes = result["scaling"].get(case, {})
            lines = {
                column: [
                    (int(size), value(int(size), figures[column]["median"]))
                    for size, figures in sizes.items()
                    if column in figures
                ]
                for column, _ in present
            }
            values = [v for line in lines.values() for _, v in line]
            if not values:
                continue
            start, up = left + j * (panel + gap), top + i * (tall + 62) + 18
            low = math.floor(math.log10(min(values)) * 2) / 2
            high = math.ceil(math.log10(max(values)) * 2) / 2
            ticks = [int(size) for size in sizes]

            def across(size):
                return start + panel * ticks.index(size) / (len(ticks) - 1)

            def down(v):
                return up + tall * (high - math.log10(v)) / (high - low)

            picture.text(start, up - 8, f"OCaml {version}: {unit}", kind="title")
            for size in ticks:
                picture.line(across(size), up, across(size), up + tall, "grid")
                shown = f"{size}" if size < 1000 else f"10^{round(math.log10(size))}"
                picture.text(across(size), up + tall + 15, shown, "middle", "small")
            for power in range(math.ceil(low), math.floor(high) + 1):
                for digit in [1, 2, 5]:
                    v = digit * 10.0**power
                    if low <= math.log10(v) <= high:
                        picture.line(start, down(v), start + panel, down(v), "grid")
                        picture.text(start - 6, down(v) + 3.5, f"{v:,g}", "end", "small")
            for column, line in lines.items():
                picture.curve([(across(size), down(v)) for size, v in line], kind_of(column))
    picture.write(name)


def kind_of(column):
    return column + (" dashed" if column in ("owned", "c") else "")


def main():
    results = load()
    with open(os.path.join(HERE, "RESULTS.md"), "w", encoding="utf-8") as file:
        file.write(page(results))
    renew_readme(results)
    plot_ratios(results)
    plot_growth(
        results,
        "sizes.svg",
        "A list of 10 to 10^7 ints",
        [
            ("list_in", "read, ns per element", lambda size, ns: ns / size),
            ("list_out", "made, ns per element", lambda size, ns: ns / size),
        ],
    )
    plot_growth(
        results,
        "roots.svg",
        "With 0 to 10^6 live roots",
        [
            ("minor_gc_with_roots", "a minor collection, ns", lambda _, ns: ns),
            ("call_with_roots", "a call, ns", lambda _, ns: ns),
        ],
    )


if __name__ == "__main__":
    main()
