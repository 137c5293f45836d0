"""Raw files: finds the file of each table in a folder and gives the SELECT that reads it, the same for both engines.

A dbt-duckdb plugin (``profiles.yml``: ``plugins: [{module: slotwatch.warehouse.raw_files}]``). It gives SQL a
function, ``slotwatch_raw_plan(folder)``, which the hook ``prepare_raw`` calls before anything is built, and another,
``slotwatch_changed_files(table)``, for the moment before a table is read. Parquet is read in place; text is checked and
read once into Parquet files that are removed again. All values are text, nothing is guessed; a missing file or column
counts as empty.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pyarrow
import pyarrow.parquet
from dbt.adapters.duckdb.plugins import BasePlugin

from slotwatch.garbage import collect_seldom
from slotwatch.warehouse.lock_wait import check_writable_folder, open_file
from slotwatch.warehouse.profile import old_file_notice
from slotwatch.warehouse.raw_contract import (
    OPT_OUT,
    Contract,
    RawFileError,
    RawTable,
    Synonyms,
    not_opted_out,
    read_contract,
    read_synonyms,
)
from slotwatch.warehouse.raw_csv import BATCH_ROWS, DELIMITERS, as_utf8, places, read_dialect, write_columns
from slotwatch.warehouse.raw_headers import Headers, read_headers, worth_a_warning
from slotwatch.warehouse.raw_names import date_in, table_of_name

READABLE = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
PACKED = (".gz", ".zip")
SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "icon\r", "__macosx"})
FLOATING = {"HALF_FLOAT", "FLOAT", "DOUBLE"}
WARNINGS_TABLE = "file_warnings"
WARNING_COLUMNS = ("raw_table", "raw_id", "error_code", "detail")
OTHER_WARNINGS = ("COLUMN_TWICE", "ROW_SHORT", "ROW_LONG")
NULL = "cast(null as varchar)"
OTHER_NAME = "its name is not that of a raw table"
INSTEAD_OF = ", instead of "
SHOWN_FIRST = ("email", "company_name", "full_name", "title")  # columns of most lists


@dataclass(frozen=True)
class FileWarning:
    """A part of a folder that was not read: a row of the relation ``file_warnings``."""

    raw_table: str
    raw_id: str
    error_code: str
    detail: str


@dataclass(frozen=True)
class RawFile:
    """A file of a table: its path in the raw folder and, for a zip, the member."""

    path: Path
    name: str
    table: str
    certain: bool
    member: str | None = None

    @property
    def type(self) -> str:
        """The file type of the content: `.csv`, `.parquet`, ..."""
        return file_type(self.member or self.path.name)


@dataclass
class FileReading:
    """The reading of one file: a SELECT of the table's columns, and facts about the file for the user."""

    file: RawFile
    select: str
    headers: Headers
    rows: int
    in_place: bool
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    short_lines: str = ""
    long_lines: str = ""
    unknown: Sequence[str] = ()
    twice: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass
class FolderReading:
    """The result of reading a raw folder: readings of its files, warnings, and sentences about files that cannot be
    read."""

    folder: Path
    contract: Contract
    files: list[FileReading] = field(default_factory=list)
    warnings: list[FileWarning] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def of_table(self, table: str) -> list[FileReading]:
        """The readings of one table."""
        return [reading for reading in self.files if reading.file.table == table]

    def select(self, table: str) -> str:
        """A SELECT of the table's columns, all VARCHAR, in the order of the contract; no rows without files."""
        selects = [reading.select for reading in self.of_table(table)]
        return "\nunion all\n".join(selects) or _empty(self.contract[table].columns)

    def in_place(self, table: str) -> bool:
        """Whether the SELECT reads the user's files instead of temporary copies."""
        return all(reading.in_place for reading in self.of_table(table))


# Folders


def read_folder(
    folder: Path,
    staging: Path,
    contract: Contract | None = None,
    synonyms: Synonyms | None = None,
    **options: Any,
) -> FolderReading:
    """Read the files of a raw folder; copies of what is not Parquet go to the folder ``staging``.

    Files that cannot be read are in ``problems``; nothing may be built then. Raises RawFileError when the folder does
    not exist.
    """
    contract = read_contract() if contract is None else contract
    synonyms = read_synonyms() if synonyms is None else synonyms
    reading = FolderReading(folder, contract)
    for file in find_files(folder, contract, reading):
        try:
            reading.files.append(_read_file(file, contract[file.table], synonyms, staging, len(reading.files), options))
        except NoKnownColumn as error:
            if file.certain:
                reading.problems.append((file.name, str(error)))
            else:
                reading.warnings.append(_not_read(file.name, f"its header names no column of {file.table}"))
        except RawFileError as error:
            reading.problems.append((file.name, str(error)))
    reading.warnings += _column_warnings(reading)
    return reading


def read_or_refuse(folder: Path, staging: Path, contract: Contract | None = None) -> FolderReading:
    """Read a raw folder. Raises RawFileError with a sentence for each file that cannot be read."""
    reading = read_folder(folder, staging, contract)
    if reading.problems:
        raise RawFileError(" ".join(sentence for _, sentence in reading.problems[:5]))
    return reading


def find_files(folder: Path, contract: Contract, reading: FolderReading) -> Iterator[RawFile]:
    """The files of the tables in a folder, in order of their names. Others become warnings and problems.

    Hidden files, lock files of office programs, files of the system and a README are ignored.
    """
    if not folder.is_dir():
        raise RawFileError(
            f"The raw folder '{folder}' does not exist: give the folder that holds the raw files (SLOTWATCH_RAW_DIR)."
        )
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        inner = path.relative_to(folder)
        if not any(_is_hidden(part) for part in inner.parts):
            yield from _assign(path, inner.as_posix(), contract, reading)


def _is_hidden(name: str) -> bool:
    return (
        name.startswith((".", "~$"))
        or name.endswith(("~", "#"))
        or name.lower() in SYSTEM_FILES
        or name.lower().startswith("readme")
    )


def _assign(path: Path, name: str, contract: Contract, reading: FolderReading) -> Iterator[RawFile]:
    kind = file_type(path.name)
    folder, _, _ = name.rpartition("/")
    if folder:
        table, certain = table_of_name(folder.split("/")[0], list(contract))
        table = table if certain else None
    else:
        table, certain = table_of_name(stem(path.name), list(contract))
    if kind == ".zip":
        yield from _assign_members(path, name, table, contract, reading)
    elif kind not in READABLE:
        named = "" if table else " under the name of a raw table"
        reading.warnings.append(_not_read(name, f"it is not csv, tsv, parquet, jsonl or zip; save it as CSV{named}"))
    elif table is None:
        reading.warnings.append(_not_read(name, f"{OTHER_NAME}; name it after one, as <table>.csv"))
    else:
        yield RawFile(path, name, table, certain)


def _assign_members(
    path: Path, name: str, table: str | None, contract: Contract, reading: FolderReading
) -> Iterator[RawFile]:
    """The files in a zip. They belong to the table in the zip's name; without one, each belongs to the table in its own
    name.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            members = sorted(entry.filename for entry in packed.infolist() if not entry.is_dir())
    except (zipfile.BadZipFile, NotImplementedError, OSError):  # damage may give a version of zip that does not exist
        reading.problems.append((name, f"The raw file '{name}' is not a readable zip: download or pack it again."))
        return
    for member in members:
        parts = PurePosixPath(member).parts
        if any(_is_hidden(part) for part in parts):
            continue
        own, certain = table_of_name(stem(parts[-1]), list(contract))
        chosen = own if own and (certain or table is None) else table
        if chosen is None or file_type(member) not in READABLE:
            reading.warnings.append(
                _not_read(f"{name}/{member}", "it is not csv, tsv, parquet or jsonl under the name of a raw table")
            )
        else:
            yield RawFile(path, f"{name}/{member}", chosen, certain or own is None, member)


def file_type(name: str) -> str:
    """The type of a file's content: `.csv` for `x.csv.gz`, but `.zip` for any zip, such as `x.csv.zip`."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    if suffixes and suffixes[-1] == ".gz":
        return suffixes[-2] if len(suffixes) > 1 else ".gz"
    return suffixes[-1] if suffixes else ""


def stem(name: str) -> str:
    """A file's name without its types, `x` for `x.csv.gz` or `x.csv.zip`."""
    for kinds in (PACKED, READABLE):
        suffix = PurePosixPath(name).suffix
        if suffix.lower() in kinds:
            name = name[: -len(suffix)]
    return name


# Files


class NoKnownColumn(RawFileError):
    """A file without a header of its table."""


def _read_file(
    file: RawFile, table: RawTable, synonyms: Synonyms, staging: Path, number: int, options: Mapping[str, Any]
) -> FileReading:
    source = _unpacked(file, staging / f"{number}.unpacked")
    if file.type == ".parquet":
        return _read_parquet(file, table, synonyms, source)
    out = staging / f"{number}.parquet"
    short = long = ""
    if file.type in (".jsonl", ".ndjson"):
        headers, rows = _read_json_lines(file, table, synonyms, source, out)
    else:
        headers, rows, short, long = _read_text(file, table, synonyms, source, staging / f"{number}.utf8", out, options)
    for leftover in (staging / f"{number}.unpacked", staging / f"{number}.utf8"):
        leftover.unlink(missing_ok=True)

    def text(position: int) -> str:
        return f"nullif(c{position}, '')"

    reading = _reading(file, table, headers, rows, _quoted(out), False, text)
    reading.short_lines, reading.long_lines = short, long
    return reading


def _unpacked(file: RawFile, copy: Path) -> Path:
    """The file without its packing."""
    packed: Any
    try:
        if file.member is not None:
            with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as packed, copy.open("wb") as out:
                shutil.copyfileobj(packed, out, 1 << 20)
            return copy
        with file.path.open("rb") as content:
            start = content.read(4)
        if start[:2] == b"\x1f\x8b":
            with gzip.open(file.path) as packed, copy.open("wb") as out:
                shutil.copyfileobj(packed, out, 1 << 20)
            return copy
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, gzip.BadGzipFile) as error:
        raise RawFileError(f"The raw file '{file.name}' cannot be unpacked: download or pack it again.") from error
    except OSError as error:
        raise RawFileError(f"The raw file '{file.name}' cannot be read ({error.strerror}): check it.") from error
    if start.startswith(b"PK\x03\x04") or start.startswith(b"\xd0\xcf\x11\xe0"):
        raise RawFileError(f"The raw file '{file.name}' is an office file under another name: save it as CSV.")
    return file.path


def _read_text(
    file: RawFile, table: RawTable, synonyms: Synonyms, source: Path, copy: Path, out: Path, options: Mapping[str, Any]
) -> tuple[Headers, int, str, str]:
    text = as_utf8(source, file.name, copy)
    first = "\t" if file.type == ".tsv" else ","
    delimiters = (first, *(other for other in DELIMITERS if other != first))
    dialect = read_dialect(text, file.name, delimiters, lambda cells: len(read_headers(table, cells, synonyms).columns))
    headers = read_headers(table, dialect.header, synonyms)
    _check_columns(file, table, headers)
    wanted = sorted(position for column in headers.columns for position in headers.positions(column))
    times = headers.positions(table.known_at) if table.known_at else []
    rows = write_columns(text, file.name, dialect, wanted, times, out, **options)
    return headers, rows.count, places(dialect, rows.short_lines), places(dialect, rows.long_lines)


def _check_columns(file: RawFile, table: RawTable, headers: Headers) -> None:
    if not headers.columns:
        usual = [column for column in SHOWN_FIRST if column in table.columns]
        raise NoKnownColumn(
            f"The raw file '{file.name}' has no usable header: put the names of its columns into the first line, such "
            f"as {', '.join((usual + list(table.columns))[:3])}."
        )


def _read_json_lines(
    file: RawFile, table: RawTable, synonyms: Synonyms, source: Path, out: Path
) -> tuple[Headers, int]:
    text = as_utf8(source, file.name, out.with_suffix(".utf8"))
    names: dict[str, None] = {}
    for record in _json_records(text, file.name):
        names.update(dict.fromkeys(record))
    headers = read_headers(table, list(names), synonyms)
    if names:
        _check_columns(file, table, headers)
    wanted = sorted(position for column in headers.columns for position in headers.positions(column))
    # a file without records names no column, and Parquet must have one
    schema = pyarrow.schema([(f"c{position}", pyarrow.string()) for position in wanted or [0]])
    rows = 0
    with pyarrow.parquet.ParquetWriter(out, schema, compression="lz4") as writer:
        batch: list[list[str | None]] = []

        def write() -> None:
            columns = list(zip(*batch, strict=True)) or [()] * len(schema)
            writer.write_batch(
                pyarrow.record_batch([pyarrow.array(values, pyarrow.string()) for values in columns], schema=schema)
            )
            batch.clear()

        for record in filter(None, _json_records(text, file.name)):
            batch.append([_json_text(record.get(headers.names[position])) for position in wanted])
            rows += 1
            if len(batch) == BATCH_ROWS:
                write()
        write()
    return headers, rows


def _json_records(text: Path, name: str) -> Iterator[dict[str, Any]]:
    with text.open(encoding="utf-8-sig", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line, parse_float=_json_number, parse_int=str, parse_constant=lambda _: None)
            except (ValueError, RecursionError):
                record = None
            if not isinstance(record, dict):
                raise RawFileError(
                    f"The raw file '{name}' has no JSON object at line {number}: write one object on each line."
                )
            yield record


def _json_number(text: str) -> str:
    return text.removesuffix(".0")


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        # half of a surrogate pair cannot be stored
        return None if value is None else value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _read_parquet(file: RawFile, table: RawTable, synonyms: Synonyms, source: Path) -> FileReading:
    try:
        names = pyarrow.parquet.read_schema(source).names
        described = duckdb.sql(f"describe select * from read_parquet({_quoted(source)})").fetchall()
    except (duckdb.Error, pyarrow.ArrowException, OSError, ValueError) as error:  # a damaged name is no UTF-8
        raise _not_parquet(file) from error
    # DuckDB renames columns that differ only in case
    readable = [_identifier(name) for name, *_ in described]
    kinds = [str(kind) for _, kind, *_ in described]
    headers = read_headers(table, names, synonyms)
    _check_columns(file, table, headers)

    def text(position: int) -> str:
        name = readable[position]
        return _whole_number(name) if kinds[position] in FLOATING else f"cast({name} as varchar)"

    read = ", ".join(f"max(strlen({text(place)}))" for column in headers.columns for place in headers.positions(column))
    try:  # damage in the middle of a file shows only when its values are read
        [(rows, *_)] = duckdb.sql(f"select count(*), {read} from read_parquet({_quoted(source)})").fetchall()
    except duckdb.Error as error:
        raise _not_parquet(file) from error
    return _reading(file, table, headers, rows, _quoted(source), file.member is None and source == file.path, text)


def _not_parquet(file: RawFile) -> RawFileError:
    return RawFileError(f"The raw file '{file.name}' cannot be read as Parquet: write it again or remove it.")


def _whole_number(column: str) -> str:
    """A float as text; NaN is null.

    A whole number that a data frame stored as a float (an EIN, a count) gets no decimals.
    """
    return (
        f"case when isnan({column}) then null when {column} = trunc({column}) and abs({column}) < 1e37 "
        f"then cast(try_cast({column} as hugeint) as varchar) else cast({column} as varchar) end"
    )


# Columns


def _reading(
    file: RawFile,
    table: RawTable,
    headers: Headers,
    rows: int,
    source: str,
    in_place: bool,
    text: Callable[[int], str],
) -> FileReading:
    day = date_in(stem(PurePosixPath(file.member or "").name), *reversed(stem(file.name).split("/")))
    stand_ins: dict[str, str] = {}
    columns = {
        column: (_opt_out if column == OPT_OUT else _value)(
            [text(position) for position in _positions(table, headers, column, day)]
        )
        for column in table.columns
    }
    if day and table.known_at and table.known_at not in headers.exact:
        given, is_given = columns[table.known_at], columns[table.known_at] != NULL
        columns[table.known_at] = f"coalesce({_clean(given)}, {_literal(day)})" if is_given else _literal(day)
        unused = [headers.shown(position) for position in headers.positions(table.known_at)]
        role = ", where it is blank" if is_given else f"{INSTEAD_OF}{' and '.join(unused)}" if unused else ""
        stand_ins[table.known_at] = f"{day}, the date in the file's name{role}"
    row_id = table.row_id[0] if len(table.row_id) == 1 and table.known_at and not table.is_filing else None
    if row_id and row_id not in headers.exact:
        # an opt-out is a part of the hash only where there is one: ids given before the column was read stay
        content = _content_hash(
            [value for column, value in columns.items() if column not in (row_id, OPT_OUT)], columns.get(OPT_OUT, NULL)
        )
        given = columns[row_id]
        columns[row_id] = content if given == NULL else f"concat(coalesce(concat({_clean(given)}, '-'), ''), {content})"
        stand_ins[row_id] = "a hash of the row's content" + ("" if given == NULL else ", after the record's id")
    if "source" in table.required and "source" not in headers.exact:
        given, name = columns["source"], _literal(PurePosixPath(file.path.name).name)
        columns["source"] = name if given == NULL else f"coalesce({_clean(given)}, {name})"
        stand_ins["source"] = "the file's name" + ("" if given == NULL else ", where it is blank")
    selected = ", ".join(f"replace({value}, chr(0), '') as \"{column}\"" for column, value in columns.items())
    return FileReading(
        file=file,
        select=f"select {selected} from read_parquet({source})",
        headers=headers,
        rows=rows,
        in_place=in_place,
        stand_ins=stand_ins,
        unknown=worth_a_warning(table, headers),
        twice={
            column: [headers.shown(position) for position in headers.positions(column)]
            for column in table.columns
            if len(headers.positions(column)) > 1 and column != OPT_OUT
        },
    )


def _positions(table: RawTable, headers: Headers, column: str, day: date | None) -> list[int]:
    """The headers that a column is read from.

    An upload is known from the day of its file on, not from the day on which the other system created the record.
    """
    if column == table.known_at == "uploaded_at" and day and column not in headers.exact:
        return []
    return headers.positions(column)


def _value(texts: Sequence[str]) -> str:
    """The first of several texts that is not blank, a single text as it is."""
    if not texts:
        return NULL
    return texts[0] if len(texts) == 1 else f"coalesce({', '.join(map(_clean, texts))})"


def _clean(text: str) -> str:
    return f"nullif(trim({text}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '')"


def _opt_out(texts: Sequence[str]) -> str:
    """The first of several texts that is neither blank nor a word for no."""
    words = ", ".join(_literal(word) for word in not_opted_out())
    given = [f"case when lower({_clean(text)}) not in ({words}) then {_clean(text)} end" for text in texts]
    return f"coalesce({', '.join(given)})" if given else NULL


def _content_hash(values: Sequence[str], further: str) -> str:
    """Sixteen digits that are the same for the same values, whichever columns are missing or blank.

    A further value counts only if it is not null.
    """
    texts = ", ".join([*(f"coalesce({_clean(value)}, '')" for value in values), further])
    return f"left(md5(concat_ws(chr(31), {texts})), 16)"


def _empty(columns: Sequence[str]) -> str:
    return f"select {', '.join(f'{NULL} as {_identifier(column)}' for column in columns)} where false"


def _quoted(file: Path) -> str:
    return _literal(file.resolve())


def _literal(text: Any) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# Warnings


def _not_read(name: str, why: str) -> FileWarning:
    return FileWarning(WARNINGS_TABLE, name, "FILE_NOT_READ", f"{name}: {why}")


def _column_warnings(reading: FolderReading) -> list[FileWarning]:
    """One warning per table and header, however many files have it, and one per file with short rows."""
    unknown: dict[tuple[str, str], list[str]] = {}
    twice: dict[tuple[str, str, str], list[str]] = {}
    warnings = []
    for one in reading.files:
        for header in dict.fromkeys(one.unknown):
            unknown.setdefault((one.file.table, header), []).append(one.file.name)
        for column, headers in one.twice.items():
            twice.setdefault((one.file.table, column, "', '".join(headers)), []).append(one.file.name)
        for code, lines in (("ROW_SHORT", one.short_lines), ("ROW_LONG", one.long_lines)):
            if lines:
                detail = f"{one.file.name}, {lines}"
                warnings.append(FileWarning(one.file.table, f"file {one.file.name}", code, detail))
    for (table, header), names in unknown.items():
        warnings.append(
            FileWarning(table, f"header {header}", "COLUMN_UNKNOWN", f"'{header}' of {table} in {_some(names)}")
        )
    for (table, column, headers), names in twice.items():
        detail = f"{column} of {table} is the first of '{headers}' that is not blank, in {_some(names)}"
        warnings.append(FileWarning(table, f"column {column}: '{headers}'", "COLUMN_TWICE", detail))
    return warnings


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


def warnings_in_short(reading: FolderReading) -> list[str]:
    """The warnings for the screen: a line per file or table."""
    lines = [f"FILE_NOT_READ {warning.detail}" for warning in reading.warnings if warning.error_code == "FILE_NOT_READ"]
    for table in reading.contract:
        headers = [
            warning.raw_id.removeprefix("header ")
            for warning in reading.warnings
            if warning.raw_table == table and warning.error_code == "COLUMN_UNKNOWN"
        ]
        if headers:
            lines.append(f"COLUMN_UNKNOWN {table}: {_listed(headers)}")
    others = [warning for warning in reading.warnings if warning.error_code in OTHER_WARNINGS]
    return lines + [f"{warning.error_code} {warning.detail}" for warning in others]


def _listed(names: Sequence[str], most: int = 8) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest:,} more" if rest > 0 else "")


def warnings_select(warnings: Sequence[FileWarning]) -> str:
    """A SELECT of the rows of ``file_warnings``."""
    rows = [
        "select "
        + ", ".join(
            f"{_literal(str(getattr(warning, column)).replace(chr(0), ''))} as {column}" for column in WARNING_COLUMNS
        )
        for warning in warnings
    ]
    return "\nunion all\n".join(rows) or _empty(WARNING_COLUMNS)


# dbt


class Plugin(BasePlugin):
    """Gives DuckDB the functions about raw files, and makes Python's garbage collector run less often."""

    def initialize(self, plugin_config: Mapping[str, Any]) -> None:
        collect_seldom()  # this is the first code of the project that a plain `dbt build` runs

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        check_writable_folder(Path(creds.path))
        open_file(creds.path, lambda: duckdb.connect(creds.path, config=config)).close()

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        notice = old_file_notice(Path(self.creds.path)) if self.creds else None
        functions = {
            "slotwatch_raw_plan": lambda folder: plan_as_json(folder, notice),
            "slotwatch_changed_files": changed_files,
        }
        for name, function in functions.items():
            conn.create_function(name, function, ["VARCHAR"], "VARCHAR", side_effects=True)


Stamp = tuple[int, int] | None  # size in bytes and time of the last change in ns; None without a file

_staged: list[tempfile.TemporaryDirectory] = []
_in_place: dict[str, list[tuple[RawFile, Stamp]]] = {}  # by table, the files that the last plan reads in place


def remove_copies() -> None:
    """Remove the copies that the last plan made."""
    while _staged:
        _staged.pop().cleanup()


def plan_as_json(folder: str, notice: str | None = None) -> str:
    """``{tables: {table: [kind, select]}, warnings}``, or ``{problem}``: an exception would show a stack trace.

    The copies that the SELECTs read stay until the next call; an empty folder name only removes them.
    """
    remove_copies()
    if not folder:
        return "{}"
    _staged.append(tempfile.TemporaryDirectory(prefix="slotwatch-", ignore_cleanup_errors=True))
    try:
        stamps = {path: _stamp(path) for path in Path(folder).rglob("*")}
        reading = read_or_refuse(Path(folder), Path(_staged[-1].name))
    except (RawFileError, OSError) as error:
        remove_copies()
        words = getattr(error, "strerror", None)
        problem = f"The raw folder '{folder}' cannot be read ({words}): check it." if words else str(error)
        return json.dumps({"problem": problem})
    _in_place.clear()
    for one in reading.files:
        if reading.in_place(one.file.table):
            _in_place.setdefault(one.file.table, []).append((one.file, stamps.get(one.file.path)))
    tables = {
        table: ["view" if reading.in_place(table) else "table", reading.select(table)] for table in reading.contract
    }
    tables[WARNINGS_TABLE] = ["table", warnings_select(reading.warnings)]
    notices = [*([notice] if notice else []), *warnings_in_short(reading)]
    return json.dumps({"tables": tables, "warnings": notices})


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def changed_files(table: str) -> str:
    """A sentence if a file that the last plan reads in place for this table is no longer as it was; else ``""``.

    The plan was made from its columns: others would be read wrong, or end in DuckDB's words.
    """
    return _changed(_in_place.get(table, []))


def changed_file_in(words: str) -> str:
    """The same of the files that a message of DuckDB names."""
    return _changed(one for one in chain.from_iterable(_in_place.values()) if str(one[0].path) in words)


def _changed(files: Iterable[tuple[RawFile, Stamp]]) -> str:
    for file, stamp in files:
        if _stamp(file.path) != stamp:
            return (
                f"The raw file '{file.name}' changed during the build: put a file in place by renaming it, between "
                "builds, and build again."
            )
    return ""
