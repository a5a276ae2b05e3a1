#!/usr/bin/env bash
# The long forms of all tests that look for what nobody thought of: an hour or two; at the end a line
# for each. What is missing here (valgrind, a nightly toolchain, Miri) is said, and is no failure.
set -uo pipefail
cd "$(dirname "$0")/.."

log=${CARGO_TARGET_DIR:-$PWD/target}/prove.log
: >"$log"
summary=() failed=0
run() { # NAME COMMAND...
  local name=$1 start=$SECONDS result=passed
  shift
  echo "prove: $name" | tee -a "$log"
  if ! "$@" 2>&1 | tee -a "$log"; then result=FAILED failed=1; fi
  summary+=("$(printf '%-10s %-7s %5d s   %s' "$name" "$result" $((SECONDS - start)) "$(tail -n 1 "$log")")")
}
absent() { summary+=("$(printf '%-10s not run: %s' "$1" "$2")"); }

run suite cargo test --quiet -p bactrian-suite
run stress tests/stress/run.sh full
run bigints env BACTRIAN_BIGINTS=100000 cargo test --quiet --release -p bactrian-suite bigints
run generated tests/generated/run.sh full
run debugger tests/debugger.sh
run fuzz fuzz/run.sh "${FUZZ_SECONDS:-300}"
if command -v valgrind >/dev/null; then run valgrind tests/valgrind.sh; else absent valgrind "no valgrind here"; fi
if cargo +nightly --version >/dev/null 2>&1; then
  run asan tests/asan.sh
  if cargo +nightly miri --version >/dev/null 2>&1; then
    run miri tests/miri.sh
  else
    absent miri "rustup component add --toolchain nightly miri rust-src"
  fi
else
  absent asan "no nightly toolchain here"
  absent miri "no nightly toolchain here"
fi

printf '\nprove: OCaml %s\n' "$(ocamlopt -version)"
printf '%s\n' "${summary[@]}"
exit "$failed"
