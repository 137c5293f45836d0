"""Access to the word lists, which are dbt seeds given as Arrow tables with text columns."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow
import pyarrow.csv

WORD_LISTS = (
    "accented_names",
    "carrier_aliases",
    "carrier_words",
    "legal_suffixes",
    "name_words",
    "personal_email_domains",
    "phone_words",
    "placeholder_emails",
    "placeholder_names",
    "placeholder_titles",
    "reply_phrases",
    "role_mailboxes",
    "shared_hosts",
    "state_spellings",
    "street_words",
    "title_exclusions",
    "title_job_words",
    "title_ranks",
    "title_spellings",
    "title_unit_words",
)

WordLists = Mapping[str, pyarrow.Table]


def read_word_lists(seeds: Path, names: Iterable[str] = WORD_LISTS) -> dict[str, pyarrow.Table]:
    """The word lists of a folder of seed CSV files, every column as text (blank stays blank)."""
    return {name: _read_text_csv(seeds / f"{name}.csv") for name in names}


def _read_text_csv(path: Path) -> pyarrow.Table:
    with path.open(encoding="utf-8") as lines:
        columns = lines.readline().strip().split(",")
    options = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(columns, pyarrow.string()), strings_can_be_null=False
    )
    return pyarrow.csv.read_csv(path, convert_options=options)


def rows(word_lists: WordLists, name: str) -> list[dict[str, str]]:
    """Rows of one word list, nulls as empty text.

    Raises:
        KeyError: the list was not handed in; the message names it.
    """
    if name not in word_lists:
        raise KeyError(f"word list {name!r} is missing; normal forms need: {', '.join(WORD_LISTS)}")
    return [
        {column: "" if value is None else str(value) for column, value in row.items()}
        for row in word_lists[name].to_pylist()
    ]


def column(word_lists: WordLists, name: str, column_name: str) -> list[str]:
    """One column of one word list, trimmed, blank cells left out."""
    return [value for row in rows(word_lists, name) if (value := row[column_name].strip())]
