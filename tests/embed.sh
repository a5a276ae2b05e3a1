#!/usr/bin/env bash
# Makes a project with `cargo bactrian new --embed` in an empty directory, and does with it what people
# do; runs the tests of programs that contain OCaml code, also with the runtime that checks the heap.
set -euo pipefail

# shellcheck source=tests/common.sh
. "$(dirname "$0")/common.sh"

build_command template

cd "$directory"
say "new --embed, cargo run, cargo test"
quietly "$command" bactrian new --embed my-words
cd my-words
[ -e Cargo.lock ] || fail "no Cargo.lock"
[ "$(cargo run --quiet)" = the ] || fail "the program does not run"
quietly cargo test --quiet

say "OCaml code that changes, that is wrong, that is missing"
sed -i 's/compare b a/compare a b/' ocaml/words.ml
[ "$(cargo run --quiet)" = fox ] || fail "the OCaml code was not compiled again"
sed -i 's/so_far + 1/so_far + "1"/' ocaml/words.ml
refused 'File "ocaml/words.ml", line 6' cargo build
sed -i 's/so_far + "1"/so_far + 1/' ocaml/words.ml
echo 'let () = failwith "not today"' >ocaml/last.ml
refused 'not today' cargo run --quiet
rm ocaml/last.ml
sed -i 's/register "count"/register "counts"/' ocaml/register.ml
refused 'my_words::count' cargo run --quiet
sed -i 's/register "counts"/register "count"/' ocaml/register.ml
sed -i 's/"ocaml")/"ocaml").package("no-such-library")/' build.rs
refused 'no-such-library' cargo build
sed -i 's/.package("no-such-library")/.package("str")/' build.rs
[ "$(cargo run --quiet)" = fox ] || fail "the program does not run"

cd "$root"
export CARGO_TARGET_DIR=$target
say "tests of such programs, release and debug runtime"
quietly cargo test --quiet -p bactrian-embed-tests
quietly env BACTRIAN_EMBED_VARIANT=d OCAMLRUNPARAM=s=4k,v=0 cargo test --quiet -p bactrian-embed-tests
say "all works"
