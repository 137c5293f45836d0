"""The comparison of two engines finds and names every difference, and reports nothing if there is none."""

import datetime as dt
import random
import time
from decimal import Decimal

import duckdb
import psycopg2
import pytest
from relation_diff import LONGEST, Table, differences, duckdb_tables, postgres_tables

SLOTS = "slotwatch.slots"
KEYS = {SLOTS: ["slot_id"]}
NIGHT = dt.datetime(2026, 1, 5, 6)


def slots(*values, column: str = "filled_at") -> dict[str, Table]:
    """Slots s0, s1, ... with these values in one column."""
    return {SLOTS: (["slot_id", column], [(f"s{number}", value) for number, value in enumerate(values)])}


def lines_of(left, right) -> list[str]:
    """Differences of one slot with these values."""
    return differences(slots(left), slots(right), KEYS)


def test_a_line_names_relation_key_column_and_both_values():
    assert lines_of(NIGHT, None) == [
        "slotwatch.slots [slot_id=s0] filled_at: duckdb 2026-01-05 06:00:00, postgres None"
    ]


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        (None, "", "duckdb None, postgres ''"),
        ("a", "a ", "duckdb 'a', postgres 'a '"),
        (1, 1.0, "duckdb 1, postgres 1.0"),
        (1, Decimal(1), "duckdb 1 (int), postgres 1 (Decimal)"),
        (True, 1, "duckdb True, postgres 1"),
        ("1", 1, "duckdb '1' (str), postgres 1 (int)"),
        (Decimal("1.10"), Decimal("1.1000001"), "duckdb 1.10, postgres 1.1000001"),
        (NIGHT, NIGHT.replace(tzinfo=dt.UTC), "duckdb 2026-01-05 06:00:00, postgres 2026-01-05 06:00:00+00:00"),
        (NIGHT, NIGHT.replace(microsecond=1), "duckdb 2026-01-05 06:00:00, postgres 2026-01-05 06:00:00.000001"),
        (NIGHT, NIGHT.date(), "duckdb 2026-01-05 06:00:00, postgres 2026-01-05"),
        ('{"a": 1}', '{"a":1}', """duckdb '{"a": 1}', postgres '{"a":1}'"""),
        ([1, 2], [1, True], "duckdb [1, 2], postgres [1, True]"),
        ("a\nb", "a\\nb", "duckdb 'a\\nb', postgres 'a\\\\nb'"),
        ("\u00e9", "e\u0301", "duckdb '\\xe9', postgres 'e\\u0301'"),
    ],
)
def test_values_that_differ(left, right, shown):
    assert lines_of(left, right) == [f"{SLOTS} [slot_id=s0] filled_at: {shown}"]
    assert "\n" not in lines_of(left, right)[0]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (None, None),
        (Decimal("1.10"), Decimal("1.1")),
        (float("nan"), float("nan")),
        (Decimal("NaN"), Decimal("NaN")),
        ([1, None, float("nan")], [1, None, float("nan")]),
        ({"b": 1, "a": [2]}, {"a": [2], "b": 1}),
    ],
)
@pytest.mark.parametrize("keys", [KEYS, {}])
def test_values_that_are_equal(left, right, keys):
    assert differences(slots(left), slots(right), keys) == []


def test_long_texts_are_shown_where_they_differ():
    (line,) = lines_of("x" * 3000 + "old" + "y" * 300, "x" * 3000 + "new" + "y" * 300)
    assert "'xxxxxxxxxxxxxxxxxxxxoldyyy" in line
    assert "'xxxxxxxxxxxxxxxxxxxxnewyyy" in line
    assert len(line) < 3 * LONGEST


def test_order_of_rows_and_columns_does_not_matter():
    left = {SLOTS: (["slot_id", "role", "days"], [("s1", "CEO", 1), ("s2", "CFO", None)])}
    right = {SLOTS: (["days", "role", "slot_id"], [(None, "CFO", "s2"), (1, "CEO", "s1")])}
    assert differences(left, right, KEYS) == []
    assert differences(left, right, {}) == []


def test_missing_and_extra_rows():
    assert differences(slots(1, 2), slots(1), KEYS) == [
        "slotwatch.slots [slot_id=s1]: only in duckdb: slot_id='s1', filled_at=2"
    ]
    assert differences(slots(1), slots(1, 2), KEYS) == [
        "slotwatch.slots [slot_id=s1]: only in postgres: slot_id='s1', filled_at=2"
    ]


def test_missing_and_extra_relations_and_columns():
    left = {SLOTS: (["slot_id", "role"], [("s1", "CEO")]), "slotwatch.people": (["person_id"], [])}
    right = {SLOTS: (["slot_id", "days"], [("s1", 1)]), "slotwatch.companies": (["company_id"], [])}
    assert differences(left, right, KEYS) == [
        "slotwatch.companies: only in postgres",
        "slotwatch.people: only in duckdb",
        "slotwatch.slots: column days only in postgres",
        "slotwatch.slots: column role only in duckdb",
    ]


def test_a_key_column_that_one_side_lacks_is_reported():
    left, right = {SLOTS: (["slot_id", "role"], [("s1", "CEO")])}, {SLOTS: (["role"], [("CFO",)])}
    assert differences(left, right, KEYS) == [
        "slotwatch.slots: column slot_id only in duckdb",
        "slotwatch.slots: a key column is not on both sides (slot_id), compared without a key",
        "slotwatch.slots: only in duckdb: role='CEO'",
        "slotwatch.slots: only in postgres: role='CFO'",
    ]


def test_without_a_key_repeated_rows_are_counted():
    left = {SLOTS: (["role"], [("CEO",), ("CEO",), (None,), (1,)])}
    right = {SLOTS: (["role"], [("CEO",), (None,), (None,), (True,)])}
    assert differences(left, right, {}) == [
        "slotwatch.slots: only in duckdb: role='CEO'",
        "slotwatch.slots: only in duckdb: role=1",
        "slotwatch.slots: only in postgres: role=None",
        "slotwatch.slots: only in postgres: role=True",
    ]


def test_a_key_held_twice_on_one_side_is_found_and_on_both_sides_is_compared():
    once = {SLOTS: (["slot_id", "days"], [("s1", 1)])}
    twice = {SLOTS: (["slot_id", "days"], [("s1", 1), ("s1", 2)])}
    other = {SLOTS: (["slot_id", "days"], [("s1", 3), ("s1", 1)])}
    assert differences(twice, {SLOTS: (twice[SLOTS][0], twice[SLOTS][1][::-1])}, KEYS) == []
    assert differences(once, twice, KEYS) == [
        "slotwatch.slots [slot_id=s1]: duckdb 1 rows, postgres 2 rows",
        "slotwatch.slots [slot_id=s1]: only in postgres: slot_id='s1', days=2",
    ]
    assert differences(twice, other, KEYS) == [
        "slotwatch.slots [slot_id=s1]: duckdb 2 rows, postgres 2 rows",
        "slotwatch.slots [slot_id=s1]: only in duckdb: slot_id='s1', days=2",
        "slotwatch.slots [slot_id=s1]: only in postgres: slot_id='s1', days=3",
    ]


def test_a_key_of_several_columns_and_with_null():
    columns = ["company_id", "valid_from", "band"]
    left = {"slotwatch.band_history": (columns, [("c1", NIGHT, 1), ("c1", None, 2)])}
    right = {"slotwatch.band_history": (columns, [("c1", NIGHT, 1), ("c1", None, 3)])}
    assert differences(left, right, {"slotwatch.band_history": ["company_id", "valid_from"]}) == [
        "slotwatch.band_history [company_id=c1, valid_from=None] band: duckdb 2, postgres 3"
    ]


def test_differences_over_the_limit_are_counted_by_column():
    lines = differences(slots(*range(30)), slots(*range(1, 31)), KEYS, limit=5)
    assert len(lines) == 6
    assert lines[-1] == "slotwatch.slots: 25 more differences (filled_at 25)"


def test_the_sides_may_have_other_names():
    assert differences(slots(1), slots(2), KEYS, names=("first run", "second run")) == [
        "slotwatch.slots [slot_id=s0] filled_at: first run 1, second run 2"
    ]


@pytest.mark.long
def test_three_hundred_thousand_rows_take_seconds():
    dice = random.Random(1)
    columns = ["slot_id", *(f"c{number}" for number in range(10))]
    rows = [(f"s{number}", *(dice.random() for _ in range(10))) for number in range(300_000)]
    shuffled = rows[:]
    dice.shuffle(shuffled)
    shuffled[7] = (*shuffled[7][:-1], 2.0)
    before = time.perf_counter()
    (line,) = differences({SLOTS: (columns, rows)}, {SLOTS: (columns, shuffled)}, KEYS)
    assert time.perf_counter() - before < 20
    assert line.endswith("postgres 2.0")
    assert len(differences({SLOTS: (columns, rows)}, {SLOTS: (columns, shuffled)}, {})) == 2


KINDS = """
    create schema slotwatch; create schema other;
    create table slotwatch.kinds (id integer, word text, amount numeric(10, 2), since timestamp, day date, flag boolean,
        payload json, share double precision, many bigint);
    insert into slotwatch.kinds values
        (1, 'a''b', 1.50, '2026-01-05 06:00:00.123456', '2026-01-05', true, '{"b": [1,  2], "a": 1.50, "b": "é"}',
            0.1, 5),
        (2, '', null, null, null, null, null, null, null);
    create view slotwatch.only_first as select id, payload from slotwatch.kinds where id = 1;
    create table other.unseen (id integer);
"""
KINDS_READ = {
    "slotwatch.kinds": (
        ["id", "word", "amount", "since", "day", "flag", "payload", "share", "many"],
        [
            (
                1,
                "a'b",
                Decimal("1.50"),
                dt.datetime(2026, 1, 5, 6, 0, 0, 123456),
                dt.date(2026, 1, 5),
                True,
                '{"a": "number 1.5", "b": "é"}',
                0.1,
                5,
            ),
            (2, "", None, None, None, None, None, None, None),
        ],
    ),
    "slotwatch.only_first": (["id", "payload"], [(1, '{"a": "number 1.5", "b": "é"}')]),
}


def test_duckdb_is_read_with_tables_and_views(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(KINDS)
    found = duckdb_tables(path, ["slotwatch"])
    assert differences(found, KINDS_READ, {"slotwatch.kinds": ["id"]}, names=("found", "expected")) == []


def test_duckdb_is_read_even_if_a_schema_has_the_name_of_the_file(tmp_path):
    path = tmp_path / "slotwatch.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema slotwatch.slotwatch; create table slotwatch.slotwatch.slots as select 1 as n")
    assert duckdb_tables(path, ["slotwatch"]) == {"slotwatch.slots": (["n"], [(1,)])}


@pytest.fixture
def postgres_dsn(postgres_server):
    """A Postgres database of its own for one test."""
    return postgres_server.role.dsn(postgres_server.create_database())


def test_postgres_is_read_like_duckdb(postgres_dsn):
    with psycopg2.connect(postgres_dsn) as connection, connection.cursor() as cursor:
        cursor.execute(KINDS)
    connection.close()
    found = postgres_tables(postgres_dsn, ["slotwatch"])
    assert differences(KINDS_READ, found, {"slotwatch.kinds": ["id"]}, names=("expected", "found")) == []


def test_postgres_times_that_python_does_not_know_are_text(postgres_dsn):
    with psycopg2.connect(postgres_dsn) as connection, connection.cursor() as cursor:
        cursor.execute(
            "create schema slotwatch; create table slotwatch.odd as"
            " select date '9999-12-31' + 1 as day, timestamp '0044-03-15 BC' as since"
        )
    connection.close()
    found = postgres_tables(postgres_dsn, ["slotwatch"])
    assert found == {"slotwatch.odd": (["day", "since"], [("10000-01-01", "0044-03-15 00:00:00 BC")])}
