#!/usr/bin/env bash
# Coverage-guided fuzzing of the parts that need no OCaml: fuzz/run.sh SECONDS [TARGET...]
#
# Runs each target for as long (0: the kept seeds only) and prints a line for each: executions, edges
# covered, inputs that reach something of their own. What fails is written to fuzz/artifacts, and
# `fuzz/run.sh --one TARGET FILE` runs it again. Needs a C++ compiler, for libFuzzer itself; any
# toolchain will do.
set -euo pipefail
cd "$(dirname "$0")"

root=$(cd .. && pwd)
target=${CARGO_TARGET_DIR:-$root/target}/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
flags="--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
# With --target, build scripts and macros are compiled without these flags.
RUSTFLAGS=$(echo $flags) cargo build --quiet --release --target "$host" --target-dir "$target"
binaries=$target/$host/release

if [ "${1:-}" = --one ]; then
  exec "$binaries/$2" "$3"
fi
seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET...]}
shift
if [ $# -eq 0 ]; then set -- file section sig doc layout; fi

mkdir -p artifacts
targets=$# failed=0 executions=0 edges=0
for name; do
  corpus=$target/corpus/$name log=$target/$name.log
  mkdir -p "$corpus" "seeds/$name"
  stop=(-max_total_time="$seconds")
  [ "$seconds" != 0 ] || stop=(-runs=0)
  # An input of this length takes no more than this long and this much.
  if "$binaries/$name" "$corpus" "seeds/$name" "${stop[@]}" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
    -artifact_prefix="artifacts/$name-" >"$log" 2>&1; then
    result=$(grep -E '^#[0-9]+' "$log" | tail -n 1)
  else
    failed=$((failed + 1))
    result="FAILED: $(grep -m 1 -E 'panicked|ERROR|deadly' -A 1 "$log" | tr '\n' ' ') (see $log)"
  fi
  printf '%-8s %s\n' "$name" "$result"
  number() { sed -n "s/^$1\([0-9]*\).*/\1/p" <<<"$result"; }
  executions=$((executions + $(number '#') + 0)) edges=$((edges + $(number '.* cov: ') + 0))
done
echo "fuzz: $targets targets, $executions executions, $edges edges reached, $failed failed"
[ "$failed" = 0 ]
