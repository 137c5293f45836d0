"""`slotwatch rewind`: the history goes back to an earlier build, and later builds give the same rows as if the removed
builds had never run.
"""

from contextlib import closing
from datetime import datetime

import psycopg2
import pytest
from click.testing import CliRunner
from relation_diff import duckdb_tables
from warehouse_support import DEMO, DEMO_DAYS, difference

from slotwatch.cli import main
from slotwatch.warehouse.dbt_runs import Project
from slotwatch.warehouse.profile import credentials
from slotwatch.warehouse.rewinding import rewind
from slotwatch.warehouse.state import StateError

HISTORY = ("slotwatch_ledgers", "slotwatch_snapshots")
FIRST, SECOND, THIRD, LAST = DEMO_DAYS


def take_back(built, as_of: str, copy):
    """Runs the command without parsing the project again."""
    project = Project(built.manifest, built.target)
    with built.reached():
        connection, day = credentials(built.target), datetime.fromisoformat(as_of)
        return rewind(connection, project.recorded(), project.ledger_schema(), day, copy, project.lock_name())


@pytest.fixture(scope="module")
def story(world, tmp_path_factory):
    """The world after its last day, taken back to its second day: the database, the output of the command, the copy."""
    folder = tmp_path_factory.mktemp("rewind")
    last = world[LAST[:10]]
    built = last.copied(folder)
    before = built.state(HISTORY)
    copy = folder / "copy.duckdb"
    output = built.told("rewind", f"{SECOND[:10]} 12:00:00", "--copy", str(copy))
    return {"built": built, "before": before, "output": output, "copy": copy}


def test_the_history_is_that_of_the_earlier_build(story, world):
    assert difference(story["built"].state(HISTORY), world[SECOND[:10]].state(HISTORY)) == {}


def test_the_copy_holds_the_whole_history_as_it_was(story):
    copied = {name: len(rows) for name, (_, rows) in duckdb_tables(story["copy"], HISTORY).items()}
    assert {name: len(rows) for name, rows in story["before"].items()}.items() <= copied.items()
    assert copied["slotwatch_ledgers.ple_cycle_log"] > 3


def test_the_output_names_the_build_the_copy_and_what_was_removed(story):
    lines = story["output"].splitlines()
    removed = [line.split() for line in lines if line.endswith("rows removed")]
    assert len(removed) == 11 and sum(int(line[1].replace(",", "")) for line in removed) > 100
    assert f"The history now ends with as_of {SECOND}. {story['copy']} has the history as it was." in lines


def test_until_the_next_build_readers_are_told(story):
    summary = story["built"].told("summary")
    assert f"The history was taken back to as_of {SECOND[:16]}: the marts show builds" in summary
    assert f"SlotWatch as of {LAST[:16]} UTC" in summary
    assert story["built"].query("select cast(as_of as text), marts_agree from slotwatch.build_state") == [
        (SECOND, False)
    ]


def test_marts_that_a_failed_build_left_are_of_removed_builds(story, tmp_path):
    changed = story["built"].copied(tmp_path)
    log = "slotwatch_ledgers.ple_cycle_log"
    changed.query(
        f"insert into {log} (cycle_id, cycle_name, as_of, is_full_build, status, started_at, completed_at) "
        f"select 'later', 'dbt build', cast('{LAST}' as timestamp), true, 'failed', "
        f"max(started_at) + interval '1 minute', max(started_at) + interval '2 minutes' from {log}"
    )
    changed.query(
        "insert into slotwatch_ledgers.ple_step_log (step_id, cycle_id, step_name, step_type, status, executed_at) "
        f"select 'later', 'later', 'slots', 'model', 'success', max(started_at) from {log}"
    )
    summary = changed.told("summary")
    assert f"From as_of {LAST[:16]}: slots." in summary
    assert "From builds that were removed: ac_handoffs, " in summary and f"From as_of {FIRST[:16]}" not in summary


def test_a_time_before_the_first_build_is_refused(story, tmp_path):
    with pytest.raises(StateError, match=f"is at or before 2026-01-05 00:00:00: the first is of {FIRST}."):
        take_back(story["built"], "2026-01-05", tmp_path / "copy.duckdb")


def test_a_second_time_there_is_nothing_to_take_back(story, tmp_path):
    again = take_back(story["built"], SECOND, tmp_path / "copy.duckdb")
    assert (again.as_of, again.copy, again.removed) == (datetime.fromisoformat(SECOND), None, {})
    assert not list(tmp_path.iterdir())


def test_a_copy_never_overwrites_another(story, world):
    with pytest.raises(StateError, match="holds a history already"):
        take_back(world[LAST[:10]], SECOND, story["copy"])
    assert difference(world[LAST[:10]].state(HISTORY), story["before"]) == {}


def test_nothing_is_taken_back_while_a_run_writes_the_database(postgres_world, tmp_path):
    last = postgres_world[LAST[:10]]
    with closing(psycopg2.connect(last.dsn)) as other, other.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('slotwatch slotwatch', 0))")
        with pytest.raises(StateError, match=r"Another run writes this database: wait until it ends\."):
            take_back(last, SECOND, tmp_path / "copy.duckdb")


@pytest.mark.long
def test_the_next_builds_are_as_if_the_removed_ones_had_never_been(story, world):
    story["built"].build(THIRD, with_tests=True)
    assert difference(story["built"].state(), world[THIRD[:10]].state()) == {}
    assert "taken back" not in story["built"].told("summary")


def test_a_database_that_was_not_built_and_a_word_that_is_no_day_give_one_sentence(warehouse, tmp_path):
    with pytest.raises(StateError, match=r"does not exist: set SLOTWATCH_DUCKDB_PATH\."):
        take_back(warehouse(DEMO), SECOND, tmp_path / "copy.duckdb")
    wrong = CliRunner().invoke(main, ["rewind", "yesterday"])
    assert wrong.exit_code == 2 and "'yesterday' is not a day" in wrong.output
