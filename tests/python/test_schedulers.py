"""Schedulers run dbt in different ways: the classic order, a task per model, a retry. Each way gives the rows of a
build.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pytest
from dbt.cli.main import dbtRunner
from warehouse_support import DEMO, DEMO_DAYS, QUIET, Warehouse, difference

from slotwatch import proofs
from slotwatch.warehouse.dbt_runs import _checked

DAYS = DEMO_DAYS[:2]
TASKS = 4  # the models, divided into this many runs, each model after those that it reads


def schemas(manifest) -> set[str]:
    """The schemas of marts, interfaces and snapshots."""
    return {
        node.schema
        for node in manifest.nodes.values()
        if node.fqn[1] in ("marts", "interfaces") or node.resource_type == "snapshot"
    }


def classic(built: Warehouse, as_of: str) -> None:
    """The classic order of commands; only `dbt run` gets the day."""
    built.dbt("seed")
    built.dbt("run", as_of=as_of)
    built.dbt("snapshot")
    built.dbt("test", "--exclude-resource-type", "unit_test")


def in_order(manifest) -> list[str]:
    """The names of all models, each after those that it reads."""
    names: list[str] = []

    def add(unique_id: str) -> None:
        node = manifest.nodes.get(unique_id)
        if node is not None and node.name not in names:
            for parent in sorted(node.depends_on_nodes):
                add(parent)
            if node.resource_type == "model":
                names.append(node.name)

    for unique_id in sorted(manifest.nodes):
        if manifest.nodes[unique_id].resource_type == "model":
            add(unique_id)
    return names


def marts_only(state: dict[str, list]) -> dict[str, list]:
    """The relations without the snapshots, for the time before any snapshot has run."""
    return {name: rows for name, rows in state.items() if not name.startswith("slotwatch_snapshots.")}


@dataclass
class Nightly:
    """The shared world after `dbt build` on each day, and empty databases over the same raw rows."""

    after: Mapping[str, Warehouse]
    empty: Callable[[], Warehouse]

    def state(self, as_of: str) -> dict[str, list]:
        """Marts, interfaces and snapshots after the build of a day."""
        built = self.after[as_of[:10]]
        return built.state(schemas(built.manifest))


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def nightly(request, world_raw) -> Nightly:
    make = request.getfixturevalue({"duckdb": "warehouse", "postgres": "postgres_warehouse"}[request.param])
    return Nightly(request.getfixturevalue(f"{request.param}_world"), lambda: make(world_raw))


@pytest.mark.long
def test_the_classic_order_gives_the_rows_of_a_build(nightly):
    built = nightly.empty()
    classic(built, DAYS[0])
    assert difference(built.state(schemas(built.manifest)), nightly.state(DAYS[0])) == {}
    built.dbt("seed")
    built.dbt("run", as_of=DAYS[1])
    expected = nightly.state(DAYS[1])
    assert difference(marts_only(built.state(schemas(built.manifest))), marts_only(expected)) == {}
    built.dbt("snapshot")
    assert difference(built.state(schemas(built.manifest)), expected) == {}
    built.dbt("run", as_of=DAYS[1])  # once more, now that the snapshot has run
    assert difference(built.state(schemas(built.manifest)), expected) == {}


@pytest.mark.long
def test_a_task_per_model_gives_the_rows_of_a_build(nightly):
    built = nightly.empty()
    names = in_order(built.manifest)
    size = -(-len(names) // TASKS)
    for as_of in DAYS:
        built.dbt("seed", as_of=as_of)
        for start in range(0, len(names), size):
            built.dbt("run", "--select", *names[start : start + size], as_of=as_of)
        built.dbt("snapshot", as_of=as_of)
    assert difference(built.state(schemas(built.manifest)), nightly.state(DAYS[1])) == {}
    assert built.column("select distinct as_of from slotwatch.ple_cycles where is_full_build order by 1") == [
        *built.column(f"select cast('{DAYS[0]}' as timestamp) union all select cast('{DAYS[1]}' as timestamp)")
    ]


def messages(built: Warehouse, *arguments: str, **variables: str) -> list[str]:
    """The lines that a dbt command writes on the screen."""
    lines: list[str] = []
    with built.selected():
        runner = dbtRunner(manifest=built.manifest, callbacks=[lambda event: lines.append(event.info.msg)])
        call = [*QUIET, *arguments, "--target", built.target, "--vars", json.dumps(variables)]
        _checked(runner.invoke(call))
    return lines


@pytest.mark.long
def test_runs_without_snapshots_keep_the_marts_right_and_warn(nightly):
    built = nightly.empty()
    built.dbt("seed")
    for as_of in DAYS:
        lines = messages(built, "run", as_of=as_of)
        assert sum("records no history" in line for line in lines) == 1
        assert any(f"`dbt snapshot` after it records that of as_of {as_of}." in line for line in lines)
    state, expected = built.state(schemas(built.manifest)), nightly.state(DAYS[-1])
    history = {"slotwatch.slot_history", "slotwatch.slot_events", "slotwatch.band_history"}
    today = "select slot_id, status, person_id, claim_source from slotwatch.slots order by slot_id"
    assert built.query(today) == nightly.after[DAYS[-1][:10]].query(today)
    for name in ("slotwatch.companies", "slotwatch.people", "slotwatch.company_renewals", "slotwatch.pipeline_errors"):
        if name != "slotwatch.pipeline_errors" or name in history:
            assert state[name] == expected[name], name
    assert len(state["slotwatch.company_bands"]) == len(expected["slotwatch.company_bands"])
    fills = "select count(*) from slotwatch.bit_rule_events where source_table = 'slot_events'"
    assert built.column(fills) == built.column("select count(*) from slotwatch.slots where status = 'filled'")
    built.dbt("test", "--exclude-resource-type", "unit_test")
    built.dbt("snapshot")  # from now on there is history
    built.dbt("test", "--exclude-resource-type", "unit_test")


def test_a_part_of_the_project_is_built_green_on_an_empty_database(engine_warehouse):
    built = engine_warehouse(DEMO)
    results = built.dbt("build", "--select", "+slots", "--exclude-resource-type", "unit_test", as_of=DAYS[0]).results
    assert {str(result.status) for result in results} <= {"success", "pass"}
    assert "every_company_has_exactly_three_slots" not in {result.node.name for result in results} or built.column(
        "select count(*) from slotwatch.companies"
    )
    assert any(result.node.resource_type == "test" for result in results)


def retry(built: Warehouse, target: str, patch: pytest.MonkeyPatch) -> None:
    """`dbt retry` as a user calls it, after the run whose results are in this folder."""
    patch.setattr(sys, "argv", ["dbt", "retry"])
    with built.selected():
        _checked(dbtRunner().invoke(["--quiet", "retry", "--state", target, "--target-path", target]))


@pytest.mark.long
def test_a_retry_after_a_failed_model_gives_the_rows_of_a_build(nightly, tmp_path, monkeypatch):
    first = nightly.after[DAYS[0][:10]]
    built = first.copied(tmp_path)

    def crash(_):
        raise RuntimeError("the machine was switched off")

    call = ["build", "--exclude-resource-type", "unit_test", "test", "--target", built.target, "--vars"]
    with built.selected(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(proofs, "write_proofs", crash)
        runner = dbtRunner(manifest=built.manifest)
        failed = runner.invoke(["--quiet", *call, json.dumps({"as_of": DAYS[1]}), "--target-path", str(tmp_path)])
    assert not failed.success
    retry(built, str(tmp_path), monkeypatch)
    assert difference(built.state(schemas(built.manifest)), nightly.state(DAYS[1])) == {}
    cycles = built.query("select status, is_full_build from slotwatch.ple_cycles order by started_at")
    assert cycles == [("completed", True), ("failed", False), ("completed", True)]


def as_of_of_the_cycles(built: Warehouse, names: Iterable[str]) -> dict[str, set]:
    rows = built.query("select cycle_name, as_of from slotwatch_ledgers.ple_cycle_log")
    return {name: {as_of for cycle, as_of in rows if cycle == f"dbt {name}"} for name in names}


def test_commands_that_do_not_build_take_the_as_of_of_the_last_build_or_run(warehouse):
    built = warehouse(DEMO)
    built.dbt("run", "--select", "calendar", as_of=DAYS[0])
    built.dbt("run", "--select", "calendar")
    newest = max(as_of_of_the_cycles(built, ["run"])["run"])
    built.dbt("seed", "--select", "bit_rules")
    built.dbt("snapshot", "--select", "bit_rule_snapshot")
    built.dbt("test", "--select", "calendar")
    seen = as_of_of_the_cycles(built, ["seed", "snapshot", "test"])
    assert seen == {"seed": {newest}, "snapshot": {newest}, "test": {newest}}
    assert built.column("select distinct dbt_valid_from from slotwatch_snapshots.bit_rule_snapshot") == [newest]
