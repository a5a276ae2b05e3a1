#!/usr/bin/env bash
# What never calls the OCaml runtime, under Miri: messages, readers and writers of the
# interface. Needs `rustup component add --toolchain nightly miri rust-src`.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-$PWD/target}/miri
OCAML_VERSION=$(ocamlopt -version) OCAML_WHERE_PATH=$(ocamlopt -where)
export OCAML_VERSION OCAML_WHERE_PATH MIRIFLAGS=-Zmiri-disable-isolation
log=$(mktemp)
trap 'rm -f "$log"' EXIT
miri() { # PACKAGE TESTS...
  cargo +nightly miri test --quiet --target-dir "$target" -p "$1" --lib -- "${@:2}" 2>&1 | tee -a "$log"
}
# A test of a chain without end makes one, and never frees it.
MIRIFLAGS="$MIRIFLAGS -Zmiri-ignore-leaks" miri bactrian
# Tests that start other programs are for the real machine.
miri bactrian-build records:: doc::lexer sig:: layout:: names:: keywords:: tests::errors
echo "miri: $(sed -n 's/^test result: ok\. \([0-9]*\) passed.*/\1/p' "$log" | paste -sd+ | bc) tests passed"
