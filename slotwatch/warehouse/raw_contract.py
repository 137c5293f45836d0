"""The raw tables: their columns, ids and times, as `models/staging/sources.yml` declares them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]


class RawFileError(ValueError):
    """A folder or file that cannot be read; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class RawTable:
    """One raw table.

    ``row_id`` are the columns of its id, ``known_at`` is the column of its knowledge time (none for lines of a filing),
    ``required`` are further columns without which a row is refused, ``kinds`` gives the kind of value of a column that
    has a normal form.
    """

    name: str
    columns: Sequence[str]
    row_id: Sequence[str] = ()
    known_at: str | None = None
    required: Sequence[str] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_filing(self) -> bool:
        """Whether the table comes from the Department of Labor; its rows are linked by `ack_id`."""
        return "ack_id" in self.columns


Contract = Mapping[str, RawTable]
Synonyms = Mapping[str, Mapping[str, str]]


@cache
def read_contract(sources: Path = CHECKOUT / "models" / "staging" / "sources.yml") -> Contract:
    """The raw tables by name."""
    declared = yaml.load(sources.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    [raw] = [source for source in declared["sources"] if source["name"] == "raw"]
    return {table["name"]: _raw_table(table) for table in raw["tables"]}


def _raw_table(declared: Mapping) -> RawTable:
    meta = declared["config"]["meta"]
    kinds = {
        column["name"]: column["config"]["meta"]["kind"]
        for column in declared["columns"]
        if column.get("config", {}).get("meta", {}).get("kind")
    }
    return RawTable(
        name=declared["name"],
        columns=[column["name"] for column in declared["columns"]],
        row_id=meta["row_id"],
        known_at=meta.get("known_at"),
        required=meta.get("required") or [],
        kinds=kinds,
    )


OPT_OUT = "opted_out"
"""The column that says whether a person opted out. All its headers are read, because each alone can stop a person."""


@cache
def read_opt_out_words(seed: Path = CHECKOUT / "seeds" / "opt_out_words.csv") -> Mapping[str, str]:
    """The reason of an opt-out by its word in lower case, blank for a word by which a person did not opt out."""
    with seed.open(encoding="utf-8", newline="") as lines:
        return {row["word"]: row["reason"] for row in csv.DictReader(lines)}


def not_opted_out() -> list[str]:
    """The words, in lower case, by which a person did not opt out."""
    return [word for word, reason in read_opt_out_words().items() if not reason]


@cache
def read_synonyms(seed: Path = CHECKOUT / "seeds" / "column_synonyms.csv") -> Synonyms:
    """The columns of each table by the headers of usual exports, in the order of the seed."""
    synonyms: dict[str, dict[str, str]] = {}
    with seed.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            synonyms.setdefault(row["table_name"], {})[row["header"]] = row["column_name"]
    return synonyms
