"""Which observations are about the same person, and which person a reference means."""

import datetime as dt
import random
import time
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotwatch.identity.names import Name, compatible, related
from slotwatch.identity.people import People, group_people

STRONG = ["handed_in_id", "linkedin_url", "email"]
NAMES = ["first_key", "middle_key", "last_key", "suffix_key"]
INPUT = pa.schema(
    [
        ("observation_key", pa.string()),
        ("observed_at", pa.timestamp("us")),
        ("intake_id", pa.string()),
        ("mention", pa.int64()),
    ]
    + [(column, pa.string()) for column in ["company_id", *NAMES, *STRONG]]
)
ASKED = pa.schema([(column, pa.string()) for column in ["reference_key", "company_id", *NAMES]])
DECIDED = pa.schema([(column, pa.string()) for column in ["observation_key_a", "observation_key_b", "verdict"]])
SAME, DIFFERENT = "same_person", "different_people"
Row = dict[str, Any]
Verdict = tuple[str, str, str]


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1) + dt.timedelta(days=number)


def named(words: str | None) -> Row:
    """Name keys of `david m cordani` or `david m cordani, jr`."""
    if not words:
        return dict.fromkeys(NAMES)
    words, _, suffix = words.partition(", ")
    first, *middle, last = words.split()
    keys = (first, " ".join(middle) or None, last, suffix or None)
    return dict(zip(NAMES, keys, strict=True))


def seen(words: str | None = "david cordani", company: str | None = "c", **more: Any) -> Row:
    return {**named(words), "company_id": company, **more}


def rows_of(*given_rows: Row) -> list[Row]:
    """Observations o0, o1, ..., seen one day apart unless an observation gives its own time."""
    return [
        {
            "observation_key": f"o{number}",
            "observed_at": day(number),
            "intake_id": f"i{number}",
            "mention": 1,
            **dict.fromkeys(STRONG),
            **row,
        }
        for number, row in enumerate(given_rows)
    ]


def asked(*given_rows: Row) -> list[Row]:
    return [{"reference_key": f"q{number}", **row} for number, row in enumerate(given_rows)]


def as_rows(rows: list[Row], references: list[Row], found: People) -> list[Row]:
    """The result by kind and key, with keys in the place of positions."""
    keys = [row["observation_key"] for row in rows]
    names = ("kind", "key", "group_key", "is_ambiguous", "linkedin_owner", "email_owner")

    def key_of(position: np.int64) -> str | None:
        return keys[position] if position >= 0 else None

    observations = [
        ("observation", key, key_of(person), False, key_of(linkedin), key_of(email))
        for key, person, linkedin, email in zip(keys, *found[:3], strict=True)
    ]
    meant = [
        ("reference", row["reference_key"], key_of(person), bool(is_ambiguous), None, None)
        for row, person, is_ambiguous in zip(references, *found[3:], strict=True)
    ]
    return [dict(zip(names, row, strict=True)) for row in sorted(observations) + sorted(meant)]


def run(rows: list[Row], references: list[Row] = (), verdicts: list[Verdict] | None = None) -> list[Row]:
    result = group_people(
        pa.Table.from_pylist(rows, INPUT),
        pa.Table.from_pylist(list(references), ASKED),
        None if verdicts is None else decided(verdicts),
    )
    return as_rows(rows, list(references), result)


def decided(verdicts: list[Verdict]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(DECIDED.names, verdict, strict=True)) for verdict in verdicts], DECIDED)


def groups(rows: list[Row], verdicts: list[Verdict] | None = None) -> dict[str, str]:
    return {row["key"]: row["group_key"] for row in run(rows, verdicts=verdicts)}


def people(*given_rows: Row, verdicts: list[Verdict] | None = None) -> list[str]:
    """The group of each observation, in order of age."""
    return list(groups(rows_of(*given_rows), verdicts).values())


def meant(rows: list[Row], *references: Row) -> list[tuple[str | None, bool]]:
    return [
        (row["group_key"], row["is_ambiguous"])
        for row in run(rows_of(*rows), asked(*references))
        if row["kind"] == "reference"
    ]


def by_kind(key: str, owner: str) -> tuple[str | None, str | None]:
    return (owner, None) if key == "linkedin_url" else (None, owner)


def owners(*given_rows: Row, verdicts: list[Verdict] | None = None) -> list[tuple[str | None, str | None]]:
    """For each observation, the owners of its LinkedIn page and email, if these belong to another person."""
    return [(row["linkedin_owner"], row["email_owner"]) for row in run(rows_of(*given_rows), verdicts=verdicts)]


# --- rule 1: strong links -------------------------------------------------------------------------


def test_a_shared_barton_id_joins_rows_with_any_names_and_companies() -> None:
    rows = [seen(handed_in_id="x"), seen("ann lee", "d", handed_in_id="x"), seen("ann lee", "e")]
    assert people(*rows) == ["o0", "o0", "o2"]


@pytest.mark.parametrize(
    ("one", "other", "by_email", "by_linkedin"),
    [
        ("ann lee", "ann park", True, True),
        ("ann lee", "anna park", True, True),  # anna has the nickname ann
        ("a lee", "ann park", True, True),
        ("ann lee", "beth lee", False, True),
        ("ann lee", "beth park", False, False),
        ("wei li", "li wei", True, True),
        ("bob lee", "rob park", False, False),
    ],
)
def test_an_email_or_linkedin_joins_rows_with_related_names_at_any_company(
    one: str, other: str, by_email: bool, by_linkedin: bool
) -> None:
    for key, joins in (("email", by_email), ("linkedin_url", by_linkedin)):
        rows = [seen(one, **{key: "x"}), seen(other, "d", **{key: "x"})]
        assert people(*rows) == ["o0", "o0" if joins else "o1"]
        assert owners(*rows) == [(None, None), (None, None) if joins else by_kind(key, "o0")]


def test_a_key_belongs_to_the_oldest_row_and_to_rows_related_to_that_row() -> None:
    # o2 is related to o1 but not to o0, the owner of the email
    rows = [seen("ann lee", email="e"), seen("beth lee", email="e"), seen("beth lee", "d", email="e")]
    assert people(*rows) == ["o0", "o1", "o2"]
    assert owners(*rows) == [(None, None), (None, "o0"), (None, "o0")]
    # the page does not belong to o1, so o1 has no LinkedIn and nothing contradicts o3
    rows = [
        seen("ann lee", "d", linkedin_url="l"),
        seen("david cordani", linkedin_url="l"),
        seen(linkedin_url="l2"),
    ]
    assert people(*rows) == ["o0", "o1", "o1"]


def test_a_key_of_one_row_counts_for_all_rows_of_the_person() -> None:
    rows = [seen("ann lee", email="e", handed_in_id="h"), seen("beth ray", email="e", handed_in_id="h")]
    assert people(*rows) == ["o0", "o0"]
    assert owners(*rows) == [(None, None), (None, None)]


def test_a_chain_of_three_is_one_person() -> None:
    rows = [
        seen("ann b", "c1", email="e"),
        seen("cora f", "c2", linkedin_url="l"),
        seen("ann f", "c3", email="e", linkedin_url="l"),
    ]
    assert people(*rows) == ["o0", "o0", "o0"]


def test_the_same_text_in_different_keys_is_not_a_link() -> None:
    assert people(seen("ann b", email="x"), seen("ann d", linkedin_url="x")) == ["o0", "o1"]


# --- rule 2: names at a company -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("david m cordani", "david cordani", True),
        ("harry a lawton", "harry a lawton, iii", True),
        ("j walker martin", "jeffrey w martin", True),
        ("robert lee", "bob lee", True),
        ("bob lee", "rob lee", False),
        ("james b smith", "james r smith", False),
        ("harry lawton, jr", "harry lawton, sr", False),
        ("gregory e johnson", "jennifer m johnson", False),
        ("mary ann pell", "maryann pell", True),
        ("wei li", "li wei", True),
        ("joerg muehl", "jorg muhl", True),
        ("joe lee", "jo lee", False),
    ],
)
def test_a_compatible_name_at_the_same_company_is_one_person(one: str, other: str, same: bool) -> None:
    assert people(seen(one), seen(other)) == ["o0", "o0" if same else "o1"]
    assert people(seen(other), seen(one)) == ["o0", "o0" if same else "o1"]
    assert people(seen(one), seen(other, "elsewhere")) == ["o0", "o1"]


def test_every_row_of_both_must_be_compatible() -> None:
    # By email, o1 is also David R.; the newcomer David M. is compatible only with o0.
    rows = [seen("david cordani", email="e"), seen("david r cordani", "d", email="e")]
    assert people(*rows, seen("david m cordani")) == ["o0", "o0", "o2"]
    assert people(*rows, seen("david cordani")) == ["o0", "o0", "o0"]
    late = [seen("david m cordani"), *rows]
    assert people(*late) == ["o0", "o1", "o1"]


def test_a_person_is_compared_with_all_its_absorbed_rows() -> None:
    rows = [seen("d cordani"), seen("david cordani"), seen("daniel cordani")]
    assert people(*rows) == ["o0", "o0", "o2"]


def test_two_people_with_linkedin_contradict_each_other() -> None:
    assert people(seen(linkedin_url="l1"), seen(linkedin_url="l2")) == ["o0", "o1"]
    assert people(seen(linkedin_url="l1"), seen(email="e")) == ["o0", "o0"]
    assert people(seen(email="e1"), seen(email="e2")) == ["o0", "o0"]
    # o1 joins and brings its LinkedIn, so that o2 no longer fits.
    assert people(seen(), seen(linkedin_url="l1"), seen(linkedin_url="l2")) == ["o0", "o0", "o2"]


TWO = [seen("david m cordani"), seen("david r cordani")]


def test_when_several_fit_only_one_without_email_and_linkedin_joins_the_oldest() -> None:
    assert people(*TWO, seen()) == ["o0", "o1", "o0"]
    assert people(*TWO, seen(handed_in_id="h")) == ["o0", "o1", "o0"]
    assert people(*TWO, seen(email="e")) == ["o0", "o1", "o2"]
    assert people(*TWO, seen(linkedin_url="l")) == ["o0", "o1", "o2"]
    equal = [seen(linkedin_url="l1"), seen(linkedin_url="l2")]
    assert people(*equal, seen()) == ["o0", "o1", "o0"]
    assert people(*equal, seen(email="e")) == ["o0", "o1", "o2"]


def test_if_one_person_fits_a_person_with_contact_details_joins_too() -> None:
    assert people(*TWO, seen("david r cordani", email="e")) == ["o0", "o1", "o1"]


def test_any_company_at_which_both_were_observed_is_enough() -> None:
    moved = [seen(email="e"), seen(company="d", email="e")]
    assert people(*moved, seen(company="d")) == ["o0", "o0", "o0"]
    assert people(seen(company="d"), *moved) == ["o0", "o0", "o0"]
    # o2 joins at d and from then on is also known at f.
    also = [seen(company="d", email="x"), seen(company="f", email="x"), seen(company="f")]
    assert people(*moved, *also) == ["o0"] * 5


def test_a_new_row_of_a_person_counts_at_each_of_the_persons_companies() -> None:
    # o1 and o2 bring company d, o3 a LinkedIn; at d, o4 has another LinkedIn.
    brought = [seen(), seen(email="e"), seen(company="d", email="e"), seen(linkedin_url="l1")]
    assert people(*brought, seen(company="d", linkedin_url="l2")) == ["o0"] * 4 + ["o4"]
    # o0 becomes David M. at d, so at c only o2 fits David R.
    rows = [
        seen(linkedin_url="l1"),
        seen(company="d", linkedin_url="l1"),
        seen(linkedin_url="l2"),
        seen("david m cordani", "d"),
        seen("david r cordani"),
    ]
    assert people(*rows) == ["o0", "o0", "o2", "o0", "o2"]


def test_age_is_that_of_the_oldest_observation() -> None:
    rows = [
        seen("david m cordani", email="e"),
        seen("d cordani"),
        seen("david cordani", email="e"),
    ]
    assert people(*rows) == ["o0", "o0", "o0"]


def test_a_person_with_two_last_names_is_not_joined_by_name() -> None:
    married = [seen("ann lee", email="e"), seen("ann park", email="e")]
    assert people(*married, seen("ann lee"), seen("ann park")) == ["o0", "o0", "o2", "o3"]
    assert people(seen("ann lee"), *married) == ["o0", "o1", "o1"]


@pytest.mark.parametrize("missing", ["first_key", "last_key"])
def test_a_person_without_a_first_or_last_name_is_not_joined_by_name(missing: str) -> None:
    assert people(seen() | {missing: None}, seen() | {missing: None}) == ["o0", "o1"]


def test_ties_in_time_go_by_intake_then_mention() -> None:
    rows = rows_of(seen(email="e"), seen(email="e"), seen(email="e"))
    for row, intake, mention in zip(rows, ["i2", "i1", "i1"], [1, 10, 9], strict=True):
        row.update(observed_at=day(0), intake_id=intake, mention=mention)
    assert set(groups(rows).values()) == {"o2"}


# --- verdicts of reviewers ------------------------------------------------------------------------


def test_a_verdict_joins_two_rows_with_any_names_and_companies() -> None:
    rows = [seen("a b", "c1"), seen("c d", "c2"), seen("e f", "c3")]
    assert people(*rows, verdicts=[("o2", "o0", SAME)]) == ["o0", "o1", "o0"]
    assert people(*rows, verdicts=[("o0", "o1", SAME), ("o1", "o2", SAME)]) == ["o0", "o0", "o0"]


def test_a_verdict_joins_all_rows_that_strong_links_connect() -> None:
    rows = [seen("a b", email="e"), seen("a b", "d", email="e"), seen("c d", "f")]
    assert people(*rows, verdicts=[("o1", "o2", SAME)]) == ["o0", "o0", "o0"]


def test_different_people_are_never_joined_by_name() -> None:
    pair = [seen("david cordani"), seen("david m cordani")]
    assert people(*pair, verdicts=[("o0", "o1", DIFFERENT)]) == ["o0", "o1"]
    assert people(*pair, verdicts=[("o1", "o0", DIFFERENT)]) == ["o0", "o1"]
    # a person who fits both joins nobody if contact details exist, else the oldest
    third = seen("david cordani", email="e")
    assert people(*pair, third, verdicts=[("o0", "o1", DIFFERENT)]) == ["o0", "o1", "o2"]
    assert people(*pair, seen("d cordani"), verdicts=[("o0", "o1", DIFFERENT)]) == ["o0", "o1", "o0"]


def test_a_verdict_counts_for_the_person_that_has_absorbed_the_row() -> None:
    rows = [seen("david cordani"), seen("dave cordani"), seen("david cordani")]
    assert people(*rows, verdicts=[("o1", "o2", DIFFERENT)]) == ["o0", "o0", "o2"]
    # two people without contact details are left, so the older possible person gets the row
    assert people(*rows, seen("david cordani"), verdicts=[("o1", "o3", DIFFERENT)]) == [
        *["o0", "o0", "o0"],
        "o3",
    ]


def test_only_a_barton_id_is_stronger_than_the_verdict_different() -> None:
    apart = [("o0", "o1", DIFFERENT)]
    rows = [seen("ann b", handed_in_id="h"), seen("ann d", handed_in_id="h")]
    assert people(*rows, verdicts=apart) == ["o0", "o0"]
    assert people(seen("a b"), seen("c d"), verdicts=[*apart, ("o0", "o1", SAME)]) == ["o0", "o1"]


@pytest.mark.parametrize("key", ["email", "linkedin_url"])
def test_a_value_shared_by_two_different_people_belongs_to_the_older(key: str) -> None:
    rows = [seen("ann b", **{key: "e"}), seen("ann d", "d", **{key: "e"}), seen("ann f", "f", **{key: "e"})]
    apart = [("o1", "o0", DIFFERENT)]
    assert people(*rows, verdicts=apart) == ["o0", "o1", "o0"]
    assert owners(*rows, verdicts=apart) == [(None, None), by_kind(key, "o0"), (None, None)]


def test_a_third_row_that_would_join_two_different_people_joins_the_older() -> None:
    rows = [seen("ann b", email="e"), seen("ann d", "d", linkedin_url="l")]
    third = seen("ann f", "f", email="e", linkedin_url="l")
    assert people(*rows, third) == ["o0", "o0", "o0"]
    assert people(*rows, third, verdicts=[("o1", "o0", DIFFERENT)]) == ["o0", "o1", "o0"]
    assert people(rows[0], third, rows[1], verdicts=[("o0", "o2", DIFFERENT)]) == ["o0", "o0", "o2"]
    assert owners(rows[0], third, rows[1], verdicts=[("o0", "o2", DIFFERENT)])[2] == ("o1", None)


def test_if_verdicts_leave_one_of_several_fitting_people_that_person_is_joined() -> None:
    rows = [seen(linkedin_url="l1"), seen(linkedin_url="l2"), seen(email="e")]
    assert people(*rows) == ["o0", "o1", "o2"]
    assert people(*rows, verdicts=[("o2", "o0", DIFFERENT)]) == ["o0", "o1", "o1"]


def test_verdicts_on_missing_rows_are_ignored() -> None:
    rows = [seen("a b"), seen("c d")]
    assert people(*rows, verdicts=[("o0", "gone", SAME), ("o0", "o0", DIFFERENT)]) == ["o0", "o1"]


@pytest.mark.parametrize("verdict", ["maybe", None])
def test_a_verdict_of_another_kind_is_refused_in_words(verdict: str | None) -> None:
    with pytest.raises(ValueError, match=r"verdicts: .* is neither 'same_person' nor"):
        people(seen(), verdicts=[("o0", "o0", verdict)])


# --- what earlier builds joined -------------------------------------------------------------------

REGISTERED = pa.schema(
    [
        ("observation_key", pa.string()),
        ("entity_number", pa.int64()),
        ("barton_id", pa.string()),
        ("recorded_at", pa.timestamp("us")),
    ]
)
MERGED = pa.schema([("alias_id", pa.string()), ("survivor_id", pa.string()), ("recorded_at", pa.timestamp("us"))])


def later(
    rows: list[Row],
    registered: dict[str, tuple[int, int]],
    merged: dict[int, tuple[int, int]] | None = None,
    verdicts: list[Verdict] | None = None,
    decided_on: list[int] | None = None,
) -> list[str]:
    """The groups of rows in a later build.

    Args:
        rows: as in `people`.
        registered: number and day by observation key.
        merged: survivor and day by number.
        verdicts: as in `people`. decided_on: the day of each.
    """
    book = [
        {"observation_key": key, "entity_number": number, "barton_id": f"b{number}", "recorded_at": day(when)}
        for key, (number, when) in registered.items()
    ]
    merges = [
        {"alias_id": f"b{alias}", "survivor_id": f"b{number}", "recorded_at": day(when)}
        for alias, (number, when) in (merged or {}).items()
    ]
    judged = decided(verdicts or [])
    if decided_on:
        judged = judged.append_column("decided_at", pa.array(map(day, decided_on), pa.timestamp("us")))
    result = group_people(
        pa.Table.from_pylist(rows_of(*rows), INPUT),
        ASKED.empty_table(),
        judged,
        pa.Table.from_pylist(book, REGISTERED),
        pa.Table.from_pylist(merges, MERGED),
    )
    return [row["group_key"] for row in as_rows(rows_of(*rows), [], result)]


def test_rows_that_were_one_person_stay_one_person_whatever_rows_come_later() -> None:
    late = seen("zoe kim", email="e")
    rows = [seen("ann lee", email="e"), seen("ann park", "d", email="e")]
    assert people(*rows) == ["o0", "o0"]
    # the email turns out to belong to an older row, so it no longer joins the two
    assert people(late, *rows) == ["o0", "o1", "o2"]
    assert later([late, *rows], {"o1": (0, 9), "o2": (0, 9)}) == ["o0", "o1", "o1"]
    # merged numbers stay merged, too
    assert later([late, *rows], {"o1": (0, 8), "o2": (1, 8)}, {1: (0, 9)}) == ["o0", "o1", "o1"]
    assert later([late, *rows], {"o1": (0, 8), "o2": (1, 8)}) == ["o0", "o1", "o2"]


def test_a_person_who_was_joined_by_name_stays_joined_when_an_older_namesake_comes() -> None:
    rows = [seen("d cordani"), seen("david cordani"), seen("daniel cordani", email="e")]
    assert later(rows, {"o0": (0, 9), "o2": (0, 9)}) == ["o0", "o1", "o0"]


def test_a_row_corrected_to_an_unrelated_name_leaves_its_person() -> None:
    rows = [seen("ann lee"), seen("bob ray")]
    assert later(rows, {"o0": (0, 9), "o1": (0, 9)}) == ["o0", "o1"]


def test_the_verdict_different_undoes_what_earlier_builds_joined() -> None:
    rows = [seen("ann lee", email="e"), seen("ann park", "d", email="f")]
    # o2 brought both emails together; then came o3 with the email of o1, and o4 with that of o0
    rows += [seen("ann ray", "e", email="e"), seen("ann ray", "g", email="f"), seen("ann ray", "h", email="e")]
    registered = {"o0": (0, 8), "o1": (1, 8), "o2": (0, 9), "o3": (0, 10), "o4": (0, 10)}
    assert later(rows, registered, {1: (0, 9)}) == ["o0"] * 5
    apart = [("o0", "o1", DIFFERENT)]
    assert later(rows, registered, {1: (0, 9)}, apart) == ["o0", "o1", "o0", "o1", "o0"]


def test_the_verdict_different_on_two_rows_of_one_number_lets_all_its_rows_go_by_their_keys() -> None:
    rows = [seen("ann lee", email="e"), seen("ann lee", "d", email="e"), seen("ann ray", "f", linkedin_url="l")]
    registered = {f"o{number}": (0, 9) for number in range(3)}
    assert later(rows, registered) == ["o0"] * 3
    assert later(rows, registered, verdicts=[("o0", "o1", DIFFERENT)]) == ["o0", "o1", "o2"]


def test_of_verdicts_on_rows_of_the_same_two_people_the_latest_counts() -> None:
    rows = [seen("ann lee"), seen("ann lee", "d"), seen("bea ray", "f"), seen("bea ray", "g")]
    registered = {"o0": (0, 9), "o1": (0, 9), "o2": (1, 9), "o3": (1, 9)}
    verdicts = [("o0", "o2", SAME), ("o3", "o1", DIFFERENT)]
    assert later(rows, registered, verdicts=verdicts, decided_on=[1, 2]) == ["o0", "o0", "o2", "o2"]
    assert later(rows, registered, verdicts=verdicts, decided_on=[2, 1]) == ["o0"] * 4


# --- rule 3: references ---------------------------------------------------------------------------


def test_a_reference_means_the_person_whose_every_row_fits() -> None:
    rows = [seen("david m cordani", email="e"), seen("dave cordani", "d", email="e")]
    assert meant(rows, seen("d cordani")) == [("o0", False)]
    assert meant(rows, seen("dave cordani")) == [("o0", False)]
    assert meant(rows, seen("david r cordani")) == [(None, False)]
    assert meant(rows, seen("d cordani", "f")) == [(None, False)]


def test_if_several_people_fit_a_reference_means_the_only_one_with_exactly_its_name() -> None:
    rows = [*TWO, seen("david cordani", email="e")]
    assert meant(rows, seen("david cordani")) == [("o2", False)]
    assert meant(rows, seen("david m cordani")) == [("o0", False)]
    assert meant(rows, seen("d cordani")) == [(None, True)]
    assert meant(TWO, seen("david cordani")) == [(None, True)]
    equal = [seen(linkedin_url="l1"), seen(linkedin_url="l2")]
    assert meant(equal, seen("david cordani")) == [(None, True)]


def test_a_reference_without_first_or_last_name_or_company_means_nobody() -> None:
    nameless = {**seen(), "last_key": None}
    firstless = {**seen(), "first_key": None}
    rows = [seen(), nameless, firstless]
    references = [nameless, firstless, seen(None), seen(company=None)]
    assert meant(rows, *references) == [(None, False)] * 4


# --- compared with a slow and simple implementation of the rules -----------------------------------------------


def slow_people(rows: list[Row], references: list[Row], verdicts: list[Verdict] = ()) -> list[Row]:
    def age(row: Row) -> tuple[Any, ...]:
        return row["observed_at"], row["intake_id"], row["mention"]

    def name(row: Row) -> Name:
        return Name(*(row[key] or "" for key in NAMES))

    def names_fit(one: list[Row], other: list[Row]) -> bool:
        complete = all(row["first_key"] and row["last_key"] for row in [*one, *other])
        return complete and all(compatible(name(a), name(b)) for a in one for b in other)

    def judged(one: list[Row], other: list[Row], verdict: str) -> bool:
        keys = [{row["observation_key"] for row in part} for part in (one, other)]
        return any(
            found == verdict and ((a in keys[0] and b in keys[1]) or (b in keys[0] and a in keys[1]))
            for a, b, found in verdicts
        )

    # of two verdicts on two rows without a time, `different` counts
    apart = [{a, b} for a, b, found in verdicts if found == DIFFERENT]
    verdicts = [(a, b, found) for a, b, found in verdicts if a != b and (found == DIFFERENT or {a, b} not in apart)]
    rows = sorted(rows, key=age)
    oldest_with: dict[tuple[str, str], Row] = {}
    for row in rows:
        for key in STRONG:
            if row[key]:
                oldest_with.setdefault((key, row[key]), row)
    persons: dict[str, list[Row]] = {row["observation_key"]: [row] for row in rows}

    def join(one: Row, other: Row, is_certain: bool = False) -> bool:
        left, right = (persons[row["observation_key"]] for row in (one, other))
        if left is right:
            return True
        if not is_certain and judged(left, right, DIFFERENT):
            return False
        left += right
        for row in right:
            persons[row["observation_key"]] = left
        return True

    for row in rows:
        if row["handed_in_id"]:
            join(row, oldest_with["handed_in_id", row["handed_in_id"]], is_certain=True)
    by_key = {row["observation_key"]: row for row in rows}
    position = {row["observation_key"]: number for number, row in enumerate(rows)}
    same = [(a, b) for a, b, found in verdicts if found == SAME and a in by_key and b in by_key]
    for one, other in sorted(same, key=lambda pair: sorted(map(position.get, pair))):
        join(by_key[one], by_key[other])
    owner_of: dict[tuple[str, str], str] = {}
    for row in rows:
        held = [key for key in ("linkedin_url", "email") if row[key]]
        for key in sorted(held, key=lambda key, row=row: age(oldest_with[key, row[key]])):
            owner = oldest_with[key, row[key]]
            if not related(name(row), name(owner), key == "linkedin_url") or not join(row, owner):
                owner_of[row["observation_key"], key] = owner["observation_key"]

    def values(person: list[Row], key: str) -> set[str]:
        return {row[key] for row in person if row[key] and (row["observation_key"], key) not in owner_of}

    joined: list[list[Row]] = []
    for person in {id(found): sorted(found, key=age) for found in map(persons.get, by_key)}.values():
        fitting = [
            older
            for older in joined
            if values(person, "company_id") & values(older, "company_id")
            and names_fit(person, older)
            and not judged(person, older, DIFFERENT)
            and (
                not values(person, "linkedin_url")
                or not values(older, "linkedin_url")
                or values(person, "linkedin_url") & values(older, "linkedin_url")
            )
        ]
        has_contact = values(person, "email") or values(person, "linkedin_url")
        if len(fitting) == 1 or (fitting and not has_contact):
            fitting[0] += person
        else:
            joined.append(person)

    result = [
        {
            "kind": "observation",
            "key": row["observation_key"],
            "group_key": person[0]["observation_key"],
            "is_ambiguous": False,
            **{
                f"{kind}_owner": None if owner in [other["observation_key"] for other in person] else owner
                for kind, key in (("linkedin", "linkedin_url"), ("email", "email"))
                for owner in [owner_of.get((row["observation_key"], key))]
            },
        }
        for person in joined
        for row in person
    ]
    for reference in references:
        fitting = [
            person
            for person in joined
            if reference["company_id"] in values(person, "company_id") and names_fit([reference], person)
        ]
        exact = [person for person in fitting if name(reference) in [name(row) for row in person]]
        one = fitting if len(fitting) == 1 else exact
        found = one[0][0]["observation_key"] if len(one) == 1 else None
        result.append(
            {
                "kind": "reference",
                "key": reference["reference_key"],
                "group_key": found,
                "is_ambiguous": found is None and bool(fitting),
                "linkedin_owner": None,
                "email_owner": None,
            }
        )
    return sorted(result, key=lambda row: (row["kind"], row["key"]))


def letters(number: int) -> str:
    return "".join("abcdefghijklmnopqrstuvwxyz"[number // 26**power % 26] for power in range(3))


FIRST = ["david", "dave", "d", "robert", "bob", "rob", "r", "daniel", "david m", "davidm", "joerg", "jorg", "lee"]
MIDDLE = [None, None, "m", "michael", "mike", "r", "m j", "michael john", "john michael", "lee", "d"]
LAST = [*["lee"] * 12, "park", None, "michael lee", "m lee", "mlee", "mueller", "muller", "david", "dave"]


def random_name(chance: random.Random) -> Row:
    return {
        "first_key": chance.choice([*FIRST, *FIRST, None]),
        "middle_key": chance.choice(MIDDLE),
        "last_key": chance.choice(LAST),
        "suffix_key": chance.choice([None, None, None, None, "jr", "sr"]),
    }


def random_world(chance: random.Random) -> tuple[list[Row], list[Row]]:
    """A few observations and references with many common values."""
    rows = rows_of(
        *(
            {
                **random_name(chance),
                "observed_at": day(chance.randrange(3)),
                "intake_id": f"i{chance.randrange(3)}",
                "mention": number,
                "company_id": chance.choice(["c1", "c1", "c2", "c3"]),
                "email": chance.choice([None, None, None, None, "e1", "e2", "e3", "e4"]),
                "linkedin_url": chance.choice([None, None, None, None, "l1", "l2", "l3", "l4"]),
                "handed_in_id": chance.choice([*[None] * 12, "h1", "h2"]),
            }
            for number in range(chance.randrange(12))
        )
    )
    references = asked(
        *({**random_name(chance), "company_id": chance.choice(["c1", "c2"])} for _ in range(chance.randrange(5)))
    )
    return rows, references


def random_verdicts(chance: random.Random, rows: list[Row]) -> list[Verdict]:
    """A few verdicts on any two rows, the same row, rows that are not there."""
    keys = [*(row["observation_key"] for row in rows), "gone"]
    return [
        (chance.choice(keys), chance.choice(keys), chance.choice([SAME, *[DIFFERENT] * 4]))
        for _ in range(chance.randrange(8))
    ]


worlds = st.randoms(use_true_random=False).map(random_world)


def judged_world(chance: random.Random) -> tuple[list[Row], list[Row], list[Verdict]]:
    rows, references = random_world(chance)
    return rows, references, random_verdicts(chance, rows)


judged_worlds = st.randoms(use_true_random=False).map(judged_world)


@settings(max_examples=50, deadline=None)
@given(judged_worlds)
def test_people_with_verdicts_equal_those_of_the_slow_implementation(
    world: tuple[list[Row], list[Row], list[Verdict]],
) -> None:
    assert run(*world) == slow_people(*world)


@settings(max_examples=50, deadline=None)
@given(judged_worlds, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_verdicts_does_not_matter(
    world: tuple[list[Row], list[Row], list[Verdict]], chance: random.Random
) -> None:
    shuffled = [chance.sample(part, len(part)) for part in world]
    shuffled[2] = [(b, a, verdict) for a, b, verdict in shuffled[2]]
    assert run(*world) == run(*shuffled)


@settings(max_examples=50, deadline=None)
@given(worlds)
def test_an_empty_table_of_verdicts_changes_nothing(world: tuple[list[Row], list[Row]]) -> None:
    assert run(*world, []) == run(*world)


def test_people_of_a_crowd_with_verdicts_equal_those_of_the_slow_implementation() -> None:
    """A hundred people with the same name at one company, half of them separated from others by verdicts."""
    chance = random.Random(3)
    rows = rows_of(
        *(
            seen(chance.choice(["david lee", "d lee", "david m lee"]), email=chance.choice([None, f"e{n}"]))
            for n in range(100)
        )
    )
    keys = [row["observation_key"] for row in rows]
    verdicts = [(*chance.sample(keys, 2), DIFFERENT) for _ in range(80)]
    assert run(rows, [], verdicts) == slow_people(rows, [], verdicts)
    assert run(rows, [], verdicts) != run(rows)


@settings(max_examples=50, deadline=None)
@given(worlds)
def test_people_equal_those_of_the_slow_implementation(world: tuple[list[Row], list[Row]]) -> None:
    assert run(*world) == slow_people(*world)


def test_people_of_thousands_of_worlds_at_once_equal_those_of_the_slow_implementation() -> None:
    """Several independent worlds in one call, distinguished by a prefix."""
    chance = random.Random(7)
    apart = ["observation_key", "reference_key", "company_id", *STRONG]
    all_rows: list[Row] = []
    all_references: list[Row] = []
    expected: list[Row] = []
    for number in range(3000):
        rows, references = (
            [
                {key: f"{number}-{value}" if key in apart and value else value for key, value in row.items()}
                for row in part
            ]
            for part in random_world(chance)
        )
        all_rows += rows
        all_references += references
        expected += slow_people(rows, references)
    chance.shuffle(all_rows)
    assert run(all_rows, all_references) == sorted(expected, key=lambda row: (row["kind"], row["key"]))
    kinds = {(row["group_key"] is None, row["is_ambiguous"]) for row in expected}
    assert kinds == {(False, False), (True, False), (True, True)}


@pytest.mark.parametrize("seed", range(8))
def test_people_of_a_crowd_equal_those_of_the_slow_implementation(seed: int) -> None:
    """Hundreds of people with the same last name at one company, so that names are looked up by word."""
    chance = random.Random(seed)
    words = [*FIRST, *(letters(chance.randrange(9999)) for _ in range(40)), "jon", "jonathan"]
    rows = [
        {
            **seen(),
            "first_key": chance.choice(words if seed % 2 else FIRST),
            "middle_key": chance.choice([None, *MIDDLE, *words]),
            "last_key": chance.choice(LAST) if seed > 1 else "lee",
            "company_id": chance.choice(["c", "c", "c", "d"]),
            "email": chance.choice([None, None, f"e{chance.randrange(300)}"]),
            "linkedin_url": chance.choice([None, None, f"l{chance.randrange(300)}"]),
        }
        for _ in range(300)
    ]
    world = rows_of(*rows), asked(*chance.sample(rows, 100))
    assert run(*world) == slow_people(*world)


@settings(max_examples=50, deadline=None)
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(world: tuple[list[Row], list[Row]], chance: random.Random) -> None:
    rows, references = world
    shuffled = chance.sample(rows, len(rows)), chance.sample(references, len(references))
    assert run(rows, references) == run(*shuffled)


@settings(max_examples=50, deadline=None)
@given(worlds)
def test_references_and_strangers_change_no_group(world: tuple[list[Row], list[Row]]) -> None:
    rows, references = world
    stranger = {**rows_of(seen("david lee", "elsewhere", email="zz"))[0], "observation_key": "z"}
    with_both = [row for row in run([*rows, stranger], references) if row["kind"] == "observation"]
    assert {row["key"]: row["group_key"] for row in with_both} == {**groups(rows), "z": "z"}


@settings(max_examples=50, deadline=None)
@given(worlds, worlds)
def test_rows_of_other_companies_without_a_common_key_change_no_person(
    world: tuple[list[Row], list[Row]], others: tuple[list[Row], list[Row]]
) -> None:
    apart = ["observation_key", "company_id", *STRONG]
    elsewhere = [
        {key: f"x-{value}" if key in apart and value else value for key, value in row.items()} for row in others[0]
    ]
    found = groups([*world[0], *elsewhere])
    assert {key: group for key, group in found.items() if not key.startswith("x-")} == groups(world[0])


@settings(max_examples=50, deadline=None)
@given(worlds)
def test_a_page_on_every_row_joins_no_unrelated_names(world: tuple[list[Row], list[Row]]) -> None:
    rows = [{**row, "linkedin_url": None, "email": None} for row in world[0]]
    oldest = {**seen("zoe quim", "elsewhere"), **rows_of({})[0], "observation_key": "z", "observed_at": day(-1)}
    shared = [{**row, "linkedin_url": "junk", "email": "junk"} for row in [*rows, oldest]]
    assert groups(shared) == {**groups(rows), "z": "z"}


@settings(max_examples=50, deadline=None)
@given(worlds)
def test_each_person_alone_is_one_person_again(world: tuple[list[Row], list[Row]]) -> None:
    """Without the emails and LinkedIn pages that belong to others."""
    found = {row["key"]: row for row in run(world[0])}
    rows = [
        {
            **row,
            "email": None if found[row["observation_key"]]["email_owner"] else row["email"],
            "linkedin_url": None if found[row["observation_key"]]["linkedin_owner"] else row["linkedin_url"],
        }
        for row in world[0]
    ]
    for group in {row["group_key"] for row in found.values()}:
        alone = [row for row in rows if found[row["observation_key"]]["group_key"] == group]
        assert set(groups(alone).values()) == {group}


# --- hostile input --------------------------------------------------------------------------------


def test_empty_tables_give_an_empty_result() -> None:
    assert run([]) == []
    assert run([], asked(seen()))[0]["group_key"] is None


def test_rows_with_only_nulls_are_separate_people() -> None:
    nulls = pa.table({"observation_key": ["a", "b"], **{name: pa.nulls(2) for name in INPUT.names[1:]}})
    references = pa.table({"reference_key": ["q"], **{name: pa.nulls(1) for name in ASKED.names[1:]}})
    found = group_people(nulls, references)
    assert found.person.tolist() == [0, 1]
    assert found.meant.tolist() == [-1]


def test_blank_texts_count_as_missing() -> None:
    rows = [seen("a b", email=" "), seen("c d", email=" ")]
    assert people(*rows) == ["o0", "o1"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (pa.table({"observation_key": ["a"]}), "observations: missing columns company_id"),
        (
            pa.Table.from_pylist(rows_of(seen()) * 2, INPUT),
            "observation_key is not unique, for one 'o0'",
        ),
        (
            pa.Table.from_pylist(rows_of(seen(observation_key=None)), INPUT),
            "observation_key is null in 1 rows",
        ),
    ],
)
def test_wrong_tables_are_refused_in_words(rows: pa.Table, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        group_people(rows, ASKED.empty_table())


def seconds(rows: pa.Table, references: pa.Table) -> float:
    """Processor time, so that other programs on the machine do not count."""
    start = time.process_time()
    group_people(rows, references)
    return time.process_time() - start


@pytest.mark.parametrize(
    "row",
    [
        lambda n: {},
        lambda n: {"email": f"e{n}"},
        lambda n: {"linkedin_url": f"l{n}"},
        lambda n: {"linkedin_url": f"l{n}"} if n % 2 else {},
        lambda n: {"linkedin_url": f"l{n}", "first_key": "d" if n % 2 else "david"},
        lambda n: {"first_key": letters(n)},
        lambda n: {"first_key": f"david {letters(n)}", "email": f"e{n}"},
        lambda n: {"middle_key": letters(n)},
        lambda n: {"middle_key": letters(n)} if n % 2 else {"linkedin_url": f"l{n}"},
        lambda n: {"email": f"e{n // 2}", "company_id": "c" if n % 2 else f"c{n}"},
    ],
    ids=[
        "same names",
        "emails",
        "linkedin",
        "half linkedin",
        "initials with linkedin",
        "other first names",
        "other double names",
        "other middle names",
        "middle names or linkedin",
        "two companies each",
    ],
)
def test_large_groups_take_less_than_quadratic_time(row: Any) -> None:
    rows = rows_of(*({**seen(), **row(number)} for number in range(5000)))
    references = asked(*(seen() for _ in range(5000)))
    tables = pa.Table.from_pylist(rows, INPUT), pa.Table.from_pylist(references, ASKED)
    assert seconds(*tables) < 4


def random_tables(size: int) -> tuple[pa.Table, pa.Table]:
    chance = random.Random(1)

    def column(prefix: str, share: float, distinct: int) -> list[str | None]:
        return [f"{prefix}{chance.randrange(distinct)}" if chance.random() < share else None for _ in range(size)]

    names = {
        "first_key": [chance.choice([*FIRST, letters(chance.randrange(999))]) for _ in range(size)],
        "middle_key": [chance.choice(MIDDLE) for _ in range(size)],
        "last_key": column("last", 0.99, 1000),
        "suffix_key": [chance.choice([*[None] * 20, "jr", "iii"]) for _ in range(size)],
    }
    companies = column("c", 1, size // 200)
    observations = {
        "observation_key": [f"o{number}" for number in range(size)],
        "observed_at": pa.array([day(chance.randrange(700)) for _ in range(size)], pa.timestamp("us")),
        "intake_id": [f"i{number // 2}" for number in range(size)],
        "mention": [number % 2 for number in range(size)],
        "company_id": companies,
        **names,
        "email": column("e", 0.6, size),
        "linkedin_url": column("l", 0.5, size),
        "handed_in_id": column("h", 0.02, size),
    }
    part = slice(0, size // 4)
    references = {
        "reference_key": [f"q{number}" for number in range(size)][part],
        "company_id": companies[part],
        **{key: values[part] for key, values in names.items()},
    }
    return pa.table(observations), pa.table(references)


def test_many_rows_take_seconds() -> None:
    assert seconds(*random_tables(200_000)) < 10
