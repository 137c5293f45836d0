"""Interrupted builds and databases in use: the messages, and the repair by the next build."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from warehouse_support import DEMO, DEMO_DAYS, ROOT, difference, environment, is_one_sentence

FIRST, SECOND = DEMO_DAYS[:2]
KILLED_WHILE_IT_WRITES_PROOFS = """
import os, signal, sys
from dbt.cli.main import dbtRunner
from slotwatch import proofs

proofs.write_proofs = lambda candidates: os.kill(os.getpid(), signal.SIGKILL)
dbtRunner().invoke(["build", "--exclude-resource-type", "unit_test", "test", *sys.argv[1:]])
"""
NIGHT = (sys.executable, "-c", KILLED_WHILE_IT_WRITES_PROOFS)
HOLD = (
    "import duckdb, sys, time; held = duckdb.connect(sys.argv[1]); print(1, flush=True); time.sleep(int(sys.argv[2]))"
)


@pytest.fixture(scope="module")
def killed(world, tmp_path_factory):
    """The shared world after the first day, whose second night is killed half-way."""
    built = world[FIRST[:10]].copied(tmp_path_factory.mktemp("killed"))
    with built.selected():
        ended = subprocess.run(
            [*NIGHT, "--target", built.target, "--vars", f"{{as_of: '{SECOND}'}}"],
            cwd=ROOT,
            env=os.environ,
            capture_output=True,
            text=True,
        )
    assert ended.returncode == -signal.SIGKILL, ended.stdout
    return built


@pytest.mark.long
def test_a_killed_build_is_reported_with_the_build_of_each_mart(killed):
    assert killed.query("select status, completed_at from slotwatch.ple_cycles order by started_at desc limit 1") == [
        ("running", None)
    ]
    assert killed.query("select status, finished, marts_agree from slotwatch.build_state") == [("running", None, False)]
    lines = killed.told("summary").splitlines()
    told = next(line for line in lines if "did not finish" in line)
    assert told.startswith(f"The last `dbt build` (as_of {SECOND[:16]}), begun at ")
    new, old = (next(line for line in lines if line.startswith(f"From as_of {day[:16]}: ")) for day in (SECOND, FIRST))
    assert " slots," in new
    assert " proof_lines," in old or " proof_lines." in old
    assert " slots," not in old


@pytest.mark.long
def test_explain_and_the_page_report_a_killed_build_too(killed, tmp_path):
    company = killed.column("select company_id from slotwatch.companies order by 1")[0]
    assert "did not finish" in killed.command("explain", company).output
    killed.told("dashboard", "--out", str(tmp_path / "page.html"))
    assert "did not finish" in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.long
def test_the_next_build_reports_the_killed_build_and_repairs_it(killed, world):
    killed.build(SECOND)
    assert difference(killed.state(), world[SECOND[:10]].state()) == {}
    cycles = killed.query(
        "select as_of, status from slotwatch.ple_cycles where cycle_name = 'dbt build' order by started_at"
    )
    assert [status for _, status in cycles] == ["completed", "failed", "completed"]
    assert killed.query("select status, marts_agree from slotwatch.build_state") == [("completed", True)]
    assert "did not finish" not in killed.told("summary")


@contextmanager
def opened_elsewhere(path: Path, seconds: int):
    """Another process that holds the DuckDB file for some seconds."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path), str(seconds)], stdout=subprocess.PIPE)
    try:
        holder.stdout.readline()
        yield holder
    finally:
        holder.kill()
        holder.wait()


def test_a_file_in_use_gives_one_sentence(warehouse):
    built = warehouse(DEMO)
    with opened_elsewhere(built.path, 60) as holder, environment(SLOTWATCH_LOCK_WAIT="0"):
        message = built.refusal(FIRST, "--select", "stg_company_intake")
        read = built.command("summary")
    assert is_one_sentence(message), message
    assert "is in use by another process (python" in message
    assert f"PID {holder.pid})" in message
    assert read.exit_code == 1
    assert "is in use by another process" in read.output.splitlines()[-1]


def test_a_build_waits_for_a_file_in_use(warehouse):
    built = warehouse(DEMO)
    started = time.monotonic()
    with opened_elsewhere(built.path, 2), environment(SLOTWATCH_LOCK_WAIT="60"):
        built.dbt("seed", "--select", "roles")
    assert 1.5 < time.monotonic() - started < 50


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing/warehouse.duckdb", "of the database does not exist: create it, or set SLOTWATCH_DUCKDB_PATH."),
        ("folder.duckdb", "is a folder: give the path of a file (SLOTWATCH_DUCKDB_PATH)."),
        ("text.duckdb", "is not a DuckDB database: give another path"),
    ],
)
def test_a_path_that_cannot_be_opened_gives_one_sentence(warehouse, tmp_path, path, words):
    built = warehouse(DEMO)
    (tmp_path / "folder.duckdb").mkdir()
    (tmp_path / "text.duckdb").write_text("company_name,website\n" * 500, encoding="utf-8")
    built.path = tmp_path / path
    message = built.refusal(FIRST, "--select", "stg_company_intake")
    assert is_one_sentence(message), message
    assert words in message


def test_a_lock_wait_that_is_not_a_number_gives_one_sentence(warehouse):
    with environment(SLOTWATCH_LOCK_WAIT="soon"):
        message = warehouse(DEMO).refusal(FIRST, "--select", "stg_company_intake")
    assert message == "SLOTWATCH_LOCK_WAIT is 'soon', which is not a number of seconds."


def test_a_reader_waits_for_the_seeds_that_a_build_replaces(postgres_world):
    """A build makes each seed again; in a snapshot from before, its new table would have no rows."""
    built = postgres_world[SECOND[:10]].copied()
    company = built.column("select company_id from slotwatch.companies where name_key = 'pemberton preserves'")[0]
    expected = built.told("explain", company)
    with psycopg2.connect(built.dsn) as build, build.cursor() as cursor, ThreadPoolExecutor() as threads:
        for seed in ("bands", "hub_weights", "roles"):
            cursor.execute(f"create table slotwatch_seeds.new as select * from slotwatch_seeds.{seed}")
            cursor.execute(f"drop table slotwatch_seeds.{seed}; alter table slotwatch_seeds.new rename to {seed}")
        reader = threads.submit(built.told, "explain", company)
        waiting = (
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        )
        for _ in range(300):
            if built.column(waiting) == [1]:
                break
            time.sleep(0.1)
        build.commit()
        assert reader.result(30) == expected


def test_two_builds_of_a_postgres_database_are_not_run_at_the_same_time(postgres_warehouse):
    built = postgres_warehouse(DEMO)
    built.dbt("seed", "--select", "roles", as_of=FIRST)
    lock = "select pg_advisory_xact_lock{}(hashtextextended('slotwatch slotwatch', 0))"
    with environment(SLOTWATCH_LOCK_WAIT="0"):
        with psycopg2.connect(built.dsn) as other, other.cursor() as cursor:
            cursor.execute("update slotwatch_ledgers.ple_cycle_log set status = 'running'")
            other.commit()
            cursor.execute(lock.format(""))
            before = built.query("select * from slotwatch_ledgers.ple_cycle_log")
            message = built.refusal(SECOND)
            assert is_one_sentence(message), message
            assert message.startswith(f"Another run writes this database (`dbt seed` of as_of {FIRST}, begun at ")
            assert built.query("select * from slotwatch_ledgers.ple_cycle_log") == before
        with psycopg2.connect(built.dsn) as other, other.cursor() as cursor:
            cursor.execute(lock.format("_shared"))
            built.dbt("run", "--select", "calendar", as_of=FIRST)  # a scheduler's task for a single model
            assert "Another run writes" in built.refusal(SECOND)
    built.dbt("seed", "--select", "roles", as_of=FIRST)
