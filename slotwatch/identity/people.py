"""Which observations are about the same person, and which person a name at a company refers to.

Source: business rules, section 1, person gate: observations that share a Barton id, LinkedIn or email are one person,
transitively; then, oldest first, people of compatible names at the same company; and what reviewers decided on rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slotwatch.identity import (
    Bools,
    Ints,
    codes,
    in_order,
    is_filled,
    oldest_connected,
    pair_codes,
    plain_text,
    read_table,
    shared_values,
)
from slotwatch.identity.names import Name, compatible, is_initial, related_words, words_agree

STRONG_KEYS = ["handed_in_id", "linkedin_url", "email"]
NAME_KEYS = ["first_key", "middle_key", "last_key", "suffix_key"]
SAME, DIFFERENT = "same_person", "different_people"

SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("key", pa.string()),
        ("group_key", pa.string()),
        ("is_ambiguous", pa.bool_()),
    ]
)

Names = frozenset[Name]
T = TypeVar("T")


def group_people(observations: pa.Table, references: pa.Table, verdicts: pa.Table | None = None) -> pa.Table:
    """Group observations into persons and resolve references to them.

    Age is (`observed_at`, `intake_id`, `mention`), everywhere; `observation_key` breaks ties. The result does not
    depend on the order of rows.

    1. Observations that share a handed-in id, LinkedIn or email are one person, transitively and across companies; so
       are two that a reviewer found to be the `same_person`.
    2. Oldest first, each person joins the one older person who fits. Two persons fit if they were observed at a common
       company, every name of one is compatible with every name of the other, and at most one of them has a LinkedIn.
       The older person counts with everybody who has joined so far. If several fit, a person without email and LinkedIn
       joins the oldest of them, and other persons join nobody. A person with more than one last name, or without a
       first or last name in some row, is never matched by name. Two persons do not fit if a reviewer found a row of one
       and a row of the other to be `different_people`; such a verdict does not undo rule 1.
    3. A reference means the person who was observed at its company and whose every name is compatible with its name. If
       several fit, it means the only one who has a row of exactly this name, and else is ambiguous. A reference without
       first or last name means nobody. References do not change persons.

    Args:
        observations: `observation_key` (unique text), `observed_at` (timestamp), `intake_id` (text), `mention` (int),
            `company_id` (text), and nullable text in normal form: `first_key`, `middle_key`, `last_key`, `suffix_key`,
            `email` (null for role mailboxes), `linkedin_url`, `handed_in_id`.
        references: `reference_key` (unique text), `company_id` and the four name keys.
        verdicts: `observation_key_a`, `observation_key_b`, `verdict` (`same_person` or `different_people`). Verdicts on
            observations that are not there are ignored. None means no verdicts.

    Returns:
        One row per observation and reference, by `kind` ('observation', 'reference') and `key`: `group_key`, the oldest
        observation of the person, null for a reference that means nobody; `is_ambiguous`, whether several persons fit
        the reference.

    Raises:
        ValueError: a column is missing, a key column is null or repeated, or a verdict is neither.
    """
    rows = _read_observations(observations)
    keys = rows.table["observation_key"].combine_chunks()
    values = shared_values(rows.table, STRONG_KEYS)
    same, different = _read_verdicts(verdicts, keys)
    closure = oldest_connected(
        len(keys), np.concatenate([values.row, same[0]]), np.concatenate([values.first_row, same[1]])
    )
    person = _join_by_name(rows, closure, _people_apart(different, closure))
    meant, is_ambiguous, asked_keys = _resolve(rows, person, references)
    result = pa.table(
        {
            "kind": pa.chunked_array([pa.repeat("observation", len(keys)), pa.repeat("reference", len(meant))]),
            "key": pa.chunked_array([keys, asked_keys]),
            "group_key": pa.chunked_array(
                [keys.take(pa.array(person)), keys.take(pa.array(meant, mask=meant < 0))], pa.string()
            ),
            "is_ambiguous": pa.chunked_array([pa.array(np.zeros(len(keys), np.bool_)), pa.array(is_ambiguous)]),
        }
    )
    return in_order(result, "kind", "key").cast(SCHEMA).combine_chunks()


class _Rows(NamedTuple):
    """Observations in order of age: their columns, and numbers for names and places.

    `last` is the last name, `place` company and last name, -1 without a company.
    """

    table: pa.Table
    last: Ints
    place: Ints
    lacks_name: Bools


def _read_observations(observations: pa.Table) -> _Rows:
    order = ["observed_at", "intake_id", "mention", "observation_key"]
    as_text = ["company_id", *NAME_KEYS, *STRONG_KEYS]
    table = read_table(observations, "observations", "observation_key", [*order, *as_text], as_text)
    table = table.set_column(table.column_names.index("intake_id"), "intake_id", plain_text(table["intake_id"]))
    table = in_order(
        table.set_column(table.column_names.index("mention"), "mention", table["mention"].cast(pa.int64())), *order
    )
    company, last = codes(table["company_id"]), codes(table["last_key"])
    return _Rows(
        table,
        last=last,
        place=np.where(company >= 0, pair_codes(company, last), -1),
        lacks_name=(last < 0) | ~is_filled(table["first_key"]),
    )


def _read_verdicts(verdicts: pa.Table | None, keys: pa.Array) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
    """The row pairs that a reviewer found to be one person, and the row pairs found to be different people.

    Args:
        verdicts: as in `group_people`.
        keys: the observation keys in order of age.
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
    rows = [pc.index_in(side, value_set=keys) for side in (one, other)]
    is_there = pc.and_(rows[0].is_valid(), rows[1].is_valid())
    found = []
    for word in (SAME, DIFFERENT):
        chosen = pc.and_(is_there, pc.equal(verdict, word))
        found.append(tuple(side.filter(chosen).to_numpy(zero_copy_only=False).astype(np.int64) for side in rows))
    return found[0], found[1]


def _people_apart(different: tuple[Ints, Ints], closure: Ints) -> dict[int, set[int]]:
    """Each person whom verdicts separate from others, with these others.

    Args:
        different: the two rows of each verdict.
        closure: the oldest row that each row is connected to by strong links.
    """
    others: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in zip(*(closure[side].tolist() for side in different), strict=True):
        if one != other:  # strong links make them one person despite the verdict
            others[one].add(other)
            others[other].add(one)
    return dict(others)


def _places(rows: _Rows, person: Ints) -> tuple[Ints, Ints]:
    """The places where people can be matched by name: each person (by oldest row) with each company and last name.

    People with more than one last name, or without a first or last name in some row, are left out.
    """
    size = len(person)
    low, high = np.full(size, size), np.full(size, -1)
    np.minimum.at(low, person, rows.last)
    np.maximum.at(high, person, rows.last)
    is_nameable = low == high
    is_nameable[person[rows.lacks_name]] = False
    is_placed = is_nameable[person] & (rows.place >= 0)
    pairs = np.unique(person[is_placed] * (size + 1) + rows.place[is_placed])
    return pairs // (size + 1), pairs % (size + 1)


def _names_of_people(table: pa.Table, person: Ints, wanted: Ints) -> dict[int, Names]:
    """The distinct names of each of the wanted people.

    Args:
        table: observations.
        person: the oldest row of the person of each observation.
        wanted: people by oldest row.
    """
    is_wanted = np.zeros(len(person), np.bool_)
    is_wanted[wanted] = True
    lines = np.flatnonzero(is_wanted[person])
    names: defaultdict[int, set[Name]] = defaultdict(set)
    keys = (table[column].take(lines).fill_null("").to_pylist() for column in NAME_KEYS)
    for one, name in zip(person[lines].tolist(), map(Name, *keys), strict=True):
        names[one].add(name)
    return {one: frozenset(found) for one, found in names.items()}


# --- index: find people whose names agree without comparing all ------------------------------------


def _lookup_words(names: Iterable[Name]) -> tuple[str, str]:
    """The longest first name and the longest first word of the middle names.

    A name that is compatible with all these names agrees with both words, so one index entry is enough to find a person
    with several names.
    """
    firsts, middles = zip(*((name.first, name.middle.split(" ", 1)[0]) for name in names), strict=True)
    return max(firsts, key=_length_then_text), max(middles, key=_length_then_text)


def _length_then_text(word: str) -> tuple[int, str]:
    return len(word), word


def _agreeing(index: dict[str, T], word: str, *, may_miss: bool) -> Iterator[T]:
    """The entries whose word agrees with this one.

    Args:
        index: entries by word.
        word: the word to look up.
        may_miss: whether a missing word ('') agrees with every word, as it does in middle names.
    """
    if may_miss and not word:
        yield from index.values()
        return
    related = related_words(word)
    if is_initial(word) or len(index) <= len(related) + 3:
        for key, entry in index.items():
            if words_agree(key, word) or (may_miss and not key):
                yield entry
        return
    keys = {word, *related, *([""] if may_miss else []), *filter(is_initial, word[:1])}
    for key in keys & index.keys():
        yield index[key]


def _all_compatible(left: Iterable[Name], right: Iterable[Name]) -> bool:
    return all(compatible(one, other) for one in left for other in right)


# --- rule 2: joining by name ----------------------------------------------------------------------


class _Class(NamedTuple):
    """The facts that decide which persons fit. Persons at a place with equal facts form one class.

    `first` and `middle` are the words in the index.
    """

    has_linkedin: bool
    first: str
    middle: str
    names: Names


class _Members(NamedTuple):
    """The persons of a class at one place: a set, and a heap by age that still contains persons who left."""

    persons: set[int]
    heap: list[int]


# place -> first name -> first word of the middle name -> has LinkedIn -> class -> members
_ByLinkedin = dict[bool, dict[_Class, _Members]]
_Index = defaultdict[int, defaultdict[str, defaultdict[str, _ByLinkedin]]]


def _join_by_name(rows: _Rows, closure: Ints, apart: dict[int, set[int]]) -> Ints:
    """Rule 2: the oldest row of each row's person after joining by name at a company.

    Args:
        rows: observations.
        closure: the oldest row that each row is connected to by strong links.
        apart: people (by oldest row), each with the people who are different by verdict.

    Only people who share a company and last name with another person are processed. People at a place are indexed by
    first and middle name, and those of the same names are one class, so that thousands of equal names at a company cost
    no more than different ones.
    """
    persons, places = _places(rows, closure)
    is_crowded = np.bincount(places, minlength=1)[places] > 1
    places_of_person: defaultdict[int, list[int]] = defaultdict(list)
    for one, place in zip(persons[is_crowded].tolist(), places[is_crowded].tolist(), strict=True):
        places_of_person[one].append(place)
    people_with = {key: _people_with(rows.table[key], closure) for key in ("linkedin_url", "email")}
    names_of_person = _names_of_people(rows.table, closure, np.array(list(places_of_person), np.int64))

    index: _Index = defaultdict(lambda: defaultdict(lambda: defaultdict(_no_members)))
    classes: dict[int, _Class] = {}
    places_of: dict[int, set[int]] = {}
    joined_to: dict[int, int] = {}
    for person, person_places in sorted(places_of_person.items()):
        names = names_of_person[person]
        has_linkedin = bool(people_with["linkedin_url"][person])
        has_contact = has_linkedin or bool(people_with["email"][person])
        barred = {joined_to.get(other, other) for other in apart.get(person, ())}
        fitting = _fitting_persons(index, person_places, names, has_linkedin, has_contact, barred)
        if not fitting or (has_contact and len(fitting) > 1):
            classes[person] = _Class(has_linkedin, *_lookup_words(names), names)
            places_of[person] = set(person_places)
            _enter(index, person, classes[person], person_places)
            continue
        older = min(fitting)
        joined_to[person] = older
        before = classes[older]
        all_names = before.names | names
        after = _Class(before.has_linkedin or has_linkedin, *_lookup_words(all_names), all_names)
        new_places = set(person_places) - places_of[older]
        if after != before:
            _leave(index, older, before, places_of[older])
            classes[older] = after
            new_places |= places_of[older]
        _enter(index, older, classes[older], new_places)
        places_of[older].update(person_places)

    target = np.arange(len(closure))
    target[list(joined_to.keys())] = list(joined_to.values())
    return target[closure]


def _people_with(values: pa.ChunkedArray, person: Ints) -> Bools:
    """Whether each person, by oldest row, has a value in some row."""
    found = np.zeros(len(person), np.bool_)
    found[person[is_filled(values)]] = True
    return found


def _no_members() -> _ByLinkedin:
    return {False: {}, True: {}}


def _fitting_persons(
    index: _Index,
    places: list[int],
    names: Names,
    has_linkedin: bool,
    has_contact: bool,
    barred: set[int],
) -> set[int]:
    """Persons who fit: the only one or the oldest is among them, and no more than needed.

    `barred` are the persons whom a verdict separates from the person; they do not fit. For a person with an email or
    LinkedIn it only matters whether one or several fit, so the search stops at the second. For a person with neither,
    only the oldest matters.
    """
    fitting: set[int] = set()
    first, middle = _lookup_words(names)
    for place in places:
        if place not in index:
            continue
        for by_middle in _agreeing(index[place], first, may_miss=False):
            for by_linkedin in _agreeing(by_middle, middle, may_miss=True):
                for other in (False,) if has_linkedin else (False, True):
                    for kind, members in by_linkedin[other].items():
                        if not _all_compatible(names, kind.names):
                            continue
                        if not barred.isdisjoint(members.persons):
                            fitting.update(sorted(members.persons - barred)[:2])
                        elif has_contact and len(members.persons) > 1:
                            fitting.update(islice(members.persons, 2))
                        else:
                            fitting.add(_oldest(members))
                        if has_contact and len(fitting) > 1:
                            return fitting
    return fitting


def _oldest(members: _Members) -> int:
    while members.heap[0] not in members.persons:
        heappop(members.heap)
    return members.heap[0]


def _enter(index: _Index, person: int, kind: _Class, places: Iterable[int]) -> None:
    for place in places:
        by_linkedin = index[place][kind.first][kind.middle]
        members = by_linkedin[kind.has_linkedin].setdefault(kind, _Members(set(), []))
        members.persons.add(person)
        heappush(members.heap, person)


def _leave(index: _Index, person: int, kind: _Class, places: Iterable[int]) -> None:
    for place in places:
        members_of = index[place][kind.first][kind.middle][kind.has_linkedin]
        members_of[kind].persons.discard(person)
        if not members_of[kind].persons:
            del members_of[kind]


# --- rule 3: references ---------------------------------------------------------------------------


def _resolve(rows: _Rows, person: Ints, references: pa.Table) -> tuple[Ints, Bools, pa.Array]:
    """Rule 3: for each reference the person (by oldest row, -1 for nobody), whether several fit, and its key.

    Args:
        rows: observations.
        person: the oldest row of the person of each.
        references: as in `group_people`.
    """
    as_text = ["company_id", *NAME_KEYS]
    asked = read_table(references, "references", "reference_key", ["reference_key", *as_text], as_text)
    persons, places = _places(rows, person)
    place_of_asked = _asked_places(rows, asked)
    is_wanted = np.isin(places, place_of_asked[place_of_asked >= 0])
    persons, places = persons[is_wanted], places[is_wanted]
    names_of_person = _names_of_people(rows.table, person, persons)

    # place -> people; those of several are indexed by first name, first word of the middle name, and names
    people_at: defaultdict[int, list[int]] = defaultdict(list)
    for one, place in zip(persons.tolist(), places.tolist(), strict=True):  # oldest first
        people_at[place].append(one)
    indexes: dict[int, dict[str, dict[str, dict[Names, list[int]]]]] = {}
    answers: dict[tuple[int, Name], tuple[int, bool]] = {}
    meant, is_ambiguous = np.full(asked.num_rows, -1), np.zeros(asked.num_rows, np.bool_)
    keys = (asked[column].fill_null("").to_pylist() for column in NAME_KEYS)
    for number, (place, name) in enumerate(zip(place_of_asked.tolist(), map(Name, *keys), strict=True)):
        found = people_at.get(place, ())
        if not found or not name.first or not name.last:
            continue
        if len(found) == 1 and names_of_person[found[0]] == {name}:  # the usual kind of reference
            meant[number] = found[0]
            continue
        if (place, name) not in answers:
            if place not in indexes:
                indexes[place] = _indexed(found, names_of_person)
            answers[place, name] = _meant(indexes[place], name)
        meant[number], is_ambiguous[number] = answers[place, name]
    return meant, is_ambiguous, asked["reference_key"].combine_chunks()


def _asked_places(rows: _Rows, asked: pa.Table) -> Ints:
    """The place of each reference, as observations number places; -1 where there is no observation."""
    size = len(rows.last) + 1
    # a position among the distinct values is the number that `codes` gives
    company = pc.index_in(asked["company_id"], value_set=rows.table["company_id"].unique().drop_null())
    last = pc.index_in(asked["last_key"], value_set=rows.table["last_key"].unique().drop_null())
    pair = company.fill_null(0).to_numpy().astype(np.int64) * size + last.fill_null(0).to_numpy()
    known, first = np.unique(codes(rows.table["company_id"]) * size + rows.last, return_index=True)
    is_known = is_filled(company) & is_filled(last) & np.isin(pair, known)
    places = np.full(len(pair), -1)
    places[is_known] = rows.place[first][np.searchsorted(known, pair[is_known])]
    return places


def _indexed(persons: Iterable[int], names_of_person: dict[int, Names]) -> dict[str, dict[str, dict[Names, list[int]]]]:
    """People of one place, oldest first, indexed by the words of their names."""
    index: dict[str, dict[str, dict[Names, list[int]]]] = {}
    for person in persons:
        names = names_of_person[person]
        first, middle = _lookup_words(names)
        index.setdefault(first, {}).setdefault(middle, {}).setdefault(names, []).append(person)
    return index


def _meant(known: dict[str, dict[str, dict[Names, list[int]]]], name: Name) -> tuple[int, bool]:
    """The person of a place to whom a name refers (-1 if nobody), and whether several fit."""
    exact: list[int] = []
    fitting: list[int] = []
    first, middle = _lookup_words([name])
    for by_middle in _agreeing(known, first, may_miss=False):
        for by_names in _agreeing(by_middle, middle, may_miss=True):
            for names, persons in by_names.items():
                if _all_compatible([name], names):
                    fitting += persons[:2]
                    if name in names:
                        exact += persons[:2]
    if len(fitting) == 1:
        return fitting[0], False
    if len(exact) == 1:
        return exact[0], False
    return -1, bool(fitting)
