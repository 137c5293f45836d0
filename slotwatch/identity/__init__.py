"""Who is who: which raw rows tell of the same company, which of the same person.

The rules are section 1 (Identity) of the business rules. `names` says when two names are
compatible, `companies` and `people` group rows. All are pure functions from Arrow to Arrow that
need no database. This module holds what the groupings share.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def read_table(table: pa.Table, name: str, key: str, columns: Sequence[str]) -> pl.DataFrame:
    """The named columns of an Arrow table as polars, with a checked row key.

    Args:
        table: any Arrow table; columns beside the named ones are left out.
        name: what the table is called in error messages.
        key: the column that must be present, filled and unique.
        columns: the columns to read, the key among them.

    Raises:
        ValueError: a column is missing, or the key is null or repeated.
    """
    missing = sorted(set(columns) - set(table.column_names))
    if missing:
        raise ValueError(f"{name}: missing columns {', '.join(missing)}")
    frame = pl.DataFrame(pl.from_arrow(table.select(list(columns))))
    frame = frame.with_columns(pl.col(key).cast(pl.String))
    if frame[key].null_count():
        raise ValueError(f"{name}: {key} is null in {frame[key].null_count()} rows")
    if frame[key].n_unique() < frame.height:
        repeated = frame.filter(pl.col(key).is_duplicated())[key].min()
        raise ValueError(f"{name}: {key} is not unique, for one {repeated!r}")
    return frame


def text(column: str) -> pl.Expr:
    """A text column trimmed, blanks as null, whatever type it came in (null, dictionary)."""
    trimmed = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.when(trimmed != "").then(trimmed).alias(column)


def shared_values(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """One line per row and key column that has a value, in row order within a value.

    Args:
        frame: rows with a column `row` (0, 1, 2, ... in order of age) and the text columns.
        columns: the key columns.

    Returns:
        Columns `row`, `kind` (position in `columns`), `first_row` (the oldest row with this value).
        (`kind`, `first_row`) stands for the value: a row has only one value of a kind.
    """
    parts = [
        frame.select(
            "row",
            pl.lit(kind, pl.Int64).alias("kind"),
            pl.col("row").min().over(column).alias("first_row"),
        ).filter(frame[column].is_not_null())
        for kind, column in enumerate(columns)
    ]
    return pl.concat(parts)


def oldest_connected(size: int, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each of the nodes 0 .. size - 1, the smallest node that it is connected to.

    Args:
        size: number of nodes.
        left, right: the two ends of each edge, of the same length.
    """
    edges = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
    _, component = connected_components(edges, directed=False)
    _, smallest = np.unique(component, return_index=True)
    return smallest[component].astype(np.int64)
