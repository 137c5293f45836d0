"""Proof lines: the sentence that justifies a message to a company, and the same proof in machine-readable form.

Source of the wording: the proof section of the business rules. The quotes (``evidence_text``) come from earlier models.
This module joins and dates them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from slotwatch.processes import groups_of, in_batches

HUBS = ("DOL", "PEOPLE", "BLOG")  # in the order in which a proof quotes them
INTAKE = "INTAKE"  # name of the DOL hub if no filing is quoted, only a renewal month from intake

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

Row = dict[str, Any]
_WORTH_PROCESSES = 60_000  # number of quotes; for fewer, starting processes takes longer than writing
_QUOTES_AT_A_TIME = 20_000
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # made once, because there is a text per proof


def write_proofs_in_batches(quotes: pa.Table) -> pa.RecordBatchReader:
    """The rows of ``write_proofs``, written while they are taken, because all of them may not fit in memory."""
    parts = groups_of(quotes.sort_by("company_id"), "company_id", _QUOTES_AT_A_TIME)
    return in_batches(write_proofs, ((part,) for part in parts), PROOFS, len(quotes) >= _WORTH_PROCESSES)


def write_proofs(quotes: pa.Table) -> pa.Table:
    """The proof of each company in ``quotes``, one row per company (schema ``PROOFS``).

    ``quotes``: one row per company and quoted signal with company_id, band, pressure_class, form (one_hub, convergence
    or phase_transition), valid_days (longest validity), days_until_renewal (null unless the renewal's window is open),
    hub, is_from_intake (a renewal whose month comes from intake), place within the hub (from 1), signal_id, magnitude,
    expires_at (naive UTC), evidence_text, source_table, source_record_ids (a JSON array of ids as text) and as_of,
    the time of issue (naive UTC). band, pressure_class, form, valid_days, days_until_renewal and as_of are the same in
    all rows of a company.
    """
    in_order = quotes.sort_by([("company_id", "ascending"), ("place", "ascending")])
    proofs = [write_proof(list(cited)) for _, cited in groupby(rows_of(in_order), key=itemgetter("company_id"))]
    return pa.Table.from_pylist(proofs, schema=PROOFS)


def rows_of(table: pa.Table) -> Iterator[Row]:
    """The rows of a table, one by one: a list of them all needs more time and memory."""
    names = table.column_names
    for values in zip(*(values_of(column) for column in table.columns), strict=True):
        yield dict(zip(names, values, strict=True))


def values_of(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column. Each distinct time becomes a ``datetime`` once, because this is slow."""
    if not pa.types.is_timestamp(column.type):
        return column.to_pylist()
    coded = column.combine_chunks().dictionary_encode()
    times = coded.dictionary.to_pylist()
    return [None if place is None else times[place] for place in coded.indices.to_pylist()]


def write_proof(cited: Sequence[Row]) -> Row:
    """The proof of one company from the signals that it quotes, in the order of quotation; a row of ``PROOFS``."""
    cited = with_source_names(sorted(cited, key=lambda signal: HUBS.index(signal["hub"])))
    first = cited[0]
    as_of = first["as_of"]
    valid_until = min([as_of + timedelta(days=first["valid_days"]), *(signal["expires_at"] for signal in cited)])
    window_days = first["days_until_renewal"]
    if window_days is None:
        window_days = (valid_until.date() - as_of.date()).days
    sources = list(dict.fromkeys(signal["hub"] for signal in cited))
    signal_ids = [signal["signal_id"] for signal in cited]
    by_id = sorted(cited, key=itemgetter("signal_id"))
    magnitudes = ",".join(f"{signal['signal_id']}:{signal['magnitude']}" for signal in by_id)
    twin = {
        "band": first["band"],
        "pressure_class": first["pressure_class"],
        "sources": sources,
        "evidence": [evidence(signal) for signal in cited],
        "signal_ids": signal_ids,
        "generated_at": as_text(as_of),
        "valid_until": as_text(valid_until),
    }
    return {
        "proof_id": proof_id(first["company_id"], first["band"], first["pressure_class"], magnitudes, as_of),
        "company_id": first["company_id"],
        "band": first["band"],
        "pressure_class": first["pressure_class"],
        "sources": as_json(sources),
        "signal_ids": as_json(signal_ids),
        "cited_magnitudes": magnitudes,
        "proof_line": proof_line(first["form"], first["pressure_class"], cited, window_days),
        "proof": as_json(twin),
        "decision_window_days": window_days,
        "generated_at": as_of,
        "valid_until": valid_until,
    }


def with_source_names(cited: Sequence[Row]) -> list[Row]:
    """The quoted signals with the names of their sources as hubs: DOL is INTAKE if no filing is quoted."""
    dol = [signal["is_from_intake"] for signal in cited if signal["hub"] == "DOL"]
    if not dol or not all(dol):
        return list(cited)
    return [signal | {"hub": INTAKE} if signal["hub"] == "DOL" else signal for signal in cited]


def proof_line(form: str, pressure_class: str, cited: Sequence[Row], window_days: int) -> str:
    """The line of a proof. ``cited``: the quoted signals in the order of quotation; ``window_days``: days to decide."""
    texts = [
        (hub, ", ".join(signal["evidence_text"] for signal in of_hub))
        for hub, of_hub in groupby(cited, key=itemgetter("hub"))
    ]
    if form == "one_hub":
        hub, text = texts[0]
        return f"{pressure_class} detected via {hub}: {text}"
    convergence = " + ".join(f"{text} ({hub})" for hub, text in texts)
    if form == "convergence":
        return f"{pressure_class} convergence: {convergence}"
    days = f"{window_days} day{'' if window_days == 1 else 's'}"
    return f"PHASE TRANSITION: {pressure_class} — {convergence} — Decision window: {days}"


def evidence(signal: Row) -> Row:
    """A quoted signal in the machine-readable form."""
    return {
        "hub": signal["hub"],
        "signal_id": signal["signal_id"],
        "magnitude": signal["magnitude"],
        "text": signal["evidence_text"],
        "source_table": signal["source_table"],
        "source_record_ids": json.loads(signal["source_record_ids"]),
    }


def proof_id(company_id: str, band: int, pressure_class: str, cited_magnitudes: str, as_of: datetime) -> str:
    """``prf_`` and 12 hex digits over the content of a proof and the day of issue."""
    content = f"{company_id}|{band}|{pressure_class}|{cited_magnitudes}|{as_of.date().isoformat()}"
    return "prf_" + hashlib.sha256(content.encode()).hexdigest()[:12]


def as_json(value: Any) -> str:
    """JSON without blanks; letters outside ASCII are not escaped."""
    return _JSON.encode(value)


def as_text(time: datetime) -> str:
    """A time to the second, as in the machine-readable form."""
    return time.isoformat(" ", "seconds")
