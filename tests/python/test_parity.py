"""The same raw data and days give the same rows on DuckDB and on Postgres, and any difference is reported."""

import os
import time
from dataclasses import dataclass

import pytest
import yaml
from click.testing import CliRunner
from parity_support import LAYERS, primary_keys, relations, report
from random_history import hostile_history, random_history
from test_determinism import scatter, with_junk_keys
from warehouse_support import (
    DEMO,
    DEMO_DAYS,
    REAL,
    REAL_DAYS,
    ROOT,
    RUN_LOG,
    Warehouse,
    difference,
    environment,
    write_raw,
)
from world import DAYS

from slotwatch.cli import main

MORE_SEEDS = [int(seed) for seed in os.environ.get("SLOTWATCH_PARITY_SEEDS", "").split(",") if seed.strip()]


def built_over(warehouse: Warehouse, days) -> Warehouse:
    """The database after these days."""
    for day in days:
        warehouse.build(day, with_interfaces=day == days[-1])
    return warehouse


def assert_same(found: str) -> None:
    """Fails with the whole report if there are differences."""
    if found:
        pytest.fail(found, pytrace=False)


# What is compared


def test_every_relation_of_the_project_is_compared(duckdb_world, manifest):
    there = duckdb_world[DAYS[-1]].tables({name.split(".")[0] for name in relations(manifest)})
    assert set(relations(manifest).values()) == set(LAYERS)
    assert set(relations(manifest)) <= set(there)
    marts = {name for name, layer in relations(manifest).items() if layer == "marts"}
    logs = {name for name in marts if name.split(".")[1].startswith(RUN_LOG)}
    assert marts - logs <= set(primary_keys(manifest))  # so that a difference names the row
    assert len(marts - logs) > 35 and len(logs) == 4
    empty = {name for name in marts - logs if not there[name][1]}
    assert empty <= {"slotwatch.suppressions"}


# The shared world: the demo, random histories, real filings and the scenarios of other tests


@pytest.mark.parametrize("day", DAYS)
def test_the_world_is_the_same_on_both_engines(duckdb_world, postgres_world, day):
    assert_same(report(duckdb_world[day], postgres_world[day]))


@pytest.mark.long
def test_building_the_same_day_twice_changes_no_row_on_postgres(postgres_world):
    built = postgres_world[DAYS[-1]].copied()
    before = built.state()
    built.build(DEMO_DAYS[-1])
    assert difference(built.state(), before) == {}


@pytest.mark.skipif(not MORE_SEEDS, reason="no seeds in SLOTWATCH_PARITY_SEEDS")
@pytest.mark.parametrize("history", [random_history, hostile_history])
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_another_random_history_is_the_same_on_both_engines(history, seed, warehouse, postgres_warehouse, tmp_path):
    raw = write_raw(tmp_path, history(seed))
    assert_same(report(built_over(warehouse(raw), DEMO_DAYS), built_over(postgres_warehouse(raw), DEMO_DAYS)))


# Everything at once, and in another order


@pytest.fixture(scope="module")
def built_at_once(engine_warehouse):
    """The last day of the demo in a new database by one `dbt build`, with every unit and data test, and its seconds."""
    built = engine_warehouse(DEMO)
    with built.selected():  # Postgres loads the raw files
        started = time.monotonic()
    results = built.dbt("build", "--selector", "everything", as_of=DEMO_DAYS[-1]).results
    return built, results, time.monotonic() - started


def test_dbt_build_with_every_test_passes(built_at_once, record_property):
    built, results, seconds = built_at_once
    record_property(f"dbt build on {built.target}", f"{len(results)} nodes and tests in {seconds:.1f} s")
    kinds = {str(result.node.resource_type) for result in results}
    assert kinds >= {"model", "seed", "snapshot", "test", "unit_test"}
    did = [result for result in results if result.node.resource_type != "exposure"]  # exposures do not run
    assert {str(result.status) for result in did} <= {"success", "pass"}
    assert seconds < 180  # it takes 60 on an idle machine


def test_shuffled_split_and_repeated_rows_give_the_same_result(built_at_once, engine_warehouse, tmp_path):
    scattered = engine_warehouse(scatter(DEMO, tmp_path, seed=20260302))
    scattered.build(DEMO_DAYS[-1], with_interfaces=False)
    assert difference(scattered.state(), built_at_once[0].state()) == {}


def test_a_junk_key_on_every_row_does_not_change_a_seat(built_at_once, engine_warehouse, tmp_path):
    junk = engine_warehouse(with_junk_keys(DEMO, tmp_path))
    junk.build(DEMO_DAYS[-1], with_interfaces=False)
    found, expected = junk.state(), built_at_once[0].state()
    entities = ["slotwatch." + name for name in ("companies", "people", "slots", "slot_events", "company_bands")]
    assert {name: found[name] for name in entities} == {name: expected[name] for name in entities}
    assert len(found["slotwatch.pipeline_errors"]) > len(expected["slotwatch.pipeline_errors"])


# Real records


@pytest.mark.long
def test_real_records_are_the_same_on_both_engines(real_days, postgres_warehouse):
    """The history of all days but the last moves from DuckDB to Postgres; the last day is built on both."""
    before, last = real_days
    built = postgres_warehouse(REAL)
    with built.reached(), before.reached():
        moved = CliRunner().invoke(main, ["move-state", "--from", "duckdb", "--to", "postgres"])
    assert moved.exit_code == 0, moved.output
    built.build(REAL_DAYS[-1])
    assert_same(report(last, built))


# The comparison fails when it should: faults that engines take differently, planted in the parsed project

FAULT_DAY = "2026-01-05 06:00:00"
LATER = "2026-01-05 06:00:01"  # the same rows again: a table staged with other rows at the same as_of would be refused
COMPANY = {"intake_id": "c1", "website": "alpha.example", "ein": "12-3456789", "state": "OH", "source": "list"}
FILING = {"spons_dfe_ein": "123456789", "spons_dfe_pn": "501"}
YEARS = (
    {"ack_id": "f1", "form_tax_prd": "2023-12-31", "date_received": "2024-07-20", "tot_active_partcp_cnt": "1000"},
    {"ack_id": "f2", "form_tax_prd": "2024-12-31", "date_received": "2025-07-20", "tot_active_partcp_cnt": "1332"},
)
FAULT_RAW = {
    "company_raw_intake": [
        {**COMPANY, "company_name": "Alpha Works", "uploaded_at": "2026-01-01"},
        {**COMPANY, "company_name": "Beta Works", "uploaded_at": "yesterday"},
    ],
    "form_5500": [{**FILING, **year} for year in YEARS],
    "schedule_h": [{"ack_id": "f2", "emplr_contrib_income_amt": "1234567890123.12345678"}],
    "blog_articles": [{"article_id": "a1", "event_type": "EXPANSION", "published_at": "2026-01-02T03:00Z"}],
}


@dataclass(frozen=True)
class Fault:
    """A fault: text of a macro and its replacement, the relation that differs then, and the expected report."""

    macro: str
    words: str
    instead: str
    relation: str
    told: str


FAULTS = {
    "nulls where the engine likes them": Fault(
        "known_rows",
        "known_at desc nulls last",
        "known_at desc",
        "slotwatch_staging.base_company_raw_intake",
        "[raw_id=c1] company_name: duckdb 'Alpha Works', postgres 'Beta Works'",
    ),
    "a bare division": Fault(
        "duckdb__div",
        "//",
        "/",
        "slotwatch_intermediate.int_filing_signals",
        "n: duckdb 34, postgres 33",
    ),
    "an amount that was a double": Fault(
        "postgres__decimal_or_null",
        "cast({{ digits }} as numeric)",
        "cast(cast({{ digits }} as double precision) as numeric)",
        "slotwatch_staging.stg_schedule_h",
        "[raw_id=f2] employer_contribution: duckdb 1234567890123.12345678, postgres 1234567890123.12000000",
    ),
    "the time zone of the session": Fault(
        "postgres__to_timestamp_or_null",
        "at time zone 'UTC'",
        "at time zone current_setting('TimeZone')",
        "slotwatch_staging.stg_articles",
        "[raw_id=a1] published_at: duckdb 2026-01-02 03:00:00, postgres 2026-01-01 22:00:00",
    ),
}


@pytest.fixture(scope="module")
def without_time_zone(tmp_path_factory):
    """A profile that leaves the time zone of Postgres to the server, which has another one."""
    folder = tmp_path_factory.mktemp("profiles")
    profiles = yaml.safe_load((ROOT / "profiles.yml.example").read_text(encoding="utf-8"))
    del profiles["slotwatch"]["outputs"]["postgres"]["settings"]
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
    with environment(DBT_PROFILES_DIR=folder):
        yield


@pytest.fixture(scope="module")
def sound(warehouse, postgres_warehouse, without_time_zone, tmp_path_factory):
    """The relations in which a fault will show, built without the fault on both engines."""
    raw = write_raw(tmp_path_factory.mktemp("raw"), FAULT_RAW)
    built = warehouse(raw), postgres_warehouse(raw)
    for side in built:
        side.build(FAULT_DAY, "--select", *(f"+{fault.relation.split('.')[1]}" for fault in FAULTS.values()))
    return built


def test_without_a_fault_there_is_no_difference_whatever_the_time_zone_of_the_server(sound):
    assert_same(report(*sound))
    tables = sound[1].tables(["slotwatch_staging", "slotwatch_intermediate"])
    assert all(tables[fault.relation][1] for fault in FAULTS.values())


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_reported_with_relation_key_column_and_values(name, sound, monkeypatch):
    fault = FAULTS[name]
    for side in sound:
        macro = side.manifest.macros[f"macro.slotwatch.{fault.macro}"]
        assert fault.words in macro.macro_sql
        monkeypatch.setattr(macro, "macro_sql", macro.macro_sql.replace(fault.words, fault.instead))
        side.build(LATER, "--select", fault.relation.split(".")[1])
    lines = report(*sound, only=[fault.relation]).splitlines()
    assert any(line.startswith(fault.relation) and line.endswith(fault.told) for line in lines), lines
