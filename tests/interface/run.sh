#!/bin/bash
# The interface of a crate that uses everything: generated, compared with what is in `expected/`,
# checked by OCaml with all warnings, and used by a program in native code, in bytecode and in the
# toplevel, to which no variable says where it is. BLESS=1 takes what was generated as what is expected.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
root=$(cd ../.. && pwd)
version=$(ocamlc -version)
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR=$target RUST_BACKTRACE=0
unset CAML_LD_LIBRARY_PATH
build=$target/interface-$version
mkdir -p "$build"

bactrian() { (cd "$root" && cargo run --quiet --package bactrian-build -- bactrian "$@"); }

bactrian build --quiet --package bactrian-interface --out-dir "$build"
for file in everything.ml everything.mli; do
  if [ -n "${BLESS:-}" ]; then
    mkdir -p expected
    cp "$build/$file" expected/
  else
    diff -u "expected/$file" "$build/$file" || {
      echo "tests/interface: the generated interface is another than expected; if it is right: BLESS=1 tests/interface/run.sh" >&2
      exit 1
    }
  fi
done

# `cfg` decides what there is.
bactrian generate --quiet --package bactrian-interface --features extra --out-dir "$build/extra"
grep -q 'external extra' "$build/extra/everything.mli"
! grep -q 'not_extra' "$build/extra/everything.mli"

cd "$build"
cp "$here"/ocaml/*.ml .
# All warnings are errors, but for those of style that concern whoever uses names of other modules
# (4, 9, 40-45), a missing interface (70) and names that nobody uses in the program (32-39).
strict=(-g -w +a-4-9-40..45-70 -warn-error +a)
lax=(-g -w +a-4-9-32..45-70 -warn-error +a)

ocamlc "${strict[@]}" -c counters.ml everything.mli everything.ml
ocamlc -a -o everything.cma -dllib -leverything_stubs counters.cmo everything.cmo
ocamlc "${lax[@]}" -dllpath "$build" -o program.byte everything.cma program.ml
ocamlopt "${strict[@]}" -c counters.ml everything.mli everything.ml
ocamlopt -a -o everything.cmxa counters.cmx everything.cmx
ocamlopt "${lax[@]}" -o program.native everything.cmxa program.ml \
  -cclib libeverything_stubs.a -cclib "-lpthread -ldl -lm" -ccopt -Wl,-z,noexecstack

ocamlc "${lax[@]}" -dllpath "$build" -o uncaught.byte everything.cma uncaught.ml
ocamlopt "${lax[@]}" -o uncaught.native everything.cmxa uncaught.ml \
  -cclib libeverything_stubs.a -cclib "-lpthread -ldl -lm" -ccopt -Wl,-z,noexecstack

for way in "./program.native" "./program.byte" "ocaml -noinit -w -a -I . everything.cma program.ml"; do
  # Panics that are part of the test are reported there, too.
  said=$($way 2>program.err) || { cat program.err >&2; echo "tests/interface: $way failed" >&2; exit 1; }
  [ "$said" = "everything works" ] || { echo "tests/interface: $way said: $said" >&2; exit 1; }
done

# An exception that nobody catches is shown by its printer: by what Rust says of the error.
for way in ./uncaught.native ./uncaught.byte; do
  ! said=$($way 2>&1) || { echo "tests/interface: $way ended well" >&2; exit 1; }
  [ "${said%%$'\n'*}" = "Fatal error: exception unexpected x at 1" ] ||
    { echo "tests/interface: $way said: $said" >&2; exit 1; }
done

# Zarith's integers: with a feature, and where Zarith is.
also=
if zarith=$(ocamlfind query zarith 2>/dev/null); then
  (cd "$here" && bactrian build --quiet --package bactrian-interface --features bigints --out-dir "$build/bigints")
  cd "$build/bigints"
  sed -n '/^module Bigints : sig$/,/^end$/p' everything.mli >bigints.mli.part
  if [ -n "${BLESS:-}" ]; then
    cp bigints.mli.part "$here/expected/bigints.mli"
  else
    diff -u "$here/expected/bigints.mli" bigints.mli.part || {
      echo "tests/interface: the interface with the feature bigints is another than expected" >&2
      exit 1
    }
  fi
  cp "$here/ocaml/counters.ml" "$here/ocaml/bigints.ml" .
  strict+=(-I "$zarith") lax+=(-I "$zarith")
  ocamlc "${strict[@]}" -c counters.ml everything.mli everything.ml
  ocamlc "${lax[@]}" -dllpath "$PWD" -o bigints.byte zarith.cma counters.cmo \
    -dllib -leverything_stubs everything.cmo bigints.ml
  ocamlopt "${strict[@]}" -c counters.ml everything.mli everything.ml
  ocamlopt "${lax[@]}" -o bigints.native zarith.cmxa counters.cmx everything.cmx bigints.ml \
    -cclib libeverything_stubs.a -cclib "-lpthread -ldl -lm" -ccopt -Wl,-z,noexecstack
  for way in ./bigints.native ./bigints.byte; do
    said=$($way 2>program.err) || { cat program.err >&2; echo "tests/interface: $way failed" >&2; exit 1; }
    [ "$said" = "everything works" ] || { echo "tests/interface: $way said: $said" >&2; exit 1; }
  done
  also=", Zarith"
else
  echo "tests/interface: LEFT OUT: integers of any size, since ocamlfind finds no Zarith" >&2
fi
echo "tests/interface: $version: native code, bytecode, toplevel$also"
