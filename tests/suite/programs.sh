#!/usr/bin/env bash
# The programs of the suite that can run in native code with the OCaml that is found, one in each line;
# but for those that are named: programs.sh [WITHOUT...]
set -euo pipefail
cd "$(dirname "$0")"

case $(ocamlopt -version) in
  4.*) set -- "$@" $(sed -n 's/^const OCAML5.*&\[\(.*\)\];/\1/p' tests/ocaml.rs | tr -d '",') ;;
esac
sed -n 's/^    \([a-z0-9_]*\): [0-9]*, native .*/\1/p' tests/ocaml.rs | grep -vxF -e "$(printf '%s\n' - "$@")"
