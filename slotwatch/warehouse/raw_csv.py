"""Reads delimited text strictly: a row is never lost or shifted without an error.

Python's csv module reads with its strict rules and knows at which line a record begins. It is too slow for large files,
so those are first checked as bytes: when every quote stands where it must and every row has as many values as the
header, pyarrow's reader gives the same rows and converts only the columns that are wanted.
"""

from __future__ import annotations

import codecs
import csv
import io
import mmap
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from pathlib import Path

import numpy
import pyarrow
import pyarrow.csv
import pyarrow.parquet

from slotwatch.warehouse.raw_contract import RawFileError

DELIMITERS = (",", ";", "\t", "|")
CHUNK_BYTES = 1 << 20
FAST_FROM_BYTES = 4_000_000  # size from which checking the bytes first saves time
BLOCK_BYTES = 1 << 23  # block size of that check
BATCH_ROWS = 20_000
HEADER_LINES = 500  # a header with more lines than this has a quote that never closes
SHOWN_LINES = 5
SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE | re.DOTALL)
SAVE_AGAIN = "save it again as UTF-8 (in Excel: save as CSV UTF-8)"
DATE_LIKE = re.compile(r"\W*(\d{4}[-/]\d\d?[-/]\d|\d\d?[-/]\d\d?[-/]\d{2,4})")

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True)
class Dialect:
    """How a file is written: its delimiter, its header, and the lines before and up to the end of the header."""

    delimiter: str
    header: Sequence[str]
    skipped_lines: int
    header_lines: int

    def place(self, line: int) -> str:
        """A line number in words; if lines precede the header, also the number counted from the header."""
        table_line = line - self.skipped_lines
        return f"line {line}" if table_line == line else f"line {line} (line {table_line} counted from the header)"


@dataclass
class Rows:
    """What a file holds: the number of rows, and the lines of rows with fewer or more values than the header.

    The surplus values of longer rows are blank.
    """

    count: int = 0
    short_lines: list[int] = field(default_factory=list)
    long_lines: list[int] = field(default_factory=list)


# Text


def as_utf8(file: Path, name: str, copy: Path) -> Path:
    """The file itself if it is UTF-8, else a copy of it in UTF-8. Raises RawFileError for any other encoding."""
    with file.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise RawFileError(f"The raw file '{name}' is UTF-32: {SAVE_AGAIN}.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            with (
                file.open(encoding="utf-16", newline="") as source,
                copy.open("w", encoding="utf-8", newline="") as out,
            ):
                while chunk := source.read(CHUNK_BYTES):
                    out.write(chunk)
        except UnicodeError as error:
            raise RawFileError(f"The raw file '{name}' is damaged UTF-16: {SAVE_AGAIN}.") from error
        return copy
    _check_utf8(file, name)
    return file


def _check_utf8(file: Path, name: str) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = nuls = 0
    with file.open("rb") as stream:
        try:
            while chunk := stream.read(CHUNK_BYTES):
                if position == 0:
                    nuls = chunk[:2000].count(0) * 4 > len(chunk[:2000])
                if decoder.getstate()[0] or not chunk.isascii():
                    decoder.decode(chunk)
                position += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise RawFileError(
                f"The raw file '{name}' is not UTF-8 (near byte {position + error.start}): {SAVE_AGAIN}."
            ) from error
    if nuls:
        raise RawFileError(f"The raw file '{name}' is UTF-16 without a byte order mark: {SAVE_AGAIN}.")


def _lines(file: Path) -> io.TextIOWrapper:
    """The file's lines with their ends, which are LF, CRLF or CR and no other character."""
    return file.open(encoding="utf-8-sig", newline="")


# Header


def read_dialect(file: Path, name: str, delimiters: Sequence[str], fitness) -> Dialect:
    """Find the delimiter and the header of a file in UTF-8.

    ``fitness`` gives how many of a header's cells are columns of the table; the delimiter with the most wins, then the
    one with the most cells, then the first. Blank lines and a line `sep=;` before the header are skipped. Raises
    RawFileError for a quote in the header that never closes or closes in a later row; a file without text gives an
    empty header.
    """
    with _lines(file) as stream:
        skipped = 0
        first = ""
        for first in stream:
            separator = SEPARATOR_LINE.fullmatch(first)
            if separator:
                delimiters = (separator[1],)
            elif first.strip():
                break
            skipped += 1
            first = ""
        head = [first, *islice(stream, HEADER_LINES)]
    found = []
    for delimiter in delimiters:
        reader = csv.reader(iter(head), delimiter=delimiter, strict=True)
        try:
            cells = next(reader, [])
        except csv.Error:
            continue
        found.append((fitness(cells), len(cells), Dialect(delimiter, cells, skipped, skipped + reader.line_num)))
    best = max(found, key=lambda one: one[:2], default=None)
    if best is None or (best[0] == 0 and len(found) < len(delimiters)):
        raise RawFileError(
            f"The raw file '{name}' has a faulty quote in its header at line {skipped + 1}: close it, or double a "
            "quote inside a value."
        )
    dialect = best[2]
    if any(_holds_delimiter(cell, dialect.delimiter) and not fitness([cell]) for cell in dialect.header):
        raise RawFileError(
            f"The raw file '{name}' has a quote in its header at line {skipped + 1} that closes only at line "
            f"{dialect.header_lines}: close it where the name of the column ends."
        )
    return dialect


def _holds_delimiter(cell: str, delimiter: str) -> bool:
    """Whether a name over several lines holds a delimiter after its first line, as rows do."""
    return delimiter in re.sub(r"\A[^\r\n]*", "", cell.lstrip())


# Rows


def write_columns(
    file: Path,
    name: str,
    dialect: Dialect,
    wanted: Sequence[int],
    time_columns: Sequence[int],
    out: Path,
    fast_from: int = FAST_FROM_BYTES,
) -> Rows:
    """Write the wanted columns of a UTF-8 file to Parquet, as text columns `c<position>`.

    Rows without any value are left out, missing last values of a short row are null. ``time_columns`` are the positions
    of its times, by which a row is distinguished from a line of text. Raises RawFileError, with file and line, for a
    quote that never closes or closes inside a value, a row with more values than the header, and a row cut by a lone
    CR.
    """
    if file.stat().st_size >= fast_from and _is_tidy(file, dialect):
        try:
            return _copy_tidy(file, dialect, wanted, out)
        except pyarrow.ArrowInvalid:  # a row larger than a block
            pass
    schema = pyarrow.schema([(f"c{position}", pyarrow.string()) for position in wanted])
    rows = Rows()
    with pyarrow.parquet.ParquetWriter(out, schema, compression="lz4") as writer:
        pick = itemgetter(*wanted) if len(wanted) > 1 else lambda record: (record[wanted[0]],)
        records = map(pick, _strict_records(file, name, dialect, time_columns, rows))
        while batch := list(islice(records, BATCH_ROWS)):
            rows.count += len(batch)
            columns = [pyarrow.array(values, pyarrow.string()) for values in zip(*batch, strict=True)]
            writer.write_batch(pyarrow.record_batch(columns, schema=schema))
    return rows


def _strict_records(
    file: Path, name: str, dialect: Dialect, time_columns: Sequence[int], rows: Rows
) -> Iterator[Sequence[str | None]]:
    width = len(dialect.header)
    lone_cr = _has_lone_cr(file)
    with _lines(file) as stream:
        for _ in islice(stream, dialect.header_lines):
            pass
        reader = csv.reader(stream, delimiter=dialect.delimiter, strict=True)
        line = dialect.header_lines + 1
        while True:
            try:
                record: list[str | None] | None = next(reader, None)
            except csv.Error as error:
                raise RawFileError(_faulty_quote(name, dialect.place(line), str(error))) from error
            if record is None:
                return
            next_line = dialect.header_lines + reader.line_num + 1
            if any(value.strip() for value in record[width:]):
                raise RawFileError(
                    f"The raw file '{name}' has {len(record)} values at {dialect.place(line)}, more than the {width} "
                    "of its header: put a value that contains the delimiter in quotes."
                )
            if next_line - line > 1 and _holds_rows(record, dialect.delimiter, width, time_columns):
                raise RawFileError(
                    f"The raw file '{name}' has a quote at {dialect.place(line)} that closes only after whole rows: "
                    "close it where the value ends, or double a quote inside a value."
                )
            if any(record):
                if len(record) > width:
                    rows.long_lines.append(line)
                    del record[width:]
                elif len(record) < width:
                    if lone_cr:
                        raise RawFileError(
                            f"The raw file '{name}' has fewer values than its header at {dialect.place(line)}, beside "
                            "a line end that is a carriage return alone: write all line ends alike."
                        )
                    rows.short_lines.append(line)
                    record.extend([None] * (width - len(record)))
                yield record
            line = next_line


def _faulty_quote(name: str, place: str, error: str) -> str:
    if "unexpected end" in error:
        return (
            f"The raw file '{name}' has a quote at {place} that never closes: close it where the value ends, or double "
            "a quote inside a value."
        )
    return (
        f"The raw file '{name}' has a faulty quote in the record that begins at {place}: a quote never closes, or a "
        "value goes on after its closing quote; double a quote inside a value."
    )


def _holds_rows(record: Sequence[str | None], delimiter: str, width: int, time_columns: Sequence[int]) -> bool:
    """Whether a value over several lines has a line that is a row of the file: as many values, times at their place."""
    if width < 3:
        return False
    for value in record:
        for line in (value or "").splitlines()[1:]:
            cells = line.split(delimiter)
            if len(cells) == width and any(DATE_LIKE.match(cells[place]) for place in time_columns):
                return True
    return False


def _has_lone_cr(file: Path) -> bool:
    """Whether some line ends are a CR alone while others have a LF."""
    returns = pairs = feeds = 0
    last = b""
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk.startswith(b"\n"))
            feeds += chunk.count(b"\n")
            last = chunk[-1:]
    return returns > pairs and feeds > 0


# Large files


def _is_tidy(file: Path, dialect: Dialect) -> bool:
    """Whether each quote of a file opens or closes a value, and each row has as many values as the header.

    Files with other line ends than LF and CRLF, line ends in values, NUL characters, rows without values or a header
    over several lines are not called tidy either.
    """
    if dialect.header_lines - dialect.skipped_lines != 1 or not dialect.delimiter.isascii():
        return False
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start = 0
        for _ in range(dialect.header_lines):
            start = content.find(b"\n", start) + 1
        if start == 0 or b"\r" in content[:start].replace(b"\r\n", b""):
            return False
        while start < len(content):
            end = min(start + BLOCK_BYTES, len(content))
            block = content[start:end]
            read = _tidy_length(block, dialect, is_last=end == len(content))
            if not read:
                return False
            start += read
    return True


def _tidy_length(block: bytes, dialect: Dialect, is_last: bool) -> int:
    """The number of bytes at the start of a block that are complete tidy rows; 0 if some row is not tidy."""
    cut_returns = block.endswith(b"\r") and not is_last  # the line feed of this CR is in the next block
    if block.count(b"\r") != block.count(b"\r\n") + cut_returns or b"\0" in block:
        return 0
    added = is_last and not block.endswith(b"\n")
    if added:
        block += b"\n"
    letters = numpy.frombuffer(block, numpy.uint8)
    quotes = letters == ord('"')
    inside = numpy.bitwise_xor.accumulate(quotes)
    outside = ~inside
    ends = numpy.flatnonzero((letters == ord("\n")) & outside)
    if not len(ends) or (is_last and ends[-1] != len(letters) - 1):
        return 0
    length = int(ends[-1]) + 1
    if len(ends) != block.count(b"\n", 0, length):
        return 0  # pyarrow loses part of a CRLF in quotes where two of its blocks meet
    delimiters = (letters == ord(dialect.delimiter)) & outside
    if not _quotes_stand_well(letters[:length], numpy.flatnonzero(quotes[:length]), ord(dialect.delimiter)):
        return 0
    starts = numpy.concatenate(([0], ends[:-1] + 1))
    found = numpy.searchsorted(numpy.flatnonzero(delimiters[:length]), ends)
    values = numpy.diff(found, prepend=0)
    sizes = ends - starts - (letters[ends - 1] == ord("\r"))
    blank = sizes <= 0
    width = len(dialect.header)
    if (values[~blank] != width - 1).any():
        return 0
    if (sizes[~blank] < 3 * width).any():  # short enough for a row without any value, such as `"","",""`
        marks = quotes | delimiters | (letters == ord("\n")) | (letters == ord("\r"))
        if (numpy.add.reduceat(~marks[:length], starts, dtype=numpy.int32)[~blank] == 0).any():
            return 0
    return length - added


def _quotes_stand_well(letters: numpy.ndarray, quotes: numpy.ndarray, delimiter: int) -> bool:
    """Whether each quote opens after a delimiter or line end and closes before one; a doubled quote is a quote inside a
    value.
    """
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = numpy.where(opening > 0, letters[opening - 1], ord("\n"))
    after = letters[closing + 1]  # a line end is last
    opens = (before == delimiter) | (before == ord("\n")) | (before == ord('"'))
    closes = (after == delimiter) | (after == ord("\n")) | (after == ord("\r")) | (after == ord('"'))
    # a quote next to an opening or closing quote is the other half of a doubled quote
    return bool(opens.all() and closes.all())


def _copy_tidy(file: Path, dialect: Dialect, wanted: Sequence[int], out: Path) -> Rows:
    names = [f"c{position}" for position in range(len(dialect.header))]
    kept = [f"c{position}" for position in wanted]
    reader = pyarrow.csv.open_csv(
        file,
        read_options=pyarrow.csv.ReadOptions(
            column_names=names, skip_rows=dialect.header_lines, block_size=BLOCK_BYTES
        ),
        parse_options=pyarrow.csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=False),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=kept,
            column_types=dict.fromkeys(kept, pyarrow.string()),
            strings_can_be_null=False,
        ),
    )
    rows = Rows()
    with pyarrow.parquet.ParquetWriter(out, reader.schema, compression="lz4") as writer:
        for batch in reader:
            rows.count += len(batch)
            writer.write_batch(batch)
    return rows


def places(dialect: Dialect, lines: Sequence[int]) -> str:
    """Some lines in words: `line 4`, `line 4, line 9, line 12`, and how many more there are."""
    rest = len(lines) - SHOWN_LINES
    shown = ", ".join(dialect.place(line) for line in lines[:SHOWN_LINES])
    return shown + (f" and {rest:,} more" if rest > 0 else "")
