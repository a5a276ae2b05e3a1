# For scripts that make a project in an empty directory; sourced by them. Gives them `root`, the
# repository; `directory`, which is removed at the end unless `keep` is set; `bactrian`, the command.
# shellcheck shell=bash

test_name=$(basename "$0" .sh)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
directory=$(mktemp -d)
keep=
trap 'if [ "$keep" ]; then echo "kept: $directory"; else rm -rf "$directory"; fi' EXIT

say() { echo "$test_name: $*"; }
fail() { say "$*" >&2; exit 1; }
# What a command prints, if it fails; nothing if it does not.
quietly() { "$@" >"$directory/output" 2>&1 || { cat "$directory/output" >&2; fail "failed: $*"; }; }
# The command must fail, and say something.
refused() { # PATTERN COMMAND...
  local pattern=$1
  shift
  ! "$@" >"$directory/output" 2>&1 || fail "did not fail: $*"
  grep -q -- "$pattern" "$directory/output" ||
    { cat "$directory/output" >&2; fail "did not say '$pattern': $*"; }
}

# The projects of all runs share a directory of Cargo's, so that dependencies are compiled once.
target=${CARGO_TARGET_DIR:-$root/target}
share_directory() { # NAME
  export CARGO_TARGET_DIR=$target/$1
}
# The command, and that.
command=$target/debug/cargo-bactrian
build_command() { # NAME
  cargo build --quiet --manifest-path "$root/Cargo.toml" -p bactrian-build --target-dir "$target"
  share_directory "$1"
}
