"""Reads the marts directly from the database of a target, without parsing the project.

Every command reads through this module, and reads the schemas of LAYERS only: the marts, and the seeds for the rules.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

import duckdb

from slotwatch.warehouse.errors import DatabaseError, first_line
from slotwatch.warehouse.lock_wait import open_file
from slotwatch.warehouse.profile import credentials, duckdb_file

Row = dict[str, Any]
Rows = Callable[..., list[Row]]
"""Rows of a query. Schemas are named `{marts}` and `{seeds}`, or as text `{marts_name}`; each `?` stands for a value,
which is bound. `= any(?)` takes a list of texts."""

LAYERS = {
    "marts": "slotwatch",
    "seeds": "slotwatch_seeds",
}

REWOUND = "slotwatch rewind"
"""The name of a cycle that took the history back, in the log of runs."""
MART_COLUMNS = "select table_name, column_name from information_schema.columns where table_schema = {marts_name}"
READABLE_TABLES = """
    select format('%%I.%%I', schemas.nspname, tables.relname)
    from pg_class as tables
    inner join pg_namespace as schemas on tables.relnamespace = schemas.oid
    where schemas.nspname = %s and tables.relkind = 'r'
        and has_schema_privilege(schemas.oid, 'usage') and has_table_privilege(tables.oid, 'select')
    order by 1
"""
BUILT_DAYS = """
    select distinct as_of from {marts}.ple_cycles where is_full_build and status = 'completed' order by as_of
"""

RECORDED_DAYS = """
    select distinct built.as_of from {marts}.ple_cycles as built
    inner join {marts}.ple_cycles as recorded on built.as_of = recorded.as_of
    inner join {marts}.ple_steps as steps on recorded.cycle_id = steps.cycle_id
    where built.is_full_build and built.status = 'completed' and steps.step_name = 'company_band_snapshot'
        and steps.status = 'success'
"""


class NotBuiltError(DatabaseError):
    """Raised when the database has no tables of a build yet."""


@contextmanager
def warehouse(target: str | None = None) -> Iterator[Rows]:
    """Open the database of a target of the profile in the working directory; without a name, of the default target.

    All queries of the block see one state of the database, and can change nothing. Raises DatabaseError with one
    sentence, NotBuiltError when a relation is missing.
    """
    prefix = os.environ.get("SLOTWATCH_SCHEMA_PREFIX", "")
    schemas = {layer: _identifier(prefix + name) for layer, name in LAYERS.items()}
    connection = credentials(target)
    if connection.type == "duckdb":
        schemas = {layer: f"{_identifier(connection.database)}.{schema}" for layer, schema in schemas.items()}
    schemas |= schema_names(prefix)
    opened = _duckdb(connection) if connection.type == "duckdb" else _postgres(connection, prefix + LAYERS["seeds"])
    with opened as execute:
        yield lambda sql, *values: execute(sql.format(**schemas), values)


def schema_names(prefix: str = "") -> dict[str, str]:
    """The names of the schemas as SQL texts: `marts_name` is `'slotwatch'`."""
    return {f"{layer}_name": "'" + (prefix + name).replace("'", "''") + "'" for layer, name in LAYERS.items()}


def mart_columns(rows: Rows) -> dict[str, set[str]]:
    """The columns of every mart in the database, so that a database of an earlier version can be read, too."""
    columns: dict[str, set[str]] = {}
    for row in rows(MART_COLUMNS):
        columns.setdefault(row["table_name"], set()).add(row["column_name"])
    return columns


def built_days(target: str | None = None) -> set[datetime]:
    """The days that were built to the end and recorded, as `as_of`; none without a build. Raises DatabaseError."""
    try:
        with warehouse(target) as rows:
            return {row["as_of"] for row in rows(RECORDED_DAYS)}
    except NotBuiltError:
        return set()


def _not_built(where: str) -> NotBuiltError:
    return NotBuiltError(f"{where} has not been built yet: run `make build`, or `dbt build` on your own data.")


Execute = Callable[[str, Sequence[Any]], list[Row]]
ANY_OF = "in (select unnest(cast(? as varchar[])))"


@contextmanager
def _duckdb(credentials: Any) -> Iterator[Execute]:
    path = duckdb_file(credentials)
    if not path.exists():
        raise _not_built(f"The database {path}")
    with duckdb.connect() as connection:
        quoted = str(path).replace("'", "''")
        try:
            # views contain the name of the database in which they were created, which may differ from the file name
            attach = f"attach '{quoted}' as {_identifier(credentials.database)} (read_only)"
            open_file(path, lambda: connection.execute(attach))
            connection.execute(f"use {_identifier(credentials.database)}")
        except duckdb.Error as error:
            raise DatabaseError(f"{path} cannot be read: {first_line(error)}.") from error

        def execute(sql: str, values: Sequence[Any]) -> list[Row]:
            try:
                # DuckDB would compare every row with every element of a list
                cursor = connection.execute(sql.replace("= any(?)", ANY_OF), list(values))
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                raise _not_built(f"The database {path}") from error
            except duckdb.Error as error:
                raise DatabaseError(f"{path} cannot be read: {first_line(error)}.") from error
            return _dicts(cursor)

        yield execute


@contextmanager
def _postgres(credentials: Any, seeds_schema: str) -> Iterator[Execute]:
    import psycopg2  # half a second that DuckDB does not need

    from slotwatch.warehouse.postgres import connect

    with closing(connect(credentials)) as connection:
        seeds = _readable_tables(connection, seeds_schema)
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        _hold(connection, seeds)

        def execute(sql: str, values: Sequence[Any]) -> list[Row]:
            with connection.cursor() as cursor:
                try:
                    cursor.execute(sql.replace("%", "%%").replace("?", "%s"), list(values))
                except (psycopg2.errors.UndefinedTable, psycopg2.errors.UndefinedColumn) as error:
                    raise _not_built(f"The database {credentials.database}") from error
                except psycopg2.Error as error:
                    raise DatabaseError(f"Postgres refused: {first_line(error)}.") from error
                return _dicts(cursor)

        yield execute


def _readable_tables(connection: Any, schema: str) -> list[str]:
    """The tables of a schema that the role may read, as SQL."""
    with connection, connection.cursor() as cursor:
        cursor.execute(READABLE_TABLES, [schema])
        return [name for (name,) in cursor.fetchall()]


def _hold(connection: Any, tables: Sequence[str]) -> None:
    """Keep a build from replacing these tables, before the transaction takes its snapshot.

    A build drops each seed and makes it again. The new table has no rows in a snapshot from before.
    """
    import psycopg2

    if tables:
        with connection.cursor() as cursor:
            try:
                cursor.execute(f"lock table {', '.join(tables)} in access share mode")
            except psycopg2.Error as error:
                raise DatabaseError(f"Postgres refused: {first_line(error)}.") from error


def _identifier(name: str) -> str:
    """A name as a quoted SQL identifier; the function of the adapter would load the driver for Postgres."""
    return '"' + name.replace('"', '""') + '"'


def _dicts(cursor: Any) -> list[Row]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
