"""Prints results as pages of headings, lines and tables, or as JSON. Pages are styled on a terminal and plain text in a
pipe.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import click
from rich import table as rich_table
from rich.console import Console
from rich.text import Text

PIPE_WIDTH = 100_000  # characters per line in a pipe: so many that nothing is wrapped


class Line(NamedTuple):
    """A line of text. ``style`` is bold, dim, green, yellow or none; ``is_aligned`` means that blanks align it in
    columns."""

    text: str
    style: str = ""
    is_aligned: bool = False


class Table(NamedTuple):
    """A table without lines; the columns named in ``numbers`` are right-aligned. Without rows it prints nothing."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numbers: Sequence[str] = ()


class Section(NamedTuple):
    """A heading and the blocks under it."""

    title: str
    blocks: Sequence[Line | Table]


@contextmanager
def page() -> Iterator[Console]:
    """A console for one page. It prints all text literally, so that text from a source is never read as markup."""
    console = Console(markup=False, emoji=False, highlight=False)
    if console.is_terminal:
        yield console
        return
    console = Console(markup=False, emoji=False, highlight=False, width=PIPE_WIDTH, color_system=None)
    with console.capture() as printed:
        yield console
    click.echo("\n".join(line.rstrip() for line in printed.get().splitlines()))


def show(found: Any, print_it: Callable[[Console, Any], None], as_json: bool) -> None:
    """Print the result of a command: as the page that ``print_it`` prints, or as JSON."""
    if as_json:
        click.echo(_json_text(found))
        return
    with page() as console:
        print_it(console, found)


def print_section(console: Console, section: Section) -> None:
    """A heading, its lines and its tables."""
    heading(console, section.title)
    for block in section.blocks:
        if isinstance(block, Line):
            line(console, block.text, block.style)
        else:
            table(console, *block)


def heading(console: Console, text: str) -> None:
    """A heading after a blank line."""
    console.print()
    console.print(Text(shown(text), style="bold cyan"))


def line(console: Console, text: str, style: str = "", indent: int = 2) -> None:
    """A line of text under a heading."""
    console.print(Text(" " * indent + shown(text), style=style), soft_wrap=not console.is_terminal)


def table(
    console: Console, headings: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[str] = ()
) -> None:
    """A table, see `Table`."""
    if not rows:
        return
    grid = rich_table.Table(
        box=None, padding=(0, 0, 0, 2), pad_edge=True, show_header=any(headings), header_style="dim"
    )
    for position, name in enumerate(headings):
        is_short = not any(isinstance(row[position], str) for row in rows)  # times and numbers are never broken
        justify = "right" if name in numbers else "left"
        grid.add_column(name, justify=justify, overflow="fold", no_wrap=is_short)
    for row in rows:
        grid.add_row(*(Text(shown(cell)) for cell in row))
    console.print(grid)


def shown(value: Any) -> str:
    """A value as text: times to the minute, null as empty text, control characters removed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if not value.second else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal | float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    text = str(value)
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def _json_text(value: Any) -> str:
    """JSON in ASCII: times as ISO 8601 in UTC without offset, numbers as numbers."""
    return json.dumps(value, indent=2, default=_plain, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
