"""The error that commands show as one sentence.

It has a module of its own, because a build on DuckDB needs no driver for Postgres, which takes half a second to load.
"""

from __future__ import annotations


class DatabaseError(RuntimeError):
    """A failure of the database, in one sentence."""


def first_line(error: Exception) -> str:
    """The first line of a database error, without the full stop."""
    return str(error).strip().splitlines()[0].removesuffix(".")
