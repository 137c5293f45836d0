"""Which raw company rows are about the same company."""

import datetime as dt
import random
import time
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotwatch.identity.companies import NO_VERDICTS, SCHEMA, group_companies

KEYS = ["handed_in_id", "domain", "linkedin_url", "ein"]
TEXT = [*KEYS, "name_key", "state", "phone", "address_line1", "postal_code"]
INPUT = pa.schema(
    [("row_key", pa.string()), ("observed_at", pa.timestamp("us"))] + [(column, pa.string()) for column in TEXT]
)
Row = dict[str, Any]


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1) + dt.timedelta(days=number)


def rows_of(*given_rows: Row) -> list[Row]:
    """Rows r0, r1, ..., seen one day apart unless a row gives its own time."""
    return [
        {"row_key": f"r{number}", "observed_at": day(number), **dict.fromkeys(TEXT), **row}
        for number, row in enumerate(given_rows)
    ]


def run(rows: list[Row]) -> dict[str, Row]:
    result = group_companies(pa.Table.from_pylist(rows, INPUT)).rows
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


def test_keys_join_transitively_and_kinds_do_not_mix() -> None:
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
    # r3 brings the LinkedIn page of the second company to the first; no other company has its domain.
    assert [row["conflict_detail"] is not None for row in result.values()] == [False, True, False, True]


def test_a_row_without_ein_joins_a_company_through_other_rows_without_ein() -> None:
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
    # The company of EIN 2 absorbs r0 and is therefore the older one for r4.
    rows = rows_of(
        {"domain": "x"},
        {"ein": "1", "domain": "s"},
        {"ein": "2", "domain": "s"},
        {"ein": "2", "domain": "x"},
        {"domain": "s"},
    )
    assert groups(rows) == {"r0": "r0", "r1": "r1", "r2": "r0", "r3": "r0", "r4": "r0"}


def test_a_company_that_grows_older_is_older_for_all_its_rows() -> None:
    # r3 brings domain v, which the older company r1 also has; later r6 makes the company of r2 older.
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
    rows = [{**row, "name_key": "acme"} for row in rows]
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
    # The oldest row has no key, so the company is identified by its oldest row with a key.
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
        "is_name_only": True,
        "conflict_detail": None,
        "names_of_domain": None,
    }


def test_the_state_of_a_row_without_key_distinguishes_two_companies() -> None:
    rows = rows_of({**NAMED, "domain": "a"}, {**NAMED, "state": "PA", "domain": "b"}, NAMED)
    assert groups(rows)["r2"] == "r0"


def test_ties_in_time_go_by_row_key() -> None:
    rows = [{**row, "observed_at": day(0)} for row in rows_of({"domain": "a"}, {"domain": "a"})]
    assert groups(rows[::-1]) == {"r0": "r0", "r1": "r0"}


# --- LinkedIn, other domains, what stays one ------------------------------------------------------

ACME = {**NAMED, "domain": "acme"}
PAGE = {"linkedin_url": "page"}


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ({"domain": "a", "name_key": "n"}, {"domain": "b", "name_key": "m"}, False),
        ({"domain": "a", "name_key": "n"}, {"domain": "b", "name_key": "n"}, True),
        ({"domain": "a", "name_key": "n"}, {"ein": "1", "name_key": "m"}, True),
        ({"domain": "a", "name_key": "n"}, {"name_key": "m"}, True),
        ({"domain": "a", "name_key": "n", "ein": "1"}, {"domain": "b", "name_key": "n", "ein": "2"}, False),
    ],
)
def test_a_page_joins_two_companies_unless_domains_and_names_differ(one: Row, other: Row, is_one: bool) -> None:
    for first, second in ((one, other), (other, one)):
        found = groups(rows_of({**PAGE, **first}, {**PAGE, **second}))
        assert (found["r1"] == "r0") == is_one


def test_a_page_joins_companies_after_the_stronger_keys_of_the_same_instant() -> None:
    rows = rows_of(
        {**PAGE, "domain": "a", "name_key": "n"}, {**PAGE, "ein": "1", "name_key": "m"}, {"ein": "1", "domain": "b"}
    )
    assert groups(rows) == {"r0": "r0", "r1": "r0", "r2": "r0"}  # r1 came before its domain was known
    same_time = [{**row, "observed_at": day(0)} for row in rows]
    assert groups(same_time) == {"r0": "r0", "r1": "r1", "r2": "r1"}


def test_a_page_of_two_unrelated_companies_follows_the_name_then_the_age() -> None:
    strangers = ({**PAGE, "domain": "a", "name_key": "n"}, {**PAGE, "domain": "b", "name_key": "m"})
    found = groups(rows_of(*strangers, {**PAGE, "name_key": "m"}, {**PAGE, "name_key": "third"}))
    assert found == {"r0": "r0", "r1": "r1", "r2": "r1", "r3": "r0"}


AT = {"address_line1": "12 mill rd", "postal_code": "43004-1234"}


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ({"phone": "p"}, {"phone": "p"}, True),
        ({"phone": "p"}, {"phone": "q"}, False),
        (AT, {**AT, "postal_code": "43004"}, True),
        (AT, {**AT, "postal_code": "43005"}, False),
        ({**AT, "postal_code": None}, {**AT, "postal_code": None}, False),
        ({**AT, "phone": "p"}, {**AT, "phone": "q"}, True),
        ({"phone": "p", "ein": "1"}, {"phone": "p", "ein": "2"}, False),
        ({"phone": "p", "linkedin_url": "l"}, {"phone": "p", "linkedin_url": "m"}, False),
        ({"phone": "p", "handed_in_id": "h"}, {"phone": "p", "handed_in_id": "i"}, False),
        ({"phone": "p", "ein": "1"}, {"phone": "p"}, True),
        ({"phone": "p", "state": "PA"}, {"phone": "p"}, False),
        ({"phone": "p", "name_key": "apex"}, {"phone": "p"}, False),
    ],
)
def test_a_second_domain_needs_the_same_phone_or_street(one: Row, other: Row, is_one: bool) -> None:
    rows = rows_of({**ACME, **one}, {**ACME, "domain": "other", **other})
    assert (groups(rows)["r1"] == "r0") == is_one


def test_the_phone_may_come_later() -> None:
    new_site = {**ACME, "domain": "new"}
    rows = rows_of({**ACME, "phone": "p"}, new_site, {**new_site, "phone": "p"})
    assert set(groups(rows).values()) == {"r0"}
    assert groups(rows[:2]) == {"r0": "r0", "r1": "r1"}


def test_joined_rows_stay_joined() -> None:
    by_name = rows_of(ACME, {**NAMED, "ein": "1"}, {**ACME, "ein": "2"})
    assert groups(by_name) == {"r0": "r0", "r1": "r0", "r2": "r2"}
    by_page = rows_of({**PAGE, "domain": "a"}, {**PAGE, "ein": "1"}, {"domain": "b", "ein": "1"})
    assert set(groups(by_page).values()) == {"r0"}


# --- references by name ---------------------------------------------------------------------------


@pytest.mark.parametrize("later", [{"state": "PA"}, {"state": None}, {}])
def test_a_later_namesake_takes_no_row_away(later: Row) -> None:
    rows = rows_of(ACME, {"name_key": "acme"}, {**NAMED, "domain": "b", **later}, {"name_key": "acme"})
    assert groups(rows) == {"r0": "r0", "r1": "r0", "r2": "r2", "r3": None}


def test_a_name_that_is_new_means_the_first_company_that_gets_it_later() -> None:
    rows = rows_of({"name_key": "acme"}, ACME, {**NAMED, "state": "PA", "domain": "b"})
    assert groups(rows)["r0"] == "r1"
    at_once = [rows[0], *({**row, "observed_at": day(1)} for row in rows[1:])]
    assert groups(at_once)["r0"] is None


def test_a_company_without_a_state_counts_if_no_company_has_the_state() -> None:
    nowhere = {"name_key": "acme", "domain": "a"}
    assert groups(rows_of(nowhere, NAMED))["r1"] == "r0"
    assert groups(rows_of(nowhere, {**ACME, "domain": "b"}, NAMED))["r2"] == "r1"
    assert groups(rows_of({**nowhere, "state": "PA"}, NAMED))["r1"] is None
    # the first row with only a name gives the state of the company
    assert groups(rows_of(nowhere, NAMED, {**NAMED, "state": "PA"}))["r2"] is None


def test_the_old_name_of_a_company_still_means_it() -> None:
    rows = rows_of(ACME, {**ACME, "name_key": "apex"}, {"name_key": "acme"}, {"name_key": "apex"})
    assert set(groups(rows).values()) == {"r0"}


# --- suspect domains, pairs, verdicts -------------------------------------------------------------


def test_a_domain_with_many_names_still_identifies_a_company() -> None:
    named = ({"domain": "d", "name_key": name} for name in ("a", "b", "a", "c", "e"))
    result = run(rows_of(*named))
    assert [row["names_of_domain"] for row in result.values()] == [1, 2, None, 3, 4]
    assert {row["group_key"] for row in result.values()} == {"r0"}


def pairs(rows: list[Row], verdicts: list[tuple[str, str, str]] = ()) -> list[tuple[str, ...]]:
    found = group_companies(pa.Table.from_pylist(rows, INPUT), judged(verdicts)).pairs
    return [tuple(row.values()) for row in found.to_pylist()]


def judged(verdicts: list[tuple[str, str, str]]) -> pa.Table:
    return pa.table(list(zip(*verdicts, strict=True)) or [[]] * 3, schema=NO_VERDICTS.schema)


def test_pairs_for_a_reviewer_have_their_reason_and_value() -> None:
    other_site = {**ACME, "domain": "b"}
    assert pairs(rows_of(ACME, other_site)) == [("r0", "r1", "same_name_other_domain", "acme, OH", "pending")]
    strangers = ({**PAGE, "domain": "a", "name_key": "n"}, {**PAGE, "domain": "b", "name_key": "m"})
    assert pairs(rows_of(*strangers)) == [("r0", "r1", "shared_linkedin", "page", "pending")]
    with_eins = [{**row, "ein": ein} for row, ein in zip(strangers, "12", strict=True)]
    assert pairs(rows_of(*with_eins)) == [("r0", "r1", "key_conflict", "page", "pending")]
    one_site = ({**ACME, "ein": "1"}, {**ACME, "ein": "2"})
    assert pairs(rows_of(*one_site)) == [("r0", "r1", "key_conflict", "acme", "pending")]
    assert pairs(rows_of(ACME, {**ACME, "state": "PA", "domain": "b"})) == []
    assert pairs(rows_of({**NAMED, "ein": "1"}, {**NAMED, "ein": "2"})) == []


def verdict_groups(rows: list[Row], *verdicts: tuple[str, str, str]) -> tuple[list[str | None], list[bool]]:
    found = group_companies(pa.Table.from_pylist(rows, INPUT), judged(verdicts))
    return found.rows["group_key"].to_pylist(), found.contradicted.tolist()


def test_a_verdict_same_joins_over_names_and_domains_but_not_over_two_eins() -> None:
    rows = rows_of(ACME, {"domain": "b", "name_key": "apex"}, {"ein": "1", "domain": "c"}, {"ein": "2", "domain": "d"})
    assert verdict_groups(rows, ("r0", "r1", "same"), ("r2", "r3", "same")) == (["r0", "r0", "r2", "r3"], [False, True])


def test_the_pair_keeps_its_conflict_type_after_a_verdict() -> None:
    rows = rows_of(ACME, {**ACME, "domain": "b"})
    pair = ("r0", "r1", "same_name_other_domain", "acme, OH")
    assert pairs(rows, [("r0", "r1", "different")]) == [(*pair, "confirmed_different")]
    assert pairs(rows, [("r1", "r0", "same")]) == [(*pair, "confirmed_same")]


def test_a_verdict_different_holds_against_domain_page_and_name() -> None:
    apart = ("r0", "r1", "different")
    for shared in ({"domain": "d"}, {"linkedin_url": "l"}, {"domain": "d", "linkedin_url": "l"}):
        rows = rows_of({**NAMED, **shared}, {**NAMED, **shared}, shared)
        # a value that both have belongs to the older company
        assert verdict_groups(rows, apart) == (["r0", "r1", "r0"], [False])
    assert verdict_groups(rows_of(ACME, {**NAMED, "ein": "1"}), apart)[0] == ["r0", "r1"]


@pytest.mark.parametrize("key", ["handed_in_id", "ein"])
def test_a_verdict_different_does_not_hold_against_barton_id_and_ein(key: str) -> None:
    assert verdict_groups(rows_of({key: "x"}, {key: "x"}), ("r0", "r1", "different")) == (["r0", "r0"], [True])


def test_a_row_between_two_separated_companies_follows_the_stronger_key() -> None:
    rows = rows_of({"domain": "a", "linkedin_url": "l"}, {"domain": "b", "linkedin_url": "l", "handed_in_id": "h"})
    bridge = {**rows_of({})[0], "row_key": "r2", "observed_at": day(2), "domain": "a", "handed_in_id": "h"}
    assert verdict_groups([*rows, bridge], ("r0", "r1", "different"))[0] == ["r0", "r1", "r1"]


def test_verdicts_on_rows_that_are_not_there_or_have_no_key_are_ignored() -> None:
    rows = rows_of(ACME, {"name_key": "acme"})
    assert verdict_groups(rows, ("r0", "r1", "different"), ("r0", "gone", "different")) == (["r0", "r0"], [False] * 2)


# --- compared with a slow and simple implementation of the rules -----------------------------------------------


def slow_groups(rows: list[Row]) -> dict[str, str | None]:
    rows = sorted(rows, key=lambda row: (row["observed_at"], row["row_key"]))
    keyed = [row for row in rows if any(row[key] for key in KEYS)]
    companies: list[list[Row]] = []

    def values(company: list[Row], *columns: str) -> set[tuple]:
        found = {tuple(row[column] for column in columns) for row in company}
        return {value for value in found if None not in value}

    def agree(one: list[Row], other: list[Row], *columns: str) -> bool:
        return bool(values(one, *columns) & values(other, *columns))

    def contradict(one: list[Row], other: list[Row], key: str) -> bool:
        return bool(values(one, key) and values(other, key)) and not agree(one, other, key)

    def share(one: list[Row], other: list[Row], *keys: str) -> bool:
        return any(agree(one, other, key) for key in keys)

    def merge(*parts: list[Row]) -> list[Row]:
        merged = [row for row in keyed if any(row in part for part in parts)]
        companies[:] = [company for company in companies if company not in parts] + [merged]
        companies.sort(key=lambda company: keyed.index(company[0]))
        return merged

    def home(row: Row) -> list[Row]:
        return next(company for company in companies if row in company)

    def profile(company: list[Row]) -> list[set]:
        kinds = {key for key in KEYS if values(company, key)}
        places = ("name_key", "state"), ("name_key", "state", "phone")
        street = ("name_key", "state", "address_line1", "postal_code")
        return [kinds, *(values(company, *columns) for columns in (*places, street))]

    def best_partner(company: list[Row], pages: set[tuple]) -> list[Row] | None:
        found = [
            other
            for other in companies
            if other is not company
            and pages & values(other, "linkedin_url")
            and not contradict(company, other, "ein")
            and not (values(company, "domain") and values(other, "domain") and not share(company, other, "name_key"))
        ]
        return min(found, key=lambda other: not share(company, other, "name_key"), default=None)

    def gained_nothing(company: list[Row], before: list[list[Row]], gain: Any) -> bool:
        """Such a company is not examined."""
        parts = [old for old in before if all(row in company for row in old)]
        if len(parts) != 1 or gain(parts[0]) != gain(company):
            return False
        reached = parts[0]
        for _ in company:
            reached = [
                row for row in company if row in reached or share([row], reached, "handed_in_id", "domain", "ein")
            ]
        return len(reached) == len(company)

    def new_pages(company: list[Row], before: list[list[Row]], seen: list[list[Row]]) -> set[tuple]:
        """The pages by which a company is examined: all of them, if it has a new name or absorbed another company."""
        if company in seen:
            return set()
        parts = [old for old in before if all(row in company for row in old)]
        pages = values(company, "linkedin_url")
        if len(parts) != 1 or values(parts[0], "name_key") != values(company, "name_key"):
            return pages
        return pages - values(parts[0], "linkedin_url")

    for instant in sorted({row["observed_at"] for row in keyed}):
        now = [row for row in keyed if row["observed_at"] == instant]
        before = [list(company) for company in companies]
        seen: list[list[Row]] = []
        for row in now:
            touched = [company for company in companies if share(company, [row], "handed_in_id", "domain", "ein")]
            free = [company for company in touched if not values(company, "ein")]
            bound = [company for company in touched if values(company, "ein")]
            if row["ein"]:
                bound = [company for company in bound if (row["ein"],) in values(company, "ein")]
            merge(*free, *bound[:1], [row])
        looked_at: list[list[Row]] = []
        joined = True
        while joined:
            joined = False
            for row in now:
                while True:
                    company = home(row)
                    partner = best_partner(company, new_pages(company, before, seen))
                    if partner is None:
                        seen.append(company)
                        break
                    chosen = best_partner(partner, values(partner, "linkedin_url"))
                    if values(company, "domain") and not values(partner, "domain") and chosen is not company:
                        merge(partner, chosen)
                    else:
                        merge(company, partner)
            waiting = [company for company in companies if any(row in company for row in now)]
            while waiting:
                company = waiting.pop(0)
                if gained_nothing(company, before, profile) or company in looked_at:
                    continue
                while True:
                    fitting = [
                        other
                        for other in companies
                        if other is not company
                        and other not in waiting
                        and agree(company, other, "name_key", "state")
                        and not any(values(company, key) and values(other, key) for key in KEYS if key != "domain")
                        and (
                            not (values(company, "domain") and values(other, "domain"))
                            or agree(company, other, "name_key", "state", "phone")
                            or agree(company, other, "name_key", "state", "address_line1", "postal_code")
                        )
                    ]
                    kinds = [key for other in fitting for key in KEYS if values(other, key)]
                    if not fitting or len(kinds) > len(set(kinds)):
                        break
                    company = merge(company, *fitting)
                    joined = True
                looked_at.append(company)

    result: dict[str, str | None] = {row["row_key"]: company[0]["row_key"] for company in companies for row in company}
    for row in rows:
        if row["row_key"] not in result:
            meant = slow_meaning(row, companies) if row["name_key"] else None
            result[row["row_key"]] = meant and meant[0]["row_key"]
            if meant:
                meant.append(
                    {
                        **row,
                        "observed_at": max(
                            row["observed_at"], min(r["observed_at"] for r in meant if r["name_key"] == row["name_key"])
                        ),
                    }
                )
    return result


def slow_meaning(row: Row, companies: list[list[Row]]) -> list[Row] | None:
    """The company that a row with a name alone means."""

    def since(company: list[Row], has: Any) -> dt.datetime | None:
        return min((other["observed_at"] for other in company if has(other)), default=None)

    name, state, now = row["name_key"], row["state"], row["observed_at"]
    bearers = []
    for company in companies:
        named = since(company, lambda other: other["name_key"] == name)
        here = since(company, lambda other: (other["name_key"], other["state"]) == (name, state))
        anywhere = since(company, lambda other: other["state"] is not None)
        if state is None:
            bearers.append((named, True, company))
        else:
            bearers.append((here, True, company))
            if named is not None and (anywhere is None or anywhere > max(named, now)):
                bearers.append((named, False, company))
    bearers = [bearer for bearer in bearers if bearer[0] is not None]
    present = [bearer for bearer in bearers if bearer[0] <= now]
    if present:
        found = [bearer for bearer in present if bearer[1]] or present
    else:
        found = [bearer for bearer in bearers if bearer[0] == min(time for time, *_ in bearers)]
    return found[0][2] if len({id(company) for *_, company in found}) == 1 else None


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
        "phone": one_of("p1", "p2"),
        "address_line1": one_of("s1"),
        "postal_code": one_of("1", "2"),
    }
)
some_rows = st.lists(a_row, max_size=12).map(lambda found: rows_of(*found))


@settings(max_examples=50, deadline=None)
@given(some_rows)
def test_groups_equal_those_of_the_slow_implementation(rows: list[Row]) -> None:
    assert groups(rows) == slow_groups(rows)


def test_groups_of_thousands_of_worlds_at_once_equal_those_of_the_slow_implementation() -> None:
    """Several independent worlds in one call, distinguished by a prefix."""
    chance = random.Random(7)
    choices = {
        "handed_in_id": [*[None] * 9, "h1", "h2"],
        "domain": [None, None, None, "d1", "d2", "d3", "d4"],
        "linkedin_url": [*[None] * 5, "l1", "l2", "l3"],
        "ein": [*[None] * 5, "e1", "e2", "e3"],
        "name_key": [None, "acme", "acme", "apex"],
        "state": [None, "OH", "OH", "PA"],
        "phone": [None, None, "p1", "p2"],
        "address_line1": [None, None, "s1"],
        "postal_code": [None, "1"],
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
def test_without_eins_pages_and_names_groups_are_the_transitive_closure(rows: list[Row]) -> None:
    rows = [{**row, "ein": None, "linkedin_url": None, "name_key": None} for row in rows]
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
        shared = {
            frozenset(ein for group in bearers for ein in eins.get(group, ()))
            for bearers in (
                {result[other["row_key"]]["group_key"] for other in rows if row[key] and row[key] == other[key]}
                for key in KEYS
            )
        }
        conflict = result[row["row_key"]]["conflict_detail"]
        assert (conflict is not None) == any(len(found) > 1 for found in shared)
        assert all(ein in conflict for found in shared if len(found) > 1 for ein in found)


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
    earlier = [row for row in rows if row["observed_at"] < rows[-1]["observed_at"]]
    before, after = groups(earlier), groups(rows)
    for one in before:
        for other in before:
            if before[one] is not None and before[one] == before[other]:
                assert after[one] == after[other]


@settings(max_examples=100, deadline=None)
@given(some_rows, one_of("acme", "apex"), one_of("OH", "PA"))
def test_a_younger_row_of_another_firm_takes_no_row_from_its_company(rows: list[Row], name: str, state: str) -> None:
    """This holds even if the names are equal, as long as no strong key is shared."""
    stranger = {**rows_of({"domain": "zz", "name_key": name, "state": state})[0], "row_key": "z", "observed_at": day(9)}
    before, after = groups(rows), groups([*rows, stranger])
    assert {key: after[key] for key, group in before.items() if group} == {k: g for k, g in before.items() if g}


@settings(max_examples=50, deadline=None)
@given(some_rows)
def test_a_prefix_of_time_gives_the_companies_of_that_time(rows: list[Row]) -> None:
    """What became one stays one: later rows never separate rows, and change the company of no row."""
    after = groups(rows)
    for until in range(3):
        before = groups([row for row in rows if row["observed_at"] <= day(until)])
        accepted = [key for key, group in before.items() if group]
        for one in accepted:
            assert after[one] is not None
            assert all(after[one] == after[other] for other in accepted if before[one] == before[other])


@settings(max_examples=25, deadline=None)
@given(some_rows)
def test_each_group_alone_is_one_group_again(rows: list[Row]) -> None:
    found = groups(rows)
    for group in set(found.values()) - {None}:
        alone = [row for row in rows if found[row["row_key"]] == group]
        assert set(groups(alone).values()) == {group}


# --- hostile input --------------------------------------------------------------------------------


def test_an_empty_table_gives_an_empty_result() -> None:
    assert group_companies(INPUT.empty_table()).rows.equals(SCHEMA.empty_table())


def test_rows_with_only_nulls_and_blanks() -> None:
    rows = run(rows_of({"observed_at": None}, {"domain": " ", "ein": ""}))
    assert {row["rejection_code"] for row in rows.values()} == {"COMPANY_UNIDENTIFIED"}
    nulls = pa.table({"row_key": ["a", "b"], **{name: pa.nulls(2) for name in INPUT.names[1:]}})
    assert group_companies(nulls).rows["group_key"].to_pylist() == [None, None]


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
    assert group_companies(table).rows["group_key"].to_pylist() == ["r0", "r0"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (pa.table({"row_key": ["a"]}), "missing columns address_line1, domain"),
        (pa.Table.from_pylist(rows_of({}) * 2, INPUT), "row_key is not unique, for one 'r0'"),
        (pa.Table.from_pylist(rows_of({"row_key": None}), INPUT), "row_key is null in 1 rows"),
    ],
)
def test_wrong_tables_are_refused_in_words(rows: pa.Table, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        group_companies(rows)


def seconds(table: pa.Table) -> float:
    start = time.process_time()
    group_companies(table)
    return time.process_time() - start


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
def test_large_groups_take_less_than_quadratic_time(keys: Any) -> None:
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
            "phone": column("p", 0.5, size // 2),
            "address_line1": column("a", 0.5, size // 2),
            "postal_code": column("z", 0.5, 999),
        }
    )


def test_many_rows_take_seconds() -> None:
    assert seconds(random_table(200_000)) < 10
