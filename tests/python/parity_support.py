"""Compares two databases that dbt built: every relation row by row, and its columns with their types."""

from collections.abc import Iterable, Iterator, Mapping

from dbt.contracts.graph.manifest import Manifest
from relation_diff import Table, differences, normal_json
from warehouse_support import RUN_LOG, Warehouse

# Upstream differences explain those downstream, so they are listed first.
LAYERS = ("seed", "staging", "intermediate", "snapshot", "ledgers", "marts", "interfaces")
# Relations that users and their programs read; here the types must be equal, too.
TYPED_LAYERS = ("seed", "snapshot", "ledgers", "marts", "interfaces")
LONGEST_REPORT = 60
# jsonb formats JSON differently, so the same evidence is another text and gives another key in the written messages.
JSON_TEXTS = {"evidence": normal_json, "source_record_ids": normal_json, "facts_hash": lambda _: "a hash"}
WITH_JSON_TEXTS = {
    f"slotwatch_intermediate.{name}" for name in ("int_proof_quotes", "int_message_checks", "written_messages")
}

Keys = dict[str, list[str]]


def relations(manifest: Manifest) -> dict[str, str]:
    """The layer of each relation of the project."""
    return {
        _name(node): node.fqn[1] if node.resource_type == "model" else str(node.resource_type)
        for node in _nodes(manifest)
    }


def primary_keys(manifest: Manifest) -> Keys:
    """The key columns of a relation, if the project declares them."""
    keys: Keys = {}
    for test in manifest.nodes.values():
        kind = getattr(test, "test_metadata", None)
        if kind and kind.name == "unique" and test.attached_node in manifest.nodes:
            keys[_name(manifest.nodes[test.attached_node])] = [test.column_name]
    for node in _nodes(manifest):
        if node.resource_type == "snapshot":
            keys[_name(node)] = [node.config.unique_key, "dbt_valid_from"]
        if node.resource_type == "model":
            for constraint in node.constraints:
                if constraint.type == "primary_key":
                    keys[_name(node)] = list(constraint.columns)
            for column in node.columns.values():
                if any(constraint.type == "primary_key" for constraint in column.constraints):
                    keys[_name(node)] = [column.name]
    return keys


def report(left: Warehouse, right: Warehouse, only: Iterable[str] | None = None) -> str:
    """The differences between two databases, or between some of their relations, upstream first; empty if all rows are
    equal.

    The log of runs is left out, because it depends on the machine's clock.
    """
    layers = relations(left.manifest)
    schemas = sorted({name.split(".")[0] for name in layers})
    wanted = set(only) if only is not None else None
    rows = [_wanted(side.tables(schemas), wanted) for side in (left, right)]
    types = [_wanted(side.column_types(schemas), wanted) for side in (left, right)]
    keys = {**_found_keys(rows[0], rows[1]), **primary_keys(left.manifest)}
    names = left.target, right.target
    lines: list[str] = []
    for layer in (*LAYERS, None):  # a relation outside the layers should not exist
        here = [{name: table for name, table in side.items() if layers.get(name) == layer} for side in rows]
        lines += differences(here[0], here[1], keys, names=names)
        if layer in TYPED_LAYERS:
            typed = [{f"{name} (types)": side[name] for name in found} for side, found in zip(types, here, strict=True)]
            lines += differences(typed[0], typed[1], {name: ["column"] for name in typed[0]}, names=names)
    more = len(lines) - LONGEST_REPORT
    return "\n".join([*lines[:LONGEST_REPORT], *([f"... and {more} more lines"] if more > 0 else [])])


def _nodes(manifest: Manifest) -> Iterator:
    return (node for node in manifest.nodes.values() if node.resource_type in ("model", "seed", "snapshot"))


def _name(node) -> str:
    return f"{node.schema}.{node.alias}"


def _wanted(tables: dict[str, Table], only: set[str] | None) -> dict[str, Table]:
    return {
        name: _without_json_texts(table) if name in WITH_JSON_TEXTS else table
        for name, table in tables.items()
        if not name.split(".")[1].startswith(RUN_LOG) and (only is None or name in only)
    }


def _without_json_texts(table: Table) -> Table:
    columns, rows = table
    made = [JSON_TEXTS.get(column) for column in columns]
    if not any(made):
        return table
    return columns, [
        tuple(make(value) if make else value for value, make in zip(row, made, strict=True)) for row in rows
    ]


def _found_keys(left: Mapping[str, Table], right: Mapping[str, Table]) -> Keys:
    """For relations without a declared key, the first columns that are unique on both sides."""
    keys: Keys = {}
    for name in {*left} & {*right}:
        columns = left[name][0]
        for length in range(1, len(columns)):
            key = columns[:length]
            if all(_tells_apart(side[name], key) for side in (left, right)):
                keys[name] = key
                break
    return keys


def _tells_apart(table: Table, key: list[str]) -> bool:
    columns, rows = table
    if not {*key} <= {*columns}:
        return False
    places = [columns.index(column) for column in key]
    return len({tuple(row[place] for place in places) for row in rows}) == len(rows)
