"""The picture of a run: how builds grow with the number of companies, and SlotWatch beside its rivals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from benchmarks.plan import DOCUMENTED_SIZE
from benchmarks.ratios import Figure, over_rounds, part_statements_seconds, rounds, triggers_seconds, wall
from benchmarks.results import Measurement

# Okabe and Ito's colours, which the colour-blind tell apart; lines differ in their marks as well.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#777777"

LINES = (
    ("first", "duckdb", "first build, DuckDB", BLUE, "o", "-"),
    ("nightly", "duckdb", "nightly build, DuckDB", GREEN, "s", "-"),
    ("no-change", "duckdb", "no-change build, DuckDB", PURPLE, "^", "-"),
    ("first", "postgres", "first build, Postgres", VERMILION, "D", "-"),
    ("no-change", "postgres", "no-change build, Postgres", ORANGE, "v", "-"),
    ("empty", "duckdb", "empty dbt project", GREY, "x", "--"),
    ("floor", "duckdb", "floor script", "black", "+", "--"),
)
# Label, engine (the triggers run in every round, in Postgres), figure, colour.
Bars = tuple[tuple[str, tuple[str, ...], Figure, str], ...]
PART_BARS: Bars = (
    ("triggers in Postgres", ("postgres", "duckdb"), triggers_seconds, GREY),
    ("the same models, Postgres", ("postgres",), part_statements_seconds, VERMILION),
    ("the same models, DuckDB", ("duckdb",), part_statements_seconds, BLUE),
)
BUILD_BARS: Bars = (
    ("floor script", ("duckdb",), wall("floor"), GREY),
    ("empty dbt project", ("duckdb",), wall("empty"), GREY),
    ("first build, DuckDB", ("duckdb",), wall("first"), BLUE),
    ("no-change build, DuckDB", ("duckdb",), wall("no-change"), BLUE),
    ("first build, Postgres", ("postgres",), wall("first"), VERMILION),
    ("no-change build, Postgres", ("postgres",), wall("no-change"), VERMILION),
)


def draw(measured: Sequence[Measurement], *files: Path) -> None:
    """Draw the picture into each of the files, whose endings say how."""
    with plt.rc_context({"font.size": 11, "svg.hashsalt": "slotwatch", "svg.fonttype": "none"}):
        figure, axes = plt.subplot_mosaic(
            [["growth", "part"], ["growth", "build"]], figsize=(13, 6), height_ratios=(3, 6), layout="constrained"
        )
        _draw_growth(axes["growth"], measured)
        size = _compared_size(measured)
        _draw_bars(axes["part"], measured, PART_BARS, f"Slots, fill events and bands, {size:,} companies")
        _draw_bars(axes["build"], measured, BUILD_BARS, f"The whole build, {size:,} companies")
        for file in files:
            metadata = {"Date": None} if file.suffix == ".svg" else {}
            figure.savefig(file, dpi=130, metadata=metadata)
            if file.suffix == ".svg":  # its paths come with blanks at the ends of lines
                lines = file.read_text(encoding="utf-8").splitlines()
                file.write_text("\n".join(map(str.rstrip, lines)) + "\n", encoding="utf-8")
        plt.close(figure)


def _draw_growth(axes: Axes, measured: Sequence[Measurement]) -> None:
    sizes = sorted({measurement.step.size for measurement in measured})
    for case, engine, label, colour, mark, style in LINES:
        points = [(size, over_rounds(wall(case), rounds(measured, size, engine))) for size in sizes]
        known = [(size, spread.median) for size, spread in points if spread]
        if known:
            axes.plot(*zip(*known, strict=True), color=colour, marker=mark, linestyle=style, label=label, linewidth=1.8)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds:g}"))
    axes.set_xlabel("companies")
    axes.set_ylabel("wall time, seconds")
    axes.set_title("Builds by number of companies", loc="left")
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend(frameon=False, fontsize=9.5)


def _compared_size(measured: Sequence[Measurement]) -> int:
    """The documented size, or the largest where that was not measured."""
    sizes = {measurement.step.size for measurement in measured}
    return DOCUMENTED_SIZE if DOCUMENTED_SIZE in sizes else max(sizes, default=0)


def _draw_bars(axes: Axes, measured: Sequence[Measurement], wanted: Bars, title: str) -> None:
    size = _compared_size(measured)
    bars = []
    for label, engines, figure, colour in wanted:
        spreads = [over_rounds(figure, rounds(measured, size, engine)) for engine in engines]
        if found := next((spread for spread in spreads if spread), None):
            bars.append((label, found.median, colour))
    if bars:
        labels, seconds, colours = zip(*bars, strict=True)
        drawn = axes.barh(range(len(bars)), seconds, color=colours)
        axes.bar_label(drawn, [f"{value:,.1f}" for value in seconds], padding=4)
        axes.set_yticks(range(len(bars)), labels)
        axes.invert_yaxis()
        axes.set_xlim(0, max(seconds) * 1.15)
    axes.set_xlabel("seconds")
    axes.set_title(title, loc="left")
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
