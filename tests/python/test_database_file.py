"""The DuckDB file: any client reads it, its comments describe its content, and an old file is not used silently."""

import json
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from warehouse_support import DEMO_DAYS, is_one_sentence

from slotwatch.warehouse.profile import old_file_notice
from slotwatch.warehouse.raw_files import Plugin


@pytest.fixture(scope="module")
def client(demo_nights):
    """A client that opens the file of the demo."""
    with duckdb.connect(demo_nights[DEMO_DAYS[-1][:10]].path, read_only=True) as connection:
        yield connection


def test_marts_and_interfaces_are_read_by_their_schema_and_name(client):
    [(slots,)] = client.execute("select count(*) from slotwatch.slots").fetchall()
    assert slots == 462
    assert client.execute("select count(*) from company.vw_company_slots").fetchall() == [(slots,)]


def test_descriptions_are_comments(client, manifest):
    told = dict(
        client.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() union all "
            "select schema_name || '.' || view_name, comment from duckdb_views()"
        ).fetchall()
    )
    nodes = [node for node in manifest.nodes.values() if node.resource_type in ("model", "seed", "snapshot")]
    assert [node.name for node in nodes if told[f"{node.schema}.{node.alias}"] != node.description] == []

    columns = client.execute(
        "select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns()"
    )
    comments = dict(columns.fetchall())
    private = ("slotwatch_seeds", "slotwatch_staging", "slotwatch_intermediate")
    described = {
        f"{node.schema}.{node.alias}.{name}": column.description
        for node in nodes
        if node.schema not in private
        for name, column in node.columns.items()
    }
    assert len(described) > 500
    assert [name for name, description in described.items() if comments[name] != description] == []


def test_the_main_schema_is_empty_after_a_build(client):
    assert client.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall() == []


def test_a_file_with_the_old_default_name_is_mentioned_in_one_sentence(tmp_path: Path):
    assert old_file_notice(tmp_path / "warehouse.duckdb") is None
    (tmp_path / "slotwatch.duckdb").touch()
    notice = old_file_notice(tmp_path / "warehouse.duckdb")
    assert is_one_sentence(notice) and "slotwatch.duckdb is not read" in notice
    assert old_file_notice(tmp_path / "own.duckdb") is None

    credentials = DuckDBCredentials(path=str(tmp_path / "warehouse.duckdb"), database="warehouse")
    (tmp_path / "raw").mkdir()
    with duckdb.connect() as connection:
        Plugin("raw_files", {}, credentials).configure_connection(connection)
        [plan] = connection.execute("select slotwatch_raw_plan(?)", [str(tmp_path / "raw")]).fetchone()
    assert json.loads(plan)["warnings"] == [notice]
