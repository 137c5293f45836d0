# `make build` and `make test` need Linux, Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin
DEMO_DAYS := 2026-01-05 06:00:00,2026-01-26 06:00:00,2026-02-16 06:00:00,2026-03-02 06:00:00

.PHONY: build test lint docs pins clean

## the environment, then the demo day by day, then what it found
build: .venv/ready profiles.yml
	@SLOTWATCH_RAW_DIR=data/demo SLOTWATCH_THREADS=$${SLOTWATCH_THREADS:-2} \
		$(BIN)/slotwatch replay --days "$(DEMO_DAYS)" --tests last --summary

## lint, dbt unit and data tests, pytest
test: .venv/ready profiles.yml lint
	@mkdir -p target && rm -f target/test.duckdb
	SLOTWATCH_DUCKDB_PATH=target/test.duckdb SLOTWATCH_RAW_DIR=data/demo $(BIN)/dbt --quiet --no-partial-parse build \
		--vars '{as_of: "2026-03-02 06:00:00"}'
	$(BIN)/pytest

lint: .venv/ready profiles.yml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 models tests/data

docs: build
	$(BIN)/dbt docs generate --static

## refresh the exact versions in requirements.txt from what the two pyproject.toml allow
pins:
	$(PYTHON) -m venv .venv-pins
	.venv-pins/bin/pip install --quiet --upgrade "./packages/dbt-postgrespy[dev]" ".[dev]"
	.venv-pins/bin/pip freeze --exclude slotwatch --exclude dbt-postgrespy > requirements.txt
	rm -rf .venv-pins

clean:
	rm -rf slotwatch.duckdb slotwatch.duckdb.wal target logs

.venv/ready: requirements.txt pyproject.toml packages/dbt-postgrespy/pyproject.toml
	@echo "Making the environment (.venv) from requirements.txt; this takes about a minute."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "SlotWatch needs Python 3.11 or newer: set PYTHON, as in 'make build PYTHON=python3.12'."; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable packages/dbt-postgrespy --editable .
	@touch .venv/ready

profiles.yml: profiles.yml.example
	@test -f profiles.yml || cp profiles.yml.example profiles.yml
