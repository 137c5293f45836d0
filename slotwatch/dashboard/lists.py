"""The lists of the dashboard, except the companies. Each is a table that the browser sorts, filters, saves and prints.

A list is packed: one line of JSON per row, an array with a value per column.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from slotwatch.commands.pages import shown
from slotwatch.commands.today import ANSWER_DAYS
from slotwatch.dashboard.aggregates import step_of
from slotwatch.dashboard.packing import fitting
from slotwatch.warehouse.reading import Row, Rows

MOST_ROWS = 2_000
ROWS_PER_CODE = 100
LIST_ROOM = 60_000
"""Bytes of one list at most."""

WORK = """
    select
        'missing_contact_queue' as queue, company_id, company_name, role as who, 'vacant seat' as what,
        vacated_at as since, days_vacant as days
    from (select *, row_number() over (order by priority, days_vacant desc, slot_id) as place
        from {marts}.missing_contact_queue) as due
    where place <= ?
    union all
    select
        'url_check_queue' as queue, due.company_id, companies.company_name, due.url_type as who, due.url as what,
        due.last_checked_at as since, due.days_overdue as days
    from (select *, row_number() over (order by days_overdue desc, company_id, url_type) as place
        from {marts}.url_check_queue) as due
    inner join {marts}.companies as companies on due.company_id = companies.company_id
    where place <= ?
    union all
    select
        'profile_check_queue' as queue, people.company_id, companies.company_name, people.full_name as who,
        due.url as what, due.last_checked_at as since, null as days
    from (select *, row_number() over (order by last_checked_at, person_id) as place
        from {marts}.profile_check_queue) as due
    inner join {marts}.people as people on due.person_id = people.person_id
    inner join {marts}.companies as companies on people.company_id = companies.company_id
    where place <= ?
    union all
    select
        'email_recheck_queue' as queue, people.company_id, companies.company_name, people.full_name as who,
        due.email as what, due.last_checked_at as since, null as days
    from (select *, row_number() over (order by last_checked_at, person_id) as place
        from {marts}.email_recheck_queue) as due
    inner join {marts}.people as people on due.person_id = people.person_id
    inner join {marts}.companies as companies on people.company_id = companies.company_id
    where place <= ?
"""
WORK_QUEUES = ("missing_contact_queue", "url_check_queue", "profile_check_queue", "email_recheck_queue")
ROWS_PER_QUEUE = 500
ERRORS = """
    select error_code, severity, raw_table, raw_id, error_message, created_at
    from (
        select
            *, row_number() over (partition by error_code, severity order by created_at desc, error_id) as place
        from {marts}.pipeline_errors
    ) as errors
    where place <= ?
"""


@dataclass(frozen=True)
class Column:
    """A column of a list. ``kind`` is text, number, company (shown as a link), band or mail (shown on a click).

    A hidden column is in the rows for its filter, and in the file that is saved.
    """

    key: str
    label: str
    kind: str = "text"
    is_filter: bool = False
    is_hidden: bool = False
    is_wide: bool = False


@dataclass(frozen=True, kw_only=True)
class List:
    """A list of the page. ``pack`` has the first ``listed`` of ``total`` rows."""

    id: str
    title: str
    about: str
    empty: str
    columns: Sequence[Column]
    total: int
    listed: int = 0
    pack: str = ""
    noun: tuple[str, str] = ("row", "rows")
    """What a row is, singular and plural."""
    rest: str = ""
    """Where the rows are that the page has no room for."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """The values of each filter."""
    is_open: bool = True
    """Whether the rows are shown when the page opens."""


def today_lists(found: dict[str, Any], weeks: Sequence[date], room: int = LIST_ROOM) -> dict[str, List]:
    """The lists of the part Today, by id, from `slotwatch.commands.today.today`; ``weeks`` are the steps of charts."""
    totals = found["totals"]
    band = Column("band", "Band", "band", is_filter=True)
    company = Column("company_name", "Company", "company")
    lists = [
        packed_list(
            found["write"],
            totals["write"],
            room,
            id="write",
            noun=("message", "messages"),
            title="Write to",
            about="Messages that may go out today. The band is that of the mail; the company's may be higher.",
            empty="No message is authorised today.",
            rest="slotwatch.send_queue",
            columns=[
                Column("full_name", "Person"),
                company,
                Column("title", "Title"),
                Column("role", "Seat", is_filter=True, is_wide=True),
                band,
                Column("fact", "Fact"),
                Column("subject", "Mail", "mail"),
                Column("to_email", "To", is_hidden=True),
                Column("touch_number", "Touch", "number", is_hidden=True),
                Column("valid_until", "Valid until", is_hidden=True),
                Column("body", "Text", is_hidden=True),
            ],
        )
    ]
    if found["call"] is not None:
        lists.append(
            packed_list(
                found["call"],
                totals["call"],
                room,
                id="call",
                noun=("person", "people"),
                title="Call",
                about="People of companies in band 4 and 5 who may be called today.",
                empty="Nobody may be called today.",
                rest="slotwatch.call_list",
                columns=[
                    Column("full_name", "Person"),
                    Column("role", "Seat", is_filter=True),
                    company,
                    Column("phone", "Phone"),
                    band,
                    Column("fact", "Fact"),
                    Column("actions", "Allowed", is_filter=True),
                ],
            )
        )
    lists.append(
        packed_list(
            found["answers"],
            totals["answers"],
            room,
            id="answers",
            noun=("answer", "answers"),
            title="Who answered",
            about=f"Replies and bookings of the last {ANSWER_DAYS} days, the latest first.",
            empty=f"Nobody answered in the last {ANSWER_DAYS} days.",
            rest="slotwatch.message_log and slotwatch.booking_events",
            columns=[
                Column("at", "At"),
                Column("what", "What", is_filter=True),
                Column("reply_class", "Kind", is_filter=True, is_hidden=True),
                Column("full_name", "Person"),
                company,
                Column("subject", "Subject"),
                Column("text", "Text", is_wide=True),
            ],
        )
    )
    lists.append(_changes(found, weeks, room))
    lists.append(
        packed_list(
            found["human"],
            totals["human"],
            room,
            id="human",
            noun=("decision", "decisions"),
            title="Needs a human",
            about="Pairs that may be one person or company, and addresses to check. docs/writing-back.md has the rows "
            "that decide them.",
            empty="Nothing waits for a decision.",
            rest="slotwatch.people_resolution_queue, company_resolution_queue and message_authorizations",
            columns=[
                Column("what", "What", is_filter=True),
                company,
                Column("full_name", "Person"),
                Column("detail", "Why"),
                Column("created_at", "Since", is_wide=True),
            ],
        )
    )
    return {each.id: each for each in lists}


def _changes(found: dict[str, Any], weeks: Sequence[date], room: int) -> List:
    rows = []
    for row in found["changes"]:
        monday = row["at"].date() - timedelta(days=row["at"].weekday())
        rows.append(
            {
                **row,
                "band": row["to_band"],
                "move": f"{row['from_band']} to {row['to_band']}" if row["from_band"] is not None else None,
                "week": step_of(monday, weeks),
                "since": _since(row),
            }
        )
    before = found["previous_as_of"]
    return packed_list(
        rows,
        found["totals"]["changes"],
        room,
        id="changes",
        noun=("change", "changes"),
        title="What changed",
        about="Seats filled and vacated, bands up and down, and current proofs, the latest first. "
        + (f"The build before this one is as of {shown(before)} UTC." if before else "This is the first build."),
        empty="Nothing has changed since the first build.",
        rest="slotwatch.slot_events, band_history and proof_lines",
        columns=[
            Column("at", "At"),
            Column("what", "What", is_filter=True),
            Column("company_name", "Company", "company"),
            Column("role", "Seat", is_filter=True),
            Column("full_name", "Person"),
            Column("detail", "Detail"),
            Column("since", "Since", is_filter=True, is_hidden=True),
            Column("week", "Week of", is_filter=True, is_hidden=True),
            Column("move", "Move", is_filter=True, is_hidden=True),
        ],
    )


def _since(row: Row) -> str:
    """The matching choices of the filter, joined, because a row may belong to both."""
    names = {"last build": row["is_since_last_build"], "7 days": row["is_this_week"]}
    return "|".join(name for name, is_in in names.items() if is_in)


def work_list(rows: Rows, sizes: Sequence[Row], room: int = LIST_ROOM) -> List:
    """Open rows of the queues for machines and researchers; ``sizes`` are the rows of `queue_sizes`."""
    found = rows(WORK, *[ROWS_PER_QUEUE] * len(WORK_QUEUES))
    for row in found:
        row["days"] = None if row["days"] is None else int(row["days"])
    found.sort(key=lambda row: (WORK_QUEUES.index(row["queue"]), -(row["days"] or 0), row["company_name"], row["what"]))
    return packed_list(
        found,
        sum(row["due"] for row in sizes if row["queue"] in WORK_QUEUES),
        room,
        id="due",
        noun=("task", "tasks"),
        title="What is due",
        about="Seats without a contact, and pages, profiles and addresses to check.",
        empty="Nothing is due.",
        rest="the queues themselves, such as slotwatch.url_check_queue",
        is_open=False,
        columns=[
            Column("queue", "Queue", is_filter=True),
            Column("company_name", "Company", "company"),
            Column("who", "Who or what"),
            Column("what", "To check"),
            Column("since", "Last checked or vacated", is_wide=True),
            Column("days", "Days", "number"),
        ],
    )


def error_list(rows: Rows, total: int, room: int = LIST_ROOM) -> List:
    """The errors and warnings, up to ROWS_PER_CODE of each code."""
    found = rows(ERRORS, ROWS_PER_CODE)
    found.sort(key=lambda row: (row["severity"], row["error_code"], row["raw_table"] or "", row["raw_id"] or ""))
    return packed_list(
        found,
        total,
        room,
        id="problems",
        noun=("row", "rows"),
        title="Errors and warnings",
        about="Raw rows that were rejected, and values that could not be read.",
        empty="No error and no warning.",
        rest="slotwatch.pipeline_errors",
        is_open=False,
        columns=[
            Column("severity", "Severity", is_filter=True),
            Column("error_code", "Code", is_filter=True),
            Column("raw_table", "Raw table", is_filter=True),
            Column("raw_id", "Raw row"),
            Column("error_message", "Message"),
            Column("created_at", "Known since", is_wide=True),
        ],
    )


def packed_list(found: Sequence[Row], total: int, room: int, *, columns: Sequence[Column], **settings: Any) -> List:
    """A list of rows; a row also carries the id of its company, as its first value."""
    keys = ["company_id", *(column.key for column in columns)]
    lines = [
        json.dumps([_plain(row.get(key)) for key in keys], ensure_ascii=False, separators=(",", ":")) for row in found
    ]
    listed, pack = fitting(lines, room)
    choices = {
        column.key: _choices(row.get(column.key) for row in found[:listed]) for column in columns if column.is_filter
    }
    return List(columns=columns, total=total, listed=listed, pack=pack, choices=choices, **settings)


def _choices(values: Any) -> list[str]:
    each = {part for value in values if value not in (None, "") for part in str(_plain(value)).split("|")}
    return sorted(each, reverse=any(part[:4].isdigit() and part[4:5] == "-" for part in each))


def _plain(value: Any) -> Any:
    """A value as the page shows it: times to the minute, texts without control characters except line breaks."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, str):
        return "\n".join(shown(line) for line in value.splitlines())
    if isinstance(value, datetime | date):
        return shown(value)
    return value
