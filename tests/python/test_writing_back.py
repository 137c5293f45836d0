"""The page on writing back: the test writes the raw rows on the page, builds, and compares the results."""

import csv
import io
import re
from typing import NamedTuple

import duckdb
import pytest
from warehouse_support import ROOT, write_raw

from slotwatch.warehouse.raw_contract import read_contract

PAGE = (ROOT / "docs" / "writing-back.md").read_text(encoding="utf-8")
BEFORE, AFTER = "2026-02-02 06:00:00", "2026-02-04 06:00:00"
SEEN = {"source": "list", "uploaded_at": "2026-02-01 08:00"}
COMPANIES = ("Larkspur Foundry", "Ridgeway Tile", "Bramble Freight", "Cobalt Dairy", "Dunmore Plastics", "Harrow Mills")
PEOPLE = (
    ("Marta Ellingsen", "HR Director", 0),
    ("Owen Park", "Financial Analyst", 1),
    ("Lena Frost", "HR Manager", 1),
    ("Sandra Villmark", "Machinist", 1),
    ("Sandra Vilmark", "Machinist", 1),
    ("Ivo Brandt", "HR Director", 2),
    ("Carla Nunez", "HR Director", 3),
    ("Dave Okoye", "HR Director", 4),
    ("Ruth Salter", "HR Director", 5),
)
BLOCK = re.compile(r"^```(sql|csv)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^The next build shows:\n\n```sql\n.*?^```\n\n((?:^\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL)


class Section(NamedTuple):
    """A section of the page that replaces a statement by a raw row."""

    title: str
    table: str
    line: str
    insert: str
    query: str
    shown: str


def sections() -> list[Section]:
    found = []
    for text in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:-1]:
        (_, _), (kind, line), (_, insert), (_, query) = BLOCK.findall(text)
        assert kind == "csv"
        [table] = re.findall(r"^Now a row of `(\w+)`", text, re.MULTILINE)
        [shown] = SHOWN.findall(text)
        found.append(Section(text.splitlines()[0], table, line, insert, query, shown))
    return found


SECTIONS = sections()


def domain(name: str) -> str:
    return name.lower().replace(" ", "") + ".example"


def first_rows() -> dict[str, list[dict]]:
    """The raw rows that exist before the rows of the page arrive."""
    people = [
        {"intake_id": f"p-{n}", "full_name": name, "title": title, "company_website": domain(COMPANIES[at]),
         "email": f"{name[0].lower()}.{name.split()[1].lower()}@{domain(COMPANIES[at])}", **SEEN}
        for n, (name, title, at) in enumerate(PEOPLE, start=1)
    ]  # fmt: skip
    return {
        "company_raw_intake": [
            {"intake_id": f"c-{n}", "company_name": name, "website": f"https://{domain(name)}", "state": "OH",
             "renewal_month": "" if name == "Ridgeway Tile" else "4", **SEEN}
            for n, name in enumerate(COMPANIES, start=1)
        ],
        "people_raw_intake": people,
        "email_verification": [
            {"verification_id": f"v-{row['intake_id']}", "email": row["email"], "email_status": "valid",
             "verified_at": "2026-02-01 09:00"}
            for row in people if row["title"] == "HR Director"
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def built(warehouse, tmp_path_factory):
    """The database before and after the rows of the page, and the message ids that were queued before."""
    raw = write_raw(tmp_path_factory.mktemp("raw"), first_rows())
    database = warehouse(raw)
    database.build(BEFORE, with_interfaces=False)
    queued = set(database.column("select message_id from slotwatch.send_queue"))
    for number, section in enumerate(SECTIONS):
        (raw / f"{section.table}.{number}.csv").write_text(section.line, encoding="utf-8")
    database.build(AFTER)
    return database, queued


def test_the_page_has_a_section_for_each_table_that_other_systems_write_back_to():
    written = {section.table for section in SECTIONS}
    assert written == {
        *("slot_assignments", "company_raw_intake", "people_raw_intake", "checks", "email_verification"),
        *("contact_enrichment", "resolution_verdicts", "campaign", "campaign_contact", "message_log"),
        *("booking_event", "ac_handoff", "suppression", "bit_signal"),
    }
    assert len({section.title for section in SECTIONS}) == len(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_the_insert_writes_the_row_of_the_csv_line(section):
    [row] = csv.DictReader(io.StringIO(section.line))
    columns = read_contract()[section.table].columns
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute(f"create table raw.{section.table} ({', '.join(f'{name} text' for name in columns)})")
        connection.execute(section.insert)
        found = connection.execute(f"select {', '.join(row)} from raw.{section.table}").fetchall()
    assert found == [tuple(row.values())]


def test_the_message_that_the_page_sends_is_one_that_was_queued(built):
    sent = [row["message_id"] for section in SECTIONS for row in csv.DictReader(io.StringIO(section.line))
            if row.get("message_id")]  # fmt: skip
    assert len(sent) == 1 and set(sent) < built[1]
    assert not set(sent) & set(built[0].column("select message_id from slotwatch.send_queue"))


def test_every_row_of_the_page_is_accepted(built):
    ids = [next(csv.reader(io.StringIO(section.line.splitlines()[1])))[0] for section in SECTIONS]
    assert len(set(ids)) == len(ids)
    refused = built[0].query("select raw_id, error_code from slotwatch.pipeline_errors where severity = 'error'")
    assert [row for row in refused if row[0] in ids] == []


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_the_next_build_shows_the_result(built, section):
    with duckdb.connect(str(built[0].path)) as connection:
        cursor = connection.execute(section.query)
        columns = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    lines = [columns, ["---"] * len(columns), *(["" if v is None else str(v).lower() if isinstance(v, bool) else str(v)
             for v in row] for row in rows)]  # fmt: skip
    assert rows and "".join(f"| {' | '.join(cells)} |\n" for cells in lines) == section.shown
