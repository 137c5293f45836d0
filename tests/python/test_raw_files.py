"""Which file belongs to which table, and how files are read: as text, in place, with missing columns as empty."""

import gc

import duckdb
import polars as pl
import pytest

from slotwatch.garbage import OBJECTS_BEFORE_COLLECTION
from slotwatch.warehouse.raw_files import Plugin, RawFileError, files_by_table, plan

TABLES = {"campaign": ["campaign_id", "name"], "campaign_contact": ["campaign_contact_id", "campaign_id"]}


def files(folder) -> dict[str, list[str]]:
    return {
        table: [path.relative_to(folder).as_posix() for path in paths]
        for table, paths in files_by_table(folder, list(TABLES)).items()
    }


def rows(folder, table: str = "campaign") -> list[tuple]:
    return sorted(duckdb.sql(plan(str(folder), TABLES)[table]).fetchall(), key=repr)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("campaign.csv", "campaign"),
        ("CAMPAIGN.CSV", "campaign"),
        ("campaign.2.csv", "campaign"),
        ("campaign-2026.parquet", "campaign"),
        ("campaign_old.csv", "campaign"),
        ("campaign/anything.csv", "campaign"),
        ("campaign_contact.csv", "campaign_contact"),
        ("campaign_contact_2.csv", "campaign_contact"),
        ("campaign_contact/part-0.parquet", "campaign_contact"),
        ("campaigns.csv", None),
        ("my_campaign.csv", None),
        ("campaign.txt", None),
        ("campaign.csv.gz", None),
        ("old/campaign.csv", None),
    ],
)
def test_a_file_belongs_to_the_table_with_the_longest_name_that_fits(tmp_path, name, table):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("campaign_id\n1\n")
    found = files(tmp_path)
    assert [other for other, paths in found.items() if paths] == ([table] if table else [])


def test_a_table_without_a_file_is_empty_with_all_its_columns(tmp_path):
    relation = duckdb.sql(plan(str(tmp_path), TABLES)["campaign"])
    assert relation.columns == TABLES["campaign"]
    assert relation.fetchall() == []


def test_all_files_of_a_table_are_read(tmp_path):
    (tmp_path / "campaign.csv").write_text("campaign_id,name\n1,A\n")
    (tmp_path / "campaign.2.csv").write_text("name,campaign_id\nB,2\n")
    (tmp_path / "campaign").mkdir()
    pl.DataFrame({"campaign_id": ["3"], "name": ["C"]}).write_parquet(tmp_path / "campaign" / "part.parquet")
    assert rows(tmp_path) == [("1", "A"), ("2", "B"), ("3", "C")]


def test_values_are_text_and_nothing_is_guessed(tmp_path):
    (tmp_path / "campaign.csv").write_text("campaign_id,name\n007,2026-01-05\n1e5,true\n,NULL\n")
    assert rows(tmp_path) == sorted([("007", "2026-01-05"), ("1e5", "true"), (None, "NULL")], key=repr)


def test_a_missing_column_is_empty_and_an_unknown_one_is_left_out(tmp_path):
    (tmp_path / "campaign.csv").write_text("colour,campaign_id\nred,1\n")
    assert rows(tmp_path) == [("1", None)]


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ([1.0, 123456789.0], ["1", "123456789"]),
        ([1, 2], ["1", "2"]),
        (["01", "1.0"], ["01", "1.0"]),
        ([1.5, None], ["1.5", None]),
        ([True, False], ["true", "false"]),
    ],
)
def test_typed_parquet_columns_read_as_a_person_would_write_them(tmp_path, values, read):
    pl.DataFrame({"campaign_id": values}).write_parquet(tmp_path / "campaign.parquet")
    assert [row[0] for row in duckdb.sql(plan(str(tmp_path), TABLES)["campaign"]).fetchall()] == read


def test_a_large_whole_float_of_parquet_keeps_its_digits(tmp_path):
    pl.DataFrame({"campaign_id": [20240412094512.0, 1e17]}).write_parquet(tmp_path / "campaign.parquet")
    assert [row[0] for row in rows(tmp_path)] == ["100000000000000000", "20240412094512"]


def test_a_parquet_column_whose_name_has_a_quote_is_left_out(tmp_path):
    pl.DataFrame({"campaign_id": ["1"], 'a "b"': ["x"]}).write_parquet(tmp_path / "campaign.parquet")
    assert rows(tmp_path) == [("1", None)]


def test_a_column_twice_in_other_case_is_refused_also_in_parquet(tmp_path):
    pl.DataFrame({"campaign_id": ["1"], "Campaign_ID": ["2"]}).write_parquet(tmp_path / "campaign.parquet")
    with pytest.raises(RawFileError, match="twice"):
        plan(str(tmp_path), TABLES)


def test_a_parquet_file_without_known_columns_is_refused(tmp_path):
    pl.DataFrame({"colour": ["red"]}).write_parquet(tmp_path / "campaign.parquet")
    with pytest.raises(RawFileError, match="no usable"):
        plan(str(tmp_path), TABLES)


def test_a_header_over_two_lines_is_read(tmp_path):
    (tmp_path / "campaign.csv").write_text('campaign_id,"a note\nin two lines",name\n1,x,A\n')
    assert rows(tmp_path) == [("1", "A")]


def test_a_file_cut_in_the_middle_of_a_letter_is_not_utf_8(tmp_path):
    (tmp_path / "campaign.csv").write_bytes("campaign_id,name\n1,José".encode()[:-1])
    with pytest.raises(RawFileError, match="is not UTF-8"):
        plan(str(tmp_path), TABLES)


def test_damage_beyond_the_first_megabyte_is_found_with_its_place(tmp_path):
    head = b"campaign_id,name\n" + b"1,A\n" * 400_000
    (tmp_path / "campaign.csv").write_bytes(head + b"\xff\n")
    with pytest.raises(RawFileError, match=f"near byte {len(head)}"):
        plan(str(tmp_path), TABLES)


def test_a_letter_across_two_chunks_is_read(tmp_path):
    head = "campaign_id,name\n1,"
    filler = "x" * ((1 << 20) - len(head) - 1)
    (tmp_path / "campaign.csv").write_text(f"{head}{filler}é\n", encoding="utf-8")
    assert rows(tmp_path) == [("1", filler + "é")]


def test_a_very_long_value_is_read(tmp_path):
    (tmp_path / "campaign.csv").write_text("campaign_id,name\n1," + "x" * 5_000_000 + "\n")
    assert len(rows(tmp_path)[0][1]) == 5_000_000


def test_a_message_gives_one_sentence_that_says_what_to_do(tmp_path):
    (tmp_path / "campaign.csv").write_text("")
    with pytest.raises(RawFileError) as refusal:
        plan(str(tmp_path), TABLES)
    assert str(refusal.value) == (
        f"The raw file '{tmp_path}/campaign.csv' has no usable header: it must name columns of campaign, "
        "such as campaign_id, name."
    )


def test_with_the_plugin_the_garbage_collector_runs_less_often():
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    try:
        Plugin("raw_files", {})
        assert gc.get_threshold() == OBJECTS_BEFORE_COLLECTION
    finally:
        gc.set_threshold(*before)
