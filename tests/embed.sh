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
echo 'let () = print_string "leaving"; exit 7' >ocaml/last.ml
status=0
output=$(cargo run --quiet) || status=$?
[ "$output $status" = "leaving 7" ] || fail "OCaml's exit: $output, $status"
rm ocaml/last.ml
mv ocaml/register.ml "$directory"
refused 'my_words::count' cargo run --quiet
mv "$directory/register.ml" ocaml
sed -i 's/"ocaml")/"ocaml").package("no-such-library")/' build.rs
refused 'no-such-library' cargo build
sed -i 's/.package("no-such-library")/.package("str")/' build.rs
[ "$(cargo run --quiet)" = fox ] || fail "the program does not run"

say "what OCaml registers is what Rust calls"
sed -i 's/compare a b/compare b a/' ocaml/words.ml
generate() { cargo bactrian generate --quiet --out-dir ocaml "$@"; }
sed -i 's/Vec<(String, isize)>/Vec<(isize, String)>/; s/map(|(word, _)|/map(|(_, word)|/' src/lib.rs
refused 'ocaml/my_words.ml does not agree' cargo test --quiet --test interface
generate
refused 'string -> (string \* int) list' cargo build
grep -q 'my_words.mli", line' "$directory/output" || fail "OCaml does not say where the type is"
# The interface is written also when the OCaml code does not compile, and then nothing is built twice.
sed -i 's/Vec<(isize, String)>/Vec<(String, isize)>/; s/map(|(_, word)|/map(|(word, _)|/' src/lib.rs
generate
generate --check
quietly cargo test --quiet
quietly cargo build
grep -q Compiling "$directory/output" && fail "built again after a look at the interface"
BACTRIAN_WITHOUT_OCAML=1 quietly cargo check --all-targets

say "what docs/embedding.md shows"
snippets() { # LANGUAGE PATTERN: the blocks in this language in which it stands
  awk -v language="$1" -v pattern="$2" '
    !/^```/ { text = text $0 "\n"; next }
    !within { within = 1; wanted = $0 ~ "^```" language "(,|$)"; text = ""; next }
    { if (wanted && text ~ pattern) printf "%s", text; within = 0 }
  ' "$root/docs/embedding.md"
}
quietly "$command" bactrian new --embed "$directory/hello"
cd "$directory/hello"
most_frequent=$(sed -n '/^pub fn most_frequent/,/^}/p' src/lib.rs)
rm ocaml/register.ml ocaml/hello.ml*
snippets rust Embed::new >build.rs
{ echo 'use bactrian::{Exception, Runtime};'; snippets rust import!; echo "$most_frequent"; } >src/lib.rs
# All of the page's OCaml code.
snippets ocaml . >ocaml/register.ml
[ -s ocaml/register.ml ] || fail "no OCaml code in docs/embedding.md"
generate
[ "$(cargo run --quiet)" = the ] || fail "what docs/embedding.md shows does not run"
sed -i 's/Words.count/Words.counted/' ocaml/register.ml
refused 'Words.counted' cargo build
cd "$directory/my-words"

say "names that are long, and names that are taken"
long=a_name_of_more_than_twenty_six_letters
for name in "${long:0:26}" "${long:0:27}"; do
  quietly "$command" bactrian new --embed "$directory/$name"
  (cd "$directory/$name" && generate --check) || fail "the interface of $name is wrong"
done
refused 'has this name' "$command" bactrian new --embed "$directory/words"

say "a library of a dune project"
mkdir -p "$directory/with-dune/ocaml/base"
cd "$directory/with-dune"
cp "$directory/my-words/ocaml/"*.ml* ocaml
cp -r "$directory/my-words/"{Cargo.toml,build.rs,src} .
sed -i '/^\[workspace\]/,$d' Cargo.toml
sed -i 's/new("ocaml")/dune("ocaml", "words-of-dune.all")/' build.rs
sed -i 's/List.filter (fun word -> word <> "")/Base_of_words.filter/' ocaml/words.ml
echo '(lang dune 2.7)' >ocaml/dune-project
touch ocaml/words-of-dune.opam
echo '(library (name words_of_dune) (public_name words-of-dune.all) (libraries base_of_words str))' >ocaml/dune
cat >ocaml/base/dune <<'END'
(library
 (name base_of_words)
 (public_name words-of-dune.base)
 (foreign_stubs (language c) (names stubs)))
END
cat >ocaml/base/base_of_words.ml <<'END'
external is_empty : string -> bool = "base_of_words_is_empty"
let filter words = List.filter (fun word -> not (is_empty word)) words
END
cat >ocaml/base/stubs.c <<'END'
#include <caml/mlvalues.h>
value base_of_words_is_empty(value word) { return Val_bool(caml_string_length(word) == 0); }
END
[ "$(cargo run --quiet)" = the ] || fail "the program with a library of dune's does not run"
quietly cargo build
quietly cargo build
grep -q Compiling "$directory/output" && fail "built again, though nothing has changed"
sed -i 's/word -> not/word -> word <> "the" \&\& not/' ocaml/base/base_of_words.ml
[ "$(cargo run --quiet)" = and ] || fail "the library was not built again"
echo 'let () = failwith (Sys.argv.(0) ^ " not today")' >ocaml/last.ml
refused 'not today' cargo run --quiet
echo 'let last : int = "one"' >ocaml/last.ml
refused 'File "last.ml", line 1' cargo build
rm ocaml/last.ml
sed -i 's/of-dune.all")/of-dune.all").flag("-O3")/' build.rs
refused 'ocamlopt_flags' cargo build
sed -i 's/.flag("-O3")//' build.rs
sed -i 's/of-dune.all/of-dune.none/' build.rs
refused 'words-of-dune.none' cargo build
sed -i 's/"ocaml", "words-of-dune.none"/"src", "words"/' build.rs
refused 'no dune-project in src' cargo build

cd "$root"
export CARGO_TARGET_DIR=$target
say "tests of such programs, release and debug runtime"
quietly cargo test --quiet -p bactrian-embed-tests
quietly env BACTRIAN_EMBED_VARIANT=d OCAMLRUNPARAM=s=4k,v=0 cargo test --quiet -p bactrian-embed-tests
say "all works"
