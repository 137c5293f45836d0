"""The databases that are built: where they are, how they are made and removed, and what a build found in them."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import duckdb

from benchmarks.postgres_server import Server
from benchmarks.rivals.exported import export_duckdb, export_postgres

KNOWN_ROWS = "select sum(known_rows) from slotwatch.data_reconciliation"

# What an administrator would give a server on such a machine. It stays durable: fsync and full_page_writes are on.
SERVER_SETTINGS = {
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "4GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
}
SHOWN_SETTINGS = (*SERVER_SETTINGS, "fsync", "jit")


@dataclass(frozen=True)
class Database(ABC):
    """A database of one size; `target` is that of the dbt profile."""

    name: str

    target: ClassVar[str]

    @property
    def server_pid(self) -> int | None:
        """The postmaster of a server that may be looked at."""
        return None

    @property
    @abstractmethod
    def environment(self) -> dict[str, str]:
        """What the profile reads."""

    @abstractmethod
    def create(self) -> None:
        """The database, empty; one of its name that was there is gone."""

    @abstractmethod
    def remove(self) -> None:
        """The database gone; nothing happens when there is none."""

    @abstractmethod
    def copy_to(self, copy: Self) -> None:
        """Make another database of the same rows; one of its name that was there is gone."""

    @abstractmethod
    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""

    @abstractmethod
    def export(self, folder: Path) -> None:
        """What the build found, as the rivals want it."""

    def known_rows(self) -> int:
        """Raw rows that the last build knew."""
        return int(self.execute(KNOWN_ROWS)[0][0])


@dataclass(frozen=True)
class DuckDBDatabase(Database):
    """A file of DuckDB."""

    folder: Path

    target = "duckdb"

    @property
    def file(self) -> Path:
        return self.folder / self.name / "warehouse.duckdb"  # views name the database, which is named after its file

    @property
    def environment(self) -> dict[str, str]:
        return {"SLOTWATCH_DUCKDB_PATH": str(self.file)}

    def create(self) -> None:
        self.remove()
        self.file.parent.mkdir(parents=True)

    def remove(self) -> None:
        shutil.rmtree(self.file.parent, ignore_errors=True)

    def copy_to(self, copy: Self) -> None:
        copy.create()
        self.execute("checkpoint")
        shutil.copy(self.file, copy.file)

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.file) as connection:
            for statement in statements:
                rows = connection.execute(statement).fetchall()
            return rows

    def export(self, folder: Path) -> None:
        export_duckdb(self.file, folder)


@dataclass(frozen=True)
class PostgresDatabase(Database):
    """A database on a Postgres server."""

    server: Server

    target = "postgres"

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

    def copy_to(self, copy: Self) -> None:
        copy.remove()
        self.server.execute(f"create database {copy.name} template {self.name}")

    def remove(self) -> None:
        self.server.execute(f"drop database if exists {self.name} with (force)")

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        return self.server.execute(*statements, database=self.name)

    def export(self, folder: Path) -> None:
        export_postgres(self.dsn, folder)


def describe_server(server: Server) -> dict[str, str]:
    """Version and settings."""
    version = server.execute("show server_version")[0][0]
    return {"version": version, **{name: server.execute(f"show {name}")[0][0] for name in SHOWN_SETTINGS}}
