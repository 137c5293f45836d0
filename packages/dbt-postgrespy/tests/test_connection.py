"""The profile: all its settings apply to both connections, dbt's and that of Python models."""

import shutil
import subprocess
import sys
import zipfile
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import pytest
import setuptools
from dbt.adapters.contracts.connection import Connection
from dbt.adapters.postgrespy.connections import PostgresPyConnectionManager
from dbt.include import postgrespy as include

SETTINGS = ", ".join(
    f"current_setting('{setting}') as {name}"
    for name, setting in {
        "zone": "TimeZone",
        "memory": "work_mem",
        "path": "search_path",
        "app": "application_name",
    }.items()
)
FACTS = f"select current_user::text as name, session_user::text as login, {SETTINGS}"
READING = f'''
def model(dbt, session):
    dbt.config(materialized="table")
    return session.query("""{FACTS}""")
'''
WRITING = "{{ config(materialized='table') }} " + FACTS
PASSWORD = "p@ss'w%rd /?#\"\\ "


def test_role_settings_and_search_path_reach_both_connections(make_project, server):
    server.query("do $$ begin create role owner_role; exception when duplicate_object then null; end $$")
    server.query("grant owner_role to modeller")
    project = make_project(
        {"models/reading.py": READING, "models/writing.sql": WRITING},
        role="owner_role", search_path="pg_catalog, public", keepalives_idle=10, connect_timeout=5, sslmode="prefer",
        application_name="it's dbt", settings={"TimeZone": "Asia/Tokyo", "work_mem": "7MB", "enable_seqscan": False},
    )  # fmt: skip
    project.query("grant create, usage on schema {schema} to owner_role")
    outcome = project.run()
    assert outcome.success, outcome.messages
    expected = [("owner_role", "modeller", "Asia/Tokyo", "7MB", "pg_catalog, public", "it's dbt")]
    assert project.query("select * from {schema}.reading") == expected
    assert project.query("select * from {schema}.writing") == expected
    assert (
        project.query(f"select tableowner from pg_tables where schemaname = '{project.schema}'")
        == [("owner_role",)] * 2
    )


def test_the_role_and_the_settings_outlive_a_rollback(credentials, server):
    """If they were set in a transaction, a rollback would undo them."""
    server.query("do $$ begin create role owner_role; exception when duplicate_object then null; end $$")
    server.query("grant owner_role to modeller")
    credentials.role, credentials.settings = "owner_role", {"work_mem": "7MB"}
    opened = PostgresPyConnectionManager.open(Connection("postgrespy", "test", credentials))
    opened.handle.rollback()
    with opened.handle, opened.handle.cursor() as cursor:
        cursor.execute("select current_user::text, current_setting('work_mem')")
        assert cursor.fetchone() == ("owner_role", "7MB")
    opened.handle.close()


def test_a_lock_is_held_until_its_session_ends(credentials, server):
    """The lock ends however the session ends; the second manager stands for another run."""
    profile = SimpleNamespace(credentials=credentials)
    first, second = (PostgresPyConnectionManager(profile, get_context("spawn")) for _ in range(2))
    try:
        assert first.hold_lock("nightly", shared=False, seconds=0)
        assert first.lock_is_held()
        assert not second.hold_lock("nightly", shared=False, seconds=0)
        assert not second.hold_lock("nightly", shared=True, seconds=0)
        assert second.hold_lock("another", shared=False, seconds=0)
        server.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dbt lock'")
        assert not first.lock_is_held()
        assert second.hold_lock("nightly", shared=False, seconds=5)
    finally:
        first.cleanup_all()
        second.cleanup_all()


def test_a_reading_connection_that_fails_gives_one_clear_error(make_project, server):
    """One connection is enough for dbt, and not for a Python model."""
    server.query("alter role modeller connection limit 1")
    try:
        project = make_project({"models/reading.py": READING})
        outcome = project.run()
        assert "too many connections for role" in outcome.messages["reading"]
        assert "models/reading.py" in outcome.messages["reading"]
    finally:
        server.query("alter role modeller connection limit -1")


@pytest.mark.parametrize("settings", [{"no_such_setting": 1}, {"work_mem": "'; drop table x; --"}])
def test_a_setting_that_postgres_does_not_know_is_an_error(make_project, settings):
    project = make_project({"models/writing.sql": WRITING}, settings=settings)
    with pytest.raises(Exception, match="role or settings are refused"):
        outcome = project.run()
        raise Exception(str(outcome.messages))


def test_a_password_may_have_odd_characters(make_project, server):
    if server.folder is None:
        pytest.skip("needs a server whose pg_hba.conf may be changed")
    quoted = PASSWORD.replace("'", "''")
    server.query(f"set standard_conforming_strings = on; create role odd login password '{quoted}'")
    hba = server.folder / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text("local all odd scram-sha-256\n" + before)
    try:
        server.query("select pg_reload_conf(); select pg_sleep(0.5)")
        project = make_project({"models/reading.py": READING}, user="odd", password=PASSWORD)
        project.query("grant create, usage on schema {schema} to odd")
        outcome = project.run()
        assert outcome.success, outcome.messages
        assert project.query("select name from {schema}.reading") == [("odd",)]
        project.output["password"] = PASSWORD.strip()
        with pytest.raises(Exception, match="password authentication failed"):
            raise Exception(str(project.run().messages))
    finally:
        hba.write_text(before)
        server.query("select pg_reload_conf()")


def test_the_user_owns_nothing_but_the_schema(make_project, server):
    """The user of all these tests is not a superuser and may create nothing in the database."""
    project = make_project({"models/reading.py": READING})
    assert project.run().success
    assert server.query(
        "select rolsuper, has_database_privilege(rolname, current_database(), 'create') from pg_roles "
        "where rolname = 'modeller'"
    ) == [(False, False)]


def test_the_local_duckdb_is_configured_by_the_profile(make_project):
    model = """
        def model(dbt, session):
            dbt.config(materialized="table")
            return session.duckdb.sql(
                "select current_setting('memory_limit') as memory, current_setting('threads')::int as threads, "
                "current_setting('TimeZone') as zone"
            )
        """
    project = make_project({"models/local.py": model}, duckdb_settings={"threads": 1, "memory_limit": "100MiB"})
    outcome = project.run()
    assert outcome.success, outcome.messages
    assert project.query("select * from {schema}.local") == [("100.0 MiB", 1, "UTC")]


def test_dbt_debug_and_init_know_the_adapter(make_project):
    assert make_project({}).run(command="debug").success
    assert "type: postgrespy" in (Path(include.PACKAGE_PATH) / "profile_template.yml").read_text()


def test_the_wheel_has_the_macros(tmp_path):
    if int(setuptools.__version__.split(".")[0]) < 71:
        pytest.skip("needs a setuptools that builds wheels by itself")
    package = Path(__file__).parents[1]
    shutil.copytree(package, tmp_path / "copy", ignore=shutil.ignore_patterns("*.egg-info", "build", "__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "copy")], check=True)
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    source = package / "src"
    shipped = {str(path.relative_to(source)) for path in source.rglob("*.*") if path.suffix in (".py", ".sql", ".yml")}
    assert "dbt/include/postgrespy/macros/materializations/table.sql" in shipped
    assert {name for name in names if name.startswith("dbt/")} == shipped
