"""`slotwatch today`: what the outreach team does today. The first part of the dashboard shows the same.

The result is one dict, which `--json` prints as it is. Existing keys stay; new keys may be added:

    as_of           `as_of` of the build that is shown
    previous_as_of  the build before it that went to the end, or null
    write           messages of `send_queue`, the highest band first: message_id, company_id, company_name, person_id,
                    full_name, title, role, to_email, band, touch_number, fact (what the message states, or else the
                    cited evidence), subject, body, valid_until
    call            rows of `call_list`, the highest band first: company_id, company_name, person_id, full_name, role,
                    phone, band, actions, fact; null in a database that has no such mart yet
    answers         replies and bookings of the last ANSWER_DAYS days, the latest first: at, what, reply_class,
                    company_id, company_name, person_id, full_name, subject, text
    changes         seats, bands and proofs, the latest first: at, what, company_id, company_name, role, full_name,
                    detail, from_band, to_band, is_since_last_build, is_this_week
    renewals        week_start_on, windows (companies whose campaign window opens in that week) and capacity, the rows
                    of `renewal_capacity` (null without that mart)
    human           what a person decides: what, company_id, company_name, full_name, detail, created_at
    advice          sentences on what the database lacks
    totals          rows that each of the lists would have without its limit
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console

from slotwatch.commands.advice import no_companies, nobody_to_write_to
from slotwatch.commands.pages import Line, Section, Table, line, print_section, shown
from slotwatch.warehouse.reading import BUILT_DAYS, NotBuiltError, Row, Rows, mart_columns

MOST_ROWS = 2_000
"""Rows of a list at most; `totals` has the number of all."""
MOST_PRINTED = 10
"""Rows of a list that `slotwatch today` prints."""
PAIR_WORDS = {
    "fuzzy_name_company": "similar names at one company",
    "slot_collision": "equal claims to one seat",
    "same_email": "one email address",
    "same_phone": "one phone number",
    "same_linkedin": "one LinkedIn profile",
    "key_conflict": "rows disagree about",
    "shared_linkedin": "one LinkedIn page",
    "same_name_other_domain": "one name, two domains",
}
"""Why a pair may be one person or company, in words; other codes are shown as they are, with blanks."""
ANSWER_DAYS = 30
CHANGE_DAYS = 7

AS_OF = "select max(calculated_at) as as_of from {marts}.company_bands"
PEOPLE_ALONE = """
    select known_rows from {marts}.data_reconciliation
    where raw_table = 'people_raw_intake' and known_rows > 0 and not exists (select 1 from {marts}.companies)
"""
DENIALS = """
    select denial_reason, count(*) as companies from {marts}.message_authorizations
    where not is_authorized group by denial_reason order by companies desc, denial_reason limit 3
"""
WRITE = """
    select
        queue.message_id, queue.company_id, companies.company_name, queue.person_id, people.full_name, people.title,
        queue.role, queue.to_email, queue.band, queue.touch_number as touch_number, queue.subject, queue.body,
        queue.valid_until, queue.proof_line, cast(queue.facts as text) as facts,
        cast(proofs.signal_ids as text) as signal_ids, count(*) over () as total
    from {marts}.send_queue as queue
    inner join {marts}.companies as companies on queue.company_id = companies.company_id
    left join {marts}.people as people on queue.person_id = people.person_id
    left join {marts}.proof_lines as proofs on queue.proof_id = proofs.proof_id
    order by queue.band desc, queue.valid_until, queue.company_id
    limit ?
"""
EVIDENCE = "select signal_id, evidence_text from {marts}.pressure_signals where signal_id = any(?)"
CALL = """
    select
        company_id, company_name, person_id, full_name, role, phone, band, cast(actions as text) as actions,
        line_today as fact, count(*) over () as total
    from {marts}.call_list
    order by band desc, company_name, role
    limit ?
"""
ANSWERS = """
    select
        answers.answered_at as at, answers.what, answers.reply_class, answers.company_id, companies.company_name,
        answers.person_id, people.full_name, answers.subject, answers.body as text, count(*) over () as total
    from (
        select
            messages.message_log_id as answer_id, messages.sent_at as answered_at, 'Reply' as what, messages.company_id,
            messages.person_id, messages.subject, messages.body, replies.reply_class
        from {marts}.message_log as messages
        left join (
            select person_id, replied_at, max(results.reply_class) as reply_class
            from {marts}.message_results as results
            where is_replied and person_id is not null
            group by person_id, replied_at
        ) as replies
            on messages.person_id = replies.person_id and messages.sent_at = replies.replied_at
        where messages.direction = 'inbound'
        union all
        select
            booking_event_id as answer_id, created_at as answered_at, 'Meeting booked' as what, company_id, person_id,
            cast(event_time as text) as subject, null as body, null as reply_class
        from {marts}.booking_events
    ) as answers
    inner join {marts}.companies as companies on answers.company_id = companies.company_id
    left join {marts}.people as people on answers.person_id = people.person_id
    where answers.answered_at > ? and answers.answered_at <= ?
    order by answers.answered_at desc, answers.answer_id
    limit ?
"""
SEATS = """
    select
        events.occurred_at as at, events.event_type, events.company_id, companies.company_name, events.role,
        people.full_name, others.full_name as other_name, count(*) over () as total
    from {marts}.slot_events as events
    inner join {marts}.companies as companies on events.company_id = companies.company_id
    left join {marts}.people as people on events.person_id = people.person_id
    left join {marts}.slot_events as exchanges
        on
            events.slot_id = exchanges.slot_id
            and events.occurred_at = exchanges.occurred_at
            and events.event_type <> exchanges.event_type
    left join {marts}.people as others on exchanges.person_id = others.person_id
    where events.days_before is not null
    order by events.occurred_at desc, companies.company_name, events.event_id
    limit ?
"""
BANDS = """
    select
        moves.valid_from as at, moves.company_id, companies.company_name, moves.from_band, moves.from_band_name,
        moves.band as to_band, moves.band_name as to_band_name, count(*) over () as total
    from (
        select
            company_id, band, band_name, valid_from,
            lag(band) over (partition by company_id order by valid_from) as from_band,
            lag(band_name) over (partition by company_id order by valid_from) as from_band_name
        from {marts}.band_history
    ) as moves
    inner join {marts}.companies as companies on moves.company_id = companies.company_id
    where moves.from_band <> moves.band
    order by moves.valid_from desc, moves.band desc, companies.company_name, moves.company_id
    limit ?
"""
PROOFS = """
    select
        proofs.generated_at as at, proofs.company_id, companies.company_name, proofs.band,
        coalesce(proofs.line_today, proofs.proof_line) as proof_line, count(*) over () as total
    from {marts}.proof_lines as proofs
    inner join {marts}.companies as companies on proofs.company_id = companies.company_id
    where proofs.is_current
    order by proofs.generated_at desc, proofs.band desc, companies.company_name, proofs.proof_id
    limit ?
"""
WINDOWS = """
    select count(*) as windows from {marts}.company_renewals
    where campaign_window_start_on >= ? and campaign_window_start_on <= ?
"""
CAPACITY = """
    select week_start_on, windows_opening, reachable_companies, message_capacity, shortfall
    from {marts}.renewal_capacity
    order by week_start_on
"""
PEOPLE_PAIRS = """
    select
        queue.resolution_id, people.company_id, companies.company_name, people.full_name,
        others.full_name as other_name, queue.conflict_type, queue.created_at, queue.total
    from (
        select *, count(*) over () as total from {marts}.people_resolution_queue
        where resolution_status = 'pending'
        order by created_at, resolution_id
        limit ?
    ) as queue
    left join {marts}.people as people on queue.person_id_primary = people.person_id
    left join {marts}.people as others on queue.person_id_duplicate = others.person_id
    left join {marts}.companies as companies on people.company_id = companies.company_id
    order by queue.created_at, queue.resolution_id
"""
COMPANY_PAIRS = """
    select
        queue.resolution_id, queue.company_id_primary as company_id, companies.company_name,
        others.company_name as other_name, queue.conflict_type, queue.shared_value, queue.created_at, queue.total
    from (
        select *, count(*) over () as total from {marts}.company_resolution_queue
        where resolution_status = 'pending'
        order by created_at, resolution_id
        limit ?
    ) as queue
    left join {marts}.companies as companies on queue.company_id_primary = companies.company_id
    left join {marts}.companies as others on queue.company_id_duplicate = others.company_id
    order by queue.created_at, queue.resolution_id
"""
UNVERIFIED = """
    select
        verdicts.company_id, companies.company_name, people.full_name, verdicts.role, people.email, people.email_status,
        verdicts.band, people.email_checked_at as created_at, count(*) over () as total
    from {marts}.message_authorizations as verdicts
    inner join {marts}.companies as companies on verdicts.company_id = companies.company_id
    left join {marts}.people as people on verdicts.person_id = people.person_id
    where verdicts.denial_reason = 'EMAIL_NOT_VERIFIED' and verdicts.band >= verdicts.required_band
    order by verdicts.band desc, companies.company_name, verdicts.company_id
    limit ?
"""


def today(rows: Rows, limit: int = MOST_ROWS) -> dict[str, Any]:
    """What is to do today, as of the last build; the docstring of this module has the keys.

    Raises NotBuiltError when there was no build.
    """
    builds = [row["as_of"] for row in rows(BUILT_DAYS)]
    as_of = rows(AS_OF)[0]["as_of"] or (builds[-1] if builds else None)
    if as_of is None:
        raise NotBuiltError("No day has been built to the end yet: run `make build`, or `dbt build` on your own data.")
    before = max((build for build in builds if build < as_of), default=None)
    columns = mart_columns(rows)
    lists: dict[str, Any] = {
        "write": _write(rows, columns, limit),
        "call": _call(rows, limit) if "call_list" in columns else None,
        "answers": _answers(rows, columns, as_of, limit),
        "changes": _changes(rows, columns, as_of, before, limit),
        "human": _human(rows, columns, limit),
    }
    return {
        "as_of": as_of,
        "previous_as_of": before,
        **{name: found and found[0] for name, found in lists.items()},
        "renewals": _renewals(rows, columns, as_of),
        "advice": _advice(rows, is_anybody_written_to=lists["write"][1] > 0),
        "totals": {name: found[1] if found else 0 for name, found in lists.items()},
    }


def _advice(rows: Rows, *, is_anybody_written_to: bool) -> list[str]:
    if rows(PEOPLE_ALONE):
        return [no_companies("The database")]
    reasons = [] if is_anybody_written_to else rows(DENIALS)
    return [nobody_to_write_to(reasons)] if reasons else []


def known(sql: str, columns: dict[str, set[str]], mart: str, column: str) -> str:
    """The query, with null for a column such as `queue.touch_number` if the mart does not have it yet."""
    return sql if column.partition(".")[2] in columns[mart] else sql.replace(column, "cast(null as text)")


def _counted(found: list[Row]) -> tuple[list[Row], int]:
    """Rows without their column `total`, and that total."""
    total = found[0]["total"] if found else 0
    return [{name: value for name, value in row.items() if name != "total"} for row in found], total


def _write(rows: Rows, columns: dict[str, set[str]], limit: int) -> tuple[list[Row], int]:
    sql = known(WRITE, columns, "send_queue", "queue.touch_number")
    found, total = _counted(rows(known(sql, columns, "send_queue", "queue.facts"), limit))
    cited = {row["message_id"]: json.loads(row.pop("signal_ids") or "[]") for row in found}
    wanted = sorted({signal_id for ids in cited.values() for signal_id in ids})
    evidence = {row["signal_id"]: row["evidence_text"] for row in rows(EVIDENCE, wanted)} if wanted else {}
    for row in found:
        stated = [fact["text"] for fact in json.loads(row.pop("facts") or "[]")]
        quoted = [evidence[each] for each in cited[row["message_id"]] if each in evidence]
        row["fact"] = "; ".join(dict.fromkeys(stated)) or ", ".join(dict.fromkeys(quoted)) or row["proof_line"]
        del row["proof_line"]
    return found, total


def _call(rows: Rows, limit: int) -> tuple[list[Row], int]:
    found, total = _counted(rows(CALL, limit))
    for row in found:
        row["actions"] = _listed(row["actions"])
    return found, total


def _listed(text: str | None) -> str:
    """A list as words, whether it is stored as JSON or as text."""
    if text and text.lstrip().startswith("["):
        return ", ".join(str(each) for each in json.loads(text))
    return text or ""


def _answers(rows: Rows, columns: dict[str, set[str]], as_of: datetime, limit: int) -> tuple[list[Row], int]:
    sql = known(ANSWERS, columns, "message_results", "results.reply_class")
    found, total = _counted(rows(sql, as_of - timedelta(days=ANSWER_DAYS), as_of, limit))
    for row in found:
        if row["what"] == "Meeting booked":
            row["subject"] = row["subject"] and f"for {row['subject'][:16]}"
    return found, total


def _changes(
    rows: Rows, columns: dict[str, set[str]], as_of: datetime, before: datetime | None, limit: int
) -> tuple[list[Row], int]:
    seats, seats_total = _counted(rows(SEATS, limit))
    bands, bands_total = _counted(rows(BANDS, limit))
    sql = known(PROOFS, columns, "proof_lines", "proofs.line_today")
    proofs, proofs_total = _counted(rows(sql, limit))
    nothing = {"role": None, "full_name": None, "from_band": None, "to_band": None}
    found = [
        *(
            {
                **nothing,
                **_kept(row, "at", "company_id", "company_name", "role", "full_name"),
                "what": "Seat filled" if row["event_type"] == "FILLED" else "Seat vacated",
                "detail": _replacement(row),
            }
            for row in seats
        ),
        *(
            {
                **nothing,
                **_kept(row, "at", "company_id", "company_name", "from_band", "to_band"),
                "what": "Band up" if row["to_band"] > row["from_band"] else "Band down",
                "detail": f"{row['from_band']} {row['from_band_name']} to {row['to_band']} {row['to_band_name']}",
            }
            for row in bands
        ),
        *(
            {
                **nothing,
                **_kept(row, "at", "company_id", "company_name"),
                "to_band": row["band"],
                "what": "New proof",
                "detail": row["proof_line"],
            }
            for row in proofs
        ),
    ]
    found.sort(key=lambda row: row["at"], reverse=True)  # rows with the same time keep the order above
    since = as_of - timedelta(days=CHANGE_DAYS)
    for row in found:
        row["is_since_last_build"] = before is not None and row["at"] > before
        row["is_this_week"] = row["at"] > since
    return found[:limit], seats_total + bands_total + proofs_total


def _kept(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}


def _replacement(row: Row) -> str:
    if not row["other_name"]:
        return ""
    return f"in place of {row['other_name']}" if row["event_type"] == "FILLED" else f"{row['other_name']} follows"


def _renewals(rows: Rows, columns: dict[str, set[str]], as_of: datetime) -> Row:
    monday = as_of.date() - timedelta(days=as_of.weekday())
    [counted] = rows(WINDOWS, monday, monday + timedelta(days=6))
    return {
        "week_start_on": monday,
        "windows": counted["windows"],
        "capacity": rows(CAPACITY) if "renewal_capacity" in columns else None,
    }


def _human(rows: Rows, columns: dict[str, set[str]], limit: int) -> tuple[list[Row], int]:
    people, people_total = _counted(rows(PEOPLE_PAIRS, limit))
    companies, companies_total = (
        _counted(rows(COMPANY_PAIRS, limit)) if "company_resolution_queue" in columns else ([], 0)
    )
    unverified, unverified_total = _counted(rows(UNVERIFIED, limit))
    found = [
        *(
            {
                **_kept(row, "company_id", "company_name", "full_name", "created_at"),
                "what": "Address to verify",
                "detail": f"{row['email'] or 'no address'} is {row['email_status'] or 'unknown'}, band {row['band']}",
            }
            for row in unverified
        ),
        *(
            {
                **_kept(row, "company_id", "company_name", "full_name", "created_at"),
                "what": "One person or two",
                "detail": f"and {row['other_name'] or 'a person without a name'}: {_words(row['conflict_type'])}",
            }
            for row in people
        ),
        *(
            {
                **_kept(row, "company_id", "company_name", "created_at"),
                "full_name": None,
                "what": "One company or two",
                "detail": f"and {row['other_name'] or 'a company without a name'}: {_words(row['conflict_type'])} "
                f"{row['shared_value'] or ''}".rstrip(),
            }
            for row in companies
        ),
    ]
    return found[:limit], people_total + companies_total + unverified_total


def _words(code: str | None) -> str:
    return PAIR_WORDS.get(code or "", (code or "").replace("_", " "))


def capacity_words(renewals: Row) -> str:
    """The renewal capacity of this week and of the coming weeks, in one or two sentences."""
    windows = renewals["windows"]
    opening = "No campaign window opens" if not windows else f"{windows:,} campaign window{'s' * (windows != 1)} open"
    opening += "s" if windows == 1 else ""
    sentence = f"{opening} in the week of {renewals['week_start_on']}."
    weeks = renewals["capacity"]
    if weeks is None:
        return sentence
    this = next((row for row in weeks if row["week_start_on"] == renewals["week_start_on"]), None)
    if this and windows and not this["reachable_companies"]:
        sentence += (
            " None of these companies can be reached yet: they have neither a band of outreach nor a green address."
        )
    elif this:
        possible = f"{this['message_capacity']:,} messages are possible"
        sentence += (
            f" {this['reachable_companies']:,} of these companies can be reached, and {possible}: {_enough(this)}."
        )
    short = next((row for row in weeks if row is not this and (row["shortfall"] or 0) > 0), None)
    if short:
        sentence += f" The week of {short['week_start_on']} is {short['shortfall']:,} messages short."
    return sentence


def _enough(week: Row) -> str:
    short = week["shortfall"] or 0
    return f"{short:,} too few" if short > 0 else "enough"


def print_today(console: Console, found: dict[str, Any]) -> None:
    """The first rows of each list as a page of sections."""
    line(console, f"Today, as of {shown(found['as_of'])} UTC", style="bold", indent=0)
    for sentence in found["advice"]:
        line(console, sentence, style="yellow", indent=0)
    for section in today_sections(found):
        print_section(console, section)


def today_sections(found: dict[str, Any]) -> list[Section]:
    """The lists as sections: at most MOST_PRINTED rows of each, and how many there are."""
    sections = [
        _section(
            found,
            "write",
            "Write to",
            "nobody",
            ("Person", "Title", "Company", "Band", "Fact", "Subject"),
            lambda row: (
                row["full_name"],
                row["title"],
                row["company_name"],
                row["band"],
                row["fact"],
                row["subject"],
            ),
        )
    ]
    if found["call"] is not None:
        sections.append(
            _section(
                found,
                "call",
                "Call",
                "nobody",
                ("Person", "Role", "Company", "Phone", "Band", "Fact"),
                lambda row: (
                    row["full_name"],
                    row["role"],
                    row["company_name"],
                    row["phone"],
                    row["band"],
                    row["fact"],
                ),
            )
        )
    answered = ("At", "What", "Person", "Company", "Subject")
    sections.append(
        _section(
            found,
            "answers",
            f"Answers of the last {ANSWER_DAYS} days",
            "none",
            answered,
            lambda row: (row["at"], _answer(row), row["full_name"], row["company_name"], row["subject"]),
        )
    )
    sections.append(_changed(found))
    sections.append(Section("Renewals", [Line(capacity_words(found["renewals"]))]))
    sections.append(
        _section(
            found,
            "human",
            "Needs a human",
            "nothing",
            ("What", "Company", "Person", "Why"),
            lambda row: (row["what"], row["company_name"], row["full_name"], row["detail"]),
        )
    )
    return sections


def _answer(row: Row) -> str:
    is_plain = row["reply_class"] in (None, "reply")
    return row["what"] if is_plain else f"{row['what']} ({_words(row['reply_class'])})"


def _section(found: dict[str, Any], name: str, title: str, none: str, headings: tuple[str, ...], cells: Any) -> Section:
    every, total = found[name], found["totals"][name]
    if not every:
        return Section(f"{title}: {none}", [])
    more = total - MOST_PRINTED
    rest = [Line(f"and {more:,} more: `slotwatch today --json`, or the dashboard", style="dim")] if more > 0 else []
    table = Table(headings, [cells(row) for row in every[:MOST_PRINTED]], numbers=("Band",))
    return Section(f"{title}: {total:,}", [table, *rest])


def _changed(found: dict[str, Any]) -> Section:
    recent = [row for row in found["changes"] if row["is_since_last_build"] or row["is_this_week"]]
    before = found["previous_as_of"]
    title = f"Changed since {shown(before)}" if before else f"Changed in the last {CHANGE_DAYS} days"
    rows = [
        (row["at"], row["what"], row["company_name"], row["role"], row["full_name"], row["detail"]) for row in recent
    ]
    more = len(rows) - MOST_PRINTED
    rest = [Line(f"and {more:,} more: `slotwatch diff` lists them by day", style="dim")] if more > 0 else []
    headings = ("At", "What", "Company", "Role", "Person", "Detail")
    return Section(f"{title}: {len(rows) or 'nothing'}", [Table(headings, rows[:MOST_PRINTED]), *rest])
