"""The random histories are the same for the same seed, have all tables and odd values, and can be built."""

import datetime as dt
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from random_history import NEVER_LEFT_OUT, SCHEMA, hostile_history, random_history
from warehouse_support import RANDOM_SEED as SEED

SEEDS = range(12)


def test_the_same_seed_gives_the_same_history_and_another_seed_another():
    assert random_history(1) == random_history(1)
    assert random_history(1) != random_history(2)
    assert hostile_history(1) == hostile_history(1)


def test_the_history_does_not_depend_on_the_process():
    call = "import hashlib, random_history as r; print(hashlib.md5(repr(r.random_history(1)).encode()).hexdigest())"
    prints = {
        subprocess.run(
            [sys.executable, "-c", call],
            cwd=Path(__file__).parent,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(prints) == 1


def test_a_clean_history_has_every_table():
    history = random_history(SEED, hostile=0)
    assert list(history) == list(SCHEMA)
    assert all(rows for rows in history.values())
    for table in ("company_raw_intake", "people_raw_intake", "form_5500", "bit_signal", "message_log"):
        ids = [next(iter(row.values())) for row in history[table]]
        assert len({*ids}) == len(ids)


def test_clean_histories_have_values_in_every_column():
    histories = [random_history(seed, hostile=0) for seed in SEEDS]
    for table, columns in SCHEMA.items():
        rows = [row for history in histories for row in history[table]]
        assert {column for row in rows for column, value in row.items() if value} == {*columns}, table
        assert {*rows[0]} == {*columns}


def test_values_are_text_or_none_without_nul_characters():
    for seed in SEEDS:
        values = [value for rows in hostile_history(seed).values() for row in rows for value in row.values()]
        assert {type(value) for value in values} == {str, type(None)}
        assert not any("\0" in value for value in values if value)
        "".join(value for value in values if value).encode()  # no half of a surrogate pair


def test_nul_characters_come_when_asked_for():
    values = [value for rows in hostile_history(SEED, nul=True).values() for row in rows for value in row.values()]
    assert any("\0" in value for value in values if value)


def test_some_histories_lack_tables_and_columns_but_never_those_that_carry_the_rest():
    histories = [hostile_history(seed) for seed in SEEDS]
    columns = [{name for row in rows for name in row} for history in histories for rows in history.values()]
    assert any(len(history) < len(SCHEMA) for history in histories)
    assert any(len(history) == len(SCHEMA) for history in histories)
    assert {len(names) for names in columns} > {len(names) for names in SCHEMA.values()}
    assert all({*NEVER_LEFT_OUT} <= {*history} for history in histories)
    for history in histories:
        for table, rows in history.items():
            required = {name for name, kind in SCHEMA[table].items() if kind.endswith("*")}
            assert all(required <= {*row} for row in rows)


def test_a_hostile_history_repeats_contradicts_and_forgets_ids():
    rows = [tuple(row.items()) for row in random_history(SEED)["form_5500"]]
    ids = [dict(row)["ack_id"] for row in rows]
    assert len({*rows}) < len(rows)
    assert len({*ids}) < len({*rows})
    assert None in [row["intake_id"] for seed in SEEDS for row in random_history(seed)["people_raw_intake"]]


@pytest.mark.parametrize("odd", ["31/31/2026", "(12.5)", "12345678901234567890", "٣٤", "{broken", "a-b", "9999-12-31"])
def test_odd_values_of_each_kind_come_up(odd):
    values = {
        value for seed in SEEDS for rows in hostile_history(seed).values() for row in rows for value in row.values()
    }
    assert odd in values


def test_rows_with_the_same_time_leave_the_order_to_tie_breaks():
    times = [row["uploaded_at"] for row in random_history(SEED, hostile=0)["people_raw_intake"]]
    assert max(times.count(time) for time in times) > 10


def test_days_and_number_of_companies_are_the_callers():
    history = random_history(SEED, companies=5, days=["2027-06-01 06:00:00", "2027-06-08 06:00:00"], hostile=0)
    times = [dt.datetime.fromisoformat(row["uploaded_at"]) for row in history["company_raw_intake"]]
    assert 5 <= len(times) <= 20
    assert dt.datetime(2027, 6, 8, 6) >= max(time.replace(tzinfo=None) for time in times) > dt.datetime(2027, 4, 1)


@pytest.fixture(scope="module")
def lived(duckdb_world):
    """The shared world after its last day: two histories are part of it."""
    return duckdb_world["2026-03-02"]


def test_seats_are_filled_left_and_taken_over(lived):
    events = lived.query(
        "select event_type, is_replacement, count(*) from warehouse.slotwatch.slot_events group by all"
    )
    counts = {(kind, is_replacement): count for kind, is_replacement, count in events}
    assert counts["FILLED", False] > 30
    assert counts["VACATED", False] > 5
    assert counts["FILLED", True] > 2
    assert {*lived.column("select distinct status from warehouse.slotwatch.slots")} == {"filled", "vacant"}


def test_bands_go_up_and_down(lived):
    bands = lived.query("""
        select company_id, band from warehouse.slotwatch.band_history order by company_id, valid_from
    """)
    assert len({band for _, band in bands}) >= 5
    assert len(set(lived.column("select band from warehouse.slotwatch.company_bands"))) >= 4
    steps = [later[1] - earlier[1] for earlier, later in pairwise(bands) if earlier[0] == later[0]]
    assert min(steps) < 0 < max(steps)


def test_proofs_are_made_and_superseded(lived):
    proofs = lived.query("select count(*), count(superseded_at) from warehouse.slotwatch.proof_lines")[0]
    assert proofs[0] > proofs[1] > 5


def test_messages_are_authorised_and_denied(lived):
    reasons = lived.query("select denial_reason, count(*) from warehouse.slotwatch.authorization_log group by all")
    assert dict(reasons)[None] > 2
    assert {"NO_OUTREACH_BAND", "EMAIL_NOT_VERIFIED"} < {reason for reason, _ in reasons}


def test_errors_of_many_kinds_are_reported(lived):
    assert len(lived.column("select distinct error_code from warehouse.slotwatch.pipeline_errors")) >= 8
