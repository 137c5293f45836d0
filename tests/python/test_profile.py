"""The example profile: the settings of the engines when a build connects, which stay for the whole build."""

from contextlib import closing

import pytest
from dbt.adapters.duckdb.environments import create
from dbt.adapters.duckdb.environments.local import LocalEnvironment
from warehouse_support import DEMO

from slotwatch.warehouse.dbt_runs import DbtError, Project
from slotwatch.warehouse.errors import DatabaseError
from slotwatch.warehouse.postgres import connect
from slotwatch.warehouse.profile import credentials
from slotwatch.warehouse.reading import built_days


@pytest.fixture
def engine(project, tmp_path, monkeypatch) -> LocalEnvironment:
    """DuckDB as dbt starts it, with little memory."""
    monkeypatch.setenv("SLOTWATCH_DUCKDB_PATH", str(tmp_path / "small.duckdb"))
    monkeypatch.setenv("SLOTWATCH_MEMORY_LIMIT", "60MB")
    return create(credentials())


def test_data_larger_than_memory_is_spilled_and_the_build_goes_on(engine, tmp_path):
    first = engine.handle().cursor()
    first.execute("create table big as select md5(n::text) as text, n from range(2000000) as numbers (n)")
    first.execute("create temp table sorted as select text, row_number() over (order by text) as place from big")

    assert list(tmp_path.glob("small.duckdb.tmp/*"))
    later = engine.handle().cursor()  # a cursor that sets the folder again is refused after something was spilled
    assert later.execute("select count(*) from big").fetchone() == (2_000_000,)


def test_every_cursor_has_the_settings(engine):
    asked = "select current_setting('TimeZone'), current_setting('memory_limit')"
    for _ in range(2):
        assert engine.handle().cursor().execute(asked).fetchone() == ("UTC", "57.2 MiB")


def test_statements_on_postgres_are_not_compiled(postgres_warehouse):
    with postgres_warehouse(DEMO).reached(), closing(connect(credentials("postgres"))) as connection:
        with connection.cursor() as cursor:
            cursor.execute("show jit")
            assert cursor.fetchone() == ("off",)


@pytest.mark.parametrize("variable", ["SLOTWATCH_PG_PORT", "SLOTWATCH_THREADS"])
def test_a_setting_that_is_no_number_is_named_in_one_sentence(project, monkeypatch, variable):
    monkeypatch.setenv(variable, "54 32")
    with pytest.raises(DatabaseError, match=f"^{variable} is '54 32', which is not a number\\.$"):
        credentials("postgres")
    with pytest.raises(DbtError, match=f"^{variable} is '54 32', which is not a number\\.$"):
        Project.parse("postgres")


def test_commands_say_that_they_do_not_read_motherduck(project, monkeypatch):
    monkeypatch.setenv("SLOTWATCH_DUCKDB_PATH", "md:slotwatch")
    with pytest.raises(DatabaseError, match=r"is on MotherDuck, .* do not read: build with `dbt build`"):
        built_days()
