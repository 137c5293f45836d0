"""Loads raw files into the raw tables of a Postgres database, which cannot read files in place."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pyarrow
from dbt.adapters.postgrespy.transfer import copy_batches, identifier

from slotwatch.warehouse.errors import DatabaseError, first_line
from slotwatch.warehouse.postgres import connect, make_schema
from slotwatch.warehouse.raw_files import (
    WARNING_COLUMNS,
    WARNINGS_TABLE,
    read_or_refuse,
    warnings_in_short,
    warnings_select,
)

BATCH_ROWS = 65_536


class LoadError(DatabaseError):
    """A table could not be loaded; the message says why, in one sentence. The table keeps its old rows."""


def load_tables(
    folder: Path,
    credentials: Any,
    schema: str,
    on_rows: Callable[[str, int], None] = lambda table, rows: None,
    on_warning: Callable[[str], None] = lambda warning: None,
) -> Iterator[tuple[str, int | None]]:
    """Replace the tables of ``schema`` that have files in ``folder``; each table and its rows, None without a file.

    All columns become text; what a file lacks is null. Each table is one transaction. ``on_rows`` is called with the
    number of rows of a table that have been read so far, ``on_warning`` with each warning about a file in short; the
    table ``file_warnings`` holds them at length. Raises RawFileError before anything is written when a file cannot be
    read, LoadError when a table cannot be read to its end or written.
    """
    with tempfile.TemporaryDirectory(prefix="slotwatch-") as staging:
        reading = read_or_refuse(folder, Path(staging))
        for warning in warnings_in_short(reading):
            on_warning(warning)
        with closing(connect(credentials)) as connection:
            _prepare(connection, schema)
            for table in sorted(reading.contract):
                rows = None
                if reading.of_table(table):
                    columns, select = reading.contract[table].columns, reading.select(table)
                    rows = _replace(connection, schema, table, columns, select, on_rows)
                yield table, rows
            warnings = warnings_select(reading.warnings)
            _replace(connection, schema, WARNINGS_TABLE, WARNING_COLUMNS, warnings, lambda table, rows: None)


def _prepare(connection: psycopg2.extensions.connection, schema: str) -> None:
    try:
        with connection, connection.cursor() as cursor:
            make_schema(cursor, schema)
    except psycopg2.Error as error:
        raise LoadError(f"The schema {schema} cannot be made: {first_line(error)}.") from error


def _replace(
    connection: psycopg2.extensions.connection,
    schema: str,
    table: str,
    columns: Sequence[str],
    select: str,
    on_rows: Callable[[str, int], None],
) -> int:
    name = f"{identifier(schema)}.{identifier(table)}"
    try:
        with connection, connection.cursor() as cursor:
            if _text_columns(cursor, schema, table) == list(columns):
                cursor.execute(f"truncate table {name}")  # views and grants on the table stay
            else:
                definitions = ", ".join(f"{identifier(column)} text" for column in columns)
                cursor.execute(f"drop table if exists {name}; create table {name} ({definitions})")
            rows = copy_batches(cursor, name, columns, _batches(select, lambda read: on_rows(table, read)))
            cursor.execute(f"analyze {name}")
    except (psycopg2.Error, duckdb.Error, OSError) as error:  # Arrow reports a broken file as an OSError
        raise LoadError(f"{schema}.{table} could not be loaded and is as it was: {first_line(error)}.") from error
    return rows


def _text_columns(cursor: psycopg2.extensions.cursor, schema: str, table: str) -> list[str] | None:
    """The columns of a table if all of them are text; None if they are not, or if the table does not exist."""
    cursor.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = %s and table_name = %s order by ordinal_position",
        (schema, table),
    )
    columns = cursor.fetchall()
    return [name for name, _ in columns] if columns and {kind for _, kind in columns} == {"text"} else None


def _batches(select: str, on_read: Callable[[int], None]) -> Iterator[pyarrow.RecordBatch]:
    read = 0
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for batch in connection.sql(select).to_arrow_reader(BATCH_ROWS):
            read += batch.num_rows
            on_read(read)
            yield batch
