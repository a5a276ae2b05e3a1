#!/usr/bin/env bash
# What never calls the OCaml runtime, under Miri: readers and writers of the interface. Needs
# `rustup component add --toolchain nightly miri rust-src`.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-$PWD/target}/miri
OCAML_VERSION=$(ocamlopt -version) OCAML_WHERE_PATH=$(ocamlopt -where)
export OCAML_VERSION OCAML_WHERE_PATH MIRIFLAGS=-Zmiri-disable-isolation
# Tests that start other programs are for the real machine, and those that try all that there is.
cargo +nightly miri test --quiet --target-dir "$target" -p bactrian-build --lib -- \
  records:: doc::lexer sig:: layout:: names:: keywords:: tests::errors \
  --skip no_bytes_cause_a_panic --skip damaged_records_are_errors
