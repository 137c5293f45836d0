"""`slotwatch explain`: the story of one company, from the raw rows it is made of to the message it gets or does not.

The story is one dict, which `--json` prints as it is. Its keys stay; new ones may come:

    as_of       time of the build that the story is told of
    found_by    company_id, alias_id, domain, ein, name or part_of_name
    company     every column of the mart `companies`
    alias_ids   ids that were this company's once, or were handed in for it later
    intake      per raw row, oldest first: intake_id, company_name, website_url, uploaded_at, remarks (each error_code,
                severity, error_message)
    slots       per role: slot_id, role, status, person_id, full_name, title, email, email_status, filled_at,
                vacated_at, last_changed_at, claim_source, spells (each status, person_id, full_name, valid_from,
                valid_to, days)
    signals     the active ones, strongest first: signal_id, hub, signal_type, pressure_class, magnitude, evidence_text,
                detected_at, expires_at, source_table, source_record_ids
    band        the row of `company_bands`, with lines (per hub: hub, magnitudes, magnitude, tenths, points, is_active),
                by_total (the row of the seed `bands` that the total leads to), caps (each cap, max_band, binds) and
                history (each band, band_name, valid_from, valid_to)
    proof       the current one or null: proof_id, band, pressure_class, proof_line, decision_window_days, generated_at,
                valid_until, verdict, signal_ids, signals (each signal_id, evidence_text, magnitude; as cited); and
                ended_proofs, those before it
    message     is_authorized, denial_reason, reason (in words), requested_action, required_band, role, wanted_role,
                person_id, full_name, email, email_status, suppressions, queued (the row of `send_queue` or null)
    lift        what would lift it one band, see `slotwatch.band_lift.lift`, and words, the same in sentences
"""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console

from slotwatch.band_lift import HUBS, BandRules, lift, lift_words
from slotwatch.company_search import Match
from slotwatch.pages import heading, line, shown, table
from slotwatch.warehouse import Row, Rows

COMPANY = "select * from {marts}.companies where company_id = ?"
ALIASES = """
    select alias_id from {intermediate}.int_company_aliases
    where company_id = ? and alias_id <> company_id
"""
INTAKE = """
    select intake_id, company_name, website_url, uploaded_at from {marts}.company_intake_status
    where company_id = ?
"""
REMARKS = """
    select errors.raw_id, errors.error_code, errors.severity, errors.error_message
    from {marts}.pipeline_errors as errors
    inner join {marts}.company_intake_status as intake on errors.raw_id = intake.intake_id
    where errors.raw_table = 'company_raw_intake' and intake.company_id = ?
"""
SLOTS = """
    select
        slots.slot_id, slots.role, slots.status, slots.person_id, people.full_name, people.title, people.email,
        people.email_status, slots.filled_at, slots.vacated_at, slots.last_changed_at, slots.claim_source
    from {marts}.slots as slots
    inner join {seeds}.roles as roles on slots.role = roles.role
    left join {marts}.people as people on slots.person_id = people.person_id
    where slots.company_id = ?
    order by roles.slot_offset
"""
SPELLS = """
    select
        spells.slot_id, spells.status, spells.person_id, people.full_name, spells.valid_from, spells.valid_to,
        spells.days
    from {marts}.slot_history as spells
    left join {marts}.people as people on spells.person_id = people.person_id
    where spells.company_id = ?
    order by spells.valid_from
"""
SIGNALS = """
    select
        signal_id, hub, signal_type, pressure_class, magnitude, evidence_text, detected_at, expires_at, source_table,
        cast(source_record_ids as text) as source_record_ids
    from {marts}.pressure_signals
    where company_id = ? and is_active
"""
BAND = "select * from {marts}.company_bands where company_id = ?"
BAND_HISTORY = """
    select band, band_name, valid_from, valid_to from {marts}.band_history
    where company_id = ?
    order by valid_from
"""
PROOFS = """
    select
        proof_id, band, pressure_class, proof_line, decision_window_days, generated_at, valid_until, superseded_at,
        is_current, verdict, cast(signal_ids as text) as signal_ids, cast(proof as text) as proof
    from {marts}.proof_lines
    where company_id = ?
    order by generated_at, proof_id
"""
MESSAGE = """
    select
        authorizations.is_authorized, authorizations.denial_reason, authorizations.requested_action,
        authorizations.required_band, authorizations.role, message_roles.role as wanted_role,
        authorizations.person_id, people.full_name, decisions.email, people.email_status, decisions.broken_rules,
        touches.persona_touches, touches.last_sent_at
    from {marts}.message_authorizations as authorizations
    inner join {intermediate}.int_message_decisions as decisions on authorizations.company_id = decisions.company_id
    left join {seeds}.message_roles as message_roles on decisions.primary_pressure = message_roles.pressure_class
    left join {marts}.people as people on authorizations.person_id = people.person_id
    left join {intermediate}.int_message_touches as touches on authorizations.company_id = touches.company_id
    where authorizations.company_id = ?
"""
SUPPRESSIONS = """
    select suppression_id, company_id, email, reason, created_at, expires_at from {marts}.suppressions
    where is_in_force and (company_id = ? or (company_id is null and email = ?))
    order by created_at, suppression_id
"""
QUEUED = """
    select message_id, to_email, band, template_id, subject, word_count, valid_until from {marts}.send_queue
    where company_id = ?
"""


def company_story(rows: Rows, match: Match, active_from: int) -> dict[str, Any]:
    """Everything that the last build found out about one company; the docstring of this module has the keys.

    ``active_from`` is the var `domain_active_from`.
    """
    company_id = match.company_id
    rules = BandRules(
        bands=rows("select * from {seeds}.bands order by band"),
        tenths={row["hub"]: row["tenths"] for row in rows("select * from {seeds}.hub_weights")},
        caps={row["cap"]: row["max_band"] for row in rows("select * from {seeds}.band_caps")},
        signal_types=rows("select signal_type, hub, magnitude from {seeds}.pressure_signal_types"),
        active_from=active_from,
    )
    [state] = rows(BAND, company_id)
    signals = _signals(rows, company_id)
    magnitudes = {hub: state[f"{hub.lower()}_magnitude"] for hub in HUBS}
    present = {signal["signal_type"] for signal in signals}
    found = lift(state, magnitudes, rules, present)
    proofs = [_proof(row) for row in rows(PROOFS, company_id)]
    proof = next((row for row in proofs if row["is_current"]), None)
    return {
        "as_of": state["calculated_at"],
        "found_by": match.found_by,
        "company": rows(COMPANY, company_id)[0],
        "alias_ids": sorted(row["alias_id"] for row in rows(ALIASES, company_id)),
        "intake": _intake(rows, company_id),
        "slots": _slots(rows, company_id),
        "signals": signals,
        "band": _band(state, signals, magnitudes, rules) | {"history": rows(BAND_HISTORY, company_id)},
        "proof": proof,
        "ended_proofs": [row for row in proofs if not row["is_current"]],
        "message": _message(rows, company_id, state, proof),
        "lift": {**found, "words": lift_words(found, state, magnitudes, rules)},
    }


def _intake(rows: Rows, company_id: str) -> list[Row]:
    remarks: dict[str, list[Row]] = {}
    for remark in sorted(rows(REMARKS, company_id), key=lambda row: (row["severity"], row["error_code"])):
        remarks.setdefault(remark.pop("raw_id"), []).append(remark)
    intake = sorted(rows(INTAKE, company_id), key=lambda row: (row["uploaded_at"], row["intake_id"]))
    return [row | {"remarks": remarks.get(row["intake_id"], [])} for row in intake]


def _slots(rows: Rows, company_id: str) -> list[Row]:
    spells: dict[str, list[Row]] = {}
    for spell in rows(SPELLS, company_id):
        spells.setdefault(spell.pop("slot_id"), []).append(spell)
    return [slot | {"spells": spells.get(slot["slot_id"], [])} for slot in rows(SLOTS, company_id)]


def _signals(rows: Rows, company_id: str) -> list[Row]:
    signals = sorted(rows(SIGNALS, company_id), key=lambda row: row["signal_id"])
    signals.sort(key=lambda row: (row["magnitude"], row["detected_at"]), reverse=True)
    return [row | {"source_record_ids": json.loads(row["source_record_ids"])} for row in signals]


def _band(state: Row, signals: list[Row], magnitudes: dict[str, int], rules: BandRules) -> Row:
    lines = [
        {
            "hub": hub,
            "magnitudes": [signal["magnitude"] for signal in signals if signal["hub"] == hub],
            "magnitude": magnitudes[hub],
            "tenths": rules.tenths[hub],
            "points": rules.points(hub, magnitudes[hub]),
            "is_active": state[f"{hub.lower()}_active"],
        }
        for hub in HUBS
    ]
    caps = [
        {"cap": cap, "max_band": highest, "binds": cap == state["band_capped_by"]}
        for cap, highest in rules.caps.items()
    ]
    return state | {
        "lines": lines,
        "active_from": rules.active_from,
        "by_total": dict(rules.band(state["raw_band"])),
        "caps": sorted(caps, key=lambda row: row["cap"]),
    }


def _proof(row: Row) -> Row:
    evidence = json.loads(row["proof"])["evidence"]
    cited = [
        {"signal_id": each["signal_id"], "evidence_text": each["text"], "magnitude": each["magnitude"]}
        for each in evidence
    ]
    kept = {name: value for name, value in row.items() if name != "proof"}
    return kept | {"signal_ids": json.loads(row["signal_ids"]), "signals": cited}


def _message(rows: Rows, company_id: str, state: Row, proof: Row | None) -> Row:
    [message] = rows(MESSAGE, company_id)
    message["suppressions"] = rows(SUPPRESSIONS, company_id, message["email"])
    message["queued"] = next(iter(rows(QUEUED, company_id)), None)
    return message | {"reason": _reason(message, state, proof)}


def _reason(message: Row, state: Row, proof: Row | None) -> str:
    """Why the company is written to or not, in words. The decision itself is the mart's."""
    code = message["denial_reason"]
    who = f"{message['full_name'] or 'nobody'} ({message['role']})"
    if code is None:
        return f"nothing speaks against a {message['requested_action']} to {who}"
    if code.startswith("SUPPRESSED_"):
        return "; ".join(_suppression(row) for row in message["suppressions"]) or "a suppression is in force"
    return {
        "NO_OUTREACH_BAND": f"a {message['requested_action']} is allowed from band {message['required_band']} on, the "
        f"company is in band {state['band']}",
        "NO_VALID_SLOT": "none of the three seats is filled",
        "EMAIL_NOT_VERIFIED": f"the address of {who}, {message['email']}, is {message['email_status']}, not green"
        if message["email"]
        else f"no address of {who} is known",
        "PROOF_NOT_FOUND": "the company has no current proof",
        "PROOF_EXPIRED": f"the proof expired at {shown(proof and proof['valid_until'])}",
        "PROOF_INSUFFICIENT": f"the proof is of band {proof and proof['band']}, needed is {message['required_band']}",
        "EVIDENCE_CHAIN_BROKEN": "a signal that the proof cites is gone or expired",
        "TOUCH_LIMIT": f"{message['persona_touches'] or 0} persona messages since the company came to its band at "
        f"{shown(state['band_entered_at'])}, no more are allowed",
        "COOLING_OFF": f"the last message went out at {shown(message['last_sent_at'])}, too short a time ago",
        "COPY_RULE_BROKEN": f"the message breaks a rule of the copy: {message['broken_rules']}",
        "DAILY_LIMIT": "as many messages as a day may have go to companies that come first",
    }.get(code, code)


def _suppression(row: Row) -> str:
    what = "the company is stopped" if row["company_id"] else f"messages to {row['email']} are stopped"
    until = f" until {shown(row['expires_at'])}" if row["expires_at"] else ""
    return f"{what} since {shown(row['created_at'])}{until}: {row['reason']} ({row['suppression_id']})"


def print_story(console: Console, story: dict[str, Any]) -> None:
    """The story as a page of sections."""
    company = story["company"]
    line(console, f"{company['company_name']}  {company['company_id']}", style="bold", indent=0)
    by = story["found_by"].replace("_", " ")
    survivor = ": this id lives on as that of the company above" if story["found_by"] == "alias_id" else ""
    line(console, f"as of {shown(story['as_of'])} UTC, found by {by}{survivor}", style="dim", indent=0)
    for section in SECTIONS:
        section(console, story)


def _print_identity(console: Console, story: dict[str, Any]) -> None:
    company = story["company"]
    heading(console, "Identity")
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
    table(console, ("", ""), [(name, value) for name, value in facts.items() if value not in (None, "")])
    line(console, f"made of {_count(len(story['intake']), 'raw row')}:")
    table(
        console,
        ("Raw row", "Uploaded", "Name", "Website", "Remarks"),
        [
            (
                row["intake_id"],
                row["uploaded_at"],
                row["company_name"],
                row["website_url"],
                "; ".join(f"{remark['error_code']}: {remark['error_message']}" for remark in row["remarks"]),
            )
            for row in story["intake"]
        ],
    )


def _print_slots(console: Console, story: dict[str, Any]) -> None:
    heading(console, "Slots")
    table(
        console,
        ("Role", "Status", "Person", "Title", "Email", "Address is", "Since", "By"),
        [
            (
                slot["role"],
                slot["status"],
                slot["full_name"],
                slot["title"],
                slot["email"],
                slot["email_status"],
                slot["last_changed_at"],
                slot["claim_source"],
            )
            for slot in story["slots"]
        ],
    )
    line(console, "spells:")
    table(
        console,
        ("Role", "From", "To", "Days", "Holder"),
        [
            (slot["role"], spell["valid_from"], spell["valid_to"] or "today", spell["days"], _holder(spell))
            for slot in story["slots"]
            for spell in slot["spells"]
        ],
        numbers=("Days",),
    )


def _holder(spell: Row) -> str:
    return spell["full_name"] or spell["person_id"] or "vacant"


def _print_signals(console: Console, story: dict[str, Any]) -> None:
    heading(console, "Active signals")
    if not story["signals"]:
        line(console, "none")
    table(
        console,
        ("Hub", "Magnitude", "Evidence", "Class", "Detected", "Expires", "Source"),
        [
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
        ],
        numbers=("Magnitude",),
    )


def _print_band(console: Console, story: dict[str, Any]) -> None:
    band = story["band"]
    heading(console, f"Band {band['band']} {band['band_name']}")
    for each in band["lines"]:
        magnitudes = each["magnitudes"]
        total = " + ".join(map(str, magnitudes)) + (f" = {each['magnitude']}" if len(magnitudes) > 1 else "")
        share = "" if each["tenths"] == 10 else f" x 0.{each['tenths']}"
        activity = "active" if each["is_active"] else f"not active, {each['magnitude']} of {band['active_from']}"
        line(console, f"{each['hub']:<8} {each['points']:>4}   {total or '0'}{share}, {activity}")
    line(console, f"{'Total':<8} {band['total_magnitude']:>4}")
    by_total = band["by_total"]
    most = (
        f"{by_total['min_magnitude']} and more"
        if by_total["max_magnitude"] is None
        else (f"{by_total['min_magnitude']} to {by_total['max_magnitude']}")
    )
    line(console, f"By total band {by_total['band']} {by_total['band_name']}, {most}")
    binding = [f"{cap['cap']} lowers it to band {cap['max_band']}" for cap in band["caps"] if cap["binds"]]
    line(console, f"Caps     {binding[0] if binding else 'none lowers it'}")
    line(console, f"Band     {band['band']} {band['band_name']} since {shown(band['band_entered_at'])}")
    domains = _count(band["active_domains"], "active domain")
    line(console, f"Provable {band['provable_band']}, with {domains}; send band {band['send_band']}")
    line(console, f"Pressure {band['primary_pressure'] or 'none'}")
    table(
        console,
        ("Band", "From", "To"),
        [
            (f"{spell['band']} {spell['band_name']}", spell["valid_from"], spell["valid_to"] or "today")
            for spell in band["history"]
        ],
    )


def _print_proof(console: Console, story: dict[str, Any]) -> None:
    proof = story["proof"]
    heading(console, "Proof")
    if proof:
        line(console, proof["proof_line"], style="bold")
        line(
            console,
            f"{proof['proof_id']}, band {proof['band']}, {proof['verdict']}; issued {shown(proof['generated_at'])}, "
            f"valid until {shown(proof['valid_until'])}",
        )
        for signal in proof["signals"]:
            line(console, f"cites {signal['evidence_text']} ({signal['magnitude']}, {signal['signal_id']})")
    else:
        line(console, "none is current")
    for row in story["ended_proofs"]:
        line(console, f"ended {shown(row['superseded_at'])}: {row['proof_line']} ({row['proof_id']})", style="dim")


def _print_message(console: Console, story: dict[str, Any]) -> None:
    message = story["message"]
    heading(console, "Message")
    if message["is_authorized"]:
        line(console, f"authorised: {message['reason']}", style="green")
    else:
        line(console, f"denied, {message['denial_reason']}: {message['reason']}", style="yellow")
    if message["role"] and message["wanted_role"] and message["role"] != message["wanted_role"]:
        pressure = story["band"]["primary_pressure"]
        line(
            console,
            f"{pressure} concerns the {message['wanted_role']}, whose seat is vacant: {message['role']} instead",
        )
    if message["queued"]:
        queued = message["queued"]
        line(console, f"queued as {queued['message_id']} to {queued['to_email']}: {queued['subject']}")


def _print_lift(console: Console, story: dict[str, Any]) -> None:
    heading(console, "What would lift it one band")
    for words in story["lift"]["words"]:
        line(console, words)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


SECTIONS = (_print_identity, _print_slots, _print_signals, _print_band, _print_proof, _print_message, _print_lift)
