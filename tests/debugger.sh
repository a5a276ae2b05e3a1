#!/usr/bin/env bash
# A debugger walks the stack through OCaml and Rust frames that take turns: OCaml calls Rust, which calls
# OCaml, which calls Rust. Needs gdb; says so, and does nothing, where it is not there.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
if ! command -v gdb >/dev/null; then
  echo "debugger: gdb is not there, nothing was tested"
  exit 0
fi
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
target=${CARGO_TARGET_DIR:-$root/target}
cargo build --quiet --release --manifest-path "$root/Cargo.toml" -p bactrian-stress --target-dir "$target"

cd "$directory"
cat >walk.ml <<'END'
external deep : int -> (int -> int) -> int = "bactrian_stress_mixed_deep"

let[@inline never] rec back n = 1 + deep n back - 1
let () = exit (if deep 3 back = 3 then 0 else 1)
END
ocamlfind ocamlopt -g -package threads.posix -linkpkg walk.ml "$target/release/libbactrian_stress.a" \
  -ccopt -Wl,-z,noexecstack -cclib "-lpthread -ldl -lm" -o walk
./walk

# The innermost function releases the lock: no other call of this does.
gdb -batch -nx -ex 'set breakpoint pending on' -ex 'set debuginfod enabled off' \
  -ex 'break bactrian_release_for_a_while' -ex run -ex backtrace ./walk >output 2>&1 || true
# The frames that are looked for, from within: each function as often as it was called.
count() { grep -c -- "$1" output || true; }
rust=$(count '^#.*mixed_deep')
ocaml=$(count '^#.*camlWalk[._$]*back')
[ "$rust" -ge 4 ] && [ "$ocaml" -ge 3 ] && grep -q '^#.*camlWalk[._$]*\(entry\|code_begin\)' output &&
  grep -q '^#.* main (' output || {
  cat output >&2
  echo "debugger: $rust frames of Rust and $ocaml of OCaml were found, not 4 and 3 and those below" >&2
  exit 1
}
echo "debugger: $(grep -c '^#' output) frames, $rust of the Rust function, $ocaml of the OCaml function"
