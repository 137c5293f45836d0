"""The shapes of a chart: bars in a list, or a plot with positions in percent across and pixels down.

A plot is as wide as its card. Positions across are percents (0-100), so that one drawing works at every width and texts
keep their size. charts.html.j2 turns both into HTML and SVG.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil, floor, log10
from typing import Any, NamedTuple

BLUE, ORANGE, GREEN, GREY, INK = "var(--blue)", "var(--orange)", "var(--green)", "var(--grey)", "var(--ink)"
TOP = 10  # pixels above a plot, for the highest label
PLOT_HEIGHT = 170  # pixels between the top and the bottom of a plot
LINE = 16  # pixels of a line of text
CELL = 30  # pixels of a row of a matrix
MOST_LABELS = 6  # most dates along a plot
MOST_MONTHS = 13
MOST_TICKS = 6
BAR_SHARE = 0.7  # share of its place that a bar fills; the rest is a gap
WIDEST_BAR = 6  # percent of the plot's width
RIGHT_EDGE = 92  # percent of the plot's width; a label to the right of it ends at its position instead of being centred


class Bar(NamedTuple):
    """One horizontal bar: ``share`` (0-1) of the longest."""

    name: str
    label: str
    share: float
    colour: str
    tip: str
    link: str = ""
    """Address of the list that the bar counts."""
    heading: str = ""
    """Stands above the bar, when a new part begins."""


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Horizontal bars, one below the other, each with a name before and a label behind it."""

    rows: list[Bar]
    legend: list[tuple[str, str]] = field(default_factory=list)

    @property
    def room(self) -> int:
        """Number of characters of the longest label, which stands to the right of its bar."""
        return max((len(row.label) for row in self.rows), default=0)


class Rect(NamedTuple):
    """A bar of a plot or a cell of a matrix: percents across, pixels down."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    tip: str
    opacity: float = 1
    link: str = ""


class Line(NamedTuple):
    """A line through points "x,y ...": x in tenths of a percent, y in pixels."""

    points: str
    colour: str
    is_dashed: bool


class Dot(NamedTuple):
    """A point of a line. If there are too many points, only its tooltip is shown."""

    x: float
    y: float
    colour: str
    tip: str
    is_shown: bool
    link: str = ""


class Label(NamedTuple):
    """A text below or within a plot. A text marked as dense is left out if the plot is narrow."""

    x: float
    y: float
    lines: list[str]
    is_dense: bool = False
    anchor: str = "middle"
    colour: str = "var(--muted)"


@dataclass(frozen=True, kw_only=True)
class Plot:
    """An SVG of marks over grid lines."""

    height: int
    grid: list[tuple[float, str]] = field(default_factory=list)
    """Pixels down and label of each line across."""
    side: list[tuple[float, str]] = field(default_factory=list)
    """Labels on the left without a line."""
    zero: float | None = None
    rects: list[Rect] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    marks: list[float] = field(default_factory=list)
    """Percents across of dotted lines from top to bottom."""
    legend: list[tuple[str, str]] = field(default_factory=list)


def ticks(low: float, high: float, is_whole: bool = True) -> list[float]:
    """Round numbers from low to high, at most MOST_TICKS + 1, whole numbers by default."""
    wanted = max(high - low, 1e-9) / MOST_TICKS
    power = 10.0 ** floor(log10(wanted))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= wanted * 0.999999)
    if is_whole:
        step = max(1, round(step))
    return [round(number * step, 6) for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def down(value: float, low: float, high: float) -> float:
    """Pixels from the top of the drawing down to a value."""
    return round(TOP + PLOT_HEIGHT * (high - value) / ((high - low) or 1), 2)


def across(position: int, count: int) -> float:
    """Position, in percent, of the middle of one of ``count`` equal places."""
    return round(100 * (position + 0.5) / count, 3)


def bar_width(count: int) -> float:
    """Width, in percent, of one of ``count`` bars."""
    return round(min(WIDEST_BAR, 100 * BAR_SHARE / count), 3)


def week_labels(weeks: Sequence[date]) -> list[Label]:
    """Labels for some of the weeks, evenly spaced from the first week on."""
    step = ceil(len(weeks) / MOST_LABELS)
    return _labels([(position, [f"{week.day} {week:%b %Y}"]) for position, week in enumerate(weeks)], step)


def month_labels(months: Sequence[date]) -> list[Label]:
    """Labels for the months, or for some of them if there are many, with the year below."""
    step = ceil(len(months) / MOST_MONTHS)
    return _labels([(position, f"{month:%b %Y}".split()) for position, month in enumerate(months)], step)


def _labels(named: Sequence[tuple[int, list[str]]], step: int) -> list[Label]:
    labels = []
    for number, (position, lines) in enumerate(named[::step]):
        x = across(position, len(named))
        is_at_the_edge = x > RIGHT_EDGE and len(lines) == 1
        anchor = "end" if is_at_the_edge else "middle"
        x = 100 if is_at_the_edge else x
        labels.append(Label(x, TOP + PLOT_HEIGHT + LINE + 2, lines, number % 2 == 1, anchor))
    return labels


def lying_bars(rows: Sequence[Any], colours: dict[str, str] | str = BLUE) -> Bars:
    """Horizontal bars from rows with name, number, label and, if there is a legend (kind: colour), kind.

    A row may have a link, and a group: the bars of one group are drawn to one scale, under its name.
    """
    most: dict[str, int] = {}
    for row in rows:
        group = row.get("group", "")
        most[group] = max(most.get(group, 0), row["number"])
    legend = list(colours.items()) if isinstance(colours, dict) else []
    bars, before = [], ""
    for row in rows:
        group = row.get("group", "")
        bars.append(
            Bar(
                row["name"],
                row["label"],
                round(row["number"] / most[group], 4) if most[group] else 0,
                colours[row["kind"]] if isinstance(colours, dict) else colours,
                f"{row['name']}: {row['label']}",
                row.get("link", ""),
                group if group != before else "",
            )
        )
        before = group
    return Bars(rows=bars, legend=legend)


def up_and_down(
    rows: Sequence[Any], keys: tuple[str, str], names: tuple[str, str], what: str, links: tuple[str, str]
) -> Plot | None:
    """Bars per week: the first of two numbers above the line, the second below it. None if all are 0.

    ``links`` are the addresses of the lists that the bars above and below the line count, with `{week}` in them.
    """
    if not any(row[key] for row in rows for key in keys):
        return None
    highest, lowest = (max(row[key] for row in rows) for key in keys)
    low, high = -1.08 * lowest, 1.08 * highest
    zero, width = down(0, low, high), bar_width(len(rows))
    rects = []
    for position, row in enumerate(rows):
        x = round(across(position, len(rows)) - width / 2, 3)
        for key, name, colour, sign, link in zip(keys, names, (BLUE, ORANGE), (1, -1), links, strict=True):
            if row[key]:
                end = down(sign * row[key], low, high)
                tip = f"Week of {row['week']}: {row[key]:,} {what} {name.lower()}"
                place = (x, min(zero, end), width, round(abs(end - zero), 2))
                rects.append(Rect(*place, colour, tip, link=link.format(week=row["week"])))
    return Plot(
        height=TOP + PLOT_HEIGHT + LINE + 6,
        grid=[(down(tick, low, high), f"{abs(tick):,.0f}") for tick in ticks(low, high)],
        zero=zero,
        rects=rects,
        labels=week_labels([row["week"] for row in rows]),
        legend=list(zip(names, (BLUE, ORANGE), strict=True)),
    )


def stacked_months(rows: Sequence[Any], names: dict[str, str], colours: Sequence[str], link: str) -> Plot | None:
    """Stacked bars per month; the parts are the keys of ``names``, the first at the bottom. None without months.

    ``link`` is the address of the list that a part counts, with `{month}` and `{part}` in it.
    """
    if not rows:
        return None
    high = max(1, *(sum(row[key] for key in names) for row in rows))
    width = round(100 * BAR_SHARE / len(rows), 3)
    rects = []
    for position, row in enumerate(rows):
        below = 0
        for (key, name), colour in zip(names.items(), colours, strict=False):
            if row[key]:
                y, bottom = down(below + row[key], 0, high), down(below, 0, high)
                tip = f"{row['month']:%B %Y}: {row[key]:,} companies, {name[0].lower()}{name[1:]}"
                x = round(across(position, len(rows)) - width / 2, 3)
                address = link.format(month=f"{row['month']:%Y-%m}", part=key)
                rects.append(Rect(x, y, width, round(bottom - y, 2), colour, tip, link=address))
                below += row[key]
    return Plot(
        height=TOP + PLOT_HEIGHT + 2 * LINE + 6,
        grid=[(down(tick, 0, high), f"{tick:,.0f}") for tick in ticks(0, high)],
        zero=down(0, 0, high),
        rects=rects,
        labels=month_labels([row["month"] for row in rows]),
        legend=list(zip(names.values(), colours, strict=False)),
    )


class Point(NamedTuple):
    """A point of a series over time."""

    week: date
    value: float
    tip: str
    link: str = ""


def lines_over_weeks(
    series: dict[str, list[Point]],
    weeks: Sequence[date],
    colours: dict[str, str],
    dashed: str,
    with_dots: bool,
    marked: Sequence[date] = (),
) -> Plot | None:
    """A line per series, in percent, on a scale that begins near the lowest value. None without a point.

    A dotted line runs from top to bottom at each of the ``marked`` weeks.
    """
    values = [point.value for points in series.values() for point in points]
    if not values:
        return None
    low, high = min(values), max(values)
    steps = ticks(low, high, is_whole=False)
    step = steps[1] - steps[0] if len(steps) > 1 else 1
    low, high = floor(low / step) * step, ceil(high / step) * step
    high = high if high > low else low + step
    place = {week: across(position, len(weeks)) for position, week in enumerate(weeks)}
    dots = {
        name: [Dot(place[p.week], down(p.value, low, high), colours[name], p.tip, with_dots, p.link) for p in points]
        for name, points in series.items()
    }
    return Plot(
        height=TOP + PLOT_HEIGHT + LINE + 6,
        grid=[(down(tick, low, high), f"{tick:g} %") for tick in ticks(low, high, is_whole=False)],
        lines=[
            Line(" ".join(f"{10 * dot.x:g},{dot.y:g}" for dot in row), colours[name], name == dashed)
            for name, row in dots.items()
        ],
        dots=[dot for row in dots.values() for dot in row],
        marks=[place[week] for week in marked],
        labels=week_labels(weeks),
        legend=list(colours.items()),
    )


def matrix(cells: dict[tuple[int, int], tuple[int, str, str]], numbers: Sequence[int], over: str, beside: str) -> Plot:
    """A square matrix of counts, tooltips and links by (row, column). A higher count is darker."""
    most = max(count for count, _, _ in cells.values())
    top = 2 * LINE + 8
    middle = {number: top + CELL * position + CELL / 2 for position, number in enumerate(numbers)}
    place = {number: across(position, len(numbers)) for position, number in enumerate(numbers)}
    width = round(100 / len(numbers), 3)
    rects, labels = [], [Label(50, LINE - 2, [over])]
    labels += [Label(place[number], 2 * LINE, [f"{number}"]) for number in numbers]
    for (row, column), (count, tip, link) in cells.items():
        opacity = round(0.12 + 0.33 * count / most, 3)
        x = round(place[column] - width / 2, 3)
        rects.append(Rect(x, middle[row] - CELL / 2, width, CELL, BLUE, tip, opacity, link))
        labels.append(Label(place[column], middle[row] + 4, [f"{count:,}"], colour=INK))
    return Plot(
        height=top + CELL * len(numbers) + 4,
        side=[(2 * LINE, beside), *((y, f"{number}") for number, y in middle.items())],
        rects=rects,
        labels=labels,
    )
