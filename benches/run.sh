#!/bin/sh
# Builds the benchmarks with the OCaml that is found, and runs them.
#
#   benches/run.sh [--quick] [--rounds N] [--passes N] [--json FILE] [part of a case's name...]
#   benches/run.sh --build             only builds; prints the program's path
#
# Variables: OCAMLOPT (ocamlopt), CC (cc), CARGO_TARGET_DIR (benches/rust/target/ocaml-VERSION).
# The figures go to benches/results-VERSION.json unless --json says otherwise, or there is a filter.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
OCAMLOPT=${OCAMLOPT:-ocamlopt}
CC=${CC:-cc}
version=$($OCAMLOPT -version)
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/rust/target/ocaml-$version}
export CARGO_TARGET_DIR OCAMLOPT
build=$CARGO_TARGET_DIR/bench-$version
mkdir -p "$build"

# The Rust side, as any user gets it: cargo's release profile, nothing else. Not from the
# directory of another workspace's settings.
(cd "$here/rust" && cargo build --release --quiet) >&2
cp "$CARGO_TARGET_DIR/release/libbench.a" "$build/"

# The C sides. Not through ocamlopt: distributions build it with options that harden C code, which
# cost what they cost. -O3 where C is to be as fast as it gets.
where=$($OCAMLOPT -where)
compile() { # OPTIMISATION FILE
  "$CC" "$1" -g -fno-strict-aliasing -fwrapv -fPIC -I"$where" -c "$here/c/$2.c" -o "$build/$2.o"
}
compile -O2 common
compile -O2 c
compile -O3 fast
compile -O3 owned

# The OCaml side: one pair of files for each column, from the same text.
cd "$build"
expand() { # COLUMN PREFIX DROPPED KEPT FILE...
  column=$1 prefix=$2 dropped=$3 kept=$4
  shift 4
  functions=Externals_$column owned=Externals_owned_$column
  if [ "$column" = ocaml ]; then functions=In_ocaml owned=In_ocaml; fi
  for file; do
    {
      echo "# 1 \"$here/ocaml/$file.ml.in\""
      sed -e "s/^(\*$dropped\*).*//" -e "s/^(\*$kept\*)//" \
        -e "s/COLUMN_OWNED_FUNCTIONS/$owned/" -e "s/COLUMN_FUNCTIONS/$functions/" \
        -e "s/COLUMN/$prefix/g" "$here/ocaml/$file.ml.in"
    } >"${file}_$column.ml"
  done
}
cp "$here/ocaml/"*.ml .
expand ocaml ocaml R C loops loops_owned
expand c c R C externals externals_owned loops loops_owned
expand fast fast R C externals externals_owned loops loops_owned
expand owned owned R C externals_owned loops_owned
expand bactrian bench C R externals externals_owned loops loops_owned
cat >columns.ml <<'END'
let all =
  [ ("ocaml", Loops_ocaml.cases @ Loops_owned_ocaml.cases);
    ("c", Loops_c.cases @ Loops_owned_c.cases);
    ("c_fast", Loops_fast.cases @ Loops_owned_fast.cases);
    ("owned", Loops_owned_owned.cases);
    ("bactrian", Loops_bactrian.cases @ Loops_owned_bactrian.cases) ]

external init : unit -> unit = "bench_init"

let () = ignore (Thread.self ())
END
modules="inputs.ml case.ml in_ocaml.ml"
for column in c fast owned bactrian; do
  [ "$column" = owned ] || modules="$modules externals_$column.ml"
  modules="$modules externals_owned_$column.ml"
done
for column in ocaml c fast owned bactrian; do
  [ "$column" = owned ] || modules="$modules loops_$column.ml"
  modules="$modules loops_owned_$column.ml"
done
# With the thread library, whose lock is taken and given back.
threads="-I +threads unix.cmxa threads.cmxa"
if [ -d "$where/unix" ]; then threads="-I +unix $threads"; fi
# shellcheck disable=SC2086  # words
$OCAMLOPT -g -unsafe -inline 200 -w -a -o bench $threads $modules columns.ml bench.ml \
  common.o c.o fast.o owned.o libbench.a -cclib "-lpthread -ldl -lm" >&2

if [ "${1:-}" = --build ]; then
  echo "$build/bench"
  exit
fi
BENCH_DATE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
BENCH_RUSTC=$(rustc --version)
BENCH_CC=$("$CC" --version | head -n 1)
BENCH_COMMIT=$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)
BENCH_CPU=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
export BENCH_DATE BENCH_RUSTC BENCH_CC BENCH_COMMIT BENCH_CPU

# A part of the cases is no result to keep.
whole=yes
words=0
for word; do
  case $words,$word in
    1,*) words=0 ;;
    0,--json) whole=no words=1 ;;
    0,--rounds | 0,--passes | 0,--sample) words=1 ;;
    0,--*) ;;
    *) whole=no ;;
  esac
done
if [ "$whole" = yes ]; then set -- "$@" --json "$here/results-$version.json"; fi
exec ./bench "$@"
