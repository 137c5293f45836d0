"""Sixty days of the demo in use: every queued message is sent, and people answer, book, leave and refuse.

After each day the test writes the raw rows that follow: for each queued message an outbound row of `message_log`, and
its outcome. The tests compare what is queued afterwards with rows and dates that they work out themselves.
"""

import csv
import json
import re
import shutil
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import duckdb
import pytest
from warehouse_support import DEMO, ROOT, DuckDBWarehouse, write_raw

from slotwatch.dashboard.replies import template_replies
from slotwatch.warehouse.reading import warehouse as reading

FIRST = datetime(2026, 1, 5, 6)
DAYS = tuple(FIRST + timedelta(days=after) for after in (0, 12, 31, 43, 62))
ANSWERS = {
    "reply": ("Re: your note", "Who prepares the census on your side?"),
    "negative": ("Re: your note", "Not interested, thanks."),
    "opt_out": ("Re: your note", "Please remove me from your list."),
    "automatic": ("Automatic reply: your note", "I am back on Monday."),
    "delivery_failure": ("Undeliverable: your note", ""),
}
# The outcomes of messages, in turn. A blank means no answer.
OUTCOMES = (
    *("", "automatic", "reply", "", "booking", "delivery_failure", "", "negative", "handoff", "automatic", "opt_out"),
    *("", "stop_address", "stop_domain", "", "stop_company", ""),
)
NUMBER = re.compile(r"\d+(?:,\d{3})*")
ANSWERED = {"reply", "negative", "opt_out"}
ENDS_THE_COMPANY = ("reply", "negative", "opt_out", "booking", "handoff", "stop_domain", "stop_company")
ENDS_THE_ADDRESS = ("opt_out", "delivery_failure", "stop_address", "stop_domain")
REASONS = {
    "reply": "IN_CONVERSATION",
    "negative": "IN_CONVERSATION",
    "opt_out": "SUPPRESSED_CUSTOMER_REQUESTED",
    "delivery_failure": "SUPPRESSED_HARD_BOUNCE",
    "booking": "MEETING_BOOKED",
    "handoff": "HANDED_OFF",
    "stop_address": "SUPPRESSED_NEVER_CONTACT",
    "stop_domain": "SUPPRESSED_NEVER_CONTACT",
    "stop_company": "SUPPRESSED_NEVER_CONTACT",
}
QUEUE = """
    select queue.*, companies.domain, bands.primary_pressure as pressure_class, bands.band as company_band
    from slotwatch.send_queue as queue
    inner join slotwatch.companies as companies on queue.company_id = companies.company_id
    inner join slotwatch.company_bands as bands on queue.company_id = bands.company_id
    order by queue.message_id
"""
FACTS = """
    select signals.signal_id, cast(signals.evidence as text) as evidence, signals.is_active, signals.expires_at,
        signals.detected_at, renewals.next_renewal_on, companies.renewal_month
    from slotwatch.pressure_signals as signals
    inner join slotwatch.companies as companies on signals.company_id = companies.company_id
    left join slotwatch.company_renewals as renewals on signals.company_id = renewals.company_id
"""
Row = dict[str, Any]


class Night(NamedTuple):
    """The messages that a day queued, and the signals of that day."""

    as_of: datetime
    queued: list[Row]
    signals: dict[str, Row]


class Sent(NamedTuple):
    """A message that was sent, and its outcome."""

    message_log_id: str
    message: Row
    sent_at: datetime
    outcome: str


class Story(NamedTuple):
    nights: list[Night]
    sent: list[Sent]
    end: DuckDBWarehouse


def rows(database: DuckDBWarehouse, sql: str) -> list[Row]:
    with duckdb.connect(str(database.path), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def night(database: DuckDBWarehouse, as_of: datetime) -> Night:
    return Night(as_of, rows(database, QUEUE), {row["signal_id"]: row for row in rows(database, FACTS)})


def aftermath(sent: Sent) -> dict[str, list[Row]]:
    """The raw rows of a sent message and its outcome."""
    message, key = sent.message, sent.message_log_id
    who = {"company_unique_id": message["company_id"], "person_unique_id": message["person_id"]}
    answered = f"{sent.sent_at + timedelta(days=2):%Y-%m-%d %H:%M}"
    log = {**who, "message_log_id": key, "message_id": message["message_id"], "email": message["to_email"],
           "direction": "outbound", "channel": "email", "message_kind": "persona", "subject": message["subject"],
           "body": message["body"], "sent_at": f"{sent.sent_at:%Y-%m-%d %H:%M}"}  # fmt: skip
    tables: dict[str, list[Row]] = defaultdict(list, message_log=[log])
    if sent.outcome in ANSWERS:
        subject, body = ANSWERS[sent.outcome]
        tables["message_log"].append(
            {**who, "message_log_id": f"{key}-answer", "direction": "inbound", "channel": "email", "subject": subject,
             "body": body, "sent_at": answered}
        )  # fmt: skip
    elif sent.outcome == "booking":
        meeting = f"{sent.sent_at + timedelta(days=40):%Y-%m-%d %H:%M}"
        tables["booking_event"] = [{**who, "booking_event_id": key, "event_time": meeting, "created_at": answered}]
    elif sent.outcome == "handoff":
        tables["ac_handoff"] = [{**who, "handoff_id": key, "notes": "Talks to us", "created_at": answered}]
    elif sent.outcome.startswith("stop"):
        target = {
            "stop_address": {"email": message["to_email"]},
            "stop_domain": {"email": f"@{message['to_email'].partition('@')[2]}"},
            "stop_company": {"company_unique_id": message["company_id"]},
        }[sent.outcome]
        tables["suppression"] = [
            {"company_unique_id": "", "email": "", **target, "suppression_id": key, "reason": "Do not call",
             "created_at": answered}
        ]  # fmt: skip
    return tables


def play(database: DuckDBWarehouse) -> Story:
    """Builds each day and writes the events up to the next day."""
    nights, sent = [], []
    for as_of in DAYS:
        database.build(f"{as_of}", with_interfaces=False)
        nights.append(night(database, as_of))
        for message in nights[-1].queued:
            outcome = OUTCOMES[len(sent) % len(OUTCOMES)]
            sent.append(Sent(f"play-{len(sent):03}", message, as_of + timedelta(hours=3), outcome))
            for table, new in aftermath(sent[-1]).items():
                write_raw(database.raw, {f"{table}.{sent[-1].message_log_id}": new})
    database.build(f"{DAYS[-1] + timedelta(days=3)}", with_interfaces=False)
    return Story(nights, sent, database)


@pytest.fixture(scope="module")
def story(warehouse, tmp_path_factory) -> Story:
    raw = shutil.copytree(DEMO, tmp_path_factory.mktemp("played") / "raw", ignore=shutil.ignore_patterns("*.md"))
    return play(warehouse(raw))


def outbound_before(as_of: datetime, company_id: str, story: Story) -> list[datetime]:
    """The times of messages to the company before a moment, from this test and from the demo's own log."""
    log = rows(story.end, "select company_id, message_log_id, sent_at from slotwatch.message_log "
               "where direction = 'outbound' and coalesce(message_kind, 'persona') <> 'educational'")  # fmt: skip
    return sorted(row["sent_at"] for row in log if row["company_id"] == company_id and row["sent_at"] < as_of)


def test_the_story_has_every_outcome_and_several_touches(story):
    assert {sent.outcome for sent in story.sent} == set(OUTCOMES)
    assert {sent.message["touch_number"] for sent in story.sent} >= {1, 2, 3}


def ends(before: Sent, after: Sent) -> bool:
    """Whether the outcome of a message forbids a later message."""
    same_company = before.message["company_id"] == after.message["company_id"]
    same_address = before.message["to_email"] == after.message["to_email"]
    same_domain = before.message["to_email"].partition("@")[2] == after.message["to_email"].partition("@")[2]
    return (
        (before.outcome in ENDS_THE_COMPANY and same_company)
        or (before.outcome in ENDS_THE_ADDRESS and same_address)
        or (before.outcome == "stop_domain" and same_domain)
    )


def test_nothing_is_queued_after_a_reply_a_booking_a_handoff_or_a_stop(story):
    pairs = [(before, after) for before in story.sent for after in story.sent if before.sent_at < after.sent_at]
    assert [(before.outcome, after.message["message_id"]) for before, after in pairs if ends(before, after)] == []


def test_nothing_is_queued_against_the_stops_answers_and_meetings_of_the_demo(story):
    """Stops, answers and meetings in the demo's own files that name a company by its website or an address, while they
    are in force.
    """
    wrong = []
    for night in story.nights:
        day = f"{night.as_of:%Y-%m-%d}"
        over = {
            (row["company_website"], row["email"])
            for row in demo_rows("suppression")
            if row["created_at"][:10] < day and (not row["expires_at"] or day < row["expires_at"][:10])
        }
        over |= {(row["company_website"], "") for row in demo_rows("ac_handoff") if row["created_at"][:10] < day}
        over |= {
            (row["company_website"], "")
            for row in demo_rows("message_log")
            if row["direction"] == "inbound" and row["sent_at"][:10] < day
        }
        wrong += [
            (day, message["message_id"])
            for message in night.queued
            if {(message["domain"], ""), (message["domain"], message["to_email"]), ("", message["to_email"])} & over
        ]
    assert wrong == []


def demo_rows(table: str) -> list[Row]:
    with (DEMO / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_outcome_of_a_message_is_the_reason_against_the_next(story):
    """At least one company per outcome is still in a band of outreach at the end."""
    reasons = dict(story.end.query("select company_id, denial_reason from slotwatch.message_authorizations"))
    found = defaultdict(set)
    for sent in story.sent:
        found[sent.outcome].add(reasons[sent.message["company_id"]])
    assert {outcome: reason for outcome, reason in REASONS.items() if reason not in found[outcome]} == {}


def test_an_automatic_answer_or_silence_does_not_end_a_sequence(story):
    goes_on = {sent.message["company_id"] for sent in story.sent if sent.outcome in ("", "automatic")}
    later = {sent.message["company_id"] for sent in story.sent if sent.message["touch_number"] > 1}
    assert {sent.message["company_id"] for sent in story.sent if sent.outcome == "automatic"} & later
    assert later <= goes_on | {row["company_id"] for row in rows(story.end, LOGGED_BY_THE_DEMO)}


LOGGED_BY_THE_DEMO = "select company_id from slotwatch.message_log where message_log_id not like 'play-%'"


def test_no_person_gets_the_same_text_twice(story):
    told = Counter((sent.message["person_id"], sent.message["body"]) for sent in story.sent)
    assert [key for key, times in told.items() if times > 1] == []
    ids = Counter(sent.message["message_id"] for sent in story.sent)
    assert [key for key, times in ids.items() if times > 1] == []


def test_no_person_reads_the_same_sentence_of_a_template_twice(story):
    """A fact may be repeated if the company has no other fact."""
    read = defaultdict(Counter)
    for sent in story.sent:
        _, _, *paragraphs = sent.message["body"].split("\n\n")
        read[sent.message["person_id"]].update(set(re.split(r"(?<=[.?])\s+", " ".join(paragraphs))))
    assert [(who, text) for who, texts in read.items() for text, times in texts.items() if times > 1] == []


def test_touches_have_the_right_distance_and_number(story):
    for night in story.nights:
        for message in night.queued:
            before = outbound_before(night.as_of, message["company_id"], story)
            assert message["touch_number"] == len(before) + 1, message["message_id"]
            assert message["touch_number"] <= (3 if message["company_band"] == 3 else 5)
            assert not before or before[-1] < night.as_of - timedelta(days=30)


def test_each_message_states_only_facts_that_are_true_on_its_day(story):
    wrong = []
    for night in story.nights:
        for message in night.queued:
            for fact in json.loads(message["facts"]):
                cited = [night.signals[signal_id] for signal_id in fact["signal_ids"]]
                expected = [says(signal, night.as_of.date()) for signal in cited]
                if not all(signal["is_active"] and signal["expires_at"] > night.as_of for signal in cited):
                    wrong.append((night.as_of, message["message_id"], fact["text"], "not active"))
                if not all(re.search(pattern, fact["text"]) for pattern in expected):
                    wrong.append((night.as_of, message["message_id"], fact["text"], expected))
    assert wrong == []


def says(signal: Row, today: date) -> str:
    """The pattern that a text about a signal must match, computed from the signal's own dates and numbers."""
    evidence = json.loads(signal["evidence"])
    kind = evidence["signal_type"]
    if kind == "renewal_proximity":
        days = (signal["next_renewal_on"] - today).days
        assert signal["next_renewal_on"].month == signal["renewal_month"]
        return rf"renews? in {days} days|renewal in {days} days" if days > 1 else "tomorrow|today"
    if kind in ("cost_increase", "broker_cost_spike", "plan_growth"):
        before, after = evidence["value_before"], evidence["value_after"]
        percent = int((after - before) * 100 / before + 0.5)
        year = evidence["plan_year_after"]
        return rf"\b{percent}% {'last year' if year == today.year - 1 else f'in {year}'}"
    if kind in ("broker_change", "carrier_change"):
        year = evidence["plan_year_after"]
        return f"in three years|{'last year' if year == today.year - 1 else f'in {year}'}"
    if kind == "late_filing":
        return rf"\b{evidence['days_late']} days after"
    if kind in ("executive_movement", "new_leader"):
        return "inherited|" + ago((today - date.fromisoformat(evidence["happened_on"])).days)
    return "."


def ago(days: int) -> str:
    """Every way to state a number of days with an error of at most half a unit."""
    units = {"days": 1, "weeks": 7, "months": 30}
    said = [
        f"{word} {unit} ago"
        for unit, length in units.items()
        for number, word in enumerate("zero one two three four five six seven eight nine ten".split())
        if abs(number * length - days) <= length / 2
    ]
    return "|".join([f"{days} days ago", *said, *(["in the last few days"] if days < 4 else [])])


def test_every_number_of_a_message_is_one_of_its_facts_or_of_its_template(story):
    templates = {row["template_id"]: row for row in seed("message_templates")}
    for sent in story.sent:
        message = sent.message
        known = " ".join(
            [fact["text"] for fact in json.loads(message["facts"])]
            + [templates[message["template_id"]]["body"], message["subject"]]
        )
        body = message["body"].replace(company_of(message, story), "")
        assert set(NUMBER.findall(body)) <= set(NUMBER.findall(known)), message["message_id"]


def seed(name: str) -> list[Row]:
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def company_of(message: Row, story: Story) -> str:
    [name] = story.end.column(
        f"select company_name from slotwatch.companies where company_id = '{message['company_id']}'"
    )
    return name


def test_each_touch_has_its_result(story):
    results = {row["message_log_id"]: row for row in rows(story.end, "select * from slotwatch.message_results")}
    for sent in story.sent:
        result, message = results[sent.message_log_id], sent.message
        for column in ("message_id", "company_id", "person_id", "template_id", "role", "band", "touch_number"):
            assert result[column] == message[column], (sent.message_log_id, column)
        assert result["pressure_class"] == message["pressure_class"]
        is_answer = sent.outcome in ANSWERED
        assert (result["is_replied"], result["reply_class"]) == (is_answer, sent.outcome if is_answer else None)
        assert result["is_booked"] == (sent.outcome == "booking")


# The messages with an id in the demo's own log: template, touch, what came of them.
LOGGED_WITH_ID = [
    ("hr_deadline_proximity", 1, {""}),
    ("hr_vendor_dissatisfaction", 1, {""}),
    ("cfo_cost_pressure", 1, {"reply", "booking"}),
    ("hr_deadline_proximity", 1, {"reply", "booking"}),
]


def results_by_template(story) -> list[tuple[str, int, set[str]]]:
    """Template, touch and outcomes of every message that was sent with its id."""
    played = [(sent.message["template_id"], sent.message["touch_number"], {sent.outcome}) for sent in story.sent]
    return played + LOGGED_WITH_ID


def test_the_results_of_a_template_are_the_sum_of_its_messages(story):
    found = {
        (row["template_id"], row["touch_number"]): (row["sent"], row["replied"], row["booked"])
        for row in rows(story.end, "select * from slotwatch.template_results where sent > 0")
    }
    expected: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for template, touch, outcomes in results_by_template(story):
        total = expected[template, touch]
        total[0] += 1
        total[1] += not outcomes.isdisjoint(ANSWERED)
        total[2] += "booking" in outcomes
    assert found == {key: tuple(total) for key, total in expected.items()}


def test_the_dashboard_counts_the_answers_to_each_template(story):
    with story.end.reached(), reading() as read:
        found = {(row["template_id"], row["touch_number"]): row for row in template_replies(read) if row["sent"]}
    counted = {
        "sent": {*OUTCOMES},
        "replied": ANSWERED,
        "positive": {"reply"},
        "booked": {"booking"},
        "opt_outs": {"opt_out"},
        "bounces": {"delivery_failure"},
    }
    sent = results_by_template(story)
    for name, counts in counted.items():
        expected = Counter((template, touch) for template, touch, outcomes in sent if not counts.isdisjoint(outcomes))
        assert {place: row[name] for place, row in found.items() if row[name] and place[0]} == expected, name
    for place, dimension in enumerate(("template_id", "touch_number")):
        rates = dict(
            story.end.query(
                "select dimension_value, denominator from slotwatch.metric_values "
                f"where metric = 'reply_rate' and dimension = '{dimension}' and dimension_value not in ('ALL', 'NONE')"
            )
        )
        assert rates == Counter(str(message[place]) for message in sent)


def test_a_message_keeps_its_id_until_it_is_sent(story):
    for earlier, later in pairwise(story.nights):
        assert not {row["message_id"] for row in earlier.queued} & {row["message_id"] for row in later.queued}
