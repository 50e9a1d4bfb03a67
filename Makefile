# `make` alone lists what there is to do.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BINARY := .build/release/signalbox
# A folder that holds nothing but the static archive of SQLite, searched before the system's: so the
# program needs no library of it where it runs. Where there is no archive, it is linked as usual.
STATIC := .build/static
RELEASE := -c release --product signalbox --static-swift-stdlib -Xswiftc -cross-module-optimization -Xlinker "-L$(CURDIR)/$(STATIC)"
STRICT := --explicit-target-dependency-import-check error
# So many tests at a time: all at once, each with a store of its own, they would have thousands of
# descriptors open, more than many machines let a process have.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH := 8
# Flags of `serve` for `make run`, such as ARGS="--listen 127.0.0.1:9000".
ARGS ?=

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

run: build ## the main job: build what is needed, then serve with the workflow demo (ARGS="...")
	@exec $(BINARY) serve --demo $(ARGS)

demo: build ## start a server, start and stop a run in each style, show it all, end
	@Tests/Demo/demo.sh $(BINARY)

test: check build tools ## everything: check, a short fuzzing, end-to-end tests, the demo, a short bench
	@FUZZ_SECONDS=20 FUZZ_SEED=1 Tests/Fuzz/fuzz.sh
	@SIGNALBOX_BINARY="$(CURDIR)/$(BINARY)" Tests/EndToEnd/run.sh
	@Tests/Demo/demo.sh $(BINARY)
	@BENCH_SMOKE=1 Tests/Bench/bench.sh $(BINARY)

bench: build ## measure: stops, starts and looks per second beside nginx and bare SQLite
	@Tests/Bench/bench.sh $(BINARY)

fuzz: ## make up hostile bytes for the HTTP parser for FUZZ_SECONDS (300)
	@Tests/Fuzz/fuzz.sh

check: setup ## all a change must pass: format, no warnings, imports, unit tests, tidiness
	swift format lint --strict --recursive Package.swift Sources Tests
	swift build --build-tests $(STRICT)
	swift test --disable-xctest --skip-build $(STRICT)

build: setup ## the release program
	@mkdir -p $(STATIC)
	@archive=$$(clang -print-file-name=libsqlite3.a); \
	if [ -f "$$archive" ]; then ln -sf "$$archive" $(STATIC)/libsqlite3.a; \
	else echo "no static SQLite here: linking the shared library"; fi
	swift build $(RELEASE)

golden: setup ## write the expected answers of the wire tests and the README's tables anew
	UPDATE_GOLDEN=1 swift test --disable-xctest --no-parallel --filter 'DialectsTests|SignalboxTests'

clean: ## remove what was built
	rm -rf .build

# The one thing beside the toolchain that building needs: SQLite's header and library.
setup:
	@if ! echo '#include <sqlite3.h>' | clang -fsyntax-only -x c - 2>/dev/null; then \
	  install="apt-get install -y --no-install-recommends libsqlite3-dev"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -q && $$install; \
	  elif sudo -n true 2>/dev/null; then sudo -n apt-get update -q && sudo -n $$install; \
	  else echo "SQLite's header is missing: sudo apt-get install libsqlite3-dev"; exit 1; fi; fi

# What the end-to-end tests need. Where it is missing and cannot be had, they say so and are skipped.
tools:
	@if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then \
	  install="apt-get install -y --no-install-recommends python3 python3-venv"; \
	  if [ "$$(id -u)" = 0 ]; then (apt-get update -q && $$install) || true; \
	  elif sudo -n true 2>/dev/null; then (sudo -n apt-get update -q && sudo -n $$install) || true; \
	  fi; fi

.PHONY: help run demo test bench fuzz check build golden clean setup tools
