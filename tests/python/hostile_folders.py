"""Random raw folders as ordinary programs and accidents leave them, the same for the same seed.

`hostile_folder(seed, folder)` writes the rows of a random history in files of many kinds, and damages some of them. It
says which rows the other files hold.
"""

import gzip
import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow
import pyarrow.parquet
from random_history import Row, hostile_history

Values = tuple[str | None, ...]
DELIMITERS = (",", ",", ",", ";", "\t", "|")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16")
LINE_ENDS = ("\n", "\r\n", "\r")
KINDS = ("csv", "csv", "csv", "tsv", "jsonl", "parquet")
# Text that some program might execute: a terminal, a template, a spreadsheet, a browser, a shell, a database.
COMMANDS = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "{{ 7 * 7 }}{% raw %}",
    "=cmd|'/c calc'!A0",
    "<img src=x onerror=alert(1)>",
    "$(touch executed) `touch executed`",
    "'); drop table slots; --",
    "[bold red]markup[/bold red]",
)


@dataclass
class HostileFolder:
    """A raw folder: the rows of its sound files by table and file, and the names of the files that were damaged."""

    sound: dict[str, tuple[str, list[str], list[Row]]] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)

    def rows(self, table: str, columns: list[str]) -> Counter[Values]:
        """The rows of a table in sound files, as the reader must give them: without NUL characters and empty rows."""
        return Counter(
            tuple((row.get(column) or "").replace("\0", "") or None for column in columns)
            for of_table, headers, rows in self.sound.values()
            if of_table == table
            for row in rows
            if any(row.get(header) for header in headers)
        )


def hostile_folder(seed: int, folder: Path, damage: float = 0.2) -> HostileFolder:
    """Writes a folder. `damage` is the share of files that are damaged; rows of the others may hold hostile text."""
    dice = random.Random(seed)
    written = HostileFolder()
    for table, rows in hostile_history(seed, companies=dice.randrange(1, 5), nul=dice.random() < 0.1).items():
        columns = list(dict.fromkeys(name for row in rows for name in row))
        for row in rows:
            if dice.random() < 0.05 and len(columns) > 1:
                row[dice.choice(columns[1:])] = dice.choice(COMMANDS)
        parts = dice.choice([1, 1, 1, 2])
        for part in range(parts) if columns else ():
            name, content = _file(dice, table, part, columns, rows[part::parts])
            if dice.random() < damage:
                content = dice.choice(DAMAGES)(dice, content)
                written.damaged.append(name)
            else:
                written.sound[name] = (table, columns, rows[part::parts])
            (folder / name).write_bytes(content)
    return written


def _file(dice: random.Random, table: str, part: int, columns: list[str], rows: list[Row]) -> tuple[str, bytes]:
    """The name and content of a file in one of the forms that the reader knows."""
    kind = dice.choice(KINDS)
    stem = dice.choice([table, table, table.upper(), table.replace("_", " ").title(), f"{table} ({part + 1})"])
    name = f"{stem}.{part}.{kind}" if part else f"{stem}.{kind}"
    if kind == "parquet":
        return name, _parquet(columns, rows)
    content = _json_lines(columns, rows) if kind == "jsonl" else _text(dice, kind, columns, rows)
    packing = dice.choice(["", "", "", "", ".gz", ".zip"])
    if packing == ".gz":
        return name + packing, gzip.compress(content, mtime=0)
    if packing == ".zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(f"{table}.{kind}"), content)
        return name + packing, packed.getvalue()
    return name, content


def _parquet(columns: list[str], rows: list[Row]) -> bytes:
    table = pyarrow.table({column: pyarrow.array([row.get(column) for row in rows], "string") for column in columns})
    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out)
    return out.getvalue()


def _json_lines(columns: list[str], rows: list[Row]) -> bytes:
    lines = [
        json.dumps({column: row.get(column) for column in columns}, ensure_ascii=len(rows) % 2 == 0) for row in rows
    ]
    return "\n".join(lines).encode()


def _text(dice: random.Random, kind: str, columns: list[str], rows: list[Row]) -> bytes:
    spell: Callable[[str], str] = dice.choice(
        [str, str, str.upper, lambda name: name.replace("_", " ").title(), lambda name: f" {name} "]
    )
    delimiter, end = "\t" if kind == "tsv" else dice.choice(DELIMITERS), dice.choice(LINE_ENDS)
    quotes_all = dice.random() < 0.3

    def line(values: Iterable[str]) -> str:
        return delimiter.join(
            '"' + value.replace('"', '""') + '"'
            if quotes_all or any(letter in value for letter in f'{delimiter}"\r\n')
            else value
            for value in values
        )

    before = dice.choice(["", "", "", f"sep={delimiter}{end}", end])
    lines = [line(map(spell, columns)), *(line(row.get(column) or "" for column in columns) for row in rows), ""]
    return (before + end.join(lines)).encode(dice.choice(ENCODINGS))


# Damage: what copying, editing and exporting do to a file


def _cut(dice: random.Random, content: bytes) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _flip(dice: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice([1, 3, 30])):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _insert(dice: random.Random, content: bytes) -> bytes:
    what = dice.choice(
        [b'"', b'"' * 3, b",", b"\0", b"\r", b"\n", b"\xff\xfe", b"\xe2\x80\xa8", b"\x0b\x0c\x1c", b"\xc2\x85", b"\x1a"]
    )
    place = dice.randrange(min(len(content), dice.choice([80, 10**9])) + 1)
    return content[:place] + what + content[place:]


def _repeat(dice: random.Random, content: bytes) -> bytes:
    place = dice.randrange(len(content) + 1)
    return content[:place] + content


def _lose(dice: random.Random, content: bytes) -> bytes:
    place = dice.randrange(len(content) + 1)
    return content[:place] + content[place + dice.choice([1, 2, 100]) :]


def _replace(dice: random.Random, content: bytes) -> bytes:
    return dice.choice(
        [
            b"",
            b"\n\n",
            b"<!DOCTYPE html><html><body>Sign in to continue</body></html>",
            b'{"error": "rate limit"}',
            b"PK\x03\x04not a zip",
            b"\x1f\x8b\x08not a gz",
            b"PAR1not a parquetPAR1",
            b"a,b,c\n1,2,3\n",
            b'"' + b"x" * 300_000,
            b"x" * 2_000_000 + b"," + content[:100],
            b"\0" * 4096,
        ]
    )


DAMAGES = (_cut, _flip, _insert, _repeat, _lose, _replace)
