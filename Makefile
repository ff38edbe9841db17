# The ways in. `make` alone lists them.

VENV := .venv
BIN := $(VENV)/bin
# The first that is new enough; 3.11 is what the suite runs on.
PYTHON ?= $(shell for each in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
LOCK = $(BIN)/uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --quiet
TOO_OLD := Python 3.11 or newer is needed: install it (Debian: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.11
NO_VENV := Python has no working venv module: install it (Debian: apt install python3-venv), then run make again.

.DEFAULT_GOAL := help
# `make test` skips what needs chromium where there is none; these two ask for it.
.PHONY: help run test check chaos fuzz browser pictures bench format lint types static lock manifests sbom clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: $(VENV)/.run-ready ## run the whole platform on this machine; Ctrl-C stops it
	@exec $(BIN)/fuzhou run

test: $(VENV)/.dev-ready static ## the whole suite
	$(BIN)/pytest -q -n 2

check: $(VENV)/.dev-ready static ## the quick part: format, lint, types, import contracts, house and unit tests
	$(BIN)/pytest -q -n 2 -m "not slow" tests/house tests/unit

chaos: $(VENV)/.dev-ready ## a thousand runs of anything, with faults between commits; FUZHOU_SEED=… repeats one
	$(BIN)/pytest -q -n 2 -m chaos

fuzz: $(VENV)/.dev-ready ## send each service three thousand requests that mean no good; FUZHOU_SEED=… repeats them
	$(BIN)/pytest -q -m fuzz tests/contracts

browser: $(VENV)/.dev-ready ## the desks, the portal and signing in, in a real browser (needs chromium)
	FUZHOU_BROWSER=required $(BIN)/pytest -q tests/browser

pictures: $(VENV)/.dev-ready ## take the pictures of the README anew, over the sample city (needs chromium)
	FUZHOU_BROWSER=required $(BIN)/pytest -q -m pictures tests/browser

bench: $(VENV)/.dev-ready ## measure floor, peer and product in turn; writes benchmarks/results/latest.json
	$(BIN)/python -m benchmarks

format: $(VENV)/.dev-ready ## put the code into its one form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lint: $(VENV)/.dev-ready ## format, lint and import contracts, changing nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(VENV)/.dev-ready ## check the types strictly
	$(BIN)/mypy

static: lint types ## lint and types together, changing nothing

lock: $(VENV)/.dev-ready ## resolve the dependencies anew and lock them with hashes
	$(LOCK) --extra build -o requirements.lock pyproject.toml
	$(LOCK) --extra build --extra dev -o requirements-dev.lock pyproject.toml

manifests: $(VENV)/.dev-ready ## write the services' manifests for a cluster from their one template
	$(BIN)/python -m deploy.kubernetes

sbom: $(VENV)/.dev-ready ## write build/sbom.json: what the installed platform is made of, as CycloneDX
	@mkdir -p build
	$(BIN)/python -m deploy.materials > build/sbom.json

clean: ## remove what make made here; data in FUZHOU_HOME stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo '$(TOO_OLD)' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo '$(NO_VENV)' >&2; exit 1; }

# The project itself comes last, without isolation: what builds it is locked too, so nothing unchecked is fetched.
define install
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
endef

$(VENV)/.run-ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV), once…"
	$(call install,requirements.lock)

$(VENV)/.dev-ready: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV), once…"
	$(call install,requirements-dev.lock)
	@touch $(VENV)/.run-ready
