"""Bands: the arithmetic of the package with the seeds of the project, compared with exact fractions."""

import csv
import math
from datetime import datetime
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warehouse_support import ROOT

from slotwatch.bands import BANDS, HUBS, BandRules, band_of, company_bands

magnitude = st.integers(0, 300)


def seed(name: str) -> list[dict]:
    """The rows of a seed with numbers, flags and nulls as dbt reads them."""
    words = {"": None, "true": True, "false": False}
    with (ROOT / "seeds" / f"{name}.csv").open(newline="") as stream:
        return [
            {key: int(value) if value.isdecimal() else words.get(value, value) for key, value in row.items()}
            for row in csv.DictReader(stream)
        ]


RULES = BandRules.of(seed("bands"), seed("hub_weights"), seed("band_doctrine"))


def band(dol: int, people: int, blog: int) -> dict:
    return band_of(dict(zip(HUBS, (dol, people, blog), strict=True)), RULES)


def exact(dol: int, people: int, blog: int) -> tuple[int, int, str | None]:
    """Total, band and cap by the rules, in exact fractions."""
    shares = ((people, Fraction(8, 10)), (blog, Fraction(5, 10)))
    total = dol + sum(math.floor(share * value + Fraction(1, 2)) for value, share in shares)
    raw_band = max(row["band"] for row in seed("bands") if total >= row["min_magnitude"])
    active = {hub for hub, value in zip(HUBS, (dol, people, blog), strict=True) if value >= 10}
    if active == {"BLOG"} and raw_band > 1:
        return total, 1, "BLOG_ALONE_CAP"
    if "DOL" not in active and raw_band > 2:
        return total, 2, "NO_DOL_CAP"
    return total, raw_band, None


@pytest.mark.parametrize(
    ("magnitudes", "total", "reached", "cap", "provable"),
    [
        ((9, 0, 0), 9, 0, None, 0),
        ((10, 0, 0), 10, 1, None, 3),
        ((15, 0, 49), 40, 3, None, 4),
        ((0, 0, 200), 100, 1, "BLOG_ALONE_CAP", 3),
        ((0, 50, 0), 40, 2, "NO_DOL_CAP", 3),
        ((9, 100, 0), 89, 2, "NO_DOL_CAP", 3),
        ((5, 0, 60), 35, 1, "BLOG_ALONE_CAP", 3),
        ((45, 40, 30), 92, 5, None, 5),
    ],
)
def test_the_golden_values(magnitudes, total, reached, cap, provable):
    found = band(*magnitudes)
    assert (found["total_magnitude"], found["band"], found["band_capped_by"]) == (total, reached, cap)
    assert (found["provable_band"], found["send_band"]) == (provable, min(reached, provable))


@pytest.mark.parametrize(
    ("magnitudes", "total", "raw_band", "cap", "domains", "send_band"),
    [
        ((0, 0, 0), 0, 0, None, 0, 0),
        ((24, 0, 0), 24, 1, None, 1, 1),
        ((25, 0, 0), 25, 2, None, 1, 2),
        ((39, 0, 0), 39, 2, None, 1, 2),
        ((40, 0, 0), 40, 3, None, 1, 3),
        ((59, 0, 0), 59, 3, None, 1, 3),
        ((60, 0, 0), 60, 4, None, 1, 3),
        ((79, 0, 0), 79, 4, None, 1, 3),
        ((80, 0, 0), 80, 5, None, 1, 3),
        ((60, 25, 0), 80, 5, None, 2, 4),
        ((10, 12, 0), 20, 1, None, 2, 1),
        ((10, 13, 0), 20, 1, None, 2, 1),
        ((10, 11, 0), 19, 1, None, 2, 1),
        ((10, 9, 9), 22, 1, None, 1, 1),
        ((10, 0, 11), 16, 1, None, 2, 1),
        ((0, 0, 19), 10, 1, None, 1, 1),
        ((0, 0, 48), 24, 1, None, 1, 1),
        ((0, 0, 49), 25, 2, "BLOG_ALONE_CAP", 1, 1),
        ((0, 48, 0), 38, 2, None, 1, 2),
        ((0, 40, 14), 39, 2, None, 2, 2),
        ((0, 40, 15), 40, 3, "NO_DOL_CAP", 2, 2),
        ((9, 9, 60), 46, 3, "BLOG_ALONE_CAP", 1, 1),
        ((9, 10, 60), 47, 3, "NO_DOL_CAP", 2, 2),
        ((9, 9, 9), 21, 1, None, 0, 0),
    ],
)
def test_bands_and_caps_apply_from_their_boundaries_on(magnitudes, total, raw_band, cap, domains, send_band):
    found = band(*magnitudes)
    assert (found["total_magnitude"], found["raw_band"], found["band_capped_by"]) == (total, raw_band, cap)
    assert (found["active_domains"], found["send_band"]) == (domains, send_band)


@given(magnitude, magnitude, magnitude)
def test_total_band_and_cap_equal_exact_fractions(dol, people, blog):
    found = band(dol, people, blog)
    assert (found["total_magnitude"], found["band"], found["band_capped_by"]) == exact(dol, people, blog)
    assert found["band_name"] == seed("bands")[found["band"]]["band_name"]
    assert found["send_band"] == min(found["band"], found["provable_band"])


@given(magnitude, magnitude, magnitude, st.integers(0, 100))
def test_more_structural_pressure_never_lowers_a_band(dol, people, blog, more):
    before, after = band(dol, people, blog), band(dol + more, people, blog)
    for name in ("band", "provable_band", "send_band"):
        assert after[name] >= before[name]


@given(magnitude, st.integers(0, 9), st.integers(0, 9))
def test_news_alone_never_lifts_a_company_above_band_1(blog, dol, people):
    most = 1 if blog >= 10 else 2
    assert max(band(0, 0, blog)["band"], band(dol, 0, blog)["band"], band(0, people, blog)["band"]) <= most


@given(st.integers(0, 9), magnitude, magnitude)
def test_without_structural_pressure_no_company_is_above_band_2(dol, people, blog):
    assert band(dol, people, blog)["band"] <= 2


SIGNALS = pa.schema(
    [
        ("signal_id", pa.string()),
        ("company_id", pa.string()),
        ("hub", pa.string()),
        ("magnitude", pa.int32()),
        ("pressure_class", pa.string()),
        ("detected_at", pa.timestamp("us")),
    ]
)


def found(companies: list[str], *signals: tuple) -> list[dict]:
    """Bands of these companies; a signal is given as company, hub, magnitude, class and, if they matter, day and id."""
    rows = [
        (signal_id[0] if signal_id else f"s{number}", company, hub, value, pressure, datetime(2026, 1, *day or (1,)))
        for number, (company, hub, value, pressure, *rest) in enumerate(signals)
        for day, signal_id in [(rest[:1], rest[1:])]
    ]
    table = pa.Table.from_pylist([dict(zip(SIGNALS.names, row, strict=True)) for row in rows], SIGNALS)
    bands = company_bands(pa.table({"company_id": pa.array(companies, pa.string())}), table, RULES)
    assert bands.schema == BANDS
    return bands.to_pylist()


def test_a_hub_is_the_sum_of_its_signals_and_each_company_has_a_row_in_the_order_given():
    rows = found(
        ["quiet", "c1", "c0"],
        ("c1", "DOL", 46, "COST_PRESSURE"),
        ("c1", "DOL", 45, "DEADLINE_PROXIMITY"),
        ("c1", "PEOPLE", 40, None),
        ("c1", "BLOG", 10, None),
        ("c1", "BLOG", 30, None),
        ("c0", "BLOG", 10, None),
    )
    keys = ("company_id", "dol_magnitude", "people_magnitude", "blog_magnitude", "band", "primary_pressure")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("quiet", 0, 0, 0, 0, None),
        ("c1", 91, 40, 40, 5, "COST_PRESSURE"),
        ("c0", 0, 0, 10, 0, None),
    ]


@pytest.mark.parametrize(
    ("signals", "pressure", "hub"),
    [
        ([("DOL", 20, "A"), ("BLOG", 21, "B")], "B", "BLOG"),  # the strongest
        ([("BLOG", 90, None), ("BLOG", 10, "B")], "B", "BLOG"),  # that has a class
        ([("BLOG", 40, "A"), ("PEOPLE", 40, "B"), ("DOL", 40, "C")], "C", "DOL"),  # ties: DOL first
        ([("BLOG", 40, "A"), ("PEOPLE", 40, "B")], "B", "PEOPLE"),  # then PEOPLE
        ([("DOL", 40, "A", 1), ("DOL", 40, "B", 2)], "B", "DOL"),  # then the latest
        ([("DOL", 40, "A", 1, "s2"), ("DOL", 40, "B", 1, "s1")], "B", "DOL"),  # then the smallest id
        ([("BLOG", 10, None)], None, None),
        ([], None, None),
    ],
)
def test_the_strongest_signal_with_a_class_gives_the_primary_pressure(signals, pressure, hub):
    [row] = found(["c"], *(("c", *signal) for signal in signals))
    assert (row["primary_pressure"], row["primary_hub"]) == (pressure, hub)


def test_no_companies_give_an_empty_table():
    assert found([]) == []
