"""The days of a replay: the input that is accepted, and its meaning in UTC."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotwatch.commands.days import DayError, days_between, read_day, read_days, read_step


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-07", datetime(2026, 2, 7)),
        (" 2026-02-07 06:00:00 ", datetime(2026, 2, 7, 6)),
        ("2026-02-07T06:00", datetime(2026, 2, 7, 6)),
        ("2026-02-07T06:00:00Z", datetime(2026, 2, 7, 6)),
        ("2026-02-07T06:00:00+02:00", datetime(2026, 2, 7, 4)),
        ("2026-02-07T23:00:00-05:00", datetime(2026, 2, 8, 4)),
        ("2024-02-29", datetime(2024, 2, 29)),
    ],
)
def test_a_day_is_read_as_naive_utc(text, day):
    assert read_day(text) == day
    assert read_day(text).tzinfo is None


@pytest.mark.parametrize("text", ["tomorrow", "2026-02-30", "2026-13-01", "02/07/2026", "2026-2-7", "-", "2026"])
def test_an_unreadable_day_is_refused_with_an_example(text):
    with pytest.raises(DayError, match=f"^'{text}' is not a day: give a date such as 2026-02-07"):
        read_day(text)


@pytest.mark.parametrize("text", [None, ""])
def test_missing_days_are_refused_with_the_options(text):
    with pytest.raises(DayError, match="Give --days, or both --from and --to"):
        read_day(text)


def test_a_list_of_days_may_have_blanks_and_a_last_comma():
    assert read_days("2026-01-05, 2026-01-26 06:00,") == [datetime(2026, 1, 5), datetime(2026, 1, 26, 6)]


@pytest.mark.parametrize(
    "text", ["2026-01-26,2026-01-05", "2026-01-05,2026-01-05", "2026-01-05T02:00Z,2026-01-05T03:00+02:00"]
)
def test_days_out_of_order_are_refused(text):
    with pytest.raises(DayError, match="The days must be in order"):
        read_days(text)


def test_a_list_without_a_day_is_refused():
    with pytest.raises(DayError, match="--days is empty"):
        read_days(" , ")


@pytest.mark.parametrize(
    ("text", "step"),
    [("1d", timedelta(days=1)), ("7d", timedelta(7)), (" 2w ", timedelta(14)), ("12 h", timedelta(0.5))],
)
def test_a_step_is_a_number_and_a_unit(text, step):
    assert read_step(text) == step


@pytest.mark.parametrize("text", ["", "0d", "-1d", "d", "7", "1m", "1.5d", "7D7", "one day"])
def test_an_unreadable_step_is_refused(text):
    with pytest.raises(DayError, match="is not a step: give a number and a unit"):
        read_step(text)


def test_a_range_holds_both_ends_when_the_step_reaches_them():
    first, last = datetime(2026, 1, 1), datetime(2026, 1, 15)
    assert days_between(first, last, timedelta(7)) == [first, datetime(2026, 1, 8), last]
    assert days_between(first, datetime(2026, 1, 14), timedelta(7)) == [first, datetime(2026, 1, 8)]
    assert days_between(first, first, timedelta(1)) == [first]


def test_a_range_that_ends_before_it_begins_is_refused():
    with pytest.raises(DayError, match="lies before --from"):
        days_between(datetime(2026, 1, 2), datetime(2026, 1, 1), timedelta(1))


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.integers(0, 400),
    st.integers(1, 60),
)
def test_a_range_steps_evenly_and_stays_inside(first, length, step_days):
    last, step = first + timedelta(length), timedelta(step_days)
    days = days_between(first, last, step)
    assert days[0] == first
    assert last - step < days[-1] <= last
    assert {later - earlier for earlier, later in pairwise(days)} <= {step}
