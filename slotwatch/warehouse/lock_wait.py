"""Opens the DuckDB file: waits while another process has it, and says in one sentence why it cannot be opened.

Only one process at a time may write to a DuckDB file, and only while no other process reads it. A build and the
commands that read wait up to SLOTWATCH_LOCK_WAIT seconds.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from slotwatch.warehouse.errors import DatabaseError

DEFAULT_WAIT = "30"
PAUSE_SECONDS = 0.2
HOLDER = re.compile(r"[Cc]onflicting lock is held in (?P<program>.*?) ?\(PID (?P<pid>\d+)\)")
Opened = TypeVar("Opened")


class FileError(DatabaseError):
    """A DuckDB file that cannot be opened, in one sentence; a RuntimeError, which dbt shows without a stack trace."""


def lock_wait() -> float:
    """The seconds to wait for a database that another process uses. Raises FileError when the setting is not a
    number.
    """
    text = os.environ.get("SLOTWATCH_LOCK_WAIT", "") or DEFAULT_WAIT
    try:
        return max(0.0, float(text))
    except ValueError as error:
        raise FileError(f"SLOTWATCH_LOCK_WAIT is '{text}', which is not a number of seconds.") from error


def open_file(path: str | Path, connect: Callable[[], Opened]) -> Opened:
    """The result of `connect`, as soon as no other process uses the file. Raises FileError with one sentence."""
    until = time.monotonic() + lock_wait()
    while True:
        try:
            return connect()
        except duckdb.IOException as error:
            words = str(error)
            if "Could not set lock" not in words:
                raise FileError(_why_not(Path(path), words)) from error
            if time.monotonic() >= until:
                raise FileError(_who_has(path, words)) from error
        time.sleep(PAUSE_SECONDS)


def check_writable_folder(path: Path) -> None:
    """Raises FileError when the folder of the database may not be written: DuckDB keeps a log beside the file."""
    if path.parent.is_dir() and not os.access(path.parent, os.W_OK):
        raise FileError(
            f"The folder {path.parent} of the database may only be read, and DuckDB writes a second file beside the "
            f"first: give the right to write, or set SLOTWATCH_DUCKDB_PATH."
        )


def _who_has(path: str | Path, words: str) -> str:
    found = HOLDER.search(words)
    holder = f"another process ({Path(found['program']).name}, PID {found['pid']})" if found else "another process"
    return (
        f"The database {path} is in use by {holder}, which builds or reads it: wait until it ends or close it; "
        f"SLOTWATCH_LOCK_WAIT ({lock_wait():g}) is how many seconds to wait."
    )


def _why_not(path: Path, words: str) -> str:
    if not path.parent.is_dir():
        return f"The folder {path.parent} of the database does not exist: create it, or set SLOTWATCH_DUCKDB_PATH."
    if path.is_dir():
        return f"The database {path} is a folder: give the path of a file (SLOTWATCH_DUCKDB_PATH)."
    if "not a valid DuckDB" in words:
        return f"{path} is not a DuckDB database: give another path (SLOTWATCH_DUCKDB_PATH), or move the file away."
    reason = words.splitlines()[0].rpartition(": ")[2].removesuffix(".")
    return f"The database {path} cannot be opened ({reason}): check the file and the rights to its folder."
