"""How raw files are found and read: names, formats, headers, substituted values, warnings and refusals."""

import gc
import gzip
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_files_support import CONTRACT, folder_rows, problems, table_rows, warnings
from warehouse_support import is_one_sentence

from slotwatch.garbage import OBJECTS_BEFORE_COLLECTION
from slotwatch.warehouse.raw_contract import RawFileError, read_contract, read_synonyms
from slotwatch.warehouse.raw_files import (
    Plugin,
    changed_files,
    file_type,
    plan_as_json,
    read_or_refuse,
    stem,
)
from slotwatch.warehouse.raw_headers import fold
from slotwatch.warehouse.raw_names import date_in, table_of_name

FAST_AND_CAREFUL = pytest.mark.parametrize(
    "options", [{"fast_from": 0}, {"fast_from": 10**12}], ids=["fast", "careful"]
)


def campaigns(folder, **options) -> list[tuple]:
    return [(row.get("campaign_id"), row.get("name")) for row in table_rows(folder, "campaign", CONTRACT, **options)]


def write(folder, name: str, content: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


# Names


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("campaign.csv", "campaign"),
        ("CAMPAIGN.CSV", "campaign"),
        ("campaign.2.csv", "campaign"),
        ("campaign-2026.parquet", "campaign"),
        ("campaign_old.csv", "campaign"),
        ("campaigns.csv", "campaign"),
        ("Campaign (1).csv", "campaign"),
        ("Copy of campaign - final v2.csv", "campaign"),
        ("Campaign List 2026-01-05.csv", "campaign"),
        ("campaign.crm export.csv", "campaign"),
        ("campaign.tsv", "campaign"),
        ("campaign.csv.gz", "campaign"),
        ("campaign.jsonl", "campaign"),
        ("campaign/anything.csv", "campaign"),
        ("Campaigns/2026/01/part 7.csv", "campaign"),
        ("campaign_contact.csv", "campaign_contact"),
        ("Campaign Contacts.csv", "campaign_contact"),
        ("campaign_contact_2.csv", "campaign_contact"),
        ("campaign_contact/part-0.parquet", "campaign_contact"),
        ("my_campaign.csv", None),
        ("campaign.txt", None),
        ("campaign.xlsx", None),
        ("old/campaign.csv", None),
        ("2026-01-05.csv", None),
    ],
)
def test_a_file_belongs_to_the_table_that_its_name_says(tmp_path, name, table):
    content = b"campaign_id,campaign_contact_id\n1,2\n"
    if name.endswith(".gz"):
        content = gzip.compress(content)
    elif name.endswith(".jsonl"):
        content = b'{"campaign_id": 1}\n'
    write(tmp_path, name, content)
    if name.endswith(".parquet"):
        pl.DataFrame({"campaign_id": ["1"], "campaign_contact_id": ["2"]}).write_parquet(tmp_path / name)
    reading, _ = folder_rows(tmp_path, CONTRACT)
    assert [one.file.table for one in reading.files] == ([table] if table else [])
    not_read = [warning.raw_id for warning in reading.warnings if warning.error_code == "FILE_NOT_READ"]
    assert not_read == ([] if table else [name])


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("F_5500_2023_Latest", "form_5500"),
        ("f_5500_2024_all", "form_5500"),
        ("F_SCH_A_2023_Latest", "schedule_a"),
        ("F_SCH_A_PART1_2023_Latest", "schedule_a_brokers"),
        ("f_sch_a_part1_2022_all (1)", "schedule_a_brokers"),
        ("F_SCH_H_2024_Latest", "schedule_h"),
        ("Form 5500 2023", "form_5500"),
        ("Schedule A Brokers 2023", "schedule_a_brokers"),
        ("F_5500_SF_2023_Latest", None),
        ("F_SCH_H_PART1_2023_Latest", None),
        ("F_SCH_C_2023_Latest", None),
        ("F_SCH_A_PART2_2023_Latest", None),
    ],
)
def test_file_names_of_the_dol_are_known_and_its_other_schedules_are_not_read(name, table):
    assert table_of_name(name, list(read_contract()))[0] == table


@pytest.mark.parametrize(
    "spelling",
    [
        "{name}", "{upper}", "{blanks}", "{plural}", "{blanks} (2)", "Copy of {blanks}", "{name} - Copy",
        "{hyphens}-2026-02-28", "20260228_{name}", "{name}_v3_final", "{blanks} export",
        "{joined}", "{name} - Sheet1", "{name} Feb 28, 2026",
    ],
)  # fmt: skip
def test_every_table_is_found_in_each_spelling(spelling):
    tables = list(read_contract())
    for table in tables:
        given_name = spelling.format(
            name=table,
            plural=table if table[-2:] in ("_a", "_h") else table.removesuffix("s") + "s",
            upper=table.upper(),
            blanks=table.replace("_", " ").title(),
            hyphens=table.replace("_", "-"),
            joined="".join(word.title() for word in table.split("_")),
        )
        assert table_of_name(given_name, tables)[0] == table, given_name


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("people 2026-01-05", date(2026, 1, 5)),
        ("people_20260105", date(2026, 1, 5)),
        ("people_1-5-2026", date(2026, 1, 5)),
        ("people 01.05.2026 (2)", date(2026, 1, 5)),
        ("people Jan 5, 2026", date(2026, 1, 5)),
        ("people 5 January 2026", date(2026, 1, 5)),
        ("people 2026-01-01 to 2026-01-31", date(2026, 1, 31)),
        ("people 2026-02-30", None),
        ("people 2026-02", None),
        ("F_5500_2023_Latest", None),
        ("people 13-25-2026", None),
        ("people 1234567890", None),
    ],
)
def test_a_date_in_a_name_is_read(name, day):
    assert date_in(name) == day


def test_hidden_files_lock_files_and_a_readme_are_ignored(tmp_path):
    for name in (".DS_Store", "._campaign.csv", ".~lock.campaign.csv#", "~$campaign.xlsx", "Thumbs.db", "README.md"):
        write(tmp_path, name, "x")
    write(tmp_path, "campaign/.hidden/campaign.csv", "x")
    assert warnings(tmp_path, CONTRACT) == []


def test_a_file_that_begins_with_a_tables_name_and_has_none_of_its_columns_is_not_read(tmp_path):
    write(tmp_path, "campaign_budget.csv", "colour\nred\n")
    [(code, name, detail)] = warnings(tmp_path, CONTRACT)
    assert (code, name) == ("FILE_NOT_READ", "campaign_budget.csv")
    assert "its header names no column of campaign" in detail


def test_all_files_of_a_table_are_read(tmp_path):
    write(tmp_path, "campaign.csv", "campaign_id,name\n1,A\n")
    write(tmp_path, "campaign.2.csv", "name,campaign_id\nB,2\n")
    (tmp_path / "campaign").mkdir()
    pl.DataFrame({"campaign_id": ["3"], "name": ["C"]}).write_parquet(tmp_path / "campaign" / "part.parquet")
    assert campaigns(tmp_path) == [("1", "A"), ("2", "B"), ("3", "C")]


def test_a_table_without_a_file_is_empty_with_all_its_columns(tmp_path):
    reading, rows = folder_rows(tmp_path, CONTRACT)
    assert rows == {"campaign": [], "campaign_contact": []}
    assert all(f'as "{column}"' in reading.select("campaign") for column in CONTRACT["campaign"].columns)


# Formats


@pytest.mark.parametrize("name", ["campaign.zip", "campaign.csv.zip", "Campaign (3).ZIP"])
def test_a_zip_with_a_tables_name_holds_its_file(tmp_path, name):
    with zipfile.ZipFile(tmp_path / name, "w") as packed:
        packed.writestr("data/whatever.csv", "campaign_id,name\n1,A\n")
        packed.writestr("__MACOSX/._whatever.csv", "x")
    assert campaigns(tmp_path) == [("1", "A")]
    assert warnings(tmp_path, CONTRACT) == []


def test_a_zip_of_another_name_holds_files_named_after_tables(tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as packed:
        packed.writestr("campaign.csv", "campaign_id,name\n1,A\n")
        packed.writestr("campaign_contact.tsv", "campaign_contact_id\tcampaign_id\n2\t1\n")
        packed.writestr("layout.txt", "x")
    _, rows = folder_rows(tmp_path, CONTRACT)
    assert (len(rows["campaign"]), rows["campaign_contact"]) == (1, [("2", "1")])
    assert [name for _, name, _ in warnings(tmp_path, CONTRACT)] == ["export.zip/layout.txt"]


def test_a_dol_zip_holds_upper_case_columns_of_which_the_known_ones_are_kept(tmp_path):
    header = ["ACK_ID", "SPONS_DFE_EIN", "DATE_RECEIVED", *(f"OTHER_{number}_TXT" for number in range(137))]
    with zipfile.ZipFile(tmp_path / "F_5500_2023_Latest.zip", "w") as packed:
        packed.writestr("f_5500_2023_latest.csv", f"{','.join(header)}\nk1,083456712,2024-07-20{',x' * 137}\n")
    assert table_rows(tmp_path, "form_5500") == [
        {"ack_id": "k1", "spons_dfe_ein": "083456712", "date_received": "2024-07-20"}
    ]
    assert warnings(tmp_path) == []


@pytest.mark.parametrize("content", [b"PK\x05\x06 and no more", b"x"])
def test_a_broken_zip_is_refused(tmp_path, content):
    write(tmp_path, "campaign.zip", content)
    [sentence] = problems(tmp_path, CONTRACT)
    assert is_one_sentence(sentence) and "campaign.zip" in sentence


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08 and no more", gzip.compress(b"campaign_id\n1\n", mtime=0)[:-6]])
def test_a_broken_gz_is_refused(tmp_path, content):
    write(tmp_path, "campaign.csv.gz", content)
    [sentence] = problems(tmp_path, CONTRACT)
    assert "campaign.csv.gz' cannot be unpacked" in sentence


def test_an_office_file_under_the_name_of_a_csv_is_refused(tmp_path):
    write(tmp_path, "campaign.csv", b"PK\x03\x04 a workbook")
    assert "is an office file under another name: save it as CSV" in problems(tmp_path, CONTRACT)[0]


def test_json_lines_are_read_as_text(tmp_path):
    lines = [
        {"campaign_id": 7, "name": "A"},
        {"Campaign-ID": "8", "name": 1.0},
        {"name": True, "campaign_id": "9", "colour": {"a": [1]}},
        {"campaign_id": None, "name": 1.50},
    ]
    write(tmp_path, "campaign.jsonl", "\n".join(map(json.dumps, lines)) + "\n\n")
    assert campaigns(tmp_path) == [("7", "A"), ("8", "1"), ("9", "true"), (None, "1.5")]
    assert next(name for _, name, _ in warnings(tmp_path, CONTRACT)) == "header colour"


@pytest.mark.parametrize("line", ["[1]", "{", "x", "3"])
def test_a_line_that_is_no_json_object_is_refused_with_its_place(tmp_path, line):
    write(tmp_path, "campaign.jsonl", '{"campaign_id": 1}\n' + line + "\n")
    assert "no JSON object at line 2" in problems(tmp_path, CONTRACT)[0]


@FAST_AND_CAREFUL
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_recognised(tmp_path, encoding, delimiter, options):
    text = "campaign_id,name\n1,José\n2,\u6f22\n".replace(",", delimiter)
    write(tmp_path, "campaign.csv", text.encode(encoding))
    assert campaigns(tmp_path, **options) == [("1", "José"), ("2", "\u6f22")]


@FAST_AND_CAREFUL
@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", "\ufeffsep=;\n", "\n\nsep=;\n", "sep=;\n\n"])
def test_a_sep_line_gives_the_delimiter(tmp_path, first, options):
    write(tmp_path, "campaign.csv", first + "campaign_id;name, the long one;name\n1;x;A\n")
    assert campaigns(tmp_path, **options) == [("1", "A")]


@FAST_AND_CAREFUL
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_end_is_read(tmp_path, end, options):
    write(tmp_path, "campaign.csv", end.join(["campaign_id,name", '1,"a\nb"', "", "2,B", ",", ""]))
    assert campaigns(tmp_path, **options) == [("1", "a\nb"), ("2", "B")]


@FAST_AND_CAREFUL
def test_line_ends_of_several_kinds_in_one_file_are_read(tmp_path, options):
    write(tmp_path, "campaign.csv", "campaign_id,name\r\n1,A\r2,B\n3,C\r\n4,D")
    assert campaigns(tmp_path, **options) == [("1", "A"), ("2", "B"), ("3", "C"), ("4", "D")]


@FAST_AND_CAREFUL
def test_a_lone_cr_that_cuts_a_row_is_refused_with_its_line(tmp_path, options):
    write(tmp_path, "campaign.csv", "campaign_id,name,created_at\r\n1,A,x\r\n2,B\rC,x\r\n")
    [sentence] = problems(tmp_path, CONTRACT, **options)
    assert "at line 3, beside a line end that is a carriage return alone" in sentence


@pytest.mark.parametrize("content", ["", "\n\n", "{}\n"])
def test_a_file_of_json_lines_without_a_value_has_no_rows(tmp_path, content):
    write(tmp_path, "campaign.jsonl", content)
    assert campaigns(tmp_path) == []


def test_a_parquet_file_that_is_damaged_in_its_middle_is_refused(tmp_path):
    pl.DataFrame({"campaign_id": [f"k{number}" for number in range(9_000)]}).write_parquet(
        tmp_path / "campaign.parquet"
    )
    content = bytearray((tmp_path / "campaign.parquet").read_bytes())
    content[40:80] = bytes(40)
    write(tmp_path, "campaign.parquet", bytes(content))
    assert problems(tmp_path, CONTRACT) == [
        "The raw file 'campaign.parquet' cannot be read as Parquet: write it again or remove it."
    ]


CHANGES = {
    "longer": lambda file: file.write_bytes(file.read_bytes() + b"\0"),
    "newer": lambda file: os.utime(file, (0, 0)),
    "gone": Path.unlink,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_that_is_no_longer_as_it_was_found_is_not_read_in_place(tmp_path, change):
    (tmp_path / "campaign").mkdir()
    file = tmp_path / "campaign" / "new.parquet"
    pl.DataFrame({"campaign_id": ["k1"]}).write_parquet(file)
    plan_as_json(str(tmp_path))
    assert changed_files("campaign") == ""
    change(file)
    assert changed_files("campaign").startswith("The raw file 'campaign/new.parquet' changed during the build: ")
    assert changed_files("campaign_contact") == ""


def test_a_file_that_was_copied_may_change(tmp_path):
    write(tmp_path, "campaign.csv", "campaign_id\nk1\n")
    plan_as_json(str(tmp_path))
    (tmp_path / "campaign.csv").unlink()
    assert changed_files("campaign") == ""


def test_values_are_text_and_types_are_not_guessed(tmp_path):
    write(tmp_path, "campaign.csv", "campaign_id,name\n007,2026-01-05\n1e5,true\n,NULL\n")
    assert campaigns(tmp_path) == [("007", "2026-01-05"), ("1e5", "true"), (None, "NULL")]


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ([1.0, 123456789.0], ["1", "123456789"]),
        ([1, 2], ["1", "2"]),
        (["01", "1.0"], ["01", "1.0"]),
        ([1.5, None], ["1.5", None]),
        ([True, False], ["true", "false"]),
        ([20240412094512.0, 1e17], ["20240412094512", "100000000000000000"]),
    ],
)
def test_typed_parquet_columns_read_as_a_person_would_write_them(tmp_path, values, read):
    pl.DataFrame({"campaign_id": values}).write_parquet(tmp_path / "campaign.parquet")
    assert sorted((one for one, _ in campaigns(tmp_path)), key=repr) == sorted(read, key=repr)


@FAST_AND_CAREFUL
def test_a_very_long_value_is_read(tmp_path, options):
    write(tmp_path, "campaign.csv", "campaign_id,name\n1," + "x" * 9_000_000 + "\n")
    assert len(campaigns(tmp_path, **options)[0][1]) == 9_000_000


# Headers


@pytest.mark.parametrize(
    "header",
    ["Campaign-ID", " campaign id ", "CAMPAIGN_ID", "\u200bCampaign\u00a0Id", "campaign\u2028id", "campaign\x0bid",
     "\x0ccampaign_id", "campaign\x85id", "campaignId", "Campaign ID*", "campaign_id (required)",
     "\ufeffcampaign_id", '"campaign\nid"'],
)  # fmt: skip
def test_a_header_is_a_column_whatever_its_case_blanks_hyphens_and_invisible_characters(tmp_path, header):
    write(tmp_path, "campaign.csv", f"{header},name\n1,A\n")
    assert campaigns(tmp_path) == [("1", "A")]


def test_a_missing_column_is_empty_and_an_unknown_one_is_a_warning(tmp_path):
    write(tmp_path, "campaign.csv", "Colour,campaign_id\nred,1\n")
    write(tmp_path, "campaign.2.csv", "Colour,campaign_id\nred,2\n")
    assert campaigns(tmp_path) == [("1", None), ("2", None)]
    assert warnings(tmp_path, CONTRACT) == [
        ("COLUMN_UNKNOWN", "header Colour", "'Colour' of campaign in campaign.2.csv and 1 more")
    ]


def test_a_synonym_never_overrides_a_columns_own_name_and_fills_where_it_is_blank(tmp_path):
    write(tmp_path, "people_raw_intake.csv", "Job Title,title,Email Address\nCFO,CEO,a@b.example\nCFO,,c@d.example\n")
    rows = table_rows(tmp_path, "people_raw_intake")
    assert sorted(row["title"] for row in rows) == ["CEO", "CFO"]
    assert [name for code, name, _ in warnings(tmp_path) if code == "COLUMN_TWICE"] == [
        "column title: 'title', 'Job Title'"
    ]


def test_of_two_headers_of_one_column_the_first_that_is_not_blank_counts(tmp_path):
    write(tmp_path, "campaign.csv", "campaign_id,Name,name\n1,,B\n2,A,B\n")
    assert campaigns(tmp_path) == [("1", "B"), ("2", "A")]
    assert [code for code, _, _ in warnings(tmp_path, CONTRACT)] == ["COLUMN_TWICE"]


def test_synonyms_name_columns_of_the_contract_and_none_is_a_columns_own_name():
    contract = read_contract()
    for table, headers in read_synonyms().items():
        if table in contract:
            assert set(headers.values()) <= set(contract[table].columns), table
            assert not {fold(header) for header in headers} & {fold(column) for column in contract[table].columns}
            folded = [fold(header) for header in headers]
            assert len(folded) == len(set(folded)), table


@pytest.mark.parametrize("content", ["", "\n", "one,two\n1,2\n", "p1,Ann Berg,CEO\n"])
def test_a_file_without_a_header_of_its_table_is_refused(tmp_path, content):
    write(tmp_path, "campaign.csv", content)
    assert problems(tmp_path, CONTRACT) == [
        "The raw file 'campaign.csv' has no usable header: put the names of its columns into the first line, "
        "such as campaign_id, name, created_at."
    ]


# Substituted values


def test_rows_without_id_and_with_equal_content_on_one_day_share_an_id(tmp_path):
    write(tmp_path, "people_raw_intake 2026-01-05.csv", "Full Name,Job Title\nAnn Berg,CEO\n")
    write(tmp_path, "people_raw_intake 2026-01-05 (1).csv", "title,full name,email\n CEO,Ann Berg ,\n")
    write(tmp_path, "people_raw_intake 2026-02-05.csv", "Full Name,Job Title\nAnn Berg,CEO\n")
    rows = table_rows(tmp_path, "people_raw_intake")
    assert sorted(row["uploaded_at"] for row in rows) == ["2026-01-05", "2026-01-05", "2026-02-05"]
    ids = {row["uploaded_at"]: set() for row in rows}
    for row in rows:
        ids[row["uploaded_at"]].add(row["intake_id"])
    assert [len(found) for found in ids.values()] == [1, 1]
    assert len(set.union(*ids.values())) == 2
    assert {row["source"] for row in rows} == {
        "people_raw_intake 2026-01-05.csv", "people_raw_intake 2026-01-05 (1).csv", "people_raw_intake 2026-02-05.csv"
    }  # fmt: skip


def test_two_deliveries_of_one_record_stay_two_rows(tmp_path):
    write(tmp_path, "people_raw_intake 2026-01-05.csv", "Record ID,Full Name,Job Title\n77,Ann Berg,CFO\n")
    write(tmp_path, "people_raw_intake 2026-02-05.csv", "Record ID,Full Name,Job Title\n77,Ann Berg,CEO\n")
    ids = [row["intake_id"] for row in table_rows(tmp_path, "people_raw_intake")]
    assert len(set(ids)) == 2
    assert all(one.startswith("77-") for one in ids)


def test_the_upload_time_is_the_date_of_the_file_else_the_time_in_the_export(tmp_path):
    write(tmp_path, "people_raw_intake.a 2026-01-05.csv", "Full Name,Create Date\nAnn Berg,2020-01-01\n")
    write(tmp_path, "people_raw_intake.b.csv", "Full Name,Create Date\nBo Dahl,2020-01-01\n")
    write(tmp_path, "people_raw_intake.c 2026-01-05.csv", "Full Name,uploaded_at\nCy Eng,2025-12-31\n")
    rows = {row["full_name"]: row["uploaded_at"] for row in table_rows(tmp_path, "people_raw_intake")}
    assert rows == {"Ann Berg": "2026-01-05", "Bo Dahl": "2020-01-01", "Cy Eng": "2025-12-31"}


def test_a_list_of_unsubscribed_addresses_needs_nothing_else(tmp_path):
    write(tmp_path, "Suppression List (1).csv", "Email Address\na@b.example\n")
    write(tmp_path, "suppressions 2026-02-01.csv", "E-mail,Unsubscribed from all email\nc@d.example,Yes\n")
    rows = {row["email"]: row for row in table_rows(tmp_path, "suppression")}
    assert all(row["suppression_id"] for row in rows.values())
    assert "created_at" not in rows["a@b.example"]
    assert (rows["c@d.example"]["created_at"], rows["c@d.example"]["reason"]) == ("2026-02-01", "Yes")


def test_a_blank_id_or_time_of_a_column_that_is_there_stays_blank(tmp_path):
    write(tmp_path, "people_raw_intake 2026-01-05.csv", "intake_id,uploaded_at,source,full_name\n,,,Ann Berg\n")
    assert table_rows(tmp_path, "people_raw_intake") == [{"full_name": "Ann Berg"}]


@pytest.mark.parametrize("header", ["Primary Email Source", "Lead Source"])
def test_the_files_name_stands_in_for_a_blank_source_unless_the_header_is_source(tmp_path, header):
    name = "people_raw_intake 2026-01-05.csv"
    write(tmp_path, name, f"full_name,{header}\nAnn Berg,\nBo Cato,Apollo\nCy Dahl, \n")
    read = {row["full_name"]: row["source"] for row in table_rows(tmp_path, "people_raw_intake")}
    assert read == {"Ann Berg": name, "Bo Cato": "Apollo", "Cy Dahl": name}
    write(tmp_path, name, f"full_name,{header},source\nAnn Berg,,\n")
    assert "source" not in table_rows(tmp_path, "people_raw_intake")[0]


def test_the_lines_of_filings_never_get_an_id_of_their_own(tmp_path):
    write(tmp_path, "schedule_a.csv", "form_id,ins_carrier_name\n1,X\n")
    write(tmp_path, "form_5500.csv", "spons_dfe_ein\n083456712\n")
    assert table_rows(tmp_path, "schedule_a") == [{"form_id": "1", "ins_carrier_name": "X"}]
    assert table_rows(tmp_path, "form_5500") == [{"spons_dfe_ein": "083456712"}]


# What is refused


@FAST_AND_CAREFUL
@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('campaign_id,name,created_at\n1,A,x\n2,"B,x\n3,C,x\n', 3),
        ('campaign_id,name,created_at\n1,A,x\n2,"B,x\n3,"C",x\n', 3),
        ('campaign_id,name,created_at\n1,"A\n\nb",x\n2,"B"b,x\n', 5),
        ('campaign_id,name,created_at\n1,A,x\n2,B,"x\n', 3),
        ('campaign_id,name,created_at\r\n1,A,x\r\n2,B,"x\r\n', 3),
        ('campaign_id,name,created_at\n1,A,2026-01-05\n2,"B,2026-01-05\n3,C,2026-01-05\n4,D",2026-01-05\n', 3),
    ],
    ids=["never closes", "before a quoted value", "goes on", "at the end", "CRLF", "swallows rows"],
)
def test_a_faulty_quote_is_refused_with_the_line_at_which_its_record_begins(tmp_path, content, line, options):
    write(tmp_path, "campaign.csv", content)
    [sentence] = problems(tmp_path, CONTRACT, **options)
    assert is_one_sentence(sentence)
    assert "campaign.csv" in sentence and "quote" in sentence and f"line {line}" in sentence


@FAST_AND_CAREFUL
@pytest.mark.parametrize(
    ("content", "line"),
    [("campaign_id,name\n1,A\n2,B,x\n", 3), ('campaign_id,name\n1,"a\nb"\n2,B,,x\n', 4), ("campaign_id\n1,A\n", 2)],
)
def test_a_row_with_more_values_than_the_header_is_refused_with_its_line(tmp_path, content, line, options):
    write(tmp_path, "campaign.csv", content)
    [sentence] = problems(tmp_path, CONTRACT, **options)
    assert is_one_sentence(sentence) and f"values at line {line}, more than" in sentence


def test_after_lines_before_the_header_a_line_is_given_in_both_ways_to_count(tmp_path):
    write(tmp_path, "campaign.csv", "sep=;\ncampaign_id;name\n1;A\n2;B;x\n")
    assert "at line 4 (line 3 counted from the header)" in problems(tmp_path, CONTRACT)[0]


@FAST_AND_CAREFUL
def test_a_row_with_fewer_values_is_read_and_is_a_warning(tmp_path, options):
    write(tmp_path, "campaign.csv", "campaign_id,name\n1\n2,B\n3\n")
    assert campaigns(tmp_path, **options) == [("1", None), ("2", "B"), ("3", None)]
    assert warnings(tmp_path, CONTRACT) == [("ROW_SHORT", "file campaign.csv", "campaign.csv, line 2, line 4")]


@FAST_AND_CAREFUL
def test_a_row_with_blank_values_beyond_the_header_is_read_and_is_a_warning(tmp_path, options):
    write(tmp_path, "campaign.csv", "campaign_id,name\n1,A,,\n2,B\n,,,\n")
    assert campaigns(tmp_path, **options) == [("1", "A"), ("2", "B")]
    assert warnings(tmp_path, CONTRACT) == [("ROW_LONG", "file campaign.csv", "campaign.csv, line 2")]


@FAST_AND_CAREFUL
def test_a_quote_inside_a_value_that_is_not_quoted_is_a_letter(tmp_path, options):
    write(tmp_path, "campaign.csv", 'campaign_id,name\n1,5" pipe\n2,the "A" list\n')
    assert campaigns(tmp_path, **options) == [("1", '5" pipe'), ("2", 'the "A" list')]


def test_an_open_quote_in_a_long_header_is_refused_in_one_sentence(tmp_path):
    write(tmp_path, "campaign.csv", 'campaign_id,"name\n' + "1,A\n" * 100_000)
    [sentence] = problems(tmp_path, CONTRACT)
    assert is_one_sentence(sentence) and "quote in its header at line 1" in sentence


@pytest.mark.parametrize(
    "header",
    [
        'campaign_id,"name,created_at\n1,A,x\n2,B",x\n',
        'campaign_id,name,"created_at\n1,A,x\n\n2,B",x\n',
        'campaign_id,"name,created_at\n1,A",x\n',
    ],
)
def test_a_quote_in_the_header_that_closes_in_a_later_row_is_refused(tmp_path, header):
    write(tmp_path, "campaign.csv", header + "3,C,x\n")
    [sentence] = problems(tmp_path, CONTRACT)
    assert is_one_sentence(sentence)
    assert f"quote in its header at line 1 that closes only at line {header.count(chr(10))}" in sentence


def test_a_header_over_several_lines_that_is_a_column_or_holds_no_delimiter_is_read(tmp_path):
    write(tmp_path, "campaign.csv", 'campaign_id,"name,\n(required)","Colour\nof it"\n1,A,red\n')
    assert campaigns(tmp_path) == [("1", "A")]
    assert [name for _, name, _ in warnings(tmp_path, CONTRACT)] == ["header Colour of it"]


def test_a_header_of_any_length_is_shown_in_short(tmp_path):
    write(tmp_path, "campaign.csv", "campaign_id,name," + "colour " * 100_000 + "\n1,A,red\n")
    assert campaigns(tmp_path) == [("1", "A")]
    [(_, name, detail)] = warnings(tmp_path, CONTRACT)
    assert name.startswith("header colour colour") and len(name) < 100 and len(detail) < 150


def test_a_file_cut_in_the_middle_of_a_letter_is_not_utf_8(tmp_path):
    write(tmp_path, "campaign.csv", "campaign_id,name\n1,José".encode()[:-1])
    assert "is not UTF-8" in problems(tmp_path, CONTRACT)[0]


@pytest.mark.parametrize(
    "content",
    ["campaign_id,name\n1,José\n".encode("cp1252"), b"\xff\xfec\x00\x00", "c,n\n".encode("utf-16-le")],
    ids=["cp1252", "damaged UTF-16", "UTF-16 without a mark"],
)
def test_a_refused_encoding_comes_with_the_way_to_save_the_file(tmp_path, content):
    write(tmp_path, "campaign.csv", content)
    assert "save it again as UTF-8 (in Excel: save as CSV UTF-8)." in problems(tmp_path, CONTRACT)[0]


def test_damage_beyond_the_first_megabyte_is_found_with_its_place(tmp_path):
    head = b"campaign_id,name\n" + b"1,A\n" * 400_000
    write(tmp_path, "campaign.csv", head + b"\xff\n")
    assert f"near byte {len(head)}" in problems(tmp_path, CONTRACT)[0]


def test_utf_16_without_a_byte_order_mark_is_refused(tmp_path):
    write(tmp_path, "campaign.csv", "campaign_id,name\n1,A\n".encode("utf-16-le"))
    assert "UTF-16 without a byte order mark" in problems(tmp_path, CONTRACT)[0]


def test_a_letter_across_two_chunks_is_read(tmp_path):
    head = "campaign_id,name\n1,"
    filler = "x" * ((1 << 20) - len(head) - 1)
    write(tmp_path, "campaign.csv", f"{head}{filler}é\n")
    assert campaigns(tmp_path) == [("1", filler + "é")]


def test_all_files_that_cannot_be_read_are_named_at_once(tmp_path):
    write(tmp_path, "campaign.csv", "campaign_id\n1,2\n")
    write(tmp_path, "campaign_contact.csv", 'campaign_id\n"1\n')
    with pytest.raises(RawFileError, match=r"campaign\.csv.*campaign_contact\.csv"):
        read_or_refuse(tmp_path, tmp_path, CONTRACT)


# Any content in any dialect

TEXTS = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\0") | st.sampled_from(list(",;\t|\"\n\r'= ")),
    max_size=12,
)


def encoded(rows, rng: random.Random, delimiter: str, ends: Sequence[str]) -> str:
    """CSV as another program may write it.

    Quotes stand where they are needed and sometimes where they are not; each line ends with one of ``ends``.
    """

    def cell(value: str) -> str:
        must = any(letter in value for letter in f'{delimiter}"\r\n') or rng.random() < 0.2
        return '"' + value.replace('"', '""') + '"' if must else value

    header = delimiter.join(["campaign_id", "name", "created_at", "Colour"])
    lines = [header, *(delimiter.join(map(cell, row)) for row in rows)]
    text = "".join(line + rng.choice(ends) for line in lines)
    return text if rng.random() < 0.5 else text.rstrip("\r\n")


@FAST_AND_CAREFUL
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(*[TEXTS] * 4), max_size=6),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    ends=st.sampled_from([("\n",), ("\r\n",), ("\r",), ("\r\n", "\r"), ("\n", "\r\n", "\r")]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    packing=st.sampled_from(["", ".gz", ".zip"]),
    rng=st.randoms(use_true_random=False),
)
def test_what_is_read_is_what_was_written(tmp_path, options, rows, delimiter, ends, encoding, packing, rng):
    for old in tmp_path.iterdir():
        old.unlink()
    content = encoded(rows, rng, delimiter, ends).encode(encoding)
    name = "campaign.csv" + packing
    if packing == ".zip":
        with zipfile.ZipFile(tmp_path / name, "w") as packed:
            packed.writestr("campaign.csv", content)
    else:
        write(tmp_path, name, gzip.compress(content) if packing else content)
    written = [tuple(value or None for value in row[:3]) for row in rows if any(row)]
    _, read = folder_rows(tmp_path, CONTRACT, **options)
    assert read["campaign"] == sorted(written, key=repr)


def test_a_file_with_two_types_is_read_as_the_inner_type():
    assert [file_type(name) for name in ("a.csv.gz", "a.CSV", "a.csv.zip", "a", "a.gz")] == [
        ".csv", ".csv", ".zip", "", ".gz"
    ]  # fmt: skip
    assert [stem(name) for name in ("a.csv.gz", "a.b.csv.zip", "a", "A.TSV")] == ["a", "a.b", "a", "A"]


def test_with_the_plugin_the_garbage_collector_runs_less_often():
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    try:
        Plugin("raw_files", {})
        assert gc.get_threshold() == OBJECTS_BEFORE_COLLECTION
    finally:
        gc.set_threshold(*before)


def test_a_build_on_duckdb_loads_no_driver_for_postgres():
    code = "import sys, slotwatch.warehouse.raw_files; print('adbc_driver_manager' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
