"""The guard of the speed: a build against an empty project, and each model against the build, by a recorded budget.

Only ratios are compared, so that a slower machine changes nothing, and only clear regressions fail.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

from benchmarks.plan import Step
from benchmarks.ratios import shares
from benchmarks.results import Measurement, Results
from benchmarks.runner import Run

FILE = Path(__file__).with_name("budget.json")
COMPANIES = 9_500
LEAST_SHARE = 0.01  # recorded from here on; models below may grow by the allowed points like any other
HOW_TO_RECORD = "If the change is meant, record it: python -m benchmarks budget --record."


@dataclass(frozen=True)
class Budget:
    """A build's time as a multiple of the empty project's, and each node's share (0-1) of the time of all nodes."""

    companies: int
    cpu_ratio: float
    wall_ratio: float
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Allowance:
    """How far a build may leave its budget: factors, and points of a share (0-1)."""

    ratio_factor: float = 1.6
    share_factor: float = 2.0
    share_points: float = 0.05


def read_budget(file: Path = FILE) -> Budget:
    """The recorded budget."""
    return Budget(**json.loads(file.read_text(encoding="utf-8")))


def record(found: Budget, file: Path = FILE) -> None:
    """Make what was found the budget."""
    kept = {name: round(share, 4) for name, share in sorted(found.shares.items()) if share >= LEAST_SHARE}
    rounded = Budget(found.companies, round(found.cpu_ratio, 2), round(found.wall_ratio, 2), kept)
    file.write_text(json.dumps(asdict(rounded), indent=2) + "\n", encoding="utf-8")


def over_budget(budget: Budget, found: Budget, allowance: Allowance = Allowance()) -> dict[str, str]:
    """What is clearly slower than the budget: a sentence by the name of a model, or `build`."""
    sentences = {}
    for what, recorded, now in (
        ("CPU time", budget.cpu_ratio, found.cpu_ratio),
        ("wall time", budget.wall_ratio, found.wall_ratio),
    ):
        if now > recorded * allowance.ratio_factor:
            sentences[f"build, {what}"] = (
                f"The build takes {now:.2f} times the {what} of an empty project, and {recorded:.2f} are recorded"
                f" ({allowance.ratio_factor:g} times that is allowed)."
            )
    for name, now in found.shares.items():
        recorded = budget.shares.get(name, 0.0)
        limit = max(recorded + allowance.share_points, recorded * allowance.share_factor)
        if now > limit:
            sentences[name] = (
                f"{name} takes {100 * now:.1f} % of the time of all nodes, and {100 * recorded:.1f} % are recorded"
                f" ({100 * limit:.1f} % is allowed)."
            )
    return sentences


def measure_budget(companies: int = COMPANIES, tell: Callable[[str], None] = lambda line: None) -> Budget:
    """A build on DuckDB without tests, between two builds of the empty project; ``tell`` hears of each."""
    with tempfile.TemporaryDirectory(prefix="slotwatch-budget-") as folder:
        work = Path(folder)
        results = Results(work / "measurements.jsonl", {}, {})
        before, build, after = (
            Step(companies, "duckdb", 1, "empty"),
            Step(companies, "duckdb", 1, "first"),
            Step(companies, "duckdb", 2, "empty"),
        )
        with Run(results, work, tell) as run:
            run.measure([before, build, after])
        return budget_of(results.measurements[build], results.measurements[before], results.measurements[after])


def budget_of(build: Measurement, *empties: Measurement) -> Budget:
    """What a build takes beside builds of the empty project."""
    return Budget(
        companies=build.step.size,
        cpu_ratio=build.cpu_s / mean(empty.cpu_s for empty in empties),
        wall_ratio=build.wall_s / mean(empty.wall_s for empty in empties),
        shares=shares(build.nodes),
    )


def check(budget: Budget, tell: Callable[[str], None] = lambda line: None) -> list[str]:
    """What is over the budget twice in a row: once may be the noise of a machine."""
    first = over_budget(budget, measure_budget(budget.companies, tell))
    if not first:
        return []
    again = over_budget(budget, measure_budget(budget.companies, tell))
    return [sentence for what, sentence in again.items() if what in first]
