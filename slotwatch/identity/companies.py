"""Which raw company rows are about the same company.

Source: business rules, section 1, company gate: rows that share a Barton id, domain, EIN or LinkedIn are one company,
transitively; companies of the same name key and state are one if they contradict each other on none of these; rows with
different EINs stay apart.
"""

from collections import defaultdict
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slotwatch.identity import (
    Ints,
    Values,
    codes,
    first_of_each,
    in_order,
    is_filled,
    oldest_connected,
    pair_codes,
    read_table,
    shared_values,
)

UNIDENTIFIED = "COMPANY_UNIDENTIFIED"

# Key columns and what they are called in words. The EIN is last: it alone can split a company.
KEYS = {
    "handed_in_id": "Barton id",
    "domain": "domain",
    "linkedin_url": "LinkedIn",
    "ein": "EIN",
}
_EIN = len(KEYS) - 1
_NAMED_EINS = 5  # hundreds of companies may share a host: a message names only so many of them

SCHEMA = pa.schema(
    [
        ("row_key", pa.string()),
        ("group_key", pa.string()),
        ("rejection_code", pa.string()),
        ("is_key_conflict", pa.bool_()),
        ("conflict_detail", pa.string()),
    ]
)


def group_companies(rows: pa.Table) -> pa.Table:
    """Group raw company rows into companies.

    Age is (`observed_at`, `row_key`), everywhere. The result does not depend on the order of rows.

    1. Rows that share a handed-in id, domain, LinkedIn or EIN are one company, transitively.
    2. Where that would give a company two EINs, its rows are placed again, oldest first. A row with an EIN goes to the
       company of that EIN. A row without one goes to the oldest of the companies with an EIN that it shares a key with.
       Either way, the companies without an EIN that share a key with the row are merged into its company. No company
       gets a second EIN, and rows that were joined stay joined when younger rows come.
    3. Oldest first, each company joins the one older company that has its name key in its state and contradicts it on
       no key (they contradict each other on a key if both have a value and share none). If several fit, it joins none.
    4. A row with none of the keys joins the one company that has its name key (in its state, if the row has one);
       otherwise it is refused. Such rows never join companies to each other and never make a company.

    Args:
        rows: `row_key` (unique text), `observed_at` (timestamp), and `handed_in_id`, `domain`, `ein`, `linkedin_url`,
            `name_key`, `state` in normal form, nullable text.

    Returns:
        One row per input row, by `row_key`: `row_key`; `group_key`, the oldest row *with a key* of the company, null if
        refused; `rejection_code`, null or `COMPANY_UNIDENTIFIED`; `is_key_conflict`, whether the row has a key value
        that companies with different EINs share; `conflict_detail`, those values and EINs in words, else null.

    Raises:
        ValueError: a column is missing, or `row_key` is null or repeated.
    """
    as_text = [*KEYS, "name_key", "state"]
    table = in_order(
        read_table(rows, "companies", "row_key", ["row_key", "observed_at", *as_text], as_text),
        "observed_at",
        "row_key",
    )
    has_key = pc.is_valid(pc.coalesce(*(table[column] for column in KEYS)))
    identified, keyless = table.filter(has_key), table.filter(pc.invert(has_key))

    values = shared_values(identified, list(KEYS))
    closure = oldest_connected(identified.num_rows, values.row, values.first_row)
    apart = _split_by_ein(values, closure)
    details = _key_conflicts(identified, values, apart)
    company = _join_by_name(identified, values, apart)

    keys = identified["row_key"].combine_chunks()
    found = _find_by_name(keyless, identified, company)
    group_key = pa.chunked_array(
        [keys.take(pa.array(company)), keys.take(pa.array(found, mask=found < 0))], pa.string()
    )
    detail = pa.array([*details, *[None] * keyless.num_rows], pa.string())
    result = pa.table(
        {
            "row_key": pa.chunked_array([*identified["row_key"].chunks, *keyless["row_key"].chunks], pa.string()),
            "group_key": group_key,
            "rejection_code": pc.if_else(group_key.is_null(), UNIDENTIFIED, pa.scalar(None, pa.string())),
            "is_key_conflict": detail.is_valid(),
            "conflict_detail": detail,
        }
    )
    return in_order(result, "row_key").cast(SCHEMA).combine_chunks()


def _split_by_ein(values: Values, closure: Ints) -> Ints:
    """Rule 2: the oldest row of each row's company, where no company has two EINs.

    Args:
        values: the key values of rows in order of age.
        closure: the oldest row that each row is connected to by any key.

    Only components with several EINs are processed, row by row. The cost of a row is the number of its keys; for a row
    that makes a company older, it is the number of that company's key values.
    """
    size = len(closure)
    is_ein = values.kind == _EIN
    ein_of_row = np.full(size, -1, np.int64)
    ein_of_row[values.row[is_ein]] = values.first_row[is_ein]
    component = closure[values.row[is_ein]]
    low, high = np.full(size, size), np.full(size, -1)
    np.minimum.at(low, component, values.first_row[is_ein])
    np.maximum.at(high, component, values.first_row[is_ein])
    is_contested = (low < high)[closure]
    if not is_contested.any():
        return closure
    values_of_row: dict[int, list[int]] = {row: [] for row in np.flatnonzero(is_contested).tolist()}
    is_link = ~is_ein & is_contested[values.row]
    names = values.first_row[is_link] * len(KEYS) + values.kind[is_link]
    for row, value in zip(values.row[is_link].tolist(), names.tolist(), strict=True):
        values_of_row[row].append(value)

    parent: dict[int, int] = {}

    def oldest(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    holder: dict[int, int] = {}  # key value -> a row of the oldest company that carries it
    held: dict[int, set[int]] = {}  # company -> key values
    has_ein: set[int] = set()  # companies with an EIN
    for row, row_values in values_of_row.items():  # oldest first
        parent[row] = row
        touched = {oldest(holder[value]) for value in row_values if value in holder}
        ein = int(ein_of_row[row])
        if ein < 0:
            home = min(touched & has_ein, default=None)
        else:
            home = oldest(ein) if ein < row else None
        joined = touched - has_ein
        if home is not None:
            joined.add(home)
        company = min(joined, default=row)
        for member in joined:
            parent[member] = company
        parent[row] = company
        stale = set(row_values)
        if home is not None and company < home:
            stale |= held[home]
        parts = sorted((held.pop(member) for member in joined), key=len, reverse=True)
        held[company] = parts[0] if parts else set()
        held[company].update(row_values, *parts[1:])
        for value in stale:
            if value not in holder or company < oldest(holder[value]):
                holder[value] = company
        if ein >= 0 or home is not None:
            has_ein.difference_update(joined)
            has_ein.add(company)

    company_of_row = closure.copy()
    for row in values_of_row:
        company_of_row[row] = oldest(row)
    return company_of_row


def _key_conflicts(identified: pa.Table, values: Values, apart: Ints) -> list[str | None]:
    """For each row, the key values that it shares with companies of other EINs, in words; None without such.

    Args:
        identified: rows with the key columns.
        values: their key values.
        apart: each row's company; companies with different EINs are separate.
    """
    details: list[str | None] = [None] * len(apart)
    value = values.first_row * len(KEYS) + values.kind
    company = apart[values.row]
    low, high = np.full(len(apart) * len(KEYS), len(apart)), np.full(len(apart) * len(KEYS), -1)
    np.minimum.at(low, value, company)
    np.maximum.at(high, value, company)
    is_shared = (low < high)[value]
    if not is_shared.any():
        return details
    texts = [identified[column] for column in KEYS]
    ein_of_company: dict[int, str] = {}
    has_ein = np.flatnonzero(is_filled(identified["ein"]))
    for row, ein in zip(has_ein.tolist(), identified["ein"].take(has_ein).to_pylist(), strict=True):
        ein_of_company.setdefault(int(apart[row]), ein)
    eins: defaultdict[int, set[str]] = defaultdict(set)
    lines = np.flatnonzero(is_shared)
    for one, other in zip(value[lines].tolist(), company[lines].tolist(), strict=True):
        if other in ein_of_company:
            eins[one].add(ein_of_company[other])
    phrases: dict[int, str] = {}
    for line in lines[np.lexsort((values.kind[lines], values.row[lines]))].tolist():
        one, row, kind = int(value[line]), int(values.row[line]), int(values.kind[line])
        if one not in phrases:
            phrases[one] = _conflict_phrase(kind, texts[kind][int(values.first_row[line])].as_py(), sorted(eins[one]))
        details[row] = "; ".join(filter(None, (details[row], phrases[one])))
    return details


def _conflict_phrase(kind: int, value: str, eins: list[str]) -> str:
    named = ", ".join(eins[:_NAMED_EINS])
    more = f" and {len(eins) - _NAMED_EINS} more" if len(eins) > _NAMED_EINS else ""
    return f"{[*KEYS.values()][kind]} {value} is shared by companies with the EINs {named}{more}"


def _join_by_name(identified: pa.Table, values: Values, apart: Ints) -> Ints:
    """Rule 3: the oldest row of each row's company after joining by name key and state.

    Two companies that are apart share no key value, or have different EINs. So they contradict each other exactly when
    there is a kind of key that both have: sets of kinds as bit masks decide, and within a name and state companies are
    looked up by mask (15 of them), not one by one.
    """
    size = len(apart)
    mask_of = np.zeros(size, np.int64)
    np.bitwise_or.at(mask_of, apart[values.row], 1 << values.kind)
    name, state = codes(identified["name_key"]), codes(identified["state"])
    is_named = np.flatnonzero((name >= 0) & (state >= 0))
    if not len(is_named):
        return apart
    block = pair_codes(name[is_named], state[is_named])
    by_block = np.unique(block * size + apart[is_named])  # each company once per block, blocks together
    block, company = by_block // size, by_block % size
    # In a block whose companies all have one kind of key in common, nothing is joined.
    start = np.flatnonzero(first_of_each(block))
    is_open = (np.diff(np.r_[start, len(block)]) > 1) & (np.bitwise_and.reduceat(mask_of[company], start) == 0)
    in_open_block = is_open[block]
    blocks_of_company: defaultdict[int, list[int]] = defaultdict(list)
    for one, other in zip(company[in_open_block].tolist(), block[in_open_block].tolist(), strict=True):
        blocks_of_company[one].append(other)

    by_mask: defaultdict[int, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    masks: dict[int, int] = {}
    blocks: dict[int, set[int]] = {}
    joined_to: dict[int, int] = {}
    for company in sorted(blocks_of_company):  # oldest first
        mask, company_blocks = int(mask_of[company]), blocks_of_company[company]
        fitting = _fitting_companies(by_mask, mask, company_blocks)
        if len(fitting) == 1:
            (older,) = fitting
            joined_to[company] = older
            for block in blocks[older]:
                by_mask[block][masks[older]].discard(older)
            masks[older] |= mask
            blocks[older].update(company_blocks)
        else:
            older = company
            masks[company] = mask
            blocks[company] = set(company_blocks)
        for block in blocks[older]:
            by_mask[block][masks[older]].add(older)

    target = np.arange(len(apart))
    target[list(joined_to.keys())] = list(joined_to.values())
    return target[apart]


def _fitting_companies(
    by_mask: defaultdict[int, defaultdict[int, set[int]]], mask: int, company_blocks: list[int]
) -> set[int]:
    """The companies of the blocks that have no kind of key in common with these; at most a few."""
    fitting: set[int] = set()
    for block in company_blocks:
        for other_mask, companies in by_mask[block].items():
            if not other_mask & mask:
                fitting.update(islice(companies, 2))
                if len(fitting) > 1:
                    return fitting
    return fitting


def _find_by_name(keyless: pa.Table, identified: pa.Table, company: Ints) -> Ints:
    """Rule 4: the company of each row without a key, -1 where it is refused.

    Args:
        keyless: rows without a key.
        identified: rows with a key.
        company: the oldest row of the company of each of these.
    """
    named = list(zip(keyless["name_key"].to_pylist(), keyless["state"].to_pylist(), strict=True))
    alike = np.flatnonzero(pc.is_in(identified["name_key"], value_set=keyless["name_key"].combine_chunks().drop_null()))
    bearers: defaultdict[tuple[str, str | None], set[int]] = defaultdict(set)
    same = identified.select(["name_key", "state"]).take(alike)
    for name, state, one in zip(
        same["name_key"].to_pylist(), same["state"].to_pylist(), company[alike].tolist(), strict=True
    ):
        bearers[name, None].add(one)
        if state is not None:
            bearers[name, state].add(one)
    sole = {key: min(companies) for key, companies in bearers.items() if len(companies) == 1}
    return np.array([sole.get(key, -1) for key in named], np.int64)
