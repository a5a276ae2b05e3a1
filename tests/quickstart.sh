#!/usr/bin/env bash
# Does what README.md's quick start says, in an empty directory, and compares what comes out.
#
#   tests/quickstart.sh [--keep]     --keep leaves the directory, and says where it is
#
# Under the heading "Quick start", in their order:
#   - a block after a paragraph that begins with, or ends in, a file's name in backquotes is that
#     file's content (after "Add to", it is appended);
#   - an `sh` block is run;
#   - a `console` block has commands after `$ `, each followed by what it prints.
# The clone of the repository beside the project is a link to this one.
set -euo pipefail

# shellcheck source=tests/common.sh
. "$(dirname "$0")/common.sh"
[ "${1:-}" != --keep ] || keep=yes

# The blocks become a script: files are written, commands run, outputs compared.
script=$directory/script
awk '
  function quoted(text) { gsub(/\047/, "\047\\\047\047", text); return "\047" text "\047" }
  function finish_command() {
    if (command == "") return
    print "expect " quoted(command) " " quoted(expected)
    command = expected = ""
  }
  /^## / { inside = $0 == "## Quick start" }
  !inside { next }
  block == "" && /^```/ {
    block = substr($0, 4)
    if (block != "sh" && block != "console") {
      if (file == "") { print "README.md: a block without a file name: line " NR > "/dev/stderr"; exit 1 }
      print "cat " (adds ? ">>" : ">") quoted(file) " <<\"END OF FILE\""
    }
    next
  }
  block != "" && /^```$/ {
    if (block == "console") finish_command()
    else if (block != "sh") print "END OF FILE"
    block = file = ""
    next
  }
  block == "console" && /^\$ / { finish_command(); command = substr($0, 3); next }
  block == "console" { expected = expected $0 "\n"; next }
  block != "" { print; next }
  match($0, /^`[^`]+`/) { file = substr($0, 2, RLENGTH - 2); adds = 0 }
  match($0, /`[^`]+`:$/) { file = substr($0, RSTART + 1, RLENGTH - 3); adds = /Add to/ }
' "$root/README.md" >"$script"

expect() { # COMMAND OUTPUT
  local output
  output=$(bash -c "$1" 2>&1) || true
  if [ "$output" != "${2%$'\n'}" ]; then
    printf 'README.md: $ %s\nexpected:\n%s\ngot:\n%s\n' "$1" "${2%$'\n'}" "$output" >&2
    exit 1
  fi
}

share_directory template
export DUNE_CACHE=disabled
ln -s "$root" "$directory/bactrian"

cd "$directory"
# shellcheck source=/dev/null
. "$script"
say "all works"
