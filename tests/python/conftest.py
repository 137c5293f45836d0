"""What the tests that call dbt share: the project parsed once, databases of their own, the demo built once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from warehouse_support import DEMO, DEMO_DAYS, FILE_NAME, ROOT, Day, Warehouse, environment, forget_databases

from slotwatch.dbt_runs import Project


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
def warehouse(manifest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Warehouse]:
    """Makes an empty database over a raw folder."""

    def make(raw: Path, **variables) -> Warehouse:
        return Warehouse(manifest, tmp_path_factory.mktemp("db") / FILE_NAME, raw, variables)

    return make


@pytest.fixture(scope="session")
def demo_warehouse(warehouse, tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, dict[str, Day]]:
    """The demo built night by night with all data tests, and the marts of each day."""
    built = warehouse(DEMO)
    folder = tmp_path_factory.mktemp("days")
    days = {}
    for as_of in DEMO_DAYS:
        built.build(as_of, with_tests=True)
        days[as_of[:10]] = built.export(folder / as_of[:10])
    return built, days


@pytest.fixture(scope="session")
def demo_days(demo_warehouse) -> dict[str, Day]:
    """The marts of the demo on each of its days."""
    return demo_warehouse[1]


@pytest.fixture(scope="session")
def demo_state(demo_warehouse) -> dict[str, list]:
    """Marts, snapshots and ledgers of the demo after its last day."""
    return demo_warehouse[0].state()
