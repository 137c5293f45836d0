"""Which people only look alike: a reviewer decides whether two of them are one person.

Source: business rules, section 1, duplicates that only look alike.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
import pyarrow as pa
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist, cpdist

from slotwatch.identity import read_table, text

LIKE_NAMES = 0.92  # Jaro-Winkler of two names at one company
LIKE_NAMES_IN_ONE_ROLE = 0.85  # ... whose titles map to the same role
PHONE_BEARERS = 5  # a number of more people is a switchboard's and identifies nobody
SMALL_COMPANY = 50  # up to here the pairs of all companies are compared in one go
LARGE_COMPANY = 5000  # from here on names are compared within their first letter only

SCHEMA = pa.schema(
    [
        ("person_id_a", pa.string()),
        ("person_id_b", pa.string()),
        ("conflict_type", pa.string()),
        ("similarity", pa.float64()),
    ]
)

_CHUNK = 512  # names compared with their company at once: at most 20 MB of similarities


def find_look_alikes(
    people: pa.Table, *, phone_bearers: int = PHONE_BEARERS, large_company: int = LARGE_COMPANY
) -> pa.Table:
    """Pairs of people who may be one person although no rule of identity joins them.

    1. `fuzzy_name_company`: the names of two people at one company have a Jaro-Winkler similarity of
       at least 0.92, or of at least 0.85 when their titles map to the same role. Compared is what is
       shown, the similarity rounded to four decimals.
    2. `same_phone`: two people at any company have the same phone, a mobile number taken along to the
       next company too. A number of more than `phone_bearers` people is a switchboard's and makes no
       pair: 200 people who share it would make 20,000.

    A pair that both rules find is listed once, under the first. The result does not depend on the
    order of rows. The work grows with the people, and with the square of those at one company: names
    at a company of 5,000 take less than a second. Above `large_company` people only names of the same
    first letter are compared.

    Args:
        people: one row per person: `person_id` (unique text), and nullable text `company_id`,
            `name_key` (normal form of the full name), `role` (that the title maps to), `phone`
            (normal form).
        phone_bearers: most people that a phone may have to identify them.
        large_company: people of a company above which names are compared within a first letter.

    Returns:
        One row per unordered pair, by `person_id_a`, `person_id_b` (a < b): `conflict_type` and
        `similarity` of the names, null for `same_phone`.

    Raises:
        ValueError: a column is missing, or `person_id` is null or repeated.
    """
    columns = ["person_id", "company_id", "name_key", "role", "phone"]
    frame = read_table(people, "people", "person_id", columns)
    frame = frame.with_columns(text(column) for column in columns[1:]).sort("person_id")
    return (
        pl.concat([_like_names(frame, large_company), _same_phones(frame, phone_bearers)])
        .unique(["person_id_a", "person_id_b"], keep="first", maintain_order=True)
        .sort("person_id_a", "person_id_b")
        .to_arrow()
        .cast(SCHEMA)
    )


def _like_names(frame: pl.DataFrame, large_company: int) -> pl.DataFrame:
    """Rule 1: people in order of id; all small companies at once, the names of a large one against each other."""
    named = frame.drop_nulls(["company_id", "name_key"])
    size = pl.len().over("company_id")
    is_small = size <= min(SMALL_COMPANY, large_company)
    small = named.filter(is_small)
    large = named.filter(~is_small)
    blocks = large.with_columns(
        pl.when(size > large_company).then(pl.col("name_key").str.slice(0, 1)).alias("first_letter")
    ).partition_by("company_id", "first_letter")
    found = [pairs for block in blocks for pairs in _like_names_of(block)]
    return pl.concat([_like_names_at(small), *found])


def _like_names_at(people: pl.DataFrame) -> pl.DataFrame:
    """The pairs among people of the same company; the number of pairs is the work."""
    pairs = people.join(people, on="company_id", suffix="_b").filter(pl.col("person_id") < pl.col("person_id_b"))
    similarities = cpdist(
        pairs["name_key"].to_list(), pairs["name_key_b"].to_list(), scorer=JaroWinkler.similarity, dtype=np.float64
    )
    return _alike(
        pairs.select(
            pl.col("person_id").alias("person_id_a"),
            "person_id_b",
            pl.Series("similarity", similarities),
            (pl.col("role") == pl.col("role_b")).fill_null(False).alias("is_one_role"),
        )
    )


def _like_names_of(block: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The pairs of one block, a chunk of people against those after its first at a time."""
    names = block["name_key"].to_list()
    ids = block["person_id"]
    roles = block["role"]
    for start in range(0, len(names), _CHUNK):
        similarities = cdist(
            names[start : start + _CHUNK],
            names[start:],
            scorer=JaroWinkler.similarity,
            score_cutoff=LIKE_NAMES_IN_ONE_ROLE - 0.0001,
            dtype=np.float64,
        )
        left, right = np.nonzero(np.triu(similarities, k=1))
        yield _alike(
            pl.DataFrame(
                {
                    "person_id_a": ids.gather(left + start),
                    "person_id_b": ids.gather(right + start),
                    "similarity": pl.Series(similarities[left, right]),
                    "is_one_role": (roles.gather(left + start) == roles.gather(right + start)).fill_null(False),
                }
            )
        )


def _alike(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of names that are alike, as the result lists them."""
    like = pl.col("similarity") >= LIKE_NAMES
    like_in_one_role = pl.col("is_one_role") & (pl.col("similarity") >= LIKE_NAMES_IN_ONE_ROLE)
    return (
        pairs.with_columns(pl.col("similarity").round(4))
        .filter(like | like_in_one_role)
        .select("person_id_a", "person_id_b", pl.lit("fuzzy_name_company").alias("conflict_type"), "similarity")
    )


def _same_phones(frame: pl.DataFrame, phone_bearers: int) -> pl.DataFrame:
    """Rule 2: people in order of id."""
    bearers = frame.drop_nulls("phone").filter(pl.len().over("phone") <= phone_bearers).select("phone", "person_id")
    return (
        bearers.join(bearers, on="phone", suffix="_b")
        .filter(pl.col("person_id") < pl.col("person_id_b"))
        .select(
            pl.col("person_id").alias("person_id_a"),
            "person_id_b",
            pl.lit("same_phone").alias("conflict_type"),
            pl.lit(None, pl.Float64).alias("similarity"),
        )
    )
