#!/usr/bin/env bash
# Crates of random derived types: run.sh [short|full|SEED...]
#
# For each seed a crate of 200 types, the interface that `cargo bactrian build` writes for it, and an
# OCaml program with values of all of them, which go to Rust and back (with the usual runtime, and with
# the one that checks the heap): see src/main.rs. "short" takes one seed, "full" those from 1 to 20; a
# failure says which seed it was. TYPES=n: so many types.
set -euo pipefail
cd "$(dirname "$0")"

here=$PWD
root=$(cd ../.. && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
version=$(ocamlopt -version)
case ${1:-short} in
  short) seeds=(0) ;;
  full) mapfile -t seeds < <(seq 1 20) ;;
  *) seeds=("$@") ;;
esac

export CARGO_PROFILE_DEV_DEBUG=0
(cd "$root" && cargo build --quiet --target-dir "$target" -p bactrian-build -p bactrian-generated)
work=$target/generated-$version
# Most of the time is that of compiling: as little of it as can be.
export CARGO_TARGET_DIR=$work/target

failed() { echo "tests/generated: $version: seed $seed: $*; again: tests/generated/run.sh $seed" >&2; exit 1; }
types=0 checks=0
for seed in "${seeds[@]}"; do
  start=$SECONDS
  crate=$work/$seed
  rm -rf "$crate"
  "$target/debug/bactrian-generated" "$seed" "${TYPES:-200}" "$crate" "$root"
  (cd "$crate" && "$target/debug/cargo-bactrian" bactrian build --quiet --profile dev --out-dir .) ||
    failed "the crate does not build"
  cp "$here/../suite/ocaml/check.ml" "$crate"
  cd "$crate"
  # Warnings are about the values as they are written, not about the interface.
  ocamlopt -w +a-70 -c generated.mli || failed "the interface is not right"
  ocamlopt -w -a -g -c generated.ml check.ml || failed "the interface is not right"
  for variant in "" d; do
    ocamlopt -w -a -g ${variant:+-runtime-variant d} generated.cmx check.cmx program.ml libgenerated_stubs.a \
      -cclib "-lpthread -ldl -lm" -ccopt -Wl,-z,noexecstack -o "program$variant" ||
      failed "the values are not of the types of the interface"
    said=$(OCAMLRUNPARAM=${variant:+s=256,v=0} "./program$variant" 2>&1) ||
      failed "$(grep -E 'FAILED|rror|xception' <<<"$said" | head -n 20)"
  done
  these=$(grep -c '^type\|^and' generated.mli || true) passed=$(tail -n 1 <<<"$said")
  echo "tests/generated: $version: seed $seed: $these types, $passed, $((SECONDS - start)) s"
  types=$((types + these)) checks=$((checks + ${passed%% *}))
  cd "$here"
  rm -rf "$crate"
done
echo "tests/generated: $version: ${#seeds[@]} seeds, $types types, $checks checks passed, with each runtime"
