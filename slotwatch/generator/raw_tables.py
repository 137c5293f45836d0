"""The raw tables of a made-up world, written as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slotwatch.generator.activity import activity_tables
from slotwatch.generator.companies import company_tables
from slotwatch.generator.filings import filing_tables
from slotwatch.generator.people import people_tables
from slotwatch.generator.world import World


class GeneratorError(Exception):
    """The raw tables cannot be written; the message is a sentence for the user."""


@dataclass(frozen=True)
class GeneratedTable:
    """A raw table that was written: its name and number of rows."""

    name: str
    rows: int


def generate(world: World, out_dir: Path) -> Iterator[GeneratedTable]:
    """Write each raw table of a world as `<table>.parquet`, and yield it.

    Raises GeneratorError when the folder holds something else, or cannot be written.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        others = sorted(file.name for file in out_dir.iterdir() if file.suffix != ".parquet")
    except OSError as error:
        raise GeneratorError(f"The folder '{out_dir}' cannot be written: {error.strerror}.") from error
    if others:
        raise GeneratorError(f"The folder '{out_dir}' holds other files ('{others[0]}'): name an empty one.")
    for tables in (company_tables, people_tables, filing_tables, activity_tables):
        for name, table in tables(world):
            table.write_parquet(out_dir / f"{name}.parquet")
            yield GeneratedTable(name, table.height)
