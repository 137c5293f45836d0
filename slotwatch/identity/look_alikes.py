"""Pairs of people who look alike. A reviewer decides whether they are one person.

Source: business rules, section 1, duplicates that only look alike.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist, cpdist

from slotwatch.identity import Bools, Ints, codes, in_order, is_filled, pair_codes, read_table

Floats = npt.NDArray[np.float64]

LIKE_NAMES = 0.92  # Jaro-Winkler of two names at one company
LIKE_NAMES_IN_ONE_ROLE = 0.85  # likewise, if their titles map to the same role
PHONE_BEARERS = 2  # a number that more people have belongs to a switchboard and is ignored
SMALL_COMPANY = 50  # companies with up to this many people are compared in one batch
LARGE_COMPANY = 5000  # companies with more people compare only names with the same first letter

SCHEMA = pa.schema(
    [
        ("person_id_a", pa.string()),
        ("person_id_b", pa.string()),
        ("conflict_type", pa.string()),
        ("similarity", pa.float64()),
        ("is_different", pa.bool_()),
    ]
)

_CHUNK = 512  # names compared with their company at once: at most 20 MB of similarities
_LIKE_NAMES, _SAME_PHONE = "fuzzy_name_company", "same_phone"


def find_look_alikes(
    people: pa.Table,
    company_phones: pa.Array | None = None,
    different: pa.Table | None = None,
    *,
    phone_bearers: int = PHONE_BEARERS,
    large_company: int = LARGE_COMPANY,
) -> pa.Table:
    """Pairs of people who may be one person although no rule of identity joins them.

    1. `fuzzy_name_company`: the names of two people at one company have a Jaro-Winkler similarity of at least 0.92, or
       of at least 0.85 when their titles map to the same role. The similarity is rounded to four decimals, as it is
       shown, and then compared.
    2. `same_phone`: two people have the same phone, also at different companies, since people keep a mobile number. A
       company's number and a number of more than `phone_bearers` people do not count: 200 people who share a number
       would be 20,000 pairs.

    A pair that both rules find is listed once, under the first. The result does not depend on the
    order of rows. The work grows with the people, and with the square of those at one company: names
    at a company of 5,000 take less than a second. Above `large_company` people only names of the same
    first letter are compared.

    Args:
        people: one row per person: `person_id` (unique text), and nullable text `company_id`,
            `name_key` (normal form of the full name), `role` (that the title maps to), `phone`
            (normal form).
        company_phones: the phones of companies, in normal form.
        different: pairs that a reviewer found to be different people: `person_id_a`, `person_id_b`, in either order.
        phone_bearers: most people that a phone may have to identify them.
        large_company: people of a company above which names are compared within a first letter.

    Returns:
        One row per unordered pair, by `person_id_a`, `person_id_b` (a < b): `conflict_type`;
        `similarity` of the names, null for `same_phone`; `is_different`, whether the pair is in `different`.

    Raises:
        ValueError: a column is missing, or `person_id` is null or repeated.
    """
    as_text = ["company_id", "name_key", "role", "phone"]
    table = in_order(read_table(people, "people", "person_id", ["person_id", *as_text], as_text), "person_id")
    size = table.num_rows
    named = _like_names(table, large_company)
    phone = table["phone"]
    if company_phones is not None:
        phone = pc.if_else(
            pc.is_in(phone, value_set=company_phones.cast(pa.string())), pa.scalar(None, pa.string()), phone
        )
    called = _same_phones(codes(phone), phone_bearers)
    left, right = np.concatenate([named.left, called.left]), np.concatenate([named.right, called.right])
    similarity = np.concatenate([named.similarity, called.similarity])
    _, first = np.unique(left * size + right, return_index=True)  # if both rules find a pair, the first counts
    ids = table["person_id"].combine_chunks()
    is_named = first < len(named.left)
    decided = set()
    for one, other in zip(*(_known_ids(different, side) for side in ("person_id_a", "person_id_b")), strict=True):
        decided |= {(one, other), (other, one)}
    pairs = zip(ids.take(pa.array(left[first])).to_pylist(), ids.take(pa.array(right[first])).to_pylist(), strict=True)
    is_different = [pair in decided for pair in pairs] if decided else np.zeros(len(first), np.bool_)
    return pa.table(
        {
            "person_id_a": ids.take(pa.array(left[first])),
            "person_id_b": ids.take(pa.array(right[first])),
            "conflict_type": pa.array(np.where(is_named, _LIKE_NAMES, _SAME_PHONE), pa.string()),
            "similarity": pa.array(similarity[first], mask=~is_named),
            "is_different": pa.array(is_different, pa.bool_()),
        }
    ).cast(SCHEMA)


def name_likeness(is_one_company: bool, one: str | None, other: str | None) -> float | None:
    """The similarity of two name keys if they can have been a pair of rule 1, else null.

    Whether their titles had the same role is not known.
    """
    if not (is_one_company and one and other):
        return None
    similarity = round(JaroWinkler.similarity(one, other), 4)
    return similarity if similarity >= LIKE_NAMES_IN_ONE_ROLE else None


def _known_ids(pairs: pa.Table | None, side: str) -> list[str]:
    return [] if pairs is None else pairs[side].to_pylist()


class _Pairs(NamedTuple):
    """Pairs of people, as positions in order of id (the smaller first), and the similarity of their names."""

    left: Ints
    right: Ints
    similarity: Floats


def _like_names(table: pa.Table, large_company: int) -> _Pairs:
    """Rule 1. All small companies are processed at once, each large company alone.

    Args:
        table: people in order of id.
        large_company: as in `find_look_alikes`.
    """
    company, role = codes(table["company_id"]), codes(table["role"])
    name = table["name_key"].to_pylist()
    person = np.flatnonzero((company >= 0) & is_filled(table["name_key"]))
    size = np.bincount(company[person], minlength=1)[company[person]]
    is_small = size <= min(SMALL_COMPANY, large_company)
    found = [_like_names_at(person[is_small], company, name, role)]

    large = person[~is_small]
    letter = [
        name[one][:1] if many else "" for one, many in zip(large.tolist(), size[~is_small] > large_company, strict=True)
    ]
    block = pair_codes(company[large], codes(pa.array(letter, pa.string())))
    order = np.argsort(block, kind="stable")
    for members in np.split(large[order], np.flatnonzero(np.diff(block[order])) + 1):
        found += _like_names_of(members, name, role)
    return _Pairs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _like_names_at(person: Ints, company: Ints, name: list[str], role: Ints) -> _Pairs:
    """The pairs among people of the same company. The cost is proportional to the number of pairs."""
    by_company = person[np.argsort(company[person], kind="stable")]
    lefts, rights = [person[:0]], [person[:0]]
    for distance in range(1, SMALL_COMPANY):
        left, right = by_company[:-distance], by_company[distance:]
        is_pair = company[left] == company[right]
        if not is_pair.any():
            break
        lefts.append(left[is_pair])
        rights.append(right[is_pair])
    left, right = np.concatenate(lefts), np.concatenate(rights)
    similarity = cpdist(
        [name[one] for one in left.tolist()],
        [name[one] for one in right.tolist()],
        scorer=JaroWinkler.similarity,
        dtype=np.float64,
    )
    return _alike(left, right, similarity, role)


def _like_names_of(block: Ints, name: list[str], role: Ints) -> Iterator[_Pairs]:
    """The pairs of one block. One chunk of people at a time is compared with all people from the chunk on."""
    names = [name[one] for one in block.tolist()]
    for start in range(0, len(names), _CHUNK):
        similarities = cdist(
            names[start : start + _CHUNK],
            names[start:],
            scorer=JaroWinkler.similarity,
            score_cutoff=LIKE_NAMES_IN_ONE_ROLE - 0.0001,
            dtype=np.float64,
        )
        left, right = np.nonzero(np.triu(similarities, k=1))
        yield _alike(block[left + start], block[right + start], similarities[left, right], role)


def _alike(left: Ints, right: Ints, similarity: Floats, role: Ints) -> _Pairs:
    """The pairs of names that are alike."""
    similarity = similarity.round(4)
    is_one_role: Bools = (role[left] == role[right]) & (role[left] >= 0)
    is_alike = (similarity >= LIKE_NAMES) | (is_one_role & (similarity >= LIKE_NAMES_IN_ONE_ROLE))
    return _Pairs(left[is_alike], right[is_alike], similarity[is_alike])


def _same_phones(phone: Ints, phone_bearers: int) -> _Pairs:
    """Rule 2.

    Args:
        phone: a number for each person's phone, in order of id, -1 without one.
        phone_bearers: as in `find_look_alikes`.
    """
    person = np.flatnonzero(phone >= 0)
    bearers = np.bincount(phone[person], minlength=1)[phone[person]]
    person = person[(bearers > 1) & (bearers <= phone_bearers)]
    by_phone = person[np.argsort(phone[person], kind="stable")]
    lefts, rights = [person[:0]], [person[:0]]
    for distance in range(1, phone_bearers):
        left, right = by_phone[:-distance], by_phone[distance:]
        is_pair = phone[left] == phone[right]
        lefts.append(left[is_pair])
        rights.append(right[is_pair])
    left, right = np.concatenate(lefts), np.concatenate(rights)
    return _Pairs(left, right, np.full(len(left), np.nan))
