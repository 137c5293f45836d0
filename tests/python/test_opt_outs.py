"""People whom another system lists as opted out: in each export's words, on both engines, and in `slotwatch check`."""

import csv

import pytest
from raw_files_support import table_rows
from warehouse_support import ROOT, write_raw

from slotwatch.commands.check import check_folder
from slotwatch.warehouse.raw_contract import not_opted_out

COMPANIES = [
    {"Company Name": name, "Website": host, "State": "OH"}
    for name, host in [("Alder Works", "alder.example"), ("Birch Foundry", "birch.example")]
]
NAMES = ("Ann Berg", "Bo Cato", "Cy Dahl", "Di Egan", "Ed Frey", "Fay Gold", "Gil Hart", "Ida Jung")


def person(number: int, **more: str) -> dict[str, str]:
    """A row of an export; the people are numbered, and have an address at the first company."""
    name = NAMES[number]
    email = f"{name.split()[0].lower()}@alder.example"
    return {"Name": name, "Email": email, "Job Title": "Buyer", "Company": "Alder Works", "State": "OH"} | more


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Unsubscribed from all email", "true"),
        ("Opted out of all email", "Yes"),
        ("hs_email_optout", "TRUE"),
        ("Email Opt Out", "1"),
        ("HasOptedOutOfEmail", "true"),
        ("Do Not Contact", "x"),
        ("Do not allow Emails", "Do Not Allow"),
        ("Person - Marketing status", "Unsubscribed"),
        ("UNSUB_TIME", "2025-12-01 10:00:00"),
        ("opted_out", "maybe"),
    ],
)
def test_the_columns_of_exports_that_say_opted_out_are_read(tmp_path, header, value):
    rows = [person(0, **{header: value}), person(1, **{header: ""}), person(2, **{header: "ignored"})]
    write_raw(tmp_path, {"people_raw_intake 2026-01-05": rows[:2]})
    read = {row["full_name"]: row.get("opted_out") for row in table_rows(tmp_path, "people_raw_intake")}
    assert read == {"Ann Berg": value, "Bo Cato": None}


@pytest.mark.parametrize("value", [*not_opted_out(), "FALSE", " No "])
def test_a_word_for_no_is_read_as_blank_and_does_not_change_the_id(tmp_path, value):
    write_raw(tmp_path / "a", {"people_raw_intake 2026-01-05": [person(0, **{"Email Opt Out": value})]})
    write_raw(tmp_path / "b", {"people_raw_intake 2026-01-05": [person(0)]})
    with_column, without = (table_rows(tmp_path / folder, "people_raw_intake") for folder in "ab")
    assert with_column == without and "opted_out" not in with_column[0]


def test_of_several_columns_one_that_says_yes_is_enough(tmp_path):
    rows = [
        person(0, **{"Email Opt Out": "false", "Do Not Contact": "true", "opted_out": "0"}),
        person(1, **{"Email Opt Out": "false", "Do Not Contact": "no", "opted_out": ""}),
    ]
    write_raw(tmp_path, {"people_raw_intake 2026-01-05": rows})
    read = {row["full_name"]: row.get("opted_out") for row in table_rows(tmp_path, "people_raw_intake")}
    assert read == {"Ann Berg": "true", "Bo Cato": None}


def test_every_word_is_in_the_form_in_which_it_is_compared():
    with (ROOT / "seeds" / "opt_out_words.csv").open(encoding="utf-8", newline="") as lines:
        words = [row["word"] for row in csv.DictReader(lines)]
    assert words == [word.strip().lower() for word in words]


def test_the_check_says_who_is_not_written_to(tmp_path):
    rows = [
        person(number, **{"Unsubscribed from all email": value})
        for number, value in enumerate(["true", "false", "maybe", ""])
    ]
    write_raw(tmp_path, {"people_raw_intake 2026-01-05": rows, "company_raw_intake 2026-01-05": COMPANIES})
    [found] = [file for file in check_folder(tmp_path)["files"] if file["table"] == "people_raw_intake"]
    assert found["opted_out"] == {"rows": 2, "unclear_rows": 1, "samples": ["maybe"]}
    assert "Unsubscribed from all email" not in found["unknown_headers"]


def test_people_who_opted_out_are_stopped(engine_warehouse, tmp_path):
    column = "Unsubscribed from all email"
    first = [
        person(0, **{column: "true", "LinkedIn": "linkedin.com/in/ann-berg-1"}),
        person(1, **{column: "false"}),
        person(2, **{column: "maybe"}),
        person(3, **{column: "true", "Company": "Nowhere"}),  # refused: the company is not known
        person(4, **{column: "2025-11-01"}),
        person(5, **{column: ""}),
        person(6, **{column: "true", "Email": "", "LinkedIn": "linkedin.com/in/gil-hart-1"}),
        person(7, **{column: "true", "Email": "", "Company": "Birch Foundry"}),
    ]
    later = [
        person(0, **{column: "false", "Email": "ann.berg@alder.example", "LinkedIn": "linkedin.com/in/ann-berg-1"}),
        person(4, **{column: "false"}),
        person(6, **{"LinkedIn": "linkedin.com/in/gil-hart-1", column: ""}),
    ]
    built = engine_warehouse(
        write_raw(
            tmp_path / "raw",
            {
                "company_raw_intake 2026-01-05": COMPANIES,
                "people_raw_intake.crm 2026-01-05": first,
                "people_raw_intake.crm 2026-01-20": later,
            },
        )
    )
    built.build("2026-01-21 06:00:00", with_tests=True)
    stops = built.query("""
        select email, reason, is_company_stopped, is_in_force, source_table, cast(created_at as varchar)
        from slotwatch.suppressions order by 1 nulls last
    """)
    at = "2026-01-05 00:00:00"
    assert stops == [
        ("ann.berg@alder.example, ann@alder.example", "unsubscribed", False, True, "people_raw_intake", at),
        ("cy@alder.example", "customer_requested", False, True, "people_raw_intake", at),
        ("di@alder.example", "unsubscribed", False, True, "people_raw_intake", at),
        ("ed@alder.example", "unsubscribed", False, True, "people_raw_intake", at),
        ("gil@alder.example", "unsubscribed", False, True, "people_raw_intake", at),
        (None, "unsubscribed", True, True, "people_raw_intake", at),
    ]
    people = dict(built.query("select full_name, email_status_reason from slotwatch.people"))
    stopped = {name for name, reason in people.items() if reason == "suppressed"}
    assert stopped == {"Ann Berg", "Cy Dahl", "Ed Frey", "Gil Hart"}
    errors = built.column("select error_message from slotwatch.pipeline_errors where error_code = 'STOP_ORDER_UNCLEAR'")
    assert len(errors) == 1 and "opted_out 'maybe'" in errors[0]
