"""Helpers of the tests that read values with the project's word lists."""

from functools import cache
from pathlib import Path

import pyarrow

from slotwatch.normal_forms.normalise import normalise
from slotwatch.normal_forms.word_lists import read_word_lists

ROOT = Path(__file__).resolve().parents[2]


@cache
def word_lists() -> dict[str, pyarrow.Table]:
    return read_word_lists(ROOT / "seeds")


def readings(kind: str, *raw_values: str) -> list[dict]:
    """All rows of `normalise` for values of one kind."""
    values = pyarrow.table({"kind": [kind] * len(raw_values), "raw_value": list(raw_values)})
    return normalise(values, word_lists()).to_pylist()


def reading(kind: str, raw_value: str) -> dict:
    """The only row for one value."""
    [row] = readings(kind, raw_value)
    return row


def normal(kind: str, raw_value: str) -> str | None:
    """The normal form of a value that mentions one thing."""
    return reading(kind, raw_value)["normal_value"]
