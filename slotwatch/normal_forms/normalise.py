"""The one entry point: a table of distinct raw values in, a table of normal forms out."""

from collections.abc import Callable, Sequence
from functools import cache

import loky
import pyarrow
import pyarrow.compute

from slotwatch.garbage import collect_seldom
from slotwatch.normal_forms.carriers import broker_reader, carrier_reader
from slotwatch.normal_forms.codes import read_ein, read_postal_code, state_reader
from slotwatch.normal_forms.companies import company_name_reader
from slotwatch.normal_forms.emails import email_reader
from slotwatch.normal_forms.json_texts import read_json
from slotwatch.normal_forms.linkedin import linkedin_reader
from slotwatch.normal_forms.people import person_name_reader
from slotwatch.normal_forms.phones import phone_reader
from slotwatch.normal_forms.titles import title_reader
from slotwatch.normal_forms.websites import website_reader
from slotwatch.normal_forms.word_lists import WordLists

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
    "role_key": _TEXT,
}
OUTPUT_SCHEMA = pyarrow.schema({"kind": _TEXT, "raw_value": _TEXT, "mention": pyarrow.int32()} | _READING_COLUMNS)

# A reading is a dict of the columns that are not null; a reader gives one per thing mentioned.
Reader = Callable[[str], list[dict]]

_READERS: dict[str, Callable[[WordLists], Reader]] = {
    "broker": broker_reader,
    "carrier": carrier_reader,
    "company_name": company_name_reader,
    "ein": lambda _: read_ein,
    "email": email_reader,
    "json": lambda _: read_json,
    "linkedin_company": lambda _: linkedin_reader("company"),
    "linkedin_person": lambda _: linkedin_reader("in"),
    "person_name": person_name_reader,
    "phone": phone_reader,
    "postal_code": lambda _: read_postal_code,
    "state": state_reader,
    "title": title_reader,
    "website": website_reader,
}
KINDS = tuple(_READERS)

_WORTH_PROCESSES = 100_000  # values; for fewer, starting processes takes longer than reading
_CHUNK = 20_000  # values that a process reads at a time


def normalise(values: pyarrow.Table, word_lists: WordLists) -> pyarrow.Table:
    """Normal forms of distinct raw values.

    Args:
        values: columns `kind` (one of `KINDS`) and `raw_value`, both text and not null, pairs
            distinct; further columns are ignored.
        word_lists: the seeds named by `WORD_LISTS`, every column text.

    Returns:
        `OUTPUT_SCHEMA`: a row per (kind, raw_value, mention), grouped by kind, values in the order
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
    unknown = [kind for kind in kinds if kind not in _READERS]
    if unknown:
        raise ValueError(f"normalise: unknown kind {', '.join(unknown)}; known: {', '.join(KINDS)}")
    texts = {
        kind: values.filter(pyarrow.compute.equal(values["kind"], kind))["raw_value"].to_pylist() for kind in kinds
    }
    if len(values) < _WORTH_PROCESSES or loky.cpu_count() == 1:
        tables = [_read_all(kind, texts[kind], _READERS[kind](word_lists)) for kind in kinds]
    else:
        tables = _read_in_processes(texts, word_lists)
    return pyarrow.concat_tables(tables) if tables else OUTPUT_SCHEMA.empty_table()


def _read_in_processes(texts: dict[str, list[str]], word_lists: WordLists) -> list[pyarrow.Table]:
    """The readings of each chunk of each kind, in order; every processor reads."""
    kinds, chunks = [], []
    for kind, of_kind in texts.items():
        for start in range(0, len(of_kind), _CHUNK):
            kinds.append(kind)
            chunks.append(of_kind[start : start + _CHUNK])
    with loky.ProcessPoolExecutor(loky.cpu_count(), initializer=_remember, initargs=(dict(word_lists),)) as processes:
        return list(processes.map(_read_chunk, kinds, chunks))


_remembered: dict[str, WordLists] = {}


def _remember(word_lists: WordLists) -> None:
    """In a process that reads chunks, once: the lists would otherwise come with every chunk."""
    collect_seldom()
    _remembered["word_lists"] = word_lists


@cache
def _reader_of(kind: str) -> Reader:
    return _READERS[kind](_remembered["word_lists"])


def _read_chunk(kind: str, raw_values: list[str]) -> pyarrow.Table:
    return _read_all(kind, raw_values, _reader_of(kind))


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
