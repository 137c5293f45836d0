"""The adapter: PostgresAdapter, which also runs Python models."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pyarrow as pa
from dbt.adapters.base.meta import available
from dbt.adapters.postgres.impl import PostgresAdapter, PostgresConfig
from dbt.adapters.postgrespy.connections import PostgresPyConnectionManager
from dbt.adapters.postgrespy.model import batches_of, column_types, declared_types, describe, postgres_words, run_model
from dbt.adapters.postgrespy.session import open_session
from dbt.adapters.postgrespy.transfer import copy_batches, identifier
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError


@dataclass
class PostgresPyConfig(PostgresConfig):
    """The model configs of dbt-postgres, plus `keep_dependents` and `fillfactor`."""

    keep_dependents: bool | None = None
    fillfactor: int | None = None


class PostgresPyAdapter(PostgresAdapter):
    ConnectionManager = PostgresPyConnectionManager
    AdapterSpecificConfigs = PostgresPyConfig

    @available.parse(lambda *args, **kwargs: "")
    def run_python_model(self, model: dict[str, Any], compiled_code: str) -> str:
        """Run the model and copy its rows into a temporary table of Postgres; returns the name of the table.

        The table is written in the open transaction of dbt's connection. It disappears with a rollback, or when dbt
        closes the connection after the model.
        """
        shown_path = model["original_file_path"]
        path = self._project_root(model["package_name"]) / shown_path
        try:
            with open_session(self.connections.profile.credentials) as session:
                batches = batches_of(run_model(model, compiled_code, path, session), session)
                types = column_types(batches.schema, declared_types(model["columns"]))
                return self._write_temporary(types, batches)
        except DbtRuntimeError:
            raise
        except Exception as error:
            raise DbtRuntimeError(describe(error, [shown_path])) from error

    @available.parse(lambda *args, **kwargs: True)
    def hold_lock(self, name: str, shared: bool = False, seconds: float = 0) -> bool:
        """Take an advisory lock until the end of the invocation; false if another session still holds it after this
        many seconds.
        """
        return self.connections.hold_lock(name, shared, seconds)

    @available.parse(lambda *args, **kwargs: True)
    def lock_is_held(self) -> bool:
        """Whether this invocation still holds its lock."""
        return self.connections.lock_is_held()

    @available.parse_none
    def ensure_transaction(self) -> None:
        """Make the next statement begin a transaction if none is open.

        dbt runs `commit` as a statement before the hooks outside the transaction. psycopg2 does not notice this and
        begins no new transaction, so each statement of the build would be committed on its own.
        """
        self.connections.resume_transactions()

    def _write_temporary(self, types: dict[str, str], batches: pa.RecordBatchReader) -> str:
        """Write the batches to a new temporary table; returns its name as SQL."""
        connection = self.connections.get_thread_connection()
        if not connection.transaction_open:
            self.connections.begin()
        table = "pg_temp." + identifier(f"py_{uuid.uuid4().hex}")
        columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in types.items())
        with connection.handle.cursor() as cursor:
            try:
                cursor.execute(f"create table {table} ({columns})")
                copy_batches(cursor, table, list(types), batches)
            except psycopg2.DatabaseError as error:
                raise DbtDatabaseError(f"Postgres did not take the model's rows: {postgres_words(error)}.") from error
        return table

    def _project_root(self, package: str) -> Path:
        """The folder of the project or installed package that a model belongs to."""
        return Path(self.config.load_dependencies()[package].project_root)
