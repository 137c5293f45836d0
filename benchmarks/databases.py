"""The databases that are built: a DuckDB file, or a database on a Postgres server."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import duckdb

from benchmarks.exported import export_duckdb, export_postgres
from benchmarks.postgres_server import Server

# What an administrator would give a server on such a machine. It stays durable: fsync and full_page_writes are on.
SERVER_SETTINGS = {
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "4GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
}


@dataclass(frozen=True)
class DuckDBDatabase:
    """A DuckDB file in a separate folder. It has the file name of the profile, because views contain the name of their
    database."""

    folder: Path

    target: ClassVar[str] = "duckdb"
    server_pid: ClassVar[None] = None

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def environment(self) -> dict[str, str]:
        return {"SLOTWATCH_DUCKDB_PATH": str(self.file)}

    def create(self) -> None:
        self.remove()
        self.folder.mkdir(parents=True)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def copy_to(self, copy: DuckDBDatabase) -> None:
        copy.create()
        self.execute("checkpoint")
        shutil.copy(self.file, copy.file)

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.file}' as warehouse")
            connection.execute("use warehouse")
            return [connection.execute(statement).fetchall() for statement in statements][-1]

    def export(self, folder: Path) -> None:
        export_duckdb(self.file, folder)


@dataclass(frozen=True)
class PostgresDatabase:
    """A database on a Postgres server."""

    name: str
    server: Server

    target: ClassVar[str] = "postgres"

    @property
    def server_pid(self) -> int | None:
        return self.server.pid

    @property
    def dsn(self) -> str:
        return self.server.dsn(self.name)

    @property
    def environment(self) -> dict[str, str]:
        return self.server.environment(self.name)

    def create(self) -> None:
        self.remove()
        self.server.execute(f"create database {self.name} template template0 encoding 'UTF8'")

    def remove(self) -> None:
        self.server.execute(f"drop database if exists {self.name} with (force)")

    def copy_to(self, copy: PostgresDatabase) -> None:
        copy.remove()
        self.server.execute(f"create database {copy.name} template {self.name}")

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""
        return self.server.execute(*statements, database=self.name)

    def export(self, folder: Path) -> None:
        export_postgres(self.dsn, folder)


Database = DuckDBDatabase | PostgresDatabase
