"""`slotwatch check`: what it reports about a raw folder, and when it exits with 1."""

import json

import pytest
from click.testing import CliRunner, Result
from warehouse_support import DEMO

from slotwatch.cli import main
from slotwatch.commands.check import check_folder
from slotwatch.warehouse.raw_contract import read_contract

COMPANY = "intake_id,company_name,website,source,uploaded_at\n"


def check(folder, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", str(folder), *options])


def write(folder, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_a_good_folder_ends_with_0_and_says_which_header_is_which_column(tmp_path):
    write(
        tmp_path, "Company Raw Intake 2026-01-05.csv", "Company Name,Company Domain Name\nAlpha Works,alpha.example\n"
    )
    result = check(tmp_path)
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "Company Raw Intake 2026-01-05.csv: company_raw_intake, 1 row" in lines
    assert "website Company Domain Name" in lines
    assert "intake_id (a hash of the row's content)" in lines
    assert "uploaded_at (2026-01-05, the date in the file's name)" in lines
    assert "source (the file's name)" in lines
    assert "A build would read 1 file." in lines


def test_the_json_and_the_page_agree(tmp_path):
    write(tmp_path, "company_raw_intake.csv", COMPANY + "c1,Alpha Works,alpha.example,list,2026-01-01\n")
    write(tmp_path, "notes.txt", "x")
    found = json.loads(check(tmp_path, "--json").output)
    assert found == check_folder(tmp_path)
    assert found["is_ok"] and [file["file"] for file in found["not_read"]] == ["notes.txt"]


@pytest.mark.parametrize(
    ("name", "text", "missing"),
    [
        ("company_raw_intake.csv", "company_name,website\nAlpha,a.example\n", ["uploaded_at"]),
        ("company_raw_intake 2026-01-05.csv", "website\na.example\n", ["company_name"]),
        ("people_raw_intake 2026-01-05.csv", "Job Title,Company Domain\nCEO,a.example\n", ["full_name or last_name"]),
        (
            "people_raw_intake 2026-01-05.csv",
            "Name\nAnn Berg\n",
            ["company_unique_id or company_website or company_name"],
        ),
        ("email_verification 2026-01-05.csv", "email\na@b.example\n", ["email_status"]),
        ("form_5500.csv", "ack_id,date_received\n1,2026-01-01\n", ["spons_dfe_ein"]),
    ],
)
def test_a_missing_required_column_ends_with_1(tmp_path, name, text, missing):
    write(tmp_path, name, text)
    [file] = check_folder(tmp_path)["files"]
    assert file["missing"] == missing
    result = check(tmp_path)
    assert result.exit_code == 1
    assert f"missing: {missing[0]}" in result.output


def test_a_stop_list_needs_an_address_or_a_company_and_nothing_else(tmp_path):
    write(tmp_path, "suppression.csv", "reason\nunsubscribed\n")
    assert "email or" in check_folder(tmp_path)["files"][0]["missing"][0]
    write(tmp_path, "suppression.csv", "Email Address\na@b.example\n")
    assert check(tmp_path).exit_code == 0


def test_faults_that_stop_a_build_are_reported_per_file_with_exit_code_1(tmp_path):
    write(tmp_path, "company_raw_intake.csv", COMPANY + 'c1,"Alpha Works,alpha.example,list,2026-01-01\n')
    write(tmp_path, "suppression.csv", "email,reason\na@b.example,x,y\n")
    result = check(tmp_path)
    assert result.exit_code == 1
    assert "company_raw_intake.csv' has a quote at line 2 that never closes" in result.output
    assert "suppression.csv' has 3 values at line 2" in result.output


def test_unreadable_values_and_refused_rows_are_counted_with_samples(tmp_path):
    write(
        tmp_path,
        "company_raw_intake.csv",
        "intake_id,company_name,website,ein,employee_count,source,uploaded_at\n"
        "c1,Alpha Works,alpha.example,1,many,list,2026-01-01\n"
        "c2,N/A,beta.example,,,list,27/27/2026\n"
        ",Gamma Works,gamma.example,,,,2026-01-01\n"
        "c4,Delta Works,,,,list,2026-01-01\n",
    )
    [file] = check_folder(tmp_path)["files"]
    assert {one["column"]: one["samples"] for one in file["unreadable"]} == {
        "company_name": ["N/A"],
        "ein": ["1"],
        "employee_count": ["many"],
        "uploaded_at": ["27/27/2026"],
    }
    assert [(one["error_code"], one["rows"]) for one in file["refused"]] == [
        ("ROW_ID_MISSING", 1),
        ("KNOWLEDGE_TIME_UNREADABLE", 1),
        ("REQUIRED_VALUE_MISSING", 1),
        ("COMPANY_NAME_INVALID", 1),
        ("COMPANY_UNIDENTIFIED", 1),
    ]
    assert all(one["what_to_do"] for one in file["refused"])


def test_an_unknown_word_is_refused_with_the_list_of_known_words(tmp_path):
    write(
        tmp_path,
        "slot_assignments.csv",
        "assignment_id,role,status,effective_at,recorded_at,company_website\n1,CEO,taken,2026-01-01,2026-01-01,a.example\n",
    )
    [refused] = check_folder(tmp_path)["files"][0]["refused"]
    assert (refused["error_code"], refused["samples"]) == ("VALUE_NOT_IN_LIST", ["taken"])
    assert refused["what_to_do"] == "use one of: filled, vacant"


def test_the_check_of_the_demo_finds_its_faulty_rows_and_ends_with_0():
    result = check(DEMO)
    assert result.exit_code == 0
    assert "signal_type: 1 row, such as 'carrier_pigeon'" in result.output
    assert [file["table"] for file in check_folder(DEMO)["files"]] == sorted(
        file["table"] for file in check_folder(DEMO)["files"] if file["table"] in read_contract()
    )


def test_a_stop_list_says_which_of_its_rows_stop_nobody(tmp_path):
    write(tmp_path, "suppression 2026-01-05.csv", "Email\na@b.example\n@c.example\nN/A\n")
    printed = " ".join(check(tmp_path).output.split())
    assert "unreadable email: 1 row, such as 'N/A'; these addresses are not stopped" in printed


def test_files_under_names_of_their_system_get_the_names_of_the_tables(tmp_path):
    write(tmp_path, "suppression 2026-01-05.csv", "Email\na@b.example\n")
    for name in ("apollo-contacts-export (1).csv", "report1767571200000.csv"):
        write(tmp_path, name, "First Name,Last Name,Email\nAnn,Berg,ann@b.example\n")
    result = check(tmp_path)
    assert result.exit_code == 0
    printed = " ".join(result.output.split())
    assert "contacts people_raw_intake, companies company_raw_intake" in printed and "docs/your-data.md" in printed
    assert "A build would read 1 file, and 2 files are not read." in printed


def test_a_file_without_names_of_columns_is_refused_with_the_columns_that_matter(tmp_path):
    write(tmp_path, "suppression.csv", "a@b.example\nc@d.example\n")
    [problem] = check_folder(tmp_path)["problems"]
    assert "put the names of its columns into the first line, such as email, company_name, " in problem["message"]


def test_a_creation_date_that_does_not_count_is_shown_as_such(tmp_path):
    write(tmp_path, "company_raw_intake.hubspot 2026-01-05.csv", "Company name,Create Date\nAlpha,2024-03-11 10:02\n")
    [file] = check_folder(tmp_path)["files"]
    assert file["stand_ins"]["uploaded_at"] == "2026-01-05, the date in the file's name, instead of Create Date"
    assert "uploaded_at" not in file["columns"]


def test_an_unreadable_month_or_time_is_shown_with_the_forms_that_are_read(tmp_path):
    write(
        tmp_path,
        "company_raw_intake.csv",
        COMPANY.replace("website", "renewal_month") + "c1,Alpha,02/01/2026,x,2026-13-01\n",
    )
    printed = " ".join(check(tmp_path).output.split())
    assert "unreadable renewal_month: 1 row, such as '02/01/2026'; write 1 to 12 or the name of the month" in printed
    assert "unreadable uploaded_at: 1 row, such as '2026-13-01'; write it as 2026-01-31 or 1/31/2026" in printed


def test_text_of_a_source_is_printed_literally(tmp_path):
    write(tmp_path, "company_raw_intake.csv", "company_name,uploaded_at,[red]\x1b[2J{{ x }}\nAlpha,2026-01-01,\n")
    output = check(tmp_path).output
    assert "\x1b" not in output and "[red]" in output and "{{ x }}" in output


def test_a_folder_that_does_not_exist_gives_one_sentence(tmp_path):
    result = check(tmp_path / "nowhere")
    assert result.exit_code == 1 and "does not exist" in result.output


@pytest.mark.parametrize("names", [[], ["contacts.csv", "my export.xlsx"]])
def test_a_folder_without_a_file_of_a_table_ends_with_1_and_the_names_of_the_tables(tmp_path, names):
    for name in names:
        write(tmp_path, name, "Name\nAnn Berg\n")
    result = check(tmp_path)
    assert result.exit_code == 1
    assert "no file of a raw table. Name each file after its table: company_raw_intake," in result.output
    assert all(table in result.output for table in read_contract())


def test_people_without_companies_are_reported_with_what_to_add(tmp_path):
    write(tmp_path, "people_raw_intake 2026-01-05.csv", "Name,Company\nAnn Berg,Alpha Works\n")
    result = check(tmp_path)
    assert result.exit_code == 0
    assert "has people but no companies" in result.output and "company_raw_intake.csv" in result.output
    write(tmp_path, "company_raw_intake 2026-01-05.csv", "Company,Website\nAlpha Works,alpha.example\n")
    assert "no companies" not in check(tmp_path).output
