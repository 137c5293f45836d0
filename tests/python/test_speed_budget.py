"""The speed of a build against its budget: ratios to dbt itself, and each model's share of the time."""

from dataclasses import replace

import pytest

from benchmarks.budget import (
    COMPANIES,
    FILE,
    HOW_TO_RECORD,
    LEAST_SHARE,
    Allowance,
    Budget,
    budget_of,
    check,
    over_budget,
    read_budget,
    record,
)
from benchmarks.plan import Step
from benchmarks.results import Measurement

RECORDED = Budget(companies=9_500, cpu_ratio=2.0, wall_ratio=2.5, shares={"slots": 0.30, "people": 0.10, "bands": 0.02})


def test_a_build_is_within_its_budget():
    """The only test that measures; a clear regression is one that shows twice."""
    problems = check(read_budget())
    assert problems == [], "\n".join([*problems, HOW_TO_RECORD])


def test_what_was_recorded_is_within_the_budget():
    assert over_budget(RECORDED, RECORDED) == {}


def test_noise_is_within_the_budget():
    noisy = Budget(9_500, 3.1, 3.9, {"slots": 0.55, "people": 0.14, "bands": 0.06, "new_model": 0.04})
    assert over_budget(RECORDED, noisy) == {}


@pytest.mark.parametrize(
    ("found", "named", "told"),
    [
        (replace(RECORDED, cpu_ratio=3.21), "build, CPU time", "takes 3.21 times the CPU time of an empty project"),
        (replace(RECORDED, wall_ratio=4.01), "build, wall time", "takes 4.01 times the wall time of an empty project"),
        (replace(RECORDED, shares={"slots": 0.61}), "slots", "slots takes 61.0 % of the time of all nodes, and 30.0 %"),
        (replace(RECORDED, shares={"bands": 0.071}), "bands", "bands takes 7.1 % of the time of all nodes, and 2.0 %"),
        (replace(RECORDED, shares={"cross_join": 0.06}), "cross_join", "and 0.0 % are recorded (5.0 % is allowed)"),
    ],
)
def test_a_clear_regression_is_told_by_name(found: Budget, named: str, told: str):
    problems = over_budget(RECORDED, found)

    assert list(problems) == [named]
    assert told in problems[named]


def test_a_planted_slow_model_is_found():
    """A build in which one model came to take as long as all others together."""
    nodes = {f"model_{number}": 1.0 for number in range(50)}
    empty = measurement("empty", wall=10.0, cpu=8.0)
    recorded = budget_of(measurement("first", wall=30.0, cpu=24.0, nodes=nodes), empty, empty)
    slow = measurement("first", wall=60.0, cpu=48.0, nodes={**nodes, "model_7": 50.0})

    problems = over_budget(recorded, budget_of(slow, empty, empty))

    assert list(problems) == ["build, CPU time", "build, wall time", "model_7"]


def test_the_builds_of_the_empty_project_before_and_after_count_alike():
    found = budget_of(
        measurement("first", wall=30.0, cpu=24.0, nodes={"slots": 1.0, "people": 3.0}),
        measurement("empty", wall=8.0, cpu=6.0),
        measurement("empty", wall=12.0, cpu=10.0),
    )

    assert (found.cpu_ratio, found.wall_ratio) == (3.0, 3.0)
    assert found.shares == {"slots": 0.25, "people": 0.75}


def test_noise_that_shows_once_does_not_fail(monkeypatch: pytest.MonkeyPatch):
    noise = replace(RECORDED, shares={"slots": 0.9})
    other_noise = replace(RECORDED, cpu_ratio=9.0)
    runs = iter([noise, other_noise, noise, noise])
    monkeypatch.setattr("benchmarks.budget.measure_budget", lambda companies, tell: next(runs))

    assert check(RECORDED) == []
    assert len(check(RECORDED)) == 1


def test_the_budget_is_read_as_it_was_recorded(tmp_path):
    record(replace(RECORDED, shares={**RECORDED.shares, "tiny": LEAST_SHARE / 2}), tmp_path / "budget.json")

    assert read_budget(tmp_path / "budget.json") == RECORDED


def test_the_recorded_budget_is_of_the_size_that_is_built_and_leaves_room_for_less_than_double():
    assert FILE.exists()
    assert read_budget().companies == COMPANIES
    assert 1 < Allowance().ratio_factor < 2


def measurement(case: str, wall: float, cpu: float, nodes: dict[str, float] | None = None) -> Measurement:
    return Measurement(Step(9_500, "duckdb", 1, case), "2026-01-01T00:00:00+00:00", wall, cpu, 1, nodes=nodes or {})
