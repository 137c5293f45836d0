# `make build` and `make test` need Linux, Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
# the tool that fills .venv: pip or uv
INSTALLER ?= pip
BIN := .venv/bin
DEMO_DAYS := 2026-01-05 06:00:00,2026-01-26 06:00:00,2026-02-16 06:00:00,2026-03-02 06:00:00
REPLAY_DEMO = SLOTWATCH_RAW_DIR=data/demo SLOTWATCH_THREADS=$${SLOTWATCH_THREADS:-2} \
	$(BIN)/slotwatch replay --days "$(DEMO_DAYS)" --tests last

.PHONY: build test test-all test-fast test-schedulers lint docs picture mails screenshot dashboard bench chaos pins clean

## the environment, then the demo day by day, then what it found
build: .venv/ready profiles.yml
	@$(REPLAY_DEMO) --summary

## lint and pytest, which builds the demo with every dbt test on both engines
test: .venv/ready-dev profiles.yml lint
	$(BIN)/pytest

## the tests marked `long` as well, which build many databases of their own; half an hour on 2 cores
test-all: .venv/ready-dev profiles.yml lint
	$(BIN)/pytest -m ""

## in two minutes: lint, parse, and the tests that need no database
test-fast: lint
	$(BIN)/dbt --quiet parse
	$(BIN)/pytest -m unit

## the chaos suite in full: hostile folders, kills, full disks, builds at the same time; hours
chaos: .venv/ready-dev profiles.yml
	CHAOS=1 $(BIN)/pytest -m chaos

## the examples for Airflow and Dagster in the real programs, each installed into an environment of its own
test-schedulers: .venv/ready-dev profiles.yml .venv-airflow/ready .venv-dagster/ready
	$(BIN)/pytest -m schedulers tests/python/test_examples.py

## style of Python and SQL; macros are not expanded (tests/lint)
lint: .venv/ready-dev profiles.yml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 models tests/data

## the docs site of the demo: one file, which needs no network
docs: .venv/ready profiles.yml
	@$(REPLAY_DEMO)
	@SLOTWATCH_RAW_DIR=data/demo $(BIN)/dbt --quiet docs generate --static
	@$(BIN)/python -m tools.docs_site

## docs/lineage.svg, the picture of the README, from the parsed project
picture: .venv/ready profiles.yml
	@$(BIN)/python -m tools.lineage

## docs/messages.md, mails of the demo with their proofs, for a person to judge
mails: .venv/ready profiles.yml
	@$(REPLAY_DEMO)
	@$(BIN)/python -m tools.mails

## docs/dashboard.png, the README's picture of the dashboard for the demo; needs Chromium
screenshot: .venv/ready-dev profiles.yml
	@$(REPLAY_DEMO)
	@$(BIN)/slotwatch dashboard --out target/dashboard.html
	@$(BIN)/python -m tools.screenshot target/dashboard.html docs/dashboard.png

## a web page of charts and companies, for the existing database, or for the demo if there is none
dashboard: .venv/ready profiles.yml
	@test -e "$${SLOTWATCH_DUCKDB_PATH:-warehouse.duckdb}" || $(MAKE) --no-print-directory build
	@$(BIN)/slotwatch dashboard

## docs/benchmarks.md, from builds of up to 3,000,000 companies: hours and 65 GB of disk; BENCH="--size 9500" is shorter
bench: .venv/ready-dev
	$(BIN)/python -m benchmarks run $(BENCH)
	$(BIN)/python -m benchmarks report

## pins exact versions within the bounds of both pyproject.toml: requirements.txt for running, requirements-dev.txt for
tests pins:
	rm -rf .venv-pins && $(PYTHON) -m venv .venv-pins
	.venv-pins/bin/pip install --upgrade setuptools ./packages/dbt-postgrespy .
	$(FREEZE) > requirements.txt
	.venv-pins/bin/pip install --constraint requirements.txt "./packages/dbt-postgrespy[dev]" ".[dev,generate]"
	(echo "-r requirements.txt"; $(FREEZE) | grep -vxFf requirements.txt) > requirements-dev.txt
	rm -rf .venv-pins

clean:
	rm -rf warehouse.duckdb warehouse.duckdb.wal warehouse.duckdb.tmp target logs

.venv/ready: requirements.txt pyproject.toml packages/dbt-postgrespy/pyproject.toml
	@echo "Installing what a build needs into .venv: the $$(grep -c == requirements.txt) packages of requirements.txt."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "SlotWatch needs Python 3.11 or newer: set PYTHON, as in 'make build PYTHON=python3.12'."; exit 1; }
	@$(or $(VENV_$(INSTALLER)),$(error INSTALLER is $(INSTALLER): it may be pip or uv))
	@$(INSTALL_$(INSTALLER)) --requirement requirements.txt
	@$(INSTALL_$(INSTALLER)) --no-deps --no-build-isolation --editable packages/dbt-postgrespy --editable .
	@touch .venv/ready

.venv/ready-dev: .venv/ready requirements-dev.txt
	@echo "Installing what the tests need as well: the $$(grep -c == requirements-dev.txt) packages of requirements-dev.txt."
	@$(INSTALL_$(INSTALLER)) --requirement requirements-dev.txt
	@touch .venv/ready-dev

.venv-airflow/ready: examples/airflow/requirements.txt
	@echo "Installing Airflow into .venv-airflow."
	@$(PYTHON) -m venv .venv-airflow
	@.venv-airflow/bin/pip install --disable-pip-version-check --quiet --requirement examples/airflow/requirements.txt
	@touch .venv-airflow/ready

# as the example's first lines say: Dagster beside what a build needs
.venv-dagster/ready: requirements.txt examples/dagster/requirements.txt
	@echo "Installing what a build needs, and Dagster, into .venv-dagster."
	@$(PYTHON) -m venv .venv-dagster
	@.venv-dagster/bin/pip install --disable-pip-version-check --quiet --requirement examples/dagster/requirements.txt
	@.venv-dagster/bin/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation \
		--editable packages/dbt-postgrespy --editable .
	@touch .venv-dagster/ready

VENV_pip = $(PYTHON) -m venv .venv
# without compiling: Python compiles modules on first import, and compiling all of them here takes longer
INSTALL_pip = $(BIN)/pip install --disable-pip-version-check --no-compile
VENV_uv = uv venv --allow-existing --python $(PYTHON) .venv
INSTALL_uv = uv pip install --python $(BIN)/python
# setuptools is pinned as well: it builds the two packages of this folder without an environment of its own
FREEZE = .venv-pins/bin/pip freeze --all --exclude pip --exclude wheel --exclude slotwatch --exclude dbt-postgrespy

profiles.yml: profiles.yml.example
	@test -f profiles.yml || cp profiles.yml.example profiles.yml
