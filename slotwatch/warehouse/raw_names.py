"""Finds the raw table of a file or folder, and the date in its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

# words that may be added to a table's name without changing its meaning
NOISE = frozenset(
    "all backup bak complete copy csv current data download downloaded draft export exported exports file files final "
    "full gz jsonl kopie latest list lists new newest of old parquet rev revision sheet table tsv txt update updated "
    "ver version xls xlsx".split()
)
_NUMBERED = re.compile(r"(?<=[a-z]{4})\d{1,2}$")
VERSION = re.compile(r"(v|ver|version|rev|r|sheet|q|copy)\d+|\d+")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(?P<name>(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*)"
_YEAR, _GAP = r"(?P<year>(?:19|20)\d\d)", r"[-_. /]"
DATES = [
    re.compile(rf"(?<!\d){_YEAR}(?P<gap>{_GAP}?)(?P<month>0[1-9]|1[0-2])(?P=gap)(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}(?P<gap>{_GAP})(?P<month>[1-9])(?P=gap)(?P<day>[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(rf"(?<!\d)(?P<month>0?[1-9]|1[0-2])(?P<gap>{_GAP})(?P<day>0?[1-9]|[12]\d|3[01])(?P=gap){_YEAR}(?!\d)"),
    re.compile(rf"(?<![a-z]){_MONTH}{_GAP}*(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,?{_GAP}+{_YEAR}(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?{_GAP}*{_MONTH},?{_GAP}*{_YEAR}(?!\d)"),
]
# names that the Department of Labor gives its files
DOL_NAMES = {
    "f5500": "form_5500",
    "fscha": "schedule_a",
    "fschapart1": "schedule_a_brokers",
    "fschh": "schedule_h",
    "form5500": "form_5500",
    "schedulea": "schedule_a",
    "scheduleapart1": "schedule_a_brokers",
    "scheduleabroker": "schedule_a_brokers",
    "scheduleh": "schedule_h",
}


def table_of_name(name: str, tables: Sequence[str]) -> tuple[str | None, bool]:
    """The table that a name without its file type means, and whether that is certain.

    Case, blanks, hyphens, plural, `copy of`, ` (1)`, dates and version words do not count. A name is a table's for
    certain when it, or its part before the first point, says nothing else. It is a table's, too, when it begins with
    the table's name; of several the longest counts.
    """
    head, point, _ = name.partition(".")
    for text in (name, head) if point else (name,):
        table = _exact_table(_words(text), tables)
        if table:
            return table, True
    kept = _without_noise(_words(name), keep=("5500",))
    spelled = {table: "".join(_words(table)) for table in tables}
    if any("".join(kept[:count]) in DOL_NAMES for count in range(1, len(kept))):
        return None, False  # another form or schedule of the DOL, such as F_5500_SF or F_SCH_H_PART1
    beginning = [
        table
        for table, joined in spelled.items()
        if any("".join(kept[:count]) == joined for count in range(1, len(kept)))
    ]
    return max(beginning, key=len, default=None), False


def _exact_table(words: Sequence[str], tables: Sequence[str]) -> str | None:
    kept = _without_noise(words, keep=("5500",))
    unnumbered = [*kept[:-1], _NUMBERED.sub("", kept[-1])] if kept else []  # `suppression2`
    for joined in ("".join(kept), "".join(words), "".join(unnumbered)):
        found = DOL_NAMES.get(joined) or next((table for table in tables if "".join(_words(table)) == joined), None)
        if found in tables:
            return found
    return None


def _words(name: str) -> list[str]:
    text = _without_dates(name.lower())
    return [_singular(word) for word in re.findall(r"[^\W_]+", text)]


def _without_noise(words: Iterable[str], keep: Sequence[str] = ()) -> list[str]:
    return [word for word in words if word in keep or not (word in NOISE or VERSION.fullmatch(word))]


def _singular(word: str) -> str:
    if word in ("person", "persons", "peoples"):
        return "people"
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _without_dates(text: str) -> str:
    for pattern in DATES:
        text = pattern.sub(" ", text)
    return text


def date_in(*names: str) -> date | None:
    """The date in the first of the names that has one (ISO or US order); the latest if the name has several."""
    for name in names:
        found = [day for pattern in DATES for match in pattern.finditer(name.lower()) if (day := _day(match))]
        if found:
            return max(found)
    return None


def _day(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    month = parts.get("month") or MONTHS.index(parts["name"][:3]) + 1
    try:
        return date(int(parts["year"]), int(month), int(parts["day"]))
    except ValueError:
        return None
