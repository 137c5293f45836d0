"""Which raw company rows are about the same company."""

import datetime as dt
import random
import time
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotwatch.identity.companies import SCHEMA, group_companies

KEYS = ["handed_in_id", "domain", "linkedin_url", "ein"]
TEXT = [*KEYS, "name_key", "state"]
INPUT = pa.schema(
    [("row_key", pa.string()), ("observed_at", pa.timestamp("us"))] + [(column, pa.string()) for column in TEXT]
)
Row = dict[str, Any]


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1) + dt.timedelta(days=number)


def rows_of(*given_rows: Row) -> list[Row]:
    """Rows r0, r1, ... seen a day apart unless they say otherwise."""
    return [
        {"row_key": f"r{number}", "observed_at": day(number), **dict.fromkeys(TEXT), **row}
        for number, row in enumerate(given_rows)
    ]


def run(rows: list[Row]) -> dict[str, Row]:
    result = group_companies(pa.Table.from_pylist(rows, INPUT))
    assert result.schema == SCHEMA
    return {row["row_key"]: row for row in result.to_pylist()}


def groups(rows: list[Row]) -> dict[str, str | None]:
    return {key: row["group_key"] for key, row in run(rows).items()}


# --- the rules, sentence by sentence --------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_rows_that_share_a_key_are_one_company(key: str) -> None:
    assert groups(rows_of({key: "x"}, {key: "x"}, {key: "y"})) == {
        "r0": "r0",
        "r1": "r0",
        "r2": "r2",
    }


def test_closure_is_transitive_and_kinds_do_not_mix() -> None:
    chain = rows_of(
        {"domain": "a"},
        {"linkedin_url": "l"},
        {"domain": "l"},
        {"domain": "a", "linkedin_url": "l"},
    )
    assert groups(chain) == {"r0": "r0", "r1": "r0", "r2": "r2", "r3": "r0"}


def test_rows_that_share_a_key_but_carry_different_eins_stay_apart_and_are_reported() -> None:
    rows = run(rows_of({"domain": "a", "ein": "1"}, {"domain": "a", "ein": "2"}))
    assert [row["group_key"] for row in rows.values()] == ["r0", "r1"]
    assert [row["rejection_code"] for row in rows.values()] == [None, None]
    assert {row["conflict_detail"] for row in rows.values()} == {"domain a is shared by companies with the EINs 1, 2"}


def test_rows_without_ein_go_with_the_older_company() -> None:
    rows = rows_of({"domain": "a", "ein": "1"}, {"linkedin_url": "l", "ein": "2"}, {"domain": "a"})
    between = rows_of({}, {}, {}, {"domain": "a", "linkedin_url": "l"})[3]
    result = run([*rows, between])
    assert {key: row["group_key"] for key, row in result.items()} == {
        "r0": "r0",
        "r1": "r1",
        "r2": "r0",
        "r3": "r0",
    }
    # r3 brings the LinkedIn of the second company to the first; the domain is nobody else's.
    assert [row["is_key_conflict"] for row in result.values()] == [False, True, False, True]


def test_a_row_without_ein_reaches_a_company_through_others_without() -> None:
    rows = rows_of(
        {"ein": "1", "domain": "a"},
        {"ein": "2", "linkedin_url": "l"},
        {"domain": "b"},
        {"domain": "b", "linkedin_url": "l"},
        {"domain": "a", "handed_in_id": "h"},
        {"handed_in_id": "h", "linkedin_url": "l"},
    )
    assert groups(rows) == {"r0": "r0", "r1": "r1", "r2": "r1", "r3": "r1", "r4": "r0", "r5": "r0"}


def test_a_younger_row_does_not_take_a_row_from_its_company() -> None:
    rows = rows_of(
        {"domain": "d"},
        {"ein": "1", "domain": "e", "handed_in_id": "h"},
        {"ein": "2", "domain": "d"},
    )
    bridge = {**rows_of({})[0], "row_key": "r3", "observed_at": day(3)}
    bridge |= {"domain": "d", "handed_in_id": "h"}
    assert groups([*rows, bridge]) == {"r0": "r0", "r1": "r1", "r2": "r0", "r3": "r0"}


def test_a_company_grows_older_with_a_row_that_it_takes_in() -> None:
    # The company of EIN 2 takes in r0 and is from then on the older one for r4.
    rows = rows_of(
        {"domain": "x"},
        {"ein": "1", "domain": "s"},
        {"ein": "2", "domain": "s"},
        {"ein": "2", "domain": "x"},
        {"domain": "s"},
    )
    assert groups(rows) == {"r0": "r0", "r1": "r1", "r2": "r0", "r3": "r0", "r4": "r0"}


def test_a_company_that_grows_older_is_older_for_all_its_rows() -> None:
    # r3 brings domain v, which the older company r1 has as well, until r6 makes r2's older.
    rows = rows_of(
        {"domain": "x"},
        {"ein": "1", "domain": "b"},
        {"ein": "2", "domain": "c", "linkedin_url": "c", "handed_in_id": "c"},
        {"domain": "v", "linkedin_url": "w"},
        {"ein": "2", "linkedin_url": "w"},
        {"ein": "1", "domain": "v"},
        {"ein": "2", "domain": "x"},
        {"domain": "v"},
    )
    assert list(groups(rows).values()) == ["r0", "r1", "r0", "r0", "r0", "r1", "r0", "r0"]


def test_each_shared_value_is_reported_in_the_order_of_keys() -> None:
    shared = {"domain": "a", "handed_in_id": "h"}
    rows = run(rows_of({**shared, "ein": "2"}, {**shared, "ein": "1"}))
    assert {row["conflict_detail"] for row in rows.values()} == {
        "Barton id h is shared by companies with the EINs 1, 2; domain a is shared by companies with the EINs 1, 2"
    }


def test_conflicts_of_many_companies_name_only_some() -> None:
    rows = run(rows_of(*({"domain": "a", "ein": f"{number:02}"} for number in range(9))))
    assert rows["r0"]["conflict_detail"] == (
        "domain a is shared by companies with the EINs 00, 01, 02, 03, 04 and 4 more"
    )


NAMED = {"name_key": "acme", "state": "OH"}


def test_name_and_state_join_companies_that_do_not_contradict() -> None:
    rows = rows_of({**NAMED, "domain": "a"}, {**NAMED, "ein": "1"}, {**NAMED, "linkedin_url": "l"})
    assert set(groups(rows).values()) == {"r0"}


@pytest.mark.parametrize("key", KEYS)
def test_name_and_state_do_not_join_companies_that_contradict(key: str) -> None:
    rows = rows_of({**NAMED, key: "x"}, {**NAMED, key: "y"})
    assert groups(rows) == {"r0": "r0", "r1": "r1"}


@pytest.mark.parametrize("other", [{"state": "PA"}, {"state": None}, {"name_key": "apex"}])
def test_name_joins_only_in_the_same_state(other: Row) -> None:
    rows = rows_of({**NAMED, "domain": "a"}, {**NAMED, "ein": "1", **other})
    assert groups(rows) == {"r0": "r0", "r1": "r1"}
    rows = rows_of({**NAMED, "domain": "a", **other}, {**NAMED, "ein": "1", **other})
    assert (groups(rows)["r1"] == "r0") == (other != {"state": None})


def test_a_name_joins_nothing_when_several_companies_fit() -> None:
    rows = rows_of({**NAMED, "domain": "a"}, {**NAMED, "domain": "b"}, {**NAMED, "ein": "1"})
    assert groups(rows) == {"r0": "r0", "r1": "r1", "r2": "r2"}


def test_keys_of_a_company_joined_by_name_contradict_later_companies() -> None:
    rows = rows_of({**NAMED, "domain": "a"}, {**NAMED, "ein": "1"}, {**NAMED, "ein": "2"})
    assert groups(rows) == {"r0": "r0", "r1": "r0", "r2": "r2"}


def test_a_company_joined_by_name_brings_its_other_names() -> None:
    renamed = {**NAMED, "name_key": "apex"}
    rows = rows_of(
        {**NAMED, "domain": "a"},
        {**NAMED, "ein": "1"},
        {**renamed, "ein": "1"},
        {**renamed, "linkedin_url": "l"},
        {**renamed, "handed_in_id": "h"},
        {**renamed, "linkedin_url": "m"},
    )
    assert list(groups(rows).values()) == ["r0", "r0", "r0", "r0", "r0", "r5"]


def test_companies_held_apart_for_their_eins_are_not_joined_by_name() -> None:
    rows = rows_of({**NAMED, "domain": "a", "ein": "1"}, {**NAMED, "domain": "a", "ein": "2"})
    assert groups(rows) == {"r0": "r0", "r1": "r1"}


def test_a_row_without_key_joins_the_one_company_of_its_name() -> None:
    rows = rows_of({"name_key": "acme"}, {**NAMED, "domain": "a"}, NAMED)
    result = run(rows)
    # The oldest row is without key: the company is called by its oldest row with one.
    assert {row["group_key"] for row in result.values()} == {"r1"}
    assert {row["rejection_code"] for row in result.values()} == {None}


@pytest.mark.parametrize(
    "keyless",
    [
        {"name_key": "acme"},  # two companies have it, in two states
        {"name_key": "acme", "state": "NY"},
        {"name_key": "apex"},
        {"name_key": None, "state": "OH"},
        {"name_key": "  "},
    ],
)
def test_a_row_without_key_is_refused_unless_exactly_one_company_has_its_name(keyless: Row) -> None:
    rows = rows_of({**NAMED, "domain": "a"}, {**NAMED, "state": "PA", "domain": "b"}, keyless)
    assert run(rows)["r2"] == {
        "row_key": "r2",
        "group_key": None,
        "rejection_code": "COMPANY_UNIDENTIFIED",
        "is_key_conflict": False,
        "conflict_detail": None,
    }


def test_the_state_of_a_row_without_key_distinguishes_two_companies() -> None:
    rows = rows_of({**NAMED, "domain": "a"}, {**NAMED, "state": "PA", "domain": "b"}, NAMED)
    assert groups(rows)["r2"] == "r0"


def test_ties_in_time_go_by_row_key() -> None:
    rows = [{**row, "observed_at": day(0)} for row in rows_of({"domain": "a"}, {"domain": "a"})]
    assert groups(rows[::-1]) == {"r0": "r0", "r1": "r0"}


# --- against a slow and simple reading of the rules -----------------------------------------------


def slow_groups(rows: list[Row]) -> dict[str, str | None]:
    rows = sorted(rows, key=lambda row: (row["observed_at"], row["row_key"]))
    companies: list[list[Row]] = []

    def bears(company: list[Row], row: Row) -> bool:
        return any(row[key] and row[key] == other[key] for other in company for key in KEYS)

    def values(company: list[Row], key: str) -> set[str]:
        return {row[key] for row in company if row[key]}

    def merge(into: list[list[Row]], parts: list[list[Row]]) -> None:
        merged = [row for row in rows if any(row in part for part in parts)]
        into[:] = [company for company in into if company not in parts] + [merged]
        into.sort(key=lambda company: rows.index(company[0]))

    for row in rows:
        if not any(row[key] for key in KEYS):
            continue
        touched = [company for company in companies if bears(company, row)]
        free = [company for company in touched if not values(company, "ein")]
        bound = [company for company in touched if values(company, "ein")]
        if row["ein"]:
            bound = [company for company in bound if row["ein"] in values(company, "ein")]
        merge(companies, [*free, *bound[:1], [row]])

    joined: list[list[Row]] = []
    for company in companies:
        fitting = [
            older
            for older in joined
            if any(
                row["name_key"]
                and row["state"]
                and (row["name_key"], row["state"]) == (other["name_key"], other["state"])
                for row in company
                for other in older
            )
            and not any(
                values(company, key) and values(older, key) and not values(company, key) & values(older, key)
                for key in KEYS
            )
        ]
        merge(joined, [company, *(fitting if len(fitting) == 1 else [])])

    result: dict[str, str | None] = {row["row_key"]: company[0]["row_key"] for company in joined for row in company}
    for row in rows:
        if row["row_key"] not in result:
            bearers = [
                company[0]["row_key"]
                for company in joined
                if any(
                    row["name_key"]
                    and other["name_key"] == row["name_key"]
                    and (not row["state"] or row["state"] == other["state"])
                    for other in company
                )
            ]
            result[row["row_key"]] = bearers[0] if len(bearers) == 1 else None
    return result


def one_of(*values: str) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(values))


a_row = st.fixed_dictionaries(
    {
        "observed_at": st.integers(0, 3).map(day),
        "handed_in_id": st.one_of(st.none(), st.none(), one_of("h1", "h2", "h3")),
        "domain": one_of("d1", "d2", "d3", "d4"),
        "linkedin_url": st.one_of(st.none(), one_of("l1", "l2", "l3")),
        "ein": st.one_of(st.none(), one_of("e1", "e2", "e3")),
        "name_key": one_of("acme", "apex"),
        "state": one_of("OH", "PA"),
    }
)
some_rows = st.lists(a_row, max_size=12).map(lambda found: rows_of(*found))


@settings(max_examples=50, deadline=None)
@given(some_rows)
def test_groups_equal_those_of_the_slow_implementation(rows: list[Row]) -> None:
    assert groups(rows) == slow_groups(rows)


def test_groups_of_thousands_of_worlds_at_once_equal_those_of_the_slow_implementation() -> None:
    """Worlds with nothing in common, distinguished by a prefix, in one call."""
    chance = random.Random(7)
    choices = {
        "handed_in_id": [*[None] * 9, "h1", "h2"],
        "domain": [None, None, None, "d1", "d2", "d3", "d4"],
        "linkedin_url": [*[None] * 5, "l1", "l2", "l3"],
        "ein": [*[None] * 5, "e1", "e2", "e3"],
        "name_key": [None, "acme", "acme", "apex"],
        "state": [None, "OH", "OH", "PA"],
    }
    all_rows: list[Row] = []
    expected: dict[str, str | None] = {}
    for number in range(3000):
        world = rows_of(
            *(
                {"observed_at": day(chance.randrange(4))}
                | {key: chance.choice(values) for key, values in choices.items()}
                for _ in range(chance.randrange(14))
            )
        )
        for row in world:
            for key in ["row_key", *KEYS, "name_key"]:
                row[key] = row[key] and f"{number}-{row[key]}"
        all_rows += world
        expected |= slow_groups(world)
    chance.shuffle(all_rows)
    assert groups(all_rows) == expected


@settings(max_examples=25, deadline=None)
@given(some_rows)
def test_without_eins_and_names_groups_are_the_transitive_closure(rows: list[Row]) -> None:
    rows = [{**row, "ein": None, "name_key": None} for row in rows]
    linked = {
        row["row_key"]: {other["row_key"] for other in rows if any(row[key] and row[key] == other[key] for key in KEYS)}
        for row in rows
    }
    for _ in rows:
        linked = {key: set().union(*(linked[other] for other in seen)) for key, seen in linked.items()}
    oldest = {row["row_key"]: (row["observed_at"], row["row_key"]) for row in rows}
    assert groups(rows) == {key: min(seen, key=oldest.__getitem__) if seen else None for key, seen in linked.items()}


@settings(max_examples=25, deadline=None)
@given(some_rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Row], chance: random.Random) -> None:
    assert run(rows) == run(chance.sample(rows, len(rows)))


@settings(max_examples=30, deadline=None)
@given(some_rows)
def test_no_company_has_two_eins_and_conflicts_are_where_companies_touch(rows: list[Row]) -> None:
    result = run(rows)
    eins: dict[str, set[str]] = {}
    for row in rows:
        group = result[row["row_key"]]["group_key"]
        if group and row["ein"]:
            eins.setdefault(group, set()).add(row["ein"])
    assert all(len(found) == 1 for found in eins.values())
    for row in rows:
        touching = {
            result[other["row_key"]]["group_key"]
            for other in rows
            if any(row[key] and row[key] == other[key] for key in KEYS)
        }
        conflict = result[row["row_key"]]
        assert conflict["is_key_conflict"] == (len(touching) > 1)
        if len(touching) > 1:
            named = conflict["conflict_detail"]
            assert all(ein in named for group in touching for ein in eins[group])


@settings(max_examples=25, deadline=None)
@given(some_rows)
def test_a_row_with_nothing_in_common_changes_no_group(rows: list[Row]) -> None:
    stranger = {**rows_of({"domain": "zz", "name_key": "zz", "state": "OH"})[0], "row_key": "z"}
    assert groups([*rows, stranger]) == {**groups(rows), "z": "z"}


@settings(max_examples=25, deadline=None)
@given(some_rows)
def test_a_younger_row_never_separates_rows_that_share_a_key(rows: list[Row]) -> None:
    """Groups by key, before names count: companies only ever grow, so ids stay valid."""
    rows = sorted(
        ({**row, "name_key": None} for row in rows),
        key=lambda row: (row["observed_at"], row["row_key"]),
    )
    before, after = groups(rows[:-1]), groups(rows)
    for one in before:
        for other in before:
            if before[one] is not None and before[one] == before[other]:
                assert after[one] == after[other]


@settings(max_examples=25, deadline=None)
@given(some_rows)
def test_each_group_alone_is_one_group_again(rows: list[Row]) -> None:
    found = groups(rows)
    for group in set(found.values()) - {None}:
        alone = [row for row in rows if found[row["row_key"]] == group]
        assert set(groups(alone).values()) == {group}


# --- hostile input --------------------------------------------------------------------------------


def test_an_empty_table() -> None:
    assert group_companies(INPUT.empty_table()).equals(SCHEMA.empty_table())


def test_rows_with_only_nulls_and_blanks() -> None:
    rows = run(rows_of({"observed_at": None}, {"domain": " ", "ein": ""}))
    assert {row["rejection_code"] for row in rows.values()} == {"COMPANY_UNIDENTIFIED"}
    nulls = pa.table({"row_key": ["a", "b"], **{name: pa.nulls(2) for name in INPUT.names[1:]}})
    assert group_companies(nulls)["group_key"].to_pylist() == [None, None]


def test_columns_of_other_types_are_read() -> None:
    table = pa.Table.from_pylist(rows_of({"domain": "a"}, {"domain": "a"}), INPUT)
    table = table.set_column(
        table.schema.get_field_index("domain"), "domain", table["domain"].dictionary_encode()
    ).cast(
        pa.schema(
            [
                field.with_type(pa.timestamp("us", "UTC"))
                if field.name == "observed_at"
                else field.with_type(pa.large_string())
                if field.name == "row_key"
                else field.with_type(pa.dictionary(pa.int32(), pa.string()))
                if field.name == "domain"
                else field
                for field in INPUT
            ]
        )
    )
    assert group_companies(table)["group_key"].to_pylist() == ["r0", "r0"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (pa.table({"row_key": ["a"]}), "missing columns domain"),
        (pa.Table.from_pylist(rows_of({}) * 2, INPUT), "row_key is not unique, for one 'r0'"),
        (pa.Table.from_pylist(rows_of({"row_key": None}), INPUT), "row_key is null in 1 rows"),
    ],
)
def test_wrong_tables_are_refused_in_words(rows: pa.Table, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        group_companies(rows)


def seconds(table: pa.Table) -> float:
    start = time.perf_counter()
    group_companies(table)
    return time.perf_counter() - start


@pytest.mark.parametrize(
    "keys",
    [
        lambda n: {"domain": f"d{n}"},
        lambda n: {"domain": f"d{n}"} if n % 2 else {"linkedin_url": f"l{n}"},
        lambda n: {"domain": "shared", "ein": f"e{n}" if n % 2 else None},
        lambda n: {"domain": f"d{n}", "linkedin_url": f"d{n + 1}", "ein": f"e{n // 4000}"},
        lambda n: {
            "domain": f"d{n}",
            "linkedin_url": f"d{n + 1}",
            "ein": f"e{n}" if n % 4999 == 0 else None,
        },
    ],
    ids=["same names", "same names, other keys", "shared domain", "chain", "chain without EIN"],
)
def test_blocks_of_thousands_are_not_quadratic(keys: Any) -> None:
    rows = rows_of(*({**NAMED, **keys(number)} for number in range(5000)))
    assert seconds(pa.Table.from_pylist(rows, INPUT)) < 2


def random_table(size: int) -> pa.Table:
    chance = random.Random(1)

    def column(prefix: str, share: float, distinct: int) -> list[str | None]:
        return [f"{prefix}{chance.randrange(distinct)}" if chance.random() < share else None for _ in range(size)]

    return pa.table(
        {
            "row_key": [f"r{number}" for number in range(size)],
            "observed_at": pa.array([day(chance.randrange(700)) for _ in range(size)], pa.timestamp("us")),
            "handed_in_id": column("h", 0.05, size),
            "domain": column("d", 0.6, size // 2),
            "ein": column("e", 0.4, size // 2),
            "linkedin_url": column("l", 0.3, size // 2),
            "name_key": column("n", 0.98, size // 3),
            "state": column("s", 0.9, 50),
        }
    )


def test_many_rows_take_seconds() -> None:
    assert seconds(random_table(200_000)) < 10
