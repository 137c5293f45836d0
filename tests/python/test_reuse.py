"""A table or view is kept when what it is made of has not changed, and is built anew whenever anything has."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from warehouse_support import DEMO, DEMO_DAYS, DuckDBWarehouse, Warehouse

from slotwatch import code_version

NEXT_DAYS = ("2026-03-03 06:00:00", "2026-03-04 06:00:00", "2026-03-05 06:00:00")
WHOLE_STATE = ("slotwatch", "slotwatch_staging", "slotwatch_intermediate", "slotwatch_ledgers", "slotwatch_snapshots")
PYTHON_MODELS = {"grouped_companies", "grouped_people", "look_alikes", "written_proofs"}
READS_THE_CLOCK = {"company_bands", "int_pressure_signals", "message_authorizations", "email_recheck_queue"}


def built(warehouse: Warehouse, as_of: str, *arguments: str, **variables) -> dict[str, bool]:
    """The models of a build, and whether each was built (or kept)."""
    results = warehouse.dbt(
        "build", "--exclude-resource-type", "unit_test", "test", *arguments, as_of=as_of, **variables
    ).results
    return {
        result.node.name: result.adapter_response.get("code") != "REUSED"
        for result in results
        if result.node.resource_type == "model" and result.node.config.materialized in ("table", "view")
    }


@pytest.fixture(scope="module")
def settled(
    demo_nights: dict[str, DuckDBWarehouse], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Warehouse]:
    """Makes copies of the demo two uneventful nights after its last day; the raw folder is the copy's own."""
    warehouse = with_own_raw(demo_nights[DEMO_DAYS[-1][:10]], tmp_path_factory.mktemp("settled"))
    for as_of in NEXT_DAYS[:2]:
        built(warehouse, as_of)
    return lambda: with_own_raw(warehouse, tmp_path_factory.mktemp("copy"))


def with_own_raw(warehouse: DuckDBWarehouse, folder: Path) -> DuckDBWarehouse:
    """A copy of a database over a copy of its raw folder."""
    shutil.copytree(warehouse.raw, folder / "raw")
    return replace(warehouse.copied(folder), raw=folder / "raw")


def test_kept_tables_hold_what_a_full_build_gives(
    demo_nights: dict[str, DuckDBWarehouse], demo_state: dict[str, list], tmp_path: Path
):
    """The demo's last day, which changes much, once more with every table built."""
    plain = demo_nights[DEMO_DAYS[-2][:10]].copied(tmp_path)
    assert all(built(plain, DEMO_DAYS[-1], reuse_unchanged=False).values())

    state = plain.state()

    assert state.keys() == demo_state.keys()
    assert [name for name in state if state[name] != demo_state[name]] == []


@pytest.fixture(scope="module")
def night_without_news(settled: Callable[[], Warehouse]) -> tuple[dict[str, bool], dict[str, list]]:
    """The models of such a night, each built or kept, and every table after it."""
    copy = settled()
    return built(copy, NEXT_DAYS[2]), copy.state(WHOLE_STATE)


def test_a_night_without_news_builds_what_reads_the_clock(night_without_news):
    models, _ = night_without_news

    kept = {name for name, is_built in models.items() if not is_built}
    assert len(kept) > 0.6 * len(models)
    assert not kept & (READS_THE_CLOCK | {"int_code_version"})
    assert PYTHON_MODELS - kept == {"written_proofs"}
    assert {name for name in models if name.startswith(("base_", "stg_"))} <= kept
    assert {"int_person_keys", "people__people_master"} <= kept  # views


def test_a_night_without_news_gives_what_a_full_build_gives(night_without_news, settled: Callable[[], Warehouse]):
    _, with_reuse = night_without_news
    copy = settled()

    built(copy, NEXT_DAYS[2], reuse_unchanged=False)

    without = copy.state(WHOLE_STATE)
    assert [name for name in without if without[name] != with_reuse[name]] == []


def test_an_id_of_a_registry_that_is_read_before_it_is_written_is_seen(settled: Callable[[], Warehouse]):
    """No `ref` tells dbt of these registries, since they are written after the models that ask them."""
    copy = settled()
    (held_id,) = copy.column("select max(handed_in_id) from slotwatch_intermediate.int_company_rows")
    copy.query(
        f"insert into slotwatch_ledgers.person_id_registry by name (select 'p-other#1' as observation_key, "
        f"999 as entity_number, '{held_id}' as barton_id, 'handed_in' as origin, recorded_at, observed_at "
        "from slotwatch_ledgers.person_id_registry limit 1)"
    )

    assert built(copy, NEXT_DAYS[2], "--select", "int_company_rows")["int_company_rows"]
    assert held_id in copy.column("select held_id from slotwatch_intermediate.int_company_rows")


def test_a_row_that_comes_late_is_seen(settled: Callable[[], Warehouse]):
    copy = settled()
    with (copy.raw / "company_raw_intake.csv").open("a", encoding="utf-8") as file:
        file.write(
            "c-late,Latecomer Lumber,,,,,https://latecomerlumber.example"
            + "," * 12
            + "partner_list,2026-01-04T05:00:00Z,,,,,\n"
        )

    models = built(copy, NEXT_DAYS[2], "--select", "+companies", "int_company_intake", "stg_form_5500")

    assert models["stg_company_intake"] and not models["stg_form_5500"]
    assert models["int_company_intake"]  # a view
    assert copy.column("select company_name from slotwatch.companies where domain = 'latecomerlumber.example'") == [
        "Latecomer Lumber"
    ]


def test_a_file_written_again_with_the_same_rows_is_no_news(settled: Callable[[], Warehouse]):
    copy = settled()
    file = copy.raw / "people_raw_intake.csv"
    file.write_bytes(file.read_bytes() + b"\n")

    models = built(copy, NEXT_DAYS[2], "--select", "+stg_people_intake")

    assert models["base_people_raw_intake"] and not models["stg_people_intake"]


def test_a_row_of_a_day_to_come_is_no_news_until_then(settled: Callable[[], Warehouse]):
    copy = settled()
    with (copy.raw / "campaign.csv").open("a", encoding="utf-8") as file:
        file.write("cmp-new,Summer renewals,2026-03-06T12:00:00Z,\n")

    selected = ("--select", "+campaigns")
    assert not built(copy, NEXT_DAYS[2], *selected)["stg_campaigns"]
    assert built(copy, "2026-03-07 06:00:00", *selected)["stg_campaigns"]
    assert copy.column("select count(*) from slotwatch.campaigns where campaign_id = 'cmp-new'") == [1]


def test_a_value_that_changes_in_a_seed_is_seen(settled: Callable[[], Warehouse]):
    copy = settled()
    copy.query("update slotwatch_seeds.roles set role = role")  # the same rows in another order are no change
    assert not built(copy, NEXT_DAYS[2], "--select", "int_slot_status")["int_slot_status"]

    copy.query(
        "update slotwatch_seeds.pressure_signal_types set threshold = 90 where signal_type = 'renewal_proximity'"
    )
    copy.query("comment on table slotwatch_seeds.pressure_signal_types is 'made of unknown, holds something-else'")
    assert built(copy, NEXT_DAYS[2], "--select", "int_renewal_months")["int_renewal_months"]


def test_a_changed_switch_is_seen(settled: Callable[[], Warehouse]):
    assert built(settled(), NEXT_DAYS[2], "--select", "int_slot_claims", slot_claim_ttl_days=30)["int_slot_claims"]


def test_changed_python_code_is_seen(settled: Callable[[], Warehouse], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(code_version, "code_version", lambda *_: "another")

    models = built(settled(), NEXT_DAYS[2], "--select", "int_code_version", *PYTHON_MODELS)

    assert all(models[name] for name in PYTHON_MODELS)


def test_a_dropped_table_is_built_again(settled: Callable[[], Warehouse]):
    copy = settled()
    copy.query("drop table slotwatch_intermediate.int_people")

    assert built(copy, NEXT_DAYS[2], "--select", "int_people")["int_people"]


def test_a_table_that_somebody_filled_otherwise_is_built_again(settled: Callable[[], Warehouse]):
    copy = settled()
    copy.query("create or replace table slotwatch.people as select * from slotwatch.people limit 1")

    assert built(copy, NEXT_DAYS[2], "--select", "people")["people"]
    assert copy.column("select count(*) from slotwatch.people")[0] > 200


def test_a_view_that_somebody_made_otherwise_is_made_again(settled: Callable[[], Warehouse]):
    copy = settled()
    copy.query("create or replace view slotwatch_staging.stg_normal_forms as select 1 as one")

    models = built(copy, NEXT_DAYS[2], "--select", "stg_normal_forms", "int_person_keys")

    assert models["stg_normal_forms"] and not models["int_person_keys"]


def test_a_table_below_a_view_that_was_built_by_itself_is_seen(settled: Callable[[], Warehouse]):
    """The view stays as it is and says nothing of it; who reads the view has to ask for what lies below."""
    copy = settled()
    copy.query("comment on table slotwatch_ledgers.bit_rule_event_ledger is 'made of unknown, holds something-else'")

    models = built(copy, NEXT_DAYS[2], "--select", "bit_rule_events")

    assert models["bit_rule_events"]


def test_renamed_columns_are_another_content(settled: Callable[[], Warehouse]):
    """The same rows under another name: a view that takes all columns of the table has to be made again."""
    copy = settled()
    contents = "select comment from duckdb_tables() where table_name = 'int_pressure_signals'"
    (before,) = copy.column(contents)
    columns = copy.manifest.nodes["model.slotwatch.int_pressure_signals"].columns
    subject = columns.pop("subject")
    try:
        built(copy, NEXT_DAYS[1], "--select", "int_pressure_signals", reuse_unchanged=False)
    finally:
        columns["subject"] = subject

    (after,) = copy.column(contents)
    assert before.rpartition("-")[0].partition(",")[2] == after.rpartition("-")[0].partition(",")[2]
    assert before.rpartition("-")[2] != after.rpartition("-")[2]


def test_full_refresh_builds_everything(settled: Callable[[], Warehouse]):
    assert all(built(settled(), NEXT_DAYS[2], "--full-refresh").values())


def test_a_table_that_a_crash_emptied_is_built_again(postgres_warehouse: Callable[..., Warehouse]):
    """What recovery leaves of an unlogged table is the table without its rows."""
    warehouse = postgres_warehouse(DEMO)
    selected = ("--select", "resource_type:seed", "+stg_campaigns")
    for as_of in (DEMO_DAYS[-1], NEXT_DAYS[0]):
        models = built(warehouse, as_of, *selected)
    assert not models["stg_campaigns"]
    (campaigns,) = warehouse.column("select count(*) from slotwatch_staging.stg_campaigns")
    warehouse.query("truncate slotwatch_staging.stg_campaigns")

    assert built(warehouse, NEXT_DAYS[1], *selected)["stg_campaigns"]
    assert warehouse.column("select count(*) from slotwatch_staging.stg_campaigns") == [campaigns]


def test_a_raw_row_that_changes_during_a_build_is_news_to_the_next(
    postgres_warehouse: Callable[..., Warehouse], monkeypatch: pytest.MonkeyPatch
):
    warehouse = postgres_warehouse(DEMO)
    selected = ("--select", "resource_type:seed", "+stg_campaigns")
    macro = warehouse.manifest.macros["macro.slotwatch.postgres__analyze"]
    change = "{% if model.name == 'base_campaign' %}update raw.campaign set name = 'Renamed';{% endif %} "
    with monkeypatch.context() as after_the_read:
        after_the_read.setattr(macro, "macro_sql", macro.macro_sql.replace("analyze {{", change + "analyze {{"))
        built(warehouse, DEMO_DAYS[-1], *selected)
    renamed = "select count(*) from slotwatch_staging.base_campaign where name = 'Renamed'"
    assert warehouse.column(renamed) == [0]

    assert built(warehouse, NEXT_DAYS[0], *selected)["base_campaign"]
    assert warehouse.column(renamed) != [0]


def test_json_is_part_of_what_a_table_holds(postgres_warehouse: Callable[..., Warehouse]):
    """Postgres has no hash of json, and of rows that hold one."""
    warehouse = postgres_warehouse(DEMO)
    built(warehouse, DEMO_DAYS[-1], "--select", "resource_type:seed", "+bit_rule_events")
    selected = ("--select", "bit_rule_event_ledger", "int_bit_rule_events", "bit_rule_events")
    assert not built(warehouse, DEMO_DAYS[-1], *selected)["bit_rule_events"]

    warehouse.query(
        """
        update slotwatch_ledgers.bit_rule_event_ledger set payload = '{"source": "changed"}'
        where event_id = (select min(event_id) from slotwatch.bit_rule_events)
        """
    )

    assert built(warehouse, DEMO_DAYS[-1], *selected)["bit_rule_events"]
    changed = "select count(*) from slotwatch.bit_rule_events where cast(payload as text) like '%changed%'"
    assert warehouse.column(changed) == [1]


def test_a_raw_table_of_a_server_that_changed_is_seen(postgres_warehouse: Callable[..., Warehouse]):
    """Of files the bytes are known; of a server's tables the rows are looked at."""
    warehouse = postgres_warehouse(DEMO)
    selected = ("--select", "resource_type:seed", "+stg_campaigns")
    built(warehouse, DEMO_DAYS[-1], *selected)

    assert not built(warehouse, NEXT_DAYS[0], *selected)["base_campaign"]

    warehouse.query(
        "update raw.campaign set name = 'Renamed' where campaign_id = (select min(campaign_id) from raw.campaign)"
    )

    assert built(warehouse, NEXT_DAYS[1], *selected)["base_campaign"]
    assert warehouse.column("select count(*) from slotwatch_staging.base_campaign where name = 'Renamed'") == [1]

    warehouse.query("drop table raw.campaign")

    assert built(warehouse, NEXT_DAYS[2], *selected)["base_campaign"]
    assert warehouse.column("select count(*) from slotwatch_staging.base_campaign") == [0]
