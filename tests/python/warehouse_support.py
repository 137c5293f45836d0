"""Helpers that call dbt in this process on separate databases, and read the results."""

import csv
import json
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import duckdb
from click.testing import CliRunner, Result
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from relation_diff import Table, connection_name, duckdb_tables

from slotwatch.cli import main
from slotwatch.warehouse.dbt_runs import DbtError, _checked
from slotwatch.warehouse.dbt_runs import close_databases as forget_databases

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "data" / "demo"
DEMO_DAYS = ("2026-01-05 06:00:00", "2026-01-26 06:00:00", "2026-02-16 06:00:00", "2026-03-02 06:00:00")
FORM_5500_SAMPLE = ROOT / "data" / "form_5500_sample"
REAL = ROOT.parent / "shared" / "data" / "real"  # public records, not part of the checkout
REAL_DAYS = ("2020-02-20", "2021-04-20", "2021-06-01", "2022-02-01", "2025-12-31")
RANDOM_SEED = 4
QUIET = ("--quiet", "--log-level", "none", "--log-level-file", "none", "--no-write-json")
FILE_NAME = "warehouse.duckdb"  # one name for all files, because the parsed project names its relations after the file
STATE_SCHEMAS = ("slotwatch", "slotwatch_snapshots", "slotwatch_ledgers")
RUN_LOG = ("ple_", "build_state")  # relations that depend on the machine's clock
Rows = list[tuple[Any, ...]]


@contextmanager
def environment(**variables: str | os.PathLike) -> Iterator[None]:
    """Set these environment variables inside the block; the old values are restored after it."""
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


@dataclass(kw_only=True)
class Warehouse(ABC):
    """A database of its own with the raw folder it is built from; dbt is called on it in this process."""

    target: ClassVar[str]
    manifest: Manifest
    raw: Path
    variables: dict[str, Any] = field(default_factory=dict)

    @abstractmethod
    def reached(self) -> AbstractContextManager[None]:
        """Inside the block the profile names this database."""

    @abstractmethod
    def selected(self) -> AbstractContextManager[None]:
        """Inside the block dbt reads the raw folder and writes this database."""

    @abstractmethod
    def query(self, sql: str) -> Rows:
        """Rows of a query on the database."""

    @abstractmethod
    def tables(self, schemas: Iterable[str]) -> dict[str, Table]:
        """Columns and rows of every table and view of these schemas, by schema and name."""

    @abstractmethod
    def column_types(self, schemas: Iterable[str]) -> dict[str, Table]:
        """Columns of every table and view of these schemas with their position and type; types have DuckDB's names."""

    def dbt(self, *arguments: str, **variables: Any) -> Any:
        """Result of a dbt command with these vars. Raises DbtError with the message that the user would see."""
        given = {**self.variables, **variables}
        call = [*QUIET, *arguments, "--target", self.target, "--vars", json.dumps(given)]
        with self.selected():
            return _checked(dbtRunner(manifest=self.manifest).invoke(call)).result

    def build(
        self,
        as_of: str | None,
        *arguments: str,
        with_tests: bool = False,
        with_interfaces: bool = True,
        **variables: Any,
    ) -> None:
        """`dbt build` of one day, without unit tests and, unless asked for, data tests.

        Interfaces are views that nothing else reads. Without them the build is shorter, and is not a full build in the
        log of runs.
        """
        call = ["build", "--exclude-resource-type", "unit_test", *([] if with_tests else ["test"]), *arguments]
        if not with_interfaces:
            call += ["--exclude", "path:models/interfaces"]
        if as_of is not None:
            variables["as_of"] = as_of
        self.dbt(*call, **variables)

    def refusal(self, as_of: str | None, *arguments: str, **variables: Any) -> str:
        """The message of a build that must fail."""
        try:
            self.build(as_of, *arguments, **variables)
        except DbtError as error:
            return str(error)
        raise AssertionError(f"the build of {as_of} was not refused")

    def command(self, *arguments: str) -> Result:
        """A slotwatch command as a user calls it on this database; DuckDB is the target when none is named."""
        target = () if self.target == "duckdb" else ("--target", self.target)
        with self.reached():
            return CliRunner().invoke(main, [*arguments, *target])

    def told(self, *arguments: str) -> str:
        """The output of a slotwatch command in a pipe."""
        result = self.command(*arguments)
        assert result.exit_code == 0, result.output or repr(result.exception)
        return result.output

    def column(self, sql: str) -> list[Any]:
        """The first column of a query on the database."""
        return [row[0] for row in self.query(sql)]

    def state(self, schemas: Iterable[str] = STATE_SCHEMAS) -> dict[str, Rows]:
        """Every row of the marts, snapshots and ledgers by schema and name, in a fixed order; the log of runs is left
        out.
        """
        return {
            name: sorted(rows, key=repr)
            for name, (_, rows) in self.tables(schemas).items()
            if not name.split(".")[1].startswith(RUN_LOG)
        }


@dataclass(kw_only=True)
class DuckDBWarehouse(Warehouse):
    """One DuckDB file.

    dbt-duckdb keeps one database open per process and changes it when the profile names another file; the name comes
    from the environment, which each call sets again.
    """

    target = "duckdb"
    path: Path

    def reached(self) -> AbstractContextManager[None]:
        return environment(SLOTWATCH_DUCKDB_PATH=self.path)

    @contextmanager
    def selected(self) -> Iterator[None]:
        with self.reached(), environment(SLOTWATCH_RAW_DIR=self.raw):
            try:
                yield
            finally:
                forget_databases()  # a file that dbt has attached cannot be opened for reading

    def query(self, sql: str) -> Rows:
        with duckdb.connect(str(self.path)) as connection:
            return connection.execute(sql).fetchall()

    def tables(self, schemas: Iterable[str]) -> dict[str, Table]:
        return duckdb_tables(self.path, schemas)

    def column_types(self, schemas: Iterable[str]) -> dict[str, Table]:
        with duckdb.connect(str(self.path)) as connection:
            return types_by_relation(connection.execute(DUCKDB_TYPES, [list(schemas)]).fetchall())

    def copied(self, folder: Path) -> "DuckDBWarehouse":
        """A copy of the database in another folder, with the same raw files."""
        return replace(self, path=Path(shutil.copy(self.path, folder)))

    def export(self, folder: Path) -> "Day":
        """Saves the present marts as separate files."""
        folder.mkdir(parents=True)
        with duckdb.connect(str(self.path)) as connection:
            for (table,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'slotwatch'"
            ).fetchall():
                source = f"{connection_name(connection)}.slotwatch.{table}"
                connection.execute(f"copy (select * from {source}) to '{folder / table}.parquet'")
        return Day(folder)


DUCKDB_TYPES = """
    select table_schema, table_name, column_name, ordinal_position, data_type from information_schema.columns
    where table_catalog = current_database() and list_contains(?, table_schema)
"""


def types_by_relation(rows: Iterable[tuple[str, str, str, int, str]]) -> dict[str, Table]:
    """Columns of each relation from rows of schema, relation, column, position and type."""
    tables: dict[str, Table] = {}
    for schema, name, *column in rows:
        tables.setdefault(f"{schema}.{name}", (["column", "position", "type"], []))[1].append(tuple(column))
    return tables


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


def write_raw(folder: Path, tables: Mapping[str, list[dict[str, Any]]]) -> Path:
    """Writes a folder of raw files. A table has every column that one of its rows names; a missing value is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        columns = list(dict.fromkeys(name for row in rows for name in row))
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def difference(found: Mapping[str, Rows], expected: Mapping[str, Rows]) -> dict[str, tuple[Rows, Rows]]:
    """For each table, rows that only one side has: first the rows only found, then the rows only expected."""
    return {
        table: (
            [row for row in found.get(table, []) if row not in expected.get(table, [])][:5],
            [row for row in expected.get(table, []) if row not in found.get(table, [])][:5],
        )
        for table in sorted({*found, *expected})
        if found.get(table) != expected.get(table)
    }


def is_one_sentence(message: str) -> bool:
    """Whether a refusal is one sentence: one line with a full stop, without a stack trace or error prefix."""
    return (
        "\n" not in message.strip()
        and message.rstrip().endswith((".", "leave it out"))
        and not any(word in message for word in ("Traceback", "Error in", 'File "', "{{", "macro"))
    )
