# Every chore has a name here; `make help` lists them.

HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= data
OPEN ?=
PYTHON ?= python3
# Where pip looks for torch besides its usual index. The default has the small CPU build; nothing at all means whatever
# the usual index gives (on Linux the CUDA build, several gigabytes). It is asked for torch alone, and only once, so
# that a network without it costs seconds.
TORCH_INDEX_URL ?= https://download.pytorch.org/whl/cpu

VENV := .venv
BIN := $(VENV)/bin
TORCH := $(shell sed -n 's/^ *"\(torch[<>=~][^"]*\)".*/\1/p' pyproject.toml)
INSTALLED := $(VENV)/installed.stamp
TESTABLE := $(VENV)/testable.stamp
BROWSER := $(VENV)/browser.stamp
SERVICES := $(VENV)/services.stamp
PACKAGES := node_modules/installed.stamp
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run install test lint types py js browser walk bench soak soak-short pictures format settings clean lock up-cluster

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s%s\n", $$1, $$2 }'
	@echo 'Variables of run: HOST=$(HOST) PORT=$(PORT) DATA_DIR=$(DATA_DIR) OPEN=1 (opens the browser);'
	@echo 'of the first install: PYTHON=$(PYTHON) TORCH_INDEX_URL=$(TORCH_INDEX_URL)'

run: $(INSTALLED)  ## install what is needed, then serve the page in the foreground
	@LSTM_LENS_DATA_DIR='$(DATA_DIR)' exec $(BIN)/python -m lstm_lens serve --host '$(HOST)' --port '$(PORT)' $(if $(OPEN),--open)

up-cluster: $(TESTABLE) $(SERVICES)  ## Redis, two replicas, two workers and nginx on this machine, for trying
	@exec $(BIN)/python -m scripts.up_cluster --port '$(PORT)'

install: $(INSTALLED)  ## install the app into .venv

test: $(TESTABLE)  ## every check below but bench, then one summary
	@$(BIN)/python scripts/run_tests.py

lint: $(TESTABLE) $(PACKAGES)  ## rules and layout: ruff for Python, eslint and prettier for scripts, styles, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	node_modules/.bin/eslint --max-warnings 0
	node_modules/.bin/prettier --check --log-level warn .

types: $(TESTABLE)  ## mypy --strict on app/ and scripts/
	$(BIN)/mypy

py: $(TESTABLE) $(SERVICES)  ## pytest, without the browser
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore=tests/browser --ignore=tests/bench tests

js: $(TESTABLE) $(PACKAGES)  ## node --test and tsc on the page's modules
	$(BIN)/node --test --test-reporter=spec 'tests/js/**/*.test.js'
	node_modules/.bin/tsc --noEmit

browser: $(TESTABLE) $(BROWSER) $(PACKAGES)  ## pytest in a real Chromium
	$(BIN)/pytest -n 2 tests/browser

walk: $(TESTABLE) $(BROWSER) $(PACKAGES)  ## axe on every view in every width, theme and language
	LSTM_LENS_WALK=all $(BIN)/pytest -n 2 tests/browser/test_axe.py

bench: $(TESTABLE)  ## measurements of speed, printed
	$(BIN)/pytest -s tests/bench

soak: $(TESTABLE)  ## show that the server holds, in figures: hours (python -m tests.soak NAME for one of them)
	$(BIN)/python -m tests.soak

soak-short: $(TESTABLE)  # the same programs in their small forms, which make test has too
	$(BIN)/python -m tests.soak --short

pictures: $(TESTABLE) $(BROWSER)  ## take the pictures of the page again
	$(BIN)/python -m scripts.pictures

format: $(TESTABLE) $(PACKAGES)  ## mend layout and what rules can mend by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	node_modules/.bin/eslint --fix
	node_modules/.bin/prettier --write --log-level warn .

settings: $(TESTABLE)  ## write the table in docs/settings.md
	$(BIN)/python -m scripts.settings_table

# Only where PyTorch's index can be reached does the resolver find the CPU build, which needs no libraries of CUDA.
# What is locked stays as it is where it may: make lock UPGRADE=1 takes the newest of all.
LOCK = CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile $(if $(UPGRADE),--upgrade) --quiet --generate-hashes --strip-extras --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

lock: $(TESTABLE)  ## write requirements.lock and requirements-cuda.lock anew
	$(LOCK) --unsafe-package torch $(if $(TORCH_INDEX_URL),--extra-index-url '$(TORCH_INDEX_URL)') \
		--output-file requirements.lock pyproject.toml
	echo '$(TORCH)' | $(LOCK) --allow-unsafe --constraint requirements.lock --output-file requirements-cuda.lock -

clean:  ## remove what make installed
	rm -rf $(VENV) node_modules

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"LSTM Lens needs Python 3.11 or newer; name one: make run PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml app/lstm/recording/kernel.c scripts/build_backend.py | $(BIN)/python
	@echo 'Installing into $(VENV); the first time takes a minute or two.'
	$(BIN)/python -m pip install --no-deps --retries 1 --timeout 15 \
		$(if $(TORCH_INDEX_URL),--extra-index-url '$(TORCH_INDEX_URL)') '$(TORCH)'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(TESTABLE): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

$(BROWSER): $(TESTABLE)
	$(BIN)/python -m scripts.install_browser
	@touch $@

$(SERVICES): $(TESTABLE)
	$(BIN)/python -m scripts.install_services
	@touch $@

$(PACKAGES): package.json package-lock.json $(TESTABLE)
	$(BIN)/npm ci --no-audit --no-fund
	@touch $@
