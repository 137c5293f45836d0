"""Decides which raw rows are about the same company or person, and gives companies and people their ids.

The rules are section 1 (Identity) of the business rules. `names` says when two names are compatible, `companies` and
`people` group rows, `registry` gives numbers and ids, `identify` combines them, `look_alikes` finds pairs for a
reviewer. All are pure functions from Arrow to Arrow that need no database. This module has the functions that they
share.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Values(NamedTuple):
    """The key values of rows, one line per row and kind of key that has a value.

    `first_row` is the oldest row with the same value: (`kind`, `first_row`) stands for the value, since a row has only
    one value of a kind. The three arrays have the same length.
    """

    row: Ints
    kind: Ints
    first_row: Ints


def read_table(table: pa.Table, name: str, key: str, columns: Sequence[str], as_text: Sequence[str]) -> pa.Table:
    """The named columns of an Arrow table; the row key is checked.

    Args:
        table: any Arrow table; columns that are not named are left out. name: what the table is called in error
        messages. key: the column that must be present, filled and unique; it comes as text. columns: the columns to
        read, the key among them. as_text: those of them that are trimmed, blanks as null, whatever type they come in
        (null, dictionary).

    Raises:
        ValueError: a column is missing, or the key is null or repeated.
    """
    missing = sorted(set(columns) - set(table.column_names))
    if missing:
        raise ValueError(f"{name}: missing columns {', '.join(missing)}")
    found = {column: table[column] for column in columns}
    found[key] = plain_text(table[key])
    keys = found[key]
    if keys.null_count:
        raise ValueError(f"{name}: {key} is null in {keys.null_count} rows")
    if len(keys.unique()) < len(keys):  # far quicker than count_distinct
        counts = pc.value_counts(keys)
        repeated = pc.min(counts.field("values").filter(pc.greater(counts.field("counts"), 1)))
        raise ValueError(f"{name}: {key} is not unique, for one {repeated.as_py()!r}")
    for column in as_text:
        trimmed = pc.utf8_trim_whitespace(plain_text(table[column]))
        found[column] = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    return pa.table(found)


def plain_text(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Values of any type that can be text, as one array of text."""
    values = values.cast(pa.string())
    return values if isinstance(values, pa.Array) else pa.concat_arrays(values.chunks or [pa.nulls(0, pa.string())])


def in_order(table: pa.Table, *columns: str) -> pa.Table:
    """The rows in ascending order of these columns, texts by their bytes, nulls last."""
    return table.take(pc.sort_indices(table, [(column, "ascending") for column in columns]))


def codes(values: pa.Array | pa.ChunkedArray) -> Ints:
    """A number for each distinct text, 0, 1, 2, ... in order of first appearance, and -1 for null."""
    return plain_text(values).dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def number_codes(numbers: npt.NDArray[np.int64 | np.uint64]) -> Ints:
    """A number for each distinct number, 0, 1, 2, ... in order of first appearance."""
    return pa.array(numbers).dictionary_encode().indices.to_numpy().astype(np.int64)


def pair_codes(one: Ints, other: Ints) -> Ints:
    """A number, 0, 1, 2, ..., for each distinct pair of numbers; the numbers of a pair are -1 or more."""
    return number_codes((one + 1) * (int(other.max(initial=0)) + 2) + other + 1)


def position_in(texts: pa.Array | pa.ChunkedArray, keys: pa.Array) -> pa.Array:
    """The position of each text among the keys, null if it is not one of them."""
    if texts.null_count == len(texts):  # looking up nothing would cost as much as looking up all
        return pa.nulls(len(texts), pa.int32())
    return pc.index_in(plain_text(texts), value_set=keys, skip_nulls=True)


def is_filled(values: pa.Array | pa.ChunkedArray) -> Bools:
    """Whether each value is not null."""
    return (
        values.is_valid().to_numpy(zero_copy_only=False)
        if isinstance(values, pa.Array)
        else (values.is_valid().to_numpy())
    )


def first_of_each(ordered: Ints) -> Bools:
    """Whether each value of an ordered array differs from the one before it."""
    return np.r_[True, ordered[1:] != ordered[:-1]] if len(ordered) else np.zeros(0, np.bool_)


def is_in(texts: pa.Array | pa.ChunkedArray, known: pa.Array) -> pa.Array:
    """Whether each text is one of the known ones."""
    return position_in(texts, known).is_valid()


def distinct(values: Ints) -> Ints:
    """The distinct values, ascending."""
    ordered = np.sort(values)
    return ordered[first_of_each(ordered)]


def is_unique(values: Ints) -> Bools:
    """Whether each value occurs only once."""
    order = np.argsort(values)
    is_first = first_of_each(values[order])
    found = np.empty(len(values), np.bool_)
    found[order] = is_first & np.r_[is_first[1:], True][: len(values)]
    return found


def first_lines(group: Ints, *ranks: Ints) -> Ints:
    """A line of each group: the one with the lowest first rank, of several the one with the lowest second rank, ...

    Only lines of groups with several lines are sorted.
    """
    is_alone = is_unique(group)
    several = np.flatnonzero(~is_alone)
    several = several[np.lexsort((*(rank[several] for rank in reversed(ranks)), group[several]))]
    return np.concatenate([np.flatnonzero(is_alone), several[first_of_each(group[several])]])


def shared_values(rows: pa.Table, columns: Sequence[str]) -> Values:
    """The key values of rows.

    Args:
        rows: rows in order of age, with the text columns.
        columns: the key columns; the kind of a value is its column's position here.
    """
    parts: list[tuple[Ints, Ints, Ints]] = []
    for kind, column in enumerate(columns):
        code = codes(rows[column])
        row = np.flatnonzero(code >= 0)
        _, first = np.unique(code[row], return_index=True)
        parts.append((row, np.full(len(row), kind), row[first][code[row]]))
    return Values(*(np.concatenate(arrays).astype(np.int64) for arrays in zip(*parts, strict=True)))


def oldest_connected(size: int, left: Ints, right: Ints) -> Ints:
    """For each of the nodes 0 .. size - 1, the smallest node that it is connected to.

    The parents of a forest are lowered along the edges until nothing changes, each round followed by a jump to the
    parent's parent, so that a chain of n nodes takes about log n rounds (FastSV, Zhang, Azad and Hu 2020).

    Args:
        size: number of nodes.
        left, right: the two ends of each edge, of the same length.
    """
    parent = np.arange(size)
    is_edge = left != right
    left, right = left[is_edge], right[is_edge]
    while True:
        above_left, above_right = parent[parent[left]], parent[parent[right]]
        lowered = parent.copy()
        np.minimum.at(lowered, parent[left], above_right)
        np.minimum.at(lowered, parent[right], above_left)
        np.minimum.at(lowered, left, above_right)
        np.minimum.at(lowered, right, above_left)
        lowered = np.minimum(lowered, parent[parent])
        if np.array_equal(lowered, parent):
            return parent
        parent = lowered
