"""Mistakes of users in the folder, the files or the day. A build either works or says in one sentence why not."""

import csv

import polars as pl
import pytest
from warehouse_support import DEMO, is_one_sentence, write_raw

from slotwatch.warehouse import raw_files

DAY = "2026-01-05 06:00:00"
COMPANY = {
    "intake_id": "c1",
    "company_name": "Alpha Works",
    "website": "alpha.example",
    "source": "list",
    "uploaded_at": "2026-01-01",
}
PERSON = {
    "intake_id": "p1",
    "full_name": "Ann Berg",
    "title": "CEO",
    "company_website": "alpha.example",
    "source": "list",
    "uploaded_at": "2026-01-01",
}


@pytest.fixture
def raw(tmp_path):
    """A raw folder with one good company."""
    return write_raw(tmp_path / "raw", {"company_raw_intake": [COMPANY]})


@pytest.fixture(scope="module")
def unbuilt(engine_warehouse, tmp_path_factory):
    """An empty database over a raw folder with one good company, on each engine; the tests never build in it."""
    return engine_warehouse(write_raw(tmp_path_factory.mktemp("raw"), {"company_raw_intake": [COMPANY]}))


def refused(warehouse, raw, as_of=DAY) -> str:
    """The sentence of a build that is refused before anything is built."""
    built = warehouse(raw)
    message = built.refusal(as_of, "--select", "base_company_raw_intake")
    assert is_one_sentence(message), message
    tables = "select table_name from information_schema.tables where table_schema like 'slotwatch%'"
    assert [name for name in built.column(tables) if not name.startswith("ple_")] == []  # the log of runs aside
    return message


def test_a_folder_that_does_not_exist(warehouse, tmp_path):
    message = refused(warehouse, tmp_path / "nowhere")
    assert f"The raw folder '{tmp_path / 'nowhere'}' does not exist" in message
    assert "SLOTWATCH_RAW_DIR" in message


def test_a_folder_that_is_a_file(warehouse, tmp_path):
    (tmp_path / "raw.csv").write_text("intake_id\n1\n")
    assert "does not exist" in refused(warehouse, tmp_path / "raw.csv")


def test_a_folder_whose_name_has_a_quote_or_braces(warehouse, tmp_path):
    for name in ["o'hara", "{{ braces }}", 'double"quote', "ümlaut and blank"]:
        folder = write_raw(tmp_path / name, {"company_raw_intake": [COMPANY]})
        built = warehouse(folder)
        built.build(DAY, "--select", "base_company_raw_intake")
        assert built.column("select raw_id from slotwatch_staging.base_company_raw_intake") == ["c1"]


def test_a_file_that_is_not_utf_8(warehouse, raw):
    (raw / "people_raw_intake.csv").write_bytes("intake_id,full_name\np1,José\n".encode("latin-1"))
    message = refused(warehouse, raw)
    assert "people_raw_intake.csv' is not UTF-8 (near byte 26)" in message


@pytest.mark.parametrize(
    "content",
    ["", "\n", "one,two\n1,2\n", "p1,Ann Berg,CEO\n"],
    ids=["empty", "a blank line", "unknown columns", "no header"],
)
def test_a_file_without_a_usable_header(warehouse, raw, content):
    (raw / "people_raw_intake.csv").write_text(content)
    message = refused(warehouse, raw)
    assert "people_raw_intake.csv' has no usable header" in message
    assert "email, company_name, full_name" in message


@pytest.mark.parametrize("row", ['p1,"Ann Berg,CEO', "p1,Berg, Ann,CEO"], ids=["open quote", "too many values"])
def test_a_faulty_row(warehouse, raw, row):
    (raw / "people_raw_intake.csv").write_text(f"intake_id,full_name,title\np0,Bo Dahl,CEO\n{row}\n")
    message = refused(warehouse, raw)
    assert "people_raw_intake.csv" in message and "line 3" in message


def test_a_broken_parquet_file(warehouse, raw):
    (raw / "people_raw_intake.parquet").write_text("intake_id\np1\n")
    assert "people_raw_intake.parquet' cannot be read as Parquet" in refused(warehouse, raw)


@pytest.mark.parametrize("moment", ["plan_as_json", "changed_files"])
def test_a_parquet_file_that_changes_after_it_was_found(warehouse, raw, monkeypatch, moment):
    """Right after it was found, or after the last look at it before it is read."""
    file = raw / "company_raw_intake.parquet"
    pl.DataFrame([COMPANY]).write_parquet(file)
    (raw / "company_raw_intake.csv").unlink()
    before = getattr(raw_files, moment)

    def then_change(given, *others):
        found = before(given, *others)
        if given:
            file.write_bytes(file.read_bytes()[:-20])
        return found

    def of_one_argument(given):  # DuckDB counts the arguments of the functions that it gets
        return then_change(given)

    monkeypatch.setattr(raw_files, moment, of_one_argument if moment == "changed_files" else then_change)
    assert "The raw file 'company_raw_intake.parquet' changed during the build: " in refused(warehouse, raw)


@pytest.mark.parametrize(
    "as_of",
    [
        "tomorrow",
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "2026-01-00",
        "0000-01-01",
        "2026-01-05 24:00",
        "05/01/2026",
        "2026-1-5",
        "20260105",
        "2026-01-05 06:00:00 +0100",
        "2026-01-05'; drop table x; --",
        20260105,
        True,
    ],
)
def test_an_as_of_that_is_not_a_day(warehouse, raw, as_of):
    message = refused(warehouse, raw, as_of)
    assert message.startswith(f"as_of is '{as_of}', which is not a date: give a date such as 2026-02-07")


@pytest.mark.parametrize(
    ("as_of", "moment"),
    [
        ("2026-01-05", "2026-01-05 00:00:00"),
        ("2026-01-05T06:00:00Z", "2026-01-05 06:00:00"),
        ("2026-01-05 06:00", "2026-01-05 06:00:00"),
        ("2026-01-05 06:00:00+02:00", "2026-01-05 04:00:00"),
        ("2026-01-05T23:30:00-05:00", "2026-01-06 04:30:00"),
        ("  2024-02-29 ", "2024-02-29 00:00:00"),
        ("2026-01-05 06:00:00.123456", "2026-01-05 06:00:00.123456"),
    ],
)
def test_an_as_of_in_each_form_that_can_be_read(unbuilt, as_of, moment):
    compiled = unbuilt.dbt("compile", "--inline", "select {{ as_of() }} as moment", as_of=as_of)
    sql = compiled.results[0].node.compiled_code
    assert unbuilt.query(f"select cast(moment as varchar) from ({sql}) as clock") == [(moment,)]


def test_an_as_of_given_as_a_yaml_date(warehouse, raw):
    built = warehouse(raw)
    call = ["compile", "--inline", "select {{ as_of() }} as moment", "--vars", "as_of: 2026-01-05"]
    from dbt.cli.main import dbtRunner

    with built.selected():
        result = dbtRunner(manifest=built.manifest).invoke(["--quiet", "--no-write-json", *call])
    assert result.success, result.exception
    assert "2026-01-05 00:00:00.000000" in result.result.results[0].node.compiled_code


def test_files_with_the_quirks_of_real_programs_are_read_correctly(engine_warehouse, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    # BOM; blanks, capitals and an unknown column in the header; CRLF, short and long rows, quoted newlines, NUL
    (raw / "company_raw_intake.csv").write_bytes(
        b"\xef\xbb\xbf Intake_ID ,COMPANY_NAME,website,notes,source,uploaded_at,city,phone\r\n"
        b'c1,"Alpha ""A"" Works, Inc.",alpha.example,x,list,2026-01-01,"New\nYork",555-0100\r\n'
        b"c2,Beta Mills,beta.example,x,list,2026-01-01\r\n"
        b"c3,Gam\x00ma Foods,gamma.example,x,list,2026-01-01,Ohio,\r\n"
        b"\r\n"
        b'c4,"Delta\r\nYards",delta.example,x,list,2026-01-01,,\r\n'
        b"c5,Epsilon,epsilon.example,x,list,2026-01-01,Bonn,,,,\r\n"
    )
    built = engine_warehouse(raw)
    built.build(DAY, "--select", "base_company_raw_intake")
    rows = built.query("""
        select raw_id, company_name, website, city from slotwatch_staging.base_company_raw_intake
        order by raw_id
    """)
    assert [row for row in rows if row[0].startswith("c")] == [
        ("c1", 'Alpha "A" Works, Inc.', "alpha.example", "New\nYork"),
        ("c2", "Beta Mills", "beta.example", None),
        ("c3", "Gamma Foods", "gamma.example", "Ohio"),
        ("c4", "Delta\r\nYards", "delta.example", None),
        ("c5", "Epsilon", "epsilon.example", "Bonn"),
    ]
    assert len(rows) == 5  # a blank line is no row


def test_a_parquet_file_with_typed_columns_reads_like_text(engine_warehouse, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    pl.DataFrame(
        {
            "intake_id": [1, 2],
            "company_name": ["Alpha Works", "Beta Mills"],
            "ein": [123456789.0, None],
            "source": ["list", "list"],
            "uploaded_at": pl.Series(["2026-01-01 05:00:00", "2026-01-02 05:00:00"]).str.to_datetime(),
        }
    ).write_parquet(raw / "company_raw_intake.parquet")
    built = engine_warehouse(raw)
    built.build(DAY, "--select", "base_company_raw_intake")
    assert built.query("""
        select raw_id, ein, cast(known_at as varchar) from slotwatch_staging.base_company_raw_intake order by raw_id
    """) == [("1", "123456789", "2026-01-01 05:00:00"), ("2", None, "2026-01-02 05:00:00")]


def test_an_empty_folder_builds_empty_marts_and_every_test_passes(engine_warehouse, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    built = engine_warehouse(raw)
    built.build(DAY, with_tests=True)
    state = built.state(["slotwatch"])
    sizes = {table.removeprefix("slotwatch."): len(rows) for table, rows in state.items()}
    # rows that exist without companies: the rules, the roles, the stages, the raw tables, the days
    full = {
        "bit_rules",
        "calendar",
        "data_reconciliation",
        "intake_funnel",
        "metric_values",
        "queue_sizes",
        "renewal_capacity",
        "slot_fill_rates",
    }
    assert {name for name, size in sizes.items() if size} == full
    assert len(sizes) > 15
    assert {row[1:] for row in state["slotwatch.slot_fill_rates"]} == {(0, 0, None)}
    assert all(row[1:] == (0, 0, 0, True) for row in state["slotwatch.data_reconciliation"])


@pytest.mark.long
def test_tables_of_few_columns_and_headers_without_rows_build(warehouse, tmp_path):
    minimal = {
        "company_raw_intake": [COMPANY],
        "people_raw_intake": [PERSON],
    }
    raw = write_raw(tmp_path / "raw", minimal)
    for file in DEMO.glob("*.csv"):  # every other table has only its header
        if file.stem not in minimal:
            with file.open(newline="", encoding="utf-8") as stream:
                (raw / file.name).write_text(",".join(next(csv.reader(stream))) + "\n")
    built = warehouse(raw)
    built.build(DAY, with_tests=True, with_interfaces=False)
    assert built.query("""
        select full_name, status from warehouse.slotwatch.slots join warehouse.slotwatch.people using (person_id)
    """) == [("Ann Berg", "filled")]


@pytest.mark.long
def test_a_correction_that_takes_a_person_back_does_not_stop_the_next_build(warehouse, tmp_path):
    raw = write_raw(tmp_path / "raw", {"company_raw_intake": [COMPANY], "people_raw_intake": [PERSON]})
    built = warehouse(raw)
    built.build(DAY, "--select", "+slots")
    corrected = {**PERSON, "full_name": "n/a", "uploaded_at": "2026-01-10"}
    write_raw(raw, {"people_raw_intake": [PERSON, corrected]})
    built.build("2026-01-12", with_tests=True, with_interfaces=False)
    assert built.query("select status from warehouse.slotwatch.slots where role = 'CEO'") == [("vacant",)]
