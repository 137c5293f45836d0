# `make build` and `make test` need Linux, Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
# what fills .venv: pip or uv
INSTALLER ?= pip
BIN := .venv/bin
DEMO_DAYS := 2026-01-05 06:00:00,2026-01-26 06:00:00,2026-02-16 06:00:00,2026-03-02 06:00:00
REPLAY_DEMO = SLOTWATCH_RAW_DIR=data/demo SLOTWATCH_THREADS=$${SLOTWATCH_THREADS:-2} \
	$(BIN)/slotwatch replay --days "$(DEMO_DAYS)" --tests last

.PHONY: build test test-fast lint docs picture dashboard bench pins clean

## the environment, then the demo day by day, then what it found
build: .venv/ready profiles.yml
	@$(REPLAY_DEMO) --summary

## lint and pytest, which builds the demo with every dbt test on both engines; at most 12 minutes on 2 cores
test: .venv/ready profiles.yml lint
	$(BIN)/pytest

## in two minutes: lint, parse, and the tests that need no database
test-fast: lint
	$(BIN)/dbt --quiet parse
	$(BIN)/pytest -m unit

## style of Python and SQL; macros are not expanded (tests/lint)
lint: .venv/ready profiles.yml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 models tests/data

## the docs site of the demo: one file, which needs no network
docs: .venv/ready profiles.yml
	@$(REPLAY_DEMO)
	@SLOTWATCH_RAW_DIR=data/demo $(BIN)/dbt --quiet docs generate --static
	@cp target/static_index.html target/slotwatch-docs.html
	@echo "The docs site is target/slotwatch-docs.html: open it in a browser."

## docs/lineage.svg, the picture of the README, from the parsed project
picture: .venv/ready profiles.yml
	@$(BIN)/python -m slotwatch.lineage

## a web page of charts and companies, of the database that is there; without one, of the demo
dashboard: .venv/ready profiles.yml
	@test -e "$${SLOTWATCH_DUCKDB_PATH:-slotwatch.duckdb}" || $(MAKE) --no-print-directory build
	@$(BIN)/slotwatch dashboard

## docs/benchmarks.md, from builds of up to 950,040 companies beside their rivals; takes hours and 35 GB of disk;
## goes on where it stopped, with BENCH=--anew from the start
bench: .venv/ready
	$(BIN)/python -m benchmarks run $(BENCH)
	$(BIN)/python -m benchmarks report

## refresh the exact versions in requirements.txt from what the two pyproject.toml allow
pins:
	$(PYTHON) -m venv .venv-pins
	.venv-pins/bin/pip install --quiet --upgrade "./packages/dbt-postgrespy[dev]" ".[dev]"
	.venv-pins/bin/pip freeze --exclude slotwatch --exclude dbt-postgrespy > requirements.txt
	rm -rf .venv-pins

clean:
	rm -rf slotwatch.duckdb slotwatch.duckdb.wal slotwatch.duckdb.tmp target logs

.venv/ready: requirements.txt pyproject.toml packages/dbt-postgrespy/pyproject.toml
	@echo "Making the environment (.venv) from requirements.txt; this takes about a minute."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "SlotWatch needs Python 3.11 or newer: set PYTHON, as in 'make build PYTHON=python3.12'."; exit 1; }
	@$(or $(VENV_$(INSTALLER)),$(error INSTALLER is $(INSTALLER): it may be pip or uv))
	@$(INSTALL_$(INSTALLER)) --requirement requirements.txt
	@$(INSTALL_$(INSTALLER)) --no-deps --editable packages/dbt-postgrespy --editable .
	@touch .venv/ready

VENV_pip = $(PYTHON) -m venv .venv
INSTALL_pip = $(BIN)/pip install --quiet --disable-pip-version-check
VENV_uv = uv venv --quiet --allow-existing --python $(PYTHON) .venv
INSTALL_uv = uv pip install --quiet --python $(BIN)/python

profiles.yml: profiles.yml.example
	@test -f profiles.yml || cp profiles.yml.example profiles.yml
