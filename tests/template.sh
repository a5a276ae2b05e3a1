#!/usr/bin/env bash
# Makes a project with `cargo bactrian new` in an empty directory, and does with it what people do.
#
#   tests/template.sh [--keep] [--vendor]
#
#   --keep     leaves the directory, and says where it is
#   --vendor   also builds it from vendored crates, without the network and without Cargo's cache
#              (everything is compiled once more)
set -euo pipefail

# shellcheck source=tests/common.sh
. "$(dirname "$0")/common.sh"

vendor=
for option; do
  case $option in
    --keep) keep=yes ;;
    --vendor) vendor=yes ;;
    *) echo "unknown option: $option" >&2; exit 1 ;;
  esac
done

build_command template
unset CAML_LD_LIBRARY_PATH
export DUNE_CACHE=disabled

cd "$directory"
say "new"
quietly "$command" bactrian new my-hello
refused "is there already" "$command" bactrian new my-hello
cd my-hello
[ -e Cargo.lock ] || fail "no Cargo.lock"

say "dune build, dune test"
quietly dune build
quietly dune test
for file in lib/my_hello.ml lib/my_hello.mli; do
  [ -e "$file" ] || fail "dune has not promoted $file"
done

say "the second dune build does nothing"
touch "$directory/stamp"
sleep 0.1
quietly dune build
changed=$(find _build/default lib -type f -newer "$directory/stamp" -not -path "*/.dune/*")
[ -z "$changed" ] || fail "dune built again: $changed"

say "bytecode, the toplevel"
mkdir byte
cat >byte/dune <<'END'
(executable
 (name main)
 (modes byte)
 (libraries my-hello))
END
cat >byte/main.ml <<'END'
let () = print_endline (My_hello.greet { My_hello.name = "toad"; age = 36 })
END
expected="Hello toad, you are 36!"
[ "$(dune exec ./byte/main.bc 2>/dev/null)" = "$expected" ] || fail "bytecode does not run"
[ "$(ocamlrun -I _build/default/lib _build/default/byte/main.bc)" = "$expected" ] ||
  fail "bytecode does not run without dune"
cp byte/main.ml "$directory/script.ml"
{ echo '#use_output "dune top";;'; cat byte/main.ml; } >"$directory/top.ml"
output=$(ocaml "$directory/top.ml")
[ "$output" = "$expected" ] || fail "the toplevel says: $output"
if ocamlfind query utop >/dev/null 2>&1; then
  output=$(dune utop . -- "$directory/script.ml" 2>"$directory/output") || fail "$(cat "$directory/output")"
  [ "$output" = "$expected" ] || fail "utop says: $output"
else
  say "(utop is not there)"
fi
# What Cargo makes of the crate, as it is, is a library that OCaml loads.
quietly cargo rustc --quiet --lib --crate-type cdylib
mkdir "$directory/plain"
cp "${CARGO_TARGET_DIR:-target}/debug/libmy_hello.so" "$directory/plain/dllmy_hello_stubs.so"
[ "$(ocamlrun -I "$directory/plain" _build/default/byte/main.bc)" = "$expected" ] ||
  fail "bytecode does not run with Cargo's library"
rm -r byte

say "the tests of the Rust code"
quietly cargo test --quiet

say "a stale interface"
bactrian() { cargo bactrian "$@" --release --quiet --out-dir lib; }
quietly bactrian generate --check
sed -i 's/pub age: u8/pub age: String/' src/lib.rs
refused '+.*age : string' bactrian generate --check
grep -q 'cargo bactrian generate --release --quiet --out-dir lib' "$directory/output" ||
  fail "no remedy: $(cat "$directory/output")"
refused 'test_my_hello.ml' dune build
quietly bactrian generate --check # dune has just written it
sed -i 's/pub age: String/pub age: u8/' src/lib.rs
quietly bactrian generate
quietly bactrian generate --check
echo "let other = 1" >>lib/my_hello.ml
refused '^-let other = 1' bactrian generate --check
quietly dune build
quietly bactrian generate --check

say "an error in the Rust code"
sed -i 's/-> String/-> Strin/' src/lib.rs
refused 'src/lib.rs:' dune build
sed -i 's/-> Strin /-> String /' src/lib.rs
quietly dune build

say "dune's sandbox, a build as opam does it, what is installed"
quietly env DUNE_BUILD_DIR=_build-sandbox dune build --sandbox copy @default @runtest
rm -rf _build-sandbox
rm -rf _build lib/my_hello.ml lib/my_hello.mli
quietly dune build -p my-hello @install @runtest
quietly dune install --prefix "$directory/prefix" my-hello
mkdir "$directory/user"
cd "$directory/user"
cp "$directory/script.ml" main.ml
export OCAMLPATH=$directory/prefix/lib
# Where opam's OCaml looks by itself.
stubs=$directory/prefix/lib/stublibs
if ocamlfind query my-hello >/dev/null 2>&1; then
  for compiler in ocamlopt "ocamlc -I $stubs -dllpath $stubs"; do
    # shellcheck disable=SC2086 # words
    quietly ocamlfind $compiler -package my-hello -linkpkg main.ml -o main
    output=$(./main)
    [ "$output" = "$expected" ] || fail "$compiler: the program says: $output"
  done
else
  say "(ocamlfind is not there)"
fi
unset OCAMLPATH
cd "$directory/my-hello"

if [ "$vendor" ]; then
  say "vendored crates"
  quietly sh -c 'cargo vendor --locked vendor >>.cargo/config.toml'
  rm -rf _build
  mkdir "$directory/home"
  # No cache, no network; rustup, if it is used, still finds Rust.
  export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
  quietly env CARGO_HOME="$directory/home" CARGO_NET_OFFLINE=true \
    CARGO_TARGET_DIR="$CARGO_TARGET_DIR-vendored" dune build -p my-hello @install @runtest
  rm -rf "$CARGO_TARGET_DIR-vendored"
fi
say "all works"
