"""Worker processes, which a build starts once and shares between its Python models."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, starmap
from typing import Any

import loky
import pyarrow as pa

from slotwatch.garbage import collect_seldom

_IDLE_SECONDS = 20  # a process without work ends after this time
_CALLS_IN_MEMORY = 50  # most results that wait in memory for the model that asked for them


def processors() -> int:
    """The number of processors, which is the number of worker processes."""
    return loky.cpu_count()


def in_batches(
    function: Callable[..., pa.Table], calls: Iterable[tuple], schema: pa.Schema, are_many: bool
) -> pa.RecordBatchReader:
    """The rows of the tables that a function gives for each tuple of arguments, in the order of the calls.

    A few calls are made here and now, so that an error of them is raised here. Many calls are made in worker processes
    while the rows are taken, so that neither all arguments nor all rows need fit in memory; then the function is one of
    a module. ``schema`` is the schema of its tables.
    """
    tables: Iterable[pa.Table] = starmap(function, calls)
    if not are_many:
        tables = list(tables)
    elif processors() > 1:
        tables = in_processes(function, calls)
    return pa.RecordBatchReader.from_batches(schema, (batch for table in tables for batch in table.to_batches()))


def in_processes(function: Callable[..., Any], calls: Iterable[tuple]) -> Iterator[Any]:
    """The results of a function of a module for each tuple of arguments, in the order of the calls. Models that run at
    the same time share the processes.
    """
    processes = loky.get_reusable_executor(processors(), timeout=_IDLE_SECONDS, initializer=collect_seldom)
    calls = iter(calls)
    while some := list(islice(calls, _CALLS_IN_MEMORY)):
        yield from processes.map(function, *zip(*some, strict=True))


def parts_of(rows: pa.Table, size: int) -> Iterator[pa.Table]:
    """The rows in parts of this size, the last one smaller."""
    return (_copied(rows.slice(start, size)) for start in range(0, rows.num_rows, size))


def groups_of(rows: pa.Table, key: str, size: int) -> Iterator[pa.Table]:
    """The rows in parts of about this size; those with the same key, which stand together, are in the same part."""
    start = 0
    while start < rows.num_rows:
        end = min(start + size, rows.num_rows)
        last = rows[key][end - 1]
        while end < rows.num_rows and rows[key][end] == last:
            end += 1
        yield _copied(rows.slice(start, end - start))
        start = end


def _copied(rows: pa.Table) -> pa.Table:
    """The rows without the table that they are a slice of, which would be sent to another process as a whole."""
    return rows.take(pa.array(range(rows.num_rows), pa.int64()))
