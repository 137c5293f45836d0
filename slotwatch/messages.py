"""Messages: the copy of each e-mail, rendered from its template and held against the copy rules.

Source of the rules: the message section of the business rules. Templates and word lists are seeds. What a source wrote
(names, titles, evidence) enters a template as plain ASCII text and is never compiled, so it cannot act as code.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl
import pyarrow as pa
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from slotwatch.code_version import code_version
from slotwatch.normal_forms.text import clean

MOST_WORDS = 200  # in the body, greeting included
LONGEST_SUBJECT = 60  # characters
URGENCY_BAND = 5  # from this band on the copy may press
CLASS_OF_THE_REST = "ORGANIZATIONAL_RECONFIGURATION"  # whose templates serve a class that has none of its own

HUB_NAMES = {"DOL": "the plan record", "PEOPLE": "the leadership record", "BLOG": "the news"}

MESSAGES = pa.schema(
    [
        ("message_id", pa.string()),
        ("company_id", pa.string()),
        ("template_id", pa.string()),
        ("subject", pa.string()),
        ("body", pa.string()),
        ("word_count", pa.int32()),
        ("broken_rules", pa.string()),
    ]
)

# Code under which a phrase of each kind is reported.
PHRASE_CODES = {
    "general": "FORBIDDEN_PHRASE",
    "urgency": "URGENCY",
    "price": "PRICE",
    "opening": "PRODUCT_OPENING",
}

# What Unicode does not decompose into ASCII. Names of currencies are spelled, so that the price rule sees them.
_PLAIN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\u00b4\u0060\uff07", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00b7\u2022", "-")
    | dict.fromkeys("\u00ae\u2122\u00a9", "")
    | {"\u2044": "/", "\u00d7": "x", "\u20ac": "EUR ", "\u00a3": "GBP "}
    | {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H", "ŧ": "t"}
    | {"Ŧ": "T", "ŋ": "n", "Ŋ": "N", "\u0131": "i", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "ẞ": "SS"}
    | {"þ": "th", "Þ": "Th"}
)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z\"(])")
_GREETING = re.compile(r"\A[^\n.?!:]{1,80},[ ]*\n")
_SIGNATURE = re.compile(r"^--[ ]*$.*", re.MULTILINE | re.DOTALL)  # the usual line before a signature

_environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_environment.globals.clear()  # a template sees the data of its message and nothing else

Row = Mapping[str, Any]


class Phrase(NamedTuple):
    """A row of seed forbidden_phrases, and how it is sought: its words, and the pattern that wants them whole."""

    phrase: str
    kind: str
    role: str
    sought: str
    whole_words: re.Pattern[str]


def render_messages(candidates: pa.Table, templates: pa.Table, rules: pa.Table) -> pa.Table:
    """The copy of each candidate's message, one row per candidate (schema ``MESSAGES``).

    ``candidates``: one row per message with message_id, company_id, company_name, role (CEO, CFO, HR), first_name,
    band (the one it is sent at), pressure_class, kind (persona, educational) and proof (the JSON twin as text; null
    for educational). ``templates``: seed message_templates; ``rules``: seed forbidden_phrases.

    ``broken_rules`` is null when the copy is clean, else what ``check_copy`` found; ``FACT_NOT_FIRST`` besides, when a
    persona message does not state its fact in its first sentence. A template that cannot be compiled or rendered, a
    message without a template and a persona message without a proof raise ``ValueError``.
    """
    compiled = {row["template_id"]: compile_template(row) for row in templates.to_pylist()}
    phrases = read_phrases(rules)
    by_use = {
        (row["kind"], row["role"] or "", row["pressure_class"]): row["template_id"] for row in templates.to_pylist()
    }
    rows, copies = candidates.to_pylist(), []
    for candidate in rows:
        template_id = choose_template(candidate, by_use)
        data = template_data(candidate)
        copies.append((template_id, data, *render(template_id, compiled[template_id], data)))
    suspicious = phrases_written([(subject, body) for _, _, subject, body in copies], phrases)
    messages = []
    for candidate, (template_id, data, subject, body), suspects in zip(rows, copies, suspicious, strict=True):
        broken = check_copy(subject, body, candidate["band"], candidate["role"], suspects)
        if "fact" in data and not states_first(body, data["fact"], data["company_name"]):
            broken.append("FACT_NOT_FIRST")
        messages.append(
            {
                "message_id": candidate["message_id"],
                "company_id": candidate["company_id"],
                "template_id": template_id,
                "subject": subject,
                "body": body,
                "word_count": len(body.split()),
                "broken_rules": ", ".join(broken) or None,
            }
        )
    return pa.Table.from_pylist(messages, schema=MESSAGES)


def copy_version(templates: pa.Table, rules: pa.Table) -> str:
    """64 hex digits over the code, the templates and the rules (see ``render_messages``): with the facts of a message
    they decide its copy."""
    digest = hashlib.sha256(code_version(["slotwatch.messages", "slotwatch.normal_forms.text"], ["jinja2"]).encode())
    for table in (templates, rules):
        for row in sorted(repr(sorted(row.items())) for row in table.to_pylist()):
            digest.update(row.encode() + b"\n")
    return digest.hexdigest()


def compile_template(row: Row) -> tuple[Template, Template]:
    """Subject and body of a row of seed message_templates, compiled in the sandbox."""
    try:
        return _environment.from_string(row["subject"] or ""), _environment.from_string(row["body"] or "")
    except Exception as error:
        raise ValueError(f"message template {row['template_id']} cannot be compiled: {error}") from error


def choose_template(candidate: Row, by_use: Mapping[tuple[str, str, str], str]) -> str:
    """Template id for a candidate; ``by_use`` has it by kind, role (blank for educational) and pressure class."""
    kind = candidate["kind"]
    role = candidate["role"] if kind == "persona" else ""
    for pressure_class in (candidate["pressure_class"], CLASS_OF_THE_REST):
        if (kind, role, pressure_class) in by_use:
            return by_use[kind, role, pressure_class]
    raise ValueError(
        f"message {candidate['message_id']}: no {kind} template for role {role or '(any)'} and pressure class "
        f"{candidate['pressure_class']}, nor for {CLASS_OF_THE_REST}"
    )


def template_data(candidate: Row) -> dict[str, Any]:
    """What a template may say: plain strings, and tuples of them.

    Educational: company_name alone. Persona: company_name, first_name (may be empty), role, evidence (fragments of the
    proof, strongest first), fact (the first of them), facts (all of them in one phrase), hubs (where they come from).
    """
    company_name = plain_text(candidate["company_name"])
    if candidate["kind"] == "educational":
        return {"company_name": company_name}
    evidence = json.loads(candidate["proof"] or "{}").get("evidence")
    if not evidence:
        raise ValueError(f"message {candidate['message_id']}: a persona message needs a proof with evidence")
    strongest_first = sorted(evidence, key=lambda fragment: -fragment["magnitude"])
    fragments = tuple(plain_text(fragment["text"]) for fragment in strongest_first)
    return {
        "company_name": company_name,
        "first_name": plain_text(candidate["first_name"]),
        "role": plain_text(candidate["role"]),
        "evidence": fragments,
        "fact": fragments[0],
        "facts": in_words(fragments),
        "hubs": tuple(dict.fromkeys(HUB_NAMES[fragment["hub"]] for fragment in strongest_first)),
    }


def render(template_id: str, template: tuple[Template, Template], data: Mapping[str, Any]) -> tuple[str, str]:
    """Subject (one line) and body of a message; paragraphs of the body are parted by one empty line."""
    try:
        subject, body = (part.render(data) for part in template)
    except Exception as error:
        raise ValueError(f"message template {template_id} cannot be rendered: {error}") from error
    lines = "\n".join(" ".join(line.split()) for line in body.splitlines())
    return " ".join(subject.split()), re.sub(r"\n{3,}", "\n\n", lines).strip()


def read_phrases(rules: pa.Table) -> list[Phrase]:
    """The phrases of seed forbidden_phrases (phrase, kind, role; a blank role is every role), ready to be sought."""
    phrases = []
    for rule in rules.to_pylist():
        sought = _words(rule["phrase"])
        start = r"(?<!\w)" if sought[:1].isalnum() else ""
        end = r"(?!\w)" if sought[-1:].isalnum() else ""
        whole_words = re.compile(start + re.escape(sought) + end)
        phrases.append(Phrase(rule["phrase"], rule["kind"], rule["role"] or "", sought, whole_words))
    return phrases


def phrases_written(copies: Sequence[tuple[str, str]], phrases: Sequence[Phrase]) -> list[list[Phrase]]:
    """Of each subject and body, the phrases whose letters stand in it at all: few do, and only they are searched for.

    All phrases are sought at once, so that their number costs nothing.
    """
    if not phrases:
        return [[] for _ in copies]
    texts = pl.Series([f"{_words(subject)}\n{_words(body)}" for subject, body in copies], dtype=pl.String)
    letters = sorted({phrase.sought for phrase in phrases})
    found = texts.str.extract_many(letters, overlapping=True).to_list()
    return [[phrase for phrase in phrases if phrase.sought in written] if written else [] for written in found]


def check_copy(subject: str, body: str, band: int, role: str | None, phrases: Sequence[Phrase]) -> list[str]:
    """The copy rules that a message breaks, in a fixed order; empty when it is clean.

    Phrases are sought as whole words (a sign such as ``$`` anywhere), whatever their case, across line ends, hyphens
    and typographic quotes; those of kind ``opening`` in the first sentence after the greeting, those of kind
    ``urgency`` below band 5. A signature after a line ``--`` takes no part in the rule of the question.
    """
    broken = []
    if not subject.strip():
        broken.append("SUBJECT_EMPTY")
    if len(subject) > LONGEST_SUBJECT:
        broken.append(f"SUBJECT_TOO_LONG: {len(subject)} characters")
    if len(body.split()) > MOST_WORDS:
        broken.append(f"TOO_LONG: {len(body.split())} words")
    if "!" in plain_text(subject + body):
        broken.append("EXCLAMATION_MARK")
    if not (subject + body).isascii():
        broken.append("NON_ASCII: " + "".join(sorted({letter for letter in subject + body if not letter.isascii()})))
    text = _SIGNATURE.sub("", body).rstrip()
    if body.count("?") != 1 or not text.endswith("?"):
        broken.append("QUESTION: one, and at the end")
    if not phrases:
        return broken
    whole = [_words(subject), _words(body)]
    first = [_words(first_sentence(body))]
    for phrase in phrases:
        if (phrase.role and phrase.role != role) or (phrase.kind == "urgency" and band >= URGENCY_BAND):
            continue
        searched = first if phrase.kind == "opening" else whole
        if any(phrase.whole_words.search(text) for text in searched):
            broken.append(f"{PHRASE_CODES[phrase.kind]}: {phrase.phrase}")
    return broken


def first_sentence(body: str) -> str:
    """First sentence of a message, on one line; a greeting (a first line that ends in a comma) does not count."""
    return _SENTENCE_END.split(_GREETING.sub("", body.strip()).strip(), maxsplit=1)[0]


def states_first(body: str, fact: str, company_name: str) -> bool:
    """Whether a fact stands in the first sentence; dots within the company's name end no sentence."""
    before, found, _ = _GREETING.sub("", body).partition(fact)
    return bool(found) and not _SENTENCE_END.search(before.replace(company_name, "X"))


def plain_text(value: str | None) -> str:
    """A fact as the mail carries it: one line, accents and typographic signs as ASCII, null as empty.

    Letters without an ASCII form (another script) stay, so that the copy rules stop the message: better none than one
    to a mangled name.
    """
    text = clean(value or "")
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text.translate(_PLAIN)).translate(_PLAIN)
    return clean("".join(letter for letter in letters if not unicodedata.category(letter).startswith("M")))


def in_words(parts: Sequence[str]) -> str:
    """Parts as one phrase: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _words(text: str) -> str:
    """Text for the search of phrases: lower case, hyphens and line ends as blanks."""
    return " ".join(plain_text(text).lower().replace("-", " ").split())
