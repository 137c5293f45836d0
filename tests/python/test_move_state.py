"""The history moves from one engine to the other, and the next build gives the same rows as without the move."""

import pytest
from click.testing import CliRunner
from parity_support import report
from warehouse_support import DEMO, DEMO_DAYS, environment

from slotwatch.cli import main

STATE = ("slotwatch_ledgers", "slotwatch_snapshots")
LAST, NEXT = DEMO_DAYS[2], DEMO_DAYS[3]


def move(source, destination, postgres):
    """`slotwatch move-state` between these warehouses, one of them on Postgres."""
    file = next(side for side in (source, destination) if side.target == "duckdb")
    with postgres.reached(), file.reached():
        return CliRunner().invoke(main, ["move-state", "--from", source.target, "--to", destination.target])


@pytest.fixture(scope="module")
def moved(demo_nights, postgres_warehouse):
    """An empty Postgres database that got the history of the demo's third day."""
    database = postgres_warehouse(DEMO)
    result = move(demo_nights[LAST[:10]], database, database)
    assert result.exit_code == 0, result.output
    return database, result.output


def test_every_table_of_the_history_arrives_with_its_rows_and_types(demo_nights, moved):
    database, output = moved
    source = demo_nights[LAST[:10]]
    here, there = source.tables(STATE), database.tables(STATE)
    assert {name: len(rows) for name, (_, rows) in here.items()} == {
        name: len(rows) for name, (_, rows) in there.items()
    }
    assert report(source, database, only=here) == ""
    assert all(f"{name}" in output and f"{len(rows):,} rows" in output for name, (_, rows) in here.items())


def test_a_history_never_overwrites_another(demo_nights, moved):
    database, _ = moved
    before = database.state(STATE)
    result = move(demo_nights[LAST[:10]], database, database)
    assert result.exit_code == 1
    assert "holds a history already" in result.output and "Traceback" not in result.output
    assert database.state(STATE) == before


@pytest.mark.long
def test_the_next_night_on_postgres_equals_that_of_duckdb(demo_nights, moved):
    database, _ = moved
    database.build(NEXT, with_tests=True)
    assert report(demo_nights[NEXT[:10]], database) == ""


@pytest.mark.long
def test_a_history_moved_there_and_back_is_unchanged(moved, warehouse):
    database, _ = moved
    back = warehouse(DEMO)
    assert move(database, back, database).exit_code == 0
    assert report(database, back, only=database.tables(STATE)) == ""


@pytest.mark.long
def test_a_refused_move_gives_one_sentence(moved, warehouse, postgres_warehouse, monkeypatch):
    empty = postgres_warehouse(DEMO)
    result = move(empty, warehouse(DEMO), empty)
    assert (result.exit_code, "holds no history" in result.output) == (1, True)
    result = move(warehouse(DEMO), empty, empty)
    assert (result.exit_code, "does not exist" in result.output) == (1, True)
    with empty.reached(), environment(SLOTWATCH_PG_HOST="/nowhere", SLOTWATCH_DUCKDB_PATH=warehouse(DEMO).path):
        result = CliRunner().invoke(main, ["move-state", "--from", "postgres", "--to", "duckdb"])
    assert (result.exit_code, "cannot be reached" in result.output) == (1, True)
    assert "Traceback" not in result.output


@pytest.mark.long
def test_an_interrupted_move_leaves_nothing(demo_nights, postgres_warehouse, monkeypatch):
    from slotwatch.warehouse import state

    database = postgres_warehouse(DEMO)
    copied = state.copy_batches

    def breaks(cursor, table, columns, batches):
        if "proof_ledger" in table:
            raise state.psycopg2.OperationalError("the connection is gone")
        return copied(cursor, table, columns, batches)

    monkeypatch.setattr(state, "copy_batches", breaks)
    result = move(demo_nights[LAST[:10]], database, database)
    assert result.exit_code == 1 and "the connection is gone" in result.output
    assert database.tables(STATE) == {}
