"""The days of a replay, read from the user's input, as naive UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class DayError(ValueError):
    """A day or a step that cannot be read; the message says what to give."""


def read_day(text: str | None) -> datetime:
    """A date (its first instant) or an ISO timestamp; an offset is turned into UTC. Raises DayError."""
    if not text:
        raise DayError("Give --days, or both --from and --to.")
    try:
        day = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise DayError(
            f"'{text}' is not a day: give a date such as 2026-02-07 or a UTC timestamp such as '2026-02-07 06:00:00'."
        ) from error
    return day.astimezone(UTC).replace(tzinfo=None) if day.tzinfo else day


def read_days(text: str) -> list[datetime]:
    """The days of a comma-separated list, which must be in order."""
    days = [read_day(part) for part in text.split(",") if part.strip()]
    if not days:
        raise DayError("--days is empty: give at least one day.")
    for earlier, later in pairwise(days):
        if later <= earlier:
            raise DayError(f"The days must be in order: {later} comes after {earlier}.")
    return days


def read_step(text: str) -> timedelta:
    """A step such as `7d`, `1w` or `12h`."""
    match = re.fullmatch(r"\s*([1-9]\d*)\s*([hdw])\s*", text)
    if not match:
        raise DayError(f"'{text}' is not a step: give a number and a unit, such as 7d, 1w or 12h.")
    return int(match[1]) * UNITS[match[2]]


def days_between(first: datetime, last: datetime, step: timedelta) -> list[datetime]:
    """The days from the first to the last, a step apart. The last day is included if a step reaches it."""
    if last < first:
        raise DayError(f"--to ({last}) lies before --from ({first}).")
    return [first + number * step for number in range((last - first) // step + 1)]
