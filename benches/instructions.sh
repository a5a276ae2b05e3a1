#!/bin/bash
# Counts instructions per operation with callgrind: unlike times, the same on a busy machine.
#
#   benches/instructions.sh [--peers] [--columns "c_fast owned bactrian"] [part of a case's name...]
#
# Each loop runs twice, with few and with more iterations; the difference is the operations' alone.
# What an operation leaves to a later collection is in it only where a collection came.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
columns=
peers=()
all="ocaml c c_fast owned bactrian"
if [ "${1:-}" = --peers ]; then
  peers=(--peers)
  all="$all ocaml-rs interop"
  shift
fi
if [ "${1:-}" = --columns ]; then
  columns=$2
  shift 2
fi
bench=$("$here/run.sh" "${peers[@]}" --build)

count() { # CASE COLUMN ITERATIONS
  valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    "$bench" --case "$1" --column "$2" --iterations "$3" 2>&1 |
    awk '/Collected :/ { print $4; found = 1 } END { if (!found) exit 1 }'
}

printf '%-22s' 'instructions per op'
for column in $all; do printf '%10s' "$column"; done
printf '%9s%9s\n' /c_fast /owned

"$bench" --list "$@" | while read -r name size having; do
  case $size in
    small) few=1000 more=6000 ;;
    thousand) few=10 more=40 ;;
    million) few=1 more=3 ;;
  esac
  printf '%-22s' "$name"
  declare -A of=()
  for column in $all; do
    if [[ " $having " != *" $column "* ]] || { [ -n "$columns" ] && [[ " $columns " != *" $column "* ]]; }; then
      printf '%10s' -
      continue
    fi
    a=$(count "$name" "$column" "$few")
    b=$(count "$name" "$column" "$more")
    of[$column]=$(awk -v a="$a" -v b="$b" -v n=$((more - few)) 'BEGIN { printf "%.1f", (b - a) / n }')
    printf '%10s' "${of[$column]}"
  done
  for against in c_fast owned; do
    if [ -n "${of[bactrian]:-}" ] && [ -n "${of[$against]:-}" ]; then
      awk -v a="${of[bactrian]}" -v b="${of[$against]}" 'BEGIN { printf "%9.2f", a / b }'
    else
      printf '%9s' -
    fi
  done
  echo
done
