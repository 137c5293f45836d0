"""Promises that hold for any input: no errors, one normal form, one row per mention."""

import sys
import time
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from normal_forms_support import ROOT, readings, word_lists

from slotwatch import processes
from slotwatch.normal_forms import emails, phones
from slotwatch.normal_forms.families import FAMILIES, family_forms
from slotwatch.normal_forms.normalise import KINDS, OUTPUT_SCHEMA, normalise
from slotwatch.normal_forms.version import forms_version
from slotwatch.normal_forms.word_lists import WORD_LISTS

HOSTILE = [
    "",
    " ",
    "\x00",
    "a\x00b@acme.test",
    "\u202e\u200f\u200b",
    "😀" * 50,
    "!?.,;:/\\|()[]{}<>'\"`~@#$%^&*-_=+",
    "'; drop table companies; --",
    "{{ config(materialized='table') }} ${x} %s",
    "a" * 10_000,
    "a." * 5_000,
    "(" * 10_000,
    "," * 10_000,
    "<" * 5_000 + ">" * 5_000,
    "1" * 10_000,
    "/a" * 5_000,
    "and " * 2_500,
    "&amp;" * 2_000,
    "&#99999999;&#xD800;&#0;",
    "http://" + "[" * 100,
    "https://%00.%zz/%",
    "xn--.com",
    "xn--a.xn--b",
    "ﬁ№½²٣",
    "e\u0301" * 200,
    "\ufffd" * 20,
    "linkedin.com/in/" + "%E2%80%8B" * 30,
    "linkedin.com/company/" + "%" * 99,
    "Dr. Mr. PhD, Jr., III",
    "and & / ; and",
    ", , ,",
]
SHOWN = [kind for kind in KINDS if kind not in ("json", "reply")]  # these two kinds have no display value
IDEMPOTENT = [kind for kind in KINDS if kind not in ("carrier", "broker", "person_name", "reply")]

anything = st.text(max_size=60)
PIECES = """Jane Doe O'Hara de van Jr. III lll PhD Dr. J. JR and & / ; , the The Inc. LLC Co of A B
/DE/ http:// www. acme .com @ .test linkedin.com /in/ /company/ 1 12 555 - .0 %C3%A9 é ß İ ŉ ² vice
president chief officer insurance america dba an ( ) " ' &#8217; \u00a0 \ufffd"""
pieces = st.sampled_from([*PIECES.split(), "\u00a0"])
composed = st.lists(st.tuples(pieces, st.sampled_from(["", " "])), max_size=9).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_values_are_read_quickly_and_without_error(kind):
    started = time.perf_counter()
    rows = readings(kind, *HOSTILE)
    assert {row["raw_value"] for row in rows} == set(HOSTILE)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("kind", SHOWN)
@given(raw=st.one_of(anything, composed))
@settings(max_examples=120, deadline=None)
def test_any_text_is_read_and_shown_clean(kind, raw):
    rows = readings(kind, raw)
    assert [row["mention"] for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        shown = row["display_value"]
        assert shown == " ".join(shown.split())
        assert not set(shown) & set("\x00\u200b\u00a0\u202e\t\n")
        assert row["normal_value"] != ""


@pytest.mark.parametrize("kind", IDEMPOTENT)
@given(raw=st.one_of(anything, composed))
@settings(max_examples=120, deadline=None)
def test_a_normal_value_is_its_own_normal_form(kind, raw):
    value = readings(kind, raw)[0]["normal_value"]
    if value is not None:
        again = readings(kind, value)[0]["normal_value"]
        # `Na Inc.` leaves a company key that by itself would be a placeholder.
        assert again == value or (kind == "company_name" and again is None)


@given(raw=st.one_of(anything, composed))
@settings(max_examples=300, deadline=None)
def test_a_person_is_named_in_full_or_not_at_all(raw):
    for row in readings("person_name", raw):
        assert (row["first_key"] is None) == (row["last_key"] is None)
        assert (row["first_key"] is None) == (row["normal_value"] is None)
        keys = [row[f"{part}_key"] for part in ("first", "middle", "last", "suffix")]
        assert row["normal_value"] in (None, " ".join(key for key in keys if key))


def test_there_is_one_row_for_each_pair_and_mention():
    values = pyarrow.table(
        {
            "kind": ["person_name", "state", "person_name", "ein"],
            "raw_value": ["Jane Doe/John Roe", "NY", "Jane Doe", "NY"],
        }
    )
    result = normalise(values, word_lists())
    assert result.schema == OUTPUT_SCHEMA
    pairs = Counter((row["kind"], row["raw_value"]) for row in result.to_pylist())
    assert pairs == {
        ("person_name", "Jane Doe/John Roe"): 2,
        ("person_name", "Jane Doe"): 1,
        ("state", "NY"): 1,
        ("ein", "NY"): 1,
    }


def test_many_values_are_read_in_processes_to_the_same_table(monkeypatch):
    numbers = [f"(212) 555-{number:04}" for number in range(50)]
    values = pyarrow.table(
        {"kind": ["person_phone"] * 50 + ["person_name"] * 2, "raw_value": [*numbers, "Jane Doe/John Roe", "Ann Lee"]}
    )
    expected = normalise(values, word_lists())
    module = sys.modules[normalise.__module__]
    monkeypatch.setattr(module, "_WORTH_PROCESSES", 1)
    monkeypatch.setattr(module, "_CHUNK", 7)
    monkeypatch.setattr(processes, "processors", lambda: 2)
    monkeypatch.setattr(module, "_read_all", None)  # this process reads nothing; the worker processes must

    assert normalise(values, word_lists()).equals(expected)


@given(st.from_regex(r"(\+?1[ .-]?)?\(?[0-9]{3}\)?[ .-]?[0-9]{3}[ .-]?[0-9]{4}", fullmatch=True))
def test_a_usual_phone_number_reads_as_the_library_reads_it(number):
    assert phones._number(number) == phones._number_by_library(number)


ENDINGS = st.sampled_from([*emails.SPECIAL_USE_DOMAIN_NAMES, "com", "Co.UK", "c", "x1", "museum", "a" * 25])


@given(st.from_regex(r"([A-Za-z0-9-]{1,5}\.){0,3}[a-z0-9]{0,70}", fullmatch=True), ENDINGS)
def test_a_usual_domain_reads_as_the_library_reads_it(labels, ending):
    domain = f"{labels}.{ending}"
    assert emails._domain(domain) == emails._domain_by_library(domain)


def test_no_values_make_an_empty_table_of_the_same_shape():
    values = pyarrow.table({"kind": [], "raw_value": []}).cast(
        pyarrow.schema({"kind": pyarrow.string(), "raw_value": pyarrow.string()})
    )
    assert normalise(values, word_lists()).schema == OUTPUT_SCHEMA


def test_wrong_calls_say_what_is_wrong():
    fax = pyarrow.table({"kind": ["fax"], "raw_value": ["1"]})
    with pytest.raises(ValueError, match="unknown kind fax"):
        normalise(fax, word_lists())
    with pytest.raises(ValueError, match="must not be null"):
        normalise(pyarrow.table({"kind": ["ein"], "raw_value": [None]}), word_lists())
    with pytest.raises(KeyError, match="shared_hosts"):
        lists = {name: table for name, table in word_lists().items() if name != "shared_hosts"}
        normalise(pyarrow.table({"kind": ["website"], "raw_value": ["x.com"]}), lists)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_needs_the_word_lists_it_names_and_no_other(kind):
    given_lists = {name: word_lists()[name] for name in KINDS[kind].word_lists}
    KINDS[kind].reader(given_lists)
    for name in given_lists:
        with pytest.raises(KeyError, match=name):
            KINDS[kind].reader({other: table for other, table in given_lists.items() if other != name})


def test_every_kind_belongs_to_a_family():
    assert {kind for family in FAMILIES.values() for kind in family.kinds} == set(KINDS)


def test_the_version_of_a_family_follows_the_words_of_its_kinds_and_nothing_else():
    lists = word_lists()
    hosts = lists["shared_hosts"]
    company, person = FAMILIES["company"].kinds, FAMILIES["person"].kinds
    reversed_rows = lists | {"shared_hosts": hosts.take(pyarrow.array(range(hosts.num_rows - 1, -1, -1)))}
    assert forms_version(company, lists) == forms_version(company, reversed_rows)
    fewer = lists | {"shared_hosts": hosts.slice(1)}
    assert forms_version(company, lists) != forms_version(company, fewer)
    assert forms_version(person, lists) == forms_version(person, fewer)


def test_the_version_of_a_kind_follows_the_code_it_imports_and_nothing_else(monkeypatch):
    lists = word_lists()
    kinds = ("linkedin_person", "title")
    before = {kind: forms_version([kind], lists) for kind in kinds}
    read_bytes = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: read_bytes(path) + (b"# new" if path.name == "websites.py" else b"")
    )
    assert {kind: forms_version([kind], lists) != before[kind] for kind in kinds} == {
        "linkedin_person": True,  # this kind reads hosts with the code for websites
        "title": False,
    }


def test_a_family_reads_each_value_once_until_its_version_changes():
    connection = duckdb.connect()
    connection.execute("create table given_values (kind text, raw_value text)")
    connection.execute("insert into given_values values ('state', 'NY'), ('ein', '123456789'), ('email', 'a@x.com')")
    words = {
        name: connection.from_arrow(table)
        for name, table in word_lists().items()
        if name in FAMILIES["company"].word_lists
    }

    def forms(existing):
        values = connection.table("given_values")
        return family_forms("company", values, words, connection, existing).read_all()

    first = forms(None)
    assert sorted(first["kind"].to_pylist()) == ["ein", "state"]
    connection.register("first_forms", first)
    connection.execute("create table company_forms as select * from first_forms")
    assert forms("company_forms").num_rows == 0
    connection.execute("insert into given_values values ('state', 'Ohio')")
    assert forms("company_forms")["raw_value"].to_pylist() == ["Ohio"]
    connection.execute("update company_forms set forms_version = 'older'")
    assert forms("company_forms").num_rows == 3


@pytest.mark.parametrize("name", WORD_LISTS)
def test_seeds_hold_no_cell_that_dbt_would_read_as_null(name):
    rows = (ROOT / "seeds" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(rows) == len(set(rows)) > 1
    assert not [row for row in rows if "null" in row.lower().split(",")]
