#!/usr/bin/env bash
# The suite's native programs with AddressSanitizer in the Rust code and in the C shim:
# tests/asan.sh [PROGRAM...]
#
# Needs a nightly toolchain (`cargo +nightly`) for the sanitizer in Rust, and a C compiler that has one.
# What the OCaml runtime allocates is seen where it uses malloc; blocks within its heap are not told
# apart. `memory`, which limits the address space, cannot run this way.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(ocamlopt -version)
host=$(rustc -vV | sed -n 's/^host: //p')
target=${CARGO_TARGET_DIR:-$PWD/target}/asan
programs=("$@")
if [ $# -eq 0 ]; then
  programs=(adapters bigarrays callbacks containers custom derived errors functions handles interrupts
    ndarrays numbers text)
fi
CFLAGS='-fsanitize=address -fno-omit-frame-pointer' CARGO_PROFILE_DEV_DEBUG=line-tables-only \
  RUSTFLAGS='-Zsanitizer=address -Cforce-frame-pointers=yes' \
  cargo +nightly rustc --quiet --lib --crate-type staticlib --target "$host" --target-dir "$target" \
  -p bactrian-suite
library=$target/$host/debug/libbactrian_suite.a

failed=0
for program in "${programs[@]}"; do
  start=$SECONDS work=$target/programs-$version/$program
  mkdir -p "$work"
  cp tests/suite/ocaml/check.ml "tests/suite/ocaml/$program.ml" "$work"
  (cd "$work" && ocamlfind ocamlopt -thread -package threads.posix -linkpkg -w -a -g check.ml "$program.ml" \
    "$library" -cclib "-lpthread -ldl -lm -lstdc++" -ccopt "-Wl,-z,noexecstack -rdynamic" -o "$program")
  # Fake stacks are none that OCaml 4 scans; what OCaml never frees is no leak.
  result=$(
    ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0:handle_segv=0:log_path=$work/log \
      "$work/$program" 2>/dev/null | tail -n 1
    exit "${PIPESTATUS[0]}"
  ) && status=0 || status=$?
  printf 'asan: %s: %-10s %s (%s s)\n' "$version" "$program" "$result" $((SECONDS - start))
  if [ "$status" != 0 ]; then
    failed=1
    head -n 40 "$work"/log.* 2>/dev/null || true
  fi
done
exit "$failed"
