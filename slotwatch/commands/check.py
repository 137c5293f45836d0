"""`slotwatch check`: reads a raw folder without building and says what a build would make of it.

The JSON has `folder`, `is_ok` (false when a build would be refused, a required column is missing or no file is that of
a raw table), `files`, `not_read` (file, why), `problems` (file, message) and `advice` (sentences on what the folder
lacks). Each of `files` has `file`, `table`, `rows`, `columns` (headers of each column), `stand_ins` (what stands in for
a column that is absent or blank), `missing` (required columns without which rows are refused), `unknown_headers`,
`several_headers`, `short_rows`, `long_rows`, `opted_out` (rows of people who are not written to; the rows with an
unknown word, which counts as opted out, and samples of it; null if nobody opted out), `unreadable` (column, rows,
samples), `refused` (error_code, column, rows, samples, what_to_do).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
from rich.console import Console

from slotwatch.commands.advice import no_companies
from slotwatch.commands.pages import Line, Section, Table, print_section
from slotwatch.normal_forms.normalise import KINDS, normalise
from slotwatch.normal_forms.word_lists import read_word_lists
from slotwatch.warehouse.raw_casts import cast_of
from slotwatch.warehouse.raw_contract import CHECKOUT, OPT_OUT, RawTable, read_opt_out_words
from slotwatch.warehouse.raw_files import INSTEAD_OF, OTHER_NAME, FileReading, FolderReading, read_folder

SAMPLES = 3
MOST_VALUES = 20_000  # most distinct values of a column for which the normal form is checked
CHECKED_KINDS = {
    "company_name", "company_phone", "ein", "email", "json", "linkedin_company", "linkedin_person", "person_name",
    "person_phone", "postal_code", "state", "stop", "website",
}  # fmt: skip
TIME = re.compile(r"_(at|date|time|prd)$")
NUMBER = re.compile(r"(_cnt|_amt|_score|_strength|^confidence|^revenue|^employee_count|_days)$")
COMPANY = ("company_unique_id", "company_website", "ein", "company_name")
PERSON = ("person_unique_id", "linkedin_url", "email", "full_name")
IDENTIFIES = ("promoted_to_unique_id", "website", "ein", "linkedin_url")
# tables whose rows are accepted even if a word or a time in them is unreadable, because a stop order must hold in doubt
FAIL_CLOSED = {"suppression", "message_log"}
TIME_FORMS = "write it as 2026-01-31 or 1/31/2026"
MONTH_FORMS = "write 1 to 12 or the name of the month"
TABLES_OF_LISTS = (
    "Name each of these files after its table: contacts people_raw_intake, companies company_raw_intake, results of "
    "email checks email_verification, people who are not written to suppression. docs/your-data.md has all tables, "
    "and the steps for HubSpot, Apollo, Salesforce and others."
)
WHAT_TO_DO = {
    "ROW_ID_MISSING": "fill the column, or leave it out altogether: a hash of the row then stands in",
    "KNOWLEDGE_TIME_UNREADABLE": f"{TIME_FORMS}, or leave the column out and put the date into the file's name",
    "REQUIRED_VALUE_MISSING": "fill the column",
    "REQUIRED_VALUE_UNREADABLE": "correct the value",
    "VALUE_NOT_IN_LIST": "use one of: {words}",
    "COMPANY_NAME_INVALID": "give the name of the company",
    "COMPANY_UNIDENTIFIED": "add a website, EIN or LinkedIn page, unless the name is that of a company known otherwise",
    "PERSON_NAME_INVALID": "give a first and a last name",
    "COMPANY_NOT_FOUND": "say which company the row is about",
}


def check_folder(folder: Path) -> dict[str, Any]:
    """What a build would make of a raw folder, in the shape of the JSON. Raises RawFileError when there is none."""
    with tempfile.TemporaryDirectory(prefix="slotwatch-") as staging:
        reading = read_folder(folder, Path(staging))
        files = [_check_file(reading, one) for one in reading.files]
    not_read = [
        {"file": warning.raw_id, "why": warning.detail.removeprefix(f"{warning.raw_id}: ")}
        for warning in reading.warnings
        if warning.error_code == "FILE_NOT_READ"
    ]
    problems = [{"file": name, "message": message} for name, message in reading.problems]
    return {
        "folder": str(folder),
        "is_ok": bool(files) and not problems and not any(file["missing"] for file in files),
        "files": files,
        "not_read": not_read,
        "problems": problems,
        "advice": _advice(reading, files, problems),
    }


def _advice(reading: FolderReading, files: Sequence[Mapping[str, Any]], problems: Sequence[Any]) -> list[str]:
    if not files and not problems:
        tables = ", ".join(reading.contract)
        return [f"The folder holds no file of a raw table. Name each file after its table: {tables}."]
    rows = {table: sum(file["rows"] for file in files if file["table"] == table) for table in reading.contract}
    if rows["people_raw_intake"] and not rows["company_raw_intake"]:
        return [no_companies("The folder")]
    return []


def _counted_files(found: Mapping[str, Any]) -> str:
    """How many files a build would read, and how many not."""
    read, left = len(found["files"]), len(found["not_read"])
    not_read = f", and {left} {'file is' if left == 1 else 'files are'} not read" if left else ""
    return f"A build would read {read} {'file' if read == 1 else 'files'}{not_read}."


def _check_file(reading: FolderReading, one: FileReading) -> dict[str, Any]:
    table = reading.contract[one.file.table]
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        columns = ", ".join(f"{cast_of('clean_text', column)} as {column}" for column in table.columns)
        connection.execute(f"create temp table given as select {columns} from ({one.select})")
        faults = _Faults(connection, table)
        unreadable = faults.unreadable()
        opted_out = faults.opted_out() if OPT_OUT in table.columns else None
        refused = list(_refusals(faults, table, one))
    return {
        "file": one.file.name,
        "table": table.name,
        "rows": one.rows,
        "columns": {
            column: [one.headers.shown(position) for position in one.headers.positions(column)]
            for column in table.columns
            if column in one.headers.columns and INSTEAD_OF not in one.stand_ins.get(column, "")
        },
        "stand_ins": dict(one.stand_ins),
        "missing": _missing(table, one),
        "unknown_headers": list(one.unknown),
        "several_headers": {column: list(headers) for column, headers in one.twice.items()},
        "short_rows": one.short_lines,
        "long_rows": one.long_lines,
        "opted_out": opted_out,
        "unreadable": unreadable,
        "refused": refused,
    }


def _missing(table: RawTable, one: FileReading) -> list[str]:
    """The required columns that the file lacks; each entry lists columns of which one is enough."""
    there = one.headers.columns | set(one.stand_ins)
    needed: list[tuple[str, ...]] = [(column,) for column in (table.row_id[0], *table.required)]
    if table.known_at and table.name not in FAIL_CLOSED:
        needed.append((table.known_at,))
    if table.name == "company_raw_intake":
        needed.append(("company_name",))
    elif table.name == "people_raw_intake":
        needed += [("full_name", "last_name"), COMPANY]
    elif table.name == "suppression":
        needed = [("email", *COMPANY)]
    elif {"company_name", "full_name"} <= set(table.columns):
        needed.append((*COMPANY, *PERSON))
    elif "company_name" in table.columns:
        needed.append(COMPANY)
    return [
        " or ".join(column for column in choice if column in table.columns)
        for choice in needed
        if not there & set(choice)
    ]


class _Faults:
    """Counts and samples of the values of one file that cannot be read. The rows are in the temporary table `given`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
        self.connection = connection
        self.table = table
        self.bad_values: dict[str, set[str]] = {}

    def rows_where(self, condition: str, shown: str) -> tuple[int, list[str]]:
        """The number of rows with a condition, and some values of an expression in them, the most frequent first."""
        found = self.connection.execute(
            f"select {shown}, count(*), sum(count(*)) over () from given where {condition} "
            f"group by 1 order by 2 desc, 1 limit {SAMPLES}"
        ).fetchall()
        return (int(found[0][2]), [str(value) for value, *_ in found if value is not None]) if found else (0, [])

    def is_unreadable(self, column: str) -> str | None:
        """The SQL condition for a value that is present but unreadable; None if any text can be read."""
        kind = self.table.kinds.get(column)
        if kind in CHECKED_KINDS:
            bad = self._bad(column, kind)
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(bad))
            return f"{column} in ({listed})" if bad else None
        if column == self.table.known_at or TIME.search(column):
            macro = "to_timestamp_or_null"
        elif NUMBER.search(column):
            macro = "to_number_or_null"
        elif column == "renewal_month":
            macro = "month_or_null"
        else:
            return None
        return f"{column} is not null and ({cast_of(macro, column)}) is null"

    def _bad(self, column: str, kind: str) -> set[str]:
        if column not in self.bad_values:
            values = self.connection.execute(
                f"select distinct {column} from given where {column} is not null order by 1 limit {MOST_VALUES}"
            ).fetchall()
            self.bad_values[column] = _unreadable_values(kind, [value for (value,) in values])
        return self.bad_values[column]

    def opted_out(self) -> dict[str, Any] | None:
        """The rows of people who opted out, and how many of them have an unknown word, with samples of it."""
        rows, _ = self.rows_where(f"{OPT_OUT} is not null", OPT_OUT)
        known = ", ".join("'" + word.replace("'", "''") + "'" for word in read_opt_out_words())
        no_time = f"({cast_of('to_timestamp_or_null', OPT_OUT)}) is null"
        unclear, samples = self.rows_where(f"lower({OPT_OUT}) not in ({known}) and {no_time}", OPT_OUT)
        return {"rows": rows, "unclear_rows": unclear, "samples": samples} if rows else None

    def unreadable(self) -> list[dict[str, Any]]:
        """The columns with unreadable values."""
        found = []
        for column in self.table.columns:
            condition = self.is_unreadable(column)
            rows, samples = self.rows_where(condition, column) if condition else (0, [])
            if rows:
                found.append({"column": column, "rows": rows, "samples": samples})
        return found


def _unreadable_values(kind: str, values: Sequence[str]) -> set[str]:
    if not values:
        return set()
    given = pyarrow.table({"kind": [kind] * len(values), "raw_value": values})
    forms = normalise(given, _word_lists(KINDS[kind].word_lists))
    readable = {
        raw_value
        for raw_value, normal_value in zip(
            forms["raw_value"].to_pylist(), forms["normal_value"].to_pylist(), strict=True
        )
        if normal_value is not None
    }
    return set(values) - readable


@cache
def _word_lists(names: tuple[str, ...]) -> Mapping[str, pyarrow.Table]:
    return read_word_lists(CHECKOUT / "seeds", names)


@cache
def _listed_words(table: str) -> Mapping[str, list[str]]:
    """The words that the staging model of a table accepts in a column."""
    reads = re.compile(rf'known_rows\("{table}"\)|ref\("base_{table}"\)')
    listed = re.compile(r'listed_or_null\("(?:\w+\.)?(\w+)", \[([^\]]*)\]')
    words: dict[str, list[str]] = {}
    for model in sorted((CHECKOUT / "models" / "staging").glob("*/stg_*.sql")):
        text = model.read_text(encoding="utf-8")
        if reads.search(text):
            words |= {column: re.findall(r'"([^"]+)"', given) for column, given in listed.findall(text)}
    return words


def _refusals(faults: _Faults, table: RawTable, one: FileReading) -> Iterator[dict[str, Any]]:
    """Why rows of the file will be refused. A row may be counted under several reasons."""

    def refusal(code: str, column: str, condition: str | None, shown: str | None = None, words: str = ""):
        rows, samples = faults.rows_where(condition, shown or column) if condition else (0, [])
        if rows:
            yield {
                "error_code": code,
                "column": column,
                "rows": rows,
                "samples": samples,
                "what_to_do": WHAT_TO_DO[code].format(words=words),
            }

    refuse: Callable[..., Iterator[dict[str, Any]]] = refusal
    stands = table.name in FAIL_CLOSED
    yield from refuse("ROW_ID_MISSING", table.row_id[0], f"{table.row_id[0]} is null")
    if table.known_at and not stands:
        unreadable = faults.is_unreadable(table.known_at)
        yield from refuse("KNOWLEDGE_TIME_UNREADABLE", table.known_at, f"{table.known_at} is null or ({unreadable})")
    for column in table.required:
        if not stands:
            yield from refuse("REQUIRED_VALUE_MISSING", column, f"{column} is null")
            if table.kinds.get(column) in CHECKED_KINDS:
                yield from refuse("REQUIRED_VALUE_UNREADABLE", column, faults.is_unreadable(column))
    if not stands:
        for column, words in _listed_words(table.name).items():
            listed = ", ".join(f"'{word.lower()}'" for word in words)
            unknown = f"{column} is not null and lower({column}) not in ({listed})"
            yield from refuse("VALUE_NOT_IN_LIST", column, unknown, words=", ".join(words))
    if table.name == "company_raw_intake":
        bad = faults.is_unreadable("company_name")
        yield from refuse("COMPANY_NAME_INVALID", "company_name", f"company_name is null or {bad or 'false'}")
        keys = " and ".join(
            f"({column} is null or ({faults.is_unreadable(column) or 'false'}))" for column in IDENTIFIES
        )
        yield from refuse("COMPANY_UNIDENTIFIED", "company_name", f"company_name is not null and {keys}")
    elif table.name == "people_raw_intake":
        bad = faults.is_unreadable("full_name")
        condition = f"(full_name is null or {bad or 'false'}) and (first_name is null or last_name is null)"
        yield from refuse(
            "PERSON_NAME_INVALID", "full_name", condition, "concat_ws(' ', first_name, last_name, full_name)"
        )
    if "company_name" in table.columns and table.name != "company_raw_intake":
        given = [column for column in (*COMPANY, *PERSON) if column in table.columns]
        if table.name == "people_raw_intake":
            given = [column for column in COMPANY if column in table.columns]
        nothing = " and ".join(f"{column} is null" for column in given)
        yield from refuse("COMPANY_NOT_FOUND", given[0], nothing, table.row_id[0])


# The page


def print_check(console: Console, found: Mapping[str, Any]) -> None:
    """Print what `check_folder` found, a section per file."""
    sections = [_file_section(file) for file in found["files"]]
    if found["not_read"]:
        lines = [Line(f"{file['file']}: {file['why']}", "yellow") for file in found["not_read"]]
        if found["files"] and any(OTHER_NAME in file["why"] for file in found["not_read"]):
            lines.append(Line(TABLES_OF_LISTS))
        sections.append(Section("Files that are not read (FILE_NOT_READ)", lines))
    if found["problems"]:
        lines = [Line(problem["message"], "yellow") for problem in found["problems"]]
        sections.append(Section("A build would be refused", lines))
    if any(file["missing"] for file in found["files"]):
        sections.append(
            Section(
                "Required columns are missing",
                [
                    Line(f"{file['file']}: {', '.join(file['missing'])}", "yellow")
                    for file in found["files"]
                    if file["missing"]
                ],
            )
        )
    result = [Line(sentence, "yellow") for sentence in found["advice"]]
    if found["is_ok"]:
        result.append(Line(_counted_files(found), "green"))
    if result:
        sections.append(Section("Result", result))
    for section in sections:
        print_section(console, section)


def _file_section(file: Mapping[str, Any]) -> Section:
    rows = f"{file['rows']:,} row{'' if file['rows'] == 1 else 's'}"
    blocks: list[Line | Table] = [
        Table(
            ("column", "header"),
            [(column, " | ".join(headers)) for column, headers in file["columns"].items()]
            + [(column, f"({text})") for column, text in file["stand_ins"].items()],
        )
    ]
    if file["missing"]:
        blocks.append(Line(f"missing: {', '.join(file['missing'])}", "yellow"))
    if file["unknown_headers"]:
        blocks.append(Line(f"not read (COLUMN_UNKNOWN): {', '.join(file['unknown_headers'])}", "yellow"))
    for column, headers in file["several_headers"].items():
        blocks.append(Line(f"{column}: the first of {', '.join(headers)} that is not blank (COLUMN_TWICE)", "yellow"))
    if file["short_rows"]:
        blocks.append(Line(f"fewer values than the header (ROW_SHORT): {file['short_rows']}", "yellow"))
    if file["long_rows"]:
        blocks.append(Line(f"more values than the header, all blank (ROW_LONG): {file['long_rows']}", "yellow"))
    if file["opted_out"]:
        blocks.append(Line(_opted_out_words(file["opted_out"]), "yellow"))
    for one in file["unreadable"]:
        forms = _forms(file["table"], one["column"])
        blocks.append(Line(f"unreadable {one['column']}: {_count(one)}{forms}", "yellow"))
    for one in file["refused"]:
        blocks.append(
            Line(f"refused {one['error_code']}, {one['column']}: {_count(one)}; {one['what_to_do']}", "yellow")
        )
    return Section(f"{file['file']}: {file['table']}, {rows}", blocks)


def _forms(table: str, column: str) -> str:
    """The forms in which a month or a time is read, and what an unreadable address of a stop list means."""
    if (table, column) == ("suppression", "email"):
        return "; these addresses are not stopped"
    if column == "renewal_month":
        return f"; {MONTH_FORMS}"
    return f"; {TIME_FORMS}" if TIME.search(column) else ""


def _opted_out_words(found: Mapping[str, Any]) -> str:
    people = "1 person" if found["rows"] == 1 else f"{found['rows']:,} people"
    unclear = {"rows": found["unclear_rows"], "samples": found["samples"]}
    counted = f"; a word that is not known counts as opted out: {_count(unclear)}" if found["unclear_rows"] else ""
    return f"opted out, so nobody writes to them: {people}{counted}"


def _count(fault: Mapping[str, Any]) -> str:
    rows = f"{fault['rows']:,} row{'' if fault['rows'] == 1 else 's'}"
    shown = [sample if len(sample) <= 40 else sample[:37] + "..." for sample in fault["samples"]]
    return rows + (f", such as {', '.join(repr(sample) for sample in shown)}" if shown else "")
