#!/usr/bin/env bash
# A library without Rust's standard library in OCaml programs: natively, in bytecode, in the toplevel.
# It contains no unwinder; where a panic goes is for the library to say, and where memory runs out too.
set -euo pipefail

# shellcheck source=tests/common.sh
. "$(dirname "$0")/common.sh"
build_command no-std

say "build"
cd "$root/tests/no-std"
for profile in dev release; do
  quietly "$command" bactrian build --quiet --profile $profile --out-dir "$directory/$profile"
done

for profile in dev release; do
  say "$profile: what is in the library"
  cd "$directory/$profile"
  nm libno_std_stubs.a >symbols
  # `_R...3std` and `_ZN3std` are names in the standard library.
  for unwanted in ' U rust_eh_personality' ' _Unwind_RaiseException' ' U _Unwind_' catch_unwind '_ZN3std' '_RN.*_3std'; do
    found=$(grep -e "$unwanted" symbols | head -3) || true
    [ -z "$found" ] || fail "there is $found"
  done
  # Its memory is libc's.
  grep -q ' U malloc' symbols || fail "no malloc"

  say "$profile: programs"
  cp "$root/tests/no-std/main.ml" .
  flags=$(tr -d '()' <no_std_flags.sexp)
  ocamlc -c no_std.mli
  ocamlc -a -linkall no_std.ml -o no_std.cma -dllib -lno_std_stubs -cclib -lno_std_stubs -cclib "$flags"
  ocamlc -dllpath "$PWD" no_std.cma main.ml -o byte
  programs=(./byte "ocaml -I . no_std.cma main.ml")
  # Where words have 32 bits there is none.
  if command -v ocamlopt >/dev/null; then
    ocamlopt -a -linkall no_std.ml -o no_std.cmxa -cclib -lno_std_stubs -cclib "$flags"
    ocamlopt -ccopt -L. no_std.cmxa main.ml -o native
    ocamlopt -runtime-variant d -ccopt -L. no_std.cmxa main.ml -o debug
    programs+=(./native "env OCAMLRUNPARAM=s=256,v=0 ./debug")
  fi
  for program in "${programs[@]}"; do
    output=$($program 2>"$directory/output") || { cat "$directory/output" >&2; fail "failed: $program"; }
    [ "$output" = "no-std works" ] || fail "$program says: $output"
    # The library's panic handler.
    for what in "panic:index out of bounds: the len is 3 but the index is 3" \
      "large:does not fit OCaml's int" "exhaust:memory allocation of [0-9]* bytes failed"; do
      status=0
      $program "${what%%:*}" >"$directory/output" 2>&1 || status=$?
      [ "$status" = 42 ] || fail "$program ${what%%:*}: ended with $status, $(cat "$directory/output")"
      grep -q "^no-std: .*panicked at" "$directory/output" && grep -q "${what#*:}" "$directory/output" ||
        fail "$program says: $(cat "$directory/output")"
    done
  done
done
say "all works"
