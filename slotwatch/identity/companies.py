"""Which raw company rows tell of the same company.

Source: business rules, section 1, company gate: closure over Barton id, domain, EIN and LinkedIn;
name key + state joins only what contradicts on none of them; rows with different EINs stay apart.
"""

from collections import defaultdict
from itertools import islice

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from slotwatch.identity import oldest_connected, read_table, shared_values, text

UNIDENTIFIED = "COMPANY_UNIDENTIFIED"

# Key columns and what they are called in words. The EIN is last: it alone can split a company.
KEYS = {
    "handed_in_id": "Barton id",
    "domain": "domain",
    "linkedin_url": "LinkedIn",
    "ein": "EIN",
}
_EIN = len(KEYS) - 1
_NAMED_EINS = 5  # a host that hundreds of companies share must not fill every message with them

SCHEMA = pa.schema(
    [
        ("row_key", pa.string()),
        ("group_key", pa.string()),
        ("rejection_code", pa.string()),
        ("is_key_conflict", pa.bool_()),
        ("conflict_detail", pa.string()),
    ]
)

Ints = npt.NDArray[np.int64]


def group_companies(rows: pa.Table) -> pa.Table:
    """Group raw company rows into companies.

    Age is (`observed_at`, `row_key`), everywhere. The result does not depend on the order of rows.

    1. Rows that share a handed-in id, domain, LinkedIn or EIN are one company, transitively.
    2. Where that would give a company two EINs, rows are taken oldest first: a row goes with the
       company of its EIN; a row without EIN with the older of the companies that it shares a key
       with, and brings along what else it shares a key with and has no EIN. No company gets a
       second EIN, and what a row was once joined to it stays joined to when younger rows come.
    3. Oldest first, each company joins the one older company that bears its name key in its state
       and contradicts it on no key (both have a value and share none). If several fit, it stays.
    4. A row with none of the keys joins the one company that bears its name key (in its state, if
       it has one); otherwise it is refused. Such rows never join companies or make one.

    Args:
        rows: `row_key` (unique text), `observed_at` (timestamp), and `handed_in_id`, `domain`,
            `ein`, `linkedin_url`, `name_key`, `state` in normal form, nullable text.

    Returns:
        One row per input row, by `row_key`: `row_key`; `group_key`, the oldest row *with a key* of
        the company, null if refused; `rejection_code`, null or `COMPANY_UNIDENTIFIED`;
        `is_key_conflict`, the row carries a key value that companies with different EINs share;
        `conflict_detail`, those values and EINs in words, else null.

    Raises:
        ValueError: a column is missing, or `row_key` is null or repeated.
    """
    columns = ["row_key", "observed_at", *KEYS, "name_key", "state"]
    frame = read_table(rows, "companies", "row_key", columns)
    frame = frame.with_columns(text(column) for column in [*KEYS, "name_key", "state"])
    frame = frame.sort("observed_at", "row_key", nulls_last=True)

    has_key = pl.any_horizontal(pl.col(*KEYS).is_not_null())
    identified = frame.filter(has_key).with_row_index("row").cast({"row": pl.Int64})
    keyless = frame.filter(~has_key)

    values = shared_values(identified, list(KEYS))
    closure = oldest_connected(identified.height, values["row"].to_numpy(), values["first_row"].to_numpy())
    apart = _split_by_ein(values, closure)
    conflicts = _key_conflicts(identified, values, apart)
    company = _join_by_name(identified, values, apart)

    identified = identified.with_columns(pl.Series("company", company))
    group_keys = identified["row_key"].gather(company)
    found = identified.with_columns(group_keys.alias("group_key")).join(conflicts, on="row", how="left")
    result = pl.concat(
        [
            found.select("row_key", "group_key", "conflict_detail"),
            _find_by_name(keyless, found).select(
                "row_key", "group_key", pl.lit(None, pl.String).alias("conflict_detail")
            ),
        ]
    )
    return (
        result.sort("row_key")
        .select(
            "row_key",
            "group_key",
            pl.when(pl.col("group_key").is_null()).then(pl.lit(UNIDENTIFIED)).alias("rejection_code"),
            pl.col("conflict_detail").is_not_null().alias("is_key_conflict"),
            "conflict_detail",
        )
        .to_arrow()
        .cast(SCHEMA)
    )


def _split_by_ein(values: pl.DataFrame, closure: Ints) -> Ints:
    """Rule 2: the oldest row of each row's company, where none holds two EINs.

    Args:
        values: as `shared_values` gives them, rows in order of age.
        closure: the oldest row that each row is connected to by any key.

    Only components with several EINs are walked through, row by row; each row costs the number of
    its keys, unless it makes a company older (then the number of that company's key values).
    """
    size = len(closure)
    eins = values.filter(pl.col("kind") == _EIN)
    ein_of_row = np.full(size, -1, np.int64)
    ein_of_row[eins["row"].to_numpy()] = eins["first_row"].to_numpy()
    contested = (
        eins.with_columns(pl.Series("component", closure[eins["row"].to_numpy()]))
        .group_by("component")
        .agg(pl.col("first_row").n_unique().alias("ein_count"))
        .filter(pl.col("ein_count") > 1)["component"]
    )
    if contested.is_empty():
        return closure
    is_contested = np.isin(closure, contested.to_numpy())
    values_of_row: dict[int, list[int]] = {row: [] for row in np.flatnonzero(is_contested).tolist()}
    links = values.filter((pl.col("kind") != _EIN) & pl.Series(is_contested[values["row"].to_numpy()]))
    for row, value in links.select("row", pl.col("first_row") * len(KEYS) + pl.col("kind")).iter_rows():
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


def _key_conflicts(identified: pl.DataFrame, values: pl.DataFrame, apart: Ints) -> pl.DataFrame:
    """Rows that carry a key value which companies of different EINs share.

    Args:
        identified: rows with `row` and the key columns.
        values: as `shared_values` gives them.
        apart: each row's company, companies of different EINs held apart.

    Returns:
        Columns `row`, `conflict_detail`; rows without conflict are left out.
    """
    lines = values.with_columns(pl.Series("company", apart[values["row"].to_numpy()]))
    shared = (
        lines.group_by("kind", "first_row")
        .agg(pl.col("company").min().alias("low"), pl.col("company").max().alias("high"))
        .filter(pl.col("low") < pl.col("high"))
        .select("kind", "first_row")
    )
    lines = lines.join(shared, on=["kind", "first_row"])
    ein_of_company = (
        identified.select(pl.Series("company", apart), "ein").filter(pl.col("ein").is_not_null()).unique("company")
    )
    eins = (
        lines.select("kind", "first_row", "company")
        .unique()
        .join(ein_of_company, on="company", how="left")
        .group_by("kind", "first_row")
        .agg(pl.col("ein").unique().sort())
    )
    named = pl.col("ein").list.head(_NAMED_EINS).list.join(", ")
    more = pl.col("ein").list.len().cast(pl.Int64) - _NAMED_EINS
    phrases = eins.with_columns(
        pl.col("kind").replace_strict(dict(enumerate(KEYS.values())), return_dtype=pl.String),
        pl.when(more > 0).then(pl.format("{} and {} more", named, more)).otherwise(named),
        kind_number="kind",
        value=_value_text(identified, eins),
    ).with_columns(pl.format("{} {} is shared by companies with the EINs {}", "kind", "value", "ein").alias("phrase"))
    return (
        lines.join(
            phrases.select(pl.col("kind_number").alias("kind"), "first_row", "phrase"),
            on=["kind", "first_row"],
        )
        .sort("row", "kind")
        .group_by("row", maintain_order=True)
        .agg(pl.col("phrase").str.join("; ").alias("conflict_detail"))
    )


def _value_text(identified: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
    """The text of each key value given as (`kind`, `first_row`)."""
    columns = [identified[column] for column in KEYS]
    return pl.Series(
        "value",
        [columns[kind][row] for kind, row in values.select("kind", "first_row").iter_rows()],
        pl.String,
    )


def _join_by_name(identified: pl.DataFrame, values: pl.DataFrame, apart: Ints) -> Ints:
    """Rule 3: the oldest row of each row's company after joining by name key and state.

    Two companies that are apart share no key value, or have different EINs. So they contradict each
    other exactly when there is a kind of key that both have: sets of kinds as bit masks decide, and
    within a name and state companies are looked up by mask (15 of them), not one by one.
    """
    kinds = (
        values.select(pl.Series("company", apart[values["row"].to_numpy()]), "kind")
        .unique()
        .group_by("company")
        .agg((2 ** pl.col("kind")).cast(pl.Int64).sum().alias("mask"))
    )
    bearers = (
        identified.select(pl.Series("company", apart), "name_key", "state")
        .drop_nulls()
        .unique()
        .join(kinds, on="company")
        .select("company", "mask", pl.struct("name_key", "state").rank("dense").alias("block"))
    )
    # A block whose companies all have one kind of key in common joins nobody.
    open_blocks = (
        bearers.group_by("block")
        .agg(pl.len().alias("size"), pl.col("mask").bitwise_and().alias("common"))
        .filter((pl.col("size") > 1) & (pl.col("common") == 0))
    )
    candidates = (
        bearers.join(open_blocks, on="block", how="semi")
        .group_by("company")
        .agg(pl.col("mask").first(), pl.col("block").unique())
        .sort("company")
    )

    by_mask: defaultdict[int, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    masks: dict[int, int] = {}
    blocks: dict[int, set[int]] = {}
    joined_to: dict[int, int] = {}
    for company, mask, company_blocks in candidates.iter_rows():  # oldest first
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
    """The companies of the blocks whose kinds of keys are other than these; at most a few."""
    fitting: set[int] = set()
    for block in company_blocks:
        for other_mask, companies in by_mask[block].items():
            if not other_mask & mask:
                fitting.update(islice(companies, 2))
                if len(fitting) > 1:
                    return fitting
    return fitting


def _find_by_name(keyless: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Rule 4: rows without a key with the `group_key` of the one company that bears their name.

    Args:
        keyless: rows with `name_key` and `state`.
        found: rows with a key, with `group_key`, `name_key` and `state`.
    """
    bearers = found.select("name_key", "state", "group_key").unique()
    in_state = _sole_bearers(bearers, ["name_key", "state"])
    anywhere = _sole_bearers(bearers, ["name_key"])
    has_state = pl.col("state").is_not_null()
    return pl.concat(
        [
            keyless.filter(has_state).join(in_state, on=["name_key", "state"], how="left"),
            keyless.filter(~has_state).join(anywhere, on="name_key", how="left"),
        ],
        how="diagonal",
    )


def _sole_bearers(bearers: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Key values that exactly one company bears, with its `group_key`."""
    return (
        bearers.drop_nulls(key)
        .group_by(key)
        .agg(pl.col("group_key").n_unique().alias("companies"), pl.col("group_key").first())
        .filter(pl.col("companies") == 1)
        .drop("companies")
    )
