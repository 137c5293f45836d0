"""The databases that are built: a DuckDB file, or a database on a Postgres server."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import duckdb

from benchmarks.exported import export_duckdb, export_postgres
from benchmarks.postgres_server import Server

# What Neon gives a compute of 2 CU (2 cores, 8 GB), and the work_mem that docs/neon.md advises. Unlike on Neon, the
# server itself syncs its files (fsync).
SERVER_SETTINGS = {
    "shared_buffers": "215MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "134MB",
    "effective_cache_size": "6GB",
    "max_wal_size": "1GB",
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

    def bytes(self) -> int:
        """The size on disk."""
        return self.file.stat().st_size

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

    def bytes(self) -> int:
        """The size on disk."""
        return self.execute("select pg_database_size(current_database())")[0][0]

    def export(self, folder: Path) -> None:
        export_postgres(self.dsn, folder)


Database = DuckDBDatabase | PostgresDatabase
