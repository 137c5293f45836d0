"""Reading of dates, numbers and months from raw text, the same on both engines."""

from datetime import datetime
from decimal import Decimal

import pytest
from warehouse_support import DEMO, Warehouse

TIMES = {
    "2026-01-05": datetime(2026, 1, 5),
    "2026-1-5": datetime(2026, 1, 5),
    "20260105": datetime(2026, 1, 5),
    "2026-01-05T06:00:00Z": datetime(2026, 1, 5, 6),
    "2026-01-05 06:00:00.123456789": datetime(2026, 1, 5, 6, 0, 0, 123456),
    "2026-01-31 6:07": datetime(2026, 1, 31, 6, 7),
    "2026-01-05T23:30:00+02:00": datetime(2026, 1, 5, 21, 30),
    "2026-01-05T23:30:00 -0530": datetime(2026, 1, 6, 5, 0),
    "2026-01-05 23:30:00+02": datetime(2026, 1, 5, 21, 30),
    "2026-01-05 06:00 UTC": datetime(2026, 1, 5, 6),
    "2026-01-05 3:12 PM": datetime(2026, 1, 5, 15, 12),
    "2026-01-05T03:12:09am": datetime(2026, 1, 5, 3, 12, 9),
    "1/5/2026": datetime(2026, 1, 5),
    "01/05/2026 15:12": datetime(2026, 1, 5, 15, 12),
    "1/5/2026 3:12 PM": datetime(2026, 1, 5, 15, 12),
    "1/5/2026 3:12:30 pm": datetime(2026, 1, 5, 15, 12, 30),
    "1/5/2026 12:00AM": datetime(2026, 1, 5),
    "1/5/2026 12:30 PM": datetime(2026, 1, 5, 12, 30),
    "1/5/26": datetime(2026, 1, 5),
    "12/31/69": datetime(2069, 12, 31),
    "1/5/70": datetime(1970, 1, 5),
    "1/5/99 3:12 PM": datetime(1999, 1, 5, 15, 12),
    "2/29/24": datetime(2024, 2, 29),
    "1/5/26 06:00": datetime(2026, 1, 5, 6),
    "1/5/2026 06:00 UTC": datetime(2026, 1, 5, 6),
    "46027": datetime(2026, 1, 5),
    "46027.0": datetime(2026, 1, 5),
    "46027.6333333333": datetime(2026, 1, 5, 15, 12),
    "46027.99999999": datetime(2026, 1, 6),
    "20000": datetime(1954, 10, 3),
    "80000": datetime(2119, 1, 11),
    "9999-12-31": datetime(9999, 12, 31),
    "9999-12-31T23:59:59Z": datetime(9999, 12, 31, 23, 59, 59),
    "9999-12-31 23:59:59+05:00": datetime(9999, 12, 31, 18, 59, 59),
    **dict.fromkeys(
        (
            "9999-12-31T23:59:59-05:00",  # in the year 10000, which Python and many other clients cannot read
            "12/31/9999 11:59 PM -0500",
            "19999",
            "80001",
            "80000.5",
            "2026",
            "2026-02-30",
            "2026-2-29",
            "2/29/2023",
            "2/29/23",
            "31/12/2026",
            "13/1/26",
            "1/5/226",
            "2026-13-01",
            "20261301",
            "2026-01-05 24:00",
            "2026-01-05 13:00 PM",
            "1/5/2026 0:30 PM",
            "46027.",
            "yesterday",
            "1/5",
            "5 January 2026",
            "-46027",
            "1/5/26 3:12 XM",
            "",
        )
    ),
}
NUMBERS = {
    "0": 0,
    "12": 12,
    "1,234.50": Decimal("1234.5"),
    "$514,405.0": 514405,
    "(12.5)": Decimal("-12.5"),
    "-3": -3,
    "$-3": -3,
    "1.2M": 1200000,
    "3 MM": 3000000,
    "2b": 2000000000,
    "40k": 40000,
    "US$ 5K": 5000,
    "USD 1,200": 1200,
    "€7": 7,
    "11-50": 11,
    "11 - 50": 11,
    "11\u201350": 11,
    "11 to 50": 11,
    "501-1000 employees": 501,
    "1,001-5,000 employees": 1001,
    "10,001+": 10001,
    "10001 +": 10001,
    "10,001+ employees": 10001,
    "1 employee": 1,
    "250 Employees": 250,
    "$1M-$5M": 1000000,
    "$1M - $5M": 1000000,
    "500K-1M": 500000,
    "10K+": 10000,
    **dict.fromkeys(
        ("quite sure", "12-3456789-1", "2026-01-05", "1,23", "-", "+", "$", "employees", "10000000000000", "1.2.3", "")
    ),
}
WHOLE = {"12": 12, "12.0": 12, "11-50": 11, "1.2K": 1200, "12.5": None, "-3": -3, "501-1000 employees": 501}
MONTHS = {
    **{str(month): month for month in range(1, 13)},
    "01": 1,
    "7.0": 7,
    "Jan": 1,
    "jan.": 1,
    "JANUARY": 1,
    "Febr.": 2,
    "May": 5,
    "june": 6,
    "Sep": 9,
    "Sept": 9,
    "Sept.": 9,
    "Septem": 9,
    "Dec": 12,
    **dict.fromkeys(
        ("0", "13", "1.5", "-1", "1-5", "ja", "j", "janus", "Jan 1", "sooner", "mayor", "Q1", ".", "...", "ja.", "")
    ),
}


@pytest.fixture(scope="module")
def engine(engine_warehouse) -> Warehouse:
    """An empty database, on each engine."""
    return engine_warehouse(DEMO)


@pytest.mark.parametrize(
    ("macro", "values"),
    [
        ("to_timestamp_or_null", TIMES),
        ("to_number_or_null", NUMBERS),
        ("to_integer_or_null", WHOLE),
        ("month_or_null", MONTHS),
    ],
)
def test_a_value_is_read_as_the_rules_say_or_is_unreadable(macro, values, engine):
    texts = ", ".join(f"('{text}')" for text in values)
    reading = f"cast({{{{ {macro}('raw_text') }}}} as text) as reading"
    query = f"select raw_text, {reading} from (values {texts}) as given (raw_text)"
    table = engine.dbt("show", "--inline", query, "--limit", "-1").results[0].agate_table
    read = {str(row["raw_text"] or ""): row["reading"] for row in table.rows}
    assert read.keys() == values.keys()
    parse = (lambda text: datetime.fromisoformat(str(text))) if values is TIMES else Decimal
    assert {text: None if each is None else parse(str(each)) for text, each in read.items()} == values
