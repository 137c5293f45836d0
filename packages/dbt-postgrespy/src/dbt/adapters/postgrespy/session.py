"""The warehouse as a Python model sees it: queries run in Postgres, their rows come as DuckDB relations."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
from dbt.adapters.postgrespy.transfer import connect, conninfo, query_batches, session_statements

DUCKDB_SETTINGS = {"memory_limit": "384MB", "threads": 2}
"""The local DuckDB of one model; what does not fit in the memory is spilled to a temporary folder."""


class Session:
    """The `session` of a Python model. All its queries see one snapshot of the database, taken by the first query."""

    def __init__(self, postgres: Any, local: duckdb.DuckDBPyConnection) -> None:
        self.duckdb = local
        self._postgres = postgres
        self._tables: dict[str, str] = {}
        self._count = 0

    def query(self, sql: str) -> duckdb.DuckDBPyRelation:
        """The rows of a read-only query that Postgres runs, as a relation of the local DuckDB."""
        return self._relation(self._load(sql))

    sql = query
    execute = query

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        """All rows of a table or view, named as in SQL. A relation is read only once."""
        if name not in self._tables:
            self._tables[name] = self._load(f"select * from {name}")
        return self._relation(self._tables[name])

    def from_arrow(self, rows: pa.Table) -> duckdb.DuckDBPyRelation:
        """An Arrow table as a relation, as DuckDB's connections give it."""
        return self.duckdb.from_arrow(rows)

    def _load(self, sql: str) -> str:
        """Copy the rows of a query into a new local table, batch by batch; returns its name."""
        self._count += 1
        name = f"postgres_{self._count}"
        with query_batches(self._postgres, sql) as reader:
            self._insert(f"create table {name} as", reader.schema.empty_table())
            for batch in reader:
                self._insert(f"insert into {name}", pa.Table.from_batches([batch]))
        return name

    def _insert(self, into: str, rows: pa.Table) -> None:
        self.duckdb.register("incoming", rows)
        self.duckdb.execute(f"{into} select * from incoming")
        self.duckdb.unregister("incoming")

    def _relation(self, name: str) -> duckdb.DuckDBPyRelation:
        return self.duckdb.query(f"select * from {name}")


@contextmanager
def open_session(credentials: Any) -> Iterator[Session]:
    """A session on the database of the credentials. Its connections are closed at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="dbt_postgrespy_") as spill_folder:
        config = {**DUCKDB_SETTINGS, "temp_directory": spill_folder, **getattr(credentials, "duckdb_settings", {})}
        with (
            connect(conninfo(credentials), session_statements(credentials)) as postgres,
            duckdb.connect(config=config) as local,
        ):
            with postgres.cursor() as cursor:
                cursor.execute("begin isolation level repeatable read, read only")
            local.execute("set TimeZone = 'UTC'")
            yield Session(postgres, local)
