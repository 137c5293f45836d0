"""Reports that the last build failed or did not finish, and which build each mart is from."""

from __future__ import annotations

from datetime import datetime

from slotwatch.commands.pages import shown
from slotwatch.warehouse.reading import REWOUND, Rows

LAST_BUILD = """
    select cycle_name, as_of, status, started_at, completed_at from {marts}.ple_cycles
    where cycle_name in ('dbt build', 'dbt run', 'slotwatch rewind') order by started_at desc limit 1
"""
MART_TIMES = """
    select as_of, string_agg(step_name, ', ' order by step_name) as marts
    from (
        select steps.step_name, max(case when cycles.started_at > rewinds.last_at then cycles.as_of end) as as_of
        from {marts}.ple_steps as steps
        inner join {marts}.ple_cycles as cycles on steps.cycle_id = cycles.cycle_id
        cross join (
            select coalesce(max(started_at), timestamp '1970-01-01 00:00:00') as last_at
            from {marts}.ple_cycles where cycle_name = 'slotwatch rewind'
        ) as rewinds
        inner join information_schema.tables as tables
            on steps.step_name = tables.table_name and tables.table_schema = {marts_name}
        where steps.step_type = 'model' and steps.status = 'success' and tables.table_type = 'BASE TABLE'
        group by steps.step_name
    ) as latest
    group by as_of
    order by as_of desc nulls last
"""


def unfinished(rows: Rows) -> list[str]:
    """A sentence about the last build and, for each as_of, a line with the marts built as of it; empty if the build
    finished.

    Raises NotBuiltError when there is no log of runs yet.
    """
    builds, times = rows(LAST_BUILD), rows(MART_TIMES)
    if not builds:
        return []
    last = builds[0]
    if last["cycle_name"] == REWOUND:
        return [
            f"The history was taken back to as_of {shown(last['as_of'])}: the marts show builds that were removed, "
            "until the next `dbt build` ends."
        ]
    if last["status"] == "completed" and len(times) < 2:
        return []
    name = f"The last `{last['cycle_name']}` (as_of {shown(last['as_of'])})"
    if last["status"] == "completed":
        sentence = f"{name} built a part of the marts."
    elif last["completed_at"] is not None:
        sentence = f"{name} failed."
    else:
        sentence = f"{name}, begun at {shown(last['started_at'].replace(microsecond=0))} UTC, did not finish."
    return [sentence, *(f"From {_build(row['as_of'])}: {row['marts']}." for row in times)]


def _build(as_of: datetime | None) -> str:
    """The build of a mart; none if the history was taken back since."""
    return "builds that were removed" if as_of is None else f"as_of {shown(as_of)}"
