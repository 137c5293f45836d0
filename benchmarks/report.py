"""The page docs/benchmarks.md and docs/benchmarks.csv, from the results of a run."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterable
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.databases import SERVER_SETTINGS
from benchmarks.runner import REAL_SIZE, SAME_WORK, Result, read_results

ENGINE_NAMES = {"duckdb": "DuckDB", "postgres": "Postgres"}
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")


def write_report(results: Path, folder: Path) -> list[Path]:
    """Write the page and a copy of the results into ``folder``; both files. Raises OSError without results."""
    rows = read_results(results)
    folder.mkdir(parents=True, exist_ok=True)
    page, copy = folder / "benchmarks.md", folder / "benchmarks.csv"
    page.write_text(text(rows), encoding="utf-8")
    if results.resolve() != copy.resolve():
        shutil.copy(results, copy)
    return [page, copy]


def text(rows: Iterable[Result]) -> str:
    """The page."""
    kept = list(rows)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"s": seconds, "mb": lambda value: "" if value is None else f"{value:,.0f}"}
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


def _growth(sizes: list[int], value: Callable[..., float | None]) -> list[tuple[str, int, int, float]]:
    """How many times longer a first build takes than that of the next smaller size: engine, sizes, times."""
    found = []
    for engine in ENGINE_NAMES:
        for small, large in pairwise(sizes):
            before, after = value(small, engine, "first"), value(large, engine, "first")
            if before and after:
                found.append((engine, small, large, after / before))
    return found


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
