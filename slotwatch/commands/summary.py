"""`slotwatch summary`: an overview of the last build for a newcomer, printed from the marts."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from slotwatch.commands.pages import heading, line, shown, table
from slotwatch.commands.today import AS_OF
from slotwatch.commands.unfinished import unfinished
from slotwatch.warehouse.reading import BUILT_DAYS, NotBuiltError, Row, Rows

FUNNEL = "select * from {marts}.intake_funnel order by stage_order"
UNITS = {"raw": "rows", "accepted": "rows", "slots": "slots", "filled": "slots"}
"""What a stage counts, in a database whose funnel does not say so; the other stages count companies."""
FILL_RATES = """
    select role, total_slots, filled_slots, fill_rate_pct from {marts}.slot_fill_rates
    order by case role when 'CEO' then 1 when 'CFO' then 2 when 'HR' then 3 else 4 end
"""
BANDS = """
    select band, band_name, count(*) as companies, count(band_capped_by) as capped
    from {marts}.company_bands group by band, band_name order by band
"""
PROOFS = """
    select companies.company_name, proof_lines.proof_line
    from {marts}.proof_lines as proof_lines
    inner join {marts}.companies as companies on proof_lines.company_id = companies.company_id
    where proof_lines.is_current
    order by proof_lines.band desc, proof_lines.company_id
    limit 3
"""


def funnel(rows: Rows) -> list[Row]:
    """The stages of the intake funnel: stage, unit, row_count, and share (of the previous stage with the same unit)."""
    before: dict[str, int] = {}
    stages = []
    for row in rows(FUNNEL):
        unit = row.get("unit") or UNITS.get(row["stage"], "companies")
        share = row["row_count"] / before[unit] if before.get(unit) else None
        before[unit] = row["row_count"]
        stages.append({"stage": row["stage"], "unit": unit, "row_count": row["row_count"], "share": share})
    return stages


def percent(share: float | None) -> str | None:
    """A share (0-1) in percent."""
    return None if share is None else f"{100 * share:,.1f} %"


def print_summary(rows: Rows, console: Console) -> None:
    """Print funnel, fill rates, bands, three proof lines and where to look next.

    Raises NotBuiltError when nothing has been built yet.
    """
    for words in unfinished(rows):
        line(console, words, style="yellow", indent=0)
    built = rows(BUILT_DAYS)
    if not built:
        raise NotBuiltError("Nothing has been built to the end yet: run `make build`, or `dbt build` on your own data.")
    [marts] = rows(AS_OF)  # after a rewind, or without the last build's marts, another moment than that of the log
    line(console, f"SlotWatch as of {shown(marts['as_of'] or built[-1]['as_of'])} UTC", style="bold", indent=0)
    _table(
        console,
        "Intake funnel",
        ("Stage", "Counts", "Number", "Of the stage before"),
        [(row["stage"], row["unit"], row["row_count"], percent(row["share"])) for row in funnel(rows)],
    )
    _table(
        console,
        "Seats filled",
        ("Role", "Seats", "Filled", "%"),
        [
            tuple(row[name] for name in ("role", "total_slots", "filled_slots", "fill_rate_pct"))
            for row in rows(FILL_RATES)
        ],
    )
    _table(
        console,
        "Pressure bands",
        ("Band", "Name", "Companies", "Capped"),
        [tuple(row[name] for name in ("band", "band_name", "companies", "capped")) for row in rows(BANDS)],
    )
    heading(console, "Proof lines")
    for proof in rows(PROOFS):
        line(console, proof["company_name"])
        line(console, proof["proof_line"], indent=4)
    heading(console, "Where to look next")
    for name, question in NEXT.items():
        line(console, f"{name:<27} {question}")


NEXT = {
    "slotwatch today": "who to write to and to call, and what changed",
    "slotwatch explain NAME": "all about one company or person",
    "slotwatch dashboard": "a web page of all this",
    "slotwatch.slots": "who holds each seat today",
    "slotwatch.slot_events": "which seats were filled and vacated, and when",
    "slotwatch.pressure_signals": "which facts put a company under pressure",
    "slotwatch.proof_lines": "what may be said to it, and until when",
    "slotwatch.pipeline_errors": "what was refused or could not be read, and why",
}
NUMBERS = ("Number", "Of the stage before", "Seats", "Filled", "%", "Band", "Companies", "Capped")


def _table(console: Console, title: str, headings: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    heading(console, title)
    table(console, headings, [tuple(_cell(cell) for cell in row) for row in rows], numbers=NUMBERS)


def _cell(value: Any) -> Any:
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
