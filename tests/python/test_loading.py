"""`slotwatch load`: copies raw files into Postgres with the values that DuckDB reads, each table in one transaction."""

import os
from collections import Counter
from dataclasses import replace

import polars as pl
import pytest
from click.testing import CliRunner
from dbt_common.context import set_invocation_context
from parity_support import report
from raw_files_support import folder_rows
from warehouse_support import DEMO, environment, is_one_sentence, write_raw

from slotwatch.cli import main
from slotwatch.warehouse.dbt_runs import Project
from slotwatch.warehouse.loading import LoadError, load_tables
from slotwatch.warehouse.raw_contract import RawFileError

DAY = "2026-01-05 06:00:00"
COMPANY = {"intake_id": "c1", "company_name": "Alpha Works", "source": "list", "uploaded_at": "2026-01-01"}
PERSON = {"intake_id": "p1", "full_name": "Ann Berg", "source": "list", "uploaded_at": "2026-01-01"}
ODD_TEXTS = (
    "it's",
    'say "hi", they said',
    "line one\nline two\r\nline three\rline four",
    "back\\slash \\N \\. \\x41 \\",
    "\\.",
    "\\N",
    "NULL",
    "a,b;c\td",
    " blanks ",
    "Ünïcödé 漢字 🙂 e\u0301 \u202eright\u202c \ufeff",
    "$$ %s {{ x }} --",
    "\x01\x1f\x7f",
)


@pytest.fixture(scope="module")
def raw_tables(postgres_project) -> dict[str, list[str]]:
    return postgres_project.raw_tables()


@pytest.fixture
def database(postgres_warehouse, tmp_path):
    """An empty database beside a raw folder with one company and one person, not loaded yet."""
    rows = {"company_raw_intake": [COMPANY], "people_raw_intake": [PERSON]}
    return postgres_warehouse(write_raw(tmp_path / "raw", rows))


@pytest.fixture
def load(database, raw_tables):
    """Loads the raw folder; the number of rows of each table."""
    return lambda: dict(load_tables(database.raw, database.credentials, "raw"))


def in_files(folder, tables) -> dict[str, Counter]:
    """The rows of each table as DuckDB reads them from the files."""
    _, rows = folder_rows(folder)
    return {table: Counter(rows[table]) for table in tables}


def in_tables(database, tables) -> dict[str, Counter]:
    """The rows of each raw table; none if the table does not exist."""
    found = set(database.column("select table_name from information_schema.tables where table_schema = 'raw'"))
    return {
        table: Counter(database.query(f"select {', '.join(columns)} from raw.{table}")) if table in found else Counter()
        for table, columns in tables.items()
    }


# What is loaded


def test_the_tables_of_the_demo_hold_what_duckdb_reads(database, load, raw_tables):
    database.raw = DEMO
    assert sum(rows or 0 for rows in load().values()) > 900
    assert in_tables(database, raw_tables) == in_files(DEMO, raw_tables)


def test_every_column_of_the_contract_is_there_in_order_and_is_text(database, load, raw_tables):
    load()
    columns = database.query("""
        select column_name, data_type from information_schema.columns
        where table_schema = 'raw' and table_name = 'company_raw_intake' order by ordinal_position
    """)
    assert columns == [(name, "text") for name in raw_tables["company_raw_intake"]]


def test_odd_texts_are_loaded_unchanged_except_nul_characters(database, load, raw_tables):
    texts = dict(enumerate(ODD_TEXTS))
    rows = [{**COMPANY, "intake_id": f"csv{n}", "company_name": text} for n, text in texts.items()]
    write_raw(database.raw, {"company_raw_intake": [*rows, {**COMPANY, "intake_id": "nul", "city": "Co\0lum\0bus"}]})
    pl.DataFrame(
        {
            "intake_id": [f"parquet{n}" for n in texts] + ["empty", "null"],
            "company_name": [*texts.values(), "", None],
        }
    ).write_parquet(database.raw / "company_raw_intake.rest.parquet")
    load()
    assert in_tables(database, raw_tables) == in_files(database.raw, raw_tables)
    names = dict(database.query("select intake_id, company_name from raw.company_raw_intake"))
    assert [names[f"csv{n}"] for n in texts] == [names[f"parquet{n}"] for n in texts] == list(ODD_TEXTS)
    assert (names["empty"], names["null"]) == ("", None)
    assert database.column("select city from raw.company_raw_intake where intake_id = 'nul'") == ["Columbus"]


def test_numbers_of_a_data_frame_are_written_as_they_were_and_nan_is_null(database, load, raw_tables):
    pl.DataFrame(
        {"intake_id": ["a", "b", "c"], "revenue": [1.5, 2.0, float("nan")], "employee_count": [12, None, 0]}
    ).write_parquet(database.raw / "company_raw_intake.rest.parquet")
    load()
    assert in_tables(database, raw_tables) == in_files(database.raw, raw_tables)
    rows = database.query("select intake_id, revenue, employee_count from raw.company_raw_intake order by intake_id")
    assert rows[:3] == [("a", "1.5", "12"), ("b", "2", None), ("c", None, "0")]


def test_a_quoted_or_missing_value_of_a_csv_is_null_or_empty_as_duckdb_takes_it(database, load, raw_tables):
    (database.raw / "company_raw_intake.csv").write_text(
        'intake_id,company_name,city,notes\nc1,"",Bonn,x\nc2,,Bonn,x\nc3,Short\n\nc4,Long,Bonn,x\n'
    )
    assert load()["company_raw_intake"] == 4
    assert in_tables(database, raw_tables) == in_files(database.raw, raw_tables)


# Loading again


def test_a_second_load_replaces_the_rows_and_keeps_views_and_grants(database, load):
    load()
    database.query("create view raw.names as select company_name from raw.company_raw_intake")
    database.query("grant select on raw.company_raw_intake to public")
    write_raw(database.raw, {"company_raw_intake": [{**COMPANY, "company_name": "Beta Mills"}]})
    assert load()["company_raw_intake"] == 1
    assert database.column("select company_name from raw.names") == ["Beta Mills"]
    [grants] = database.column("select relacl::text from pg_class where oid = 'raw.company_raw_intake'::regclass")
    assert "=r/" in grants.split(",")[-1]


@pytest.mark.parametrize(
    "columns",
    ["intake_id text, other text", "intake_id integer, company_name text", "intake_id varchar(2)"],
    ids=["other columns", "other types", "a shorter text"],
)
def test_a_table_of_another_shape_is_created_again(database, load, raw_tables, columns):
    database.query("create schema raw")
    database.query(f"create table raw.company_raw_intake ({columns})")
    load()
    assert in_tables(database, raw_tables) == in_files(database.raw, raw_tables)


def test_a_table_without_a_file_is_kept(database, load, raw_tables):
    load()
    (database.raw / "people_raw_intake.csv").unlink()
    rows = load()
    assert rows["people_raw_intake"] is None
    assert rows["company_raw_intake"] == 1
    assert sum(in_tables(database, raw_tables)["people_raw_intake"].values()) == 1


# What cannot be loaded


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("people_raw_intake.csv", "intake_id,full_name\np1,José\n".encode("latin-1")),
        ("people_raw_intake.csv", b"one,two\n1,2\n"),
        ("people_raw_intake.parquet", b"PAR1 but no more"),
    ],
    ids=["not UTF-8", "no usable header", "broken Parquet"],
)
def test_a_bad_file_leaves_every_table_unchanged(database, load, raw_tables, name, content):
    load()
    before = in_tables(database, raw_tables)
    write_raw(database.raw, {"company_raw_intake": [{**COMPANY, "company_name": "Beta Mills"}]})
    (database.raw / name).write_bytes(content)
    with pytest.raises(RawFileError, match=name):
        load()
    assert in_tables(database, raw_tables) == before


REFUSING = """
    create function raw.refuse() returns trigger language plpgsql as
    $$ begin if new.intake_id = 'p9' then raise exception 'p9 is not wanted'; end if; return new; end $$;
    create trigger refuse before insert on raw.people_raw_intake for each row execute function raw.refuse()
"""
OTHER_SHAPE = """
    alter table raw.people_raw_intake add extra text;
    create view raw.extras as select extra from raw.people_raw_intake
"""


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (REFUSING, "p9 is not wanted"),
        ("alter table raw.people_raw_intake add check (intake_id <> 'p9')", "violates check constraint"),
        (OTHER_SHAPE, "cannot drop table"),
    ],
    ids=["a trigger", "a constraint", "a view on a table of another shape"],
)
def test_a_load_that_postgres_refuses_half_way_leaves_the_table_unchanged(database, load, raw_tables, statement, says):
    load()
    before = in_tables(database, raw_tables)
    database.query(statement)
    write_raw(database.raw, {"people_raw_intake": [{**PERSON, "intake_id": f"p{number}"} for number in range(20)]})
    with pytest.raises(LoadError) as refused:
        load()
    assert is_one_sentence(str(refused.value)), refused.value
    assert str(refused.value).startswith("raw.people_raw_intake could not be loaded and is as it was: ")
    assert says in str(refused.value)
    assert in_tables(database, raw_tables) == before


def test_a_table_of_another_owner_is_not_changed(database, load, raw_tables, postgres_server):
    load()
    before = in_tables(database, raw_tables)
    postgres_server.execute(
        f"alter schema raw owner to {postgres_server.user}",
        f"alter table raw.people_raw_intake owner to {postgres_server.user}",
        "grant usage, create on schema raw to public",
        "grant select on raw.people_raw_intake to public",
        database=database.database,
    )
    with pytest.raises(LoadError) as refused:
        load()
    assert is_one_sentence(str(refused.value)), refused.value
    assert "permission denied for table people_raw_intake" in str(refused.value)
    assert in_tables(database, raw_tables) == before


def test_a_truncated_file_leaves_the_table_unchanged(database, load, raw_tables):
    load()
    before = in_tables(database, raw_tables)
    file = database.raw / "people_raw_intake.more.parquet"
    names = [f"Person {number}" for number in range(200_000)]
    pl.DataFrame({"full_name": names}).write_parquet(file, row_group_size=50_000)
    content = bytearray(file.read_bytes())
    middle = len(content) * 3 // 4
    content[middle : middle + 5_000] = b"\xff" * 5_000  # rows of a later part; the footer is intact
    file.write_bytes(content)
    with pytest.raises(RawFileError, match=r"people_raw_intake\.more\.parquet") as refused:
        load()
    assert is_one_sentence(str(refused.value)), refused.value
    assert in_tables(database, raw_tables) == before


# The command


@pytest.fixture
def command(database, postgres_project, monkeypatch):
    """`slotwatch load` as a user calls it on this database, but with the project already parsed."""

    def parsed(target: str | None = None) -> Project:
        set_invocation_context(os.environ)  # the profile reads variables through dbt
        return postgres_project

    monkeypatch.setattr(Project, "parse", parsed)

    def call(*arguments: str):
        with database.reached():
            return CliRunner().invoke(main, ["load", *arguments])

    return call


def error_of(result) -> str:
    """The sentence with which a command ended."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    [line] = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert result.output.splitlines()[-1] == line
    assert is_one_sentence(line), line
    return line


def test_the_command_says_what_it_loaded_and_what_it_kept(command, database, raw_tables):
    result = command(str(database.raw), "--target", "postgres")
    assert result.exit_code == 0, result.output
    lines = dict(line.split(maxsplit=1) for line in result.output.splitlines())
    assert lines["company_raw_intake"] == "1 rows"
    assert lines["suppression"] == "no file, kept"
    assert set(lines) == {*raw_tables, "Loaded"}
    assert in_tables(database, raw_tables) == in_files(database.raw, raw_tables)


def test_file_warnings_are_printed_and_kept_until_the_next_load(command, database):
    (database.raw / "notes.txt").write_text("x")
    (database.raw / "people_raw_intake.2.csv").write_text("intake_id,Favourite Colour\np2,red\np3\n")
    output = command(str(database.raw), "--target", "postgres").output
    assert "FILE_NOT_READ notes.txt: it is not csv" in output
    assert "COLUMN_UNKNOWN people_raw_intake: Favourite Colour" in output
    assert "ROW_SHORT people_raw_intake.2.csv, line 3" in output
    kept = "select raw_table, raw_id, error_code from raw.file_warnings order by 3"
    assert database.query(kept) == [
        ("people_raw_intake", "header Favourite Colour", "COLUMN_UNKNOWN"),
        ("file_warnings", "notes.txt", "FILE_NOT_READ"),
        ("people_raw_intake", "file people_raw_intake.2.csv", "ROW_SHORT"),
    ]
    (database.raw / "notes.txt").unlink()
    (database.raw / "people_raw_intake.2.csv").unlink()
    command(str(database.raw), "--target", "postgres")
    assert database.query(kept) == []


def test_an_unreachable_server_gives_one_sentence(command, database):
    database.server = replace(database.server, host="localhost", port="1")
    sentence = error_of(command(str(database.raw), "--target", "postgres"))
    assert "Postgres cannot be reached" in sentence and "SLOTWATCH_PG_" in sentence


def test_a_wrong_password_role_or_database_gives_one_sentence(command, database):
    database.database = "no_such_database"
    assert "no_such_database" in error_of(command(str(database.raw), "--target", "postgres"))


def test_a_bad_file_and_a_missing_folder_give_one_sentence(command, database):
    (database.raw / "people_raw_intake.csv").write_bytes(b"one,two\n1,2\n")
    assert "has no usable header" in error_of(command(str(database.raw), "--target", "postgres"))
    assert "does not exist" in error_of(command(str(database.raw / "nowhere"), "--target", "postgres"))


def test_an_unknown_target_and_the_duckdb_target_give_one_sentence_each(project, tmp_path):
    with environment(SLOTWATCH_RAW_DIR=tmp_path):
        unknown = CliRunner().invoke(main, ["load", str(tmp_path), "--target", "oracle"])
        duck = CliRunner().invoke(main, ["load", str(tmp_path), "--target", "duckdb"])
    assert "oracle" in error_of(unknown)
    assert "DuckDB reads raw files in place" in error_of(duck)


# Tables that somebody else made


TYPED_TABLES = """
    create schema raw;
    create table raw.company_raw_intake (
        "Intake_ID" bigint, "COMPANY_NAME" varchar(80), ein double precision, "Revenue" numeric(14, 2),
        employee_count real, source char(6), uploaded_at timestamptz, surplus jsonb
    );
    insert into raw.company_raw_intake values
        (1, 'Alpha Works', 123456789, 1234.50, 12, 'list', '2026-01-01 12:00:00+02', '{}'),
        (2, ' Beta Mills ', 'NaN', null, 0.5, 'crm', '2026-01-02 23:30:00.5-05', null),
        (3, '', null, -5, null, 'list', '2026-01-04 23:00:00Z', null);
    create table raw.people_raw_intake (
        intake_id text, full_name text, source text, uploaded_at date, last_profile_checked_at timestamp
    );
    insert into raw.people_raw_intake values
        ('p1', 'Ann Berg', 'list', date '2026-01-03', timestamp '2026-01-02 03:04:05.678'),
        ('p2', 'Bo Dahl', 'list', date '2026-01-04', null);
    create table raw.bit_signal (
        signal_id uuid, signal_type text, signal_strength double precision, payload jsonb, detected_at timestamptz
    );
    insert into raw.bit_signal values
        ('5c1f3a52-0b3f-4c83-9a55-0d6e0a5d7d11', 'hiring', 0.1, '{"a": [1, 2], "b": "é"}', '2026-01-01 00:00:00Z');
    create table raw.schedule_a (ack_id text, wlfr_bnft_health_ind boolean);
    insert into raw.schedule_a values ('f1', true);
    create table raw.form_5500 (ack_id text, spons_dfe_ein text, form_tax_prd date, date_received date);
    insert into raw.form_5500 values ('f1', '123456789', date '2024-12-31', date '2025-02-01')
"""
SAME_AS_TEXT = {
    "company_raw_intake": [
        {"intake_id": "1", "company_name": "Alpha Works", "ein": "123456789", "revenue": "1234.50",
         "employee_count": "12", "source": "list", "uploaded_at": "2026-01-01 10:00:00"},
        {"intake_id": "2", "company_name": "Beta Mills", "employee_count": "0.5",
         "source": "crm", "uploaded_at": "2026-01-03 04:30:00.5"},
        {"intake_id": "3", "revenue": "-5.00", "source": "list", "uploaded_at": "2026-01-04 23:00:00"},
    ],
    "people_raw_intake": [
        {"intake_id": "p1", "full_name": "Ann Berg", "source": "list", "uploaded_at": "2026-01-03",
         "last_profile_checked_at": "2026-01-02 03:04:05.678"},
        {"intake_id": "p2", "full_name": "Bo Dahl", "source": "list", "uploaded_at": "2026-01-04"},
    ],
    "bit_signal": [
        {"signal_id": "5c1f3a52-0b3f-4c83-9a55-0d6e0a5d7d11", "signal_type": "hiring", "signal_strength": "0.1",
         "payload": '{"a": [1, 2], "b": "é"}', "detected_at": "2026-01-01 00:00:00"},
    ],
    "schedule_a": [{"ack_id": "f1", "wlfr_bnft_health_ind": "true"}],
    "form_5500": [
        {"ack_id": "f1", "spons_dfe_ein": "123456789", "form_tax_prd": "2024-12-31", "date_received": "2025-02-01"},
    ],
}  # fmt: skip


def test_typed_tables_absent_columns_and_absent_tables_build_like_text(
    warehouse, postgres_warehouse, manifest, tmp_path
):
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    texts, typed = warehouse(write_raw(tmp_path / "raw", SAME_AS_TEXT)), postgres_warehouse(nothing)
    typed.query(TYPED_TABLES)
    for built in (texts, typed):
        built.build(DAY, "--select", "path:seeds", "source:raw+1", "+stg_schedule_h")
    tables = {unique_id for unique_id, source in manifest.sources.items() if source.source_name == "raw"}
    readers = [
        f"{node.schema}.{node.name}"
        for node in manifest.nodes.values()
        if any(parent in tables for parent in getattr(node.depends_on, "nodes", []))
    ]
    assert len(readers) == len(tables)
    assert report(texts, typed, only=readers) == ""
    assert len(texts.query("select * from slotwatch_staging.base_company_raw_intake")) == 3
