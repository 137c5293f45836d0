"""Exports the results of a finished build as CSV files: the input of the triggers, and the expected results.

`companies` (company_id, domain, ein), `people` (person_id), `slots` (company_id, role, status, person_id, filled_at),
`signals` (the active ones), `fill_events` and `bands`. Both engines write the same rows.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import psycopg2

QUERIES = {
    "companies": "select company_id, domain, ein from slotwatch.companies",
    "people": "select person_id from slotwatch.people",
    "slots": "select company_id, role, status, person_id, filled_at from slotwatch.slots",
    "signals": """
        select signal_id, company_id, hub, pressure_class, magnitude, detected_at from slotwatch.pressure_signals
        where is_active
    """,
    "fill_events": """
        select slots.company_id, slots.role, slots.person_id, events.rule_name, events.weight, events.detected_at
        from slotwatch.bit_rule_events as events
        inner join slotwatch.slot_events as slots on events.source_key = slots.event_id
        where events.source_table = 'slot_events'
    """,
    "bands": """
        select
            company_id, total_magnitude, dol_magnitude, people_magnitude, blog_magnitude, raw_band, band,
            band_capped_by, primary_pressure
        from slotwatch.company_bands
    """,
}


def export_duckdb(database: Path, folder: Path) -> None:
    """Write the files from a DuckDB database; ``folder`` is made."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(database), read_only=True) as connection:
        for name, query in QUERIES.items():
            connection.execute(f"copy ({query}) to '{folder / name}.csv' (header)")


def export_postgres(dsn: str, folder: Path) -> None:
    """Write the files from a Postgres database; ``folder`` is made."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        for name, query in QUERIES.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8") as file:
                cursor.copy_expert(f"copy ({query}) to stdout (format csv, header)", file)
