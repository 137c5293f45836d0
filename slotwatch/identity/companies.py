"""Decides which raw company rows are about the same company.

Source: business rules, section 1, companies: accepted rows, the same company, references by name, pairs for a reviewer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slotwatch.identity import (
    Bools,
    Ints,
    Values,
    codes,
    distinct,
    first_of_each,
    in_order,
    is_filled,
    is_unique,
    oldest_connected,
    pair_codes,
    plain_text,
    position_in,
    read_table,
    shared_values,
)
from slotwatch.identity.company_growth import GrowingRows, grow_companies

UNIDENTIFIED = "COMPANY_UNIDENTIFIED"
SAME, DIFFERENT = "same", "different"
SAME_NAME, SHARED_PAGE, KEY_CONFLICT = "same_name_other_domain", "shared_linkedin", "key_conflict"

# Key columns and their names in messages. The EIN is last, because only the EIN can separate companies.
KEYS = {
    "handed_in_id": "Barton id",
    "domain": "domain",
    "linkedin_url": "LinkedIn",
    "ein": "EIN",
}
_DOMAIN, _PAGE, _EIN = 1, 2, len(KEYS) - 1
_PLACE = ["name_key", "state", "phone", "address_line1", "postal_code"]
_NAMED_EINS = 5  # most companies that a message names, because hundreds may share a host
_MOST_PARTNERS = 10  # most older companies with which one company is paired for a reviewer because of one value

SCHEMA = pa.schema(
    [
        ("row_key", pa.string()),
        ("group_key", pa.string()),
        ("rejection_code", pa.string()),
        ("is_name_only", pa.bool_()),
        ("conflict_detail", pa.string()),
        ("names_of_domain", pa.int64()),
    ]
)
PAIRS = pa.schema(
    [
        ("older", pa.string()),
        ("younger", pa.string()),
        ("conflict_type", pa.string()),
        ("shared_value", pa.string()),
        ("status", pa.string()),
    ]
)
NO_VERDICTS = pa.table({column: pa.nulls(0, pa.string()) for column in ("one", "other", "verdict")})


class Companies(NamedTuple):
    """The result of `group_companies`.

    `rows`: one per input row, by `row_key`. `pairs`: two companies that a person should look at, by their group keys,
    with `status` `pending` or, after a verdict, `confirmed_different`; and two rows that are one company by a verdict,
    with `confirmed_same`. `contradicted`: for each verdict, whether it could not be applied.
    """

    rows: pa.Table
    pairs: pa.Table
    contradicted: Bools


def group_companies(
    rows: pa.Table,
    verdicts: pa.Table = NO_VERDICTS,
    street: Callable[[str], str | None] = str.casefold,
) -> Companies:
    """Group raw company rows into companies.

    Age is (`observed_at`, `row_key`), everywhere. The result does not depend on the order of rows. Rows with the same
    `observed_at` (an instant) are read together, and joined companies stay joined. In each instant:

    1. Rows that share a handed-in id, domain or EIN are one company, transitively. Different EINs stay apart: a row
       with an EIN goes to the company of that EIN, a row without one to the oldest company with an EIN that it shares a
       key with. Companies without an EIN that share a key with the row are joined to its company.
    2. Companies that share a LinkedIn page are one, unless both their domains and their name keys differ.
    3. Oldest first, a company joins the other companies that have its name key in its state and contradict it on no
       key (both have a value and share none); domains do not contradict if the phone, or street and postal code, of two
       rows with the name and state agree. If several fit that contradict each other, it joins none.

    A row without any of the keys means the company with its name key, as `_find_by_name` describes. It never joins two
    companies and never starts a new one. Verdicts apply from the first row on. `same` joins two companies unless they
    have two EINs. `different` is stronger than everything except handed-in id and EIN, and a value that both have
    identifies only the older company.

    Args:
        rows: `row_key` (unique text), `observed_at` (timestamp), and `handed_in_id`, `domain`, `ein`, `linkedin_url`,
            `name_key`, `state`, `phone`, `postal_code` in normal form, and `address_line1`, nullable text.
        verdicts: `one`, `other` (row keys), `verdict` (`same` or `different`), one per pair. Verdicts on rows that are
            not there, or have no key, are ignored.
        street: key of an address, the same for all its spellings; null if it says too little.

    Returns:
        `rows` by `row_key`: `row_key`; `group_key`, the oldest row *with a key* of the company, null if refused;
        `rejection_code`, null or `COMPANY_UNIDENTIFIED`; `is_name_only`, whether the row has no key; `conflict_detail`,
        the key values of the row that companies with different EINs share, and these EINs, in words, else null;
        `names_of_domain`, how many name keys the domain of the row has so far, if the row brings a new one, else null.

    Raises:
        ValueError: a column is missing, or `row_key` is null or repeated.
    """
    as_text = [*KEYS, *_PLACE]
    table = in_order(
        read_table(rows, "companies", "row_key", ["row_key", "observed_at", *as_text], as_text),
        "observed_at",
        "row_key",
    )
    has_key = pc.is_valid(pc.coalesce(*(table[column] for column in KEYS)))
    identified, keyless = table.filter(has_key), table.filter(pc.invert(has_key))

    values = shared_values(identified, list(KEYS))
    block = _pairs_of(codes(identified["name_key"]), codes(identified["state"]))
    judged = _Verdicts.read(verdicts, identified["row_key"])
    company = _grown(identified, values, block, judged, street)

    keys = identified["row_key"].combine_chunks()
    found = _find_by_name(keyless, identified, company)
    group_key = pa.chunked_array(
        [keys.take(pa.array(company)), keys.take(pa.array(found, mask=found < 0))], pa.string()
    )
    nothing = pa.nulls(keyless.num_rows, pa.string())
    result = pa.table(
        {
            "row_key": pa.chunked_array([*identified["row_key"].chunks, *keyless["row_key"].chunks], pa.string()),
            "group_key": group_key,
            "rejection_code": pc.if_else(group_key.is_null(), UNIDENTIFIED, pa.scalar(None, pa.string())),
            "is_name_only": np.arange(table.num_rows) >= identified.num_rows,
            "conflict_detail": pa.chunked_array([_key_conflicts(identified, values, company), nothing]),
            "names_of_domain": pa.chunked_array([_names_of_domains(identified), nothing.cast(pa.int64())]),
        }
    )
    return Companies(
        in_order(result, "row_key").cast(SCHEMA).combine_chunks(),
        _pairs_for_review(identified, values, block, company, judged, street),
        judged.contradicted(company),
    )


class _Verdicts(NamedTuple):
    """Verdicts on rows: for each, the positions of its rows (-1 if it is not there) and whether it is `same`."""

    one: Ints
    other: Ints
    is_same: Bools

    @classmethod
    def read(cls, verdicts: pa.Table, row_keys: pa.ChunkedArray) -> "_Verdicts":
        one, other = (
            position_in(verdicts[side], plain_text(row_keys))
            .fill_null(-1)
            .to_numpy(zero_copy_only=False)
            .astype(np.int64)
            for side in ("one", "other")
        )
        return cls(one, other, pc.equal(plain_text(verdicts["verdict"]), SAME).to_numpy(zero_copy_only=False))

    @property
    def is_known(self) -> Bools:
        return (self.one >= 0) & (self.other >= 0)

    def pairs(self, is_same: bool) -> dict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for line in np.flatnonzero(self.is_known & (self.is_same == is_same)).tolist():
            found[int(self.one[line])].append(int(self.other[line]))
            found[int(self.other[line])].append(int(self.one[line]))
        return found

    def contradicted(self, company: Ints) -> Bools:
        if not len(company):
            return np.zeros(len(self.one), np.bool_)
        return self.is_known & ((company[self.one] == company[self.other]) != self.is_same)


def _pairs_of(one: Ints, other: Ints) -> Ints:
    """A number for each distinct pair, -1 where one of the two is -1."""
    return np.where((one >= 0) & (other >= 0), pair_codes(one, other), -1)


def _grown(
    identified: pa.Table, values: Values, block: Ints, judged: _Verdicts, street: Callable[[str], str | None]
) -> Ints:
    """The oldest row of each row's company.

    Where all rows that are connected by keys, name and state, or verdicts have at most one value of each kind, they are
    one company: nothing contradicts. Only the other components are read row by row.
    """
    size = identified.num_rows
    has_block = np.flatnonzero(block >= 0)
    _, first = np.unique(block[has_block], return_index=True)
    known = judged.is_known
    component = oldest_connected(
        size,
        np.concatenate([values.row, has_block, judged.one[known & judged.is_same]]),
        np.concatenate(
            [
                values.first_row,
                has_block[first][np.unique(block[has_block], return_inverse=True)[1].reshape(-1)],
                judged.other[known & judged.is_same],
            ]
        ),
    )
    is_contested = np.zeros(size, np.bool_)
    for kind in range(len(KEYS)):
        is_kind = values.kind == kind
        row, value = component[values.row[is_kind]], values.first_row[is_kind]
        low, high = np.full(size, size), np.full(size, -1)
        np.minimum.at(low, row, value)
        np.maximum.at(high, row, value)
        is_contested |= low < high
    is_contested[component[judged.one[known]]] = True
    is_contested[component[judged.other[known]]] = True
    rows = np.flatnonzero(is_contested[component])
    if not len(rows):
        return component
    key = np.full((len(KEYS), size), -1)
    key[values.kind, values.row] = values.first_row
    contested = identified.take(rows)
    phone = codes(contested["phone"])
    address = codes(pa.array([text and street(text) for text in contested["address_line1"].to_pylist()], pa.string()))
    postal_code = codes(pc.utf8_slice_codeunits(contested["postal_code"], 0, 5))
    columns = [
        rows,
        _times(contested),
        *key[:, rows],
        codes(contested["name_key"]),
        block[rows],
        _pairs_of(block[rows], phone),
        _pairs_of(block[rows], _pairs_of(address, postal_code)),
    ]
    company = component.copy()
    grown = grow_companies(
        GrowingRows(*(column.tolist() for column in columns)), judged.pairs(True), judged.pairs(False)
    )
    company[rows] = np.fromiter((grown[row] for row in rows.tolist()), np.int64, len(rows))
    return company


def _key_conflicts(identified: pa.Table, values: Values, company: Ints) -> pa.Array:
    """For each row, the key values that it shares with companies of other EINs, in words; null if there are none."""
    value = values.first_row * len(KEYS) + values.kind
    holder = company[values.row]
    low, high = np.full(len(company) * len(KEYS), len(company)), np.full(len(company) * len(KEYS), -1)
    np.minimum.at(low, value, holder)
    np.maximum.at(high, value, holder)
    lines = np.flatnonzero((low < high)[value])
    details: dict[int, str] = {}
    ein_of_company = _eins(identified, company, holder[lines])
    eins: defaultdict[int, set[str]] = defaultdict(set)
    for one, other in zip(value[lines].tolist(), holder[lines].tolist(), strict=True):
        if other in ein_of_company:
            eins[one].add(ein_of_company[other])
    phrases: dict[int, str] = {}
    for line in lines[np.lexsort((values.kind[lines], values.row[lines]))].tolist():
        one, row, kind = int(value[line]), int(values.row[line]), int(values.kind[line])
        if len(eins[one]) > 1:
            if one not in phrases:
                text = identified[list(KEYS)[kind]][int(values.first_row[line])].as_py()
                phrases[one] = _conflict_phrase(kind, text, sorted(eins[one]))
            details[row] = "; ".join(filter(None, (details.get(row), phrases[one])))
    return _texts(details, len(company))


def _eins(identified: pa.Table, company: Ints, wanted: Ints) -> dict[int, str]:
    """The EIN of each of the wanted companies that has one."""
    is_wanted = np.zeros(len(company), np.bool_)
    is_wanted[wanted] = True
    has_ein = np.flatnonzero(is_filled(identified["ein"]) & is_wanted[company])
    return dict(zip(company[has_ein].tolist(), identified["ein"].take(has_ein).to_pylist(), strict=True))


def _texts(found: dict[int, str], size: int) -> pa.Array:
    """Texts by position, null elsewhere."""
    position = np.full(size, -1)
    position[list(found)] = np.arange(len(found))
    return pa.array(found.values(), pa.string()).take(pa.array(position, mask=position < 0))


def _conflict_phrase(kind: int, value: str, eins: list[str]) -> str:
    named = ", ".join(eins[:_NAMED_EINS])
    more = f" and {len(eins) - _NAMED_EINS} more" if len(eins) > _NAMED_EINS else ""
    return f"{[*KEYS.values()][kind]} {value} is shared by companies with the EINs {named}{more}"


def _names_of_domains(identified: pa.Table) -> pa.Array:
    """For each row with a name key that is new for its domain, the number of name keys of the domain so far; else
    null.
    """
    domain, name = codes(identified["domain"]), codes(identified["name_key"])
    rows = np.flatnonzero((domain >= 0) & (name >= 0))
    _, first = np.unique(pair_codes(domain[rows], name[rows]), return_index=True)
    rows = rows[np.sort(first)]
    rows = rows[np.argsort(domain[rows], kind="stable")]
    starts = np.flatnonzero(first_of_each(domain[rows]))
    counts = np.zeros(identified.num_rows, np.int64)
    counts[rows] = np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)])) + 1
    return pa.array(counts, mask=counts == 0)


def _pairs_for_review(
    identified: pa.Table,
    values: Values,
    block: Ints,
    company: Ints,
    judged: _Verdicts,
    street: Callable[[str], str | None],
) -> pa.Table:
    """Pairs of companies for a reviewer, and pairs that verdicts joined or keep apart."""
    found = _conflicts(identified, values, block, company)
    lines = [(older, younger, *reason, "pending") for (older, younger), reason in found.items()]
    known = judged.is_known
    apart = {
        tuple(sorted(pair))
        for pair in zip(
            company[judged.one[known & ~judged.is_same]].tolist(),
            company[judged.other[known & ~judged.is_same]].tolist(),
            strict=True,
        )
    }
    lines = [(*line[:4], "confirmed_different" if line[:2] in apart else line[4]) for line in lines]
    if (known & judged.is_same).any():
        # the pairs that would exist without the verdicts
        others = judged._replace(one=np.where(judged.is_same, -1, judged.one))
        before = _grown(identified, values, block, others, street)
        found = _conflicts(identified, values, block, before)
        for one, other in zip(
            judged.one[known & judged.is_same].tolist(), judged.other[known & judged.is_same].tolist(), strict=True
        ):
            pair = min(before[one], before[other]), max(before[one], before[other])
            if company[one] == company[other] and pair in found:
                lines.append((min(one, other), max(one, other), *found[pair], "confirmed_same"))
    keys = identified["row_key"].to_pylist() if lines else []
    columns = list(zip(*((keys[line[0]], keys[line[1]], *line[2:]) for line in sorted(lines)), strict=True))
    return pa.table(columns or [[]] * len(PAIRS), schema=PAIRS)


def _conflicts(
    identified: pa.Table, values: Values, block: Ints, company: Ints
) -> dict[tuple[int, int], tuple[str, str]]:
    """The reason why a reviewer should compare two companies, the older first, and the value that they share.

    One reason per pair: one domain or page with two EINs, then a page, then name and state with other domains.
    """
    found: dict[tuple[int, int], tuple[str, str]] = {}
    has_ein = np.zeros(len(company), np.bool_)
    has_ein[company[values.row[values.kind == _EIN]]] = True
    for kind, column in ((_DOMAIN, "domain"), (_PAGE, "linkedin_url")):
        is_kind = values.kind == kind
        texts = plain_text(identified[column])
        for row, older, younger in _sharing(values.first_row[is_kind], company[values.row[is_kind]]):
            reason = KEY_CONFLICT if kind == _DOMAIN or (has_ein[older] and has_ein[younger]) else SHARED_PAGE
            found.setdefault((older, younger), (reason, texts[row].as_py()))
    has_block = np.flatnonzero(block >= 0)
    _, first, which = np.unique(block[has_block], return_index=True, return_inverse=True)
    lines = list(_sharing(has_block[first][which.reshape(-1)], company[has_block]))
    domains = _domains(values, company, lines)
    places: dict[int, str] = {}
    for row, older, younger in lines:
        if domains[older] and domains[younger] and domains[older].isdisjoint(domains[younger]):
            if row not in places:
                places[row] = f"{identified['name_key'][row]}, {identified['state'][row]}"
            found.setdefault((older, younger), (SAME_NAME, places[row]))
    return found


def _sharing(value: Ints, company: Ints) -> Iterable[tuple[int, int, int]]:
    """Each value that several companies have, with two of them, the older first."""
    size = int(max(value.max(initial=0), company.max(initial=0))) + 1
    value, company = np.divmod(distinct(value * size + company), size)
    is_shared = ~is_unique(value)
    value, company = value[is_shared], company[is_shared]
    starts = np.flatnonzero(first_of_each(value))
    for start, end in pairwise([*starts.tolist(), len(value)]):
        companies = company[start:end].tolist()
        for place, younger in enumerate(companies):
            for older in companies[max(place - _MOST_PARTNERS, 0) : place]:
                yield int(value[start]), older, younger


def _domains(values: Values, company: Ints, lines: Iterable[tuple[int, int, int]]) -> dict[int, set[int]]:
    """The domains of each company that shares its name and state."""
    is_sharing = np.zeros(len(company), np.bool_)
    is_sharing[[one for _, *pair in lines for one in pair]] = True
    found: defaultdict[int, set[int]] = defaultdict(set)
    is_domain = (values.kind == _DOMAIN) & is_sharing[company[values.row]]
    for one, domain in zip(company[values.row[is_domain]].tolist(), values.first_row[is_domain].tolist(), strict=True):
        found[one].add(domain)
    return found


def _find_by_name(keyless: pa.Table, identified: pa.Table, company: Ints) -> Ints:
    """The company that each row without a key means, -1 where it is refused.

    It means the one company that has its name key (in its state, if the row has one; a company without any state counts
    when none has that state) at or before the time of the row; if none has, the first that has it afterwards. A company
    has a name and state from its first row with them, for ever; a state that a row without a key adds counts, too.

    Args:
        keyless: rows without a key, in order of age.
        identified: rows with a key.
        company: the oldest row of the company of each of these.
    """
    alike = np.flatnonzero(pc.is_in(identified["name_key"], value_set=keyless["name_key"].combine_chunks().drop_null()))
    is_involved = np.zeros(len(company), np.bool_)
    is_involved[company[alike]] = True
    involved = np.flatnonzero(is_involved[company])
    named: defaultdict[str, dict[int, int]] = defaultdict(dict)  # name -> company -> since when
    placed: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    state_since: dict[int, int] = {}  # company -> since when it has a state
    for name, state, one, time in zip(
        identified["name_key"].take(involved).to_pylist(),
        identified["state"].take(involved).to_pylist(),
        company[involved].tolist(),
        _times(identified.take(involved)).tolist(),
        strict=True,
    ):
        named[name].setdefault(one, time)
        if state is not None:
            placed[name, state].setdefault(one, time)
            state_since.setdefault(one, time)
    found = np.full(keyless.num_rows, -1)
    for row, (name, state, time) in enumerate(
        zip(keyless["name_key"].to_pylist(), keyless["state"].to_pylist(), _times(keyless).tolist(), strict=True)
    ):
        if name is None or name not in named:
            continue
        bearers = named[name]
        if state is None:
            one = _meant(bearers, time)
        else:
            here = placed[name, state]
            stateless = {c: since for c, since in bearers.items() if state_since.get(c, _NEVER) > max(since, time)}
            has_now = any(since <= time for since in here.values())
            has_stateless_now = any(since <= time for since in stateless.values())
            one = _meant(here if has_now else stateless if has_stateless_now else {**here, **stateless}, time)
        if one is not None:
            found[row] = one
            if state is not None:
                since = max(time, bearers[one])
                here[one] = min(here.get(one, _NEVER), since)
                state_since[one] = min(state_since.get(one, _NEVER), since)
    return found


_NEVER = np.iinfo(np.int64).max


def _meant(since: dict[int, int], time: int) -> int | None:
    """The one company that had the name at that time, else the first company that gets the name later."""
    before = [company for company, first in since.items() if first <= time]
    if not before and since:
        earliest = min(since.values())
        before = [company for company, first in since.items() if first == earliest]
    return before[0] if len(before) == 1 else None


def _times(table: pa.Table) -> Ints:
    return table["observed_at"].cast(pa.timestamp("us")).cast(pa.int64()).fill_null(_NEVER - 1).to_numpy()
