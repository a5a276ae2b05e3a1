#!/bin/bash
# Stress tests: run.sh [short|full] [NAME...]
#
# Builds the Rust library and the OCaml programs for the OCaml that is found, runs each program with
# the runtimes and settings that matter for it, and prints one line for each. "short" takes a
# minute or two, "full" half an hour. With names (roots, raising, custom, bigarrays, mixed,
# loops, pauses, conversions, hostile) only those run.
set -euo pipefail
cd "$(dirname "$0")"

mode=${1:-short}
case $mode in short | full) ;; *) echo "usage: run.sh [short|full] [NAME...]" >&2; exit 2 ;; esac
shift || true
names=("$@")

root=$(cd ../.. && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
version=$(ocamlopt -version)
(cd "$root" && cargo build --quiet --release -p bactrian-stress)
library=$target/release/libbactrian_stress.a

build=$target/stress-$version
mkdir -p "$build"
cp ocaml/*.ml "$build"
cd "$build"

includes=(-I +unix -I +threads)
case $version in
  4.*) ocaml5=false sampling=4 includes=(-I +threads) ;;
  5.0.* | 5.1.* | 5.2.*) ocaml5=true sampling=none ;;
  *) ocaml5=true sampling=5 ;;
esac

# compile PROGRAM PAR RUNTIME: a native program; PAR is "threads" or "domains".
compile() {
  local out=$1-$2$3 variant=()
  [ -z "$3" ] || variant=(-runtime-variant "$3")
  # Names of modules are those of files: a directory for each.
  mkdir -p "$out.d"
  cp -- *.ml "$out.d"
  cp "par_$2.ml" "$out.d/par.ml"
  cp "sampling_$sampling.ml" "$out.d/sampling.ml"
  (cd "$out.d" &&
    ocamlopt -g -w -a "${includes[@]}" -ccopt -Wl,-z,noexecstack "$library" early.ml unix.cmxa threads.cmxa \
      common.ml par.ml sampling.ml values.ml "$1.ml" -cclib "-lpthread -ldl -lm" "${variant[@]}" -o "../$out")
}

passed=0 failed=0
# run PROGRAM PAR RUNTIME OCAMLRUNPARAM [ENVIRONMENT...]
run() {
  local name=$1 par=$2 variant=$3 param=$4 program=$1-$2$3 status=0
  shift 4
  if [ ${#names[@]} -gt 0 ] && [[ " ${names[*]} " != *" $name "* ]]; then return; fi
  [ -x "$program" ] && [ "$program" -nt "$library" ] || compile "$name" "$par" "$variant"
  printf '%-8s %-7s %-14s' "$version" "${variant:+debug}" "$param${*:+ $*}"
  # A cycle is followed to the end of the stack: of a small one, that is soon.
  (
    [ "$name" != hostile ] || ulimit -s 1024
    exec env OCAMLRUNPARAM="$param" "$@" "./$program" "$mode"
  ) || status=$?
  if [ "$status" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "  $program: exit status $status"
  fi
}

rm -f -- *-threads *-threadsd *-domains *-domainsd
parallel=(threads)
! $ocaml5 || parallel+=(domains)
for par in "${parallel[@]}"; do
  run roots "$par" d s=256,v=0
  if [ "$par" = domains ]; then run roots "$par" "" s=32k; else run roots "$par" "" s=4k; fi
  run raising "$par" d s=256,v=0
  run raising "$par" "" s=32k
  run custom "$par" d s=256,v=0
  run custom "$par" "" s=4k
  run bigarrays "$par" d s=256,v=0
  run bigarrays "$par" "" s=4k
  run mixed "$par" d s=256,v=0
  run mixed "$par" "" s=4k
done
# One cycle of the collector after the other; with OCaml 4, heaps are compacted after each.
if $ocaml5; then
  run roots domains "" s=4k,o=10
  run custom threads "" s=4k,o=10
  run mixed domains "" s=4k,o=10
else
  for name in roots custom bigarrays mixed; do run "$name" threads "" s=4k,o=10,O=0; done
fi
run roots threads d s=256,v=0 STRESS_EARLY=1
run loops threads d s=256,v=0
run loops threads "" s=32k
! $ocaml5 || run pauses domains "" s=32k
run conversions threads d s=256,v=0
run conversions threads "" s=256k
if $ocaml5; then par=domains; else par=threads; fi
run hostile "$par" d s=256,v=0
run hostile "$par" "" s=4k

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
