"""The metrics of the semantic models, computed from their definitions, agree with the marts.

The meta of each metric names its place in the marts: the mart, the row's `metric`, the column and the dimension. Here
the definition is turned into a query, the way a metrics engine would, and both are compared.
"""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined

PROMISED = {"fill_rate", "vacancy_days", "time_to_refill", "companies_by_band", "authorisation_rate", "reply_rate"}
AGGREGATES = {"count": "count({})", "sum": "coalesce(sum({}), 0)", "count_distinct": "count(distinct {})"}
ALL = "ALL"
Values = dict[str, Decimal | None]


@pytest.fixture(scope="module")
def metrics(manifest) -> dict[str, Any]:
    return {metric.name: metric for metric in manifest.metrics.values()}


@pytest.fixture(scope="module")
def defined(manifest, metrics, demo_warehouse) -> Callable[[str, str], Values]:
    """Values of a metric by its definition: for each value of a dimension such as `slot__role`, and for all
    together.
    """
    semantic_models = list(manifest.semantic_models.values())
    query = demo_warehouse[0].query

    def model_of_measure(name: str):
        (found,) = [model for model in semantic_models if name in [measure.name for measure in model.measures]]
        return found

    def dimension_sql(name: str) -> str:
        entity, _, dimension = name.partition("__")
        (found,) = [
            each
            for model in semantic_models
            if entity in (model.primary_entity, *(e.name for e in model.entities if e.type.value == "primary"))
            for each in model.dimensions
            if each.name == dimension
        ]
        return f"({found.expr or found.name})"

    filters = Environment(undefined=StrictUndefined)
    filters.globals["Dimension"] = dimension_sql

    def simple(metric, by: str) -> Values:
        model = model_of_measure(metric.type_params.measure.name)
        (measure,) = [each for each in model.measures if each.name == metric.type_params.measure.name]
        aggregate = AGGREGATES[measure.agg.value].format(measure.expr or measure.name)
        conditions = [filters.from_string(each.where_sql_template).render() for each in _filters(metric)]
        source = f"from {model.node_relation.schema_name}.{model.node_relation.alias}"
        source += f" where {' and '.join(conditions)}" if conditions else ""
        parts = query(f"select cast({dimension_sql(by)} as varchar), {aggregate} {source} group by 1")
        total = query(f"select {aggregate} {source}")[0][0]
        return {member: Decimal(value) for member, value in [*parts, (ALL, total)]}

    def values(name: str, by: str) -> Values:
        metric = metrics[name]
        if metric.type.value == "simple":
            return simple(metric, by)
        assert metric.type.value == "ratio", f"{name}: this test does not know metrics of type {metric.type.value}"
        upper, lower = (values(metric.type_params.numerator.name, by), values(metric.type_params.denominator.name, by))
        return {member: upper.get(member, Decimal(0)) / below if below else None for member, below in lower.items()}

    return values


def _filters(metric) -> list:
    return metric.filter.where_filters if metric.filter else []


def _four_decimals(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def test_every_metric_names_its_place_in_the_marts(manifest, metrics):
    assert set(metrics) >= PROMISED
    public = {node.name: node for node in manifest.nodes.values() if getattr(node, "access", None) == "public"}
    for name, metric in metrics.items():
        place = metric.config.meta
        assert set(place) == {"mart", "metric", "column", "dimension"}, name
        assert place["column"] in public[place["mart"]].columns, name
    values = {name for name, metric in metrics.items() if metric.config.meta["column"] == "metric_value"}
    assert values == PROMISED
    assert {name: metrics[name].config.meta["metric"] for name in values} == {name: name for name in values}


def test_the_mart_has_the_value_of_every_metric_definition(metrics, defined, demo_warehouse):
    query = demo_warehouse[0].query
    wrong, told = {}, 0
    for name, metric in metrics.items():
        place = metric.config.meta
        found = {
            member: _four_decimals(None if value is None else Decimal(value))
            for member, value in query(
                f"select dimension_value, {place['column']} from slotwatch.{place['mart']} "
                f"where metric = '{place['metric']}' and dimension = '{place['dimension'].partition('__')[2]}'"
            )
        }
        computed = defined(name, place["dimension"])
        nothing = Decimal(0) if metric.type.value == "simple" else None
        expected = {member: _four_decimals(computed.get(member, nothing)) for member in {*found, *computed}}
        told += sum(value is not None and value > 0 for value in expected.values())
        if found != expected:
            wrong[name] = found, expected
    assert wrong == {}
    assert told > 40  # the demo has values for most roles, bands and channels


def test_the_mart_has_only_defined_metrics(metrics, demo_warehouse):
    named = {metric.config.meta["metric"] for metric in metrics.values()}
    assert set(demo_warehouse[0].column("select metric from slotwatch.metric_values")) == named


def test_fill_rates_in_percent_equal_the_shares(demo_warehouse):
    query = demo_warehouse[0].query
    shares = query("""
        select dimension_value, denominator, numerator, round(100.0 * numerator / denominator, 1)
        from slotwatch.metric_values where metric = 'fill_rate' order by all
    """)
    percentages = query("""
        select role, total_slots, filled_slots, fill_rate_pct from slotwatch.slot_fill_rates order by all
    """)
    assert [(*row[:3], float(row[3])) for row in percentages] == shares
