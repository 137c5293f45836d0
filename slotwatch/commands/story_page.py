"""The story of a company or person in words: the sections that `slotwatch explain` prints and the dashboard shows."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from slotwatch.commands.pages import Line, Section, Table, heading, line, print_section, shown
from slotwatch.warehouse.reading import Row


def print_story(console: Console, story: dict[str, Any]) -> None:
    """The story as a page of sections."""
    company, person = story["company"], story["person"]
    named = f"{person['full_name']}  {person['person_id']}" if person else None
    line(console, named or f"{company['company_name']}  {company['company_id']}", style="bold", indent=0)
    by = story["found_by"].replace("_", " ")
    survivor = ": this id is now an alias of the id above" if story["found_by"].endswith("alias_id") else ""
    line(console, f"as of {shown(story['as_of'])} UTC, found by {by}{survivor}", style="dim", indent=0)
    if person:
        print_section(console, _person(story))
        heading(console, f"{company['company_name']}  {company['company_id']}")
    for section in story_sections(story):
        print_section(console, section)


def story_sections(story: dict[str, Any]) -> list[Section]:
    """The sections of a story from `slotwatch.commands.explain`; `found_by` is not needed."""
    return [section(story) for section in SECTIONS]


def _person(story: dict[str, Any]) -> Section:
    person, message = story["person"], story["message"]
    checked = f", checked {shown(person['email_checked_at'])}" if person["email_checked_at"] else ""
    is_for_them = message["person_id"] == person["person_id"]
    facts = {
        "title": person["title"],
        "role": person["role"],
        "company": story["company"]["company_name"],
        "email": person["email"] and f"{person['email']} is {person['email_status']}{checked}",
        "phone": person["phone"],
        "LinkedIn": person["linkedin_url"],
        "first seen": person["first_seen_at"],
        "raw rows": person["intake_rows"],
        "message": message["is_authorized"] and is_for_them and "one is queued, see below",
    }
    spells = [
        (row["role"], row["company_name"], row["valid_from"], row["valid_to"] or "today", row["days"])
        for row in person["spells"]
    ]
    return Section(
        "Person",
        [
            Table(("", ""), [(name, value) for name, value in facts.items() if value not in (None, "", False)]),
            Line("seats held:" if spells else "holds no seat, and has held none"),
            Table(("Role", "Company", "From", "To", "Days"), spells, numbers=("Days",)),
        ],
    )


def _identity(story: dict[str, Any]) -> Section:
    company = story["company"]
    place = ", ".join(shown(company[part]) for part in ("city", "state", "postal_code") if company[part])
    renewal = company["renewal_month"] and f"month {company['renewal_month']}, from {company['renewal_month_source']}"
    facts = {
        "domain": company["domain"],
        "EIN": company["ein"],
        "LinkedIn": company["linkedin_url"],
        "phone": company["phone"],
        "place": place,
        "industry": company["industry"],
        "employees": company["employee_count"] and f"{company['employee_count']:,}",
        "renewal": renewal,
        "outreach id": company["outreach_id"],
        "alias ids": ", ".join(story["alias_ids"]),
    }
    raw_rows = [
        (
            row["intake_id"],
            row["uploaded_at"],
            row["company_name"],
            row["website_url"],
            "; ".join(f"{remark['error_code']}: {remark['error_message']}" for remark in row["remarks"]),
        )
        for row in story["intake"]
    ]
    return Section(
        "Identity",
        [
            Table(("", ""), [(name, value) for name, value in facts.items() if value not in (None, "")]),
            Line(f"made of {_count(len(raw_rows), 'raw row')}:"),
            Table(("Raw row", "Uploaded", "Name", "Website", "Remarks"), raw_rows),
        ],
    )


def _slots(story: dict[str, Any]) -> Section:
    columns = (
        "role",
        "status",
        "full_name",
        "title",
        "email",
        "email_status",
        "held_since",
        "last_changed_at",
        "claim_source",
    )
    return Section(
        "Slots",
        [
            Table(
                ("Role", "Status", "Person", "Title", "Email", "Address is", "Held since", "Seen since", "By"),
                [tuple(slot[column] for column in columns) for slot in story["slots"]],
            ),
            Line("spells:"),
            Table(
                ("Role", "From", "To", "Days", "Holder"),
                [
                    (slot["role"], spell["valid_from"], spell["valid_to"] or "today", spell["days"], _holder(spell))
                    for slot in story["slots"]
                    for spell in slot["spells"]
                ],
                numbers=("Days",),
            ),
        ],
    )


def _holder(spell: Row) -> str:
    return spell["full_name"] or spell["person_id"] or "vacant"


def _signals(story: dict[str, Any]) -> Section:
    signals = [
        (
            signal["hub"],
            signal["magnitude"],
            signal["evidence_text"],
            signal["pressure_class"],
            signal["detected_at"],
            signal["expires_at"],
            f"{signal['source_table']} {', '.join(signal['source_record_ids'])}",
        )
        for signal in story["signals"]
    ]
    headings = ("Hub", "Magnitude", "Evidence", "Class", "Detected", "Expires", "Source")
    return Section("Active signals", [Table(headings, signals, numbers=("Magnitude",)) if signals else Line("none")])


def _band(story: dict[str, Any]) -> Section:
    band = story["band"]
    words = [_arithmetic(each) for each in band["lines"]]
    by_total = band["by_total"]
    most = (
        f"{by_total['min_magnitude']} and more"
        if by_total["max_magnitude"] is None
        else f"{by_total['min_magnitude']} to {by_total['max_magnitude']}"
    )
    binding = [f"{cap['cap']} lowers it to band {cap['max_band']}" for cap in band["caps"] if cap["binds"]]
    domains = _count(band["active_domains"], "active domain")
    words += [
        f"{'Total':<8} {band['total_magnitude']:>4}",
        f"By total band {by_total['band']} {by_total['band_name']}, {most}",
        f"Caps     {binding[0] if binding else 'none lowers it'}",
        f"Band     {band['band']} {band['band_name']} since {shown(band['band_entered_at'])}",
        f"Provable {band['provable_band']}, with {domains}; send band {band['send_band']}",
        f"Pressure {band['primary_pressure'] or 'none'}",
    ]
    history = [
        (f"{spell['band']} {spell['band_name']}", spell["valid_from"], spell["valid_to"] or "today")
        for spell in band["history"]
    ]
    return Section(
        f"Band {band['band']} {band['band_name']}",
        [*(Line(each, is_aligned=True) for each in words), Table(("Band", "From", "To"), history)],
    )


def _arithmetic(each: Row) -> str:
    """The contribution of one hub to the total: its points, and how they are computed."""
    magnitudes = each["magnitudes"]
    total = " + ".join(map(str, magnitudes)) + (f" = {each['magnitude']}" if len(magnitudes) > 1 else "")
    share = "" if each["tenths"] == 10 else f" x 0.{each['tenths']}"
    activity = "active" if each["is_active"] else f"not active, {each['magnitude']} of {each['active_from']}"
    return f"{each['hub']:<8} {each['points']:>4}   {total or '0'}{share}, {activity}"


def _proof(story: dict[str, Any]) -> Section:
    proof = story["proof"]
    lines = [Line("none is current")]
    if proof:
        lines = [
            Line(proof["line_today"] or proof["proof_line"], style="bold"),
            Line(
                f"{proof['proof_id']}, band {proof['band']}, {proof['verdict']}; issued "
                f"{shown(proof['generated_at'])}, valid until {shown(proof['valid_until'])}"
            ),
            *(
                Line(f"cites {signal['evidence_text']} ({signal['magnitude']}, {signal['signal_id']})")
                for signal in proof["signals"]
            ),
        ]
    ended = [
        Line(f"ended {shown(row['superseded_at'])}: {row['proof_line']} ({row['proof_id']})", style="dim")
        for row in story["ended_proofs"]
    ]
    return Section("Proof", lines + ended)


def _message(story: dict[str, Any]) -> Section:
    message = story["message"]
    if message["is_authorized"]:
        lines = [Line(f"authorised: {message['reason']}", style="green")]
    else:
        lines = [Line(f"denied, {message['denial_reason']}: {message['reason']}", style="yellow")]
    if message["role"] and message["wanted_role"] and message["role"] != message["wanted_role"]:
        pressure = story["band"]["primary_pressure"]
        lines.append(
            Line(
                f"{pressure} concerns the {message['wanted_role']}, but that seat is vacant; the {message['role']} is "
                "chosen instead"
            )
        )
    if message["queued"]:
        queued = message["queued"]
        lines += [
            Line(
                f"queued as {queued['message_id']} to {queued['to_email']}, valid until {shown(queued['valid_until'])}"
            ),
            Line(f"Subject: {queued['subject']}", style="bold"),
            *(Line(text) for text in queued["body"].splitlines()),
        ]
    return Section("Message", lines)


def _timeline(story: dict[str, Any]) -> Section:
    happened = [
        (row["happened_at"], row["kind"], row["channel"], row["full_name"] or row["person_id"], _what(row))
        for row in story["timeline"]
    ]
    if not happened:
        return Section("Said and answered", [Line("nothing was sent, received, booked or handed over")])
    return Section("Said and answered", [Table(("At", "What", "By", "Person", "Words"), happened)])


def _what(row: Row) -> str:
    """The subject of a row of the timeline, in words."""
    parts = {
        "sent": [row["touch_number"] and f"touch {row['touch_number']}", row["subject"]],
        "received": [row["reply_class"], row["subject"]],
        "booking": [f"meeting at {shown(row['event_time'])}" if row["event_time"] else "a meeting without a time"],
        "handoff": [row["notes"]],
    }
    return ": ".join(part for part in parts[row["kind"]] if part)


def _lift(story: dict[str, Any]) -> Section:
    return Section("What would lift it one band", [Line(words) for words in story["lift"]["words"]])


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


SECTIONS = (_identity, _slots, _signals, _band, _proof, _timeline, _message, _lift)
