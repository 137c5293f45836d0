"""Helpers of the tests that read raw files without a database."""

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb

from slotwatch.warehouse.raw_contract import Contract, RawTable
from slotwatch.warehouse.raw_files import FolderReading, read_folder

CONTRACT: Contract = {
    "campaign": RawTable("campaign", ["campaign_id", "name", "created_at"], ["campaign_id"], "created_at", ["name"]),
    "campaign_contact": RawTable("campaign_contact", ["campaign_contact_id", "campaign_id"], ["campaign_contact_id"]),
}


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """One DuckDB for all tests of a process, because opening it takes longer than most tests."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    return connection


def folder_rows(
    folder: Path, contract: Contract | None = None, **options
) -> tuple[FolderReading, Mapping[str, Sequence[tuple]]]:
    """The reading of a raw folder and the rows of each table, sorted."""
    with tempfile.TemporaryDirectory() as staging:
        connection = engine()
        reading = read_folder(folder, Path(staging), contract, **options)
        return reading, {
            table: sorted(connection.execute(reading.select(table)).fetchall(), key=repr) for table in reading.contract
        }


def table_rows(folder: Path, table: str, contract: Contract | None = None, **options) -> list[dict[str, str]]:
    """The rows of one table as dictionaries, without null values. Every file of the folder must be readable."""
    reading, rows = folder_rows(folder, contract, **options)
    assert reading.problems == []
    columns = reading.contract[table].columns
    return [
        {column: value for column, value in zip(columns, row, strict=True) if value is not None} for row in rows[table]
    ]


def problems(folder: Path, contract: Contract | None = None, **options) -> list[str]:
    """The sentences about files that cannot be read."""
    return [sentence for _, sentence in folder_rows(folder, contract, **options)[0].problems]


def warnings(folder: Path, contract: Contract | None = None) -> list[tuple[str, str, str]]:
    """Code, id and words of each warning."""
    reading, _ = folder_rows(folder, contract)
    return [(warning.error_code, warning.raw_id, warning.detail) for warning in reading.warnings]
