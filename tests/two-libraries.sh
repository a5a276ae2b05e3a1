#!/usr/bin/env bash
# Two Rust libraries in one OCaml program, natively, in bytecode and in the toplevel; with link-time
# optimisation in none, one and both of them. Each has its own copy of Rust's standard library. No
# variable says where the libraries are.
#
#   tests/two-libraries.sh [--keep]     --keep leaves the directory, and says where it is
set -euo pipefail

# shellcheck source=tests/common.sh
. "$(dirname "$0")/common.sh"
[ "${1:-}" != --keep ] || keep=yes
trap 'cat ./*.err >&2 2>/dev/null || true; fail "line $LINENO: failed: $BASH_COMMAND"' ERR

build_command two-libraries
# Other bridges want this when OCaml loads a library; here it is of no use, and does no harm.
export OCAML_INTEROP_NO_CAML_STARTUP=1
unset CAML_LD_LIBRARY_PATH
cd "$directory"

for name in rust_one rust_two; do
  mkdir -p $name/src
  sed "s/NAME/$name/g" "$root/tests/two-libraries/lib.rs" >$name/src/lib.rs
  cat >$name/Cargo.toml <<END
[package]
name = "$name"
version = "0.1.0"
edition = "2024"

[dependencies]
bactrian = { path = '$root' }

[profile.lto]
inherits = "release"
lto = true
codegen-units = 1

[workspace]
END
  for profile in release lto; do
    (cd $name && "$command" build --quiet --profile $profile --out-dir ../$profile)
  done
done

# Nothing but the stubs is global, and what calls closures, which is weak and the same in both; and Rust is in each library.
for library in */librust_*_stubs.a; do
  name=$(basename "$library" _stubs.a)
  others=$(nm --defined-only --extern-only "$library" | awk -v prefix="${name#lib}_" 'NF == 3 && index($3, prefix) != 1 && $2 $3 !~ /^[VW]bactrian2_(functions|identifiers|register_functions|apply[1-8](_bytecode)?)$/')
  [ -z "$others" ] || fail "global in $library: $others"
  nm --defined-only "$library" | grep ' t rust_eh_personality' >/dev/null || fail "$library has no copy of Rust's"
done

compare() { # WHAT OUTPUT
  diff "$root/tests/two-libraries/expected" "$2" >&2 || fail "$1: another output"
}

for pair in "release release" "lto release" "lto lto"; do
  read -r one two <<<"$pair"
  rm -rf program
  mkdir program
  cp "$one"/*rust_one* "$two"/*rust_two* "$root/tests/two-libraries/main.ml" program
  cd program
  options=
  for name in rust_one rust_two; do
    flags=$(tr -d '()' <$name"_flags.sexp")
    ocamlfind ocamlc -c $name.mli
    # What dune says for `foreign_archives`.
    ocamlfind ocamlopt -a -linkall $name.ml -o $name.cmxa -cclib -l${name}_stubs -cclib "$flags"
    ocamlfind ocamlc -a -linkall $name.ml -o $name.cma -dllib -l${name}_stubs -cclib -l${name}_stubs -cclib "$flags"
  done
  ocamlfind ocamlopt -ccopt -L. rust_one.cmxa rust_two.cmxa main.ml -o native
  ./native >native.out 2>native.err
  ocamlfind ocamlc -dllpath "$PWD" rust_one.cma rust_two.cma main.ml -o byte
  (cd / && "$OLDPWD/byte") >byte.out 2>byte.err
  ocamlfind ocamlc rust_one.cma rust_two.cma main.ml -o plain
  ocamlrun -I . ./plain >plain.out 2>plain.err
  ocamlfind ocamlc -custom -ccopt -L. rust_one.cma rust_two.cma main.ml -o custom
  ./custom >custom.out 2>custom.err
  (cd / && ocaml -I "$OLDPWD" rust_one.cma rust_two.cma "$OLDPWD/main.ml") >toplevel.out 2>toplevel.err
  # What utop reads, too.
  { printf '#directory "%s";;\n#load "rust_one.cma";;\n#load "rust_two.cma";;\n' "$PWD"; cat main.ml; } >directives.ml
  (cd / && ocaml "$OLDPWD/directives.ml") >directives.out 2>directives.err
  for kind in native byte plain custom toplevel directives; do compare "$pair, $kind" $kind.out; done
  cd ..
done
say "all works"
