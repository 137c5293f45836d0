"""docs/messages.md: twenty mails of the demo, for a person to judge, each with the proof that it rests on.

The first messages to the three roles in each pressure class, and one later message per class, are about companies of
the built demo: first those whose current proof is of the class, then those that have a signal of the class.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from slotwatch.messages import render_messages
from slotwatch.warehouse.reading import Row, Rows, warehouse

FILE = Path("docs/messages.md")
ROLES = ("CEO", "CFO", "HR")
LATER = {
    "COST_PRESSURE": ("CFO", 2),
    "VENDOR_DISSATISFACTION": ("HR", 3),
    "DEADLINE_PROXIMITY": ("HR", 2),
    "ORGANIZATIONAL_RECONFIGURATION": ("CEO", 3),
    "OPERATIONAL_CHAOS": ("CFO", 2),
}
"""Per pressure class the role and touch of its later message."""
MOST_SIGNALS = 2  # for a company without a proof of the class: as many signals as a proof cites per hub
SEATS = """
    select
        slots.company_id, companies.company_name, slots.role, people.full_name, people.first_name, people.last_name,
        people.title
    from {marts}.slots as slots
    inner join {marts}.companies as companies on slots.company_id = companies.company_id
    inner join {marts}.people as people on slots.person_id = people.person_id
    order by slots.company_id, slots.role
"""
PROOFS = """
    select company_id, band, pressure_class, line_today, cast(evidence_today as text) as evidence
    from {marts}.proof_lines
    where is_current and verdict = 'VALID'
"""
SIGNALS = """
    select
        company_id, signal_id, hub, magnitude, pressure_class, cast(evidence as text) as evidence, evidence_text,
        source_table, cast(source_record_ids as text) as source_record_ids
    from {marts}.pressure_signals
    where is_active
    order by company_id, magnitude desc, signal_id
"""
HEAD = """# Messages

Twenty mails of the demo on its last day, as `send_queue` would have them: the first message to each role in each
pressure class, and a later one per class. Each is about a company whose seat is filled, with the proof or signals that
it rests on. A role other than that of the class gets its message when the seat of the class is vacant. `make mails`
writes this page, and a test compares it.

The subject and the first sentence are facts, rendered from the evidence on the day
([evidence_clauses](../seeds/evidence_clauses.csv)). The rest is the template's
([message_templates](../seeds/message_templates.csv)), and says what such a fact usually means as that.

"""


class Mail(NamedTuple):
    """A rendered message, the seat that it goes to and its evidence."""

    pressure_class: str
    touch_number: int
    seat: Row
    rests_on: str
    sources: list[str]
    subject: str
    body: str


def mails(rows: Rows) -> list[Mail]:
    """The twenty mails, by class."""
    proofs = {row["company_id"]: row for row in rows(PROOFS)}
    seats = {(row["company_id"], row["role"]): row for row in rows(SEATS)}
    signals: dict[str, list[Row]] = {}
    for row in rows(SIGNALS):
        signals.setdefault(row["company_id"], []).append(row)
    today = rows("select cast(max(calculated_at) as date) as today from {marts}.company_bands")[0]["today"]
    used: set[str] = set()
    found, candidates = [], []
    for pressure_class, later in LATER.items():
        for role, touch in [*((role, 1) for role in ROLES), later]:
            company_id = _choose(pressure_class, role, touch, proofs, seats, signals, used)
            used.add(company_id)
            proof = proofs.get(company_id)
            if proof is None or proof["pressure_class"] != pressure_class:
                proof = _of_signals(pressure_class, signals[company_id])
            seat = seats[company_id, role]
            cited = {each["signal_id"] for each in json.loads(proof["evidence"])}
            found.append((pressure_class, touch, seat, proof["line_today"], _sources(signals[company_id], cited)))
            candidates.append(_candidate(len(candidates), seat, proof, pressure_class, touch, today))
    tables = (
        _seed(rows, name) for name in ("message_templates", "evidence_clauses", "forbidden_phrases", "copy_settings")
    )
    rendered = render_messages(pa.Table.from_pylist(candidates), *tables).to_pylist()
    broken = [row for row in rendered if row["broken_rules"]]
    if broken:
        raise ValueError(f"a mail breaks a copy rule: {broken[0]}")
    return [Mail(*known, row["subject"], row["body"]) for known, row in zip(found, rendered, strict=True)]


def _choose(
    pressure_class: str,
    role: str,
    touch: int,
    proofs: dict[str, Row],
    seats: dict[tuple[str, str], Row],
    signals: dict[str, list[Row]],
    used: set[str],
) -> str:
    """The company of a mail: companies with a proof of the class come first, then companies without a mail so far, then
    those with the most facts."""

    def order(company_id: str) -> tuple[Any, ...]:
        proof = proofs.get(company_id)
        has_proof = proof is not None and proof["pressure_class"] == pressure_class
        cited = len(json.loads(proof["evidence"])) if has_proof and proof else 0
        return (not has_proof, company_id in used, -cited, company_id)

    companies = [
        company_id
        for company_id, known in signals.items()
        if (company_id, role) in seats and any(row["pressure_class"] == pressure_class for row in known)
    ]
    return min(companies, key=order)


def _of_signals(pressure_class: str, known: list[Row]) -> Row:
    """The signals that a proof of the class would cite for a company without such a proof."""
    cited = [row for row in known if row["pressure_class"] == pressure_class][:MOST_SIGNALS]
    evidence = [
        {
            "signal_id": row["signal_id"],
            "hub": row["hub"],
            "magnitude": row["magnitude"],
            "evidence": json.loads(row["evidence"]),
        }
        for row in cited
    ]
    words = ", ".join(row["evidence_text"] for row in cited)
    return {"band": 3, "evidence": json.dumps(evidence), "line_today": f"no proof of this class, signals: {words}"}


def _sources(known: list[Row], cited: set[str]) -> list[str]:
    return [
        f"{row['evidence_text']}: `{row['source_table']}` {', '.join(json.loads(row['source_record_ids']))}"
        for row in known
        if row["signal_id"] in cited
    ]


def _candidate(number: int, seat: Row, proof: Row, pressure_class: str, touch: int, today: Any) -> Row:
    return {
        "message_id": f"mail_{number}",
        "company_id": seat["company_id"],
        "company_name": seat["company_name"],
        "role": seat["role"],
        "first_name": seat["first_name"],
        "last_name": seat["last_name"],
        "message_band": proof["band"],
        "pressure_class": pressure_class,
        "kind": "persona",
        "touch_number": touch,
        "today": today,
        "evidence": proof["evidence"],
    }


def _seed(rows: Rows, name: str) -> pa.Table:
    return pa.Table.from_pylist(rows(f"select * from {{seeds}}.{name}"))


def page(found: list[Mail]) -> str:
    """The page as Markdown."""
    return HEAD + "\n".join(_section(number, mail) for number, mail in enumerate(found, start=1))


def _section(number: int, mail: Mail) -> str:
    seat = mail.seat
    lines = [
        f"## {number}. {mail.pressure_class}, {seat['role']}, touch {mail.touch_number}",
        "",
        f"To {seat['full_name']}, {seat['title']} of {seat['company_name']}.",
        "",
        f"- {mail.rests_on}",
        *(f"- {source}" for source in mail.sources),
        "",
        f"> **{mail.subject}**",
        ">",
        *(f"> {line}".rstrip() for line in mail.body.splitlines()),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Writes the page from the built database."""
    with warehouse() as rows:
        FILE.write_text(page(mails(rows)), encoding="utf-8")


if __name__ == "__main__":
    main()
