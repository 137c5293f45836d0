"""Gives each company or person its number and Barton id, and finds the rows that the id registry appends in this build.

A registry is append-only: one row per observation and entity that it was registered with. What was recorded once is
never changed, so an id never moves to another entity and a number is never given twice. Everything here is a pure
function of the grouped observations and of the registry as earlier builds left it.

Source: business rules, section 1, ids.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slotwatch.identity import (
    Ints,
    codes,
    distinct,
    first_lines,
    first_of_each,
    is_filled,
    is_in,
    plain_text,
    position_in,
)
from slotwatch.identity.barton_ids import NO_NUMBER, barton_ids, barton_numbers

_ORIGINS = KEPT, HANDED_IN, MINTED = "kept", "handed_in", "minted"

_LAST = np.iinfo(np.int64).max  # stands for a missing number or time when rows are ordered: nulls last


class HandedInIds(NamedTuple):
    """The use of the id that each row hands in; each array is nullable text, one value per row.

    `usable`: the id, unless an entity of the other type has it. `held`: the id, if an entity of the other type has it.
    `joining`: the id, if all rows that hand it in are one entity.
    """

    usable: pa.Array
    held: pa.Array
    joining: pa.Array


class Entities(NamedTuple):
    """The result of `register`.

    `observations`, a row per observation in the order of the input: `entity_number` and `barton_id` of its entity
    today; `registered_number`, `registered_id` and `origin` if the registry records it in this build, else null.
    `aliases`, a row per id that refers to an entity (its own id is one of them): `alias_id`, `entity_number`,
    `barton_id`.
    """

    observations: pa.Table
    aliases: pa.Table


def judge_handed_in_ids(handed_in: pa.Array, has_own_key: pa.Array, minted: pa.Array, foreign: pa.Array) -> HandedInIds:
    """Decide how the ids that rows hand in are used, before rows are grouped.

    Rows that hand in the same id are one entity. An id that this registry minted is an exception: it may be a copy
    of an export with a mistake in it, so rows that have a key of their own are grouped by that key, and `register`
    decides whether they belong to the entity of the id.

    Args:
        handed_in: the id of each row, nullable text.
        has_own_key: whether each row has another key than the id.
        minted: ids that earlier builds minted for this type of entity.
        foreign: ids that entities of the other type have.
    """
    nothing = pa.scalar(None, pa.string())
    is_foreign = is_in(handed_in, foreign)
    usable = pc.if_else(is_foreign, nothing, handed_in)
    joins = pc.or_(pc.invert(is_in(handed_in, minted)), pc.invert(has_own_key))
    return HandedInIds(
        usable=usable,
        held=pc.if_else(is_foreign, handed_in, nothing),
        joining=pc.if_else(joins, usable, nothing),
    )


def register(observations: pa.Table, registered: pa.Table, entity: str, other_ids: pa.Array | None = None) -> Entities:
    """Give each group of observations its number and id.

    Age is (`observed_at`, `intake_id`, `mention`), missing times last. The result does not depend on the order of rows.

    1. An observation has the number of its latest registration. A number belongs to the group of the first observation
       registered with it that is still there. A group has the smallest number that belongs to it, so that the older id
       survives if two entities turn out to be one.
    2. A group without number that hands in a registered id joins the entity of that id, if it has no key of its own or
       an observation of the same name key is there.
    3. Other groups without number are new. Oldest first, each takes the next number that was never given. An id that no
       entity has yet goes to the group with a number, else to the oldest group, that hands it in; a new group that
       gets one keeps it, the first if it gets several. Other new groups are minted the id of their number. Numbers of
       ids that were handed in, registered, or that the other type uses are skipped.
    4. The registry records observations that it has not seen, and all observations of new groups.
    5. Every id registered with a number that still belongs to a group refers to the entity of that group. An id that
       only later rows hand in refers to the oldest entity that hands it in.

    Args:
        observations: `observation_key` (unique text), `group_key` (text), `observed_at` (timestamp), `intake_id`
            (text), `mention` (int), `handed_in_id` and `name_key` (nullable text), `has_own_key` (bool), and perhaps
            `is_name_only` (bool): such a row makes no group older.
        registered: the registry, one id per number: `observation_key`, `entity_number` (int), `barton_id`,
            `observed_at`, `recorded_at` (timestamps).
        entity: `company` or `person`.
        other_ids: ids (text) that entities of the other type use.
    """
    # Rows are processed in order of age, so the older of two rows has the smaller position.
    order = pc.sort_indices(
        observations, [("observed_at", "ascending"), ("intake_id", "ascending"), ("mention", "ascending")]
    )
    rows = observations.take(order)
    keys, handed_in = plain_text(rows["observation_key"]), plain_text(rows["handed_in_id"])
    group = codes(plain_text(rows["group_key"]))
    is_name_only = _flags(rows, "is_name_only")
    first_row = _first_rows(group, is_name_only)
    key_rank = _ranks(keys) + len(keys) * is_name_only
    given_ids = _GivenIds.of(registered)

    book = _read_registry(registered, keys)
    before = _holdings(book, group, key_rank)

    asked_number = given_ids.numbers_of(handed_in)
    adopted = _adopted(rows, group, before, asked_number)
    number_of_group = np.where(before.number_of_group == _LAST, adopted, before.number_of_group)

    newcomers = np.flatnonzero(number_of_group == _LAST)
    newcomers = newcomers[np.argsort(first_row[newcomers])]
    numbers = _free_numbers(len(newcomers), given_ids, handed_in, other_ids, entity)
    number_of_group[newcomers] = numbers
    claim = np.full(len(number_of_group), -1)  # the row whose id each group gets
    claim_of = _claims(handed_in, asked_number, group, before.number_of_group)
    claim[group[claim_of]] = claim_of
    claim = claim[newcomers]
    claimed = handed_in.take(pa.array(claim, mask=claim < 0))
    all_ids = given_ids.with_new(numbers, pc.coalesce(claimed, barton_ids(numbers, entity)))

    origin_of_group = np.zeros(len(number_of_group), np.int8)
    origin_of_group[newcomers] = np.where(claim < 0, _ORIGINS.index(MINTED), _ORIGINS.index(HANDED_IN))
    origin = origin_of_group[group]
    is_recorded = (before.given == NO_NUMBER) | (origin > 0)
    recorded = np.flatnonzero(is_recorded)
    after = before
    if len(recorded):
        after = _holdings(_appended(book, recorded, number_of_group[group[recorded]], rows), group, key_rank)

    survivor = after.number_of_group[after.holder_group]
    today = after.number_of_group[group]
    follows = today == _LAST
    today[follows] = survivor[np.searchsorted(after.held_number, after.given[follows])]

    found = pa.table(
        {
            "entity_number": pa.array(today),
            "barton_id": all_ids.of_numbers(today),
            "registered_number": pa.array(number_of_group[group], mask=~is_recorded),
            "registered_id": pc.if_else(
                pa.array(is_recorded), all_ids.of_numbers(number_of_group[group]), pa.scalar(None, pa.string())
            ),
            "origin": pa.array(_ORIGINS).take(pa.array(origin, mask=~is_recorded)),
        }
    )
    back = np.empty(len(order), np.int64)
    back[order.to_numpy()] = np.arange(len(order))
    return Entities(found.take(back), _aliases(after.held_number, survivor, handed_in, today, all_ids))


def _first_rows(group: Ints, is_name_only: Ints) -> Ints:
    """The position of each group's oldest row; rows with a name alone count after all others."""
    first = np.full(group.max(initial=-1) + 1, _LAST)
    np.minimum.at(first, group, np.arange(len(group)) + len(group) * is_name_only)
    return first


def _flags(rows: pa.Table, column: str) -> Ints:
    """1 for each row where the column is true, else 0; the column may be missing."""
    if column not in rows.column_names:
        return np.zeros(rows.num_rows, np.int64)
    return rows[column].to_numpy().astype(np.int64)


class _GivenIds(NamedTuple):
    """Every number ever given, in ascending order, and its id."""

    numbers: Ints
    ids: pa.Array

    @classmethod
    def of(cls, registered: pa.Table) -> "_GivenIds":
        numbers, first = np.unique(registered["entity_number"].cast(pa.int64()).to_numpy(), return_index=True)
        return cls(numbers, plain_text(registered["barton_id"]).take(first))

    def with_new(self, numbers: Ints, ids: pa.Array) -> "_GivenIds":
        """The numbers, extended by new ones, which are ascending and larger than all others."""
        return _GivenIds(np.concatenate([self.numbers, numbers]), pa.concat_arrays([self.ids, ids]))

    def of_numbers(self, numbers: Ints) -> pa.Array:
        return self.ids.take(pa.array(np.searchsorted(self.numbers, numbers)))

    def numbers_of(self, ids: pa.Array) -> Ints:
        """The number that has each id; -1 if no number has it."""
        position = position_in(ids, self.ids)
        found = position.fill_null(0).to_numpy(zero_copy_only=False)
        numbers = self.numbers[found] if len(self.numbers) else np.zeros(len(ids), np.int64)
        return np.where(is_filled(position), numbers, NO_NUMBER)


class _Book(NamedTuple):
    """Rows of a registry whose observations still exist: the row's position, number and times."""

    row: Ints
    number: Ints
    recorded_at: Ints
    observed_at: Ints


class _Holdings(NamedTuple):
    """The numbers of each group.

    `given`: number of each row's latest registration, -1 without one; `held_number`, `holder_group`: each number that
    belongs to a group, ascending, and the group; `number_of_group`: smallest number of each group, _LAST without one.
    """

    given: Ints
    held_number: Ints
    holder_group: Ints
    number_of_group: Ints


def _read_registry(registered: pa.Table, keys: pa.Array) -> _Book:
    position = position_in(plain_text(registered["observation_key"]), keys)
    is_there = is_filled(position)
    return _Book(
        row=position.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)[is_there],
        number=registered["entity_number"].cast(pa.int64()).to_numpy()[is_there],
        recorded_at=_times(registered, "recorded_at")[is_there],
        observed_at=_times(registered, "observed_at")[is_there],
    )


def _appended(book: _Book, recorded: Ints, numbers: Ints, rows: pa.Table) -> _Book:
    """The book with the rows of this build, the latest build so far."""
    return _Book(
        row=np.concatenate([book.row, recorded]),
        number=np.concatenate([book.number, numbers]),
        recorded_at=np.concatenate([book.recorded_at, np.full(len(recorded), _LAST)]),
        observed_at=np.concatenate([book.observed_at, _times(rows, "observed_at")[recorded]]),
    )


def _holdings(book: _Book, group: Ints, key_rank: Ints) -> _Holdings:
    """Rule 1.

    Args:
        book: the registry.
        group: the group of each row, 0, 1, 2, ...
        key_rank: place of each row's key in order of bytes, which breaks ties; rows with a name alone come last, in
            one build whatever their age.
    """
    latest = first_lines(book.row, -book.recorded_at, -book.number)
    given = np.full(len(group), NO_NUMBER)
    given[book.row[latest]] = book.number[latest]

    rank = key_rank[book.row[latest]]
    is_name_only = rank >= len(key_rank)
    first = latest[
        first_lines(book.number[latest], book.recorded_at[latest], is_name_only, book.observed_at[latest], rank)
    ]
    first = first[np.argsort(book.number[first])]
    holder_group = group[book.row[first]]
    number_of_group = np.full(group.max(initial=-1) + 1, _LAST)
    np.minimum.at(number_of_group, holder_group, book.number[first])
    return _Holdings(given, book.number[first], holder_group, number_of_group)


def _adopted(rows: pa.Table, group: Ints, before: _Holdings, number: Ints) -> Ints:
    """Rule 2: the number of the entity that each group joins, _LAST if it joins none.

    Args:
        rows: the observations. group: the group of each. before: the numbers of groups. number: the number that has the
        id that each hands in, else -1.
    """
    adopted = np.full(len(before.number_of_group), _LAST)
    asking = np.flatnonzero((before.number_of_group[group] == _LAST) & np.isin(number, before.held_number))
    if not len(asking):
        return adopted
    has_own_key = np.zeros(len(adopted), np.bool_)
    has_own_key[group[rows["has_own_key"].to_numpy()]] = True
    name = codes(plain_text(rows["name_key"]))
    bearer = group * (len(group) + 1) + name
    holder = before.holder_group[np.searchsorted(before.held_number, number[asking])]
    is_named_alike = (name[asking] >= 0) & np.isin(holder * (len(group) + 1) + name[asking], bearer[name >= 0])
    joining = asking[~has_own_key[group[asking]] | is_named_alike]
    np.minimum.at(adopted, group[joining], number[joining])
    return adopted


def _claims(handed_in: pa.Array, number: Ints, group: Ints, number_of_group: Ints) -> Ints:
    """A row of each group that gets an id that no entity has yet (rule 3): the first of those whose id the group gets.

    Args:
        handed_in: the id that each row hands in. number: the number that has it, else -1. group: the group of each row.
        number_of_group: its number, _LAST without one.
    """
    claims = np.flatnonzero(is_filled(handed_in) & (number == NO_NUMBER))
    won = claims[first_lines(codes(handed_in)[claims], number_of_group[group[claims]], claims)]
    return won[first_lines(group[won], won)]


def _free_numbers(
    count: int, given_ids: _GivenIds, handed_in: pa.Array, other_ids: pa.Array | None, entity: str
) -> Ints:
    """The next numbers that were never given and whose ids are not in use."""
    first_free = given_ids.numbers.max(initial=-1) + 1
    in_use = [handed_in.unique(), given_ids.ids, *([] if other_ids is None else [other_ids])]
    reserved = distinct(np.concatenate([barton_numbers(ids, entity) for ids in in_use]))
    reserved = reserved[reserved >= first_free]
    position = first_free + np.arange(count)
    # the k-th free number is k plus the reserved numbers that lie before it
    return position + np.searchsorted(reserved - np.arange(len(reserved)), position, side="right")


def _aliases(held_number: Ints, survivor: Ints, handed_in: pa.Array, today: Ints, ids: _GivenIds) -> pa.Table:
    """Rule 5."""
    own_ids = ids.of_numbers(held_number)
    later = np.flatnonzero(is_filled(handed_in) & ~is_in(handed_in, own_ids).to_numpy(zero_copy_only=False))
    code = codes(handed_in)[later]
    order = np.lexsort((today[later], code))
    first = later[order][first_of_each(code[order])]
    numbers = np.concatenate([survivor, today[first]])
    return pa.table(
        {
            "alias_id": pa.concat_arrays([own_ids, handed_in.take(first)]),
            "entity_number": pa.array(numbers),
            "barton_id": ids.of_numbers(numbers),
        }
    )


def _ranks(keys: pa.Array) -> Ints:
    """The rank of each text when the texts are ordered by their bytes."""
    order = pc.sort_indices(keys).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _times(table: pa.Table, column: str) -> Ints:
    """Times in microseconds; missing times sort last."""
    return table[column].cast(pa.timestamp("us")).cast(pa.int64()).fill_null(_LAST).to_numpy()
