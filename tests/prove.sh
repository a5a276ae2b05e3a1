#!/usr/bin/env bash
# The long forms of all tests that look for what nobody thought of, some hours; at the end a line for
# each, with its figures: tests/prove.sh [PART...]
#
# With names only those parts run. What is missing here (other versions of OCaml, valgrind, a debugger,
# a nightly toolchain, Miri) is said, and is no failure. FUZZ_SECONDS=n: so long for each fuzz target.
set -uo pipefail
cd "$(dirname "$0")/.."

wanted=("$@")
log=${CARGO_TARGET_DIR:-$PWD/target}/prove.log
mkdir -p "$(dirname "$log")"
: >"$log"
summary=() failed=0
is_wanted() { [ ${#wanted[@]} = 0 ] || [[ " ${wanted[*]} " == *" $1 "* ]]; }

run() { # NAME COMMAND...
  local name=$1 start=$SECONDS result=passed part=$log.part
  shift
  is_wanted "$name" || return 0
  echo "prove: $name" | tee -a "$log"
  if ! "$@" 2>&1 | tee "$part"; then result=FAILED failed=1; fi
  cat "$part" >>"$log"
  summary+=("$(printf '%-10s %-7s %5d s   %s' "$name" "$result" $((SECONDS - start)) "$(figures "$name" "$part")")")
  rm -f "$part"
}
# What a part said of itself in the end; for tests of Cargo's, how many.
figures() { # NAME FILE
  case $1 in
    suite | bigints)
      sed -n 's/^test result: [a-zA-Z]*\. \([0-9]*\) passed; \([0-9]*\) failed.*/\1 \2/p' "$2" |
        awk '{ passed += $1; failed += $2 } END { printf "%d tests passed, %d failed", passed, failed }' ;;
    hostile)
      grep -oE '[0-9]+ values read as.*' "$2" | paste -sd';' ;;
    *) grep -v '^ *$' "$2" | tail -n 1 ;;
  esac
}
absent() { # NAME WHAT
  is_wanted "$1" || return 0
  summary+=("$(printf '%-10s skipped: %s' "$1" "$2")")
}
has() { command -v "$1" >/dev/null; }

# All tests, with all versions of OCaml; within one of them, the suite with that.
if [ -n "${WITH_OCAML:-}" ]; then
  run suite cargo test --quiet -p bactrian-suite
elif [ -x ../shared/tools/with-ocaml ]; then
  run matrix .ci/run
else
  absent matrix "no other versions of OCaml here"
  run suite cargo test --quiet -p bactrian-suite
fi
run stress tests/stress/run.sh full roots raising custom bigarrays mixed loops pauses conversions
run hostile tests/stress/run.sh full hostile
run bigints env BACTRIAN_BIGINTS=100000 cargo test --quiet --release -p bactrian-suite bigints
run generated tests/generated/run.sh full
if has gdb; then run debugger tests/debugger.sh; else absent debugger "no gdb here"; fi
if has c++; then
  run fuzz fuzz/run.sh "${FUZZ_SECONDS:-300}"
else
  absent fuzz "no C++ compiler here"
fi
if has valgrind; then run valgrind tests/valgrind.sh; else absent valgrind "no valgrind here"; fi
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
