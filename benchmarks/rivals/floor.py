"""The floor: `floor.sql` run on a folder of raw files, start of the process included.

`python -m benchmarks.rivals.floor RAW SEEDS AS_OF OUT` writes its tables to the DuckDB file OUT.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_suffix(".sql")


def run_floor(raw: Path, seeds: Path, as_of: datetime, out: Path) -> None:
    """Compute everything that the script computes into a new file ``out``; ``as_of`` is naive UTC."""
    out.unlink(missing_ok=True)
    with duckdb.connect(str(out)) as connection:
        connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
        for name, value in (("raw", str(raw)), ("seeds", str(seeds)), ("as_of", as_of)):
            connection.execute(f"set variable {name} = $1", [value])
        connection.execute(SCRIPT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    raw, seeds, as_of, out = sys.argv[1:]
    run_floor(Path(raw), Path(seeds), datetime.fromisoformat(as_of), Path(out))
