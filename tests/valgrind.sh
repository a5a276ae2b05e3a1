#!/usr/bin/env bash
# The suite's native programs under valgrind's memcheck: tests/valgrind.sh [PROGRAM...]
#
# Any use of memory that is not there, or was never written, is an error. With names only those programs
# run. Left out unless named are `hostile`, whose values are a million levels deep, `large`, and `faults`:
# it has processes use up their stacks, which is an error to valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-$PWD/target}
version=$(ocamlopt -version)
programs=("$@")
if [ $# -eq 0 ]; then
  mapfile -t programs < <(tests/suite/programs.sh hostile large faults)
fi
passed=0 failed=0
for program in "${programs[@]}"; do
  # Built as the suite builds it.
  cargo test --quiet -p bactrian-suite -- --exact "$program::native" >/dev/null
  start=$SECONDS log=$target/tmp/valgrind-$program.log
  binary=$target/tmp/suite-$program-Native/$program
  result=$(
    # Tests of time limits would not hold: what is said counts, not how many checks pass.
    valgrind --quiet --error-exitcode=99 --log-file="$log" \
      --num-callers=30 --max-stackframe=8388608 "$binary" 2>/dev/null | tail -n 1
    exit "${PIPESTATUS[0]}"
  ) && status=0 || status=$?
  errors=$(grep -c '^==[0-9]*== [A-Z].*\(read\|write\|depends\|Jump\|free\|uninitialised\)' "$log" || true)
  printf 'valgrind: %s: %-20s %s, %s errors (%s s)\n' "$version" "$program" "$result" "$errors" $((SECONDS - start))
  if [ "$errors" != 0 ] || [ "$status" = 99 ] || [ "$status" -ge 128 ]; then
    failed=$((failed + 1))
    head -n 40 "$log"
  else
    passed=$((passed + 1))
  fi
done
echo "valgrind: $version: $passed programs without errors, $failed with"
[ "$failed" = 0 ]
