"""The report: docs/benchmarks.md, .json, .png and .svg from the measurements of a run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.databases import SERVER_SETTINGS
from benchmarks.plan import CASES, DOCUMENTED_SIZE, ENGINES, PART_MODELS
from benchmarks.ratios import (
    Figure,
    Spread,
    floor_and_empty_seconds,
    over_rounds,
    paired,
    part_alone_seconds,
    part_in_build_seconds,
    part_statements_seconds,
    rounds,
    shares,
    triggers_seconds,
    wall,
)
from benchmarks.results import Measurement, Results
from benchmarks.targets import ENGINE_NAMES, GIGABYTE, Target, targets

TEMPLATE = Path(__file__).with_name("benchmarks.md.j2")
SLOWEST = 12

RIVALS: dict[str, Figure] = {
    "triggers / the same work's statements": paired(triggers_seconds, part_statements_seconds),
    "triggers / the same models alone": paired(triggers_seconds, part_alone_seconds),
    "triggers / the same models with dbt's start": paired(triggers_seconds, wall("part")),
    "triggers / the same models in the build, added up": paired(triggers_seconds, part_in_build_seconds),
    "first build / floor script": paired(wall("first"), wall("floor")),
    "first build / empty project": paired(wall("first"), wall("empty")),
    "first build / floor script and empty project": paired(wall("first"), floor_and_empty_seconds),
    "nightly build / first build": paired(wall("nightly"), wall("first")),
    "no-change build / first build": paired(wall("no-change"), wall("first")),
    "with tests / first build": paired(wall("with-tests"), wall("first")),
}


def write_report(results: Results, folder: Path) -> list[Path]:
    """Write the report's files into ``folder``; which they are."""
    from benchmarks.plot import draw  # takes a second to import

    folder.mkdir(parents=True, exist_ok=True)
    measured = list(results.measurements.values())
    (folder / "benchmarks.md").write_text(page(results), encoding="utf-8")
    (folder / "benchmarks.json").write_text(json.dumps(facts(results), indent=1) + "\n", encoding="utf-8")
    draw(measured, folder / "benchmarks.svg", folder / "benchmarks.png")
    return [folder / f"benchmarks.{kind}" for kind in ("md", "json", "svg", "png")]


def facts(results: Results) -> dict[str, Any]:
    """Everything measured, for machines: `about`, `targets` and `measurements`, seconds and bytes."""
    found = targets(results.measurements.values())
    return {
        "about": results.about,
        "targets": [{**asdict(target), "verdict": target.verdict} for target in found],
        "measurements": [asdict(results.measurements[step]) for step in sorted(results.measurements)],
    }


def page(results: Results) -> str:
    """The page as Markdown."""
    measured = list(results.measurements.values())
    found = targets(measured)
    environment = Environment(loader=FileSystemLoader(TEMPLATE.parent), undefined=StrictUndefined)
    postgres = results.about.get("postgres")
    text = environment.get_template(TEMPLATE.name).render(
        dates=dates(measured),
        machine=results.about["machine"],
        code=results.about["code"],
        postgres=postgres,
        settings={name: postgres[name] for name in SERVER_SETTINGS} if postgres else {},
        targets=[target_row(target) for target in found],
        verdicts=Counter(target.verdict for target in found),
        cases=case_rows(measured),
        case_words=CASES,
        rivals=rival_rows(measured),
        part_models=PART_MODELS,
        agreement=agreement_words(measured),
        triggers=triggers_words(measured),
        slowest=slowest_tables(measured),
    )
    return text.rstrip() + "\n"


def dates(measured: Iterable[Measurement]) -> str:
    """From which day to which it was measured."""
    days = sorted({measurement.measured_at[:10] for measurement in measured})
    return " to ".join(dict.fromkeys((days[0], days[-1]))) if days else "never"


def target_row(target: Target) -> dict[str, Any]:
    """A target in words."""
    sign = "at least" if target.at_least else "at most"
    measured = with_spread(target.measured, target.unit) if target.measured else "-"
    return {
        "words": target.words,
        "limit": f"{sign} {in_unit(target.limit, target.unit, is_limit=True)}",
        "measured": measured,
        "remark": target.remark,
        "verdict": target.verdict,
    }


def in_unit(value: float, unit: str, is_limit: bool = False) -> str:
    """A figure with its unit: `9.5x`, `24 %`, `1.31 GB`."""
    number = f"{value:g}" if is_limit else figure(value)
    return f"{number}x" if unit == "times" else f"{number} %" if unit == "percent" else f"{number} GB"


def figure(value: float) -> str:
    """A number with as many digits as matter."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def with_spread(spread: Spread, unit: str) -> str:
    """A median, with least and greatest when there were several rounds."""
    text = in_unit(spread.median, unit)
    return text if spread.rounds == 1 else f"{text} ({figure(spread.least)} to {figure(spread.greatest)})"


def sizes_and_engines(measured: Iterable[Measurement]) -> list[tuple[int, str]]:
    """What was measured, smallest size first, DuckDB before Postgres."""
    found = {(measurement.step.size, measurement.step.engine) for measurement in measured}
    return sorted(found, key=lambda pair: (pair[0], ENGINES.index(pair[1])))


def case_rows(measured: Sequence[Measurement]) -> list[list[str]]:
    """The table of all cases."""
    rows = []
    for size, engine in sizes_and_engines(measured):
        of_rounds = rounds(measured, size, engine)
        for case in CASES:
            found = [cases[case] for cases in of_rounds if case in cases]
            if found:
                rows.append([f"{size:,}", ENGINE_NAMES[engine], case, str(len(found)), *_cells(found)])
    return rows


def _cells(found: Sequence[Measurement]) -> list[str]:
    walls = sorted(measurement.wall_s for measurement in found)
    wall_cell = figure(median(walls))
    if len(walls) > 1:
        wall_cell += f" ({figure(walls[0])} to {figure(walls[-1])})"
    return [
        wall_cell,
        _median_cell([measurement.cpu_s for measurement in found]),
        _median_cell([measurement.peak_bytes / GIGABYTE * 1000 for measurement in found], whole=True),
        _median_cell([measurement.server_cpu_s for measurement in found]),
        _median_cell([b and b / GIGABYTE * 1000 for b in (m.server_peak_bytes for m in found)], whole=True),
        _median_cell([measurement.rows_per_second for measurement in found], whole=True),
    ]


def _median_cell(values: Sequence[float | None], whole: bool = False) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return ""
    return f"{median(known):,.0f}" if whole else figure(median(known))


def rival_rows(measured: Sequence[Measurement]) -> list[list[str]]:
    """The table of ratios."""
    rows = []
    for size, engine in sizes_and_engines(measured):
        for words, ratio in RIVALS.items():
            if found := over_rounds(ratio, rounds(measured, size, engine)):
                rows.append([f"{size:,}", ENGINE_NAMES[engine], words, str(found.rounds), with_spread(found, "times")])
    return rows


def agreement_words(measured: Iterable[Measurement]) -> str:
    """On how many slots and bands the floor says what SlotWatch says, the least of all runs."""
    least: dict[str, float] = {}
    for measurement in measured:
        for name, share in measurement.details.items():
            if name.startswith("agreement_"):
                what = name.removeprefix("agreement_")
                least[what] = min(least.get(what, 1), share)
    if not least:
        return ""
    told = ", ".join(f"{share:.2%} of the {what}" for what, share in least.items())
    return f"Its agreement with the build, at least: {told}."


def triggers_words(measured: Iterable[Measurement]) -> str:
    """How long the triggers took, from the shortest to the longest of all rounds: what the ratios to them hang on."""
    of_triggers = [measurement for measurement in measured if measurement.step.case == "triggers"]
    seconds = [sum(m.details.values()) for m in of_triggers if m.step.size == DOCUMENTED_SIZE]
    if not seconds:
        return ""
    return f"At {DOCUMENTED_SIZE:,} companies they took {figure(min(seconds))} to {figure(max(seconds))} s."


def slowest_tables(measured: Sequence[Measurement]) -> list[dict[str, Any]]:
    """Of each size and engine, the nodes that take longest in the first build."""
    tables = []
    for size, engine in sizes_and_engines(measured):
        firsts = [cases["first"].nodes for cases in rounds(measured, size, engine) if "first" in cases]
        if firsts:
            seconds = {name: median([nodes[name] for nodes in firsts if name in nodes]) for name in firsts[0]}
            share = shares(seconds)
            longest = sorted(seconds, key=lambda name: -seconds[name])[:SLOWEST]
            rows = [[f"`{name}`", figure(seconds[name]), f"{100 * share[name]:.1f} %"] for name in longest]
            tables.append({"title": f"{size:,} companies, {ENGINE_NAMES[engine]}", "rows": rows})
    return tables
