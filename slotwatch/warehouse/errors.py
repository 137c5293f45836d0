"""The error that commands show as one sentence.

It has a module of its own, because a build on DuckDB needs no driver for Postgres, which takes half a second to load.
"""


class DatabaseError(RuntimeError):
    """A failure of the database, in one sentence."""
