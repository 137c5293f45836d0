"""Shared fixtures of the tests that call dbt: the parsed project, separate databases, the built demo."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from postgres_support import PostgresServer, PostgresWarehouse, drop_server, prepared_server
from warehouse_support import (
    DEMO,
    DEMO_DAYS,
    FILE_NAME,
    REAL,
    REAL_DAYS,
    ROOT,
    Day,
    DuckDBWarehouse,
    Warehouse,
    environment,
    forget_databases,
)
from world import write_world

from slotwatch.warehouse.dbt_runs import Project

# Files whose tests get a marker by file name. Other tests get their markers from their fixtures.
DOCS = {"docs", "readme", "troubleshooting", "walkthroughs", "which_table", "changelog"}
BENCH = {"benchmarks", "speed_budget"}
# These files and tests build on both engines. On Postgres they are left to `make test-all`: the shared world shows that
# both engines give the same rows.
LONG_ON_POSTGRES = {
    "bad_input", "chaos_folders", "claim_stories", "guards", "interrupted", "opt_outs", "readable_values",
    "rewind", "schedulers", "test_dbt_build_with_every_test_passes",
    "test_shuffled_split_and_repeated_rows_give_the_same_result", "test_a_junk_key_on_every_row_does_not_change_a_seat",
}  # fmt: skip
CHECKOUTS = {"examples", "pre_commit", "workflows"}  # these tests call dbt as a user does
MARKS = {
    "postgres_server": "postgres",
    "server": "postgres",  # fixtures of packages/dbt-postgrespy
    "browser": "browser",
    "real_days": "real",
    "warehouse": "build",
    "engine_warehouse": "build",
    "world": "build",
    "nightly": "build",
    "built_once": "build",
    "built_once_on_postgres": "build",
}
# The longest tests and those that wait for shared databases start first, so that all workers end at about the same
# time.
FIRST = (
    "parity", "sixty_days", "real_data", "replay", "readme", "cases", "guards", "models", "keep_dependents",
    "dashboard", "generator", "examples", "workflows", "walkthroughs", "benchmarks", "speed_budget",
)  # fmt: skip


def _name(item: pytest.Item) -> str:
    return item.path.stem.removeprefix("test_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with what it needs; a test that needs neither a database nor a checkout is `unit`."""
    for item in items:
        name = _name(item)
        fixtures = getattr(item, "fixturenames", ())
        marks = {MARKS[fixture] for fixture in fixtures if fixture in MARKS}
        if {"engine_warehouse", "world", "nightly"} & {*fixtures} and "postgres" in item.callspec.params.values():
            marks |= {"postgres", "long"} if {name, item.originalname} & LONG_ON_POSTGRES else {"postgres"}
        if name.startswith("chaos"):
            marks.add("chaos")
        marks |= {mark for mark, names in (("docs", DOCS), ("bench", BENCH), ("build", CHECKOUTS)) if name in names}
        for mark in sorted(marks or {"unit"}):
            item.add_marker(mark)
    items.sort(key=lambda item: FIRST.index(_name(item)) if _name(item) in FIRST else len(FIRST))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the Postgres server of the run, once all workers have ended."""
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is not None and not hasattr(config, "workerinput"):
        drop_server(factory.getbasetemp())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the measurements of tests at the end."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory):
    """The project, parsed with the profile of the example; artifacts and logs stay out of the checkout."""
    folder = tmp_path_factory.mktemp("dbt")
    profiles = folder / "profiles"
    profiles.mkdir()
    (profiles / "profiles.yml").write_text((ROOT / "profiles.yml.example").read_text(encoding="utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.delenv("SLOTWATCH_SCHEMA_PREFIX", raising=False)
        with environment(
            DBT_TARGET_PATH=folder / "target",
            DBT_LOG_PATH=folder / "logs",
            DBT_PROFILES_DIR=profiles,
            SLOTWATCH_DUCKDB_PATH=folder / FILE_NAME,
            SLOTWATCH_RAW_DIR=DEMO,
        ):
            yield Project.parse()
            forget_databases()


@pytest.fixture(scope="session")
def manifest(project: Project):
    """The parsed manifest."""
    return project.manifest


@pytest.fixture(scope="session")
def warehouse(manifest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., DuckDBWarehouse]:
    """Creates empty DuckDB databases, each with a raw folder."""

    def make(raw: Path, **variables) -> DuckDBWarehouse:
        path = tmp_path_factory.mktemp("db") / FILE_NAME
        return DuckDBWarehouse(manifest=manifest, path=path, raw=raw, variables=variables)

    return make


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent  # a run without workers shares nothing


@pytest.fixture(scope="session")
def postgres_server(shared_folder: Path, worker_id: str) -> Iterator[PostgresServer]:
    """A real Postgres server, the same for all workers."""
    with prepared_server(shared_folder, worker_id) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_project(
    project: Project, postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """The project, parsed for Postgres with a reader role; dbt's state from the DuckDB parse is kept."""
    with environment(DBT_TARGET_PATH=tmp_path_factory.mktemp("target"), SLOTWATCH_PG_READERS=postgres_server.reader):
        return Project.parse("postgres")


@pytest.fixture(scope="session")
def postgres_warehouse(postgres_server, postgres_project) -> Callable[..., PostgresWarehouse]:
    """Creates empty Postgres databases, each with a raw folder."""

    def make(raw: Path, **variables) -> PostgresWarehouse:
        return PostgresWarehouse(
            manifest=postgres_project.manifest,
            raw=raw,
            variables=variables,
            server=postgres_server,
            database=postgres_server.create_database(),
        )

    return make


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine_warehouse(request: pytest.FixtureRequest) -> Callable[..., Warehouse]:
    """Creates empty databases on each engine, each with a raw folder."""
    return request.getfixturevalue({"duckdb": "warehouse", "postgres": "postgres_warehouse"}[request.param])


@pytest.fixture(scope="session")
def built_once(
    manifest, tmp_path_factory: pytest.TempPathFactory, shared_folder: Path
) -> Callable[[str, Path, Callable[[DuckDBWarehouse], None]], DuckDBWarehouse]:
    """Creates a database from a raw folder; the first worker that needs it builds it, and every worker gets a copy."""

    def make(name: str, raw: Path, build: Callable[[DuckDBWarehouse], None]) -> DuckDBWarehouse:
        folder, unfinished = shared_folder / f"built-{name}", shared_folder / f"unfinished-{name}"
        with FileLock(shared_folder / f"{name}.lock"):
            if not folder.exists():
                shutil.rmtree(unfinished, ignore_errors=True)  # left by a worker whose build failed
                unfinished.mkdir()
                build(DuckDBWarehouse(manifest=manifest, path=unfinished / FILE_NAME, raw=raw))
                unfinished.rename(folder)
        copy = shutil.copytree(folder, tmp_path_factory.mktemp(name), dirs_exist_ok=True)
        return DuckDBWarehouse(manifest=manifest, path=copy / FILE_NAME, raw=raw)

    return make


@pytest.fixture(scope="session")
def built_once_on_postgres(
    postgres_warehouse, shared_folder: Path
) -> Callable[[str, Path, Callable[[PostgresWarehouse], dict[str, str]]], dict[str, PostgresWarehouse]]:
    """Creates databases from a raw folder; the first worker that needs them builds them. Tests read them and change
    only copies.

    `build` returns the name of a database per day.
    """

    def make(
        name: str, raw: Path, build: Callable[[PostgresWarehouse], dict[str, str]]
    ) -> dict[str, PostgresWarehouse]:
        note = shared_folder / f"built-{name}-postgres.json"
        with FileLock(shared_folder / f"{name}-postgres.lock"):
            empty = postgres_warehouse(raw)
            if not note.exists():
                note.write_text(json.dumps(build(empty)), encoding="utf-8")
        return {
            day: replace(empty, database=database, loaded=empty.files())
            for day, database in json.loads(note.read_text(encoding="utf-8")).items()
        }

    return make


@pytest.fixture(scope="session")
def world_raw(shared_folder: Path) -> Path:
    """The raw folder of the shared world; a test that changes it takes a copy."""
    folder = shared_folder / "world"
    with FileLock(shared_folder / "world-raw.lock"):
        if not folder.exists():
            write_world(shared_folder / "unfinished-world").rename(folder)
    return folder


@pytest.fixture(scope="session")
def duckdb_world(built_once, world_raw: Path) -> dict[str, DuckDBWarehouse]:
    """The shared world on DuckDB after each of its days; each build passed all data tests."""

    def build(built: DuckDBWarehouse) -> None:
        for as_of in DEMO_DAYS:
            built.build(as_of, with_tests=True)
            folder = built.path.parent / as_of[:10]
            folder.mkdir()
            shutil.copy(built.path, folder)

    built = built_once("world", world_raw, build)
    return {as_of[:10]: replace(built, path=built.path.parent / as_of[:10] / FILE_NAME) for as_of in DEMO_DAYS}


@pytest.fixture(scope="session")
def postgres_world(built_once_on_postgres, world_raw: Path) -> dict[str, PostgresWarehouse]:
    """The shared world on Postgres after each of its days; the last build passed all data tests."""

    def build(built: PostgresWarehouse) -> dict[str, str]:
        databases = {}
        for as_of in DEMO_DAYS:
            built.build(as_of, with_tests=as_of == DEMO_DAYS[-1])
            databases[as_of[:10]] = built.copied().database
        return databases

    return built_once_on_postgres("world", world_raw, build)


@pytest.fixture(scope="session", params=["duckdb", "postgres"])
def world(request: pytest.FixtureRequest) -> dict[str, Warehouse]:
    """The shared world after each of its days, on each engine."""
    return request.getfixturevalue(f"{request.param}_world")


@pytest.fixture(scope="session")
def demo_warehouse(built_once) -> tuple[DuckDBWarehouse, dict[str, Day]]:
    """The demo built night by night with all data tests, and the marts of each day."""

    def build(built: DuckDBWarehouse) -> None:
        for as_of in DEMO_DAYS:
            built.build(as_of, with_tests=True)
            day = built.export(built.path.parent / as_of[:10])
            shutil.copy(built.path, day.folder)

    built = built_once("demo", DEMO, build)
    return built, {as_of[:10]: Day(built.path.parent / as_of[:10]) for as_of in DEMO_DAYS}


@pytest.fixture(scope="session")
def demo_days(demo_warehouse) -> dict[str, Day]:
    """The marts of the demo on each of its days."""
    return demo_warehouse[1]


@pytest.fixture(scope="session")
def demo_nights(demo_warehouse) -> dict[str, DuckDBWarehouse]:
    """The database of the demo after each of its days."""
    built, days = demo_warehouse
    return {day: replace(built, path=marts.folder / FILE_NAME) for day, marts in days.items()}


@pytest.fixture(scope="session")
def demo_state(demo_warehouse) -> dict[str, list]:
    """Marts, snapshots and ledgers of the demo after its last day."""
    return demo_warehouse[0].state()


@pytest.fixture(scope="session")
def real_days(built_once) -> tuple[DuckDBWarehouse, DuckDBWarehouse]:
    """The real records after the second to last day and after the last day, on which every data test passes."""
    if not REAL.exists():
        pytest.skip("no real data beside the checkout")

    def build(built: DuckDBWarehouse) -> None:
        for day in REAL_DAYS:
            is_last = day == REAL_DAYS[-1]
            if is_last:
                before = built.path.parent / "before"
                before.mkdir()
                shutil.copy(built.path, before)
            built.build(day, with_tests=is_last, with_interfaces=is_last)

    last = built_once("real", REAL, build)
    return replace(last, path=last.path.parent / "before" / FILE_NAME), last


@pytest.fixture(scope="session")
def real_warehouse(real_days) -> DuckDBWarehouse:
    """The real records replayed."""
    return real_days[1]
