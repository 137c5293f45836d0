"""Thirty nights of a hostile history in which rows come late, change and vanish and builds are refused; only `make
chaos` runs them.
"""

import random
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from chaos_support import IS_FULL
from random_history import SCHEMA, random_history
from relation_diff import Table
from warehouse_support import Warehouse, difference, is_one_sentence, write_raw

SEED, COMPANIES = 5, 6
LENGTH, CLEAN = 30, 10  # nights, and the first of these, on which no row is late or vanishes
DAYS = tuple(f"{datetime(2026, 1, 5, 6) + timedelta(days=number)}" for number in range(LENGTH))
TESTED = {DAYS[LENGTH // 2], DAYS[-1]}
pytestmark = pytest.mark.skipif(not IS_FULL, reason="only in `make chaos`")
HISTORY = ("slotwatch_ledgers", "slotwatch_snapshots")
REFUSALS = {
    "another day before": "is earlier than the newest version of ",
    "other data": " was built before with other data (",
    "few companies": " slots are gone, more than snapshot_max_drop_pct (",
}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
Rows = list[dict[str, str | None]]


@dataclass(frozen=True)
class Delivery:
    """Which rows of the history the raw folder holds on each night."""

    tables: Mapping[str, Rows]

    def of_night(self, number: int) -> dict[str, Rows]:
        """The rows that are there: some come up to five nights late, some vanish after a while."""
        found = {
            table: [row for place, row in enumerate(rows) if self.is_there(table, place, row, number)]
            for table, rows in self.tables.items()
        }
        return {table: rows or [dict.fromkeys(self.tables[table][0])] for table, rows in found.items()}

    def is_there(self, table: str, place: int, row: Mapping[str, str | None], number: int) -> bool:
        dice = random.Random(f"{SEED} {table} {place}")
        known_at = next((column for column, kind in SCHEMA[table].items() if kind == "known*"), None)
        date = DATE.match(row.get(known_at) or "") if known_at else None
        known = (datetime.fromisoformat(DAYS[0]) - timedelta(hours=6)).date()
        first = sum(day[:10] < date[0] for day in DAYS) if date and date[0] > f"{known}" else 0
        late = dice.randrange(1, 6) if dice.random() < 0.15 and first >= CLEAN else 0
        vanishes = dice.randrange(CLEAN, 2 * LENGTH) if dice.random() < 0.3 else 2 * LENGTH
        return number < vanishes and (not late or number >= first + late)


@dataclass
class Story:
    """What was seen over the nights."""

    built: Warehouse
    refused: list[tuple[str, str, dict]] = field(default_factory=list)
    histories: list[dict[str, Table]] = field(default_factory=list)
    slots: list[list] = field(default_factory=list)
    clean_state: dict = field(default_factory=dict)


def refuse(built: Warehouse, kind: str, number: int, delivered: dict[str, Rows]) -> tuple[str, str, dict]:
    """A build that is refused: its kind, its sentence, and what it changed. The folder is as before afterwards."""
    before = built.state()
    if kind == "another day before":
        message = built.refusal(DAYS[number - 1])
    elif kind == "other data":
        write_raw(built.raw, {"people_raw_intake": delivered["people_raw_intake"][::2]})
        message = built.refusal(DAYS[number], snapshot_max_drop_pct=100)
    else:
        write_raw(built.raw, {"company_raw_intake": delivered["company_raw_intake"][:1]})
        message = built.refusal(f"{DAYS[number][:10]} 12:00:00")
    write_raw(built.raw, delivered)
    return kind, message, difference(built.state(), before)


def decide(built: Warehouse, number: int) -> None:
    """A person decides that two companies are one, and that two people are not."""
    rows = []
    for entity, column, verdict in (("company", "company_id", "same"), ("person", "person_id", "different")):
        table = {"company": "companies", "person": "people"}[entity]
        first, second = built.column(f"select {column} from slotwatch.{table} order by 1")[:2]
        rows.append(
            {"verdict_id": f"{entity}-{number}", "entity_type": entity, "first_id": first, "second_id": second,
             "verdict": verdict, "decided_by": "kim", "decided_at": f"{DAYS[number][:10]} 07:00:00"}
        )  # fmt: skip
    write_raw(built.raw, {f"resolution_verdicts.night{number}": rows})


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def story(request, tmp_path_factory):
    make = request.getfixturevalue({"duckdb": "warehouse", "postgres": "postgres_warehouse"}[request.param])
    tables = random_history(SEED, companies=COMPANIES, days=DAYS)
    delivery = Delivery({table: rows for table, rows in tables.items() if rows})
    told = Story(make(tmp_path_factory.mktemp("thirty") / "raw"))
    for number, as_of in enumerate(DAYS):
        delivered = delivery.of_night(number)
        write_raw(told.built.raw, delivered)
        told.built.build(as_of, with_tests=as_of in TESTED, snapshot_max_drop_pct=100)
        told.histories.append(told.built.tables(HISTORY))
        told.slots.append(told.built.query("select slot_id, company_id, role from slotwatch.slots"))
        if number == CLEAN - 1:
            told.clean_state = told.built.state()
        if number % 4 == 1:
            decide(told.built, number)
        if 0 < number < LENGTH - 1:
            told.refused.append(refuse(told.built, list(REFUSALS)[number % 3], number, delivered))
    return told


def test_each_kind_of_refusal_is_one_sentence_and_changes_nothing(story):
    assert {kind for kind, *_ in story.refused} == {*REFUSALS}
    for kind, message, changed in story.refused:
        assert all(map(is_one_sentence, message.splitlines())), message
        assert REFUSALS[kind] in message
        assert changed == {}, kind


def edited(before: Mapping[str, Table], after: Mapping[str, Table]) -> list[str]:
    """Records that a later night no longer has as they were. Only the open end of a snapshot's version may be set."""
    found = []
    for name, (columns, rows) in before.items():
        end = columns.index("dbt_valid_to") if "dbt_valid_to" in columns else None
        later = {repr(row) for row in after[name][1]}
        open_later = {repr(without(row, end)) for row in after[name][1]}
        for row in rows:
            was_open = end is not None and row[end] is None
            if repr(row) not in later and not (was_open and repr(without(row, end)) in open_later):
                found.append(f"{name}: {row}")
    return found


def without(row: tuple, place: int | None) -> tuple:
    return row if place is None else (*row[:place], *row[place + 1 :])


def records(history: Mapping[str, Table]) -> dict[str, Table]:
    """Snapshots and ledgers without the log of runs."""
    return {name: table for name, table in history.items() if ".ple_" not in name}


def test_no_record_is_edited_or_removed(story):
    """Proofs, verdicts on messages, ids, events and versions: what a night recorded stays as it is."""
    for before, after in zip(story.histories, story.histories[1:], strict=False):
        assert edited(records(before), records(after)) == []
    assert story.histories[-1]["slotwatch_ledgers.bit_rule_event_ledger"][1]


def reused(registries: Mapping[str, Table]) -> list[str]:
    """Ids that stand for more than one entity, and entities with more than one id."""
    found = []
    for name, (columns, rows) in registries.items():
        number = columns.index("error_number" if "error_number" in columns else "entity_number")
        barton = columns.index("error_id" if "error_id" in columns else "barton_id")
        ids, numbers = defaultdict(set), defaultdict(set)
        for row in rows:
            ids[row[barton]].add(row[number])
            numbers[row[number]].add(row[barton])
        found += [f"{name}: {key} {sorted(values)}" for key, values in {**ids, **numbers}.items() if len(values) > 1]
    return found


def registries(history: Mapping[str, Table]) -> dict[str, Table]:
    return {name: table for name, table in history.items() if name.endswith("_id_registry")}


def test_no_id_is_used_for_another_entity(story):
    last = registries(story.histories[-1])
    assert len(last) == 3 and all(rows for _, rows in last.values())
    assert reused(last) == []
    seats = defaultdict(set)
    for night in story.slots:
        for slot_id, company_id, role in night:
            seats[slot_id].add((company_id, role))
    assert {slot_id: places for slot_id, places in seats.items() if len(places) > 1} == {}


def test_a_replay_from_the_raw_files_gives_the_same_rows(story, tmp_path, request):
    """The raw files of the nights before the first row comes late or vanishes, in a new database."""
    make = request.getfixturevalue({"duckdb": "warehouse", "postgres": "postgres_warehouse"}[story.built.target])
    tables = random_history(SEED, companies=COMPANIES, days=DAYS)
    again = make(write_raw(tmp_path / "raw", {table: rows for table, rows in tables.items() if rows}))
    for file in story.built.raw.glob("resolution_verdicts.night*.csv"):
        (again.raw / file.name).write_bytes(file.read_bytes())
    for as_of in DAYS[:CLEAN]:
        again.build(as_of)
    assert difference(again.state(), story.clean_state) == {}


@pytest.mark.parametrize("place", [0, -1])
def test_an_edited_record_and_a_used_id_would_be_seen(story, place):
    history = records(story.histories[-1])
    for name in ("slotwatch_ledgers.bit_rule_event_ledger", "slotwatch_snapshots.slot_status_snapshot"):
        columns, rows = history[name]
        changed = (*rows[0][:place], "other", *rows[0][1:]) if place == 0 else (*rows[0][:-1], "other")
        assert edited(history, {**history, name: (columns, [changed, *rows[1:]])}) != []
    name = "slotwatch_ledgers.company_id_registry"
    columns, rows = history[name]
    again = tuple(-1 if column == "entity_number" else value for column, value in zip(columns, rows[0], strict=True))
    assert reused({name: (columns, [*rows, again])}) != []
