"""docs/your-data.md: each export of another system becomes companies, people, seats and stops."""

import re
import shutil
import zipfile

import pytest
from raw_files_support import folder_rows
from warehouse_support import ROOT

from slotwatch.commands.check import check_folder
from slotwatch.warehouse.raw_contract import read_contract

PAGE = (ROOT / "docs" / "your-data.md").read_text(encoding="utf-8")
EXPORTS = ROOT / "tests" / "exports"
TEMPLATES = ROOT / "examples" / "templates"
DAY = "2026-01-07"


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """The exports of the page in one folder, under the names that the page gives them."""
    raw = tmp_path_factory.mktemp("exports")
    for downloaded, saved in re.findall(
        r"^\| `([^`]+\.(?:csv|zip))` \| `([^`]+\.(?:csv|zip))` \|$", PAGE, re.MULTILINE
    ):
        if downloaded.endswith(".zip"):
            inner = downloaded.replace(".zip", ".csv")
            with zipfile.ZipFile(raw / saved, "w") as packed:
                packed.write(EXPORTS / inner, inner.lower())
        else:
            shutil.copy(EXPORTS / downloaded, raw / saved)
    return raw


def test_every_export_is_on_the_page():
    assert {path.stem for path in EXPORTS.iterdir()} == {
        name.rpartition(".")[0] for name in re.findall(r"^\| `([^`]+\.(?:csv|zip))` \|", PAGE, re.MULTILINE)
    }


def test_the_check_finds_nothing_to_refuse_in_the_exports(exports):
    found = check_folder(exports)
    assert found["is_ok"], [file["missing"] for file in found["files"]]
    assert found["not_read"] == []
    assert [(file["file"], file["refused"]) for file in found["files"] if file["refused"]] == []
    assert [(file["file"], file["unreadable"]) for file in found["files"] if file["unreadable"]] == []


@pytest.fixture(scope="module")
def built(exports, built_once):
    """A database of the exports."""
    return built_once("exports", exports, lambda database: database.build(DAY))


def test_the_contacts_who_unsubscribed_are_stopped_by_their_list_and_by_the_list_of_all(built):
    stops = built.query("select source_table, email, reason from slotwatch.suppressions order by 1")
    assert stops == [
        ("people_raw_intake", "tomas.greve@fernhollow.example", "unsubscribed"),
        ("suppression", "tomas.greve@fernhollow.example", "customer_requested"),
    ]


def test_a_blank_primary_email_source_of_apollo_refuses_nobody(built):
    people = built.query("""
        select full_name, email_status from slotwatch.people where email like '%@quarrybank.example' order by 1
    """)
    assert people == [("Hal Ostrander", "gray"), ("Noor Castell", "green")]


def test_the_exports_become_companies_seats_and_signals(built):
    seats = built.query("""
        select companies.domain, slots.role, people.full_name, people.linkedin_url is not null
        from slotwatch.slots as slots
        inner join slotwatch.companies as companies on slots.company_id = companies.company_id
        inner join slotwatch.people as people on slots.person_id = people.person_id
        order by 1, 2
    """)
    assert seats == [
        ("copperline.example", "CFO", "Oda Whitlock", False),
        ("fernhollow.example", "CFO", "Ilse Brandvold", False),
        ("fernhollow.example", "HR", "Tomas Greve", False),
        ("millrace.example", "CFO", "Petra Sandoval", True),
        ("quarrybank.example", "CEO", "Noor Castell", True),
        ("saltmarsh.example", "HR", "Yusuf Tanaka", True),
    ]
    companies = built.query("select domain, state, employee_count, ein from slotwatch.companies order by 1")
    assert companies == [
        ("copperline.example", "OH", 420, "46-1234567"),
        ("fernhollow.example", "OH", 310, None),
        ("millrace.example", "OH", 265, None),
        ("quarrybank.example", "OH", 180, None),
        ("saltmarsh.example", "OH", 74, None),
    ]
    assert built.column("select email_status from slotwatch.people where full_name = 'Noor Castell'") == ["green"]
    signals = built.column("select distinct signal_type from slotwatch.pressure_signals where hub = 'DOL'")
    assert "cost_increase" in signals
    unknown = built.column("select error_message from slotwatch.pipeline_errors where error_code = 'COLUMN_UNKNOWN'")
    assert any(
        "'Lead Status' of people_raw_intake in people_raw_intake.hubspot 2026-01-05.csv" in one for one in unknown
    )


@pytest.mark.parametrize("table", read_contract().values(), ids=lambda table: table.name)
def test_a_template_has_the_header_of_its_table_and_one_row(table):
    header, row = (TEMPLATES / f"{table.name}.csv").read_text(encoding="utf-8").splitlines()
    assert header == ",".join(table.columns)
    assert row.strip(",")


def test_the_templates_are_read_without_a_warning_and_nothing_in_them_is_refused():
    reading, rows = folder_rows(TEMPLATES)
    assert (reading.problems, reading.warnings) == ([], [])
    assert {table: len(found) for table, found in rows.items()} == dict.fromkeys(read_contract(), 1)
    found = check_folder(TEMPLATES)
    assert found["is_ok"]
    assert [(file["file"], file["unreadable"], file["refused"]) for file in found["files"]] == [
        (f"{table}.csv", [], []) for table in sorted(read_contract())
    ]
