"""Connections to the Postgres database of a dbt profile, and its error messages."""

from __future__ import annotations

from typing import Any

import psycopg2
from dbt.adapters.postgrespy.transfer import conninfo, identifier, session_statements

from slotwatch.warehouse.errors import DatabaseError, first_line


def connect(credentials: Any) -> psycopg2.extensions.connection:
    """A connection with the role and the settings of the profile. Raises DatabaseError when there is none."""
    try:
        connection = psycopg2.connect(conninfo(credentials))
        with connection, connection.cursor() as cursor:
            for statement in session_statements(credentials):
                cursor.execute(statement)
    except psycopg2.Error as error:
        raise DatabaseError(
            f"Postgres cannot be reached ({first_line(error)}): check the SLOTWATCH_PG_ variables."
        ) from error
    return connection


def make_schema(cursor: psycopg2.extensions.cursor, schema: str) -> None:
    """Create a schema if it does not exist.

    `create schema if not exists` needs the right to create schemas even if the schema exists.
    """
    cursor.execute("select 1 from information_schema.schemata where schema_name = %s", (schema,))
    if cursor.fetchone() is None:
        cursor.execute(f"create schema {identifier(schema)}")
