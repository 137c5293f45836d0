"""Moves the snapshots and ledgers, which cannot be rebuilt, from one engine to the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import duckdb
import psycopg2
import pyarrow
from dbt.adapters.postgrespy.transfer import conninfo, copy_batches, identifier, read_batches, session_statements
from dbt.adapters.postgrespy.types import postgres_type

from slotwatch.warehouse.loading import BATCH_ROWS
from slotwatch.warehouse.postgres import DatabaseError, connect, first_line, make_schema
from slotwatch.warehouse.profile import duckdb_file

TABLES = """
    select table_schema, table_name from information_schema.tables
    where table_schema in ({schemas}) and table_type = 'BASE TABLE' {also} order by 1, 2
"""

JSON_COLUMNS = """
    select column_name from information_schema.columns
    where table_schema = {0} and table_name = {0} and lower(data_type) = 'json' {1}
"""


class StateError(DatabaseError):
    """A history cannot be moved; the message says why, in one sentence. The target is unchanged."""


def move_state(source: Any, target: Any, schemas: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Copy every table of these schemas. Returns the name and the number of rows of each table after all are copied.

    ``source`` and ``target`` are credentials of the profile, for DuckDB or Postgres. All tables are written in one
    transaction, with the types that a build gives them. Raises StateError if the source has none of the tables or the
    target already has one.
    """
    with _reader(source) as read, _writer(target) as write:
        tables = read.tables(schemas)
        if not tables:
            raise StateError(f"The source holds no history: {', '.join(schemas)} have no tables.")
        if there := write.tables(schemas):
            raise StateError(
                f"The target holds a history already ({'.'.join(there[0])}): move into a database without one, or drop "
                f"the schemas {' and '.join(schemas)} there first."
            )
        moved = []
        for schema, table in tables:
            json_columns = read.json_columns(schema, table)
            with read.batches(schema, table) as batches:
                moved.append((f"{schema}.{table}", write.table(schema, table, batches, json_columns)))
    yield from moved


class _DuckDB:
    """Tables of a DuckDB file, attached as `state`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def tables(self, schemas: Sequence[str]) -> list[tuple[str, str]]:
        sql = TABLES.format(schemas=", ".join("?" for _ in schemas), also="and table_catalog = 'state'")
        return self.connection.execute(sql, list(schemas)).fetchall()

    def json_columns(self, schema: str, table: str) -> set[str]:
        sql = JSON_COLUMNS.format("?", "and table_catalog = 'state'")
        return {column for (column,) in self.connection.execute(sql, [schema, table]).fetchall()}

    @contextmanager
    def batches(self, schema: str, table: str) -> Iterator[pyarrow.RecordBatchReader]:
        relation = self.connection.sql(f"select * from state.{identifier(schema)}.{identifier(table)}")
        yield relation.to_arrow_reader(BATCH_ROWS)

    def table(self, schema: str, table: str, batches: pyarrow.RecordBatchReader, json_columns: set[str]) -> int:
        name = f"state.{identifier(schema)}.{identifier(table)}"
        self.connection.execute(f"create schema if not exists state.{identifier(schema)}")
        self.connection.register("incoming", batches)
        casts = ", ".join(f"{identifier(column)}::json as {identifier(column)}" for column in sorted(json_columns))
        select = f"select * replace ({casts}) from incoming" if casts else "from incoming"
        [rows] = self.connection.execute(f"create table {name} as {select}").fetchone()
        self.connection.unregister("incoming")
        return rows


class _Postgres:
    """Tables of a Postgres database. Each is read on its own connection; all are written in one transaction."""

    def __init__(self, credentials: Any, connection: psycopg2.extensions.connection) -> None:
        self.credentials = credentials
        self.cursor = connection.cursor()

    def tables(self, schemas: Sequence[str]) -> list[tuple[str, str]]:
        self.cursor.execute(TABLES.format(schemas=", ".join("%s" for _ in schemas), also=""), list(schemas))
        return self.cursor.fetchall()

    def json_columns(self, schema: str, table: str) -> set[str]:
        self.cursor.execute(JSON_COLUMNS.format("%s", ""), [schema, table])
        return {column for (column,) in self.cursor.fetchall()}

    @contextmanager
    def batches(self, schema: str, table: str) -> Iterator[pyarrow.RecordBatchReader]:
        select = f"select * from {identifier(schema)}.{identifier(table)}"
        with read_batches(conninfo(self.credentials), select, session_statements(self.credentials)) as reader:
            yield reader

    def table(self, schema: str, table: str, batches: pyarrow.RecordBatchReader, json_columns: set[str]) -> int:
        name = f"{identifier(schema)}.{identifier(table)}"
        types = {
            field.name: "json" if field.name in json_columns else postgres_type(field.type) for field in batches.schema
        }
        columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in types.items())
        make_schema(self.cursor, schema)
        self.cursor.execute(f"create table {name} ({columns})")
        return copy_batches(self.cursor, name, list(types), batches)


@contextmanager
def _reader(credentials: Any) -> Iterator[_DuckDB | _Postgres]:
    if credentials.type == "duckdb":
        path = duckdb_file(credentials)
        if not path.exists():
            raise StateError(
                f"The source {path} does not exist: set SLOTWATCH_DUCKDB_PATH to the file with the history."
            )
        with _attached(credentials, read_only=True) as connection:
            yield _DuckDB(connection)
    else:
        with _connected(credentials) as connection:
            yield _Postgres(credentials, connection)


@contextmanager
def _writer(credentials: Any) -> Iterator[_DuckDB | _Postgres]:
    """Commits when the block ends; writes nothing if it fails."""
    if credentials.type == "duckdb":
        with _attached(credentials, read_only=False) as connection:
            connection.execute("begin")
            yield _DuckDB(connection)
            connection.execute("commit")
    else:
        with _connected(credentials) as connection, connection:
            yield _Postgres(credentials, connection)


@contextmanager
def _attached(credentials: Any, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    path = duckdb_file(credentials)
    quoted = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            connection.execute(f"attach '{quoted}' as state{' (read_only)' if read_only else ''}")
            yield connection
        except duckdb.Error as error:
            raise StateError(f"{path} cannot be used: {first_line(error)}.") from error


@contextmanager
def _connected(credentials: Any) -> Iterator[psycopg2.extensions.connection]:
    with closing(connect(credentials)) as connection:
        try:
            yield connection
        except psycopg2.Error as error:
            raise StateError(f"Postgres refused: {first_line(error)}.") from error
