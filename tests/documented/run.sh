#!/usr/bin/env bash
# Public items of the crates for users without an example: see src/main.rs.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${CARGO_TARGET_DIR:-$PWD/target}
# The form for programs is not stable yet.
RUSTC_BOOTSTRAP=1 RUSTDOCFLAGS='-Zunstable-options --output-format json' \
  cargo doc --quiet --no-deps -p bactrian -p bactrian-build --features num-bigint,ndarray --lib \
  --target-dir "$target/documented"
cargo run --quiet -p bactrian-documented -- "$target"/documented/doc/bactrian{,_build}.json
