"""The messages that were sent and their answers, by template and touch.

An answer counts for the last message to the same person before it, as in the mart `message_results`.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from slotwatch.dashboard.aggregates import rate_pct
from slotwatch.dashboard.charts import words
from slotwatch.dashboard.lists import LIST_ROOM, Column, List, packed_list
from slotwatch.warehouse.reading import Row, Rows, mart_columns

ENOUGH_SENT = 50
"""Messages from which on a reply rate is worth a judgement: one answer more or less then changes it by 2 points."""
UNTIED = "Not tied to a template"
REFUSALS = frozenset({"negative", "opt_out"})
TEMPLATES = "select template_id, kind, touch, role, pressure_class from {seeds}.message_templates"
RESULTS = "select template_id, touch_number, queued, sent, replied, booked from {marts}.template_results"
UNTIED_RESULTS = """
    select
        count(*) as sent, count(case when is_replied then 1 end) as replied,
        count(case when is_booked then 1 end) as booked
    from {marts}.message_results
    where template_id is null
"""
ANSWERS = """
    select
        latest.answer_id, latest.reply_class, results.message_log_id, results.template_id, results.touch_number
    from (
        select
            answers.message_log_id as answer_id, answers.reply_class, answers.person_id, answers.sent_at,
            max(results.sent_at) as written_at
        from {marts}.message_log as answers
        inner join {marts}.message_results as results
            on answers.person_id = results.person_id and answers.sent_at >= results.sent_at
        where answers.direction = 'inbound' and answers.reply_class in ('negative', 'opt_out', 'delivery_failure')
        group by answers.message_log_id, answers.reply_class, answers.person_id, answers.sent_at
    ) as latest
    inner join {marts}.message_results as results
        on latest.person_id = results.person_id and latest.written_at = results.sent_at
    where latest.written_at < latest.sent_at
"""


def template_replies(rows: Rows) -> list[Row]:
    """A row per template and touch that was ever queued, and one for all messages that came from no template, the most
    sent first.

    Keys: template_id and touch_number (both null for messages without a template), template (its title),
    pressure_class (in words), queued, sent, replied, reply_rate_pct (null if nothing was sent), positive (replies
    without a refusal and without an order to stop), booked, opt_outs, bounces, sample (whether enough were sent to
    judge the rate). A database of an earlier version has no rows.
    """
    if "template_results" not in mart_columns(rows):
        return []
    templates = {row["template_id"]: row for row in rows(TEMPLATES)}
    [untied] = rows(UNTIED_RESULTS)
    results = rows(RESULTS)
    if untied["sent"]:
        results.append({"template_id": None, "touch_number": None, "queued": None, **untied})
    counts = _answers(rows(ANSWERS))
    found = []
    for row in results:
        template, place = templates.get(row["template_id"]), (row["template_id"], row["touch_number"])
        found.append(
            {
                **row,
                "template": template_title(row["template_id"], template),
                "pressure_class": template and words(template["pressure_class"]),
                "reply_rate_pct": rate_pct(row["replied"], row["sent"]),
                "positive": row["replied"] - counts[*place, "refusals"],
                "opt_outs": counts[*place, "opt_outs"],
                "bounces": counts[*place, "bounces"],
                "sample": sample(row["sent"]),
            }
        )
    return sorted(found, key=lambda row: (-row["sent"], row["template_id"] or "", row["touch_number"] or 0))


def _answers(found: list[Row]) -> Counter[tuple[str | None, int | None, str]]:
    """Messages per template, touch and kind of answer: refusals (orders to stop included), opt_outs, bounces.

    Of several messages in one second the last by id counts, as in the mart.
    """
    answered: dict[str, Row] = {}
    for row in found:
        answered[row["answer_id"]] = max(
            answered.get(row["answer_id"], row), row, key=lambda each: each["message_log_id"]
        )
    classes: defaultdict[tuple[str, str | None, int | None], set[str]] = defaultdict(set)
    for row in answered.values():
        classes[row["message_log_id"], row["template_id"], row["touch_number"]].add(row["reply_class"])
    counts: Counter[tuple[str | None, int | None, str]] = Counter()
    for (_, *place), known in classes.items():
        counts[*place, "refusals"] += bool(known & REFUSALS)
        counts[*place, "opt_outs"] += "opt_out" in known
        counts[*place, "bounces"] += "delivery_failure" in known
    return counts


def template_title(template_id: str | None, template: Row | None) -> str:
    """A template in words, such as `First mail to CFO: cost pressure`.

    ``template`` is its row in seed message_templates; a template that the seed no longer has is named by its id.
    """
    if template is None:
        return UNTIED if template_id is None else f"{template_id} (no longer in use)"
    if template["kind"] == "educational":
        mail = "Educational mail"
    else:
        mail = {1: "First mail", 2: "Second mail"}.get(template["touch"], "Later mail")
    to = f" to {template['role']}" if template["role"] else ""
    return f"{mail}{to}: {words(template['pressure_class']).lower()}"


def sample(sent: int) -> str:
    """Whether enough messages were sent to judge their reply rate, in words."""
    if not sent:
        return "none sent yet"
    return "too few to judge" if sent < ENOUGH_SENT else "enough to judge"


def reply_list(found: list[Row], room: int = LIST_ROOM) -> List:
    """The list of the rows of `template_replies`."""
    return packed_list(
        found,
        len(found),
        room,
        id="replies",
        noun=("row", "rows"),
        title="Replies by template and touch",
        about="Which mail gets answers. A touch is the number of a message in the sequence to its company. An answer "
        "counts for the last message to the same person before it. A reply is positive if it is neither a refusal nor "
        f"an order to stop. Fewer than {ENOUGH_SENT} messages are too few to judge a rate.",
        empty="No message has been queued or sent yet.",
        rest="slotwatch.template_results",
        columns=[
            Column("template", "Template"),
            Column("touch_number", "Touch", "number", is_filter=True),
            Column("sent", "Sent", "number"),
            Column("replied", "Replies", "number"),
            Column("reply_rate_pct", "Reply rate %", "number"),
            Column("sample", "Sample", is_filter=True),
            Column("positive", "Positive", "number"),
            Column("booked", "Meetings", "number"),
            Column("opt_outs", "Opt-outs", "number"),
            Column("bounces", "Bounces", "number"),
            Column("pressure_class", "About", is_filter=True, is_hidden=True),
            Column("queued", "Queued", "number", is_hidden=True),
            Column("template_id", "Template id", is_hidden=True),
        ],
    )
