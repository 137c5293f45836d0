"""Form 5500 filings with their schedules, under the names of the public bulk files."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from slotwatch.generator import words
from slotwatch.generator.draws import (
    blanked,
    chosen,
    constant,
    joined,
    numbered,
    pick,
    repeated,
    stream,
    times,
    with_unreadable,
)
from slotwatch.generator.world import World

PLAN_YEARS = 3
LINE_SHARES = (0.6, 0.3, 0.1)  # filings with one, two, three lines of Schedule A: 1.5 on average
CARRIER_CHANGE_SHARE = 0.08  # of the plans, per year
BROKER_CHANGE_SHARE = 0.06
SCHEDULE_H_SHARE = 0.1  # of the plans
BROKERS = 400


def filing_tables(world: World) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yields the name and rows of each table: the filings of three plan years, and their schedules."""
    rng = stream(world.seed, "form_5500")
    filers = np.flatnonzero(world.has_filings)
    company = np.repeat(filers, PLAN_YEARS)
    size = len(company)
    month = world.renewal_month[company]
    # a plan year that does not begin in January ends in the next calendar year, and is still received before the first
    # build
    year = world.first_day.year - PLAN_YEARS - (month > 1) + np.tile(np.arange(PLAN_YEARS), len(filers))
    begin = _first_of_month(year, month)
    end = _first_of_month(year + 1, month) - np.timedelta64(1, "D")
    lines = np.repeat(
        1 + np.searchsorted(np.cumsum(LINE_SHARES)[:-1], rng.random(len(filers)), side="right"), PLAN_YEARS
    )
    ack = _ack_ids(end, size)
    received = end.astype("datetime64[s]") + rng.integers(150 * 86_400, 290 * 86_400, size).astype("timedelta64[s]")

    yield (
        "form_5500",
        repeated(
            rng,
            pl.DataFrame(
                {
                    "ack_id": ack,
                    "spons_dfe_ein": world.ein.gather(company),
                    "sponsor_dfe_name": world.name.gather(company).str.to_uppercase().str.replace_all("[,.]", ""),
                    "spons_dfe_pn": constant("501", size),
                    "plan_name": joined(
                        "{name} HEALTH AND WELFARE PLAN", name=world.name.gather(company).str.to_uppercase()
                    ),
                    "form_plan_year_begin_date": pl.Series(begin),
                    "form_tax_prd": pl.Series(end),
                    "date_received": times(received, np.zeros(size)),
                    "tot_active_partcp_cnt": with_unreadable(
                        rng,
                        pl.Series(_grown(rng, len(filers), 120, 0.03, 0.12)).cast(pl.String),
                        ["N/R", "see attached"],
                    ),
                    "sch_a_attached_ind": constant("1", size),
                    "num_sch_a_attached_cnt": pl.Series(lines),
                }
            ),
        ),
    )
    yield from _schedule_a(world, rng, ack, begin, end, lines)
    with_trust = np.repeat(rng.random(len(filers)) < SCHEDULE_H_SHARE, PLAN_YEARS)
    contribution = pl.Series(_grown(rng, len(filers), 250_000, 0.05, 0.12)).cast(pl.String)
    table = pl.DataFrame(
        {"ack_id": ack, "emplr_contrib_income_amt": with_unreadable(rng, contribution, ["unknown"])}
    ).filter(pl.Series(with_trust))
    yield "schedule_h", repeated(rng, table)


def _schedule_a(
    world: World, rng: np.random.Generator, ack: pl.Series, begin: np.ndarray, end: np.ndarray, lines: np.ndarray
) -> Iterator[tuple[str, pl.DataFrame]]:
    """One contract per line. A plan mostly keeps its insurers and brokers from year to year."""
    plans = len(ack) // PLAN_YEARS
    carrier = _kept(rng, plans, len(words.CARRIERS), CARRIER_CHANGE_SHARE)
    broker = _kept(rng, plans, BROKERS, BROKER_CHANGE_SHARE)
    charges = _grown(rng, plans, 180_000, 0.04, 0.09)
    commission = _grown(rng, plans, 7_000, 0.03, 0.09)

    filing = np.repeat(np.arange(len(ack)), lines)
    line = np.arange(len(filing)) - np.repeat(np.cumsum(lines) - lines, lines)
    size = len(filing)
    carrier_name = chosen(words.CARRIERS, (carrier[filing] + 5 * line) % len(words.CARRIERS))
    spelled = carrier_name.str.replace("INSURANCE COMPANY", "INSURANCE CO.", literal=True)
    form_id = pl.Series(line + 1).cast(pl.String)
    amounts = {
        "ins_broker_comm_tot_amt": pl.Series(commission[filing] // (line + 1)),
        "wlfr_tot_charges_paid_amt": pl.Series(charges[filing] // (line + 1)),
    }
    table = pl.DataFrame(
        {
            "ack_id": ack.gather(filing),
            "form_id": form_id,
            "ins_carrier_name": blanked(carrier_name, rng.random(size) < 0.8, spelled),
            "ins_contract_num": joined("GP-{n}", n=pl.Series(70_000 + filing // PLAN_YEARS)),
            "ins_prsn_covered_eoy_cnt": pl.Series(rng.integers(20, 900, size)).cast(pl.String),
            "ins_policy_from_date": pl.Series(begin[filing]),
            "ins_policy_to_date": with_unreadable(rng, pl.Series(end[filing]).cast(pl.String), ["31/31/2025", "open"]),
            "ins_broker_comm_tot_amt": amounts["ins_broker_comm_tot_amt"].cast(pl.String),
            "ins_broker_fees_tot_amt": blanked(
                pl.Series(rng.integers(100, 900, size)).cast(pl.String), rng.random(size) < 0.2
            ),
            "wlfr_tot_charges_paid_amt": with_unreadable(
                rng, amounts["wlfr_tot_charges_paid_amt"].cast(pl.String), ["unknown"]
            ),
            "wlfr_bnft_health_ind": pl.Series((line == 0).astype(int)).cast(pl.String),
        }
    )
    yield "schedule_a", repeated(rng, table)

    brokered = np.flatnonzero(rng.random(size) < 0.8)
    names = joined(
        "{family} {words}",
        family=pick(rng, [name.upper() for name in words.LAST_NAMES[:200]], BROKERS),
        words=pick(rng, words.BROKER_WORDS, BROKERS),
    )
    table = pl.DataFrame(
        {
            "ack_id": ack.gather(filing[brokered]),
            "form_id": form_id.gather(brokered),
            "row_order": constant("1", len(brokered)),
            "ins_broker_name": names.gather(broker[filing[brokered]]),
            "ins_broker_comm_pd_amt": amounts["ins_broker_comm_tot_amt"].gather(brokered).cast(pl.String),
        }
    )
    yield "schedule_a_brokers", repeated(rng, table)


def _ack_ids(end: np.ndarray, size: int) -> pl.Series:
    """The acknowledgement ids: the day of the plan year's end and a running number, as the public files have them."""
    days = pl.Series(end).dt.to_string("%Y%m%d")
    return joined("{day}{number}", day=days, number=numbered("P03", size, 10_000_000))


def _first_of_month(year: np.ndarray, month: np.ndarray) -> np.ndarray:
    return ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")


def _grown(rng: np.random.Generator, plans: int, middle: int, growth: float, spread: float) -> np.ndarray:
    """One amount per plan and year (plans x PLAN_YEARS, flat), with random growth from year to year."""
    first = middle * np.exp(rng.normal(0, 0.8, plans))
    steps = np.concatenate([np.zeros((plans, 1)), rng.normal(growth, spread, (plans, PLAN_YEARS - 1))], axis=1)
    return np.maximum(first[:, None] * np.exp(np.cumsum(steps, axis=1)), 10).astype(int).ravel()


def _kept(rng: np.random.Generator, plans: int, choices: int, change_share: float) -> np.ndarray:
    """One choice per plan and year (flat): that of the first year, redrawn in a share of the later years."""
    changed = np.concatenate(
        [np.ones((plans, 1), dtype=bool), rng.random((plans, PLAN_YEARS - 1)) < change_share], axis=1
    )
    drawn = rng.integers(0, choices, (plans, PLAN_YEARS))
    latest = np.maximum.accumulate(np.where(changed, np.arange(PLAN_YEARS), 0), axis=1)
    return np.take_along_axis(drawn, latest, axis=1).ravel()
