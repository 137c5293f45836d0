"""The intake of companies: the documented columns, with values in the spellings of real sources."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from slotwatch.generator import words
from slotwatch.generator.draws import (
    DUPLICATE_SHARE,
    blanked,
    chosen,
    joined,
    numbered,
    pick,
    repeated,
    stream,
    times,
    with_unreadable,
)
from slotwatch.generator.world import World, trade_of


def company_tables(world: World) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yields the name and rows of the table."""
    yield "company_raw_intake", _company_table(world)


def _company_table(world: World) -> pl.DataFrame:
    """`company_raw_intake`: a row per company, and some companies twice."""
    rng = stream(world.seed, "company_raw_intake")
    size = world.companies
    has_site = ~_may_lack_a_site(world) | (rng.random(size) < 0.8)
    table = pl.DataFrame(
        {
            "intake_id": numbered("c-", size),
            "company_name": world.name,
            "ein": _spelled_eins(rng, world.ein),
            "industry": blanked(
                chosen([industry for _, industry in words.TRADES], trade_of(rng, size)), rng.random(size) < 0.97
            ),
            "employee_count": with_unreadable(rng, _head_counts(rng, size), ["n/a", "unknown", "10-49"]),
            "revenue": with_unreadable(rng, _revenues(rng, size), ["confidential", "TBD"]),
            "website": blanked(_websites(rng, world.domain), has_site),
            "linkedin_url": _linkedin_pages(rng, world.domain),
            "news_url": blanked(
                joined("https://{domain}/news", domain=world.domain), has_site & (rng.random(size) < 0.3)
            ),
            "phone": with_unreadable(rng, phones(rng, size), ["call front desk", "555"]),
            "address_line1": _streets(rng, size),
            "city": joined(
                "{family}{suffix}",
                family=pick(rng, words.LAST_NAMES, size),
                suffix=pick(rng, words.CITY_SUFFIXES, size),
            ),
            "state": _spelled_states(rng, world.state),
            "postal_code": joined("{n}", n=pl.Series(rng.integers(1_001, 99_950, size))),
            "country": pick(rng, ["US", "USA", "United States"], size),
            # if the month is unreadable here, the filings give it
            "renewal_month": with_unreadable(
                rng, pl.Series(world.renewal_month).cast(pl.String), ["13", "Q1"], world.has_filings
            ),
            "renewal_notice_window_days": blanked(pick(rng, ["60", "90", "120"], size), rng.random(size) < 0.4),
            "source": pick(rng, ["partner_list", "web_form", "data_vendor", "event"], size),
            "uploaded_at": times(world.company_uploaded, np.zeros(size)),
        }
        | {
            f"last_{what}_checked_at": blanked(
                times(world.company_uploaded, rng.integers(3600, 5 * 3600, size)), rng.random(size) < 0.6
            )
            for what in ("site", "linkedin", "news")
        }
    )
    return repeated(rng, pl.concat([table, _told_again(rng, table, has_site)]), DUPLICATE_SHARE / 2)


def _may_lack_a_site(world: World) -> np.ndarray:
    """Companies that can lack a website: they have an EIN, a unique name and no people."""
    shares_name = world.domain.str.replace(r"[0-9]*\..*$", "").is_duplicated()
    return ~(world.has_people | world.ein.is_null().to_numpy() | shares_name.to_numpy())


def _told_again(rng: np.random.Generator, table: pl.DataFrame, has_site: np.ndarray) -> pl.DataFrame:
    """Some companies again, from another source, with another spelling of the name and fewer facts."""
    rows = rng.permutation(np.flatnonzero(has_site))[: round(DUPLICATE_SHARE / 2 * table.height)]
    again = table[rows]
    spelled = pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.col("company_name").str.to_uppercase())
    spelled = spelled.when(pl.int_range(pl.len()) % 3 == 1).then(pl.concat_str(pl.lit("The "), "company_name"))
    return again.with_columns(
        intake_id=pl.concat_str("intake_id", pl.lit("-b")),
        company_name=spelled.otherwise(pl.col("company_name").str.replace_all(r"[,.]", "")),
        revenue=pl.lit(None, dtype=pl.String),
        phone=pl.lit(None, dtype=pl.String),
        uploaded_at=pl.col("uploaded_at") + pl.duration(minutes=5),
    )


def phones(rng: np.random.Generator, size: int) -> pl.Series:
    """American numbers in two spellings; one in four is missing."""
    parts = {
        "area": pick(rng, [str(code) for code in words.AREA_CODES], size),
        "exchange": pl.Series(rng.integers(230, 990, size)),
        "line": pl.Series(rng.integers(1000, 9999, size)),
    }
    spelled = blanked(
        joined("({area}) {exchange}-{line}", **parts),
        rng.random(size) < 0.5,
        joined("{area}.{exchange}.{line}", **parts),
    )
    return blanked(spelled, rng.random(size) < 0.75)


def _spelled_eins(rng: np.random.Generator, ein: pl.Series) -> pl.Series:
    return blanked(ein, rng.random(len(ein)) < 0.3, joined("{a}-{b}", a=ein.str.slice(0, 2), b=ein.str.slice(2)))


def _head_counts(rng: np.random.Generator, size: int) -> pl.Series:
    """Employees, most of them dozens to hundreds, a third written with a thousands separator."""
    counts = np.clip(np.exp(rng.normal(4.6, 1.2, size)), 5, 90_000).astype(int)
    plain = pl.Series(counts).cast(pl.String)
    grouped = plain.str.replace(r"^(\d+)(\d{3})$", "$1,$2")
    return blanked(grouped, rng.random(size) < 0.33, plain)


def _revenues(rng: np.random.Generator, size: int) -> pl.Series:
    tenths = pl.Series(np.clip(np.exp(rng.normal(4.5, 1.0, size)), 5, 9_000).astype(int))
    text = joined("${whole}.{tenth}M", whole=tenths // 10, tenth=tenths % 10)
    return blanked(text, rng.random(size) < 0.5)


def _websites(rng: np.random.Generator, domain: pl.Series) -> pl.Series:
    spelling = rng.integers(0, len(words.SITE_SPELLINGS), len(domain))
    spelled = pl.DataFrame({"domain": domain, "spelling": spelling})
    text = pl.lit(None, dtype=pl.String)
    for position, template in enumerate(words.SITE_SPELLINGS):
        text = pl.when(pl.col("spelling") == position).then(pl.format(template, "domain")).otherwise(text)
    return spelled.select(text.alias("website"))["website"]


def _linkedin_pages(rng: np.random.Generator, domain: pl.Series) -> pl.Series:
    page = joined("https://www.linkedin.com/company/{label}/", label=domain.str.replace(".", "-", literal=True))
    return blanked(page, rng.random(len(domain)) < 0.7)


def _streets(rng: np.random.Generator, size: int) -> pl.Series:
    return joined(
        "{number} {street} {suffix}",
        number=pl.Series(rng.integers(1, 9_999, size)),
        street=pick(rng, words.LAST_NAMES, size),
        suffix=pick(rng, words.STREET_SUFFIXES, size),
    )


def _spelled_states(rng: np.random.Generator, state: pl.Series) -> pl.Series:
    """States, mostly as codes; some in full or as newspapers abbreviate them."""
    spelled = state.replace(words.STATE_SPELLINGS)
    return blanked(state, rng.random(len(state)) < 0.85, spelled)
