# make run: the chain on this machine. make test: everything that can be seen without AWS. The rest is listed by `make help`.
PYTHON ?= python3
PORT ?= 8080
STACK ?= dev
VENV := .venv
PY := $(VENV)/bin/python
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header
ZIP_LOCK := uv pip compile --quiet --python-version 3.13 --python-platform x86_64-manylinux_2_28 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

.PHONY: help run preview test mutations test-engine bench probe torture modes browser check format lock docs golden cost clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/ready: requirements.txt infra/locks/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Expected Python 3.11 or newer, found " + sys.version.split()[0] + ": name one with PYTHON=.")'
	@echo "Installing what requirements.txt pins into $(VENV) ..."
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --require-hashes --requirement infra/locks/uv.txt
	@$(VENV)/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements.txt || $(PY) -m pip install --quiet --require-hashes --requirement requirements.txt
	@touch $@

run: $(VENV)/ready  ## the whole chain on http://localhost:8080 (PORT=, STACK=, ORIGINALS=folder, HOST=)
	@PORT='$(PORT)' STACK='$(STACK)' ORIGINALS='$(ORIGINALS)' HOST='$(HOST)' exec $(PY) -m emulator

preview: $(VENV)/ready  ## what STACK= would make, cost and allow, without credentials
	@$(PY) -m preview $(STACK)

test: $(VENV)/ready browser  ## all tests, two files at a time
	$(PY) -m pytest --numprocesses 2 --dist loadfile

mutations: $(VENV)/ready  ## takes rights, header rules and limits from the emulator, one by one: each must turn a test red (minutes)
	@$(PY) -m tests.mutations

test-engine: $(VENV)/ready  ## the program under the real engine, where a pulumi is on PATH (docs/engine.md)
	@$(PY) -m pytest tests/engine --numprocesses 2 --dist loadgroup

torture: $(VENV)/ready  ## hostile pictures and URLs, faults, load, supply chain: all of it, 20 minutes (ORIGINALS=folder, ONLY=parts)
	@ORIGINALS='$(ORIGINALS)' exec $(PY) -m torture $(ONLY)

bench: $(VENV)/ready  ## beside sharp: time, memory, bytes, quality (ORIGINALS=folder, ONLY=cases), into docs/performance.md
	@ORIGINALS='$(ORIGINALS)' ONLY='$(ONLY)' exec $(PY) -m bench

probe: $(VENV)/ready  ## asks a real account what AWS does not document, by a throw-away stack (20 minutes, below 0.05 USD)
	@$(PY) -m probe

fuzz: $(VENV)/ready  ## 100,000 authentications that nobody was given (MIRAGE_FUZZ= another number): none is let in
	MIRAGE_FUZZ=$${MIRAGE_FUZZ:-100000} $(PY) -m pytest tests/test_access_fuzz.py

modes: $(VENV)/ready  ## every URL of the vectors in all modes, compared byte for byte; the emulator's tests in the mode regional (minutes)
	MIRAGE_ALL_VECTORS=1 $(PY) -m pytest tests/test_modes.py
	MIRAGE_STACK=regional $(PY) -m pytest tests/test_emulator.py tests/test_generators_emulator.py tests/test_dialects_emulator.py tests/test_freshness_processes.py

browser: $(VENV)/ready  ## Chromium and axe-core for the tests of the page, where apt and npm are
	@$(PY) -m tests.browser

check: $(VENV)/ready  ## ruff, mypy --strict, layers, docs in step
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PY) -m pytest tests/test_layers.py
	$(PY) docs/make_docs.py --check

format: $(VENV)/ready  ## ruff, writing
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

lock: $(VENV)/ready  ## writes the locks anew from their readable inputs
	$(VENV)/bin/$(LOCK) --output-file requirements.txt requirements.in
	for zip in edge origin token; do $(VENV)/bin/$(ZIP_LOCK) --output-file infra/locks/$$zip.txt infra/locks/$$zip.in || exit 1; done
	echo 'uv==0.13.8' | $(VENV)/bin/$(LOCK) --output-file infra/locks/uv.txt -

docs: $(VENV)/ready  ## the tables and pictures of docs/
	$(PY) docs/make_docs.py

cost: $(VENV)/ready  ## what a month costs (REGION=), into docs/costs.md
	$(PY) -m infra.costs.report $(REGION)

golden: $(VENV)/ready  ## the golden pictures of tests/golden, to be looked at before they are committed
	$(PY) -m tests.goldens

clean:  ## removes the venv, caches and built bundles
	rm -rf $(VENV) .mirage .mypy_cache .ruff_cache .pytest_cache .hypothesis
