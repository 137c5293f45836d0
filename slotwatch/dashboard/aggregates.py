"""The figures of the dashboard's charts, counted by the database per week, role, band or reason, never per company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from slotwatch.commands.summary import funnel
from slotwatch.warehouse.reading import NotBuiltError, Row, Rows

MOST_POINTS = 120
"""Points of a series over time; a longer history is counted per 2, 3, ... weeks."""
MOST_BUILDS = 10
ALL_ROLES = "ALL"

AS_OF = "select max(calculated_at) as as_of from {marts}.company_bands"
LAST_BUILT = "select max(as_of) as as_of from {marts}.ple_cycles where is_full_build and status = 'completed'"
BUILDS = """
    select as_of, cycle_name, is_full_build, status, started_at, completed_at from {marts}.ple_cycles
    order by started_at desc, cycle_id
    limit ?
"""
COMPANIES = """
    select
        count(*) as companies,
        coalesce(sum(case when is_campaign_ready then 1 else 0 end), 0) as campaign_ready
    from {marts}.company_renewals
"""
ROLES = "select role from {seeds}.roles order by slot_offset"
FILL_RATES = "select role, total_slots, filled_slots, fill_rate_pct from {marts}.slot_fill_rates"
SEAT_CHANGES = """
    select
        cast(date_trunc('week', changed_at) as date) as week, role, sum(slots) as slots,
        sum(case when status = 'filled' then slots else 0 end) as filled,
        sum(case when date_trunc('week', changed_at) = date_trunc('week', known_from) then slots else 0 end)
            as new_slots,
        sum(
            case
                when status = 'filled' and date_trunc('week', changed_at) = date_trunc('week', known_from) then slots
                else 0
            end
        ) as new_filled
    from (
        select role, status, valid_from as changed_at, known_from, 1 as slots from (%s) as spells
        union all
        select role, status, valid_to as changed_at, known_from, -1 as slots from (%s) as spells
        where valid_to is not null
    ) as changes
    group by 1, 2
"""
SPELLS = """
    select role, status, valid_from, valid_to, min(valid_from) over (partition by slot_id) as known_from
    from {marts}.slot_history
"""
SEAT_CHANGES = SEAT_CHANGES % (SPELLS, SPELLS)
SLOT_EVENTS = """
    select
        cast(date_trunc('week', occurred_at) as date) as week, event_type, days_before is null as is_first_seen,
        count(*) as events
    from {marts}.slot_events
    group by 1, 2, 3
"""
BANDS = """
    select
        bands.band, bands.band_name, count(company_bands.company_id) as companies,
        count(company_bands.band_capped_by) as capped
    from {seeds}.bands as bands
    left join {marts}.company_bands as company_bands on bands.band = company_bands.band
    group by bands.band, bands.band_name
    order by bands.band
"""
BAND_MOVES = """
    select cast(date_trunc('week', valid_from) as date) as week, from_band, band as to_band, count(*) as companies
    from (
        select band, valid_from, lag(band) over (partition by company_id order by valid_from) as from_band
        from {marts}.band_history
    ) as spells
    where from_band <> band
    group by 1, 2, 3
"""
RENEWALS = """
    select
        cast(date_trunc('month', cast(next_renewal_on as timestamp)) as date) as month, is_window_open,
        is_campaign_ready, count(*) as companies
    from {marts}.company_renewals
    group by 1, 2, 3
"""
WINDOWS = """
    select
        cast(date_trunc('month', cast(campaign_window_start_on as timestamp)) as date) as month, has_green_contact,
        count(*) as companies
    from {marts}.company_renewals
    where campaign_window_start_on is not null and not is_window_open
    group by 1, 2
"""
QUEUES = "select queue, due from {marts}.queue_sizes"
DECISIONS = """
    select is_authorized, denial_reason, count(*) as companies
    from {marts}.message_authorizations
    group by is_authorized, denial_reason
"""
RECONCILIATION = (
    "select raw_table, known_rows, accepted_rows, rejected_rows, is_balanced from {marts}.data_reconciliation"
)
ERRORS = """
    select error_code, severity, raw_table, count(*) as errors from {marts}.pipeline_errors
    group by error_code, severity, raw_table
"""


@dataclass(frozen=True, kw_only=True)
class Aggregates:
    """The figures of one build and their history. Rows are dicts; a `week` is its Monday, a `month` its first day."""

    as_of: datetime
    builds: list[Row]
    """The last ones, newest first: as_of, cycle_name, is_full_build, status, started_at, completed_at."""
    companies: int
    campaign_ready: int
    roles: list[str]
    fill_rates: list[Row]
    """Today, per role and for ALL: role, total_slots, filled_slots, fill_rate_pct."""
    week_step: int
    """Weeks that one point of a series over time stands for."""
    fill_history: list[Row]
    """At the end of each step, per role and for ALL: week, role, total_slots, filled_slots, fill_rate_pct, new_slots
    (of companies that were first seen in the step) and new_effect, the points by which these moved the rate."""
    slot_events: list[Row]
    """Per step: week, filled, vacated, first_seen (seats that were held when they were first seen)."""
    funnel: list[Row]
    """Stages in order, see `slotwatch.commands.summary.funnel`."""
    bands: list[Row]
    """All bands, also empty ones: band, band_name, companies, capped."""
    band_moves: list[Row]
    """Per step, companies that were in another band before: week, up, down."""
    band_matrix: list[Row]
    """The same over all time: from_band, to_band, companies."""
    renewals: list[Row]
    """Per month, without gaps: month, ready, open (its window, without a green contact), later."""
    without_renewal: int
    windows: list[Row]
    """Campaign windows that are still to open, per month, without gaps: month, with_contact, without_contact."""
    queues: list[Row]
    decisions: list[Row]
    """is_authorized, denial_reason, companies."""
    reconciliation: list[Row]
    errors: list[Row]
    """error_code, severity, raw_table, errors."""


def read_aggregates(rows: Rows) -> Aggregates:
    """All figures of the page, of the last build. Raises NotBuiltError when there was none."""
    as_of = rows(AS_OF)[0]["as_of"] or rows(LAST_BUILT)[0]["as_of"]
    if as_of is None:
        raise NotBuiltError("No day has been built to the end yet: run `make build`, or `dbt build` on your own data.")
    roles = [row["role"] for row in rows(ROLES)]
    rates = {row["role"]: row for row in rows(FILL_RATES)}
    seats, events, moves = rows(SEAT_CHANGES), rows(SLOT_EVENTS), rows(BAND_MOVES)
    weeks = steps([row["week"] for row in (*seats, *events, *moves)], as_of.date())
    renewals = rows(RENEWALS)
    [counts] = rows(COMPANIES)
    return Aggregates(
        as_of=as_of,
        builds=rows(BUILDS, MOST_BUILDS),
        companies=counts["companies"],
        campaign_ready=int(counts["campaign_ready"]),
        roles=roles,
        fill_rates=[rates[role] for role in (*roles, ALL_ROLES) if role in rates],
        week_step=(weeks[1] - weeks[0]).days // 7 if len(weeks) > 1 else 1,
        fill_history=fill_history(seats, roles, weeks),
        slot_events=_slot_events(events, weeks),
        funnel=funnel(rows),
        bands=rows(BANDS),
        band_moves=_band_moves(moves, weeks),
        band_matrix=_band_matrix(moves),
        renewals=_renewals(renewals, as_of.date()),
        without_renewal=sum(row["companies"] for row in renewals if row["month"] is None),
        windows=_windows(rows(WINDOWS), as_of.date()),
        queues=_largest_first(rows(QUEUES), "due"),
        decisions=_largest_first(rows(DECISIONS), "companies"),
        reconciliation=_largest_first(rows(RECONCILIATION), "rejected_rows"),
        errors=_largest_first(rows(ERRORS), "errors"),
    )


def _largest_first(found: list[Row], number: str) -> list[Row]:
    """Rows sorted by a number, then by their texts, independent of the locale of the database."""
    return sorted(found, key=lambda row: (-row[number], [str(value) for value in row.values()]))


def steps(weeks: Iterable[date], today: date) -> list[date]:
    """Mondays from the first week to this one, evenly spaced, at most MOST_POINTS. The last step may be unfinished."""
    this_week = today - timedelta(days=today.weekday())
    first = min([*weeks, this_week])
    number = (this_week - first).days // 7 + 1
    step = -(-number // MOST_POINTS)
    return [first + timedelta(weeks=week) for week in range(0, number, step)]


def step_of(week: date, weeks: Sequence[date]) -> date:
    """The step that a week belongs to."""
    width = (weeks[1] - weeks[0]).days if len(weeks) > 1 else 7
    return weeks[min((week - weeks[0]).days // width, len(weeks) - 1)]


def rate_pct(part: int, total: int) -> float | None:
    """Percent with one decimal, rounded half up, as in the marts with rates; None if there is nothing to count."""
    return (2000 * part + total) // (2 * total) / 10 if total else None


def new_effect(every: tuple[int, int], new: tuple[int, int]) -> float | None:
    """The percentage points by which new slots changed the rate, from counts of filled and all slots; None if there
    were no slots before.
    """
    rate, before = rate_pct(*every), rate_pct(every[0] - new[0], every[1] - new[1])
    return None if rate is None or before is None else round(rate - before, 1)


def fill_history(changes: list[Row], roles: list[str], weeks: list[date]) -> list[Row]:
    """Fill rates per role at the end of each step, from the slots and filled slots gained and lost each week."""
    gained: dict[str, Counter[tuple[date, str]]] = {role: Counter() for role in (*roles, ALL_ROLES)}
    for row in changes:
        for role in (row["role"], ALL_ROLES):
            for what in ("slots", "filled", "new_slots", "new_filled"):
                gained[role][step_of(row["week"], weeks), what] += int(row.get(what, 0))
    history = []
    for role, counts in gained.items():
        totals = accumulate(counts[week, "slots"] for week in weeks)
        filled = accumulate(counts[week, "filled"] for week in weeks)
        history += [
            {
                "week": week,
                "role": role,
                "total_slots": total_slots,
                "filled_slots": filled_slots,
                "fill_rate_pct": rate_pct(filled_slots, total_slots),
                "new_slots": counts[week, "new_slots"],
                "new_effect": new_effect(
                    (filled_slots, total_slots), (counts[week, "new_filled"], counts[week, "new_slots"])
                ),
            }
            for week, total_slots, filled_slots in zip(weeks, totals, filled, strict=True)
        ]
    return history


def _slot_events(events: list[Row], weeks: list[date]) -> list[Row]:
    kinds = ["first_seen" if row["is_first_seen"] else row["event_type"].lower() for row in events]
    return _per_step(events, "events", kinds, ("filled", "vacated", "first_seen"), weeks)


def _band_moves(moves: list[Row], weeks: list[date]) -> list[Row]:
    directions = ["up" if row["to_band"] > row["from_band"] else "down" for row in moves]
    return _per_step(moves, "companies", directions, ("up", "down"), weeks)


def _per_step(found: list[Row], number: str, kinds: list[str], columns: Sequence[str], weeks: list[date]) -> list[Row]:
    """Sums of a number in weekly rows: a row per step, a column per kind."""
    sums: Counter[tuple[date, str]] = Counter()
    for row, kind in zip(found, kinds, strict=True):
        sums[step_of(row["week"], weeks), kind] += row[number]
    return [{"week": week, **{kind: sums[week, kind] for kind in columns}} for week in weeks]


def _band_matrix(moves: list[Row]) -> list[Row]:
    counts: Counter[tuple[int, int]] = Counter()
    for row in moves:
        counts[row["from_band"], row["to_band"]] += row["companies"]
    return [
        {"from_band": from_band, "to_band": to_band, "companies": companies}
        for (from_band, to_band), companies in sorted(counts.items())
    ]


def _renewals(found: list[Row], today: date) -> list[Row]:
    states = ["ready" if row["is_campaign_ready"] else "open" if row["is_window_open"] else "later" for row in found]
    return _per_month(found, states, ("ready", "open", "later"), today)


def _windows(found: list[Row], today: date) -> list[Row]:
    states = ["with_contact" if row["has_green_contact"] else "without_contact" for row in found]
    return _per_month(found, states, ("with_contact", "without_contact"), today)


def _per_month(found: list[Row], states: list[str], counted: Sequence[str], today: date) -> list[Row]:
    """Companies of each month per counted state; ``rows`` are the companies, each with a state."""
    counts: Counter[tuple[date, str]] = Counter()
    for row, state in zip(found, states, strict=True):
        counts[row["month"], state] += row["companies"]
    months = months_between(today, [row["month"] for row in found if row["month"]])
    return [{"month": month, **{state: counts[month, state] for state in counted}} for month in months]


def months_between(today: date, months: list[date]) -> list[date]:
    """First days of the months from this month (or the earliest given) to the last given; empty if none is given."""
    if not months:
        return []
    month, result = min(today.replace(day=1), *months), []
    while month <= max(months):
        result.append(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return result
