"""Which observations tell of the same person, and whom a reference means.

Source: business rules, section 1, person gate: closure over Barton id, LinkedIn and email; then,
oldest first, by compatible name at the same company; and what reviewers decided on single rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from slotwatch.identity import oldest_connected, read_table, shared_values, text
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

Ints = npt.NDArray[np.int64]
Names = frozenset[Name]
T = TypeVar("T")


def group_people(observations: pa.Table, references: pa.Table, verdicts: pa.Table | None = None) -> pa.Table:
    """Group observations into persons and resolve references to them.

    Age is (`observed_at`, `intake_id`, `mention`), everywhere; `observation_key` breaks ties. The
    result does not depend on the order of rows.

    1. Observations that share a handed-in id, LinkedIn or email are one person, transitively and
       across companies; so are two that a reviewer found to be the `same_person`.
    2. Oldest first, each person so found joins the one older person (with all that one has absorbed
       so far) who has an observation at a company of his, with whose every row all his rows are
       compatible in name, and who does not also have a LinkedIn. When several fit, he joins the
       oldest of them if none of his rows has an email or LinkedIn, else nobody. Who bears several
       last names, or lacks a first or last name in a row, joins nobody by name and nobody him. Nor
       does he fit whom a verdict tells apart from him: a reviewer found a row of one and a row of
       the other to be `different_people`. Rule 1 is stronger than such a verdict.
    3. A reference means the person with an observation at its company with whose every row its name
       is compatible; of several, the only one who has a row of exactly this name; else it is
       ambiguous. A reference without first or last name means nobody. References change no person.

    Args:
        observations: `observation_key` (unique text), `observed_at` (timestamp), `intake_id` (text)
            and `mention` (int), `company_id` (text), and nullable text in normal form: `first_key`,
            `middle_key`, `last_key`, `suffix_key`, `email` (null for role mailboxes),
            `linkedin_url`, `handed_in_id`.
        references: `reference_key` (unique text), `company_id` and the four name keys.
        verdicts: `observation_key_a`, `observation_key_b`, `verdict` (`same_person` or
            `different_people`); those on observations that are not there decide nothing. None is
            no verdict.

    Returns:
        One row per observation and reference, by `kind` ('observation', 'reference') and `key`:
        `group_key`, the oldest observation of the person, null for a reference that means nobody;
        `is_ambiguous`, several persons fit the reference.

    Raises:
        ValueError: a column is missing, a key column is null or repeated, or a verdict is neither.
    """
    frame = _read_observations(observations)
    values = shared_values(frame, STRONG_KEYS)
    decided = _read_verdicts(verdicts, frame)
    same = decided.filter(pl.col("verdict") == SAME)
    closure = oldest_connected(
        frame.height,
        np.concatenate([values["row"].to_numpy(), same["row_a"].to_numpy()]),
        np.concatenate([values["first_row"].to_numpy(), same["row_b"].to_numpy()]),
    )
    different = decided.filter(pl.col("verdict") == DIFFERENT)
    person = _join_by_name(frame, closure, _told_apart(different, closure))
    frame = frame.with_columns(pl.Series("person", person))
    group_keys = frame["observation_key"].gather(person)
    grouped = frame.select(
        pl.lit("observation").alias("kind"),
        pl.col("observation_key").alias("key"),
        group_keys.alias("group_key"),
        pl.lit(False).alias("is_ambiguous"),
    )
    resolved = _resolve(frame, references)
    return pl.concat([grouped, resolved]).sort("kind", "key").to_arrow().cast(SCHEMA)


def _read_observations(observations: pa.Table) -> pl.DataFrame:
    """Observations in order of age, with `row` (0, 1, 2, ...); missing parts of names are ''."""
    order = ["observed_at", "intake_id", "mention", "observation_key"]
    columns = [*order, "company_id", *NAME_KEYS, *STRONG_KEYS]
    frame = read_table(observations, "observations", "observation_key", columns)
    return (
        frame.with_columns(
            *(text(column) for column in [*STRONG_KEYS, "company_id"]),
            *(text(column).fill_null("") for column in NAME_KEYS),
            pl.col("intake_id").cast(pl.String),
            pl.col("mention").cast(pl.Int64),
        )
        .sort(order, nulls_last=True)
        .with_row_index("row")
        .cast({"row": pl.Int64})
    )


def _read_verdicts(verdicts: pa.Table | None, frame: pl.DataFrame) -> pl.DataFrame:
    """Verdicts on observations that are there: columns `row_a`, `row_b`, `verdict`.

    Args:
        verdicts: as in `group_people`.
        frame: observations with `row`.
    """
    columns = ["observation_key_a", "observation_key_b", "verdict"]
    if verdicts is None:
        return pl.DataFrame(schema={"row_a": pl.Int64, "row_b": pl.Int64, "verdict": pl.String})
    missing = sorted(set(columns) - set(verdicts.column_names))
    if missing:
        raise ValueError(f"verdicts: missing columns {', '.join(missing)}")
    decided = pl.DataFrame(pl.from_arrow(verdicts.select(columns))).with_columns(text(column) for column in columns)
    unknown = decided.filter(~pl.col("verdict").is_in([SAME, DIFFERENT]) | pl.col("verdict").is_null())
    if unknown.height:
        raise ValueError(f"verdicts: {unknown['verdict'].min()!r} is neither {SAME!r} nor {DIFFERENT!r}")
    rows = frame.select("observation_key", "row")
    for side in ("a", "b"):
        decided = decided.join(
            rows.rename({"observation_key": f"observation_key_{side}", "row": f"row_{side}"}),
            on=f"observation_key_{side}",
        )
    return decided.select("row_a", "row_b", "verdict")


def _told_apart(different: pl.DataFrame, closure: Ints) -> dict[int, set[int]]:
    """Each person whom verdicts tell apart from others, with those others.

    Args:
        different: `row_a` and `row_b` of each verdict.
        closure: the oldest row that each row is connected to by strong links.
    """
    others: defaultdict[int, set[int]] = defaultdict(set)
    persons = closure[different["row_a"].to_numpy()], closure[different["row_b"].to_numpy()]
    for one, other in zip(*(side.tolist() for side in persons), strict=True):
        if one != other:  # one person by strong links, whatever the verdict
            others[one].add(other)
            others[other].add(one)
    return dict(others)


def _nameable(frame: pl.DataFrame) -> pl.DataFrame:
    """Persons who can be known by name: one last name, and a first and last name in every row.

    Args:
        frame: observations with `row` and `person` (the person's oldest row).

    Returns:
        Column `person`.
    """
    return (
        frame.group_by("person")
        .agg(
            pl.col("last_key").n_unique().alias("last_names"),
            ((pl.col("first_key") == "") | (pl.col("last_key") == "")).any().alias("lacks_name"),
        )
        .filter((pl.col("last_names") == 1) & ~pl.col("lacks_name"))
        .select("person")
    )


def _places(frame: pl.DataFrame) -> pl.DataFrame:
    """Where nameable persons are found: one line per person and (company, last name).

    Returns:
        Columns `person`, `company_id`, `last_key`.
    """
    return (
        frame.select("person", "company_id", "last_key")
        .drop_nulls("company_id")
        .unique()
        .join(_nameable(frame), on="person", how="semi")
    )


def _names_of_persons(frame: pl.DataFrame, persons: pl.DataFrame) -> dict[int, Names]:
    """The distinct names of each person."""
    lines = frame.join(persons, on="person", how="semi").select("person", *NAME_KEYS).unique()
    names: dict[int, list[Name]] = {}
    for person, *keys in lines.iter_rows():
        names.setdefault(person, []).append(Name(*keys))
    return {person: frozenset(found) for person, found in names.items()}


# --- looking up who agrees with a name, without comparing with everybody --------------------------


def _lookup_words(names: Iterable[Name]) -> tuple[str, str]:
    """The first name and the first word of the middle name that say most (the longest).

    Whoever is compatible with all these names agrees with both words, so one entry in an index of
    words is enough to find a person of several names.
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
    """What decides who fits: persons at a place who agree in this are looked at as one.

    `first` and `middle` are the words to look the names up by.
    """

    has_linkedin: bool
    first: str
    middle: str
    names: Names


class _Members(NamedTuple):
    """The persons of a class at one place: who they are, and a heap (with leavers) by age."""

    persons: set[int]
    heap: list[int]


# place -> first name -> first word of the middle name -> has LinkedIn -> class -> members
_ByLinkedin = dict[bool, dict[_Class, _Members]]
_Index = defaultdict[int, defaultdict[str, defaultdict[str, _ByLinkedin]]]


def _join_by_name(frame: pl.DataFrame, closure: Ints, told_apart: dict[int, set[int]]) -> Ints:
    """Rule 2: the oldest row of each row's person after joining by name at a company.

    Args:
        frame: observations in order of age.
        closure: the oldest row that each row is connected to by strong links.
        told_apart: persons (by oldest row) with those who are somebody else by verdict.

    Only persons who share a company and last name with another are walked through. Persons at a
    place are indexed by first and middle name, and those of the same names are one class, so that
    thousands of equal names at a company cost no more than different ones.
    """
    frame = frame.with_columns(pl.Series("person", closure))
    places = _places(frame)
    crowded = places.group_by("company_id", "last_key").len().filter(pl.col("len") > 1)
    crowded = crowded.with_row_index("place").drop("len")
    places_of_person = (
        places.join(crowded, on=["company_id", "last_key"])
        .group_by("person")
        .agg("place")
        .join(
            frame.group_by("person").agg(
                pl.col("linkedin_url").is_not_null().any().alias("has_linkedin"),
                pl.col("email").is_not_null().any().alias("has_email"),
            ),
            on="person",
        )
        .sort("person")
    )
    names_of_person = _names_of_persons(frame, places_of_person.select("person"))

    index: _Index = defaultdict(lambda: defaultdict(lambda: defaultdict(_no_members)))
    classes: dict[int, _Class] = {}
    places_of: dict[int, set[int]] = {}
    joined_to: dict[int, int] = {}
    for person, person_places, has_linkedin, has_email in places_of_person.iter_rows():
        names = names_of_person[person]
        has_contact = has_linkedin or has_email
        barred = {joined_to.get(other, other) for other in told_apart.get(person, ())}
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

    target = np.arange(frame.height)
    target[list(joined_to.keys())] = list(joined_to.values())
    return target[closure]


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

    `barred` are those whom a verdict tells apart from the person; they do not fit.

    Whoever has an email or LinkedIn needs to know only whether one or several fit, so the search
    stops at any second one; whoever has neither, only who is the oldest.
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


def _resolve(frame: pl.DataFrame, references: pa.Table) -> pl.DataFrame:
    """Rule 3: what each reference means.

    Args:
        frame: observations with `person` (the person's oldest row).
        references: as in `group_people`.

    Returns:
        Columns `kind`, `key`, `group_key`, `is_ambiguous`.
    """
    asked = read_table(
        references, "references", "reference_key", ["reference_key", "company_id", *NAME_KEYS]
    ).with_columns(text("company_id"), *(text(column).fill_null("") for column in NAME_KEYS))
    asked_names = asked.select("company_id", *NAME_KEYS).unique()
    evident = _evident_persons(frame, asked_names)
    wanted = asked_names.join(evident, on=["company_id", *NAME_KEYS], how="anti")
    places = _places(frame).join(wanted, on=["company_id", "last_key"], how="semi")
    names_of_person = _names_of_persons(frame, places.select("person").unique())

    # (company, last name) -> first name -> first word of the middle name -> names -> persons
    index: defaultdict[tuple[str, str], dict[str, dict[str, dict[Names, list[int]]]]]
    index = defaultdict(dict)
    for person, company, last in places.sort("person").iter_rows():
        names = names_of_person[person]
        first, middle = _lookup_words(names)
        by_names = index[company, last].setdefault(first, {}).setdefault(middle, {})
        by_names.setdefault(names, []).append(person)

    answers: list[tuple[int | None, bool]] = []
    for company, *keys in wanted.iter_rows():
        name = Name(*keys)
        known = index.get((company, name.last), {}) if name.first and name.last else {}
        answers.append(_meant(known, name))
    looked_up = wanted.with_columns(
        pl.Series("person", [person for person, _ in answers], pl.Int64),
        pl.Series("is_ambiguous", [ambiguous for _, ambiguous in answers], pl.Boolean),
    )
    answered = pl.concat([evident, looked_up]).join(
        frame.select(pl.col("row").alias("person"), "observation_key"), on="person", how="left"
    )
    return asked.join(answered, on=["company_id", *NAME_KEYS], how="left", nulls_equal=True).select(
        pl.lit("reference").alias("kind"),
        pl.col("reference_key").alias("key"),
        pl.col("observation_key").alias("group_key"),
        "is_ambiguous",
    )


def _evident_persons(frame: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """The names asked for that are all the names of the only person of this last name at the company.

    That is what most references are; the others are looked up one by one.

    Args:
        frame: observations with `person`.
        asked: `company_id` and the four name keys.

    Returns:
        The columns of `asked`, `person`, and `is_ambiguous`, which is false.
    """
    places = _places(frame)
    sole = places.filter(pl.len().over("company_id", "last_key") == 1).select("company_id", "person")
    names = frame.select("person", *NAME_KEYS).join(sole, on="person", how="semi").unique()
    one_name = names.filter(pl.len().over("person") == 1)
    return asked.join(sole.join(one_name, on="person"), on=["company_id", *NAME_KEYS], how="inner").select(
        "company_id", *NAME_KEYS, "person", pl.lit(False).alias("is_ambiguous")
    )


def _meant(known: dict[str, dict[str, dict[Names, list[int]]]], name: Name) -> tuple[int | None, bool]:
    """The person of a place whom a name means (None if nobody), and whether several fit."""
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
    return None, bool(fitting)
