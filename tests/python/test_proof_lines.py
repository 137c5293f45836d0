"""Proof lines: the exact sentence, the cited signals, the validity, and the facts that determine the id."""

import json
import runpy
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotwatch.proofs import PROOFS, write_proofs

MODEL = Path(__file__).resolve().parents[2] / "models" / "intermediate" / "proofs" / "written_proofs.py"
AS_OF = datetime(2026, 1, 5, 6)
EVIDENCE = pa.schema(
    [
        ("company_id", pa.string()),
        ("band", pa.int32()),
        ("pressure_class", pa.string()),
        ("form", pa.string()),
        ("valid_days", pa.int32()),
        ("days_until_renewal", pa.int32()),
        ("is_from_intake", pa.bool_()),
        ("hub", pa.string()),
        ("place", pa.int32()),
        ("signal_id", pa.string()),
        ("magnitude", pa.int32()),
        ("expires_at", pa.timestamp("us")),
        ("evidence_text", pa.string()),
        ("source_table", pa.string()),
        ("source_record_ids", pa.string()),
        ("as_of", pa.timestamp("us")),
    ]
)


FORMS = {3: "one_hub", 4: "convergence", 5: "phase_transition"}  # as in the seed proof_forms


def quote(signal_id: str, text: str, **values: Any) -> dict[str, Any]:
    """The first signal of its hub that a proof quotes, for a company in band 3 with cost pressure."""
    return {
        "company_id": "04.04.02.04.30000.000",
        "band": 3,
        "valid_days": 90,
        "days_until_renewal": None,
        "is_from_intake": False,
        "pressure_class": "COST_PRESSURE",
        "signal_id": signal_id,
        "hub": "DOL",
        "place": 1,
        "magnitude": 46,
        "expires_at": AS_OF + timedelta(days=355),
        "evidence_text": text,
        "source_table": "form_5500",
        "source_record_ids": json.dumps(["ack|1", "ack-2"]),
        "as_of": AS_OF,
        **values,
    }


def proofs(*evidence: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [row | {"form": FORMS[row["band"]]} for row in evidence]
    return write_proofs(pa.Table.from_pylist(rows, schema=EVIDENCE)).to_pylist()


COST = quote("sig_1", "employer contribution +18% YoY")
RENEWAL = quote(
    "sig_2",
    "renewal in 75 days",
    place=2,
    magnitude=45,
    expires_at=AS_OF + timedelta(days=105),
    source_table="companies",
)
MOVE = quote("sig_3", "CFO left 7 days ago", hub="PEOPLE", magnitude=40, source_table="talent_flow_movements")
NEWS = quote(
    "sig_4",
    "funding announced",
    hub="BLOG",
    magnitude=30,
    expires_at=AS_OF + timedelta(days=30),
    source_table="blog_articles",
)


def test_the_golden_line():
    [proof] = proofs(RENEWAL, COST)
    assert proof["proof_line"] == ("COST_PRESSURE detected via DOL: employer contribution +18% YoY, renewal in 75 days")


def test_band_4_names_each_domain_behind_its_evidence():
    [proof] = proofs(*({**signal, "band": 4} for signal in (MOVE, COST, RENEWAL)))
    assert proof["proof_line"] == (
        "COST_PRESSURE convergence: employer contribution +18% YoY, renewal in 75 days (DOL)"
        " + CFO left 7 days ago (PEOPLE)"
    )


def test_band_5_ends_with_the_decision_window():
    [proof] = proofs(*({**signal, "band": 5} for signal in (NEWS, MOVE, COST)))
    assert proof["proof_line"] == (
        "PHASE TRANSITION: COST_PRESSURE — employer contribution +18% YoY (DOL) + CFO left 7 days ago (PEOPLE)"
        " + funding announced (BLOG) — Decision window: 30 days"
    )
    assert proof["decision_window_days"] == 30


@pytest.mark.parametrize(("days", "words"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (11, "11 days")])
def test_one_day_is_singular(days, words):
    [proof] = proofs({**COST, "band": 5, "expires_at": AS_OF + timedelta(days=days, hours=1)})
    assert proof["proof_line"].endswith(f"Decision window: {words}")


@pytest.mark.parametrize(
    ("expiries", "days"), [((355, 400), 90), ((91, 355), 90), ((90, 355), 90), ((89, 355), 89), ((355, 12), 12)]
)
def test_a_proof_is_valid_until_its_first_signal_expires_and_at_most_90_days(expiries, days):
    signals = [
        quote(f"sig_{n}", f"text {n}", place=n + 1, expires_at=AS_OF + timedelta(days=d))
        for n, d in enumerate(expiries)
    ]
    [proof] = proofs(*signals)
    assert proof["valid_until"] == AS_OF + timedelta(days=days)
    assert proof["decision_window_days"] == days
    assert proof["generated_at"] == AS_OF


def test_the_longest_validity_is_the_one_given():
    assert proofs({**COST, "valid_days": 30})[0]["valid_until"] == AS_OF + timedelta(days=30)


def test_the_decision_window_counts_calendar_days():
    signal = quote("sig_1", "text", expires_at=datetime(2026, 1, 6, 0, 0))
    assert proofs(signal)[0]["decision_window_days"] == 1  # only 18 hours, but the next calendar day


@pytest.mark.parametrize(
    "other",
    [
        [{**COST, "company_id": "c2"}, {**RENEWAL, "company_id": "c2"}],
        [{**COST, "band": 4}, {**RENEWAL, "band": 4}],
        [{**COST, "pressure_class": "OPERATIONAL_CHAOS"}, {**RENEWAL, "pressure_class": "OPERATIONAL_CHAOS"}],
        [{**COST, "magnitude": 47}, RENEWAL],
        [COST],
        [{**signal, "as_of": AS_OF + timedelta(days=1)} for signal in (COST, RENEWAL)],
    ],
)
def test_the_id_changes_with_each_of_its_parts(other):
    assert proofs(*other)[0]["proof_id"] != proofs(COST, RENEWAL)[0]["proof_id"]


def test_the_id_depends_on_the_day_but_not_on_the_hour():
    later = {**COST, "as_of": AS_OF + timedelta(hours=17)}
    assert proofs(later)[0]["proof_id"] == proofs(COST)[0]["proof_id"]


@pytest.mark.parametrize(
    "change",
    [
        {"evidence_text": "renewal in 74 days"},
        {"source_record_ids": '["ack-9"]'},
        {"expires_at": AS_OF + timedelta(days=200)},
    ],
)
def test_the_id_does_not_depend_on_wording_sources_or_times(change):
    assert proofs({**COST, **change})[0]["proof_id"] == proofs(COST)[0]["proof_id"]


def test_the_id_has_its_form_and_is_the_same_in_every_run():
    [proof] = proofs(COST, RENEWAL)
    assert proof["proof_id"] == "prf_aa892eb7e7d7"


def test_the_id_does_not_depend_on_the_order_of_the_rows():
    assert proofs(COST, RENEWAL, MOVE) == proofs(MOVE, RENEWAL, COST)


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7 * 7 }} left 3 days ago",
        "{subject} & {0} 'CFO\" left",
        "Chief — \\n Officer, PhD left",
        "Größe 100 % left 日本",
    ],
)
def test_text_of_a_source_stays_unchanged(text):
    [proof] = proofs(quote("sig_1", text))
    assert proof["proof_line"] == f"COST_PRESSURE detected via DOL: {text}"
    assert json.loads(proof["proof"])["evidence"][0]["text"] == text


def test_the_json_contains_the_facts_of_the_line():
    [proof] = proofs(*({**signal, "band": 4} for signal in (COST, MOVE)))
    twin = json.loads(proof["proof"])
    assert twin == {
        "band": 4,
        "pressure_class": "COST_PRESSURE",
        "sources": ["DOL", "PEOPLE"],
        "evidence": [
            {
                "hub": "DOL",
                "signal_id": "sig_1",
                "magnitude": 46,
                "text": "employer contribution +18% YoY",
                "source_table": "form_5500",
                "source_record_ids": ["ack|1", "ack-2"],
            },
            {
                "hub": "PEOPLE",
                "signal_id": "sig_3",
                "magnitude": 40,
                "text": "CFO left 7 days ago",
                "source_table": "talent_flow_movements",
                "source_record_ids": ["ack|1", "ack-2"],
            },
        ],
        "signal_ids": ["sig_1", "sig_3"],
        "generated_at": "2026-01-05 06:00:00",
        "valid_until": "2026-04-05 06:00:00",
    }
    assert json.loads(proof["sources"]) == ["DOL", "PEOPLE"]


def test_companies_never_share_evidence():
    other = {**RENEWAL, "company_id": "04.04.02.04.30000.001"}
    first, second = proofs(other, COST)
    assert first["proof_line"].endswith("via DOL: employer contribution +18% YoY")
    assert second["proof_line"].endswith("via DOL: renewal in 75 days")


def test_no_evidence_gives_no_proofs_and_keeps_the_columns():
    empty = write_proofs(EVIDENCE.empty_table())
    assert empty.num_rows == 0
    assert empty.schema == PROOFS


def test_only_proofs_that_are_due_are_written_with_the_time_of_issue():
    rows = [row | {"form": "one_hub"} for row in (COST, {**COST, "company_id": "holds"}, {**NEWS, "company_id": "due"})]
    quotes = pa.Table.from_pylist(rows, schema=EVIDENCE).drop_columns("as_of")
    changes = pa.table(
        {"company_id": [COST["company_id"], "due", "left"], "is_due": [False, True, False], "changed_at": [AS_OF] * 3}
    )
    with duckdb.connect() as database:
        tables = {
            "int_proof_quotes": database.from_arrow(quotes),
            "int_proof_changes": database.from_arrow(changes),
        }
        model = runpy.run_path(str(MODEL))["model"]
        proofs = model(SimpleNamespace(config=lambda **_: None, ref=tables.get), database)
        [proof] = proofs.read_all().to_pylist()
    assert (proof["company_id"], proof["generated_at"]) == ("due", AS_OF)


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
made_up = st.lists(
    st.tuples(texts, st.sampled_from(["DOL", "PEOPLE", "BLOG"]), st.integers(1, 100), st.integers(1, 9000)),
    min_size=1,
    max_size=6,
)


@given(made_up, st.randoms(use_true_random=False))
def test_whatever_the_signals_a_proof_quotes_and_cites_them_in_order(signals, random):
    evidence = [
        quote(f"sig_{n}", text, band=5, hub=hub, place=n, magnitude=m, expires_at=AS_OF + timedelta(hours=hours))
        for n, (text, hub, m, hours) in enumerate(signals)
    ]
    in_order = sorted(evidence, key=lambda signal: (["DOL", "PEOPLE", "BLOG"].index(signal["hub"]), signal["place"]))
    random.shuffle(evidence)

    [proof] = proofs(*evidence)

    assert json.loads(proof["signal_ids"]) == [signal["signal_id"] for signal in in_order]
    rest = proof["proof_line"]
    for signal in in_order:
        _, found, rest = rest.partition(signal["evidence_text"])
        assert found
    assert AS_OF < proof["valid_until"] <= AS_OF + timedelta(days=90)
    assert proof["valid_until"] <= min(signal["expires_at"] for signal in evidence)
