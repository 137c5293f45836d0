"""The copy of messages: the templates, the copy rules, and facts that must never act as code."""

import csv
import itertools
import json
import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotwatch.messages import (
    MESSAGES,
    Sender,
    check_copy,
    first_sentence,
    plain_text,
    read_phrases,
    read_settings,
    render_messages,
    signed,
    states_first,
)

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
ROLES = ("CEO", "CFO", "HR")
CLASSES = (
    "COST_PRESSURE",
    "VENDOR_DISSATISFACTION",
    "DEADLINE_PROXIMITY",
    "ORGANIZATIONAL_RECONFIGURATION",
    "OPERATIONAL_CHAOS",
)
SUBJECTS = ("CEO", "CFO", "HR", "Chief Human Resources Officer", "Sr. Vice President, People & Culture")
TODAY = date(2026, 1, 5)


def seed(name: str) -> list[dict]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{column: value or None for column, value in row.items()} for row in csv.DictReader(file)]


def table(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows)


TEMPLATES = table(seed("message_templates"))
RULES = table(seed("forbidden_phrases"))
SETTINGS = table(seed("copy_settings"))
PHRASES = read_phrases(RULES)
LIMITS = read_settings(SETTINGS)
CLAUSES = table([row | {"priority": int(row["priority"])} for row in seed("evidence_clauses")])


def signal(signal_type: str, variant: str = "default", magnitude: int = 46, **known) -> dict:
    """A cited signal as of today."""
    evidence = {"signal_type": signal_type, "variant": variant, "text": "a fragment", **known}
    return {"signal_id": f"sig_{signal_type}", "hub": "DOL", "magnitude": magnitude, "evidence": evidence}


def evidence(*signals: dict) -> str:
    return json.dumps(signals)


RAISE = signal("cost_increase", "contribution", value=18, plan_year_after=2025)


def every_signal() -> list[dict]:
    """Each type and variant with the singular, a usual and a large number, and each kind of subject."""
    return [
        signal(row["signal_type"], row["variant"], value=value, subject=subject)
        for row in seed("evidence_phrases")
        for value in (1, 18, 240)
        for subject in (SUBJECTS if "{subject}" in row["phrase"] else [None])
    ]


SIGNALS = every_signal()


def candidate(**changes) -> dict:
    return {
        "message_id": "msg_1",
        "company_id": "c1",
        "company_name": "Halden Pumps",
        "role": "CFO",
        "person_id": "p1",
        "first_name": "Dana",
        "last_name": "Reyes",
        "message_band": 3,
        "pressure_class": "COST_PRESSURE",
        "kind": "persona",
        "touch_number": 1,
        "today": TODAY,
        "evidence": evidence(RAISE),
    } | changes


def rendered(templates: pa.Table = TEMPLATES, **changes) -> dict:
    return render_messages(table([candidate(**changes)]), templates, CLAUSES, RULES, SETTINGS).to_pylist()[0]


def template(subject: str = "A subject", body: str = "{{ opening }}. Why?") -> pa.Table:
    """One template for everything, of a known name."""
    row = {"kind": "persona", "touch": "1", "role": "CFO", "pressure_class": "COST_PRESSURE"}
    return table([row | {"template_id": "the_template", "subject": subject, "body": body}])


# The templates


def test_first_templates_cover_roles_and_classes_and_later_ones_cover_classes():
    uses = [(row["kind"], row["touch"], row["role"], row["pressure_class"]) for row in TEMPLATES.to_pylist()]
    first = [("persona", "1", role, pressure) for role, pressure in itertools.product(ROLES, CLASSES)]
    later = [("persona", touch, None, pressure) for touch, pressure in itertools.product("23", CLASSES)]
    lessons = [("educational", None, None, pressure) for pressure in CLASSES]
    assert sorted(uses, key=str) == sorted([*first, *later, *lessons], key=str)
    assert len(set(TEMPLATES["template_id"].to_pylist())) == 30


def test_no_two_templates_share_a_sentence():
    sentences = [
        sentence
        for body in TEMPLATES["body"].to_pylist()
        for paragraph in body.split("\n\n")[1:]
        if not paragraph.startswith("{{ opening }}")
        for sentence in paragraph.replace("?", ".").split(". ")
    ]
    assert len(sentences) == len(set(sentences)) > 100


@pytest.mark.parametrize("touch", [1, 2, 3, 4, 5])
def test_every_persona_message_is_clean_whatever_the_evidence(touch):
    candidates = [
        candidate(role=role, pressure_class=pressure, touch_number=touch, evidence=evidence(cited, RAISE))
        for role, pressure, cited in itertools.product(ROLES, CLASSES, SIGNALS)
    ]
    messages = render_messages(table(candidates), TEMPLATES, CLAUSES, RULES, SETTINGS).to_pylist()
    assert len(messages) == 15 * len(SIGNALS) > 15 * 50
    assert {message["broken_rules"] for message in messages} == {None}
    for message in messages:
        assert message["body"].startswith("Dana,\n\n")
        assert len(json.loads(message["facts"])) in (1, 2)
        assert message["word_count"] <= (120 if touch == 1 else 90)
        assert message["body"].endswith("?")


@pytest.mark.parametrize("role", ROLES)
def test_every_educational_message_is_clean_and_names_only_the_company(role):
    candidates = [
        candidate(role=role, pressure_class=c, kind="educational", message_band=2, evidence=None) for c in CLASSES
    ]
    for message in render_messages(table(candidates), TEMPLATES, CLAUSES, RULES, SETTINGS).to_pylist():
        assert message["broken_rules"] is None
        assert message["template_id"].startswith("educational_")
        assert message["body"].count("Halden Pumps") == 1
        assert "Dana" not in message["subject"] + message["body"]
        assert message["facts"] == "[]"


# What is rendered


def test_each_candidate_gets_one_message():
    both = table([candidate(), candidate(message_id="msg_2", company_id="c2", role="HR")])
    messages = render_messages(both, TEMPLATES, CLAUSES, RULES, SETTINGS)
    assert messages.schema == MESSAGES
    assert messages["message_id"].to_pylist() == ["msg_1", "msg_2"]
    assert messages["template_id"].to_pylist() == ["cfo_cost_pressure", "hr_cost_pressure"]
    assert render_messages(both.slice(0, 0), TEMPLATES, CLAUSES, RULES, SETTINGS).schema == MESSAGES


RENEWAL = signal("renewal_proximity", "future", 45, value=75)


def test_the_strongest_fact_leads_and_the_next_one_follows():
    message = rendered(evidence=evidence(RENEWAL, RAISE))
    assert message["subject"] == "Employer contribution up 18%"
    assert message["body"].split("\n\n")[1] == (
        "Your employer contribution rose 18% last year, and your plan renews in 75 days."
    )
    assert [fact["text"] for fact in json.loads(message["facts"])] == [
        "your employer contribution rose 18% last year",
        "your plan renews in 75 days",
    ]


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2024, "You changed brokers in 2024, from Alpha to Beta, and your plan's premiums rose 15% the same year."),
        (2025, "You changed brokers in 2024, from Alpha to Beta, and your plan's premiums rose 15% last year."),
    ],
)
def test_a_year_stands_once_in_a_sentence(year, words):
    brokers = signal("broker_change", magnitude=50, plan_year_after=2024, names_before=["Alpha"], names_after=["Beta"])
    premium = signal("cost_increase", "premium", 40, value=15, plan_year_after=year)
    message = rendered(evidence=evidence(brokers, premium))
    assert message["body"].split("\n\n")[1] == words
    said = [fact["text"] for fact in json.loads(message["facts"])]
    assert said[1] == f"your plan's premiums rose 15% {'in 2024' if year == 2024 else 'last year'}"


@pytest.mark.parametrize("touch", [1, 2])
def test_the_same_fact_about_a_second_plan_is_not_stated(touch):
    """Two figures for one thing would contradict each other, because no clause names the plan."""
    other_plan = signal("cost_increase", "contribution", 40, value=12, plan_year_after=2025) | {"signal_id": "sig_2"}
    message = rendered(evidence=evidence(RAISE, other_plan), touch_number=touch)
    assert [fact["text"] for fact in json.loads(message["facts"])] == ["your employer contribution rose 18% last year"]
    assert "12%" not in message["body"]


def test_a_later_touch_begins_with_another_fact():
    openings = [
        rendered(evidence=evidence(RENEWAL, RAISE), touch_number=touch)["body"].split("\n\n")[1] for touch in (1, 2, 3)
    ]
    assert [opening[:22] for opening in openings] == [
        "Your employer contribu",
        "Your plan renews in 75",
        "Your employer contribu",
    ]
    templates = [rendered(touch_number=touch)["template_id"] for touch in (1, 2, 3, 4)]
    assert templates == ["cfo_cost_pressure", "touch_2_cost_pressure", "touch_3_cost_pressure", "touch_3_cost_pressure"]


@pytest.mark.parametrize("pressure_class", CLASSES)
def test_five_touches_with_one_fact_share_no_sentence_but_the_fact(pressure_class):
    bodies = [
        rendered(pressure_class=pressure_class, touch_number=touch)["body"].split("\n\n")[2:] for touch in range(1, 6)
    ]
    sentences = [sentence for body in bodies for part in body for sentence in re.split(r"(?<=[.?]) ", part)]
    assert len(sentences) == len(set(sentences)) > 10


def test_a_name_that_ends_in_a_dot_ends_its_sentence_with_one():
    brokers = signal("broker_change", plan_year_after=2025, names_before=["Alpha"], names_after=["Beta Inc."])
    body = rendered(evidence=evidence(brokers))["body"]
    assert "from Alpha to Beta Inc.\n" in body


def test_a_message_that_would_be_too_long_leaves_the_second_fact_out():
    long_name = "word " * 50
    hired = signal("executive_movement", "hire", 20, value=3, subject="CFO", holder_after=long_name)
    message = rendered(role="CEO", evidence=evidence(RAISE, hired))
    assert message["broken_rules"] is None
    assert len(json.loads(message["facts"])) == 1


def test_the_sender_closes_a_message_if_there_is_one():
    sender = Sender("Sam Hill", "Hill & Co", "1 Main St", "Reply stop and we will not write again.")
    [message] = render_messages(table([candidate()]), TEMPLATES, CLAUSES, RULES, SETTINGS, sender).to_pylist()
    assert message["body"].endswith(
        "?\n\n-- \nSam Hill\nHill & Co\n1 Main St\n\nReply stop and we will not write again."
    )
    assert message["broken_rules"] is None
    assert signed("Why?", Sender()) == "Why?"


@pytest.mark.parametrize(
    ("said", "cited"),
    [
        (
            "Your employer contribution rose 18% last year while headcount stayed flat",
            [
                signal(
                    "cost_increase",
                    "contribution",
                    value=18,
                    plan_year_after=2025,
                    participants_before=100,
                    participants_after=103,
                )
            ],
        ),
        ("You've changed brokers twice in three years", [signal("broker_change", changes_in_3_plan_years=2)]),
        (
            "Your new CHRO inherited a renewal in 75 days",
            [RENEWAL, signal("new_leader", value=40, subject="HR", title="CHRO", magnitude=20)],
        ),
    ],
)
def test_the_example_sentences_are_rendered_from_data(said, cited):
    message = rendered(evidence=evidence(*cited))
    assert message["body"].split("\n\n")[1] == f"{said}."
    assert message["broken_rules"] is None


@pytest.mark.parametrize("pressure_class", [None, "SOMETHING_NEW"])
def test_a_class_without_templates_uses_those_of_reorganization(pressure_class):
    message = rendered(role="CEO", pressure_class=pressure_class)
    assert message["template_id"] == "ceo_organizational_reconfiguration"


def test_a_missing_template_or_proof_stops_the_build():
    with pytest.raises(ValueError, match="message msg_1: no persona template for touch 1, role HR"):
        rendered(template(), role="HR")
    with pytest.raises(ValueError, match="message msg_1: a persona message needs a proof"):
        rendered(evidence=None)


@pytest.mark.parametrize("first_name", [None, "", " "])
def test_a_person_without_a_first_name_is_greeted(first_name):
    message = rendered(first_name=first_name)
    assert message["body"].startswith("Hello,\n\n")
    assert message["broken_rules"] is None


def test_facts_arrive_as_plain_ascii_on_one_line():
    message = rendered(
        company_name="Caf\u00e9\u00a0\u2018Nord\u2019\n &amp; S\u00f8nner\u00ae \u2013 West",
        first_name="  Ren\u00e9e\t",
        evidence=evidence(signal("executive_movement", "departure", value=3, subject="Chief\u200b People Of\ufb01cer")),
    )
    assert message["body"].startswith("Renee,\n\n")
    assert "Cafe 'Nord' & Sonner - West" in message["body"]
    assert "Your Chief People Officer left 3 days ago" in message["body"]
    assert message["broken_rules"] is None


def test_a_name_without_ascii_form_blocks_the_message_instead_of_being_mangled():
    message = rendered(company_name="\u6771\u4eac Pumps")
    assert "\u6771\u4eac Pumps" in message["body"]
    assert message["broken_rules"] == "NON_ASCII: \u4eac\u6771"


@pytest.mark.parametrize("name", ["Acme Inc.", "Acme, Inc.", "St. John Corp. Holdings", "J.B. Hunt", "Dr. Pepper Co."])
def test_dots_in_a_name_do_not_end_the_first_sentence(name):
    for role, pressure in itertools.product(ROLES, CLASSES):
        assert rendered(role=role, pressure_class=pressure, company_name=name)["broken_rules"] is None


def test_a_fact_after_the_first_sentence_blocks_the_message():
    message = rendered(template(body="{{ first_name }},\n\nMuch is broken. {{ opening }}. Why?"))
    assert message["broken_rules"] == "FACT_NOT_FIRST"
    assert not states_first("Dana,\n\nSomething else. Why?", "broker changed YoY", "Acme")


@pytest.mark.parametrize(
    "change", [{"setting": "most_words", "value": "5"}, {"setting": "longest_subject", "value": "5"}]
)
def test_the_limits_of_the_copy_come_from_the_seed(change):
    settings = [change if row["setting"] == change["setting"] else row for row in SETTINGS.to_pylist()]
    [message] = render_messages(table([candidate()]), TEMPLATES, CLAUSES, RULES, table(settings)).to_pylist()
    assert "TOO_LONG" in message["broken_rules"]


# Facts are data, templates are boxed in


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ 7*7 }}",
        "{% for i in range(9) %}x{% endfor %}",
        "{# gone #}",
        "{% raw %}",
        "{{ ''.__class__ }}",
        "{0.__class__}",
        "%(name)s",
        "<b>A & B</b>",
    ],
)
def test_text_from_a_source_never_acts_as_template_code(hostile):
    left = signal("executive_movement", "departure", value=3, subject="CFO", holder_before=hostile)
    message = rendered(company_name=hostile, first_name=hostile, evidence=evidence(left))
    assert ("MERGE_FIELD" in (message["broken_rules"] or "")) == ("{" in hostile)
    assert message["body"].startswith(f"{hostile},\n\n")
    assert f"so {hostile} can see" in message["body"]
    assert f"{hostile} left as CFO 3 days ago" in message["body"]
    assert hostile in rendered(company_name=hostile, kind="educational", evidence=None)["body"]


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ company_name.__init__.__globals__ }}",
        "{{ '{0.__class__.__mro__}'.format(company_name) }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ lipsum }}",
        "{{ range(10) }}",
        "{% include 'other' %}",
        "{{ nobody_knows_this }}",
        "{{ company_name.nobody_knows_this }}",
        "{{ fact[999] }}",
        "{{ 1 / 0 }}",
    ],
)
def test_the_error_names_a_template_that_leaves_the_sandbox_or_fails(body):
    with pytest.raises(ValueError, match="message template the_template cannot be rendered"):
        rendered(template(body=body))
    with pytest.raises(ValueError, match="message template the_template cannot be rendered"):
        rendered(template(subject=body))


@pytest.mark.parametrize("body", ["{{ fact", "{% if fact %}", "{{ fact | nothing }}", "{% fetch %}"])
def test_the_error_names_a_template_that_does_not_compile(body):
    with pytest.raises(ValueError, match="message template the_template cannot be compiled"):
        rendered(template(body=body))


@pytest.mark.parametrize("personal", ["first_name", "role", "fact", "opening", "also", "headline"])
def test_an_educational_template_can_use_only_the_company_name(personal):
    row = {"kind": "educational", "touch": None, "role": None, "pressure_class": "COST_PRESSURE", "subject": "A"}
    body = table([row | {"template_id": "lesson", "body": "{{ company_name }} {{ " + personal + " }}?"}])
    with pytest.raises(ValueError, match=f"message template lesson cannot be rendered: '{personal}' is undefined"):
        rendered(body, kind="educational")


@settings(deadline=None)
@given(name=st.text(min_size=1), first_name=st.none() | st.text())
def test_any_name_renders_unchanged(name, first_name):
    one_template = TEMPLATES.filter(pc.equal(TEMPLATES["template_id"], "cfo_cost_pressure"))
    message = rendered(one_template, company_name=name, first_name=first_name)
    assert plain_text(name) in message["body"]
    assert "\n" not in plain_text(name) + message["subject"]
    if name.isascii() and name.isprintable() and "&" not in name:
        assert plain_text(name) == " ".join(name.split())


@settings(deadline=None)
@given(st.text())
def test_plain_text_is_unchanged_by_a_second_pass(text):
    once = plain_text(text)
    assert "  " not in once and once == once.strip()
    if "&" not in once:
        assert plain_text(once) == once


# The copy rules

CLEAN = "Dana,\n\nThe ledger has a gap: broker changed YoY. One layer is to be repaired.\n\nWhich record would answer?"


def broken(body: str = CLEAN, subject: str = "A subject", band: int = 3, role: str | None = "CFO") -> list[str]:
    return check_copy(subject, body, band, role, PHRASES, LIMITS)


def saying(words: str) -> str:
    return CLEAN.replace("One layer", f"One layer, {words},")


def test_clean_copy_breaks_nothing():
    assert broken() == []
    assert broken(CLEAN + "\n\n--\nDana's broker\nAnywhere") == []
    assert broken(saying("in plain words")) == []


OFFERS = [f"OFFER: {phrase}" for phrase in ("our platform", "our ... platform", "i'd love to show", "show you our")]


@pytest.mark.parametrize(
    ("found", "codes"),
    [
        (broken(subject=""), ["SUBJECT_EMPTY"]),
        (broken(subject=" \n"), ["SUBJECT_EMPTY"]),
        (broken(subject="s" * 60), []),
        (broken(subject="s" * 61), ["SUBJECT_TOO_LONG: 61 characters"]),
        (broken("word " * 119 + "why?"), []),
        (broken("word " * 120 + "why?"), ["TOO_LONG: 121 words"]),
        (broken(saying("we offer plans")), ["OFFER: we offer"]),
        (broken(saying("our advisory services can help")), ["OFFER: our ... services can", "OFFER: our advisory"]),
        (broken(saying("I'd love to show you our platform")), OFFERS),
        (broken(saying("see www.acme.com")), ["LINK"]),
        (broken(saying("look!")), ["EXCLAMATION_MARK"]),
        (broken(subject="Look!"), ["EXCLAMATION_MARK"]),
        (broken(saying("caf\u00e9")), ["NON_ASCII: \u00e9"]),
        (broken(saying("Acme {{company}}")), ["MERGE_FIELD"]),
        (broken(subject="A note to {0.name}"), ["MERGE_FIELD"]),
        (broken(saying("circle/back")), ["FORBIDDEN_PHRASE: circle back"]),
        (broken(saying("circle 'back'")), ["FORBIDDEN_PHRASE: circle back"]),
        (broken(saying("circle. Back")), []),
        (broken(saying("our plan. Their platform")), []),
        (broken(saying("our plan, their platform")), ["OFFER: our ... platform"]),
        (broken(subject="The plan \u2013 it\u2019s new"), []),
        (broken(CLEAN.replace("?", ".")), ["QUESTION: one, and at the end"]),
        (broken(saying("you ask?")), ["QUESTION: one, and at the end"]),
        (broken(CLEAN + " Tell me."), ["QUESTION: one, and at the end"]),
        (broken(""), ["QUESTION: one, and at the end"]),
        (broken(saying("synergy")), ["FORBIDDEN_PHRASE: synergy"]),
        (broken(subject="SYNERGY at last"), ["FORBIDDEN_PHRASE: synergy"]),
        (broken(saying("circle\nback")), ["FORBIDDEN_PHRASE: circle back"]),
        (broken(saying("a Game-Changer")), ["FORBIDDEN_PHRASE: game changer"]),
        (broken(saying("geosynergystic")), []),
        (broken(saying("a carefree plan")), []),
        (broken(saying("employee happiness")), ["FORBIDDEN_PHRASE: employee happiness"]),
        (broken(saying("employee happiness"), role="HR"), []),
        (broken(saying("headcount reduction")), []),
        (broken(saying("headcount reduction"), role="HR"), ["FORBIDDEN_PHRASE: headcount reduction"]),
        (broken(saying("we save you time"), role="CEO"), ["FORBIDDEN_PHRASE: save you time"]),
        (broken(saying("act now"), band=4), ["URGENCY: act now"]),
        (broken(saying("act now"), band=5), []),
        (broken(saying("before it's too late")), ["URGENCY: before it's too late"]),
        (broken(saying("for $40")), ["PRICE: $"]),
        (broken(saying("for 40 USD")), ["PRICE: usd"]),
        (broken(saying("40 dollars"), band=5), ["PRICE: dollars"]),
        (broken(saying("a discount")), ["PRICE: discount"]),
        (broken(saying("a free\n  trial")), ["PRICE: free"]),
        (broken(CLEAN.replace("The ledger", "We help you: the ledger")), ["PRODUCT_OPENING: we help"]),
        (
            broken(CLEAN.replace("Dana,\n\nThe", "I'd love to show the")),
            ["PRODUCT_OPENING: i'd love to", "OFFER: i'd love to show"],
        ),
        (broken(saying("where we help")), []),
    ],
)
def test_a_copy_rule_blocks_exactly_what_it_forbids(found, codes):
    assert found == codes


def test_typographic_signs_do_not_hide_a_phrase():
    assert "URGENCY: before it's too late" in broken(saying("before it\u2019s too late"))
    assert "PRICE: eur" in broken(saying("\u20ac40"))
    assert "EXCLAMATION_MARK" in broken(saying("look\uff01"))


def test_every_listed_phrase_can_stop_a_message():
    for rule in RULES.to_pylist():
        body = CLEAN.replace("The ledger", f"The ledger, {rule['phrase'].upper().replace('...', 'OTHER')},")
        codes = " / ".join(broken(body, role=rule["role"] or "HR"))
        assert f": {rule['phrase']}" in codes, rule


BETWEEN_WORDS = (
    " / ", "/", " - ", "-", "\u2014", "\u2026", "...", ", ", " (", ") ", ' "', '" ', " '", "' ", " \u2018", "\n",
    "\n\n", "\t", "_", "*", "|", "\\", "[", ".",
)  # fmt: skip


@pytest.mark.parametrize("between", BETWEEN_WORDS)
def test_every_listed_phrase_is_found_whatever_stands_between_its_words(between):
    for rule in RULES.to_pylist():
        said = between.join(rule["phrase"].replace("...", "OTHER").split())
        codes = " / ".join(broken(CLEAN.replace("The ledger", f"The ledger {said} ledger"), role=rule["role"] or "HR"))
        assert f": {rule['phrase']}" in codes or rule["kind"] == "opening", (rule, said)


def test_every_listed_phrase_is_found_in_a_rendered_message():
    for rule in [rule for rule in RULES.to_pylist() if rule["role"] in (None, "", "CFO")]:
        said = rule["phrase"].upper().replace("...", "OTHER")
        codes = rendered(template(body=f"{said}: {{{{ opening }}}}. Why?"))["broken_rules"]
        assert f": {rule['phrase']}" in codes, rule


def test_without_listed_phrases_none_is_found():
    shouting = template(body="{{ opening }}: act now. Why?")
    [message] = render_messages(table([candidate()]), shouting, CLAUSES, RULES.slice(0, 0), SETTINGS).to_pylist()
    assert message["broken_rules"] is None


def test_a_message_reports_all_that_it_breaks_in_order():
    message = rendered(
        template(subject="s" * 61, body="We help: {{ opening }}! A quote and a synergy, act now."),
    )
    assert message["broken_rules"] == (
        "SUBJECT_TOO_LONG: 61 characters, EXCLAMATION_MARK, QUESTION: one, and at the end, FORBIDDEN_PHRASE: synergy, "
        "URGENCY: act now, PRICE: quote, PRODUCT_OPENING: we help"
    )


def test_the_first_sentence_comes_after_the_greeting():
    assert first_sentence("Dana,\n\nThe gap is\nhere: 3.5% of it. Next.") == "The gap is\nhere: 3.5% of it."
    assert first_sentence("The gap is here. Next.") == "The gap is here."
    assert first_sentence("") == ""
