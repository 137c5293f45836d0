"""Whole years of the Department of Labor's files beside a list of companies: filings of unknown companies are dropped
before staging.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from warehouse_support import ROOT, DuckDBWarehouse

from benchmarks.dol_files import FILES, YEARS, write_dol_files
from benchmarks.measure import Usage, measure
from slotwatch.generator import FIRST_DAY
from slotwatch.generator.raw_tables import generate
from slotwatch.generator.world import draw_world

COMPANIES = 95_004
# Time and memory that the files may add to a build of the same companies.
MOST_SECONDS, MOST_MB = 240, 1_500


def write_companies(folder: Path, companies: int) -> Path:
    list(generate(draw_world(companies, 1, 1, FIRST_DAY), folder))
    return folder


def test_the_files_are_as_wide_and_long_as_the_published_ones(tmp_path: Path):
    rows = write_dol_files(tmp_path, share=0.0001)
    headers = {file.table: (tmp_path / f"{file.table}.{YEARS[0]}.csv").read_text().split("\n", 1)[0] for file in FILES}
    assert {table: len(header.split(",")) for table, header in headers.items()} == {
        file.table: file.columns for file in FILES
    }
    assert rows == {"form_5500": 75, "schedule_a": 129, "schedule_a_brokers": 195, "schedule_h": 24}


@pytest.fixture(scope="module")
def small(built_once, tmp_path_factory: pytest.TempPathFactory) -> tuple[DuckDBWarehouse, dict[str, int]]:
    raw = write_companies(tmp_path_factory.mktemp("bulk"), 60)
    rows = write_dol_files(raw, share=0.002)
    return built_once("bulk", raw, lambda built: built.build(FIRST_DAY.isoformat())), rows


@pytest.mark.long
def test_filings_of_unknown_companies_are_dropped_before_staging(small):
    built, rows = small
    for table in ("form_5500", "schedule_a", "schedule_a_brokers"):
        assert built.query(f"""
            select count(*) filter (where is_left_out), count(ack_id) filter (where is_left_out)
            from slotwatch_staging.base_{table}
        """) == [(rows[table], 0)]
        [(staged,)] = built.query(f"select count(*) from slotwatch_staging.stg_{table}")
        assert 0 < staged < rows[table]
    assert built.query("select count(*) from slotwatch_staging.filing_forms where raw_value like 'INSURER %'") == [(0,)]


@pytest.mark.long
def test_dropped_filings_count_as_known_and_accepted(small):
    built, rows = small
    known = dict(built.query("select raw_table, known_rows from slotwatch.data_reconciliation where is_balanced"))
    assert all(known[table] > rows[table] for table in rows)


@pytest.mark.bench
def test_full_years_of_filings_build_with_95_004_companies(request, tmp_path: Path, record_property):
    """Builds the same companies with and without the files; run it with `-m bench`."""
    if "bench" not in (request.config.getoption("-m") or "").split():
        pytest.skip("builds 95,004 companies twice: choose it with -m bench")
    raw = write_companies(tmp_path / "raw", COMPANIES)
    without = _build(raw, tmp_path / "without")
    write_dol_files(raw)
    beside = _build(raw, tmp_path / "beside")
    for name, used in (("without", without), ("beside", beside)):
        record_property(name, f"{used.wall_s:.0f} s, {used.peak_mb:.0f} MB")
        print(f"{name} the files: {used.wall_s:.0f} s, {used.peak_mb:.0f} MB")
    assert beside.wall_s - without.wall_s <= MOST_SECONDS
    assert beside.peak_mb - without.peak_mb <= MOST_MB


def _build(raw: Path, folder: Path) -> Usage:
    """A first build without tests, in a process of its own."""
    folder.mkdir()
    environment = os.environ | {
        "SLOTWATCH_RAW_DIR": str(raw),
        "SLOTWATCH_DUCKDB_PATH": str(folder / "warehouse.duckdb"),
    }
    command = [
        Path(sys.executable).parent / "dbt", "--quiet", "build", "--exclude-resource-type", "test", "unit_test",
        "--target-path", folder / "target", "--log-path", folder / "logs",
        "--vars", f"{{as_of: '{FIRST_DAY.isoformat()} 06:00:00'}}",
    ]  # fmt: skip
    return measure(command, folder / "log", ROOT, environment)
