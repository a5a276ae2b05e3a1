# What there is to make: `make help`.

# Builds of all kinds share one directory.
export CARGO_TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))

# Programs that have no OCaml main program link the OCaml runtime.
FEATURES := num-bigint,ndarray
TEST := cargo test --quiet --features link,$(FEATURES)
# Integration tests but those of the compiler's messages, which no version of OCaml changes.
TESTS := $(filter-out ui%,$(notdir $(basename $(wildcard tests/*.rs))))
TEXTKIT := examples/textkit
SATISFY := examples/embed
NEIGHBOURS := examples/pipeline
REGEXKIT := examples/regexkit
TENSORS := examples/tensors
# Workspaces of their own; benches/peers, whose dependencies are no business of ours, is one more.
OTHERS := $(TEXTKIT) $(SATISFY) $(NEIGHBOURS) $(REGEXKIT) $(TENSORS) benches/rust tests/no-std
DUNE_OPTIONS := --root . --display quiet --no-print-directory

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test bench bench-public stress prove lint format clean setup test-matrix \
  lint-format lint-clippy lint-docs test-rust test-macros test-values test-suite test-textkit test-quickstart stress-short \
  test-build test-interface test-generated test-fuzz test-projects test-template test-embed test-two-libraries test-no-std test-examples

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | \
	  while IFS='	' read -r target text; do printf 'make %-16s %s\n' "$$target" "$$text"; done

demo: setup ## examples/textkit on the project's own Markdown files
	@cargo build --manifest-path $(TEXTKIT)/Cargo.toml --package bactrian-command
	@cargo build --release --manifest-path $(TEXTKIT)/Cargo.toml --package textkit
	@cd $(TEXTKIT) && dune exec $(DUNE_OPTIONS) ./bin/main.exe -- \
	  --limit 3 --search '"OCaml heap" panics /Result<(\w+), (\w+)>/'

test: test-rust test-macros test-build test-suite
test: test-interface test-generated test-fuzz test-textkit test-projects stress-short ## all tests; the stress for a few seconds

bench: setup ## against C stubs: the ratios, and benches/results-*.json
	benches/run.sh

bench-public: setup ## beside ocaml-rs and ocaml-interop, which it fetches: benches/RESULTS.md and plots
	benches/run.sh --public

stress: setup ## every conversion a million times under the debug runtime; some minutes
	tests/stress/run.sh full
	BACTRIAN_BIGINTS=100000 cargo test --quiet --release -p bactrian-suite bigints

prove: setup ## the long forms: stress, generated types, fuzzing, valgrind, sanitizer, Miri; an hour or two
	tests/prove.sh

lint: lint-format lint-clippy lint-docs ## formatting, clippy, documentation: no warning

lint-format:
	cargo fmt --all --check
	$(foreach other,$(OTHERS) benches/peers,cargo fmt --check --manifest-path $(other)/Cargo.toml &&) true

lint-clippy: setup
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	cargo clippy --quiet --all-targets --features link,$(FEATURES) -- -D warnings
	cargo clippy --quiet --no-default-features -- -D warnings
	$(foreach other,$(OTHERS),cargo clippy --quiet --manifest-path $(other)/Cargo.toml -- -D warnings &&) true

lint-docs: setup
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --no-deps -p bactrian -p bactrian-sys -p bactrian-derive -p bactrian-build
	tests/documented/run.sh

format: ## format the Rust code
	cargo fmt --all
	$(foreach other,$(OTHERS) benches/peers,cargo fmt --manifest-path $(other)/Cargo.toml &&) true

# What depends on the version of OCaml: `with-ocaml 5.4 make test-matrix`.
test-matrix: test-values test-suite test-interface test-textkit stress-short

# What people make with the command, built in empty directories; the examples.
test-projects: test-template test-embed test-examples test-two-libraries test-no-std test-quickstart

test-rust: setup
	$(TEST)

test-macros: setup
	cargo test --quiet -p bactrian-sys -p bactrian-derive

# `test-rust` without the compiler's messages.
test-values: setup
	$(TEST) --doc
	$(TEST) --lib $(addprefix --test ,$(TESTS))

# And the libraries of other versions.
test-suite: setup
	cargo test --quiet -p bactrian-suite
	cargo test --quiet -p bactrian-sys --test version

# Random derived types, from Rust to OCaml and back.
test-generated: setup
	TYPES=100 tests/generated/run.sh short

# What fuzzing has kept.
test-fuzz: setup
	fuzz/run.sh 0

test-textkit: setup
	cd $(TEXTKIT) && dune build $(DUNE_OPTIONS) @default @runtest

# An interface with everything, from the Rust crate to OCaml programs.
test-interface: setup
	tests/interface/run.sh

# The interface generator and the command.
test-build: setup
	cargo test --quiet -p bactrian-build

test-template: setup
	tests/template.sh

# Rust programs that contain OCaml code.
test-embed: setup
	tests/embed.sh

# Programs in examples/ other than textkit.
test-examples: setup
	cd $(SATISFY) && cargo test --quiet
	cd $(NEIGHBOURS) && dune build $(DUNE_OPTIONS) @default @runtest
	cd $(REGEXKIT) && dune build $(DUNE_OPTIONS) @default @runtest
	cd $(TENSORS) && dune build $(DUNE_OPTIONS) @default @runtest

test-two-libraries: setup
	tests/two-libraries.sh

# A library without Rust's standard library.
test-no-std: setup
	tests/no-std.sh

test-quickstart: setup
	tests/quickstart.sh

stress-short: setup
	tests/stress/run.sh short

clean: ## remove what was built
	cargo clean --quiet
	rm -rf $(addsuffix /_build,$(TEXTKIT) $(NEIGHBOURS) $(REGEXKIT) $(TENSORS))

setup:
	@scripts/setup
