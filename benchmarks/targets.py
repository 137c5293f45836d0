"""What is to be reached, and whether it was: ratios of one run, and peaks of memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.plan import DOCUMENTED_SIZE, LARGEST_SIZE
from benchmarks.ratios import (
    Cases,
    Figure,
    Spread,
    floor_and_empty_seconds,
    over_rounds,
    paired,
    part_statements_seconds,
    rounds,
    slowest_model,
    spread,
    triggers_seconds,
    wall,
)
from benchmarks.results import Measurement

BUILDS = ("first", "nightly", "no-change")
GIGABYTE = 1e9
ENGINE_NAMES = {"duckdb": "DuckDB", "postgres": "Postgres"}


@dataclass(frozen=True)
class Target:
    """One line of what is to be reached; `measured` is None where it was not measured."""

    words: str
    limit: float
    at_least: bool
    unit: str  # times, percent or GB
    measured: Spread | None
    remark: str = ""

    @property
    def verdict(self) -> str:
        if self.measured is None:
            return "not measured"
        value = self.measured.median
        return "met" if (value >= self.limit if self.at_least else value <= self.limit) else "not met"


def targets(measurements: Iterable[Measurement]) -> list[Target]:
    """Every line of what is to be reached."""
    kept = list(measurements)

    def at(size: int, engine: str) -> list[dict[str, Measurement]]:
        return rounds(kept, size, engine)

    found = []
    for engine, times in (("duckdb", 10), ("postgres", 3)):
        words = f"Slots, fill events and bands on {ENGINE_NAMES[engine]}, times faster than the triggers"
        ratio = over_rounds(paired(triggers_seconds, part_statements_seconds), at(DOCUMENTED_SIZE, engine))
        found.append(Target(words, times, True, "times", ratio))
    found.append(
        Target(
            "First build, times the floor script and the empty project together",
            3,
            False,
            "times",
            over_rounds(paired(wall("first"), floor_and_empty_seconds), at(DOCUMENTED_SIZE, "duckdb")),
        )
    )
    for engine, name in ENGINE_NAMES.items():
        share = over_rounds(_percent(paired(wall("no-change"), wall("first"))), at(DOCUMENTED_SIZE, engine))
        found.append(Target(f"Nightly build without change on {name}, of the first build", 25, False, "percent", share))
    found.append(
        Target(
            f"First build of {LARGEST_SIZE:,} companies, times that of {DOCUMENTED_SIZE:,}",
            11,
            False,
            "times",
            _growth(at(LARGEST_SIZE, "duckdb"), at(DOCUMENTED_SIZE, "duckdb")),
        )
    )
    for size, engine, limit in (
        (LARGEST_SIZE, "duckdb", 8),
        (DOCUMENTED_SIZE, "duckdb", 2),
        (DOCUMENTED_SIZE, "postgres", 2),
    ):
        words = f"Peak memory of the dbt process, {size:,} companies, {ENGINE_NAMES[engine]}"
        found.append(Target(words, limit, False, "GB", over_rounds(_peak_gigabytes, at(size, engine))))
    for size, engine in ((DOCUMENTED_SIZE, "duckdb"), (DOCUMENTED_SIZE, "postgres"), (LARGEST_SIZE, "duckdb")):
        words = f"Slowest model, of the first build's wall time, {size:,} companies, {ENGINE_NAMES[engine]}"
        found.append(
            Target(
                words,
                20,
                False,
                "percent",
                over_rounds(_percent(lambda cases: slowest_model(cases["first"])[1]), at(size, engine)),
                _names_of_slowest(at(size, engine)),
            )
        )
    return found


def _percent(figure: Figure) -> Figure:
    return lambda cases: 100 * figure(cases)


def _peak_gigabytes(cases: Cases) -> float:
    """The highest peak of the three builds."""
    return max(cases[case].peak_bytes for case in BUILDS) / GIGABYTE


def _growth(large: Sequence[Cases], small: Sequence[Cases]) -> Spread | None:
    """How many times the larger size's first build takes, each of its rounds against the median of the smaller's."""
    base = over_rounds(wall("first"), small)
    return spread([cases["first"].wall_s / base.median for cases in large if "first" in cases]) if base else None


def _names_of_slowest(of_rounds: Sequence[Cases]) -> str:
    return ", ".join(sorted({slowest_model(cases["first"])[0] for cases in of_rounds if "first" in cases}))
