"""What is measured, and in which order.

A round measures every case once, one after the other, so that what is compared was measured side by side. The cases of
the chain share one database, in this order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from slotwatch.generator import MAX_COMPANIES

ENGINES = ("duckdb", "postgres")
SIZES = {"duckdb": (9_500, 95_004, 950_040), "postgres": (9_500, 95_004)}
DOCUMENTED_SIZE = 95_004
LARGEST_SIZE = 950_040

CASES = {
    "parse": "dbt reads the project anew, as after a change of its code",
    "empty": "an empty dbt project with the same nodes and edges",
    "floor": "one hand-written DuckDB script without dbt",
    "load": "raw files copied into Postgres",
    "first": "first build, all models, no tests",
    "part": "a build of only the models that do what the triggers do",
    "triggers": "row triggers and a function per company in Postgres",
    "nightly": "nightly build, 1 % of the slots changed",
    "no-change": "nightly build, no new raw row",
    "with-tests": "first build with all data tests",
}
CHAIN = ("load", "first", "part", "nightly", "no-change")
COMPARED = ("floor", "triggers")  # their results must be the first build's
NEEDS = {
    "first": ("load",),
    "part": ("first",),
    "floor": ("first",),
    "triggers": ("first",),
    "nightly": ("first",),
    "no-change": ("nightly",),
}
ONLY_ON = {"floor": "duckdb", "load": "postgres"}

# What the triggers do: slots, the events of their fills, bands; from a seat's holder and a company's signals, which the
# triggers are given, to the tables that hold the same. What users read are views of these or copies of their columns.
PART_MODELS = (
    "int_slot_status",
    "slot_status_snapshot",
    "slot_history",
    "slot_events",
    "int_bit_rule_candidates",
    "bit_rule_event_ledger",
    "int_company_bands",
)
# The part is built alone in a copy of the first build's database. Of these models, what a build adds to is taken away
# there, so that it is made as on a first build; what makes other events than a slot that is filled is emptied.
PART_STATE = (
    "slotwatch_snapshots.slot_status_snapshot",
    "slotwatch_ledgers.bit_rule_event_ledger",
)
OTHER_OCCURRENCES = (
    "slotwatch_intermediate.int_movements",
    "slotwatch_intermediate.int_articles",
    "slotwatch.bit_signals",
    "slotwatch_intermediate.int_renewal_dates",
)


class PlanError(ValueError):
    """What cannot be measured, in one sentence."""


@dataclass(frozen=True, order=True)
class Step:
    """One measurement: a case at a size (companies) on an engine, in a round from 1."""

    size: int
    engine: str
    round: int
    case: str

    def __str__(self) -> str:
        return f"{self.size:,} {self.engine} {self.case}, round {self.round}"


def steps(
    sizes: Iterable[int] = (), engines: Iterable[str] = (), cases: Iterable[str] = (), rounds: int | None = None
) -> list[Step]:
    """The steps of a run in their order; nothing chosen means all, what a chosen case needs comes along.

    ``rounds`` is the number at every size, by default that of `rounds_at`. Raises PlanError for what is no case,
    engine or size.
    """
    wanted = with_needs(cases or CASES)
    chosen = tuple(engines) or ENGINES
    if unknown := sorted({*chosen} - {*ENGINES}):
        raise PlanError(f"There is no engine '{unknown[0]}': choose from {', '.join(ENGINES)}.")
    sizes = sorted(set(sizes))
    if sizes and not 1 <= sizes[0] <= sizes[-1] <= MAX_COMPANIES:
        raise PlanError(f"A size is a number of companies from 1 to {MAX_COMPANIES:,}.")
    planned = []
    for size in sizes or sorted({size for engine in chosen for size in SIZES[engine]}):
        for number in range(1, (rounds or rounds_at(size)) + 1):
            for engine in chosen:
                if sizes or size in SIZES[engine]:
                    planned += [Step(size, engine, number, case) for case in _cases_of(size, engine, number, wanted)]
    return planned


def rounds_at(size: int) -> int:
    """The largest size is measured once: its builds are long, and what is short beside them is not compared there."""
    return 1 if size >= LARGEST_SIZE else 3


def with_needs(cases: Iterable[str]) -> list[str]:
    """The cases with all that must have been measured before them, in the order of `CASES`."""
    wanted: set[str] = set()

    def add(case: str) -> None:
        if case not in CASES:
            raise PlanError(f"There is no case '{case}': choose from {', '.join(CASES)}.")
        wanted.add(case)
        for needed in NEEDS.get(case, ()):
            add(needed)

    for case in cases:
        add(case)
    return [case for case in CASES if case in wanted]


def _cases_of(size: int, engine: str, number: int, cases: Sequence[str]) -> Iterator[str]:
    for case in cases:
        once = case == "parse" or case == "with-tests"
        at_any_size = case != "with-tests" or size == DOCUMENTED_SIZE
        if ONLY_ON.get(case, engine) == engine and (number == 1 or not once) and at_any_size:
            yield case
