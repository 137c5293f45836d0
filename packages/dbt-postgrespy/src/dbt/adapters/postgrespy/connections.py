"""Credentials and connections: those of dbt-postgres, plus session settings."""

from dataclasses import dataclass, field
from typing import Any

import psycopg2
from dbt.adapters.contracts.connection import Connection
from dbt.adapters.exceptions import FailedToConnectError
from dbt.adapters.postgres.connections import PostgresConnectionManager, PostgresCredentials
from dbt.adapters.postgrespy.transfer import session_statements
from psycopg2.extensions import STATUS_BEGIN, TRANSACTION_STATUS_IDLE


@dataclass
class PostgresPyCredentials(PostgresCredentials):
    """The profile. `settings` apply to every connection, `duckdb_settings` to the DuckDB of a Python model."""

    settings: dict[str, Any] = field(default_factory=dict)
    duckdb_settings: dict[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return "postgrespy"

    def _connection_keys(self) -> tuple[str, ...]:
        return (*super()._connection_keys(), "settings", "duckdb_settings")


class PostgresPyConnectionManager(PostgresConnectionManager):
    TYPE = "postgrespy"

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        """Open as dbt-postgres does, then fix the role and the settings for the whole session."""
        if connection.state == "open":
            return connection
        connection = super().open(connection)
        try:
            with connection.handle.cursor() as cursor:
                for statement in session_statements(connection.credentials):
                    cursor.execute(statement)
            connection.handle.commit()  # a setting made in a transaction is lost if the transaction rolls back
        except psycopg2.Error as error:
            connection.handle.close()
            connection.state = "fail"
            raise FailedToConnectError(f"The profile's role or settings are refused: {str(error).strip()}") from error
        return connection

    def resume_transactions(self) -> None:
        """Tell psycopg2 that no transaction is open if the server says so, so that it begins the next one."""
        handle = self.get_thread_connection().handle
        if handle.status == STATUS_BEGIN and handle.info.transaction_status == TRANSACTION_STATUS_IDLE:
            handle.commit()
