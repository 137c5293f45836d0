"""Facts in words: states the signals that a proof cites as a person would say them, as of today.

Source of the wording: seed evidence_clauses. A clause is used if the evidence has every value that the clause needs.
Text from a source is inserted into it as plain text and never read as a placeholder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa

from slotwatch.normal_forms.text import clean

Row = Mapping[str, Any]
FLAT_WITHIN_PCT = 3  # a relative change of participants up to this one counts as unchanged
MOST_NAMES = 2  # most names of carriers or brokers in one sentence
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# words that keep all or none of their capitals when a name in capitals is respelled
_SHORT_WORDS = {word: word for word in "LLC LLP LP PC USA US HR AIG CNA MVP UPMC HCSC II III".split()} | {
    word: word.lower() for word in "AND OF THE FOR A".split()
}
_TIMES = {2: "twice", 3: "three times"}
_TITLES = {"CEO": "CEO", "CFO": "CFO", "HR": "HR leader"}


class Clause(NamedTuple):
    """A row of seed evidence_clauses."""

    signal_type: str
    variant: str
    needs: frozenset[str]  # the values and flags without which the clause cannot be used
    takes: str  # signal type of another cited signal that the clause covers too
    clause: str
    headline: str


# for a signal without a clause whose needs its evidence meets
IN_OTHER_WORDS = Clause("", "", frozenset(), "", "your public record shows this: {text}", "Your benefits plan")


class Fact(NamedTuple):
    """The facts of one clause."""

    signal_ids: tuple[str, ...]
    signal_type: str
    magnitude: int
    text: str
    headline: str


def read_clauses(seed: pa.Table) -> list[Clause]:
    """The rows of seed evidence_clauses, in the order in which they are tried."""
    rows = sorted(seed.to_pylist(), key=lambda row: (row["signal_type"], row["variant"] or "", row["priority"]))
    return [
        Clause(
            row["signal_type"],
            row["variant"] or "",
            _needs(row),
            row["takes"] or "",
            row["clause"],
            row["headline"],
        )
        for row in rows
    ]


def _needs(row: Row) -> frozenset[str]:
    """What the seed says that a clause needs, and its placeholders, except those that the other signal of a combined
    clause fills.
    """
    takes = row["takes"] or ""
    own = {name for name in _PLACEHOLDER.findall(row["clause"] + row["headline"]) if not _is_of(name, takes)}
    return frozenset(own.union((row["needs"] or "").split()))


def facts_of(evidence: str, reader: Row, today: date, clauses: Sequence[Clause]) -> list[Fact]:
    """The facts in a proof's evidence as of today, in the words for one reader, the strongest first.

    ``evidence``: JSON array of signals with signal_id, magnitude and evidence (signal_type, variant, value, subject,
    text, and what the signal knows beside them). ``reader``: first_name, last_name and role. A signal that another
    signal's clause already covers gives no separate fact. A signal without a clause is stated in the words of the proof
    line.
    """
    signals = [signal | {"values": _values(signal["evidence"], reader, today)} for signal in json.loads(evidence)]
    signals.sort(key=lambda signal: -signal["magnitude"])
    found, said = [], set()
    for signal in signals:
        clause, other = _choose(signal, [each for each in signals if each["signal_id"] not in said], clauses)
        values = signal["values"] | ({f"{clause.takes}_{k}": v for k, v in other["values"].items()} if other else {})
        parts = [signal, *([other] if other else [])]
        said |= {other["signal_id"]} if other else set()
        found.append(
            Fact(
                tuple(part["signal_id"] for part in parts),
                signal["evidence"]["signal_type"],
                max(part["magnitude"] for part in parts),
                _filled(clause.clause, values),
                _filled(clause.headline, values),
            )
        )
    kept = [fact for fact in found if len(fact.signal_ids) > 1 or fact.signal_ids[0] not in said]
    return sorted(kept, key=lambda fact: -fact.magnitude)


def _choose(signal: Row, signals: Sequence[Row], clauses: Sequence[Clause]) -> tuple[Clause, Row | None]:
    """The first clause whose needs the evidence meets, and the other signal that it covers."""
    evidence = signal["evidence"]
    for clause in clauses:
        if clause.signal_type != evidence["signal_type"] or clause.variant not in ("", evidence.get("variant")):
            continue
        if not clause.needs <= signal["values"].keys():
            continue
        if not clause.takes:
            return clause, None
        for other in signals:
            if other["evidence"]["signal_type"] == clause.takes and "in_days" in other["values"]:
                return clause, other
    return IN_OTHER_WORDS, None


def _is_of(placeholder: str, takes: str) -> bool:
    """Whether a placeholder is filled by the other signal of a combined clause."""
    return bool(takes) and placeholder.startswith(f"{takes}_")


def _filled(text: str, values: Mapping[str, str]) -> str:
    """A clause with its values. Each placeholder is replaced once, so that a value is never read as a placeholder."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def _values(evidence: Row, reader: Row, today: date) -> dict[str, str]:
    """The values that a clause about a signal can use, and the flags that it can need. A value that the evidence lacks
    has no key."""
    known: dict[str, str] = {"text": plain_text(evidence.get("text"))}
    number = evidence.get("value")
    if number is not None:
        known["n"] = f"{int(number):,}"
        known["count"] = _word(int(number))
        known["days"] = "one day" if number == 1 else f"{int(number):,} days"
        known["ago"] = ago(int(number))
        if evidence["signal_type"] == "renewal_proximity" and evidence.get("variant") != "past":
            known["in_days"] = "today" if number == 0 else f"in {known['days']}" if number > 1 else "tomorrow"
    year = evidence.get("plan_year_after")
    known["when"] = "from one plan year to the next" if year is None else f"in {year}"
    if year is not None and int(year) == today.year - 1:
        known["when"] = "last year"
    if evidence.get("renewal_month_source") == "plan_year":
        known["inferred"] = ""
    known |= _participants(evidence) | _names(evidence) | _subject(evidence, reader)
    changes = evidence.get("changes_in_3_plan_years")
    if changes is not None and int(changes) in _TIMES:
        known["times"] = _TIMES[int(changes)]
    return known


def _participants(evidence: Row) -> dict[str, str]:
    before, after = evidence.get("participants_before"), evidence.get("participants_after")
    if not before or not after:
        return {}
    known = {"people_before": f"{int(before):,}", "people_after": f"{int(after):,}"}
    is_flat = abs(after - before) * 100 <= FLAT_WITHIN_PCT * before
    return known | ({"flat": ""} if is_flat else {})


def _names(evidence: Row) -> dict[str, str]:
    before, after = (_listed(evidence.get(key)) for key in ("names_before", "names_after"))
    known = {}
    if before and after:
        added, dropped = [n for n in after if n not in before], [n for n in before if n not in after]
        if added and not dropped and len(added) <= MOST_NAMES:
            known["added"] = in_words(added)
        elif dropped and not added and len(dropped) <= MOST_NAMES:
            known["dropped"] = in_words(dropped)
        elif added and dropped and max(len(before), len(after)) <= MOST_NAMES:
            known |= {"before": in_words(before), "after": in_words(after)}
    return known


def _subject(evidence: Row, reader: Row) -> dict[str, str]:
    """The seat or title that a signal is about, who came or left, and whether the reader is that person.

    ``same_seat``: somebody unknown came to the reader's own seat. That person may be the reader.
    """
    subject = plain_text(evidence.get("title")) or plain_text(evidence.get("subject")) or "executive"
    known = {"title": _TITLES.get(subject, subject)}
    is_new = evidence["signal_type"] == "new_leader" or evidence.get("variant") == "hire"
    name = plain_text(evidence.get("holder_after" if is_new else "holder_before"))
    in_readers_seat = is_new and (evidence.get("role") or evidence.get("subject")) == reader["role"]
    is_leader = evidence["signal_type"] == "new_leader" and in_readers_seat
    if is_leader or (is_new and name and _is_reader(name, reader)):
        known["you"] = ""
    elif name:
        known["name"] = in_usual_case(name)
    elif in_readers_seat:
        known["same_seat"] = ""
    return known


def _is_reader(name: str, reader: Row) -> bool:
    """Whether a full name is the reader's; middle names do not count."""
    first, last = (plain_text(reader[part]).casefold() for part in ("first_name", "last_name"))
    words = name.casefold()
    return bool(first and last) and words.startswith(f"{first} ") and words.endswith(f" {last}")


def _listed(value: Any) -> list[str]:
    values = value if isinstance(value, list) else (value or "").split("; ")
    return [in_usual_case(text) for each in values if (text := plain_text(each))]


def in_usual_case(name: str) -> str:
    """A name in capitals, as filings write it, in the usual spelling; any other name unchanged."""
    if not name.isupper():
        return name
    words = [_SHORT_WORDS.get(word.strip(",."), word.capitalize()) for word in name.split()]
    return " ".join(words)


def ago(days: int) -> str:
    """A number of days in the past as people say it."""
    if days < 2:
        return "in the last few days"
    if days < 14:
        return f"{days} days ago"
    if days < 56:
        return f"{_word((days + 3) // 7)} weeks ago"
    return f"{_word((days + 15) // 30)} months ago"


def _word(number: int) -> str:
    words = "zero one two three four five six seven eight nine ten eleven twelve".split()
    return words[number] if number < len(words) else str(number)


def in_words(parts: Sequence[str]) -> str:
    """Parts as one phrase: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def plain_text(value: Any) -> str:
    """Text from a source on one line, without invisible characters; null becomes an empty text."""
    return clean(str(value)) if value else ""
