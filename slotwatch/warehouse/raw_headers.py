"""Assigns the headers of a file to the columns of its table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from slotwatch.warehouse.raw_contract import RawTable, Synonyms

REMARK = re.compile(r"[(\[](required|optional|mandatory)[)\]]")
SHOWN_LETTERS = 80
DOL_COLUMNS_FROM = 25  # least columns in the DOL's spelling by which a file counts as the DOL's own


@dataclass(frozen=True)
class Headers:
    """The reading of a header.

    ``exact`` and ``known`` give, for a column, the positions of the headers that are its name, or an export's name for
    it; ``unknown`` are the positions of all others.
    """

    names: Sequence[str]
    exact: Mapping[str, list[int]] = field(default_factory=dict)
    known: Mapping[str, list[int]] = field(default_factory=dict)
    unknown: Sequence[int] = ()

    @property
    def columns(self) -> set[str]:
        """The columns of the table that the file has."""
        return {*self.exact, *self.known}

    def positions(self, column: str) -> list[int]:
        """The headers of a column, its own name before an export's, in the order in which they are to be read."""
        return [*self.exact.get(column, []), *self.known.get(column, [])]

    def shown(self, position: int) -> str:
        """A header as a person sees it, cut after ``SHOWN_LETTERS``."""
        start = self.names[position].lstrip()[: SHOWN_LETTERS + 1]
        text = "".join(letter if letter.isprintable() else " " for letter in start).strip()
        return (text if len(text) <= SHOWN_LETTERS else text[:SHOWN_LETTERS] + "...") or f"column {position + 1}"


def fold(header: str) -> str:
    """A header without case, blanks, hyphens, punctuation, invisible characters and `(required)`; `#` is kept."""
    text = REMARK.sub("", unicodedata.normalize("NFKC", header).casefold())
    return "".join(letter for letter in text if letter.isalnum() or letter == "#")


def read_headers(table: RawTable, names: Sequence[str], synonyms: Synonyms) -> Headers:
    """Assign the headers of a file to the columns of its table."""
    own = {fold(column): column for column in table.columns}
    usual = {fold(header): column for header, column in synonyms.get(table.name, {}).items()}
    exact: dict[str, list[int]] = {}
    known: dict[str, list[int]] = {}
    unknown: list[int] = []
    for position, name in enumerate(names):
        folded = fold(name)
        if folded in own:
            exact.setdefault(own[folded], []).append(position)
        elif usual.get(folded) in table.columns:
            known.setdefault(usual[folded], []).append(position)
        else:
            unknown.append(position)
    order = {folded: place for place, folded in enumerate(usual)}
    for positions in known.values():
        positions.sort(key=lambda position: (order[fold(names[position])], position))
    return Headers(names, exact, known, unknown)


def worth_a_warning(table: RawTable, headers: Headers) -> list[str]:
    """The headers that belong to no column. Files of the DOL may have further columns, which are not listed."""
    unknown = [headers.shown(position) for position in headers.unknown]
    if table.is_filing and len(headers.names) >= DOL_COLUMNS_FROM:
        return [name for name in unknown if not _is_dol_name(name)]
    return unknown


def _is_dol_name(name: str) -> bool:
    return name.isascii() and name.replace("_", "").isalnum() and (name.isupper() or name.islower())
