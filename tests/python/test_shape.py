"""The size of the project, read from its manifest: the number of models, the longest chains, overrides of dbt."""

import re
from functools import cache

import pytest
from warehouse_support import ROOT

SUBJECTS = ("companies", "people", "slots", "signals", "bands", "proofs", "messages", "queues", "operations")
MOST_MODELS = 182  # models and snapshots, interfaces included
INTERFACES = 42
LONGEST_CHAINS = {"companies": 10, "slots": 22, "send_queue": 36}  # models and snapshots, the source not counted
LONGEST_MODEL = 150
MOST_MACRO_LINES = 1_000
# Macros that are not overrides, because dbt expects the project to define them.
BUILT_IN_MATERIALIZATIONS = (
    "table",
    "view",
    "incremental",
    "seed",
    "snapshot",
    "ephemeral",
    "materialized_view",
    "test",
)
WRITES_TO_GRAPH = re.compile(
    r"\bgraph(\.\w+|\[[^\]]*\])*\.(update|append|extend|pop|setdefault|clear|insert|remove)\(|\bset\s+graph\b"
)


@pytest.fixture(scope="module")
def built(manifest) -> dict:
    """Models and snapshots of the project by unique id."""
    return {
        name: node
        for name, node in manifest.nodes.items()
        if node.resource_type in ("model", "snapshot") and node.package_name == "slotwatch"
    }


def test_there_are_at_most_182_models_and_snapshots(built):
    assert len([node for node in built.values() if node.fqn[1] == "interfaces"]) == INTERFACES
    assert len(built) <= MOST_MODELS


@pytest.mark.parametrize("name", LONGEST_CHAINS)
def test_no_mart_has_a_longer_chain_than_allowed(built, name):
    @cache
    def chain(unique_id: str) -> tuple[str, ...]:
        before = [chain(parent) for parent in built[unique_id].depends_on.nodes if parent in built]
        return (*max(before, key=len, default=()), built[unique_id].name)

    longest = chain(f"model.slotwatch.{name}")
    assert len(longest) <= LONGEST_CHAINS[name], " > ".join(longest)


def test_no_sql_model_is_longer_than_150_lines(built):
    lines = {node.name: len(node.raw_code.splitlines()) for node in built.values() if node.language == "sql"}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODEL} == {}


def test_macros_have_at_most_1000_lines():
    files = (ROOT / "macros").rglob("*.sql")
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= MOST_MACRO_LINES


def test_no_macro_overrides_a_materialization_of_dbt(manifest):
    mine = [macro.name for macro in manifest.macros.values() if macro.package_name == "slotwatch"]
    built_in = tuple(f"materialization_{name}_" for name in BUILT_IN_MATERIALIZATIONS)
    assert [name for name in mine if name.startswith(built_in)] == []


def test_no_macro_writes_to_the_graph_of_dbt(manifest):
    mine = {macro.name: macro.macro_sql for macro in manifest.macros.values() if macro.package_name == "slotwatch"}
    assert {name: found[0] for name, sql in mine.items() if (found := WRITES_TO_GRAPH.search(sql))} == {}


def test_a_mart_is_read_by_models_of_its_subject_or_a_later_one(manifest, built):
    """Interfaces come after all subjects, so they may read every mart."""

    def subject(node) -> str:
        return node.fqn[2] if node.resource_type == "model" else "slots"

    marts = {name: node for name, node in built.items() if node.fqn[1] == "marts"}
    assert {subject(mart) for mart in marts.values()} <= set(SUBJECTS)
    early = [
        f"{node.name} ({subject(node)}) reads {marts[parent].name} ({subject(marts[parent])})"
        for node in built.values()
        if node.resource_type == "model" and node.fqn[1] in ("intermediate", "ledgers", "marts")
        for parent in node.depends_on.nodes
        if parent in marts and subject(node) in SUBJECTS
        if SUBJECTS.index(subject(node)) < SUBJECTS.index(subject(marts[parent]))
    ]
    assert early == []


def test_a_write_to_the_graph_is_recognised():
    for text in ("do graph.update({})", "graph.fingerprints.update({x: 1})", 'graph["nodes"].pop(x)', "set graph = 1"):
        assert WRITES_TO_GRAPH.search(text), text
    for text in ("graph.nodes.values()", "graph.sources.get(x)", "columns.update({})"):
        assert not WRITES_TO_GRAPH.search(text), text
