"""Which number and id each entity has, and what its registry records: pure functions, without a database.

The effects of merges on slots, events and proofs are tested in test_ids.py.
"""

import datetime as dt
import random
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotwatch.identity.barton_ids import barton_ids, barton_numbers
from slotwatch.identity.identify import (
    COMPANY_SCHEMA,
    NO_COMPANY_VERDICTS,
    PERSON_SCHEMA,
    identify_companies,
    identify_people,
)
from slotwatch.identity.registry import judge_handed_in_ids, register

Row = dict[str, Any]
OBSERVATIONS = pa.schema(
    [
        ("observation_key", pa.string()),
        ("group_key", pa.string()),
        ("observed_at", pa.timestamp("us")),
        ("intake_id", pa.string()),
        ("mention", pa.int64()),
        ("handed_in_id", pa.string()),
        ("name_key", pa.string()),
        ("has_own_key", pa.bool_()),
    ]
)
REGISTRY = pa.schema(
    [
        ("entity_type", pa.string()),
        ("observation_key", pa.string()),
        ("entity_number", pa.int64()),
        ("barton_id", pa.string()),
        ("origin", pa.string()),
        ("observed_at", pa.timestamp("us")),
        ("recorded_at", pa.timestamp("us")),
    ]
)
FOREIGN = "07.01.02.04.11111.222"  # without our prefix, or outside our blocks


def at(hour: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1) + dt.timedelta(hours=hour)


def seen(key: str, group: str, hour: int, **more: Any) -> Row:
    return {
        "observation_key": key,
        "group_key": group,
        "observed_at": at(hour),
        "intake_id": key,
        "mention": 1,
        "handed_in_id": None,
        "name_key": None,
        "has_own_key": True,
        **more,
    }


class Night:
    """The result of one build, and the registry after it."""

    def __init__(self, rows: Iterable[Row], before: "Night | None" = None, entity="company", other_ids=()) -> None:
        rows = list(rows)
        registry = before.registry if before else []
        found = register(
            pa.Table.from_pylist(rows, OBSERVATIONS),
            pa.Table.from_pylist(registry, REGISTRY),
            entity,
            pa.array(other_ids, pa.string()),
        )
        self.day = before.day + 1 if before else 0
        self.rows = {
            row["observation_key"]: result for row, result in zip(rows, found.observations.to_pylist(), strict=True)
        }
        self.numbers = {key: row["entity_number"] for key, row in self.rows.items()}
        self.ids = {key: row["barton_id"] for key, row in self.rows.items()}
        self.aliases = {row["alias_id"]: row["barton_id"] for row in found.aliases.to_pylist()}
        assert len(self.aliases) == found.aliases.num_rows
        observed = {row["observation_key"]: row["observed_at"] for row in rows}
        self.recorded = [
            {
                "entity_type": entity,
                "observation_key": key,
                "entity_number": row["registered_number"],
                "barton_id": row["registered_id"],
                "origin": row["origin"],
                "observed_at": observed[key],
                "recorded_at": dt.datetime(2026, 2, 1) + dt.timedelta(days=self.day),
            }
            for key, row in self.rows.items()
            if row["origin"] is not None
        ]
        self.registry = registry + self.recorded


def barton_id(number: int, entity: str) -> str:
    return barton_ids(np.array([number]), entity)[0].as_py()


# --- Barton ids -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number, entity, expected",
    [
        (0, "company", "04.04.02.04.30000.000"),
        (999, "company", "04.04.02.04.30000.999"),
        (1000, "company", "04.04.02.04.30001.000"),
        (3_333_332, "company", "04.04.02.04.33333.332"),
        (7, "person", "04.04.02.04.20000.007"),
    ],
)
def test_a_number_has_its_place_in_the_blocks_of_its_type(number: int, entity: str, expected: str) -> None:
    assert barton_id(number, entity) == expected
    assert barton_numbers(pa.array([expected]), entity).tolist() == [number]


def test_ids_of_other_blocks_and_forms_have_no_number() -> None:
    ids = ["04.04.02.04.20000.001", "04.04.02.04.40000.001", FOREIGN, "04.04.02.04.30000.001x", "30000", "", None]
    assert barton_numbers(pa.array(ids), "company").tolist() == [-1] * len(ids)


@given(st.integers(0, 9_999_999), st.sampled_from(["company", "person"]))
def test_numbers_convert_to_ids_and_back(number: int, entity: str) -> None:
    assert barton_numbers(pa.array([barton_id(number, entity)]), entity).tolist() == [number]


# --- which ids count ------------------------------------------------------------------------------


def test_an_id_of_the_other_type_is_refused_and_a_minted_id_joins_only_rows_without_keys() -> None:
    ids = judge_handed_in_ids(
        pa.array(["new", "ours", "ours", "theirs", None]),
        has_own_key=pa.array([True, True, False, True, True]),
        minted=pa.array(["ours"]),
        foreign=pa.array(["theirs"]),
    )
    assert ids.usable.to_pylist() == ["new", "ours", "ours", None, None]
    assert ids.held.to_pylist() == [None, None, None, "theirs", None]
    assert ids.joining.to_pylist() == ["new", None, "ours", None, None]


# --- numbers --------------------------------------------------------------------------------------


def test_numbers_are_minted_in_order_of_age_whatever_the_order_of_rows() -> None:
    night = Night([seen("late", "late", 9), seen("early", "early", 1), seen("b", "b", 5), seen("a", "a", 5)])
    assert night.numbers == {"early": 0, "a": 1, "b": 2, "late": 3}
    assert night.ids["late"] == barton_id(3, "company")


def test_texts_are_ordered_by_their_bytes() -> None:
    keys = ["é", "z", "a", "Z", "𐀀", "\uffee"]
    night = Night(seen(key, key, 1) for key in keys)
    assert sorted(keys, key=night.numbers.get) == sorted(keys, key=str.encode)


def test_minting_skips_the_numbers_of_ids_in_use() -> None:
    night = Night(
        [
            seen("a", "a", 1),
            seen("b", "b", 2),
            seen("c", "c", 3, handed_in_id=barton_id(1, "company")),
            seen("d", "d", 4),
        ],
        other_ids=[barton_id(3, "company"), barton_id(6, "company")],
    )
    # 1 and 3 are in use; the company that hands in the id of number 1 still gets a number of its own
    assert night.numbers == {"a": 0, "b": 2, "c": 4, "d": 5}
    assert night.ids["c"] == barton_id(1, "company")
    assert Night([seen("e", "e", 5)], night, other_ids=[barton_id(6, "company")]).numbers == {"e": 7}


def test_a_late_row_takes_the_next_number_and_never_reuses_one() -> None:
    first = Night([seen("a", "a", 1), seen("b", "b", 2)])
    second = Night([seen("a", "a", 1), seen("older", "older", 0)], first)
    assert second.numbers == {"a": 0, "older": 2}


def test_an_entity_that_returns_gets_its_number_back() -> None:
    first = Night([seen("a", "a", 1), seen("b", "b", 2)])
    second = Night([seen("a", "a", 1), seen("c", "c", 3)], first)
    third = Night([seen("a", "a", 1), seen("b", "b", 2), seen("c", "c", 3)], second)
    assert third.numbers == {"a": 0, "b": 1, "c": 2}
    assert third.recorded == []


def test_when_two_entities_turn_out_to_be_one_the_older_id_survives_and_the_other_becomes_an_alias() -> None:
    first = Night([seen("a", "a", 1), seen("b", "b", 2)])
    second = Night([seen("a", "a", 1), seen("b", "a", 2), seen("link", "a", 3)], first)
    assert set(second.numbers.values()) == {0}
    assert second.aliases == {
        barton_id(0, "company"): barton_id(0, "company"),
        barton_id(1, "company"): barton_id(0, "company"),
    }
    assert [(row["observation_key"], row["entity_number"], row["origin"]) for row in second.recorded] == [
        ("link", 0, "kept")
    ]


def test_two_entities_that_separate_again_get_their_own_numbers_back() -> None:
    first = Night([seen("a", "a", 1), seen("b", "b", 2)])
    second = Night([seen("a", "a", 1), seen("b", "a", 2), seen("link", "a", 3)], first)
    third = Night([seen("a", "a", 1), seen("b", "b", 2)], second)
    assert third.numbers == {"a": 0, "b": 1}


def test_a_row_that_leaves_its_entity_for_a_new_one_is_recorded_again() -> None:
    first = Night([seen("a", "a", 1), seen("b", "a", 2)])
    second = Night([seen("a", "a", 1), seen("b", "b", 2)], first)
    assert second.numbers == {"a": 0, "b": 1}
    assert [(row["observation_key"], row["origin"]) for row in second.recorded] == [("b", "minted")]
    assert Night([seen("a", "a", 1), seen("b", "b", 2)], second).recorded == []


# --- ids that are handed in -----------------------------------------------------------------------


def test_an_id_handed_in_first_is_kept_and_one_handed_in_later_is_an_alias() -> None:
    first = Night([seen("a", "a", 1, handed_in_id=FOREIGN)])
    assert first.ids == {"a": FOREIGN} and first.recorded[0]["origin"] == "handed_in"
    second = Night(
        [seen("a", "a", 1, handed_in_id=FOREIGN), seen("b", "a", 2, handed_in_id="09.01.02.04.11111.222")], first
    )
    assert second.ids == {"a": FOREIGN, "b": FOREIGN}
    assert second.aliases == {FOREIGN: FOREIGN, "09.01.02.04.11111.222": FOREIGN}


def test_if_several_groups_hand_in_an_id_the_oldest_gets_it() -> None:
    night = Night([seen("b", "b", 2, handed_in_id=FOREIGN), seen("a", "a", 1, handed_in_id=FOREIGN)])
    assert night.ids == {"a": FOREIGN, "b": barton_id(1, "company")}
    assert night.aliases[FOREIGN] == FOREIGN


def test_an_id_goes_to_a_known_entity_before_a_new_one_even_if_that_is_older() -> None:
    first = Night([seen("b", "b", 2)])
    second = Night([seen("b", "b", 2, handed_in_id=FOREIGN), seen("a", "a", 1, handed_in_id=FOREIGN)], first)
    assert second.ids == {"b": barton_id(0, "company"), "a": barton_id(1, "company")}
    assert second.aliases[FOREIGN] == barton_id(0, "company")


@pytest.mark.parametrize(
    "row, joins",
    [
        ({"has_own_key": False}, True),
        ({"has_own_key": True, "name_key": "alpha"}, True),
        ({"has_own_key": True, "name_key": "beta"}, False),
        ({"has_own_key": True, "name_key": None}, False),
    ],
)
def test_a_new_group_with_a_registered_id_joins_without_a_key_of_its_own_or_with_the_name(
    row: Row, joins: bool
) -> None:
    known = [seen("a", "a", 1, name_key="alpha"), seen("n", "n", 2)]
    first = Night(known)
    new = seen("b", "b", 3, handed_in_id=barton_id(0, "company"), **row)
    second = Night([*known, new], first)
    assert (second.numbers["b"] == 0) == joins
    assert Night([*known, new], second).numbers == second.numbers
    assert Night([*known, new], second).recorded == []


def test_a_group_that_joined_by_id_follows_the_entity_when_it_is_merged() -> None:
    rows = [seen("a", "a", 1), seen("b", "b", 2, name_key="beta")]
    first = Night(rows)
    asking = seen("c", "c", 3, handed_in_id=barton_id(1, "company"), name_key="beta")
    second = Night([*rows, asking], first)
    third = Night([rows[0], seen("b", "a", 2, name_key="beta"), asking], second)
    assert second.numbers["c"] == 1 and third.numbers["c"] == 0


# --- promises, on random histories ----------------------------------------------------------------

POOL = [barton_id(number, "company") for number in (0, 1, 2, 5)] + [FOREIGN, "04.04.02.04.39999.999"]


@st.composite
def histories(draw: st.DrawFn) -> list[list[Row]]:
    """Three days of up to twelve observations; groups, ids and presence change from day to day."""
    facts = [
        (draw(st.integers(0, 4)), draw(st.one_of(st.none(), st.sampled_from(POOL))), draw(st.sampled_from("xyz ")))
        for _ in range(draw(st.integers(1, 12)))
    ]
    days = []
    for _ in range(3):
        rows = []
        for number, (hour, id_, name) in enumerate(facts):
            if draw(st.integers(0, 9)):
                group = draw(st.integers(0, number // 2))
                own_key = draw(st.booleans())
                rows.append(
                    seen(
                        f"o{number}",
                        f"g{group}",
                        hour,
                        handed_in_id=id_,
                        name_key=name.strip() or None,
                        has_own_key=own_key,
                    )
                )
        days.append(rows)
    return days


def nights(days: list[list[Row]]) -> list[Night]:
    found: list[Night] = []
    for rows in days:
        found.append(Night(rows, found[-1] if found else None))
    return found


@settings(max_examples=50, deadline=None)
@given(histories())
def test_a_number_has_one_id_and_an_id_one_number_for_ever(days: list[list[Row]]) -> None:
    last = nights(days)[-1]
    pairs = {(row["entity_number"], row["barton_id"]) for row in last.registry}
    assert len({number for number, _ in pairs}) == len({id_ for _, id_ in pairs}) == len(pairs)


@settings(max_examples=50, deadline=None)
@given(histories())
def test_new_numbers_are_larger_than_all_before(days: list[list[Row]]) -> None:
    for night in nights(days):
        before = [row["entity_number"] for row in night.registry if row not in night.recorded]
        new = [row["entity_number"] for row in night.recorded if row["origin"] != "kept"]
        assert min(new, default=10**9) > max(before, default=-1)


@settings(max_examples=50, deadline=None)
@given(histories())
def test_a_build_of_the_same_rows_changes_nothing(days: list[list[Row]]) -> None:
    found = nights(days)
    again = Night(days[-1], found[-1])
    assert again.recorded == []
    assert (again.ids, again.numbers, again.aliases) == (found[-1].ids, found[-1].numbers, found[-1].aliases)


@settings(max_examples=50, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(days: list[list[Row]], chance: random.Random) -> None:
    def shuffled(rows: list[Row]) -> list[Row]:
        return chance.sample(rows, len(rows))

    for one, other in zip(nights(days), nights([shuffled(rows) for rows in days]), strict=True):
        assert (one.ids, one.aliases) == (other.ids, other.aliases)
        assert sorted(one.recorded, key=repr) == sorted(other.recorded, key=repr)


@settings(max_examples=50, deadline=None)
@given(histories())
def test_every_id_of_an_observation_resolves_to_its_entity_and_every_handed_in_id_to_some_entity(days) -> None:
    for rows, night in zip(days, nights(days), strict=True):
        assert {night.aliases[id_] for id_ in night.ids.values()} == set(night.ids.values())
        assert all(night.aliases[id_] == id_ for id_ in night.ids.values())
        assert {row["handed_in_id"] for row in rows} - {None} <= night.aliases.keys()
        assert set(night.aliases.values()) == set(night.ids.values())


@settings(max_examples=50, deadline=None)
@given(histories())
def test_a_minted_id_is_never_an_id_that_a_row_of_the_same_build_hands_in(days: list[list[Row]]) -> None:
    for rows, night in zip(days, nights(days), strict=True):
        minted = {row["barton_id"] for row in night.recorded if row["origin"] == "minted"}
        assert not minted & {row["handed_in_id"] for row in rows}


@settings(max_examples=50, deadline=None)
@given(histories())
def test_groups_that_only_grow_keep_their_ids(days: list[list[Row]]) -> None:
    """Observations that exist every day in the same groups, among others that come and go."""
    steady = [seen(f"s{number}", f"s{number % 2}", number) for number in range(4)]
    found = nights([[*rows, *steady] for rows in days])
    kept = [{key: night.ids[key] for key in ("s0", "s1", "s2", "s3")} for night in found]
    assert kept[0] == kept[1] == kept[2]


# --- compared with a slow implementation of the rules ----------------------------------------------------------


def slow(rows: list[Row], registry: list[Row], entity: str = "company") -> tuple[dict, dict, dict]:
    """A slow and simple implementation of the rules: numbers, recorded (number, id, origin) and aliases, row by row."""
    by_key = {row["observation_key"]: row for row in rows}

    def age(row: Row) -> tuple:
        return row["observed_at"], row["intake_id"].encode(), row["mention"]

    def holdings(book: list[Row]) -> tuple[dict, dict, dict]:
        given: dict[str, Row] = {}
        for entry in sorted(book, key=lambda entry: (entry["recorded_at"], entry["entity_number"])):
            given[entry["observation_key"]] = entry
        given = {key: entry for key, entry in given.items() if key in by_key}
        holder: dict[int, str] = {}
        for key, entry in sorted(
            given.items(), key=lambda item: (item[1]["recorded_at"], item[1]["observed_at"], item[0].encode())
        ):
            holder.setdefault(entry["entity_number"], by_key[key]["group_key"])
        numbers: dict[str, int] = {}
        for number, group in holder.items():
            numbers[group] = min(number, numbers.get(group, number))
        return {key: entry["entity_number"] for key, entry in given.items()}, holder, numbers

    id_of = {entry["entity_number"]: entry["barton_id"] for entry in registry}
    number_of_id = {id_: number for number, id_ in id_of.items()}
    given, holder, numbers = holdings(registry)
    members = defaultdict(list)
    for row in sorted(rows, key=age):
        members[row["group_key"]].append(row)

    entity_of = {group: (number, id_of[number], "kept") for group, number in numbers.items()}
    for group, rows_of_group in members.items():
        if group in numbers:
            continue
        own_key = any(row["has_own_key"] for row in rows_of_group)
        possible = []
        for row in rows_of_group:
            number = number_of_id.get(row["handed_in_id"])
            if number in holder:
                names = {other["name_key"] for other in members[holder[number]]} - {None}
                if not own_key or row["name_key"] in names:
                    possible.append(number)
        if possible:
            entity_of[group] = (min(possible), id_of[min(possible)], "kept")

    claims: dict[str, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (numbers.get(row["group_key"], 10**9), age(row))):
        if row["handed_in_id"] and row["handed_in_id"] not in number_of_id:
            claims[row["handed_in_id"]].append(row["observation_key"])
    won = sorted((by_key[keys[0]] for keys in claims.values()), key=age)
    claimed: dict[str, str] = {}
    for row in won:
        claimed.setdefault(row["group_key"], row["handed_in_id"])
    in_use = {id_ for row in rows if (id_ := row["handed_in_id"])} | set(number_of_id)
    number = max(id_of, default=-1)
    for group in members:
        if group in entity_of:
            continue
        number += 1
        while barton_id(number, entity) in in_use:
            number += 1
        id_ = claimed.get(group)
        entity_of[group] = (number, id_ or barton_id(number, entity), "handed_in" if id_ else "minted")
        id_of[number] = entity_of[group][1]

    recorded = {
        row["observation_key"]: entity_of[row["group_key"]]
        for row in rows
        if row["observation_key"] not in given or entity_of[row["group_key"]][2] != "kept"
    }
    new = [
        {"observation_key": key, "entity_number": entry[0], "observed_at": by_key[key]["observed_at"],
         "recorded_at": dt.datetime.max}
        for key, entry in recorded.items()
    ]  # fmt: skip
    given, holder, numbers = holdings(registry + new)
    today = {key: numbers.get(row["group_key"], numbers.get(holder[given[key]])) for key, row in by_key.items()}
    aliases = {id_of[number]: id_of[numbers[group]] for number, group in holder.items()}
    later: dict[str, int] = {}
    for key, row in by_key.items():
        if row["handed_in_id"] and row["handed_in_id"] not in aliases:
            later[row["handed_in_id"]] = min(today[key], later.get(row["handed_in_id"], today[key]))
    return today, recorded, aliases | {alias: id_of[number] for alias, number in later.items()}


def agrees_with_slow_reading(days: list[list[Row]]) -> None:
    before: list[Row] = []
    for rows, night in zip(days, nights(days), strict=True):
        numbers, recorded, aliases = slow(rows, before)
        assert night.numbers == numbers
        assert {
            row["observation_key"]: (row["entity_number"], row["barton_id"], row["origin"]) for row in night.recorded
        } == recorded
        assert night.aliases == aliases
        before = night.registry


@settings(max_examples=100, deadline=None)
@given(histories())
def test_results_equal_those_of_the_slow_implementation(days: list[list[Row]]) -> None:
    agrees_with_slow_reading(days)


@pytest.mark.parametrize("seed", range(3))
def test_results_for_a_crowd_equal_those_of_the_slow_implementation(seed: int) -> None:
    chance = random.Random(seed)
    facts = [
        (
            chance.randrange(50),
            chance.choice([None, None, barton_id(chance.randrange(300), "company")]),
            f"n{chance.randrange(40)}",
        )
        for _ in range(600)
    ]
    days = [
        [
            seen(f"o{n}", f"g{chance.randrange(n // 2 + 1) if not chance.randrange(5) else n}", hour, handed_in_id=id_,
                 name_key=name, has_own_key=chance.random() < 0.5)
            for n, (hour, id_, name) in enumerate(facts)
            if chance.random() < 0.9
        ]
        for _ in range(4)
    ]  # fmt: skip
    agrees_with_slow_reading(days)


# --- together with the grouping -------------------------------------------------------------------

COMPANY_ROWS = pa.schema(
    [("row_key", pa.string()), ("observed_at", pa.timestamp("us"))]
    + [(name, pa.string()) for name in ("handed_in_id", "domain", "ein", "linkedin_url", "name_key", "state")]
    + [(name, pa.string()) for name in ("phone", "address_line1", "postal_code")]
)


def companies(rows: list[Row], registry: list[Row] = (), verdicts: list[tuple[str, str, str]] = ()) -> list[Row]:
    judged = [
        {"verdict_id": f"v{number}", "first_id": one, "second_id": other, "verdict": verdict, "decided_at": at(number)}
        for number, (one, other, verdict) in enumerate(verdicts)
    ]
    table = identify_companies(
        pa.Table.from_pylist(rows, COMPANY_ROWS),
        pa.Table.from_pylist(list(registry), REGISTRY),
        pa.Table.from_pylist(judged, NO_COMPANY_VERDICTS.schema),
    )
    assert table.schema == COMPANY_SCHEMA
    return table.to_pylist()


def recorded(found: list[Row], hour: int) -> list[Row]:
    """The rows that a registry has after a build."""
    return [
        {"entity_type": "company", "observation_key": row["intake_id"], "entity_number": row["registered_number"],
         "barton_id": row["registered_id"], "origin": row["origin"], "observed_at": row["observed_at"],
         "recorded_at": at(hour)}
        for row in found
        if row["kind"] == "row" and row["origin"]
    ]  # fmt: skip


A, B = barton_id(0, "company"), barton_id(1, "company")
TWO = [
    {"row_key": "a", "observed_at": at(1), "domain": "a", "name_key": "acme", "state": "OH"},
    {"row_key": "b", "observed_at": at(2), "domain": "b", "name_key": "acme", "state": "OH"},
]
BRIDGE = {"row_key": "c", "observed_at": at(4), "domain": "a", "linkedin_url": "l", "name_key": "acme", "state": "OH"}


def companies_of(found: list[Row]) -> dict[str, str]:
    return {row["intake_id"]: row["company_id"] for row in found if row["kind"] == "row"}


def aliases_of(found: list[Row]) -> dict[str, str]:
    return {row["alias_id"]: row["company_id"] for row in found if row["kind"] == "alias"}


def pairs_of(found: list[Row]) -> list[tuple[str, ...]]:
    columns = ("company_id", "other_company_id", "conflict_type", "shared_value", "resolution_status", "created_at")
    return [tuple(row[column] for column in columns) for row in found if row["kind"] == "pair"]


def test_a_verdict_same_joins_two_registered_companies_and_the_younger_id_becomes_an_alias() -> None:
    first = companies(TWO)
    assert pairs_of(first) == [(A, B, "same_name_other_domain", "acme, OH", "pending", at(2))]
    found = companies(TWO, recorded(first, 3), [(B, A, "same")])
    assert companies_of(found) == {"a": A, "b": A}
    assert aliases_of(found) == {A: A, B: A}
    assert pairs_of(found) == [(A, B, "same_name_other_domain", "acme, OH", "confirmed_same", at(2))]
    # merged rows stay merged, and a later verdict wins
    later = companies(TWO, [*recorded(first, 3), *recorded(found, 4)], [(B, A, "same"), (A, B, "different")])
    assert companies_of(later) == {"a": A, "b": B} and aliases_of(later) == {A: A, B: B}
    assert pairs_of(later) == [(A, B, "same_name_other_domain", "acme, OH", "confirmed_different", at(2))]


def test_a_verdict_different_gives_the_alias_its_id_back() -> None:
    two = [TWO[0], {**TWO[1], "linkedin_url": "l", "name_key": "apex"}]
    first = companies(two)
    rows = [*two, BRIDGE]
    third = {"row_key": "d", "observed_at": at(6), "linkedin_url": "l", "name_key": "acme"}
    registry = recorded(first, 3)
    joined = companies([*two, {**BRIDGE, "name_key": "apex"}], registry)
    assert companies_of(joined) == {"a": A, "b": A, "c": A} and aliases_of(joined)[B] == A
    registry += recorded(joined, 5)
    apart = companies([*two, {**BRIDGE, "name_key": "apex"}, third], registry, [(A, B, "different")])
    # the page belongs to the older company, and no third company is created
    assert companies_of(apart) == {"a": A, "b": B, "c": A, "d": A} and aliases_of(apart) == {A: A, B: B}
    assert [row["rejection_code"] for row in apart if row["kind"] == "verdict"] == [None]
    assert companies_of(companies(rows)) == {"a": A, "b": B, "c": A}


def test_a_verdict_without_effect_has_a_reason() -> None:
    rows = [{**row, "ein": row["row_key"]} for row in TWO]
    verdicts = [("a", "b", "same"), ("a", "gone", "same"), (A, "b", "different")]
    found = companies(rows, recorded(companies(rows), 3), verdicts)
    codes = {row["verdict_id"]: row["rejection_code"] for row in found if row["kind"] == "verdict"}
    assert codes == {"v0": None, "v1": "COMPANY_NOT_FOUND", "v2": None}  # v2 is later than v0, on the same pair
    found = companies(rows, verdicts=verdicts[:1])
    assert [row["rejection_code"] for row in found if row["kind"] == "verdict"] == ["VERDICT_CONTRADICTED"]


def test_an_id_that_intake_handed_in_names_its_company_in_a_verdict() -> None:
    rows = [TWO[0], {**TWO[1], "handed_in_id": FOREIGN}]
    assert set(companies_of(companies(rows, verdicts=[("a", FOREIGN, "same")])).values()) == {FOREIGN}


def test_a_row_with_only_a_name_does_not_change_the_age_of_a_company() -> None:
    named = {"row_key": "n", "observed_at": at(0), "name_key": "late"}
    late = {"row_key": "z", "observed_at": at(9), "domain": "late", "name_key": "late"}
    found = companies([named, *TWO, late])
    assert companies_of(found) == {"a": A, "b": B, "n": barton_id(2, "company"), "z": barton_id(2, "company")}


def test_an_empty_table_gives_no_companies() -> None:
    assert companies([]) == []


def test_a_refused_row_has_no_company_and_is_not_recorded() -> None:
    [row] = companies([{"row_key": "r", "observed_at": at(1), "name_key": "alpha"}])
    assert row["kind"] == "row" and row["rejection_code"] == "COMPANY_UNIDENTIFIED"
    assert row["company_id"] is None and row["origin"] is None and row["observed_at"] is None


def test_an_id_of_a_person_is_not_used_for_a_company() -> None:
    registry = [{"entity_type": "person", "barton_id": FOREIGN, "entity_number": 0, "origin": "minted"}]
    row, alias = companies([{"row_key": "r", "observed_at": at(1), "domain": "d", "handed_in_id": FOREIGN}], registry)
    assert (row["held_id"], row["handed_in_id"], row["company_id"]) == (FOREIGN, None, barton_id(0, "company"))
    assert (alias["kind"], alias["alias_id"]) == ("alias", barton_id(0, "company"))


def test_a_minted_id_joins_no_rows_with_other_keys_but_an_id_of_another_system_does() -> None:
    minted = barton_id(0, "company")
    first = [{"row_key": "a", "observed_at": at(1), "domain": "a", "name_key": "alpha"}]
    registry = [
        {"entity_type": "company", "observation_key": "a", "entity_number": 0, "barton_id": minted, "origin": "minted",
         "observed_at": at(1), "recorded_at": at(2)},
    ]  # fmt: skip
    for name, expected in (("beta", 1), ("alpha", 0)):
        new = {"row_key": "b", "observed_at": at(3), "domain": "b", "name_key": name, "handed_in_id": minted}
        numbers = {row["intake_id"]: row["company_number"] for row in companies([*first, new], registry)}
        assert numbers["b"] == expected
    both = [{**row, "handed_in_id": FOREIGN} for row in (*first, new)]
    assert {row["company_number"] for row in companies(both)} == {0}


def test_an_id_that_another_company_has_is_not_used_and_joins_nothing() -> None:
    first = [
        {"row_key": "c1", "observed_at": at(1), "domain": "alpha", "name_key": "alpha works"},
        {"row_key": "c2", "observed_at": at(2), "domain": "beta", "name_key": "beta mills"},
    ]
    registry = [
        {**row, "entity_type": "company", "observation_key": row["intake_id"],
         "entity_number": row["registered_number"],
         "barton_id": row["registered_id"], "recorded_at": at(3)}
        for row in companies(first)
        if row["kind"] == "row"
    ]  # fmt: skip
    wrong = [
        {"row_key": "c12", "observed_at": at(4), "domain": "beta", "name_key": "beta mills"},
        {"row_key": "c17", "observed_at": at(5), "domain": "newcomer", "name_key": "newcomer"},
    ]
    rows = [*first, *({**row, "handed_in_id": barton_id(0, "company")} for row in wrong)]
    found = companies(rows, registry)
    assert {row["intake_id"]: row["company_number"] for row in found if row["kind"] == "row"} == {
        "c1": 0, "c2": 1, "c12": 1, "c17": 2
    }  # fmt: skip
    assert {row["alias_id"]: row["company_number"] for row in found if row["kind"] == "alias"} == {
        barton_id(number, "company"): number for number in range(3)
    }


MERGES = pa.schema([("alias_id", pa.string()), ("survivor_id", pa.string()), ("recorded_at", pa.timestamp("us"))])
VERDICTS = pa.schema([(name, pa.string()) for name in ("observation_key_a", "observation_key_b", "verdict")])
PERSON_ROWS = pa.schema(
    [
        ("observed_at", pa.timestamp("us")),
        ("mention", pa.int64()),
        *(
            (name, pa.string())
            for name in (
                "observation_key", "intake_id", "company_id", "name_key", "first_key", "middle_key", "last_key",
                "suffix_key", "email", "linkedin_url", "handed_in_id",
            )
        ),
    ]
)  # fmt: skip


class Nights:
    """Builds of people, one per day, each with the registry and merges of the days before."""

    def __init__(self) -> None:
        self.registry: list[dict] = []
        self.merges: list[dict] = []
        self.night = 0

    def build(self, rows: list[dict], verdicts: list[tuple[str, str, str]] = ()) -> dict[str, int]:
        """The number of the person of each observation, and of the person to whom each alias refers."""
        self.night += 1
        judged = [dict(zip(VERDICTS.names, verdict, strict=True)) for verdict in verdicts]
        table = identify_people(
            pa.Table.from_pylist(rows, PERSON_ROWS),
            pa.table({name: pa.nulls(0, pa.string()) for name in ("reference_key", "company_id", *PERSON_ROWS.names)}),
            pa.Table.from_pylist(judged, VERDICTS),
            pa.Table.from_pylist(self.registry, REGISTRY),
            pa.Table.from_pylist(self.merges, MERGES),
            company_ids=pa.array([], pa.string()),
        ).to_pylist()
        now = at(100 + self.night)
        for row in table:
            if row["origin"]:
                self.registry.append(
                    {**row, "entity_type": "person", "entity_number": row["registered_number"],
                     "barton_id": row["registered_id"], "recorded_at": now}
                )  # fmt: skip
            if row["kind"] == "alias" and row["alias_id"] != row["person_id"]:
                self.merges.append({"alias_id": row["alias_id"], "survivor_id": row["person_id"], "recorded_at": now})
        return {
            row["observation_key"] or row["alias_id"]: row["person_number"]
            for row in table
            if row["kind"] in ("observation", "alias")
        }


def seen_as(key: str, day: int, name: str, **more: str) -> dict:
    first, last = name.split()
    return {
        "observation_key": key, "intake_id": key, "observed_at": at(day), "mention": 1, "company_id": f"c{key}",
        "name_key": name, "first_key": first, "last_key": last, **more,
    }  # fmt: skip


def test_joined_rows_stay_joined_until_a_verdict_gives_the_alias_its_id_back() -> None:
    nights = Nights()
    own, other = barton_id(0, "person"), barton_id(1, "person")
    rows = [seen_as("a", 2, "ann lee", email="e"), seen_as("b", 3, "ann ray", linkedin_url="l")]
    assert nights.build(rows) == {"a": 0, "b": 1, own: 0, other: 1}
    rows += [seen_as("both", 4, "ann kay", email="e", linkedin_url="l")]
    assert nights.build(rows) == {"a": 0, "b": 0, "both": 0, own: 0, other: 0}
    # an older row takes the email: nothing joins a and b any more, and they stay one
    rows += [seen_as("late", 1, "zoe kim", email="e"), seen_as("since", 5, "ann may", linkedin_url="l")]
    third = barton_id(2, "person")
    assert nights.build(rows) == {"a": 0, "b": 0, "both": 0, "late": 2, "since": 0, own: 0, other: 0, third: 2}
    for _ in range(2):
        apart = nights.build(rows, [("a", "b", "different_people")])
        assert apart == {"a": 0, "b": 1, "both": 1, "late": 2, "since": 1, own: 0, other: 1, third: 2}


def test_a_person_reference_resolves_to_the_id_of_today() -> None:
    names = {"first_key": "ann", "middle_key": "", "last_key": "berg", "suffix_key": ""}
    observation = {
        "observation_key": "p#1", "observed_at": at(1), "intake_id": "p", "mention": 1, "company_id": "c",
        "name_key": "ann berg", "email": "a@x", "linkedin_url": None, "handed_in_id": FOREIGN, **names,
    }  # fmt: skip
    text = [name for name in observation if name not in ("observed_at", "mention")]
    schema = pa.schema(
        [("observed_at", pa.timestamp("us")), ("mention", pa.int64()), *((name, pa.string()) for name in text)]
    )
    asked = [{"reference_key": f"{company}|ann berg", "company_id": company, **names} for company in ("c", "d")]
    table = identify_people(
        pa.Table.from_pylist([observation], schema),
        pa.Table.from_pylist(asked, pa.schema([(name, pa.string()) for name in asked[0]])),
        pa.table({name: pa.nulls(0, pa.string()) for name in ("observation_key_a", "observation_key_b", "verdict")}),
        REGISTRY.empty_table(),
        MERGES.empty_table(),
        company_ids=pa.array([FOREIGN, barton_id(0, "person")]),
    )
    assert table.schema == PERSON_SCHEMA
    person_id = barton_id(1, "person")  # number 0 is skipped, because a company has its id
    found = {row["kind"]: row for row in table.to_pylist()}
    assert [(kind, row["person_id"]) for kind, row in found.items()] == [
        ("observation", person_id), ("alias", person_id), ("reference", person_id)
    ]  # fmt: skip
    assert found["observation"]["held_id"] == FOREIGN and found["reference"]["reference_key"] == "c|ann berg"


def test_three_hundred_thousand_rows_take_seconds() -> None:
    size = 300_000
    keys = [f"r{number:06}" for number in range(size)]
    table = pa.table(
        {
            "observation_key": keys,
            "group_key": [f"r{number - number % 3:06}" for number in range(size)],
            "observed_at": [at(number % 1000) for number in range(size)],
            "intake_id": keys,
            "mention": pa.repeat(1, size),
            "handed_in_id": pa.array(
                [barton_id(number, "person") if number % 5 == 0 else None for number in range(size)]
            ),
            "name_key": [f"n{number % 5000}" for number in range(size)],
            "has_own_key": pa.repeat(True, size),
        }
    )
    start = time.perf_counter()
    first = register(table, REGISTRY.empty_table(), "person").observations
    registry = pa.table(
        {
            "observation_key": keys,
            "entity_number": first["registered_number"],
            "barton_id": first["registered_id"],
            "observed_at": table["observed_at"],
            "recorded_at": pa.repeat(pa.scalar(at(0), pa.timestamp("us")), size),
        }
    )
    second = register(table, registry, "person").observations
    assert time.perf_counter() - start < 20
    assert second["entity_number"] == first["entity_number"]
    assert second["origin"].null_count == size
