"""Joins rows to one person by Barton id, LinkedIn page, email, verdicts of reviewers and earlier builds.

Source: business rules, section 1, people.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slotwatch.identity import (
    Bools,
    Ints,
    Values,
    distinct,
    first_lines,
    is_filled,
    oldest_connected,
    plain_text,
    position_in,
)
from slotwatch.identity.name_codes import NameCodes, names_at
from slotwatch.identity.names import related

STRONG_KEYS = ["handed_in_id", "linkedin_url", "email"]
BARTON_ID, LINKEDIN, EMAIL = range(3)
SAME, DIFFERENT = "same_person", "different_people"

_NEVER = np.iinfo(np.int64).max


class Verdicts(NamedTuple):
    """The pairs of rows that a reviewer found to be one person, and those found to be different people."""

    same: tuple[Ints, Ints]
    different: tuple[Ints, Ints]


class History(NamedTuple):
    """The joins of earlier builds.

    `row`, `number`, `recorded_at` have the same length: rows that still exist, the number that each was last registered
    with, and when, in microseconds. `alias`, `survivor`, `merged_at` likewise: numbers that became one.
    """

    row: Ints
    number: Ints
    recorded_at: Ints
    alias: Ints
    survivor: Ints
    merged_at: Ints


class Closure(NamedTuple):
    """`person`: the oldest row that each row is joined to; `is_owner_other`: whether each line of the key values is on
    a row that the value does not belong to."""

    person: Ints
    is_owner_other: Bools


def read_verdicts(verdicts: pa.Table | None, keys: pa.Array, history: History) -> Verdicts:
    """The verdicts that count, as pairs of rows.

    A row stands for the people of the number that it was registered with. If there are several verdicts on the same two
    people, those that agree with the latest count; at the same time, `different_people` counts as the latest.

    Args:
        verdicts: as in `group_people`.
        keys: the observation keys in order of age.
        history: what earlier builds registered.
    """
    columns = ["observation_key_a", "observation_key_b", "verdict"]
    if verdicts is None:
        verdicts = pa.table({column: pa.nulls(0, pa.string()) for column in columns})
    missing = sorted(set(columns) - set(verdicts.column_names))
    if missing:
        raise ValueError(f"verdicts: missing columns {', '.join(missing)}")
    one, other, verdict = (pc.utf8_trim_whitespace(plain_text(verdicts[column])) for column in columns)
    unknown = [word or None for word in verdict.to_pylist() if word not in (SAME, DIFFERENT)]
    if unknown:
        words = [word for word in unknown if word is not None]
        raise ValueError(f"verdicts: {min(words, default=None)!r} is neither {SAME!r} nor {DIFFERENT!r}")
    decided_at = _times(verdicts["decided_at"]) if "decided_at" in verdicts.column_names else np.zeros(len(one))
    rows = [position_in(side, keys).fill_null(-1).to_numpy(zero_copy_only=False) for side in (one, other)]
    number_of = dict(zip(history.row.tolist(), history.number.tolist(), strict=True)) if len(one) else {}
    lines: defaultdict[frozenset[tuple[bool, int]], list[tuple[int, bool, int, int]]] = defaultdict(list)
    for left, right, when, word in zip(
        *(side.tolist() for side in rows), decided_at.tolist(), verdict.to_pylist(), strict=True
    ):
        if left < 0 or right < 0 or left == right:
            continue
        pair = frozenset((row in number_of, number_of.get(row, row)) for row in (left, right))
        if len(pair) == 1:
            pair = frozenset((False, row) for row in (left, right))
        lines[pair].append((when, word == DIFFERENT, min(left, right), max(left, right)))
    counting = {line[1:] for found in lines.values() for line in found if line[1] == max(found)[1]}
    pairs = [sorted((left, right) for is_different, left, right in counting if is_different == word) for word in (0, 1)]
    same, different = (tuple(np.array(found, np.int64).reshape(-1, 2).T) for found in pairs)
    return Verdicts(same, different)


def read_history(registered: pa.Table | None, merges: pa.Table | None, keys: pa.Array) -> History:
    """The joins of earlier builds.

    Args:
        registered, merges: as in `group_people`.
        keys: the observation keys in order of age.
    """
    if registered is None:
        return History(*(np.zeros(0, np.int64) for _ in range(6)))
    position = pc.index_in(plain_text(registered["observation_key"]), value_set=keys)
    is_there = is_filled(position)
    row = position.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)[is_there]
    number = registered["entity_number"].cast(pa.int64()).to_numpy()[is_there]
    recorded_at = _times(registered["recorded_at"])[is_there]
    latest = first_lines(row, -recorded_at, -number)

    if merges is None:
        merges = pa.table({"alias_id": [], "survivor_id": [], "recorded_at": pa.array([], pa.timestamp("us"))})
    ids, first = np.unique(registered["entity_number"].cast(pa.int64()).to_numpy(), return_index=True)
    names = plain_text(registered["barton_id"]).take(first)
    sides = [position_in(plain_text(merges[side]), names) for side in ("alias_id", "survivor_id")]
    is_known = is_filled(sides[0]) & is_filled(sides[1])
    alias, survivor = (ids[side.fill_null(0).to_numpy(zero_copy_only=False)[is_known]] for side in sides)
    return History(
        row[latest], number[latest], recorded_at[latest], alias, survivor, _times(merges["recorded_at"])[is_known]
    )


def join_by_keys(table: pa.Table, values: Values, names: NameCodes, verdicts: Verdicts, history: History) -> Closure:
    """Join rows that share a key that belongs to both.

    1. Rows of one Barton id are one person.
    2. A LinkedIn page or email belongs to the oldest row that has it, and to rows whose names are related to that row's
       name. It joins these, and says nothing about other rows.
    3. Rows that a reviewer found to be one person are one person.
    4. Rows that an earlier build joined stay joined: rows that were registered with one number, and numbers that became
       one. A row that was corrected since and has an unrelated name is free.
    5. Two rows that a reviewer found to be different people are joined by none of these but the Barton id. Of the links
    that would join them, verdicts apply first, then the joins of earlier builds, then keys in order of age. A value
    that would join them belongs to the older row.

    Args:
        table: observations in order of age.
        values: their `STRONG_KEYS`.
        names: their names.
        verdicts, history: in rows.
    """
    size = table.num_rows
    is_other = _is_owner_other(table, values, names)
    belongs = ~is_other & (values.row != values.first_row)
    left, right = values.row[belongs], values.first_row[belongs]

    # an earlier number is a node after the rows
    numbers = distinct(np.concatenate([history.number, history.alias, history.survivor]))
    number = np.searchsorted(numbers, history.number)
    is_bound = _is_still_related(table, history.row, number, names)
    bound_row, bound_number = history.row[is_bound], size + number[is_bound]
    merged = [size + np.searchsorted(numbers, side) for side in (history.alias, history.survivor)]
    joined = oldest_connected(
        size + len(numbers),
        np.concatenate([left, verdicts.same[0], bound_row, merged[0]]),
        np.concatenate([right, verdicts.same[1], bound_number, merged[1]]),
    )
    person = joined[:size]
    apart = [pair for pair in zip(*(side.tolist() for side in verdicts.different), strict=True) if pair[0] != pair[1]]
    apart = [pair for pair in apart if person[pair[0]] == person[pair[1]]]
    if not apart:
        return Closure(person, is_other)

    is_split = np.zeros(size + len(numbers), np.bool_)
    is_split[joined[[one for one, _ in apart]]] = True
    groups = _Groups(apart)
    line = np.flatnonzero(belongs & is_split[person[values.row]])
    line = line[np.lexsort((values.kind[line], values.first_row[line], values.row[line]))]
    for one in line[values.kind[line] == BARTON_ID].tolist():
        groups.join(int(values.row[one]), int(values.first_row[one]), is_certain=True)
    for one, other in sorted(zip(*(side.tolist() for side in verdicts.same), strict=True)):
        if is_split[joined[one]]:
            groups.join(one, other)
    for one, other in _bound_before(history, is_bound, bound_number, merged, joined, is_split, apart):
        groups.join(one, other)
    is_other = is_other.copy()
    for one in line[values.kind[line] != BARTON_ID].tolist():
        is_other[one] = not groups.join(int(values.row[one]), int(values.first_row[one]))
    person = person.copy()
    for row in np.flatnonzero(is_split[joined[:size]]).tolist():
        person[row] = groups.oldest(row)
    return Closure(person, is_other)


def _is_owner_other(table: pa.Table, values: Values, names: NameCodes) -> Bools:
    """Whether each value, such as an email, belongs to somebody else: its oldest row has an unrelated name."""
    row, first = values.row, values.first_row
    is_open = (values.kind != BARTON_ID) & (row != first) & (names.first[row] != names.first[first])
    is_open &= (values.kind != LINKEDIN) | (names.last[row] != names.last[first])
    lines = np.flatnonzero(is_open)
    found = np.zeros(len(row), np.bool_)
    pairs = zip(names_at(table, row[lines]), names_at(table, first[lines]), values.kind[lines].tolist(), strict=True)
    found[lines] = [not related(one, other, kind == LINKEDIN) for one, other, kind in pairs]
    return found


def _is_still_related(table: pa.Table, row: Ints, number: Ints, names: NameCodes) -> Bools:
    """Whether the name of each row is related to that of the oldest row that was registered with its number."""
    oldest = np.full(number.max(initial=-1) + 1, table.num_rows)
    np.minimum.at(oldest, number, row)
    oldest = oldest[number]
    is_open = (names.first[row] != names.first[oldest]) & (names.last[row] != names.last[oldest])
    lines = np.flatnonzero(is_open)
    found = ~is_open
    pairs = zip(names_at(table, row[lines]), names_at(table, oldest[lines]), strict=True)
    found[lines] = [related(one, other, True) for one, other in pairs]
    return found


def _bound_before(
    history: History,
    is_bound: Bools,
    bound_number: Ints,
    merged: list[Ints],
    joined: Ints,
    is_split: Bools,
    apart: Iterable[tuple[int, int]],
) -> list[tuple[int, int]]:
    """The joins of earlier builds in people whom a verdict splits: rows with their number, then numbers.

    A row that came after its number became one with another is free, and so are the rows of a number that has two rows
    which a reviewer found to be different people.
    """
    until: defaultdict[int, int] = defaultdict(lambda: _NEVER)
    merges = [
        (when, one, other)
        for one, other, when in zip(*(side.tolist() for side in merged), history.merged_at.tolist(), strict=True)
        if is_split[joined[one]]
    ]
    for when, *sides in merges:
        for number in sides:
            until[number] = min(until[number], when)
    number_of = dict(zip(history.row[is_bound].tolist(), bound_number.tolist(), strict=True))
    for one, other in apart:
        if number_of.get(one, -1) == number_of.get(other, -2):
            until[number_of[one]] = -_NEVER
    rows = [
        (row, number)
        for row, number, when in zip(
            history.row[is_bound].tolist(),
            bound_number.tolist(),
            history.recorded_at[is_bound].tolist(),
            strict=True,
        )
        if is_split[joined[row]] and when < until[number]
    ]
    return [*sorted(rows), *((one, other) for _, one, other in sorted(merges))]


class _Groups:
    """Groups of nodes that grow unless two nodes that must stay apart would meet."""

    def __init__(self, apart: Iterable[tuple[int, int]]) -> None:
        self._group: dict[int, set[int]] = {}
        self._enemies: defaultdict[int, set[int]] = defaultdict(set)
        for one, other in apart:
            self._enemies[one].add(other)
            self._enemies[other].add(one)

    def _of(self, node: int) -> set[int]:
        return self._group.setdefault(node, {node})

    def join(self, one: int, other: int, *, is_certain: bool = False) -> bool:
        """Join the groups of two nodes; returns whether they are in one group now."""
        left, right = self._of(one), self._of(other)
        if left is right:
            return True
        small, large = sorted((left, right), key=len)
        if not is_certain and any(not large.isdisjoint(self._enemies.get(node, ())) for node in small):
            return False
        large |= small
        for node in small:
            self._group[node] = large
        return True

    def oldest(self, node: int) -> int:
        return min(self._of(node))


def _times(values: pa.ChunkedArray) -> Ints:
    """Times in microseconds; missing times come last."""
    return values.cast(pa.timestamp("us")).cast(pa.int64()).fill_null(_NEVER).to_numpy()
