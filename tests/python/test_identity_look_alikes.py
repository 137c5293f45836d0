"""Which people only look alike."""

import random
import time
from collections import Counter
from itertools import combinations
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from slotwatch.identity.look_alikes import SCHEMA, find_look_alikes

INPUT = pa.schema([(column, pa.string()) for column in ["person_id", "company_id", "name_key", "role", "phone"]])
Row = dict[str, Any]


def person(name: str | None, company: str | None = "c", role: str | None = None, phone: str | None = None) -> Row:
    return {"name_key": name, "company_id": company, "role": role, "phone": phone}


def numbered(*rows: Row) -> list[Row]:
    return [{"person_id": f"p{number:05}", **row} for number, row in enumerate(rows)]


def run(rows: list[Row], **limits: int) -> list[Row]:
    result = find_look_alikes(pa.Table.from_pylist(rows, INPUT), **limits)
    assert result.schema == SCHEMA
    return result.to_pylist()


def found(*rows: Row, **limits: int) -> list[tuple[str, str, str, float | None]]:
    return [tuple(row.values())[:4] for row in run(numbered(*rows), **limits)]


NEAR = "martha", "marhta"  # 0.9611
FARTHER = "dwayne", "duane"  # 0.84: below both


def test_similar_names_at_one_company_are_a_pair() -> None:
    assert found(person(NEAR[0]), person(NEAR[1])) == [("p00000", "p00001", "fuzzy_name_company", 0.9611)]
    assert found(person(NEAR[0]), person(NEAR[1], "elsewhere")) == []
    assert found(person(NEAR[0], None), person(NEAR[1], None)) == []
    assert found(person(FARTHER[0]), person(FARTHER[1])) == []


def names_of_similarity(low: float, high: float) -> tuple[str, str]:
    chance = random.Random(1)
    while True:
        one, other = ("".join(chance.choices("abcd", k=8)) for _ in range(2))
        if low <= round(JaroWinkler.similarity(one, other), 4) < high:
            return one, other


@pytest.mark.parametrize(
    ("low", "high", "apart", "in_one_role"),
    [(0.85, 0.86, 0, 1), (0.84, 0.85, 0, 0), (0.91, 0.92, 0, 1), (0.92, 0.925, 1, 1)],
)
def test_the_same_role_lowers_the_threshold(low: float, high: float, apart: int, in_one_role: int) -> None:
    one, other = names_of_similarity(low, high)
    assert len(found(person(one), person(other))) == apart
    assert len(found(person(one, role="CEO"), person(other))) == apart
    assert len(found(person(one, role="CEO"), person(other, role="CFO"))) == apart
    assert len(found(person(one, role="CEO"), person(other, role="CEO"))) == in_one_role


def sharing(start: str, common: int, length: int) -> tuple[str, str]:
    """Two names of equal length that share their start and a number of letters at the same positions."""
    letters = [chr(ord("A") + number) for number in range(length - len(start))]
    differing = length - common
    rest = "".join(letters[differing:])
    return start + "".join(letters[:differing]) + rest, start + "".join(map(str.lower, letters[:differing])) + rest


@pytest.mark.parametrize(
    ("start", "common", "length", "role", "similarity"),
    [("12", 17, 20, None, 0.92), ("12", 23, 32, "HR", 0.85)],
)
def test_names_exactly_at_the_threshold_are_alike(
    start: str, common: int, length: int, role: str | None, similarity: float
) -> None:
    pair = [person(name, role=role) for name in sharing(start, common, length)]
    assert found(*pair) == [("p00000", "p00001", "fuzzy_name_company", similarity)]
    pair = [person(name, role=role) for name in sharing(start, common - 1, length)]
    assert found(*pair) == []


def test_a_shared_phone_is_a_pair_at_any_company() -> None:
    rows = [person("ann lee", "c", phone="1"), person("bob park", "d", phone="1"), person("x y", phone="2")]
    assert found(*rows) == [("p00000", "p00001", "same_phone", None)]


def test_the_phone_of_a_switchboard_is_ignored() -> None:
    names = ["aaa", "eee", "iii", "ooo", "uuu", "yyy"]
    assert len(found(*(person(name, phone="1") for name in names[:2]))) == 1
    assert found(*(person(name, phone="1") for name in names[:3])) == []
    assert len(found(*(person(name, phone="1") for name in names), phone_bearers=6)) == 15


def test_the_phone_of_a_company_is_ignored() -> None:
    rows = pa.Table.from_pylist(numbered(*(person(name, phone="1") for name in ("aaa", "eee"))), INPUT)
    assert find_look_alikes(rows, pa.array(["2"])).num_rows == 1
    assert find_look_alikes(rows, pa.array(["2", "1"])).num_rows == 0


def test_a_pair_that_a_reviewer_found_to_be_different_is_marked() -> None:
    rows = pa.Table.from_pylist(numbered(*(person(name) for name in (*NEAR, NEAR[0]))), INPUT)
    decided = pa.table({"person_id_a": ["p00001", "p00009"], "person_id_b": ["p00000", "p00002"]})
    pairs = find_look_alikes(rows, different=decided).to_pylist()
    assert [row["is_different"] for row in pairs] == [True, False, False]


def test_a_pair_is_listed_once_and_the_name_goes_first() -> None:
    rows = [person(NEAR[0], phone="1"), person(NEAR[1], phone="1")]
    assert found(*rows) == [("p00000", "p00001", "fuzzy_name_company", 0.9611)]


def test_at_a_large_company_only_the_same_first_letter_is_compared() -> None:
    rows = [person("katherine jones"), person("catherine jones"), person("katherine jonas")]
    assert [pair[:2] for pair in found(*rows)] == [("p00000", "p00001"), ("p00000", "p00002")]
    assert [pair[:2] for pair in found(*rows, large_company=2)] == [("p00000", "p00002")]


def slow(rows: list[Row]) -> list[Row]:
    pairs = []
    bearers = Counter(row["phone"] for row in rows)
    for one, other in combinations(sorted(rows, key=lambda row: row["person_id"]), 2):
        similarity = None
        if one["company_id"] and one["company_id"] == other["company_id"] and one["name_key"] and other["name_key"]:
            similarity = round(JaroWinkler.similarity(one["name_key"], other["name_key"]), 4)
        limit = 0.85 if one["role"] and one["role"] == other["role"] else 0.92
        if similarity is not None and similarity >= limit:
            kind = "fuzzy_name_company"
        elif one["phone"] and one["phone"] == other["phone"] and bearers[one["phone"]] <= 2:
            kind, similarity = "same_phone", None
        else:
            continue
        pairs.append(
            {
                "person_id_a": one["person_id"],
                "person_id_b": other["person_id"],
                "conflict_type": kind,
                "similarity": similarity,
                "is_different": False,
            }
        )
    return pairs


def random_rows(chance: random.Random, size: int) -> list[Row]:
    first = ["david", "dave", "daniel", "dana", "diane"]
    last = ["cordani", "cordoni", "corden", "lee", "li"]
    return numbered(
        *(
            person(
                chance.choice([None, *[f"{chance.choice(first)} {chance.choice(last)}"] * 9]),
                chance.choice(["c", "c", "d", None]),
                chance.choice(["CEO", "CFO", None]),
                chance.choice([None, None, None, "1", "2", "3", "4"]),
            )
            for _ in range(size)
        )
    )


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_pairs_equal_those_of_the_slow_implementation_in_any_order(chance: random.Random) -> None:
    rows = random_rows(chance, chance.randrange(14))
    assert run(rows) == slow(rows)
    assert run(chance.sample(rows, len(rows))) == slow(rows)


def test_chunks_leave_out_no_pair() -> None:
    rows = random_rows(random.Random(2), 1100)
    assert run(rows) == slow(rows)


def test_empty_tables_and_rows_with_only_nulls() -> None:
    assert run([]) == []
    nulls = {"person_id": ["a", "b"], **{name: pa.nulls(2) for name in INPUT.names[1:]}}
    assert find_look_alikes(pa.table(nulls)).equals(SCHEMA.empty_table())


def test_wrong_tables_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="people: missing columns company_id"):
        find_look_alikes(pa.table({"person_id": ["a"]}))
    with pytest.raises(ValueError, match="person_id is not unique"):
        run([*numbered(person("a")), *numbered(person("b"))])


def word(chance: random.Random) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randrange(4, 10)))


@pytest.mark.parametrize(("people", "companies"), [(5000, 1), (100_000, 20_000), (20_000, 1)])
def test_many_people_take_seconds(people: int, companies: int) -> None:
    chance = random.Random(4)
    rows = numbered(
        *(
            person(f"{word(chance)} {word(chance)}", f"c{number % companies}", phone=f"{number // 300}")
            for number in range(people)
        )
    )
    table = pa.Table.from_pylist(rows, INPUT)
    start = time.perf_counter()
    assert not any(kind == "same_phone" for kind in find_look_alikes(table)["conflict_type"].to_pylist())
    assert time.perf_counter() - start < 10
