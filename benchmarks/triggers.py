"""The replaced design, timed: row triggers for slots and events, a function per company for bands (`triggers.sql`).

It works on the exports of a finished build, in the schema `triggers`, which it creates and drops. It fails if its bands
or events differ from those of the build.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2.extensions import cursor as Cursor

SCRIPT = Path(__file__).with_suffix(".sql")
SCHEMA = "triggers"

# The work of the replaced design, each step one statement.
STEPS = {
    "slots": "insert into company_slot (company_id, role) select company_id, role from company cross join bit_rule",
    "fills": """
        update company_slot set status = 'filled', person_id = fill.person_id, filled_at = fill.filled_at
        from fill where company_slot.company_id = fill.company_id and company_slot.role = fill.role
    """,
    "bands": "select compute_band(company_id) from company",
}

# Slots are written vacant first, and those that are filled once more.
WRITTEN = """
    select
        (select count(*) from company_slot) + (select count(*) from company_slot where status = 'filled')
        + (select count(*) from bit_event) + (select count(*) from company_band)
"""

# Rows that only one of the two has, both ways.
DIFFERENCE = """
    select
        (select count(*) from (table {found} except all table {expected}) as extra),
        (select count(*) from (table {expected} except all table {found}) as missing)
"""


class TriggerError(RuntimeError):
    """The triggers' result does not count; the message says why, in one sentence."""


def run_triggers(dsn: str, exported: Path, seeds: Path) -> tuple[dict[str, float], int]:
    """Seconds of each step, and the rows written. Raises TriggerError when the result is not that of the build."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(f"drop schema if exists {SCHEMA} cascade; create schema {SCHEMA}; set search_path = {SCHEMA}")
        _load(cursor, exported, seeds)
        connection.commit()
        connection.autocommit = True  # `vacuum` needs it; each step below is a transaction
        cursor.execute("vacuum analyze")
        seconds = {}
        for step, statement in STEPS.items():
            started = time.perf_counter()
            cursor.execute(statement)
            seconds[step] = time.perf_counter() - started
            cursor.execute("analyze company_slot")
        _assert_same(cursor, exported)
        cursor.execute(WRITTEN)
        [rows] = cursor.fetchone()
        cursor.execute(f"drop schema {SCHEMA} cascade")
    return seconds, rows


def _load(cursor: Cursor, exported: Path, seeds: Path) -> None:
    """Writes everything that exists before the first slot is filled."""
    cursor.execute(SCRIPT.read_text(encoding="utf-8"))
    cursor.execute("create temp table given (company_id text, domain text, ein text)")
    _copy(cursor, "given", exported / "companies.csv")
    cursor.execute("insert into company select company_id from given order by company_id")
    _copy(cursor, "contact", exported / "people.csv")
    _copy(cursor, "pressure_signal", exported / "signals.csv")
    _copy_rows(cursor, "bit_rule", _rules(seeds))
    _copy_rows(cursor, "hub_weight", ((r["hub"], r["tenths"]) for r in _rows(seeds / "hub_weights.csv")))
    _copy_rows(
        cursor, "band", ((r["band"], r["min_magnitude"], r["max_magnitude"]) for r in _rows(seeds / "bands.csv"))
    )
    doctrine = _rows(seeds / "band_doctrine.csv")
    _copy_rows(cursor, "band_cap", sorted({(r["cap"], r["max_band"]) for r in doctrine if r["cap"]}))
    cursor.execute(
        "create unlogged table fill ("
        " company_id text, role text, status text, person_id text, filled_at timestamp, primary key (company_id, role))"
    )
    _copy(cursor, "fill", exported / "slots.csv")
    cursor.execute("delete from fill where status = 'vacant'")
    cursor.execute("create index on pressure_signal (company_id)")


def _assert_same(cursor: Cursor, exported: Path) -> None:
    cursor.execute(
        "create temp table expected_bands (like company_band);"
        "create temp table expected_events ("
        " company_id text, role text, person_id text, rule_name text, weight integer, detected_at timestamp);"
        "create temp view found_events as"
        " select company_id, role, person_id, rule_name, weight, detected_at from bit_event where event_type = 'FILLED'"
    )
    cursor.execute("alter table expected_bands alter company_id drop not null")
    _copy(cursor, "expected_bands", exported / "bands.csv")
    _copy(cursor, "expected_events", exported / "fill_events.csv")
    for found, expected in (("company_band", "expected_bands"), ("found_events", "expected_events")):
        cursor.execute(DIFFERENCE.format(found=found, expected=expected))
        extra, missing = cursor.fetchone()
        if extra or missing:
            raise TriggerError(
                f"The triggers' {found} differ from the build's: {extra} rows are theirs alone, {missing} the build's."
            )


def _rules(seeds: Path) -> Iterable[Sequence[str]]:
    """Role, rule, weight and activity of the rules that slots use."""
    rules = {rule["rule_name"]: rule for rule in _rows(seeds / "bit_rules.csv")}
    for source in _rows(seeds / "bit_rule_sources.csv"):
        if source["source_table"] == "slot_events":
            rule = rules[source["rule_name"]]
            yield source["source_value"], rule["rule_name"], rule["weight"], rule["is_active"]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _copy(cursor: Cursor, table: str, file: Path) -> None:
    with file.open(encoding="utf-8") as stream:
        cursor.copy_expert(f"copy {table} from stdin (format csv, header)", stream)


def _copy_rows(cursor: Cursor, table: str, rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    cursor.copy_expert(f"copy {table} from stdin (format csv)", text)
