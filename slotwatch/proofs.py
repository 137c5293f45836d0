"""Proof lines: the sentence that justifies writing to a company, and its machine-readable twin.

Source of the wording: the proof section of the business rules. Fragments arrive written (``evidence_text``); here they
are chosen, joined and dated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

HUBS = ("DOL", "PEOPLE", "BLOG")
FRAGMENTS_PER_HUB = 2
ID_SEPARATOR = "\x1f"  # as the macro list_separator writes it
LONGEST_VALIDITY = timedelta(days=90)

PROOFS = pa.schema(
    [
        ("proof_id", pa.string()),
        ("company_id", pa.string()),
        ("band", pa.int32()),
        ("pressure_class", pa.string()),
        ("sources", pa.string()),
        ("signal_ids", pa.string()),
        ("cited_magnitudes", pa.string()),
        ("proof_line", pa.string()),
        ("proof", pa.string()),
        ("decision_window_days", pa.int32()),
        ("generated_at", pa.timestamp("us")),
        ("valid_until", pa.timestamp("us")),
    ]
)

Signal = Mapping[str, Any]

_json = json.JSONEncoder(ensure_ascii=False).encode  # one for all: json.dumps would make one each time


def write_proofs(candidates: pa.Table) -> pa.Table:
    """The proof each company would get today, one row per company (schema ``PROOFS``).

    ``candidates``: one row per company and active signal that may be quoted, with company_id, band (3-5),
    pressure_class, signal_id, hub, magnitude, detected_at and expires_at (naive UTC), evidence_text, source_table,
    source_record_ids (ids joined by ``ID_SEPARATOR``) and as_of, the day of issue (naive UTC, the same everywhere).
    """
    if not candidates.num_rows:
        return PROOFS.empty_table()
    as_of = candidates["as_of"][0].as_py()
    strongest_first = candidates.sort_by(
        [
            ("company_id", "ascending"),
            ("magnitude", "descending"),
            ("detected_at", "descending"),
            ("signal_id", "ascending"),
        ]
    )
    signals = strongest_first.drop_columns(["detected_at", "as_of"]).to_pylist()  # times are slow to make
    proofs = [write_proof(list(rows), as_of) for _, rows in groupby(signals, key=itemgetter("company_id"))]
    return pa.Table.from_pylist(proofs, schema=PROOFS)


def write_proof(signals: list[Signal], as_of: datetime) -> dict[str, Any]:
    """One company's proof from its quotable signals, strongest first, issued at `as_of` (naive UTC)."""
    first = signals[0]
    company_id, band, pressure_class = first["company_id"], first["band"], first["pressure_class"]
    quoted = {hub: quote(signal for signal in signals if signal["hub"] == hub) for hub in HUBS}
    quoted = {hub: chosen for hub, chosen in quoted.items() if chosen}
    cited = [signal for chosen in quoted.values() for signal in chosen]
    valid_until = min(as_of + LONGEST_VALIDITY, *(signal["expires_at"] for signal in cited))
    window = (valid_until.date() - as_of.date()).days
    magnitudes = ",".join(f"{signal['signal_id']}:{signal['magnitude']}" for signal in sorted(cited, key=_signal_id))
    return {
        "proof_id": proof_id(company_id, band, pressure_class, magnitudes, as_of),
        "company_id": company_id,
        "band": band,
        "pressure_class": pressure_class,
        "sources": _json(list(quoted)),
        "signal_ids": _json([signal["signal_id"] for signal in cited]),
        "cited_magnitudes": magnitudes,
        "proof_line": proof_line(band, pressure_class, quoted, window),
        "proof": _json(
            {
                "band": band,
                "pressure_class": pressure_class,
                "sources": list(quoted),
                "evidence": [
                    {
                        "hub": hub,
                        "signal_id": signal["signal_id"],
                        "magnitude": signal["magnitude"],
                        "text": signal["evidence_text"],
                        "source_table": signal["source_table"],
                        "source_record_ids": signal["source_record_ids"].split(ID_SEPARATOR),
                    }
                    for hub, chosen in quoted.items()
                    for signal in chosen
                ],
                "signal_ids": [signal["signal_id"] for signal in cited],
                "generated_at": as_of.isoformat(sep=" ", timespec="seconds"),
                "valid_until": valid_until.isoformat(sep=" ", timespec="seconds"),
            }
        ),
        "decision_window_days": window,
        "generated_at": as_of,
        "valid_until": valid_until,
    }


def quote(signals: Iterable[Signal]) -> list[Signal]:
    """The strongest signals of one hub that are quoted: at most two, none that would repeat a fragment."""
    chosen: dict[str, Signal] = {}
    for signal in signals:
        if len(chosen) < FRAGMENTS_PER_HUB:
            chosen.setdefault(signal["evidence_text"], signal)
    return list(chosen.values())


def proof_line(band: int, pressure_class: str, quoted: Mapping[str, list[Signal]], window: int) -> str:
    """The line of a proof; ``quoted`` maps each hub, in order, to its quoted signals, ``window`` is in days."""
    evidence = {hub: ", ".join(signal["evidence_text"] for signal in chosen) for hub, chosen in quoted.items()}
    if band == 3:
        hub, text = next(iter(evidence.items()))
        return f"{pressure_class} detected via {hub}: {text}"
    convergence = " + ".join(f"{text} ({hub})" for hub, text in evidence.items())
    if band == 4:
        return f"{pressure_class} convergence: {convergence}"
    days = f"{window} day" if window == 1 else f"{window} days"
    return f"PHASE TRANSITION: {pressure_class} — {convergence} — Decision window: {days}"


def proof_id(company_id: str, band: int, pressure_class: str, magnitudes: str, as_of: datetime) -> str:
    """``prf_`` and 12 hex digits over what a proof says and the day it was issued."""
    said = "|".join([company_id, str(band), pressure_class, magnitudes, as_of.date().isoformat()])
    return "prf_" + hashlib.sha256(said.encode()).hexdigest()[:12]


def _signal_id(signal: Signal) -> str:
    return signal["signal_id"]
