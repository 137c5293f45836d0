"""Credentials and connections: those of dbt-postgres, plus session settings."""

import time
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from dbt.adapters.contracts.connection import Connection
from dbt.adapters.exceptions import FailedToConnectError
from dbt.adapters.postgres.connections import PostgresConnectionManager, PostgresCredentials
from dbt.adapters.postgrespy.transfer import conninfo, session_statements
from psycopg2.extensions import STATUS_BEGIN, TRANSACTION_STATUS_IDLE

LOCK_PAUSE_SECONDS = 0.2


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
    _lock_connection: Any = None

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

    def hold_lock(self, name: str, shared: bool, seconds: float) -> bool:
        """Take an advisory lock until the end of the invocation; false if another session still holds it after this
        many seconds.

        The lock belongs to a transaction on a connection of its own. So it ends with the process, however the process
        ends, even behind a connection pooler.
        """
        take = f"select pg_try_advisory_xact_lock{'_shared' if shared else ''}(hashtextextended(%s, 0))"
        until = time.monotonic() + seconds
        try:
            connection = psycopg2.connect(conninfo(self.profile.credentials), application_name="dbt lock")
            with connection.cursor() as cursor:
                cursor.execute("set local idle_in_transaction_session_timeout = 0")
                while True:
                    cursor.execute(take, (name,))
                    if cursor.fetchone()[0]:
                        self._lock_connection = connection
                        return True
                    if time.monotonic() >= until:
                        connection.close()
                        return False
                    time.sleep(LOCK_PAUSE_SECONDS)
        except psycopg2.Error as error:
            raise FailedToConnectError(f"The lock cannot be taken: {str(error).strip()}") from error

    def lock_is_held(self) -> bool:
        """Whether this invocation still holds its lock; a server that restarts loses it."""
        if self._lock_connection is None:
            return True
        try:
            with self._lock_connection.cursor() as cursor:
                cursor.execute("select 1")
            return True
        except psycopg2.Error:
            return False

    def cleanup_all(self) -> None:
        """Close all connections at the end of the invocation, including the one of the lock."""
        if self._lock_connection is not None:
            self._lock_connection.close()
            self._lock_connection = None
        super().cleanup_all()

    def resume_transactions(self) -> None:
        """Tell psycopg2 that no transaction is open if the server says so, so that it begins the next one."""
        handle = self.get_thread_connection().handle
        if handle.status == STATUS_BEGIN and handle.info.transaction_status == TRANSACTION_STATUS_IDLE:
            handle.commit()
