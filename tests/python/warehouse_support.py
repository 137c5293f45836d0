"""dbt called in this process against databases of their own, and short ways to read what it built."""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from slotwatch.dbt_runs import DbtError, _checked

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "data" / "demo"
DEMO_DAYS = ("2026-01-05 06:00:00", "2026-01-26 06:00:00", "2026-02-16 06:00:00", "2026-03-02 06:00:00")
QUIET = ("--quiet", "--log-level", "none", "--log-level-file", "none", "--no-write-json")
FILE_NAME = "warehouse.duckdb"  # one for all: the parsed project names its relations after the file
STATE_SCHEMAS = ("slotwatch", "slotwatch_snapshots", "slotwatch_ledgers")
Rows = list[tuple[Any, ...]]


@contextmanager
def environment(**variables: str | os.PathLike) -> Iterator[None]:
    """These environment variables inside the block, the ones before after it."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update({name: os.fspath(value) for name, value in variables.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass
class Warehouse:
    """One DuckDB file with the raw folder it is built from.

    dbt-duckdb keeps one database open per process and changes it when the profile names another file; the name comes
    from the environment, which each call sets anew.
    """

    manifest: Manifest
    path: Path
    raw: Path
    variables: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def selected(self) -> Iterator[None]:
        """What dbt is called with in this block reads and writes this database."""
        with environment(SLOTWATCH_DUCKDB_PATH=self.path, SLOTWATCH_RAW_DIR=self.raw):
            yield

    def dbt(self, *arguments: str, **variables: Any) -> Any:
        """Result of a dbt command with these vars. Raises DbtError with what the user would read."""
        given = {**self.variables, **variables}
        call = [*QUIET, *arguments, "--vars", json.dumps(given)]
        with self.selected():
            try:
                return _checked(dbtRunner(manifest=self.manifest).invoke(call)).result
            finally:
                forget_databases()  # a file that dbt holds attached cannot be opened to look at it

    def build(self, as_of: str | None, *arguments: str, with_tests: bool = False, **variables: Any) -> None:
        """`dbt build` of one day, without unit tests and, unless asked for, data tests."""
        left_out = ("unit_test",) if with_tests else ("unit_test", "test")
        if as_of is not None:
            variables["as_of"] = as_of
        self.dbt("build", "--exclude-resource-type", *left_out, *arguments, **variables)

    def refusal(self, as_of: str | None, *arguments: str, **variables: Any) -> str:
        """The message of a build that must fail."""
        try:
            self.build(as_of, *arguments, **variables)
        except DbtError as error:
            return str(error)
        raise AssertionError(f"the build of {as_of} was not refused")

    def query(self, sql: str) -> Rows:
        """Rows of a query on the database."""
        with duckdb.connect(str(self.path)) as connection:
            return connection.execute(sql).fetchall()

    def column(self, sql: str) -> list[Any]:
        """The first column of a query on the database."""
        return [row[0] for row in self.query(sql)]

    def state(self, schemas: Iterable[str] = STATE_SCHEMAS) -> dict[str, Rows]:
        """Every row of every table a user keeps, by schema and name, in an order of their own; not the log of runs."""
        with duckdb.connect(str(self.path)) as connection:
            names = connection.execute(
                "select schema_name, table_name from duckdb_tables() where list_contains(?, schema_name) order by all",
                [list(schemas)],
            ).fetchall()
            return {
                f"{schema}.{table}": sorted(
                    connection.execute(f"select * from {connection_name(connection)}.{schema}.{table}").fetchall(),
                    key=repr,
                )
                for schema, table in names
                if not table.startswith("ple_")
            }

    def export(self, folder: Path) -> "Day":
        """The marts as they are now, as files of their own."""
        folder.mkdir(parents=True)
        with duckdb.connect(str(self.path)) as connection:
            for (table,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'slotwatch'"
            ).fetchall():
                source = f"{connection_name(connection)}.slotwatch.{table}"
                connection.execute(f"copy (select * from {source}) to '{folder / table}.parquet'")
        return Day(folder)


@dataclass(frozen=True)
class Day:
    """The marts of one day; a query names them without a schema."""

    folder: Path

    def query(self, sql: str) -> Rows:
        """Rows of a query on the marts of the day."""
        with duckdb.connect() as connection:
            for file in self.folder.glob("*.parquet"):
                connection.execute(f"create view {file.stem} as select * from '{file}'")
            return connection.execute(sql).fetchall()

    def column(self, sql: str) -> list[Any]:
        """The first column of a query on the marts of the day."""
        return [row[0] for row in self.query(sql)]


def connection_name(connection: duckdb.DuckDBPyConnection) -> str:
    """The name of the database, quoted: needed where a schema bears the same name."""
    return '"' + connection.execute("select current_database()").fetchone()[0] + '"'


def forget_databases() -> None:
    """Close the database that dbt-duckdb keeps open, so that its file can be removed or opened by another process."""
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()


def write_raw(folder: Path, tables: Mapping[str, list[dict[str, Any]]]) -> Path:
    """A folder of raw files; a table's columns are all that its rows name, what a row lacks is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        columns = list(dict.fromkeys(name for row in rows for name in row))
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def difference(found: Mapping[str, Rows], expected: Mapping[str, Rows]) -> dict[str, tuple[Rows, Rows]]:
    """Per table, rows that only one side has: first those found alone, then those expected alone."""
    return {
        table: (
            [row for row in found.get(table, []) if row not in expected.get(table, [])][:5],
            [row for row in expected.get(table, []) if row not in found.get(table, [])][:5],
        )
        for table in sorted({*found, *expected})
        if found.get(table) != expected.get(table)
    }


def is_one_sentence(message: str) -> bool:
    """Whether a refusal reads as one sentence: one line, ended, without the frame or the trace of a program."""
    return (
        "\n" not in message.strip()
        and message.rstrip().endswith((".", "leave it out"))
        and not any(word in message for word in ("Traceback", "Error in", 'File "', "{{", "macro"))
    )
