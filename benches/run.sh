#!/bin/sh
# Builds the benchmarks with the OCaml that is found, and runs them.
#
#   benches/run.sh [--quick] [--rounds N] [--passes N] [--json FILE] [part of a case's name...]
#   benches/run.sh --public            everything, beside ocaml-rs and ocaml-interop, and how costs grow;
#                                      then writes RESULTS.md and its plots
#   benches/run.sh --peers ...         with these columns, otherwise as without
#   benches/run.sh [--peers] --build   only builds; prints the program's path
#
# Variables: OCAMLOPT (ocamlopt), CC (cc), CARGO_TARGET_DIR (benches/rust/target/ocaml-VERSION; with
# peers benches/peers/target/ocaml-VERSION, or a directory of their own in CARGO_TARGET_DIR).
# The figures go to benches/results-VERSION.json unless --json says otherwise, or there is a filter or
# --peers; those of --public to benches/results/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
OCAMLOPT=${OCAMLOPT:-ocamlopt}
CC=${CC:-cc}
version=$($OCAMLOPT -version)
peers=no public=no
case ${1:-} in
  --peers) peers=yes && shift ;;
  --public) peers=yes public=yes && shift ;;
esac
crate=rust archive=bench
if [ "$peers" = yes ]; then crate=peers archive=bench_peers; fi
# ocaml-interop is for OCaml 5.
interop=no
case $peers,$version in yes,5.*) interop=yes ;; esac
# ocaml-sys does not see that it is another version: with peers, never in one directory.
if [ "$peers" = yes ] && [ -n "${CARGO_TARGET_DIR:-}" ]; then
  CARGO_TARGET_DIR=$CARGO_TARGET_DIR/peers/ocaml-$version
fi
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/$crate/target/ocaml-$version}
export CARGO_TARGET_DIR OCAMLOPT
build=$CARGO_TARGET_DIR/$crate-$version
mkdir -p "$build"

# The Rust side, as any user gets it: cargo's release profile, nothing else. Not from the
# directory of another workspace's settings.
# Loops begin at a cache line in all columns: the same loop across two lines took a third longer, in this
# column or that one from build to build.
export RUSTFLAGS="${RUSTFLAGS:-} -C llvm-args=-align-loops=64"
set_features=
if [ "$interop" = yes ]; then set_features="--features interop"; fi
# shellcheck disable=SC2086  # words
(cd "$here/$crate" && cargo build --release --quiet $set_features) >&2
cp "$CARGO_TARGET_DIR/release/lib$archive.a" "$build/"

# The C sides. Not through ocamlopt: distributions build it with options that harden C code, which
# cost what they cost. -O3 where C is to be as fast as it gets.
where=$($OCAMLOPT -where)
compile() { # OPTIMISATION FILE
  "$CC" "$1" -g -falign-loops=64 -fno-strict-aliasing -fwrapv -fPIC -I"$where" -c "$here/c/$2.c" -o "$build/$2.o"
}
compile -O2 common
compile -O2 c
compile -O3 fast
compile -O3 owned

# The OCaml side: one pair of files for each column, from the same text.
cd "$build"
# ocaml-rs takes and returns values only; these are not its functions, or have more than five arguments.
plain="int_add_untagged int_add_noalloc float_add_unboxed float_add_noalloc int64_add_unboxed \
  int64_add_noalloc args7 args7_untagged"
values_only() {
  awk -v plain=" $plain " '
    /^[^ ]/ { strip = /^external/ && index(plain, " " $2 " ") == 0 }
    strip { gsub(/\[@(untagged|unboxed)\]/, ""); gsub(/"[a-z0-9_]*_bytecode" /, "") }
    { print }'
}
expand() { # COLUMN PREFIX LETTER FILE...
  column=$1 prefix=$2 letter=$3
  shift 3
  functions=Externals_$column owned=Externals_owned_$column
  if [ "$column" = ocaml ]; then functions=In_ocaml owned=In_ocaml; fi
  filter=cat
  if [ "$column" = rs ]; then filter=values_only; fi
  for file; do
    {
      echo "# 1 \"$here/ocaml/$file.ml.in\""
      sed -e "s/COLUMN_OWNED_FUNCTIONS/$owned/" -e "s/COLUMN_FUNCTIONS/$functions/" \
        -e "s/COLUMN/$prefix/g" \
        -e "s/^(\*[A-Z]*$letter[A-Z]*\*)//" -e "s/^(\*[A-Z][A-Z]*\*).*//" "$here/ocaml/$file.ml.in"
    } | $filter >"${file}_$column.ml"
  done
}
cp "$here/ocaml/"*.ml .
expand ocaml ocaml C loops loops_owned
expand owned owned C externals_owned loops_owned
others="c fast bactrian"
expand c c C externals externals_owned loops loops_owned
expand fast fast C externals externals_owned loops loops_owned
expand bactrian bench B externals externals_owned loops loops_owned
if [ "$peers" = yes ]; then
  others="$others rs"
  expand rs rs R externals externals_owned loops loops_owned
fi
if [ "$interop" = yes ]; then
  others="$others interop"
  expand interop interop I externals externals_owned loops loops_owned
fi
{
  column() { # NAME COLUMN WITHOUT
    echo "    column \"$1\" [ $3 ] (Loops_$2.cases @ Loops_owned_$2.cases)"
    echo "      Loops_owned_$2.[ \"list_in\", list_in ]"
    echo "      Loops_$2.[ \"list_out\", list_out; \"minor_gc_with_roots\", minor_gc_with_roots;"
    echo "        \"call_with_roots\", call_with_roots ];"
  }
  cat <<'END'
type t = {
  name : string;
  cases : Case.t list;
  scaling : (string * (int -> Case.t)) list;  (** cases of any size *)
}

let column name without cases a b =
  { name; cases = List.filter (fun (c : Case.t) -> not (List.mem c.name without)) cases;
    scaling = a @ b }

let all =
  [
END
  column ocaml ocaml ""
  column c c ""
  column c_fast fast ""
  echo '    column "owned" [] Loops_owned_owned.cases Loops_owned_owned.[ "list_in", list_in ] [];'
  closures='"closure_make"; "closure_x1000"'
  if [ "$peers" = yes ]; then
    column ocaml-rs rs "$closures; \"bytes_in_noalloc\"; \"option_in_noalloc\""
  fi
  if [ "$interop" = yes ]; then
    column interop interop "$closures; \"custom_inline_make\"; \"custom_inline_read\";
      \"bigarray_update_1M\"; \"float_slice_in_1000\"; \"float_slice_in_1M\""
  fi
  column bactrian bactrian ""
  echo '  ]'
  echo 'external init : unit -> unit = "bench_init"'
  if [ "$peers" = yes ]; then echo 'external init_peers : unit -> unit = "peers_init"'; fi
  echo 'let init () = ignore (Thread.self ()); init ()'
  # See common_hook.
  if [ "$peers" = yes ]; then
    echo 'external hook : unit -> unit = "common_hook"'
    echo 'let watch = Externals_bactrian.detach'
    echo 'let init () = init (); watch (); hook (); watch (); init_peers ()'
  fi
} >columns.ml
modules="inputs.ml case.ml in_ocaml.ml externals_owned_owned.ml"
for column in $others; do modules="$modules externals_$column.ml externals_owned_$column.ml"; done
modules="$modules loops_owned_owned.ml"
for column in ocaml $others; do modules="$modules loops_$column.ml loops_owned_$column.ml"; done
# With the thread library, whose lock is taken and given back.
threads="-I +threads unix.cmxa threads.cmxa"
if [ -d "$where/unix" ]; then threads="-I +unix $threads"; fi
# shellcheck disable=SC2086  # words
$OCAMLOPT -g -unsafe -inline 200 -w -a -o bench $threads $modules columns.ml bench.ml \
  common.o c.o fast.o owned.o "lib$archive.a" -cclib "-lpthread -ldl -lm" >&2

if [ "${1:-}" = --build ]; then
  echo "$build/bench"
  exit
fi
BENCH_DATE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
BENCH_RUSTC=$(rustc --version)
BENCH_CC=$("$CC" --version | head -n 1)
BENCH_COMMIT=$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)
BENCH_CPU=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
BENCH_CORES=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo unknown)
BENCH_LOAD=$(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo unknown)
export BENCH_DATE BENCH_RUSTC BENCH_CC BENCH_COMMIT BENCH_CPU BENCH_CORES BENCH_LOAD

if [ "$public" = yes ]; then
  mkdir -p "$here/results"
  json=$here/results/$(echo "$version" | cut -d . -f 1,2).json
  BENCH_INTS=10000000
  export BENCH_INTS
  ./bench --scaling --rounds 11 --sample 4 --json "$json.new" "$@"
  mv "$json.new" "$json"
  if command -v python3 >/dev/null; then exec python3 "$here/report.py"; fi
  echo "The figures are in $json. Python 3 is missing: benches/report.py makes the page of them." >&2
  exit
fi

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
if [ "$whole,$peers" = yes,no ]; then set -- "$@" --json "$here/results-$version.json"; fi
exec ./bench "$@"
