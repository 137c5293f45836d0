"""What the tests that call dbt share: the project parsed once, databases of their own, the demo built once."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from postgres_support import PostgresServer, PostgresWarehouse, prepared_server
from random_history import DAYS, random_history
from warehouse_support import (
    DEMO,
    DEMO_DAYS,
    FILE_NAME,
    RANDOM_SEED,
    REAL,
    REAL_DAYS,
    ROOT,
    Day,
    DuckDBWarehouse,
    Warehouse,
    environment,
    forget_databases,
    write_raw,
)

from slotwatch.warehouse.dbt_runs import Project


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests measured, after everything else."""
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
    """Makes an empty DuckDB database over a raw folder."""

    def make(raw: Path, **variables) -> DuckDBWarehouse:
        path = tmp_path_factory.mktemp("db") / FILE_NAME
        return DuckDBWarehouse(manifest=manifest, path=path, raw=raw, variables=variables)

    return make


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real Postgres server."""
    with prepared_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_project(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, parsed for Postgres; what dbt remembers of the parse for DuckDB stays."""
    with environment(DBT_TARGET_PATH=tmp_path_factory.mktemp("target")):
        return Project.parse("postgres")


@pytest.fixture(scope="session")
def postgres_warehouse(postgres_server, postgres_project) -> Callable[..., PostgresWarehouse]:
    """Makes an empty Postgres database over a raw folder."""

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
    """Makes an empty database over a raw folder, on each engine."""
    return request.getfixturevalue({"duckdb": "warehouse", "postgres": "postgres_warehouse"}[request.param])


@pytest.fixture(scope="session")
def built_once(
    manifest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Path, Callable[[DuckDBWarehouse], None]], DuckDBWarehouse]:
    """Makes a database over a raw folder, built by the first worker that asks for its name; each has a copy of it."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent  # without workers there is nobody to share with

    def make(name: str, raw: Path, build: Callable[[DuckDBWarehouse], None]) -> DuckDBWarehouse:
        folder, unfinished = shared / f"built-{name}", shared / f"unfinished-{name}"
        with FileLock(shared / f"{name}.lock"):
            if not folder.exists():
                shutil.rmtree(unfinished, ignore_errors=True)  # of a worker whose build failed
                unfinished.mkdir()
                build(DuckDBWarehouse(manifest=manifest, path=unfinished / FILE_NAME, raw=raw))
                unfinished.rename(folder)
        copy = shutil.copytree(folder, tmp_path_factory.mktemp(name), dirs_exist_ok=True)
        return DuckDBWarehouse(manifest=manifest, path=copy / FILE_NAME, raw=raw)

    return make


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
    """The database of the demo as it was after each of its days."""
    built, days = demo_warehouse
    return {day: replace(built, path=marts.folder / FILE_NAME) for day, marts in days.items()}


@pytest.fixture(scope="session")
def demo_state(demo_warehouse) -> dict[str, list]:
    """Marts, snapshots and ledgers of the demo after its last day."""
    return demo_warehouse[0].state()


@pytest.fixture(scope="session")
def real_warehouse(built_once) -> DuckDBWarehouse:
    """The real records replayed; every data test holds on the last day."""
    if not REAL.exists():
        pytest.skip("no real data beside the checkout")

    def build(built: DuckDBWarehouse) -> None:
        for day in REAL_DAYS:
            is_last = day == REAL_DAYS[-1]
            built.build(day, with_tests=is_last, with_interfaces=is_last)

    return built_once("real", REAL, build)


@pytest.fixture(scope="session")
def random_warehouse(built_once, tmp_path_factory: pytest.TempPathFactory) -> DuckDBWarehouse:
    """A database that has been through the days of a random history; each build passed all data tests."""

    def build(built: DuckDBWarehouse) -> None:
        for day in DAYS:
            built.build(day, with_tests=True, with_interfaces=day == DAYS[-1])

    raw = write_raw(tmp_path_factory.mktemp("raw"), random_history(RANDOM_SEED))
    return built_once("random", raw, build)
