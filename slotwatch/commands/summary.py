"""What a newcomer wants to see after a build, printed from the marts."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from slotwatch.commands.unfinished import unfinished
from slotwatch.warehouse.reading import BUILT_DAYS, NotBuiltError, Row, Rows

FUNNEL = "select stage, row_count, share_of_previous from {marts}.intake_funnel order by stage_order"
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
BUILT = "select max(calculated_at) as as_of from {marts}.company_bands"


def print_summary(rows: Rows, console: Console) -> None:
    """Print funnel, fill rates, bands, three proof lines and where to look next.

    Raises NotBuiltError when nothing has been built yet.
    """
    for line in unfinished(rows):
        console.print(line, markup=False, style="yellow")
    if not rows(BUILT_DAYS):
        raise NotBuiltError("Nothing has been built to the end yet: run `make build`, or `dbt build` on your own data.")
    console.print(f"\nSlotWatch as of {rows(BUILT)[0]['as_of'] or 'never'} UTC", style="bold")
    _print(
        console,
        "Intake funnel",
        {"stage": "Stage", "row_count": "Rows", "share_of_previous": "Of the stage before"},
        rows(FUNNEL),
    )
    _print(
        console,
        "Seats filled",
        {"role": "Role", "total_slots": "Seats", "filled_slots": "Filled", "fill_rate_pct": "%"},
        rows(FILL_RATES),
    )
    _print(
        console,
        "Pressure bands",
        {"band": "Band", "band_name": "Name", "companies": "Companies", "capped": "Capped"},
        rows(BANDS),
    )
    console.print("\nProof lines", style="bold")
    for proof in rows(PROOFS):
        console.print(f"  {proof['company_name']}\n    {proof['proof_line']}", markup=False)
    console.print("\nWhere to look next", style="bold")
    for table, question in {
        "slots": "who holds each seat today",
        "slot_events": "which seats were filled and vacated, and when",
        "pressure_signals": "which facts put a company under pressure",
        "proof_lines": "what may be said to it, and until when",
        "pipeline_errors": "what was refused or could not be read, and why",
    }.items():
        console.print(f"  slotwatch.{table:<18} {question}", markup=False)


def _print(console: Console, title: str, columns: dict[str, str], rows: list[Row]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for position, heading in enumerate(columns.values()):
        table.add_column(heading, justify="left" if position == 0 else "right")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
    console.print()
    console.print(table)
