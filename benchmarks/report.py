"""The page docs/benchmarks.md, its picture docs/growth.svg and docs/benchmarks.csv, from the results of a run."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterable
from importlib.metadata import version
from itertools import pairwise
from math import log10
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.databases import SERVER_SETTINGS
from benchmarks.runner import REAL_SIZE, SAME_WORK, WHOLE_MARKET, Result, read_results, settings_of

ENGINE_NAMES = {"duckdb": "DuckDB", "postgres": "Postgres"}
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")
COMMANDS = ("explain", "today", "diff", "dashboard")
BUILDS = {"first": "first build", "nightly": "night"}

# The picture: pixels, and the corners of its scales, which are logarithmic.
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 420, 70, 24, 24, 56
COMPANIES, SECONDS = (7_000, 4_000_000), (10, 6_000)
TIMES = {"10 s": 10, "30 s": 30, "1 min": 60, "3 min": 180, "10 min": 600, "30 min": 1_800, "1 h": 3_600}


def write_report(results: Path, folder: Path) -> list[Path]:
    """Write the page, its picture and a copy of the results into ``folder``; the files. Raises OSError without
    results.
    """
    rows = read_results(results)
    folder.mkdir(parents=True, exist_ok=True)
    page, picture, copy = folder / "benchmarks.md", folder / "growth.svg", folder / "benchmarks.csv"
    page.write_text(text(rows), encoding="utf-8")
    picture.write_text(growth_picture(rows), encoding="utf-8")
    if results.resolve() != copy.resolve():
        shutil.copy(results, copy)
    return [page, picture, copy]


def text(rows: Iterable[Result]) -> str:
    """The page."""
    kept = list(rows)
    environment = _environment()
    environment.filters |= {"s": seconds, "mb": lambda value: "" if value is None else f"{value:,.0f}", "gb": gigabytes}
    sizes = sorted({row.companies for row in kept})
    places = [(size, engine) for engine in ENGINE_NAMES for size in sizes if _of(kept, size, engine, "first")]

    def value(size: int, engine: str, case: str, figure: str = "seconds") -> float | None:
        return middle(_of(kept, size, engine, case), lambda row: getattr(row, figure))

    def spread(size: int, engine: str, case: str) -> str:
        found = [row.seconds for row in _of(kept, size, engine, case)]
        middle_one = seconds(median(found)) if found else ""
        return f"{middle_one} ({seconds(min(found))} to {seconds(max(found))})" if len(found) > 1 else middle_one

    page = environment.get_template("benchmarks.md.j2").render(
        machine=machine(),
        places=places,
        names=ENGINE_NAMES,
        value=value,
        spread=spread,
        rounds=lambda size, engine: len(_of(kept, size, engine, "first")),
        growth=_growth(sizes, value),
        advised=_advised(sizes),
        whole_market=WHOLE_MARKET,
        commands=COMMANDS,
        sizes=sizes,
        shares=[(size, engine) for size, engine in places if _of(kept, size, engine, "night-10")],
        compared=[(size, engine) for size, engine in places if _of(kept, size, engine, "triggers")],
        real_size=REAL_SIZE,
        same_work=SAME_WORK,
        settings=SERVER_SETTINGS,
    )
    return page.rstrip("\n") + "\n"


def _of(rows: Iterable[Result], size: int, engine: str, case: str) -> list[Result]:
    return [row for row in rows if (row.companies, row.engine, row.case) == (size, engine, case)]


def middle(rows: Iterable[Result], figure: Callable[[Result], float | None]) -> float | None:
    """The median of a figure over all rounds, None if it was not measured."""
    found = [value for row in rows if (value := figure(row)) is not None]
    return median(found) if found else None


def _growth(sizes: list[int], value: Callable[..., float | None]) -> list[tuple[str, int, int, float, float]]:
    """How many times longer a first build and a night take than at the next smaller size: engine, sizes, times."""
    found = []
    for engine in ENGINE_NAMES:
        for small, large in pairwise(size for size in sizes if value(size, engine, "first")):
            first, night = (value(large, engine, case) / value(small, engine, case) for case in BUILDS)
            found.append((engine, small, large, first, night))
    return found


def _advised(sizes: list[int]) -> list[str]:
    """The settings with which sizes are measured, for those that have any."""
    found = []
    for size in sizes:
        if settings := [f"`{name}={value}`" for name, value in settings_of(size).items()]:
            found.append(f"{' and '.join(settings)} for {size:,} companies")
    return found


def growth_picture(rows: Iterable[Result]) -> str:
    """An SVG picture of build times by companies, both on logarithmic scales. A dashed line per engine shows the first
    build if it grew linearly from the real size."""
    kept = list(rows)
    sizes = sorted({row.companies for row in kept})

    def place(companies: float, seconds: float) -> tuple[float, float]:
        across = log10(companies / COMPANIES[0]) / log10(COMPANIES[1] / COMPANIES[0])
        up = log10(seconds / SECONDS[0]) / log10(SECONDS[1] / SECONDS[0])
        width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return round(LEFT + across * width, 1), round(HEIGHT - BOTTOM - up * height, 1)

    lines, linear = [], []
    for engine, name in ENGINE_NAMES.items():
        for case, label in BUILDS.items():
            found = [(size, middle(_of(kept, size, engine, case), lambda row: row.seconds)) for size in sizes]
            points = [(size, value, *place(size, value)) for size, value in found if value]
            if points:
                lines.append({"engine": engine, "case": case, "label": f"{name}, {label}", "points": points})
        first = middle(_of(kept, REAL_SIZE, engine, "first"), lambda row: row.seconds)
        if first:
            linear.append([place(size, first * size / REAL_SIZE) for size in (REAL_SIZE, COMPANIES[1])])
    page = _environment().get_template("growth.svg.j2")
    return page.render(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        top=TOP,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        lines=lines,
        linear=linear,
        real_size=REAL_SIZE,
        sizes=[(size, place(size, SECONDS[0])[0]) for size in (10_000, 100_000, 1_000_000, 3_000_000)],
        times=[(label, place(COMPANIES[0], value)[1]) for label, value in TIMES.items()],
    )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def gigabytes(megabytes: float | None) -> str:
    """MB as GB with one decimal; empty if they were not measured."""
    return "" if megabytes is None else f"{megabytes / 1000:,.1f}"


def seconds(value: float | None) -> str:
    """Seconds to three digits; empty if they were not measured."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine() -> dict[str, Any]:
    """This machine and the versions on it."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    processors = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": processors[0] if processors else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 1024**3),
        "versions": ", ".join(
            [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]
        ),
    }
