"""Decides which observations are about the same person, and which person a name at a company refers to.

Source: business rules, section 1, people: observations that share a Barton id, LinkedIn or email are one person,
transitively (`person_keys`); then, oldest first, people of compatible names at the same company; and what reviewers
decided on rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
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
    distinct,
    first_of_each,
    is_unique,
    plain_text,
    read_table,
    shared_values,
)
from slotwatch.identity.name_codes import NAME_KEYS, NameCodes, are_plainly_compatible, name_codes, names_at
from slotwatch.identity.names import Name, compatible, is_initial, related_words, spelled
from slotwatch.identity.person_keys import (
    EMAIL,
    LINKEDIN,
    STRONG_KEYS,
    join_by_keys,
    read_history,
    read_verdicts,
)

Names = frozenset[Name]
T = TypeVar("T")


class People(NamedTuple):
    """The result of `group_people`; rows are positions in the observations as they came.

    For each observation: `person`, the oldest row of the person; `linkedin_owner` and `email_owner`, the oldest row
    with the LinkedIn or email of this row, if the value belongs to another person, else -1. For each reference:
    `meant`, the oldest row of the person that it means, -1 for nobody; `is_ambiguous`, whether several persons fit.
    """

    person: Ints
    linkedin_owner: Ints
    email_owner: Ints
    meant: Ints
    is_ambiguous: Bools


def group_people(
    observations: pa.Table,
    references: pa.Table,
    verdicts: pa.Table | None = None,
    registered: pa.Table | None = None,
    merges: pa.Table | None = None,
) -> People:
    """Group observations into persons and resolve references to them.

    Age is (`observed_at`, `intake_id`, `mention`), everywhere; `observation_key` breaks ties. The result does not
    depend on the order of rows.

    1. Observations that share a handed-in id are one person, and so are those that share a LinkedIn or email that
       belongs to both, those that a reviewer found to be the `same_person`, and those that an earlier build joined,
       transitively and across companies (`person_keys.join_by_keys`).
    2. Oldest first, each person joins the one older person who fits. Two persons fit if they were observed at a common
       company, every name of one is compatible with every name of the other, and at most one of them has a LinkedIn.
       The older person counts with everybody who has joined so far. If several fit, a person without email and LinkedIn
       joins the oldest of them, and other persons join nobody. A person without a first or last name in some row is
       never matched by name. Two persons do not fit if a reviewer found a row of one and a row of the other to be
       `different_people`. A LinkedIn or email that does not belong to its row does not count.
    3. A reference means the person who was observed at its company and whose every name is compatible with its name. If
       several fit, it means the only one who has a row of exactly this name, and else is ambiguous. A reference without
       first or last name means nobody. References do not change persons.

    Args:
        observations: `observation_key` (unique text), `observed_at` (timestamp), `intake_id` (text), `mention` (int),
            `company_id` (text), and nullable text in normal form: `first_key`, `middle_key`, `last_key`, `suffix_key`,
            `email` (null for role mailboxes), `linkedin_url`, `handed_in_id`.
        references: `reference_key` (unique text), `company_id` and the four name keys.
        verdicts: `observation_key_a`, `observation_key_b`, `verdict` (`same_person` or `different_people`), and
            `decided_at` if there are several on two people. Verdicts on observations that are not there are ignored.
            None means no verdicts.
        registered: the registry of people as earlier builds left it: `observation_key`, `entity_number`, `barton_id`,
            `recorded_at`. None means that this is the first build.
        merges: ids that became one in earlier builds: `alias_id`, `survivor_id`, `recorded_at`.

    Raises:
        ValueError: a column is missing, a key column is null or repeated, or a verdict is neither.
    """
    table, order = _read_observations(observations)
    as_text = ["company_id", *NAME_KEYS]
    asked = read_table(references, "references", "reference_key", ["reference_key", *as_text], as_text)
    keys = table["observation_key"].combine_chunks()
    values = shared_values(table, STRONG_KEYS)
    company, asked_company = np.split(
        codes(pa.concat_arrays([plain_text(texts["company_id"]) for texts in (table, asked)])), [len(keys)]
    )
    table, asked = table.select(NAME_KEYS), asked.select(NAME_KEYS)  # the other columns take most of the memory
    names, asked_names = name_codes(table, asked)
    history = read_history(registered, merges, keys)
    judged = read_verdicts(verdicts, keys, history)
    closure = join_by_keys(table, values, names, judged, history)

    has_value = np.zeros((len(STRONG_KEYS), len(order)), np.bool_)
    owned = ~closure.is_owner_other
    has_value[values.kind[owned], closure.person[values.row[owned]]] = True
    rows = _Rows(table, company, names)
    person = _join_by_name(rows, closure.person, _people_apart(judged.different, closure.person), has_value)

    is_other = closure.is_owner_other & (person[values.row] != person[values.first_row])
    owners = []
    for kind in (LINKEDIN, EMAIL):
        owner = np.full(len(order), -1)
        line = is_other & (values.kind == kind)
        owner[values.row[line]] = values.first_row[line]
        owners.append(owner)
    meant, is_ambiguous = _resolve(rows, person, _Asked(asked, asked_company, asked_names))

    def as_they_came(found: Ints) -> Ints:
        """Rows in order of age as positions in the observations, -1 stays."""
        positions = np.full(len(found), -1)
        positions[found >= 0] = order[found[found >= 0]]
        return positions

    by_observation = np.empty((3, len(order)), np.int64)
    by_observation[:, order] = [as_they_came(found) for found in (person, *owners)]
    return People(*by_observation, as_they_came(meant), is_ambiguous)


class _Rows(NamedTuple):
    """Observations in order of age, with numbers for their companies (-1 without one) and names."""

    table: pa.Table
    company: Ints
    names: NameCodes


class _Asked(NamedTuple):
    """References, with numbers for their companies and names; the numbers are those of `_Rows`."""

    table: pa.Table
    company: Ints
    names: NameCodes


def _read_observations(observations: pa.Table) -> tuple[pa.Table, Ints]:
    """Observations in order of age, and the position where each came."""
    age = ["observed_at", "intake_id", "mention", "observation_key"]
    as_text = ["company_id", *NAME_KEYS, *STRONG_KEYS]
    table = read_table(observations, "observations", "observation_key", [*age, *as_text], as_text)
    table = table.set_column(table.column_names.index("intake_id"), "intake_id", plain_text(table["intake_id"]))
    table = table.set_column(table.column_names.index("mention"), "mention", table["mention"].cast(pa.int64()))
    order = pc.sort_indices(table, [(column, "ascending") for column in age])
    return table.select(["observation_key", *as_text]).take(order), order.to_numpy().astype(np.int64)


def _people_apart(different: tuple[Ints, Ints], closure: Ints) -> dict[int, set[int]]:
    """Each person whom verdicts separate from others, with these others.

    Args:
        different: the two rows of each verdict.
        closure: the oldest row that each row is connected to by strong links.
    """
    others: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in zip(*(closure[side].tolist() for side in different), strict=True):
        if one != other:  # a shared Barton id makes them one person in spite of the verdict
            others[one].add(other)
            others[other].add(one)
    return dict(others)


# --- places: who was observed where under which name ----------------------------------------------


class _Seen(NamedTuple):
    """Each person (by oldest row) with each company and each name: the person, the company, a row with the name."""

    person: Ints
    company: Ints
    name_row: Ints


def _seen(rows: _Rows, person: Ints, is_wanted: Bools) -> _Seen:
    """The places where the wanted people may be matched by name: each name of a person at each company of the person.

    People without a first or last name in some row are left out.

    Args:
        rows: observations.
        person: the oldest row of the person of each.
        is_wanted: whether each row's person is wanted.
    """
    lacks_name = (rows.names.first < 0) | (rows.names.last < 0)
    is_nameable = np.ones(len(person), np.bool_)
    is_nameable[person[lacks_name]] = False
    row = np.flatnonzero(is_wanted & is_nameable[person] & (rows.company >= 0))
    is_alone = is_unique(person[row])
    several = row[~is_alone]
    columns = [values[several] for values in (person, rows.company, rows.names.parts)]
    order = np.lexsort(columns)
    is_new = np.logical_or.reduce([first_of_each(values[order]) for values in columns])
    row = np.concatenate([row[is_alone], several[order][is_new]])
    seen = _Seen(person[row], rows.company[row], row)
    more = _seen_elsewhere(seen, rows.names.parts)
    return _Seen(*(np.concatenate([one, other]) for one, other in zip(seen, more, strict=True))) if more else seen


def _seen_elsewhere(seen: _Seen, parts: Ints) -> _Seen | None:
    """The names of people at companies where these people were observed only under another name."""
    size = seen.person.max(initial=-1) + 1
    pairs = np.bincount(seen.person, minlength=size)
    low = [np.full(size, np.iinfo(np.int64).max) for _ in range(2)]
    high = [np.full(size, -1) for _ in range(2)]
    for number, values in enumerate((seen.company, parts[seen.name_row])):
        np.minimum.at(low[number], seen.person, values)
        np.maximum.at(high[number], seen.person, values)
    has_several = (pairs > 1) & (low[0] < high[0]) & (low[1] < high[1])
    lines = np.flatnonzero(has_several[seen.person])
    if not len(lines):
        return None
    where: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    name_row: dict[tuple[int, int], int] = {}
    columns = (seen.person, seen.company, parts[seen.name_row], seen.name_row)
    for one, company, name, row in zip(*(values[lines].tolist() for values in columns), strict=True):
        where[one].add((company, name))
        name_row[one, name] = row
    more = [
        (one, company, name_row[one, name])
        for one, found in where.items()
        for company in {company for company, _ in found}
        for name in {name for _, name in found}
        if (company, name) not in found
    ]
    return _Seen(*np.array(more, np.int64).reshape(-1, 3).T)


# A place is a company with a last name, with all letters of a name, or with the words of a name in any order, as one
# number: the company times _COMPANY, the number of the last name, letters or words times 4, and which of the three.
_COMPANY = 1 << 40
_BY_LAST, _BY_LETTERS, _BY_WORDS = range(3)


class _Places(NamedTuple):
    """People, or references, at places. Two whose names are compatible share a place at a common company."""

    owner: Ints
    place: Ints


def _places(owner: Ints, company: Ints, name_row: Ints, names: NameCodes) -> _Places:
    """The places of owners who are known at a company by the name of a row; the three arrays have the same length."""
    owners, places = [owner], [_number(company, names.last[name_row], _BY_LAST)]
    starts, ends = (np.searchsorted(names.letter_row, name_row, side=side) for side in ("left", "right"))
    for position in range(4):
        line = np.flatnonzero(ends - starts > position)
        owners.append(owner[line])
        places.append(_number(company[line], names.letter[starts[line] + position], _BY_LETTERS))
    line = np.flatnonzero(names.word[name_row] >= 0)
    owners.append(owner[line])
    places.append(_number(company[line], names.word[name_row[line]], _BY_WORDS))
    return _Places(np.concatenate(owners), np.concatenate(places))


def _number(company: Ints, code: Ints, kind: int) -> Ints:
    return company * _COMPANY + code * 4 + kind


def _distinct(places: _Places) -> _Places:
    """Each pair of place and owner once, ordered by place, then owner."""
    order = np.lexsort((places.owner, places.place))
    owner, place = places.owner[order], places.place[order]
    is_new = first_of_each(owner) | first_of_each(place)
    return _Places(owner[is_new], place[is_new])


def _crowded(places: _Places) -> Ints:
    """The owners who share a place with another owner, ascending."""
    is_shared = ~is_unique(places.place)
    found = _distinct(_Places(*(values[is_shared] for values in places)))
    return distinct(found.owner[~is_unique(found.place)])


# --- index: find people whose names agree without comparing all ------------------------------------


def _leading(names: Iterable[Name]) -> Name:
    """The name with the longest first and middle names: of several names, it agrees with the fewest other ones."""
    return max(names, key=lambda name: (len(name.first), len(name.middle), name))


def _words(name: Name, place: int) -> tuple[str, str]:
    """The first name and the first word of the middle names; blanks at places where they do not count."""
    return (name.first, name.middle.split(" ", 1)[0]) if place % 4 == _BY_LAST else ("", "")


@lru_cache(maxsize=1 << 16)
def _related(word: str) -> frozenset[str]:
    return frozenset(map(spelled, related_words(word)))


def _agreeing(index: dict[str, T], word: str, *, may_miss: bool) -> Iterator[T]:
    """The entries whose word may agree with this one.

    Args:
        index: entries by word, as `spelled` has it.
        word: the word to look up.
        may_miss: whether a missing word ('') agrees with every word, as it does in middle names.
    """
    related = _related(word)
    if (may_miss and not word) or len(index) <= len(related) + 3:
        yield from index.values()
        return
    if is_initial(word):
        for key, entry in index.items():
            if key[:1] == word or (may_miss and not key):
                yield entry
        return
    keys = {spelled(word), *related, *([""] if may_miss else []), *filter(is_initial, word[:1])}
    for key in keys & index.keys():
        yield index[key]


def _all_compatible(left: Iterable[Name], right: Iterable[Name]) -> bool:
    return all(compatible(one, other) for one in left for other in right)


# --- rule 2: joining by name ----------------------------------------------------------------------


class _Class(NamedTuple):
    """The facts that decide which persons fit. Persons at a place with equal facts form one class.

    `leading` is the name by which they are in the index.
    """

    has_linkedin: bool
    leading: Name
    names: Names


class _Members(NamedTuple):
    """The persons of a class at one place: a set, and a heap by age that still contains persons who left."""

    persons: set[int]
    heap: list[int]


# place -> first name -> first word of the middle name -> has LinkedIn -> class -> members
_ByLinkedin = dict[bool, dict[_Class, _Members]]
_Index = defaultdict[int, defaultdict[str, defaultdict[str, _ByLinkedin]]]


class _Known(NamedTuple):
    """The names and companies of people who share a place with others, and the numbers of each name in a place."""

    names: dict[int, Names]
    companies: dict[int, set[int]]
    numbers: dict[Name, list[int]]

    def places(self, name: Name, companies: Iterable[int]) -> list[int]:
        return [company * _COMPANY + number for company in companies for number in self.numbers[name]]


def _join_by_name(rows: _Rows, closure: Ints, apart: dict[int, set[int]], has_value: Bools) -> Ints:
    """Rule 2: the oldest row of each row's person after joining by name at a company.

    Args:
        rows: observations.
        closure: the oldest row that each row is connected to by strong links.
        apart: people (by oldest row), each with the people who are different by verdict.
        has_value: for each of `STRONG_KEYS` and each person, by oldest row, whether the person has a value.

    Only people who share a place with another person are processed. People at a place are indexed by
    first and middle name, and those of the same names are one class, so that thousands of equal names at a company cost
    no more than different ones.
    """
    seen = _seen(rows, closure, np.ones(len(closure), np.bool_))
    crowded = _crowded(_places(seen.person, seen.company, seen.name_row, rows.names))
    known = _known(rows, closure, seen, crowded)

    index: _Index = defaultdict(lambda: defaultdict(lambda: defaultdict(_no_members)))
    classes: dict[int, _Class] = {}
    companies_of: dict[int, set[int]] = {}
    joined_to: dict[int, int] = {}
    for person in crowded.tolist():
        names, companies = known.names[person], known.companies[person]
        leading = _leading(names)
        has_linkedin = bool(has_value[LINKEDIN, person])
        has_contact = has_linkedin or bool(has_value[EMAIL, person])
        barred = {joined_to.get(other, other) for other in apart.get(person, ())}
        places = known.places(leading, companies)
        fitting = _fitting_persons(index, places, leading, names, has_linkedin, has_contact, barred)
        if not fitting or (has_contact and len(fitting) > 1):
            classes[person] = _Class(has_linkedin, leading, names)
            companies_of[person] = companies
            _enter(index, person, classes[person], places)
            continue
        older = min(fitting)
        joined_to[person] = older
        before = classes[older]
        all_names = before.names | names
        after = _Class(before.has_linkedin or has_linkedin, _leading(all_names), all_names)
        new_companies = companies - companies_of[older]
        if after != before:
            _leave(index, older, before, known.places(before.leading, companies_of[older]))
            classes[older] = after
            new_companies |= companies_of[older]
        _enter(index, older, after, known.places(after.leading, new_companies))
        companies_of[older] = companies_of[older] | companies

    target = np.arange(len(closure))
    target[list(joined_to.keys())] = list(joined_to.values())
    return target[closure]


def _known(rows: _Rows, person: Ints, seen: _Seen, wanted: Ints) -> _Known:
    """The names and companies of the wanted people.

    Args:
        rows: observations.
        person: the oldest row of the person of each.
        seen: where these people were observed.
        wanted: people by oldest row.
    """
    names, row_of = _names_of_people(rows, person, wanted)
    companies: defaultdict[int, set[int]] = defaultdict(set)
    line = np.flatnonzero(_is_among(wanted, len(person))[seen.person])
    for one, company in zip(seen.person[line].tolist(), seen.company[line].tolist(), strict=True):
        companies[one].add(company)
    name_row = np.fromiter(row_of.values(), np.int64, len(row_of))
    numbered = _places(np.arange(len(name_row)), np.zeros(len(name_row), np.int64), name_row, rows.names)
    numbers: list[list[int]] = [[] for _ in row_of]
    for position, number in zip(numbered.owner.tolist(), numbered.place.tolist(), strict=True):
        numbers[position].append(number)
    return _Known(names, companies, dict(zip(row_of, numbers, strict=True)))


def _names_of_people(rows: _Rows, person: Ints, wanted: Ints) -> tuple[dict[int, Names], dict[Name, int]]:
    """The distinct names of each of the wanted people (by oldest row), and for each name a row that has it."""
    lines = np.flatnonzero(_is_among(wanted, len(person))[person])
    names: dict[int, Names] = {}
    row_of: dict[Name, int] = {}
    single: dict[Name, Names] = {}
    for one, row, name in zip(person[lines].tolist(), lines.tolist(), names_at(rows.table, lines), strict=True):
        if name not in row_of:
            row_of[name] = row
            single[name] = frozenset([name])
        before = names.get(one)
        if before is None:
            names[one] = single[name]
        elif name not in before:
            names[one] = before | single[name]
    return names, row_of


def _is_among(wanted: Ints, size: int) -> Bools:
    found = np.zeros(size, np.bool_)
    found[wanted] = True
    return found


def _no_members() -> _ByLinkedin:
    return {False: {}, True: {}}


def _fitting_persons(
    index: _Index,
    places: list[int],
    leading: Name,
    names: Names,
    has_linkedin: bool,
    has_contact: bool,
    barred: set[int],
) -> set[int]:
    """Persons who fit. The search stops as soon as more of them would not change the result.

    `barred` are the persons whom a verdict separates from the person; they do not fit. For a person with an email or
    LinkedIn it only matters whether one or several fit, so the search stops at the second. For a person with neither,
    only the oldest matters, and it is always found.
    """
    fitting: set[int] = set()
    for place in places:
        if place not in index:
            continue
        first, middle = _words(leading, place)
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
        first, middle = map(spelled, _words(kind.leading, place))
        members = index[place][first][middle][kind.has_linkedin].setdefault(kind, _Members(set(), []))
        members.persons.add(person)
        heappush(members.heap, person)


def _leave(index: _Index, person: int, kind: _Class, places: Iterable[int]) -> None:
    for place in places:
        first, middle = map(spelled, _words(kind.leading, place))
        members_of = index[place][first][middle][kind.has_linkedin]
        members_of[kind].persons.discard(person)
        if not members_of[kind].persons:
            del members_of[kind]


# --- rule 3: references ---------------------------------------------------------------------------


def _resolve(rows: _Rows, person: Ints, asked: _Asked) -> tuple[Ints, Bools]:
    """Rule 3: for each reference the person (by oldest row, -1 for nobody), and whether several fit.

    Args:
        rows: observations.
        person: the oldest row of the person of each.
        asked: the references.
    """
    size = asked.table.num_rows
    meant, is_ambiguous = np.full(size, -1), np.zeros(size, np.bool_)
    number = np.flatnonzero((asked.company >= 0) & (asked.names.first >= 0) & (asked.names.last >= 0))
    asking = _places(number, asked.company[number], number, asked.names)
    companies = max(rows.company.max(initial=-1), asked.company.max(initial=-1)) + 2  # the last one stands for none
    is_at_company = _is_among(asked.company[number], companies)[rows.company]
    seen = _seen(rows, person, _is_among(person[is_at_company], len(person))[person])
    known = _distinct(_places(seen.person, seen.company, seen.name_row, rows.names))
    first, end = (np.searchsorted(known.place, asking.place, side=side) for side in ("left", "right"))
    is_common = first < end
    asking, first, end = _Places(*(values[is_common] for values in asking)), first[is_common], end[is_common]

    # the usual case: at the only place of the reference there is one person, always observed with one name that fits
    low, high = np.full(len(person), np.iinfo(np.int64).max), np.full(len(person), -1)
    np.minimum.at(low, person, rows.names.exact)
    np.maximum.at(high, person, rows.names.exact)
    one = known.owner[first]
    is_usual = (np.bincount(asking.owner, minlength=1)[asking.owner] == 1) & (end - first == 1)
    is_usual &= (low[one] == high[one]) & are_plainly_compatible(asked.names, asking.owner, rows.names, one)
    meant[asking.owner[is_usual]] = one[is_usual]

    # place -> people, oldest first; those of several are indexed by first and first middle name, and names
    asking = _Places(asking.owner[~is_usual], asking.place[~is_usual])
    is_common = np.isin(known.place, asking.place)
    known = _Places(known.owner[is_common], known.place[is_common])
    names_of_person, _ = _names_of_people(rows, person, known.owner)
    people_at: defaultdict[int, list[int]] = defaultdict(list)
    for one, place in zip(known.owner.tolist(), known.place.tolist(), strict=True):
        people_at[place].append(one)
    places_of: defaultdict[int, list[int]] = defaultdict(list)
    for reference, place in zip(asking.owner.tolist(), asking.place.tolist(), strict=True):
        places_of[reference].append(place)
    indexes = {place: _indexed(persons, place, names_of_person) for place, persons in people_at.items()}
    answers: dict[tuple[int, Name], tuple[int, bool]] = {}
    lines = np.fromiter(places_of, np.int64, len(places_of))
    for (reference, places), name in zip(places_of.items(), names_at(asked.table, lines), strict=True):
        question = (int(asked.company[reference]), name)
        if question not in answers:
            answers[question] = _meant({place: indexes[place] for place in places}, name)
        meant[reference], is_ambiguous[reference] = answers[question]
    return meant, is_ambiguous


def _indexed(
    persons: Iterable[int], place: int, names_of_person: dict[int, Names]
) -> dict[str, dict[str, dict[Names, list[int]]]]:
    """People of one place, oldest first, indexed by the words of their names."""
    index: dict[str, dict[str, dict[Names, list[int]]]] = {}
    for person in persons:
        names = names_of_person[person]
        first, middle = map(spelled, _words(_leading(names), place))
        index.setdefault(first, {}).setdefault(middle, {}).setdefault(names, []).append(person)
    return index


def _meant(known: dict[int, dict[str, dict[str, dict[Names, list[int]]]]], name: Name) -> tuple[int, bool]:
    """The person to whom a name refers (-1 if nobody) among those at some places, and whether several fit."""
    exact: set[int] = set()
    fitting: set[int] = set()
    for place, by_first in known.items():
        first, middle = _words(name, place)
        for by_middle in _agreeing(by_first, first, may_miss=False):
            for by_names in _agreeing(by_middle, middle, may_miss=True):
                for names, persons in by_names.items():
                    if _all_compatible([name], names):
                        fitting.update(persons[:2])
                        if name in names:
                            exact.update(persons[:2])
    for found in (fitting, exact):
        if len(found) == 1:
            return found.pop(), False
    return -1, bool(fitting)
