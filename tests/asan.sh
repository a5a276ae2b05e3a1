#!/usr/bin/env bash
# The suite's native programs with AddressSanitizer in the Rust code and in the C shim:
# tests/asan.sh [PROGRAM...]
#
# Needs a nightly toolchain (`cargo +nightly`) for the sanitizer in Rust, and a C compiler that has one.
# What the OCaml runtime allocates is seen where it uses malloc; blocks within its heap are not told
# apart. `memory`, which limits the address space, cannot run this way; left out unless named are
# `hostile`, whose values are a million levels deep, and `large`.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(ocamlopt -version)
host=$(rustc -vV | sed -n 's/^host: //p')
target=${CARGO_TARGET_DIR:-$PWD/target}/asan
programs=("$@")
if [ $# -eq 0 ]; then
  mapfile -t programs < <(tests/suite/programs.sh hostile large)
fi
runtime=$(rustc +nightly --print target-libdir --target "$host")/librustc-nightly_rt.asan.a
if [ ! -e "$runtime" ]; then
  echo "asan: the nightly toolchain has no AddressSanitizer for $host" >&2
  exit 1
fi
CFLAGS='-fsanitize=address -fno-omit-frame-pointer' CARGO_PROFILE_DEV_DEBUG=line-tables-only \
  RUSTFLAGS='-Zsanitizer=address -Cforce-frame-pointers=yes' \
  cargo +nightly rustc --quiet --lib --crate-type staticlib --target "$host" --target-dir "$target" \
  -p bactrian-suite
library=$target/$host/debug/libbactrian_suite.a

options=detect_leaks=0:detect_stack_use_after_return=0:handle_segv=0:use_sigaltstack=0
passed=0 failed=0
for program in "${programs[@]}"; do
  # It looks at how much memory it takes; what is freed, and kept to see whether it is used, counts.
  case $program in custom) quarantine=4 ;; *) quarantine=256 ;; esac
  start=$SECONDS work=$target/programs-$version/$program
  mkdir -p "$work"
  cp tests/suite/ocaml/check.ml "tests/suite/ocaml/$program.ml" "$work"
  (cd "$work" && ocamlfind ocamlopt -thread -package threads.posix,zarith -linkpkg -w -a -g check.ml \
    "$program.ml" "$library" -cclib "-Wl,--whole-archive $runtime -Wl,--no-whole-archive" \
    -cclib "-lpthread -ldl -lm -lrt" -ccopt "-Wl,-z,noexecstack -rdynamic" -o "$program")
  # Fake stacks are none that OCaml 4 scans; what OCaml never frees is no leak; signal stacks are OCaml's.
  result=$(
    ASAN_OPTIONS=$options:quarantine_size_mb=$quarantine:log_path=$work/log \
      "$work/$program" 2>/dev/null | tail -n 1
    exit "${PIPESTATUS[0]}"
  ) && status=0 || status=$?
  printf 'asan: %s: %-20s %s (%s s)\n' "$version" "$program" "$result" $((SECONDS - start))
  if [ "$status" != 0 ]; then
    failed=$((failed + 1))
    head -n 40 "$work"/log.* 2>/dev/null || true
  else
    passed=$((passed + 1))
  fi
done
echo "asan: $version: $passed programs passed, $failed failed"
[ "$failed" = 0 ]
