"""Figures from measurements: medians over rounds, and ratios of what was measured in the same round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.plan import PART_MODELS, Step
from benchmarks.results import Measurement

Cases = Mapping[str, Measurement]
"""The measurements of one round by case."""
Figure = Callable[[Cases], float]
"""A figure of one round; raises KeyError when a case of it was not measured."""


@dataclass(frozen=True)
class Spread:
    """Median, least and greatest of one figure per round."""

    median: float
    least: float
    greatest: float
    rounds: int


def spread(figures: Sequence[float]) -> Spread | None:
    """The spread of the figures, None of none."""
    if not figures:
        return None
    return Spread(median(figures), min(figures), max(figures), len(figures))


def rounds(measurements: Iterable[Measurement], size: int, engine: str) -> list[dict[str, Measurement]]:
    """The measurements of a size on an engine, round by round."""
    found: dict[int, dict[str, Measurement]] = {}
    for measurement in measurements:
        step: Step = measurement.step
        if (step.size, step.engine) == (size, engine):
            found.setdefault(step.round, {})[step.case] = measurement
    return [found[number] for number in sorted(found)]


def over_rounds(figure: Figure, of_rounds: Iterable[Cases]) -> Spread | None:
    """A figure over the rounds that have all it needs."""
    figures = []
    for cases in of_rounds:
        try:
            figures.append(figure(cases))
        except KeyError:
            continue
    return spread(figures)


def paired(numerator: Figure, denominator: Figure) -> Figure:
    """The ratio of two figures of the same round."""
    return lambda cases: numerator(cases) / denominator(cases)


def wall(case: str) -> Figure:
    """Seconds from the start of a command to its end."""
    return lambda cases: cases[case].wall_s


def triggers_seconds(cases: Cases) -> float:
    """What the triggers' statements took: slots made, slots filled, bands computed."""
    return sum(cases["triggers"].details.values())


def part_statements_seconds(cases: Cases) -> float:
    """What the statements of the same work in SlotWatch took, nothing else running: all that its models gave to the
    database, commits and history included."""
    return cases["part"].details["statements"]


def part_alone_seconds(cases: Cases) -> float:
    """The same work in SlotWatch, from the start of its first model to the end of its last, nothing else running."""
    return cases["part"].details["span"]


def part_in_build_seconds(cases: Cases) -> float:
    """The same models in the first build, added up, while other models ran beside them."""
    return sum(cases["first"].nodes[name] for name in PART_MODELS)


def floor_and_empty_seconds(cases: Cases) -> float:
    """The floor script and dbt with nothing to do."""
    return cases["floor"].wall_s + cases["empty"].wall_s


def slowest_model(measurement: Measurement) -> tuple[str, float]:
    """The node that took longest, and its share of the build's wall time (stricter than of the sum: nodes overlap)."""
    name, seconds = max(measurement.nodes.items(), key=lambda node: node[1])
    return name, seconds / measurement.wall_s


def shares(nodes: Mapping[str, float]) -> dict[str, float]:
    """Each node's share of the time of all."""
    total = sum(nodes.values())
    return {name: seconds / total for name, seconds in nodes.items()}
