"""Raw files for the DuckDB target: assigns files to tables and builds SELECTs that read them in place.

A dbt-duckdb plugin (``profiles.yml``: ``plugins: [{module: slotwatch.warehouse.raw_files}]``). It gives SQL one
function, ``slotwatch_raw_plan(folder, tables_as_json)``, which the hook ``prepare_raw`` calls before anything is built.
The files are read as text, without type sniffing; a missing file or column counts as empty.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pyarrow.parquet
from dbt.adapters.duckdb.plugins import BasePlugin

from slotwatch.garbage import collect_seldom
from slotwatch.warehouse.lock_wait import open_file
from slotwatch.warehouse.profile import old_file_notice

CHUNK_BYTES = 1 << 20
FILE_TYPES = {".csv", ".parquet"}
FLOATING = {"FLOAT", "DOUBLE"}


class RawFileError(ValueError):
    """A folder or file that cannot be read; the message is one sentence that says what to do."""


def plan(folder: str, tables: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The SELECT that reads each table from its files in ``folder``.

    ``tables`` maps a table's name to its columns; each SELECT has exactly these columns, all VARCHAR, in that order.
    Raises RawFileError for a folder that does not exist, a file that is not UTF-8 or has no usable header.
    """
    files = files_by_table(Path(folder), list(tables))
    return {table: select_files(table, columns, files[table]) for table, columns in tables.items()}


def files_by_table(folder: Path, tables: Sequence[str]) -> dict[str, list[Path]]:
    """The files of each table, sorted.

    These are ``<table>.csv``, ``<table>.parquet``, ``<table>[._-]<anything>.csv`` and every file in a folder
    ``<table>/``. A file name that matches several tables belongs to the table with the longest name.
    """
    if not folder.is_dir():
        raise RawFileError(
            f"The raw folder '{folder}' does not exist: give the folder that holds the raw files (SLOTWATCH_RAW_DIR)."
        )
    found: dict[str, list[Path]] = {table: [] for table in tables}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in FILE_TYPES and path.is_file():
            parent = path.parent.relative_to(folder).as_posix().lower()
            name = path.stem.lower() if parent == "." else parent
            table = _table_of(name, tables)
            if table:
                found[table].append(path)
    return found


def _table_of(name: str, tables: Sequence[str]) -> str | None:
    fitting = [t for t in tables if name == t or (name.startswith(t) and name[len(t)] in "._-")]
    return max(fitting, key=len, default=None)


def select_files(table: str, columns: Sequence[str], files: Sequence[Path]) -> str:
    """A SELECT over the files of one table, with exactly these columns, all VARCHAR; no rows without files.

    Raises RawFileError for a file that is not UTF-8 or has no usable header.
    """
    parts = [
        _select_csv(table, columns, f) if f.suffix.lower() == ".csv" else _select_parquet(table, columns, f)
        for f in files
    ]
    if not parts:
        nulls = ", ".join(f'cast(null as varchar) as "{column}"' for column in columns)
        parts = [f"select {nulls} where false"]
    return "\nunion all\n".join(parts)


def _select_csv(table: str, columns: Sequence[str], file: Path) -> str:
    header = _header(table, columns, file)
    names = {name.strip().lower(): f"column_{position}" for position, name in enumerate(header)}
    types = ", ".join(f"'column_{position}': 'VARCHAR'" for position in range(len(header)))
    # null_padding: a short row lacks its last values; such files cannot be read in parallel when values hold newlines
    scan = (
        f"read_csv({_quoted(file)}, columns = {{{types}}}, auto_detect = false, header = true, "
        "delim = ',', quote = '\"', escape = '\"', null_padding = true, parallel = false, strict_mode = false, "
        "max_line_size = 16000000)"
    )
    return f"select {_columns(columns, names)} from {scan}"


def _select_parquet(table: str, columns: Sequence[str], file: Path) -> str:
    try:
        _check_header(table, columns, file, pyarrow.parquet.read_schema(file).names)
        described = duckdb.sql(f"describe select * from read_parquet({_quoted(file)})").fetchall()
    except (duckdb.Error, pyarrow.ArrowInvalid) as error:
        raise RawFileError(f"The raw file '{file}' cannot be read as Parquet: write it again or remove it.") from error
    names = {
        name.strip().lower(): _whole_number(f'"{name}"') if kind in FLOATING else f'"{name}"'
        for name, kind, *_ in described
        if '"' not in name
    }
    return f"select {_columns(columns, names)} from read_parquet({_quoted(file)})"


def _whole_number(column: str) -> str:
    """A float as text; NaN is null.

    A whole number that a data frame stored as a float (an EIN, a count) gets no decimals.
    """
    return (
        f"case when isnan({column}) then null when {column} = trunc({column}) and abs({column}) < 1e37 "
        f"then cast(try_cast({column} as hugeint) as varchar) else cast({column} as varchar) end"
    )


def _columns(columns: Sequence[str], names: Mapping[str, str]) -> str:
    """The columns as text, without NUL characters, which Postgres cannot store."""
    texts = {column: f"cast({names.get(column, 'null')} as varchar)" for column in columns}
    return ", ".join(f"replace({text}, chr(0), '') as \"{column}\"" for column, text in texts.items())


def _quoted(file: Path) -> str:
    return "'" + str(file.resolve()).replace("'", "''") + "'"


def _header(table: str, columns: Sequence[str], file: Path) -> list[str]:
    header = next(csv.reader(_utf8_lines(file)), [])
    _check_header(table, columns, file, header)
    return header


def _check_header(table: str, columns: Sequence[str], file: Path, header: Sequence[str]) -> None:
    """Raise RawFileError unless the header names columns of the table, each once."""
    names = [name.strip().lower() for name in header]
    known = [name for name in names if name in set(columns)]
    if not known:
        raise RawFileError(
            f"The raw file '{file}' has no usable header: it must name columns of {table}, such as "
            f"{', '.join(columns[:3])}."
        )
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise RawFileError(f"The raw file '{file}' names the column {twice[0]} twice in its header: keep one.")


def _utf8_lines(file: Path) -> Iterator[str]:
    """The file's first lines, after a check that all of it is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    position = 0
    first = ""
    with file.open("rb") as stream:
        try:
            while chunk := stream.read(CHUNK_BYTES):
                text = decoder.decode(chunk)
                first = first or text
                position += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise RawFileError(
                f"The raw file '{file}' is not UTF-8 (near byte {position + error.start}): save it again as UTF-8."
            ) from error
    return iter(first.replace("\x00", "").splitlines(keepends=True))


class Plugin(BasePlugin):
    """Gives DuckDB the function ``slotwatch_raw_plan``, and makes Python's garbage collector run less often."""

    def initialize(self, plugin_config: Mapping[str, Any]) -> None:
        collect_seldom()  # this is the first code of the project that a plain `dbt build` runs

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        open_file(creds.path, lambda: duckdb.connect(creds.path, config=config)).close()

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        notice = old_file_notice(Path(self.creds.path)) if self.creds else None

        def plan_as_json(folder: str, tables: str) -> str:
            """``{tables: {table: select}, notice}``, or ``{problem}``: an exception would show a stack trace."""
            try:
                selects = plan(folder, json.loads(tables))
            except RawFileError as error:
                return json.dumps({"problem": str(error)})
            return json.dumps({"tables": selects, "notice": notice})

        conn.create_function("slotwatch_raw_plan", plan_as_json, ["VARCHAR", "VARCHAR"], "VARCHAR", side_effects=True)
