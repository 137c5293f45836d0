"""The metrics of the semantic models, computed from their definitions, agree with the marts.

The meta of each metric names its place in the marts: the mart, the row's `metric`, the column and the dimensions. Here
the definition is turned into a query, the way a metrics engine would, and both are compared.
"""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined
from warehouse_support import DEMO_DAYS, DuckDBWarehouse

PROMISED = {"fill_rate", "vacancy_days", "time_to_refill", "companies_by_band", "authorisation_rate", "reply_rate"}
AGGREGATES = {"count": "count({})", "sum": "coalesce(sum({}), 0)", "count_distinct": "count(distinct {})"}
ALL = "ALL"
NONE = "NONE"  # the value of a row without a value of the dimension
Values = dict[str, Decimal | None]


@pytest.fixture(scope="module")
def metrics(manifest) -> dict[str, Any]:
    return {metric.name: metric for metric in manifest.metrics.values()}


def definitions(manifest, query: Callable[[str], list]) -> Callable[..., Values]:
    """Values of a metric by its definition: for each value of dimensions such as `slot__role`, joined by a blank, and
    for all together.
    """
    semantic_models = list(manifest.semantic_models.values())
    metrics = {metric.name: metric for metric in manifest.metrics.values()}

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

    def simple(metric, by: tuple[str, ...]) -> Values:
        model = model_of_measure(metric.type_params.measure.name)
        (measure,) = [each for each in model.measures if each.name == metric.type_params.measure.name]
        aggregate = AGGREGATES[measure.agg.value].format(measure.expr or measure.name)
        conditions = [filters.from_string(each.where_sql_template).render() for each in _filters(metric)]
        source = f"from {model.node_relation.schema_name}.{model.node_relation.alias}"
        source += f" where {' and '.join(conditions)}" if conditions else ""
        member = " || ' ' || ".join(f"coalesce(cast({dimension_sql(each)} as varchar), '{NONE}')" for each in by)
        parts = query(f"select {member}, {aggregate} {source} group by 1")
        total = query(f"select {aggregate} {source}")[0][0]
        return {member: Decimal(value) for member, value in [*parts, (ALL, total)]}

    def values(name: str, *by: str) -> Values:
        metric = metrics[name]
        if metric.type.value == "simple":
            return simple(metric, by)
        assert metric.type.value == "ratio", f"{name}: this test does not know metrics of type {metric.type.value}"
        upper, lower = (
            values(each.name, *by) for each in (metric.type_params.numerator, metric.type_params.denominator)
        )
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
        assert set(place) == {"mart", "metric", "column", "dimensions"}, name
        assert place["column"] in public[place["mart"]].columns, name
    values = {name for name, metric in metrics.items() if metric.config.meta["column"] == "metric_value"}
    assert values == PROMISED
    assert {name: metrics[name].config.meta["metric"] for name in values} == {name: name for name in values}


def differing(manifest, metrics, query) -> tuple[dict[str, tuple[Values, Values]], int]:
    """The metrics whose values in the mart differ from their definition, by metric and dimension, and the number of
    values above 0.
    """
    defined = definitions(manifest, query)
    wrong, told = {}, 0
    for name, metric in metrics.items():
        place = metric.config.meta
        for by in place["dimensions"]:
            dimension = by.partition("__")[2]
            found = {
                member: _four_decimals(None if value is None else Decimal(value))
                for member, value in query(
                    f"select dimension_value, {place['column']} from slotwatch.{place['mart']} "
                    f"where metric = '{place['metric']}' and dimension = '{dimension}'"
                )
            }
            computed = defined(name, by)
            nothing = Decimal(0) if metric.type.value == "simple" else None
            expected = {member: _four_decimals(computed.get(member, nothing)) for member in {*found, *computed}}
            told += sum(value is not None and value > 0 for value in expected.values())
            if found != expected:
                wrong[f"{name} by {dimension}"] = found, expected
    return wrong, told


def test_the_mart_has_the_value_of_every_metric_definition(manifest, metrics, demo_warehouse):
    wrong, told = differing(manifest, metrics, demo_warehouse[0].query)
    assert wrong == {}
    assert told > 40  # the demo has values for most roles, bands and channels


@pytest.fixture(scope="module")
def tied(demo_warehouse, tmp_path_factory) -> DuckDBWarehouse:
    """The demo with messages that are tied to templates and touches: all messages of its log except one. Three of them
    were answered.
    """
    changed = demo_warehouse[0].copied(tmp_path_factory.mktemp("tied"))
    changed.query("""
        update slotwatch.message_results as results set
            template_id = case when place % 3 = 0 then 'touch_2_cost_pressure' else 'cfo_cost_pressure' end,
            touch_number = case when place % 3 = 0 then 2 else 1 end,
            role = 'CFO', band = 3 + place % 2, pressure_class = 'COST_PRESSURE', is_replied = place in (3, 4, 5)
        from (
            select message_log_id, row_number() over (order by message_id is not null, message_log_id) as place
            from slotwatch.message_results
        ) as places
        where results.message_log_id = places.message_log_id and place > 1
    """)
    changed.dbt("run", "--select", "metric_values", "template_results", as_of=DEMO_DAYS[-1])
    return changed


def test_reply_rates_by_template_and_touch_equal_their_definition(manifest, metrics, tied):
    wrong, _ = differing(manifest, metrics, tied.query)
    assert wrong == {}
    by = ("message__template_id", "message__touch_number")
    defined = definitions(manifest, tied.query)
    sent, answered, rate = (defined(name, *by) for name in ("messages_sent", "messages_answered", "reply_rate"))
    results = tied.query("""
        select template_id || ' ' || touch_number, sent, replied, reply_rate_pct from slotwatch.template_results
        where sent > 0
    """)
    assert {member for member, *_ in results} == {"cfo_cost_pressure 1", "touch_2_cost_pressure 2"}
    for member, sent_here, replied, rate_pct in results:
        assert (sent[member], answered[member]) == (sent_here, replied)
        assert abs(100 * rate[member] - rate_pct) <= Decimal("0.05")
    assert sent["NONE NONE"] == 1 and sent[ALL] == sum(row[1] for row in results) + 1


@pytest.mark.parametrize("dimension", ["template_id", "touch_number", "role", "band", "pressure_class", "channel"])
def test_the_parts_of_a_reply_rate_add_up_in_every_dimension(manifest, tied, dimension):
    defined = definitions(manifest, tied.query)
    for name in ("messages_sent", "messages_answered"):
        counts = defined(name, f"message__{dimension}")
        assert counts.pop(ALL) == sum(counts.values()) > 0
        assert dimension == "channel" or len(counts) > 1 or name == "messages_answered"


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
