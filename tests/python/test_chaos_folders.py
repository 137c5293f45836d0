"""Random hostile folders: each file is read in full or refused in one sentence, and no text of a source is executed."""

import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from chaos_support import rounds
from hostile_folders import COMMANDS, Values, hostile_folder
from raw_files_support import folder_rows
from rich.console import Console
from warehouse_support import is_one_sentence

from slotwatch.commands.check import check_folder, print_check

DAY = "2026-03-02 06:00:00"


def unprintable(text: str) -> set[str]:
    """Characters that a terminal may execute."""
    return {letter for letter in text if unicodedata.category(letter) == "Cc" and letter != "\n"}


def found(rows: Sequence[tuple]) -> Counter[Values]:
    """Rows as the reader gives them, with blank values of Parquet files as null."""
    return Counter(tuple(value or None for value in row) for row in rows)


@pytest.mark.parametrize("seed", rounds(12, 1000))
def test_each_file_is_read_in_full_or_refused_in_one_sentence(seed, tmp_path):
    written = hostile_folder(seed, tmp_path)
    reading, rows = folder_rows(tmp_path)
    for name, sentence in reading.problems:
        assert name.partition("/")[0] in {file.partition("/")[0] for file in written.damaged}, sentence
        assert is_one_sentence(sentence) and len(sentence) < 600 and not unprintable(sentence), sentence
    for table, contract in reading.contract.items():
        expected = written.rows(table, list(contract.columns))
        assert not expected - found(rows[table]), table
    assert sum(map(len, rows.values())) == sum(one.rows for one in reading.files)


@pytest.mark.parametrize("seed", rounds(12, 1000))
def test_the_check_of_a_folder_counts_every_row_and_prints_text_as_text(seed, tmp_path):
    hostile_folder(seed, tmp_path)
    found = check_folder(tmp_path)
    assert json.loads(json.dumps(found)) == found
    page = io.StringIO()
    print_check(Console(file=page, width=200), found)
    assert not unprintable(page.getvalue())
    for file in found["files"]:
        assert all(0 < refusal["rows"] <= file["rows"] for refusal in (*file["refused"], *file["unreadable"]))
    assert found["is_ok"] == (not found["problems"] and not any(file["missing"] for file in found["files"]))


def without_refused_files(folder: Path) -> None:
    """Removes what a build refuses, as a user would who reads the sentences of `slotwatch check`."""
    for problem in check_folder(folder)["problems"]:
        (folder / problem["file"].partition("/")[0]).unlink(missing_ok=True)


@pytest.mark.parametrize("seed", rounds(1, 50))
def test_a_build_accepts_or_rejects_each_row_and_keeps_every_promise(seed, engine_warehouse, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    hostile_folder(seed, raw)
    without_refused_files(raw)
    built = engine_warehouse(raw)
    built.build(DAY, with_tests=True)
    counts = built.query("select known_rows, accepted_rows, rejected_rows from slotwatch.data_reconciliation")
    assert [count for count in counts if count[0] != count[1] + count[2]] == []
    assert sum(known for known, *_ in counts) > 0
    companies = built.column("select company_id from slotwatch.companies order by 1 limit 1")
    for command in (["summary"], ["today"], *(["explain", company] for company in companies)):
        assert not unprintable(built.command(*command).output), command
    page = tmp_path / "page.html"
    built.told("dashboard", "--out", str(page))
    assert not re.search(r"<img src=x|<script>alert", page.read_text(encoding="utf-8"))
    assert not Path("executed").exists()


def test_a_row_that_is_lost_is_found_by_the_comparison(tmp_path):
    """A planted fault: a sound file loses its last row."""
    written = hostile_folder(3, tmp_path, damage=0)
    reading, rows = folder_rows(tmp_path)
    table = next(table for table in rows if rows[table])
    assert written.rows(table, list(reading.contract[table].columns)) - found(rows[table][:-1])


def test_characters_that_a_terminal_executes_are_found():
    assert unprintable(COMMANDS[0]) == {"\x1b", "\x07"}
