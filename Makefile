# Everything on a fresh machine that has Python 3.11: `make demo` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo manuals test test-faults lint format setup setup-test lock stop clean

SYSTEM_PYTHON ?= $(shell command -v python3.11 || command -v python3)
PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes

help:
	@echo "make demo         start the application on demonstration data (PORT=8000)"
	@echo "make manuals      draw the pictures of the manuals anew"
	@echo "make test         check and test everything"
	@echo "make test-faults  bad days: what is killed, cut, filled, promoted; prints each fault, what was expected, what happened"
	@echo "make lint         the checks alone"
	@echo "make stop         stop the embedded database"
	@echo "make lock         resolve requirements/*.in and package.json anew"
	@echo "make clean        remove everything that was installed or made here, the demonstration's database included"

demo: setup
	@FORPREV_DEMO=1 exec $(PYTHON) manage.py demo

manuals: setup-test
	@scripts/chromium.sh
	$(PYTHON) scripts/manuals/draw.py

test: setup-test lint
	@scripts/chromium.sh
	$(PYTHON) -m pytest -n 2 -m "not heavy" --ignore=tests/browser
	$(PYTHON) -m pytest -n 2 tests/browser

test-faults: setup-test
	@scripts/chromium.sh
	$(PYTHON) -m pytest tests/faults

lint: setup-test
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet forprev
	$(PYTHON) -m mypy
	FORPREV_DEBUG=1 $(PYTHON) manage.py makemigrations --check --dry-run
	FORPREV_DEBUG=1 $(PYTHON) scripts/lint_migrations.py

format: setup-test
	$(PYTHON) -m ruff check --fix-only .
	$(PYTHON) -m ruff format .

setup: .venv/app.stamp node_modules/installed.stamp

setup-test: setup .venv/dev.stamp

.venv/app.stamp: requirements/app.txt
	@echo "Installing the Python parts…"
	@test -n "$(SYSTEM_PYTHON)" || { echo "Python 3.11 is needed." >&2; exit 1; }
	@test -x .venv/bin/pip || $(SYSTEM_PYTHON) -m venv .venv
	@$(PIP) -r requirements/app.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/app.stamp
	@echo "Installing the parts for tests…"
	@$(PIP) -r requirements/dev.txt
	@touch $@

node_modules/installed.stamp: package-lock.json .venv/app.stamp
	@echo "Installing the front-end parts…"
	@scripts/npm.sh ci --loglevel=error
	@touch $@

lock: setup-test
	$(PYTHON) -m pip install --quiet uv
	cd requirements && for part in app dev tools; do \
	  ../.venv/bin/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --python-version 3.11 $$part.in -o $$part.txt; done
	scripts/npm.sh install --package-lock-only

stop:
	@test ! -x $(PYTHON) || $(PYTHON) -m forprev.config.embedded_database stop

clean:
	@test ! -e var/postgres || test -x $(PYTHON) || { echo "make setup first: without it the database is not found." >&2; exit 1; }
	@test ! -x $(PYTHON) || $(PYTHON) -m forprev.config.embedded_database remove
	rm -rf .venv node_modules var
