"""`slotwatch explain`: one company or person, from the raw rows to the message that is sent or not.

The story is one dict, which `--json` prints as it is. Existing keys stay; new keys may be added:

    as_of       `as_of` of the build that is shown
    found_by    company_id, alias_id, domain, ein, name or part_of_name; of a person person_id, person_alias_id,
                person_email, person_name or part_of_person_name
    person      null, or of the person that was asked for every column of the mart `people`, and spells, the seats held,
                the latest first (each company_id, company_name, role, valid_from, valid_to, days); the other keys are
                of the person's company
    company     every column of the mart `companies`
    alias_ids   ids that were this company's once, or were handed in for it later
    intake      per raw row, oldest first: intake_id, company_name, website_url, uploaded_at, remarks (each error_code,
                severity, error_message)
    slots       per role: slot_id, role, status, person_id, full_name, title, email, email_status, filled_at,
                held_since, vacated_at, last_changed_at, claim_source, spells (each status, person_id, full_name,
                valid_from, valid_to, days)
    signals     the active ones, strongest first: signal_id, hub, signal_type, pressure_class, magnitude, evidence_text,
                detected_at, expires_at, source_table, source_record_ids
    band        the row of `company_bands`, with lines (per hub: hub, magnitudes, magnitude, tenths, points, is_active),
                by_total (the row of the seed `bands` that the total leads to), caps (each cap, max_band, binds) and
                history (each band, band_name, valid_from, valid_to)
    proof       the current one or null: proof_id, band, pressure_class, proof_line, line_today (as of now),
                decision_window_days, generated_at, valid_until, verdict, signal_ids, signals (each signal_id,
                evidence_text, magnitude; as cited); and ended_proofs, those before it
    message     is_authorized, denial_reason, reason (in words), requested_action, required_band, role, wanted_role,
                person_id, full_name, email, email_status, suppressions, queued (the row of `send_queue` with subject
                and body, or null)
    timeline    what was said and answered, oldest first: happened_at, kind (sent, received, booking, handoff), channel,
                person_id, full_name, subject, reply_class (of what was received), touch_number, template_id and
                message_id (of what was sent and is tied to a queued message), event_time (of a booking), notes (of a
                handoff)
    lift        what would lift it one band, see `slotwatch.commands.band_lift.lift`, and words, the same in sentences
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from slotwatch.bands import HUBS, BandRules
from slotwatch.commands.band_lift import lift, lift_words
from slotwatch.commands.pages import shown
from slotwatch.commands.search import ALIASES, Match
from slotwatch.warehouse.reading import Row, Rows

COMPANY = "select * from {marts}.companies where company_id = any(?)"
INTAKE = """
    select company_id, intake_id, company_name, website_url, uploaded_at from {marts}.company_intake_status
    where company_id = any(?)
"""
REMARKS = """
    select raw_id, error_code, severity, error_message from {marts}.pipeline_errors
    where raw_table = 'company_raw_intake' and raw_id = any(?)
"""
SLOTS = """
    select
        slots.company_id, slots.slot_id, slots.role, slots.status, slots.person_id, slots.filled_at, slots.held_since,
        slots.vacated_at, slots.last_changed_at, slots.claim_source
    from {marts}.slots as slots
    inner join {seeds}.roles as roles on slots.role = roles.role
    where slots.company_id = any(?)
    order by roles.slot_offset
"""
SPELLS = """
    select slot_id, status, person_id, valid_from, valid_to, days from {marts}.slot_history
    where company_id = any(?)
    order by valid_from
"""
SIGNALS = """
    select
        company_id, signal_id, hub, signal_type, pressure_class, magnitude, evidence_text, detected_at, expires_at,
        source_table, cast(source_record_ids as text) as source_record_ids
    from {marts}.pressure_signals
    where company_id = any(?) and is_active
"""
BAND = "select * from {marts}.company_bands where company_id = any(?)"
BAND_HISTORY = """
    select company_id, band, band_name, valid_from, valid_to from {marts}.band_history
    where company_id = any(?)
    order by valid_from
"""
PROOFS = """
    select
        company_id, proof_id, band, pressure_class, proof_line, line_today, decision_window_days, generated_at,
        valid_until, superseded_at, is_current, verdict, cast(signal_ids as text) as signal_ids,
        cast(proof as text) as proof
    from {marts}.proof_lines
    where company_id = any(?)
    order by generated_at, proof_id
"""
MESSAGE = """
    select
        authorizations.company_id, authorizations.is_authorized, authorizations.denial_reason,
        authorizations.requested_action, authorizations.required_band, authorizations.role,
        message_roles.role as wanted_role, authorizations.person_id, authorizations.broken_rules, companies.domain
    from {marts}.message_authorizations as authorizations
    inner join {marts}.company_bands as bands on authorizations.company_id = bands.company_id
    left join {seeds}.message_roles as message_roles on bands.primary_pressure = message_roles.pressure_class
    inner join {marts}.companies as companies on authorizations.company_id = companies.company_id
    where authorizations.company_id = any(?)
"""
SUPPRESSIONS = """
    select suppression_id, company_id, email, is_company_stopped, reason, created_at, expires_at
    from {marts}.suppressions
    where is_in_force and (company_id = any(?) or email like '%@%')
    order by created_at, suppression_id
"""
QUEUED = """
    select company_id, message_id, to_email, band, template_id, subject, body, word_count, valid_until
    from {marts}.send_queue
    where company_id = any(?)
"""
TIMELINE = """
    select
        events.company_id, events.happened_at, events.kind, events.channel, events.person_id, events.subject,
        events.reply_class, events.touch_number, events.template_id, events.message_id, events.event_time, events.notes
    from (
        select
            log.company_id, log.message_log_id as event_id, log.sent_at as happened_at,
            case log.direction when 'outbound' then 'sent' else 'received' end as kind, log.channel, log.person_id,
            log.subject, case when log.direction <> 'outbound' then log.reply_class end as reply_class,
            results.touch_number, results.template_id, log.message_id, cast(null as timestamp) as event_time,
            cast(null as text) as notes
        from {marts}.message_log as log
        left join {marts}.message_results as results on log.message_log_id = results.message_log_id
        union all
        select
            company_id, booking_event_id, created_at, 'booking', null, person_id, null, null, null, null, null,
            event_time, null
        from {marts}.booking_events
        union all
        select
            company_id, handoff_id, created_at, 'handoff', null, person_id, null, null, null, null, null, null, notes
        from {marts}.ac_handoffs
    ) as events
    where events.company_id = any(?)
    order by events.happened_at, events.kind, events.event_id
"""
PEOPLE = "select person_id, full_name, title, email, email_status from {marts}.people where person_id = any(?)"
"""Read once for all parts of a story: it is the largest table."""
NOBODY = {"full_name": None, "title": None, "email": None, "email_status": None}
PERSON = "select * from {marts}.people where person_id = ?"
PERSON_SPELLS = """
    select spells.company_id, companies.company_name, spells.role, spells.valid_from, spells.valid_to, spells.days
    from {marts}.slot_history as spells
    inner join {marts}.companies as companies on spells.company_id = companies.company_id
    where spells.person_id = ?
    order by spells.valid_from desc, companies.company_name, spells.role
"""
PARTS_WITH_PEOPLE = {"slots": SLOTS, "spells": SPELLS, "messages": MESSAGE, "timeline": TIMELINE}
PERSON_COLUMNS = {"slots": tuple(NOBODY), "messages": ("full_name", "email", "email_status")}


def company_story(rows: Rows, match: Match) -> dict[str, Any]:
    """Everything that the last build knows about one company, and about the person who was asked for.

    The docstring of this module lists the keys.
    """
    story = company_stories(rows, [match.company_id])[match.company_id]
    person = None
    if match.person_id:
        [person] = rows(PERSON, match.person_id)
        person |= {"spells": rows(PERSON_SPELLS, match.person_id)}
    return {"as_of": story.pop("as_of"), "found_by": match.found_by, "person": person, **story}


def company_stories(rows: Rows, company_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The stories of several companies by id, in the order given, without `found_by`.

    The number of queries is the same as for one company. The result is held in memory, so ask for hundreds, not for
    all.
    """
    ids = list(company_ids)
    if not ids:
        return {}
    rules = band_rules(rows)
    signal_types = rows("select signal_type, hub, magnitude from {seeds}.pressure_signal_types")
    companies = {row["company_id"]: row for row in rows(COMPANY, ids)}
    states = {row["company_id"]: row for row in rows(BAND, ids)}
    aliases = _by_company(rows(f"{ALIASES} and company_id = any(?)", ids))
    intake = _intake(rows, ids)
    found = {name: rows(sql, ids) for name, sql in PARTS_WITH_PEOPLE.items()}
    _add_people(rows, found)
    slots = _slots(found["slots"], found["spells"])
    signals = _signals(rows, ids)
    histories = _by_company(rows(BAND_HISTORY, ids))
    proofs = _by_company(rows(PROOFS, ids))
    messages = _messages(rows, ids, found["messages"])
    timelines = _by_company(found["timeline"])
    stories = {}
    for company_id in ids:
        state = states[company_id]
        issued = [_proof(row) for row in proofs.get(company_id, [])]
        proof = next((row for row in issued if row["is_current"]), None)
        timeline = timelines.get(company_id, [])
        sent = [row["happened_at"] for row in timeline if row["kind"] == "sent" and row["happened_at"]]
        message = messages[company_id] | {"last_sent_at": max(sent, default=None)}
        stories[company_id] = {
            "as_of": state["calculated_at"],
            "company": companies[company_id],
            "alias_ids": sorted(row["alias_id"] for row in aliases.get(company_id, [])),
            "intake": intake.get(company_id, []),
            "slots": slots.get(company_id, []),
            "signals": signals.get(company_id, []),
            "band": _band(state, signals.get(company_id, []), rules) | {"history": histories.get(company_id, [])},
            "proof": proof,
            "ended_proofs": [row for row in issued if not row["is_current"]],
            "message": message | {"reason": _reason(message, state, proof)},
            "timeline": timeline,
            "lift": _lift(state, signals.get(company_id, []), rules, signal_types),
        }
    return stories


def band_rules(rows: Rows) -> BandRules:
    """The rules of the bands, read from the seeds."""
    return BandRules.of(
        rows("select * from {seeds}.bands"),
        rows("select * from {seeds}.hub_weights"),
        rows("select * from {seeds}.band_doctrine"),
    )


def _by_company(found: list[Row], key: str = "company_id") -> dict[str, list[Row]]:
    """The rows of each company, in their order, without the company id. ``key`` names another column to group by."""
    groups: dict[str, list[Row]] = {}
    for row in found:
        groups.setdefault(row.pop(key), []).append(row)
    return groups


def _intake(rows: Rows, ids: list[str]) -> dict[str, list[Row]]:
    found = sorted(rows(INTAKE, ids), key=lambda row: (row["uploaded_at"], row["intake_id"]))
    remarks = sorted(
        rows(REMARKS, [row["intake_id"] for row in found]), key=lambda row: (row["severity"], row["error_code"])
    )
    of_rows = _by_company(remarks, "raw_id")
    return _by_company([row | {"remarks": of_rows.get(row["intake_id"], [])} for row in found])


def _add_people(rows: Rows, found: dict[str, list[Row]]) -> None:
    """Add to each row what the story tells about its person: to a slot and a message the address, else the name."""
    ids = {row["person_id"] for part in found.values() for row in part if row["person_id"]}
    people = {row["person_id"]: row for row in rows(PEOPLE, sorted(ids))} if ids else {}
    for name, part in found.items():
        for row in part:
            person = people.get(row["person_id"], NOBODY)
            row |= {column: person[column] for column in PERSON_COLUMNS.get(name, ("full_name",))}


def _slots(slots: list[Row], spells: list[Row]) -> dict[str, list[Row]]:
    of_slots = _by_company(spells, "slot_id")
    return _by_company([slot | {"spells": of_slots.get(slot["slot_id"], [])} for slot in slots])


def _signals(rows: Rows, ids: list[str]) -> dict[str, list[Row]]:
    signals = sorted(rows(SIGNALS, ids), key=lambda row: row["signal_id"])
    signals.sort(key=lambda row: (row["magnitude"], row["detected_at"]), reverse=True)
    return _by_company([row | {"source_record_ids": json.loads(row["source_record_ids"])} for row in signals])


def _magnitudes(state: Row) -> dict[str, int]:
    return {hub: state[f"{hub.lower()}_magnitude"] for hub in HUBS}


def _lift(state: Row, signals: list[Row], rules: BandRules, signal_types: list[Row]) -> Row:
    magnitudes = _magnitudes(state)
    present = {signal["signal_type"] for signal in signals}
    found = lift(state, magnitudes, rules, [row for row in signal_types if row["signal_type"] not in present])
    return {**found, "words": lift_words(found, state, magnitudes, rules)}


def _band(state: Row, signals: list[Row], rules: BandRules) -> Row:
    magnitudes = _magnitudes(state)
    lines = [
        {
            "hub": hub,
            "magnitudes": [signal["magnitude"] for signal in signals if signal["hub"] == hub],
            "magnitude": magnitudes[hub],
            "tenths": rules.weights[hub]["tenths"],
            "active_from": rules.weights[hub]["active_from"],
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


def _messages(rows: Rows, ids: list[str], found: list[Row]) -> dict[str, Row]:
    """The decision on each company, with its suppressions and its row of the send queue."""
    messages = {row.pop("company_id"): row for row in found}
    of_companies: dict[str, list[Row]] = {}
    of_targets: dict[str, list[Row]] = {}
    for row in rows(SUPPRESSIONS, ids):
        if row["is_company_stopped"]:
            of_companies.setdefault(row["company_id"], []).append(row)
        for target in (row["email"] or "").split(", "):
            of_targets.setdefault(target, []).append(row)
    queued = {row.pop("company_id"): row for row in rows(QUEUED, ids)}
    for company_id, message in messages.items():
        targets = _targets(message["email"], message.pop("domain"))
        stops = of_companies.get(company_id, []) + [row for target in targets for row in of_targets.get(target, [])]
        once = {row["suppression_id"]: row for row in stops}
        message["suppressions"] = [once[key] for key in sorted(once)]
        message["queued"] = queued.get(company_id)
    return messages


def _targets(email: str | None, domain: str | None) -> list[str]:
    """What an order to stop can name so that it stops messages to an email or to the company of a domain."""
    host = (email or "").rpartition("@")[2]
    labels = host.split(".") if host else []
    hosts = {".".join(labels[start:]) for start in range(len(labels) - 1)} | ({domain} if domain else set())
    return [*([email] if email else []), *sorted(f"@{each}" for each in hosts)]


def _reason(message: Row, state: Row, proof: Row | None) -> str:
    """Why the company gets a message or none, in words. The decision itself comes from the mart."""
    code = message["denial_reason"]
    who = f"{message['full_name'] or 'nobody'} ({message['role']})"
    if code is None:
        return f"nothing speaks against a {message['requested_action']} to {who}"
    if code.startswith("SUPPRESSED_"):
        return "; ".join(_suppression(row) for row in message["suppressions"]) or "a suppression is in force"
    return {
        "NO_OUTREACH_BAND": f"a {message['requested_action']} is allowed from band {message['required_band']} on, but "
        f"the company is in band {state['band']}",
        "NO_VALID_SLOT": "none of the three seats is filled",
        "EMAIL_NOT_VERIFIED": f"the address of {who}, {message['email']}, is {message['email_status']}, not green"
        if message["email"]
        else f"no address of {who} is known",
        "PROOF_NOT_FOUND": "the company has no current proof",
        "PROOF_EXPIRED": f"the proof expired at {shown(proof and proof['valid_until'])}",
        "PROOF_INSUFFICIENT": f"the proof is for band {proof and proof['band']}, but band "
        f"{message['required_band']} is required",
        "EVIDENCE_CHAIN_BROKEN": "a signal that the proof cites is gone or expired",
        "HANDED_OFF": "the company was handed over as a client",
        "MEETING_BOOKED": "a meeting with the company is booked or was held lately",
        "IN_CONVERSATION": "somebody at the company answered",
        "TOUCH_LIMIT": "the company got as many messages in this episode as its band allows",
        "COOLING_OFF": f"the last message went out at {shown(message['last_sent_at'])}, which is too recent",
        "COPY_RULE_BROKEN": f"the message breaks a copy rule: {message['broken_rules']}",
        "DAILY_LIMIT": "the daily limit is used up by companies that come first",
    }.get(code, code)


def _suppression(row: Row) -> str:
    what = "the company is stopped" if row["is_company_stopped"] else f"messages to {row['email']} are stopped"
    until = f" until {shown(row['expires_at'])}" if row["expires_at"] else ""
    since = f" since {shown(row['created_at'])}" if row["created_at"] else ""
    return f"{what}{since}{until}: {row['reason']} ({row['suppression_id']})"
