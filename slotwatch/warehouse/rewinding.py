"""Takes the history back to an earlier build: snapshots, ledgers, ids and the log of runs, in the state after that
build.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from slotwatch.warehouse.profile import duckdb_file
from slotwatch.warehouse.reading import REWOUND
from slotwatch.warehouse.state import DuckDBState, PostgresState, StateError, copy_state, writer

BUILDS = "select max(as_of) filter (where as_of <= ?), min(as_of) from {cycles} where is_full_build"
LATER = "select cycle_id from {cycles} where as_of > ?"
LOCK = "select pg_try_advisory_xact_lock(hashtextextended(?, 0))"  # the lock of dbt runs, see macro lock_database


@dataclass(frozen=True)
class Recorded:
    """A snapshot or ledger: its schema, its table, and the column with the `as_of` of each record."""

    schema: str
    table: str
    recorded_at: str

    @property
    def is_snapshot(self) -> bool:
        """Whether its records also have an end, so that a record is open or closed."""
        return self.recorded_at == "dbt_valid_from"


@dataclass(frozen=True)
class Rewound:
    """The build to which the history went back, the copy of the history before, and the rows removed per table."""

    as_of: datetime
    copy: Path | None
    removed: dict[str, int]


def rewind(
    credentials: Any, recorded: Sequence[Recorded], log_schema: str, as_of: datetime, copy: Path, lock: str
) -> Rewound:
    """Take the history back to the last full build at or before ``as_of`` (naive UTC).

    The whole history is first copied into the new DuckDB file ``copy``; none is made if there is nothing to remove. All
    is removed in one transaction, under the lock ``lock`` that builds of a Postgres database take. Raises StateError
    when there is no such build, while another run writes the database, and when the copy cannot be made.
    """
    if credentials.type == "duckdb" and not duckdb_file(credentials).exists():
        raise StateError(f"The database {duckdb_file(credentials)} does not exist: set SLOTWATCH_DUCKDB_PATH.")
    with writer(credentials) as state:
        if credentials.type != "duckdb" and not state.execute(LOCK, lock)[0][0]:
            raise StateError("Another run writes this database: wait until it ends.")
        schemas = sorted({table.schema for table in recorded} | {log_schema})
        there = set(state.tables(schemas))
        if (log_schema, "ple_cycle_log") not in there:
            raise StateError("The database holds no history: nothing was built yet.")
        cycles = state.name(log_schema, "ple_cycle_log")
        build = _last_build(state, cycles, as_of)
        kept = [table for table in recorded if (table.schema, table.table) in there]
        if not state.execute(LATER.format(cycles=cycles), build) and not any(
            _later(state, each, build) for each in kept
        ):
            return Rewound(build, None, {})
        with writer(SimpleNamespace(type="duckdb", path=str(copy))) as copied:
            copy_state(state, copied, schemas)
        removed = {f"{each.schema}.{each.table}": _remove(state, each, build) for each in kept}
        _remove_from_log(state, log_schema, build)
    return Rewound(build, copy, removed)


def _last_build(state: DuckDBState | PostgresState, cycles: str, as_of: datetime) -> datetime:
    [(build, first)] = state.execute(BUILDS.format(cycles=cycles), as_of)
    if build is None:
        words = f"the first is of {first:%Y-%m-%d %H:%M:%S}" if first else "there is none"
        raise StateError(f"No full build is at or before {as_of:%Y-%m-%d %H:%M:%S}: {words}.")
    return build


def _later(state: DuckDBState | PostgresState, table: Recorded, build: datetime) -> int:
    name = state.name(table.schema, table.table)
    [(rows,)] = state.execute(f"select count(*) from {name} where {table.recorded_at} > ?", build)
    return rows


def _remove(state: DuckDBState | PostgresState, table: Recorded, build: datetime) -> int:
    """Remove the records after a build, and open again those that ended after it; the number of records removed."""
    rows = _later(state, table, build)
    name = state.name(table.schema, table.table)
    state.execute(f"delete from {name} where {table.recorded_at} > ?", build)
    if table.is_snapshot:
        state.execute(f"update {name} set dbt_valid_to = null where dbt_valid_to > ?", build)
    return rows


def _remove_from_log(state: DuckDBState | PostgresState, schema: str, build: datetime) -> None:
    """Remove the later runs from the log and add a run that records the rewind.

    The models of the build itself are not there any more, so its log keeps only its snapshots, seeds and tests.
    """
    cycles, steps, messages = (
        state.name(schema, table) for table in ("ple_cycle_log", "ple_step_log", "ple_message_log")
    )
    later = LATER.format(cycles=cycles)
    state.execute(
        f"delete from {messages} where step_id in (select step_id from {steps} where cycle_id in ({later}))", build
    )
    state.execute(f"delete from {steps} where cycle_id in ({later})", build)
    its_own = f"select cycle_id from {cycles} where as_of = ?"
    state.execute(f"delete from {steps} where step_type = 'model' and cycle_id in ({its_own})", build)
    state.execute(f"delete from {cycles} where as_of > ?", build)
    now = datetime.now(UTC).replace(tzinfo=None)
    state.execute(
        f"insert into {cycles} (cycle_id, cycle_name, as_of, is_full_build, status, started_at, completed_at) "
        "values (?, ?, ?, false, 'completed', ?, ?)",
        *(str(uuid4()), REWOUND, build, now, now),
    )
