"""The entry point: turns a table of distinct raw values into a table of normal forms."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from types import ModuleType
from typing import NamedTuple

import pyarrow
import pyarrow.compute

from slotwatch.normal_forms import (
    carriers,
    codes,
    companies,
    emails,
    json_texts,
    linkedin,
    people,
    phones,
    replies,
    stops,
    titles,
    websites,
)
from slotwatch.normal_forms.title_words import TITLE_WORD_LISTS
from slotwatch.normal_forms.word_lists import WordLists
from slotwatch.processes import in_batches

_TEXT, _FLAG = pyarrow.string(), pyarrow.bool_()
_READING_COLUMNS = {
    "normal_value": _TEXT,
    "display_value": _TEXT,
    "extension": _TEXT,
    "is_personal": _FLAG,
    "is_role_mailbox": _FLAG,
    "is_shared_host": _FLAG,
    "first_name": _TEXT,
    "middle_name": _TEXT,
    "last_name": _TEXT,
    "suffix": _TEXT,
    "first_key": _TEXT,
    "middle_key": _TEXT,
    "last_key": _TEXT,
    "suffix_key": _TEXT,
}
OUTPUT_SCHEMA = pyarrow.schema({"kind": _TEXT, "raw_value": _TEXT, "mention": pyarrow.int32()} | _READING_COLUMNS)

# A reading is a dict of the columns that are not null; a reader gives one per thing mentioned.
Reader = Callable[[str], list[dict]]


class Kind(NamedTuple):
    """The reader of one kind of value.

    `module` holds the code, `reader` makes a reader from word lists, `word_lists` are the ones it needs.
    """

    module: ModuleType
    reader: Callable[[WordLists], Reader]
    word_lists: tuple[str, ...] = ()


_CARRIER_WORDS = ("carrier_aliases", "carrier_words", "legal_suffixes", "placeholder_names", "state_spellings")
KINDS = {
    "broker": Kind(carriers, carriers.broker_reader, _CARRIER_WORDS),
    "carrier": Kind(carriers, carriers.carrier_reader, _CARRIER_WORDS),
    "company_name": Kind(companies, companies.company_name_reader, ("legal_suffixes", "placeholder_names")),
    "company_phone": Kind(phones, phones.phone_reader, ("phone_words",)),
    "ein": Kind(codes, lambda _: codes.read_ein),
    "email": Kind(emails, emails.email_reader, ("personal_email_domains", "placeholder_emails", "role_mailboxes")),
    "json": Kind(json_texts, lambda _: json_texts.read_json),
    "linkedin_company": Kind(linkedin, lambda _: linkedin.linkedin_reader("company")),
    "linkedin_person": Kind(linkedin, lambda _: linkedin.linkedin_reader("in")),
    "person_name": Kind(
        people,
        people.person_name_reader,
        ("accented_names", "name_words", "placeholder_names", "title_job_words", "title_ranks", "title_spellings"),
    ),
    "person_phone": Kind(phones, phones.phone_reader, ("phone_words",)),
    "postal_code": Kind(codes, lambda _: codes.read_postal_code),
    "reply": Kind(replies, replies.reply_reader, ("reply_phrases",)),
    "state": Kind(codes, codes.state_reader, ("state_spellings",)),
    "stop": Kind(stops, lambda _: stops.read_stops),
    "title": Kind(titles, titles.title_reader, TITLE_WORD_LISTS),
    "website": Kind(websites, websites.website_reader, ("personal_email_domains", "shared_hosts")),
}

_WORTH_PROCESSES = 100_000  # number of values; for fewer, starting processes takes longer than reading
_CHUNK = 20_000  # number of values that a process reads at a time


def normalise(
    values: pyarrow.Table, word_lists: WordLists, columns: Sequence[str] = tuple(OUTPUT_SCHEMA.names)
) -> pyarrow.Table:
    """Normal forms of distinct raw values in one table; see `normalise_in_batches`."""
    return normalise_in_batches(values, word_lists, columns).read_all()


def normalise_in_batches(
    values: pyarrow.Table, word_lists: WordLists, columns: Sequence[str] = tuple(OUTPUT_SCHEMA.names)
) -> pyarrow.RecordBatchReader:
    """Normal forms of distinct raw values, read while they are taken, because all of them may not fit in memory.

    Args:
        values: columns `kind` (one of `KINDS`) and `raw_value`, both text and not null, pairs
            distinct; further columns are ignored.
        word_lists: the seeds that `KINDS` names for these kinds, every column text.
        columns: names of columns of `OUTPUT_SCHEMA`.

    Returns:
        These columns: a row per (kind, raw_value, mention), grouped by kind, values in the order
        given. `mention` counts from 1 and exceeds it only where a `person_name` names several
        people. `normal_value` is null where the value cannot be read; columns that do not apply
        to the kind are null.

    Raises:
        ValueError: a kind that is not one of `KINDS`, or a null kind or value.
        KeyError: a word list is missing.
    """
    values = values.select(["kind", "raw_value"])
    if values["kind"].null_count or values["raw_value"].null_count:
        raise ValueError("normalise: kind and raw_value must not be null")
    kinds = sorted(pyarrow.compute.unique(values["kind"]).to_pylist())
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise ValueError(f"normalise: unknown kind {', '.join(unknown)}; known: {', '.join(KINDS)}")
    schema = pyarrow.schema([OUTPUT_SCHEMA.field(column) for column in columns])
    lists = pickle.dumps(dict(word_lists))
    calls = ((kind, texts, lists, schema.names) for kind, texts in _chunks(values, kinds))
    return in_batches(_read_chunk, calls, schema, len(values) >= _WORTH_PROCESSES)


def _chunks(values: pyarrow.Table, kinds: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The values of each kind, some at a time, because text needs more memory in Python than in Arrow."""
    for kind in kinds:
        of_kind = values.filter(pyarrow.compute.equal(values["kind"], kind))["raw_value"]
        for start in range(0, len(of_kind), _CHUNK):
            yield kind, of_kind.slice(start, _CHUNK).to_pylist()


@lru_cache(maxsize=len(KINDS))
def _reader_of(kind: str, word_lists: bytes) -> Reader:
    """The reader of a kind, made once in each process."""
    return KINDS[kind].reader(pickle.loads(word_lists))


def _read_chunk(kind: str, raw_values: list[str], word_lists: bytes, columns: list[str]) -> pyarrow.Table:
    return _read_all(kind, raw_values, _reader_of(kind, word_lists)).select(columns)


def _read_all(kind: str, raw_values: Sequence[str], read: Reader) -> pyarrow.Table:
    raw_column: list[str] = []
    mentions: list[int] = []
    readings: list[dict] = []
    for raw_value in raw_values:
        for mention, reading in enumerate(read(raw_value), start=1):
            raw_column.append(raw_value)
            mentions.append(mention)
            readings.append(reading)
    given = set().union(*map(set, readings)) if readings else set()
    columns: dict[str, object] = {
        "kind": [kind] * len(readings),
        "raw_value": raw_column,
        "mention": mentions,
    }
    for name, column_type in _READING_COLUMNS.items():
        columns[name] = (
            [reading.get(name) for reading in readings] if name in given else pyarrow.nulls(len(readings), column_type)
        )
    return pyarrow.table(columns, schema=OUTPUT_SCHEMA)
