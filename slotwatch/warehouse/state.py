"""Moves the snapshots and ledgers, which cannot be rebuilt, from one database to another, and opens them for others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import duckdb
import psycopg2
import pyarrow
from dbt.adapters.postgrespy.transfer import conninfo, copy_batches, identifier, read_batches, session_statements
from dbt.adapters.postgrespy.types import postgres_type

from slotwatch.warehouse.errors import DatabaseError, first_line
from slotwatch.warehouse.loading import BATCH_ROWS
from slotwatch.warehouse.lock_wait import open_file
from slotwatch.warehouse.postgres import connect, make_schema
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
    with _reader(source) as read, writer(target) as write:
        moved = copy_state(read, write, schemas)
    yield from moved


def copy_state(read: DuckDBState | PostgresState, write: DuckDBState | PostgresState, schemas: Sequence[str]) -> list:
    """Copy every table of these schemas between open databases; what `move_state` returns."""
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
    return moved


class DuckDBState:
    """Tables of a DuckDB file, attached as `state`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def execute(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a statement, `?` standing for each value."""
        return self.connection.execute(sql, list(values)).fetchall()

    def name(self, schema: str, table: str) -> str:
        """The table as SQL names it."""
        return f"state.{identifier(schema)}.{identifier(table)}"

    def tables(self, schemas: Sequence[str]) -> list[tuple[str, str]]:
        sql = TABLES.format(schemas=", ".join("?" for _ in schemas), also="and table_catalog = 'state'")
        return self.connection.execute(sql, list(schemas)).fetchall()

    def json_columns(self, schema: str, table: str) -> set[str]:
        sql = JSON_COLUMNS.format("?", "and table_catalog = 'state'")
        return {column for (column,) in self.connection.execute(sql, [schema, table]).fetchall()}

    @contextmanager
    def batches(self, schema: str, table: str) -> Iterator[pyarrow.RecordBatchReader]:
        relation = self.connection.sql(f"select * from {self.name(schema, table)}")
        yield relation.to_arrow_reader(BATCH_ROWS)

    def table(self, schema: str, table: str, batches: pyarrow.RecordBatchReader, json_columns: set[str]) -> int:
        name = self.name(schema, table)
        self.connection.execute(f"create schema if not exists state.{identifier(schema)}")
        self.connection.register("incoming", batches)
        casts = ", ".join(f"{identifier(column)}::json as {identifier(column)}" for column in sorted(json_columns))
        select = f"select * replace ({casts}) from incoming" if casts else "from incoming"
        [rows] = self.connection.execute(f"create table {name} as {select}").fetchone()
        self.connection.unregister("incoming")
        return rows


class PostgresState:
    """Tables of a Postgres database. Each is read on its own connection; all are written in one transaction."""

    def __init__(self, credentials: Any, connection: psycopg2.extensions.connection) -> None:
        self.credentials = credentials
        self.cursor = connection.cursor()

    def execute(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a statement, `?` standing for each value."""
        self.cursor.execute(sql.replace("%", "%%").replace("?", "%s"), list(values))
        return self.cursor.fetchall() if self.cursor.description else []

    def name(self, schema: str, table: str) -> str:
        """The table as SQL names it."""
        return f"{identifier(schema)}.{identifier(table)}"

    def tables(self, schemas: Sequence[str]) -> list[tuple[str, str]]:
        self.cursor.execute(TABLES.format(schemas=", ".join("%s" for _ in schemas), also=""), list(schemas))
        return self.cursor.fetchall()

    def json_columns(self, schema: str, table: str) -> set[str]:
        self.cursor.execute(JSON_COLUMNS.format("%s", ""), [schema, table])
        return {column for (column,) in self.cursor.fetchall()}

    @contextmanager
    def batches(self, schema: str, table: str) -> Iterator[pyarrow.RecordBatchReader]:
        select = f"select * from {self.name(schema, table)}"
        with read_batches(conninfo(self.credentials), select, session_statements(self.credentials)) as reader:
            yield reader

    def table(self, schema: str, table: str, batches: pyarrow.RecordBatchReader, json_columns: set[str]) -> int:
        name = self.name(schema, table)
        types = {
            field.name: "json" if field.name in json_columns else postgres_type(field.type) for field in batches.schema
        }
        columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in types.items())
        make_schema(self.cursor, schema)
        self.cursor.execute(f"create table {name} ({columns})")
        return copy_batches(self.cursor, name, list(types), batches)


@contextmanager
def _reader(credentials: Any) -> Iterator[DuckDBState | PostgresState]:
    if credentials.type == "duckdb":
        path = duckdb_file(credentials)
        if not path.exists():
            raise StateError(
                f"The source {path} does not exist: set SLOTWATCH_DUCKDB_PATH to the file with the history."
            )
        with _attached(credentials, read_only=True) as connection:
            yield DuckDBState(connection)
    else:
        with _connected(credentials) as connection:
            yield PostgresState(credentials, connection)


@contextmanager
def writer(credentials: Any) -> Iterator[DuckDBState | PostgresState]:
    """Commits when the block ends; writes nothing if it fails."""
    if credentials.type == "duckdb":
        with _attached(credentials, read_only=False) as connection:
            connection.execute("begin")
            yield DuckDBState(connection)
            connection.execute("commit")
    else:
        with _connected(credentials) as connection, connection:
            yield PostgresState(credentials, connection)


@contextmanager
def _attached(credentials: Any, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    path = duckdb_file(credentials)
    quoted = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            attach = f"attach '{quoted}' as state{' (read_only)' if read_only else ''}"
            open_file(path, lambda: connection.execute(attach))
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
