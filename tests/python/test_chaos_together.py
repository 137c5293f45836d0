"""Builds of one database at the same time: one wins or they go one after the other, and readers never see an error."""

import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace

import psycopg2
import pytest
from chaos_support import IS_FULL, rounds, started
from warehouse_support import DEMO_DAYS, Warehouse, difference, is_one_sentence
from world import DAYS

FIRST, SECOND, THIRD = DEMO_DAYS[:3]
PAIRS = ((SECOND, SECOND), (SECOND, THIRD), (THIRD, SECOND))
IN_USE = {
    "postgres": r"^Another run writes this database \(`dbt build` of as_of {other}, begun at ",
    "duckdb": r"is in use by another process \(python.*, PID {pid}\)",
}
TOO_LATE = (
    r"^as_of {own} (is earlier than the newest version of \w+|was built before that of the last build) \({other}\)"
)


def names_the_other(message: str, target: str, own: str, other: str, pid: int) -> bool:
    """Whether a refusal is one sentence that names the other build: its `as_of`, or for a file its process."""
    patterns = (pattern.format(own=own, other=other, pid=pid) for pattern in (IN_USE[target], TOO_LATE))
    return is_one_sentence(message) and any(re.search(pattern, message) for pattern in patterns)


@dataclass
class Reading:
    """What a reader met: how often it read everything, and the errors."""

    rounds: int = 0
    errors: list[str] = field(default_factory=list)


@contextmanager
def read_all_the_while(warehouse, relations: list[str]) -> Iterator[Reading]:
    """A reader of the project reads these relations again and again while the block runs, each in a transaction."""
    found, end = Reading(), threading.Event()

    def read() -> None:
        role = replace(warehouse.server.role, user=warehouse.server.reader)
        with closing(psycopg2.connect(role.dsn(warehouse.database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                while True:
                    for relation in relations:
                        try:
                            cursor.execute(f"select count(*) from {relation}")
                            if cursor.fetchone() == (0,):
                                found.errors.append(f"{relation} is empty")
                        except psycopg2.Error as error:
                            found.errors.append(str(error))
                    found.rounds += 1
                    if end.wait(0.05):
                        return

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield found
    finally:
        end.set()
        thread.join()


def used(world) -> tuple[Warehouse, list[str]]:
    """A copy of the world after its first day with a user's view, and the relations with rows that a reader of the
    project may read.
    """
    built = world[DAYS[0]].copied()
    built.query("create schema desk")
    built.query("create view desk.filled as select company_id, role from slotwatch.slots where status = 'filled'")
    built.query(f"grant select on desk.filled to {built.server.reader}")
    built.query(f"grant usage on schema desk, slotwatch, company to {built.server.reader}")
    names = built.column(
        "select format('%s.%s', schemaname, name) from (select schemaname, tablename as name from pg_tables union all "
        "select schemaname, viewname from pg_views) as relations where schemaname in ('desk', 'slotwatch', 'company') "
        "and name not like 'ple_%' and name <> 'bit_rules' order by 1"
    )
    return built, [name for name in names if built.column(f"select count(*) from {name}") != [0]]


@pytest.mark.long
def test_a_build_of_the_same_or_another_day_is_refused_while_one_runs(postgres_world, tmp_path):
    built, relations = used(postgres_world)
    assert len(relations) > 40
    with read_all_the_while(built, relations) as reading:
        build = started(built, SECOND, tmp_path / "build")
        assert build.wait_for_nodes(1)
        others = [started(built, as_of, tmp_path / as_of[:10]) for as_of in (SECOND, THIRD)]
        for other, as_of in zip(others, (SECOND, THIRD), strict=True):
            message = other.refusal()
            assert names_the_other(message, "postgres", as_of, SECOND, 0), message
        assert build.refusal() == ""
    assert difference(built.state(), postgres_world[DAYS[1]].state()) == {}
    assert reading.errors == []
    assert reading.rounds > 5
    with psycopg2.connect(replace(built.server.role, user=built.server.reader).dsn(built.database)) as session:
        with session.cursor() as cursor:
            cursor.execute("select count(*) from desk.filled")
            assert cursor.fetchone() == built.query("select count(*) from slotwatch.slots where status = 'filled'")[0]


@pytest.fixture(scope="module")
def without_the_second(world, tmp_path_factory):
    """The world after its third day, when nothing was built on the second."""
    first = world[DAYS[0]]
    built = first.copied(tmp_path_factory.mktemp("third"))
    built.build(THIRD)
    return built.state()


@pytest.mark.skipif(not IS_FULL, reason="only in `make chaos`")
@pytest.mark.parametrize("seed", rounds(0, 12))
def test_two_builds_that_start_at_the_same_time(world, without_the_second, tmp_path, seed):
    dice = random.Random(seed)
    days, wait = PAIRS[seed % 3], dice.choice([3, 300])
    first = world[DAYS[0]]
    built = first.copied(tmp_path)
    builds = []
    for number, as_of in enumerate(days):
        builds.append(started(built, as_of, tmp_path / f"{number}", lock_wait=wait))
        time.sleep(dice.random() * dice.choice([0, 1, 5]))
    messages = [build.refusal() for build in builds]
    for own, message in enumerate(messages):
        other = 1 - own
        assert not message or names_the_other(
            message, built.target, days[own], days[other], builds[other].process.pid
        ), message
    accepted = [as_of for as_of, message in zip(days, messages, strict=True) if not message]
    assert accepted
    expected = {
        (SECOND,): world[DAYS[1]].state(),
        (THIRD,): without_the_second,
        (SECOND, THIRD): world[DAYS[2]].state(),
    }[tuple(sorted(set(accepted)))]
    assert difference(built.state(), expected) == {}


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (f"Another run writes this database (`dbt build` of as_of {SECOND}, begun at 05:00 UTC): wait.", True),
        (f"Another run writes this database (`dbt build` of as_of {FIRST}, begun at 05:00 UTC): wait.", False),
        ("Another run writes this database: wait until it ends.", False),
        (f"as_of {THIRD} is earlier than the newest version of slot_status_snapshot ({SECOND}): build later.", True),
        ("psycopg2.OperationalError: the server closed the connection", False),
    ],
)
def test_a_refusal_that_does_not_name_the_other_build_would_be_seen(message, named):
    assert names_the_other(message, "postgres", THIRD, SECOND, 1) == named


def test_an_error_of_a_reader_would_be_seen(postgres_world):
    built, relations = used(postgres_world)
    with read_all_the_while(built, relations) as reading:
        built.query("drop view desk.filled")
        time.sleep(1)
    assert any("desk.filled" in error for error in reading.errors)
