"""Facts of a proof in the words of a message: clauses are chosen by the values of the evidence and rendered as of
today.
"""

import csv
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotwatch.clauses import Fact, ago, facts_of, in_words, read_clauses

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
TODAY = date(2026, 1, 5)
READER = {"first_name": "Dana", "last_name": "Reed", "role": "CFO"}


def seed(name: str) -> list[dict]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CLAUSES = read_clauses(
    pa.Table.from_pylist([row | {"priority": int(row["priority"])} for row in seed("evidence_clauses")])
)


def facts(*signals: dict, reader: dict = READER) -> list[Fact]:
    cited = [
        {"signal_id": f"s{place}", "hub": "DOL", "magnitude": 50 - place, "evidence": {"text": "x", **signal}}
        for place, signal in enumerate(signals)
    ]
    return facts_of(json.dumps(cited), reader, TODAY, CLAUSES)


def said(signal_type: str, variant: str = "default", reader: dict = READER, **known) -> str:
    [fact] = facts({"signal_type": signal_type, "variant": variant, **known}, reader=reader)
    return fact.text


def test_every_type_and_variant_of_a_signal_has_words():
    for row in seed("evidence_phrases"):
        assert said(row["signal_type"], row["variant"], value=18, subject="HR")


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("your employer contribution rose 18% last year", {"plan_year_after": 2025}),
        ("your employer contribution rose 18% in 2024", {"plan_year_after": 2024}),
        ("your employer contribution rose 18% from one plan year to the next", {}),
        (
            "your employer contribution rose 18% in 2024 while headcount stayed flat",
            {"plan_year_after": 2024, "participants_before": 100, "participants_after": 97},
        ),
        (
            "your employer contribution rose 18% in 2024",
            {"plan_year_after": 2024, "participants_before": 100, "participants_after": 104},
        ),
    ],
)
def test_a_rise_states_its_year_and_whether_headcount_changed(words, known):
    assert said("cost_increase", "contribution", value=18, **known) == words


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("you added Beta as a broker in 2024", ["Alpha"], ["Alpha", "Beta"]),
        ("you dropped Beta as a broker in 2024", ["Alpha", "Beta"], ["Alpha"]),
        ("you changed brokers in 2024, from Alpha to Beta", ["Alpha"], ["Beta"]),
        ("you changed brokers in 2024, from Alpha to Beta", "Alpha", "Beta"),
        (
            "you changed brokers in 2024, from Cedar Rock of Ohio LLC to McGill & Sons",
            ["CEDAR ROCK OF OHIO LLC"],
            ["McGill & Sons"],
        ),
        ("you changed brokers in 2024", ["A", "B", "C"], ["D", "E", "F"]),
        ("you changed brokers in 2024", None, ["D"]),
    ],
)
def test_a_change_of_brokers_names_up_to_a_few_brokers(words, before, after):
    assert said("broker_change", plan_year_after=2024, names_before=before, names_after=after) == words


def test_a_fact_about_the_reader_says_you():
    hired = {"value": 21, "subject": "Chief Financial Officer", "role": "CFO", "holder_after": "Dana Reed"}
    assert said("executive_movement", "hire", **hired) == "you joined as Chief Financial Officer three weeks ago"
    other = READER | {"first_name": "Sam"}
    words = "Dana Reed joined as Chief Financial Officer three weeks ago"
    assert said("executive_movement", "hire", reader=other, **hired) == words
    middle = hired | {"holder_after": "Dana M. Reed"}
    assert said("executive_movement", "hire", **middle) == "you joined as Chief Financial Officer three weeks ago"
    assert said("new_leader", value=40, subject="CFO") == "you took over as CFO six weeks ago"
    assert said("new_leader", value=40, subject="HR") == "your new HR leader took over six weeks ago"


def test_an_unknown_person_in_the_readers_seat_is_not_called_a_new_colleague():
    hired = {"value": 21, "subject": "CFO", "role": "CFO"}
    assert said("executive_movement", "hire", **hired) == "a new CFO started at your company three weeks ago"
    other = READER | {"role": "CEO"}
    assert said("executive_movement", "hire", reader=other, **hired) == "your new CFO joined three weeks ago"


def test_the_person_who_left_is_named():
    left = {"value": 30, "subject": "CFO", "role": "CFO", "holder_before": "Emory Stiles", "holder_after": None}
    assert said("executive_movement", "departure", **left) == "Emory Stiles left as CFO four weeks ago"


def test_a_new_holder_and_a_renewal_share_one_clause():
    leader = {"signal_type": "new_leader", "variant": "default", "value": 40, "subject": "HR", "title": "CHRO"}
    renewal = {"signal_type": "renewal_proximity", "variant": "future", "value": 75}
    for cited in ([leader, renewal], [renewal, leader]):
        [fact] = facts(*cited)
        assert fact.text == "your new CHRO inherited a renewal in 75 days"
        assert set(fact.signal_ids) == {"s0", "s1"}
    assert len(facts(leader, renewal | {"variant": "past"})) == 2


def test_a_renewal_month_from_the_plan_year_is_stated_with_caution():
    renewal = {"value": 1, "renewal_month_source": "plan_year"}
    assert said("renewal_proximity", "future", **renewal) == "going by your plan year, your benefits renew tomorrow"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "in the last few days"),
        (1, "in the last few days"),
        (2, "2 days ago"),
        (13, "13 days ago"),
        (14, "two weeks ago"),
        (17, "two weeks ago"),
        (20, "three weeks ago"),
        (21, "three weeks ago"),
        (55, "eight weeks ago"),
        (60, "two months ago"),
        (170, "six months ago"),
    ],
)
def test_days_are_worded_as_people_say_them(days, words):
    assert ago(days) == words


def test_text_from_a_source_is_never_a_placeholder():
    words = said("executive_movement", "departure", value=3, subject="CFO", holder_before="{n} {oops}")
    assert words == "{n} {oops} left as CFO 3 days ago"


@given(st.text(), st.text())
def test_any_name_and_title_can_be_rendered(name, title):
    assert said("executive_movement", "hire", value=3, subject=title, holder_after=name).endswith("3 days ago")


def test_a_signal_without_a_clause_has_the_words_of_the_proof_line():
    assert said("weather") == "your public record shows this: x"
    assert said("cost_increase", "contribution") == "your public record shows this: x"


def test_parts_are_joined_to_one_phrase():
    assert [in_words("a"), in_words("ab"), in_words("abc")] == ["a", "a and b", "a, b and c"]
