"""The charts of the dashboard: the title, the drawing and the table of numbers of each.

Colours are names of variables in page.css, which has them for light, dark and paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote, urlencode

from slotwatch.commands.pages import Table
from slotwatch.commands.summary import percent
from slotwatch.dashboard.aggregates import ALL_ROLES, Aggregates
from slotwatch.dashboard.drawing import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    Bars,
    Plot,
    Point,
    lines_over_weeks,
    lying_bars,
    matrix,
    stacked_months,
    up_and_down,
)
from slotwatch.warehouse.reading import Row


def address(list_id: str, **chosen: Any) -> str:
    """The address of a list of the page with these choices of its filters."""
    return f"#{list_id}?{urlencode({name: str(value) for name, value in chosen.items()}, quote_via=quote)}"


MOST_MARKED = 30  # most points of a line that are drawn as dots
MOST_ERRORS = 12
MOST_WEEKS = 3  # most weeks that a sentence lists
LEAST_EFFECT = 0.5  # least percentage points by which new companies must change a rate to be mentioned
QUEUE_LINKS = {
    "send_queue": "#write",
    "call_list": "#call",
    "due_renewals_ready": address("companies", window="ready"),
    "people_resolution_queue": address("human", what="One person or two"),
    "company_resolution_queue": address("human", what="One company or two"),
}
STAGE_LINKS = {
    "raw": "#problems",
    "accepted": address("problems", severity="error"),
    "slots": "#companies",
    "filled": address("companies", vacant="none"),
    "banded 3+": address("companies", band="3+"),
    "provable": address("companies", band="3+"),
    "authorised": address("companies", message="AUTHORISED"),
}
ACRONYMS = ("bit", "dol", "ein", "id", "url")
ROLE_COLOURS = (BLUE, ORANGE, GREEN, "var(--purple)", "var(--sky)", "var(--yellow)")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart. If there is nothing to draw, ``drawing`` is None and ``empty`` says so in words."""

    id: str
    title: str
    about: str
    """What it shows and how to read it; also its description for those who cannot see it."""
    drawing: Bars | Plot | None
    empty: str = "Nothing yet."
    table: Table


def charts(found: Aggregates) -> dict[str, list[Chart]]:
    """The charts by section of the page."""
    return {
        "seats": [_fill_rates(found), _slot_events(found)],
        "pressure": [_funnel(found), _bands(found), _band_moves(found), _band_matrix(found)],
        "renewals": [_renewals(found), _windows(found)],
        "work": [_messages(found), _queues(found)],
        "quality": [_rejected(found), _errors(found)],
    }


def words(code: str) -> str:
    """A code or table name in words: `NO_VALID_SLOT` becomes "No valid slot"."""
    text = " ".join(word.upper() if word in ACRONYMS else word for word in code.lower().split("_"))
    return text[:1].upper() + text[1:]


def _step_words(found: Aggregates) -> str:
    return "week" if found.week_step == 1 else f"{found.week_step} weeks"


def _fill_rates(found: Aggregates) -> Chart:
    roles = [*found.roles, ALL_ROLES]
    series: dict[str, list[Point]] = {_role(role): [] for role in roles}
    for row in found.fill_history:
        if row["fill_rate_pct"] is not None:
            tip = (
                f"{_role(row['role'])}, week of {row['week']}: {row['fill_rate_pct']} %, "
                f"{row['filled_slots']:,} of {row['total_slots']:,} seats{_moved(row)}"
            )
            seat = {} if row["role"] == ALL_ROLES else {"role": row["role"]}
            link = address("changes", week=row["week"], **seat)
            series[_role(row["role"])].append(Point(row["week"], row["fill_rate_pct"], tip, link))
    weeks = [row["week"] for row in found.slot_events]
    colours = dict(zip(series, [*islice(cycle(ROLE_COLOURS), len(found.roles)), INK], strict=True))
    by_week: dict[Any, dict[str, Row]] = {}
    for row in found.fill_history:
        by_week.setdefault(row["week"], {})[row["role"]] = row
    moved = [
        every[ALL_ROLES]
        for _, every in sorted(by_week.items())
        if abs(every[ALL_ROLES]["new_effect"] or 0) >= LEAST_EFFECT
    ]
    rates = [f"{_role(role)} %" for role in roles]
    return Chart(
        id="fill-rates",
        title="Seats filled over time, by role",
        about=f"Share of the seats that somebody holds, at the end of each {_step_words(found)}. "
        f"The axis does not begin at 0.{_new_companies(moved)}",
        drawing=lines_over_weeks(
            series, weeks, colours, _role(ALL_ROLES), len(weeks) <= MOST_MARKED, [row["week"] for row in moved]
        ),
        empty="No seat is known yet.",
        table=Table(
            ("Week of", *rates, "New seats", "Moved by them, points"),
            [
                (
                    week,
                    *(every[role]["fill_rate_pct"] for role in roles),
                    every[ALL_ROLES]["new_slots"],
                    every[ALL_ROLES]["new_effect"],
                )
                for week, every in sorted(by_week.items())
            ],
            numbers=[*rates, "New seats", "Moved by them, points"],
        ),
    )


def _moved(row: Row) -> str:
    if not row["new_slots"] or row["new_effect"] is None:
        return ""
    return f"; {row['new_slots']:,} seats of new companies moved it by {row['new_effect']:+} points"


def _new_companies(moved: list[Row]) -> str:
    """A sentence about the weeks in which new companies changed the rate of all seats."""
    if not moved:
        return ""
    weeks = ", ".join(f"{row['new_effect']:+} points in the week of {row['week']}" for row in moved[-MOST_WEEKS:])
    more = len(moved) - MOST_WEEKS
    rest = f" and in {more:,} weeks before" if more > 0 else ""
    return f" New companies, and no fill or vacancy, moved the rate by {weeks}{rest} (dotted lines)."


def _role(role: str) -> str:
    return "All" if role == ALL_ROLES else role


def _slot_events(found: Aggregates) -> Chart:
    first_seen = sum(row["first_seen"] for row in found.slot_events)
    step = _step_words(found)
    return Chart(
        id="slot-events",
        title=f"Seats filled and vacated per {step}",
        about=f"A replacement counts once in each direction. {first_seen:,} seats were held when they were first seen: "
        "they are in the numbers and not in the bars.",
        drawing=up_and_down(
            found.slot_events,
            ("filled", "vacated"),
            ("Filled", "Vacated"),
            "seats",
            ("#changes?week={week}&what=Seat%20filled", "#changes?week={week}&what=Seat%20vacated"),
        ),
        empty="No seat has been filled or vacated since it was first seen.",
        table=Table(
            ("Week of", "Filled", "Vacated", "Held when first seen"),
            [(row["week"], row["filled"], row["vacated"], row["first_seen"]) for row in found.slot_events],
            numbers=("Filled", "Vacated", "Held when first seen"),
        ),
    )


def _band_moves(found: Aggregates) -> Chart:
    return Chart(
        id="band-moves",
        title=f"Companies that moved up and down per {_step_words(found)}",
        about="Changes of the pressure band of companies that were known before.",
        drawing=up_and_down(
            found.band_moves,
            ("up", "down"),
            ("Up", "Down"),
            "companies",
            ("#changes?week={week}&what=Band%20up", "#changes?week={week}&what=Band%20down"),
        ),
        empty="No company has changed its band yet.",
        table=Table(
            ("Week of", "Up", "Down"),
            [(row["week"], row["up"], row["down"]) for row in found.band_moves],
            numbers=("Up", "Down"),
        ),
    )


def _funnel(found: Aggregates) -> Chart:
    units = list(dict.fromkeys(row["unit"] for row in found.funnel))
    data = [
        {
            "name": words(row["stage"]),
            "number": row["row_count"],
            "label": f"{row['row_count']:,}" + (f"  ({percent(row['share'])})" if row["share"] is not None else ""),
            "group": words(unit),
            "link": STAGE_LINKS.get(row["stage"], "#companies"),
        }
        for unit in units
        for row in found.funnel
        if row["unit"] == unit
    ]
    return Chart(
        id="funnel",
        title="From raw rows to messages",
        about="What reaches each stage, from the rows of company_raw_intake on, and its share of the stage above.",
        drawing=lying_bars(data) if any(row["row_count"] for row in found.funnel) else None,
        empty="No raw row has come in yet.",
        table=Table(
            ("Stage", "Counts", "Number", "Of the stage before"),
            [(row["stage"], row["unit"], row["row_count"], percent(row["share"])) for row in found.funnel],
            numbers=("Number", "Of the stage before"),
        ),
    )


def _bands(found: Aggregates) -> Chart:
    data = [
        {
            "name": f"{row['band']} {row['band_name']}",
            "number": row["companies"],
            "label": f"{row['companies']:,}"
            + (f"  ({percent(row['companies'] / found.companies)})" if found.companies else ""),
            "link": address("companies", band=row["band"]),
        }
        for row in reversed(found.bands)
    ]
    return Chart(
        id="bands",
        title="Companies per pressure band",
        about="How hard a company may be approached, today.",
        drawing=lying_bars(data) if found.companies else None,
        empty="No company is known yet.",
        table=Table(
            ("Band", "Name", "Companies", "Held down by a cap"),
            [(row["band"], row["band_name"], row["companies"], row["capped"]) for row in found.bands],
            numbers=("Band", "Companies", "Held down by a cap"),
        ),
    )


def _band_matrix(found: Aggregates) -> Chart:
    names = {row["band"]: f"{row['band']} {row['band_name']}" for row in found.bands}
    cells = {
        (row["from_band"], row["to_band"]): (
            row["companies"],
            f"{row['companies']:,} moves from {names[row['from_band']]} to {names[row['to_band']]}",
            address("changes", move=f"{row['from_band']} to {row['to_band']}"),
        )
        for row in found.band_matrix
    }
    return Chart(
        id="band-matrix",
        title="From which band to which",
        about="All moves of companies from band to band since the first build.",
        drawing=matrix(cells, sorted(names), "to band", "from") if cells else None,
        empty="No company has changed its band yet.",
        table=Table(
            ("From", "To", "Moves"),
            [(names[row["from_band"]], names[row["to_band"]], row["companies"]) for row in found.band_matrix],
            numbers=("Moves",),
        ),
    )


def _renewals(found: Aggregates) -> Chart:
    names = {"ready": "Ready for its campaign", "open": "Window open, no green contact", "later": "Window opens later"}
    without = f" {found.without_renewal:,} companies have no known renewal month." if found.without_renewal else ""
    return Chart(
        id="renewals",
        title="Renewal calendar",
        about=f"Companies by the month of their next renewal.{without}",
        drawing=stacked_months(found.renewals, names, (BLUE, ORANGE, GREY), "#companies?renewal={month}&window={part}"),
        empty="No company has a known renewal month.",
        table=Table(
            ("Month", *names.values()),
            [(f"{row['month']:%Y-%m}", *(row[key] for key in names)) for row in found.renewals],
            numbers=tuple(names.values()),
        ),
    )


def _windows(found: Aggregates) -> Chart:
    names = {"with_contact": "With a green contact", "without_contact": "Without a green contact"}
    open_now = sum(row["ready"] + row["open"] for row in found.renewals)
    return Chart(
        id="windows",
        title="Campaign windows that will open",
        about=f"Companies by the month in which their window opens. {open_now:,} windows are open now.",
        drawing=stacked_months(found.windows, names, (BLUE, GREY), "#companies?opens={month}&window={part}"),
        empty="No window is waiting to open.",
        table=Table(
            ("Month", *names.values()),
            [(f"{row['month']:%Y-%m}", *(row[key] for key in names)) for row in found.windows],
            numbers=tuple(names.values()),
        ),
    )


def _messages(found: Aggregates) -> Chart:
    decided = [row for row in found.decisions if row["is_authorized"]]
    denied = [row for row in found.decisions if not row["is_authorized"]]
    rows = [("Authorised" if row["is_authorized"] else words(row["denial_reason"]), row) for row in (*decided, *denied)]
    data = [
        {
            "name": name,
            "number": row["companies"],
            "label": f"{row['companies']:,}",
            "kind": "Authorised" if row["is_authorized"] else "Denied",
            "link": address("companies", message="AUTHORISED" if row["is_authorized"] else row["denial_reason"]),
        }
        for name, row in rows
    ]
    return Chart(
        id="messages",
        title="Messages authorised, and denied by reason",
        about="The decision on each company today, and the first reason against a message.",
        drawing=lying_bars(data, {"Authorised": BLUE, "Denied": ORANGE}) if data else None,
        empty="No message has been decided on yet.",
        table=Table(
            ("Decision", "Reason", "Companies"),
            [
                ("authorised" if row["is_authorized"] else "denied", row["denial_reason"], row["companies"])
                for _, row in rows
            ],
            numbers=("Companies",),
        ),
    )


def _queues(found: Aggregates) -> Chart:
    data = [
        {
            "name": words(row["queue"].removesuffix("_queue")),
            "number": row["due"],
            "label": f"{row['due']:,}",
            "link": QUEUE_LINKS.get(row["queue"]) or address("due", queue=row["queue"]),
        }
        for row in found.queues
    ]
    return Chart(
        id="queues",
        title="Work that is waiting",
        about="Rows that are due today, per queue.",
        drawing=lying_bars(data) if any(row["due"] for row in found.queues) else None,
        empty="Nothing is due: all queues are empty.",
        table=Table(("Queue", "Due"), [(row["queue"], row["due"]) for row in found.queues], numbers=("Due",)),
    )


def _rejected(found: Aggregates) -> Chart:
    rejecting = [row for row in found.reconciliation if row["rejected_rows"]]
    data = [
        {
            "name": words(row["raw_table"]),
            "number": row["rejected_rows"],
            "label": f"{row['rejected_rows']:,} of {row['known_rows']:,}",
            "link": address("problems", raw_table=row["raw_table"], severity="error"),
        }
        for row in rejecting
    ]
    known = sum(row["known_rows"] for row in found.reconciliation)
    rejected = sum(row["rejected_rows"] for row in rejecting)
    unbalanced = [row["raw_table"] for row in found.reconciliation if not row["is_balanced"]]
    fate = (
        f"Rows of {', '.join(unbalanced)} are neither accepted nor rejected."
        if unbalanced
        else "Every row was either accepted or rejected."
    )
    return Chart(
        id="rejected",
        title="Raw rows that were rejected",
        about=f"{rejected:,} of {known:,} known rows. {fate}",
        drawing=lying_bars(data, ORANGE) if data else None,
        empty="No row was rejected.",
        table=Table(
            ("Raw table", "Known", "Accepted", "Rejected", "Balanced"),
            [
                (row["raw_table"], row["known_rows"], row["accepted_rows"], row["rejected_rows"], row["is_balanced"])
                for row in found.reconciliation
            ],
            numbers=("Known", "Accepted", "Rejected"),
        ),
    )


def _errors(found: Aggregates) -> Chart:
    by_code: dict[tuple[str, str], int] = {}
    for row in found.errors:
        key = (row["error_code"], row["severity"])
        by_code[key] = by_code.get(key, 0) + row["errors"]
    ranked = sorted(by_code.items(), key=lambda item: (-item[1], item[0]))
    shown = ranked[:MOST_ERRORS]
    codes = [code for code, _ in by_code]
    data = [
        {
            "name": words(code) + (f" ({severity})" if codes.count(code) > 1 else ""),
            "number": errors,
            "label": f"{errors:,}",
            "kind": severity.capitalize(),
            "link": address("problems", error_code=code, severity=severity),
        }
        for (code, severity), errors in shown
    ]
    more = len(ranked) - len(shown)
    rest = f" The {MOST_ERRORS} most frequent codes; {more:,} more are in the numbers." if more > 0 else ""
    return Chart(
        id="errors",
        title="Errors and warnings by code",
        about=f"An error rejects a row or a link; a warning leaves a value empty.{rest}",
        drawing=lying_bars(data, {"Error": ORANGE, "Warning": GREY}) if data else None,
        empty="No error and no warning.",
        table=Table(
            ("Severity", "Code", "Raw table", "Rows"),
            [(row["severity"], row["error_code"], row["raw_table"], row["errors"]) for row in found.errors],
            numbers=("Rows",),
        ),
    )
