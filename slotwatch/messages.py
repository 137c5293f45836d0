"""Messages: renders the copy of each email from its template and checks it against the copy rules.

Source of the rules: the message section of the business rules. Templates, phrases and limits are seeds. Text from a
source (names, titles, evidence) enters a template as plain ASCII text. It is never compiled and cannot act as code.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from slotwatch.code_version import code_version
from slotwatch.normal_forms.text import clean

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

# The code that reports a phrase of each kind.
PHRASE_CODES = {
    "general": "FORBIDDEN_PHRASE",
    "urgency": "URGENCY",
    "price": "PRICE",
    "opening": "PRODUCT_OPENING",
}

# Signs that Unicode does not decompose into ASCII. Currency signs become words, so that the price rule finds them.
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
_environment.globals.clear()  # templates can read only the data of their message

Row = Mapping[str, Any]


class CopySettings(NamedTuple):
    """The rows of seed copy_settings."""

    most_words: int  # in the body, greeting included
    longest_subject: int  # characters
    urgency_from_band: int  # from this band on the copy may use urgent phrases
    default_pressure_class: str  # its templates serve a class that has none of its own


class Phrase(NamedTuple):
    """A row of seed forbidden_phrases, with its normalised words and the pattern that finds them as whole words."""

    phrase: str
    kind: str
    role: str
    words: str
    whole_words: re.Pattern[str]


def render_messages(candidates: pa.Table, templates: pa.Table, rules: pa.Table, settings: pa.Table) -> pa.Table:
    """The copy of each candidate's message, one row per candidate (schema ``MESSAGES``).

    ``candidates``: one row per message with message_id, company_id, company_name, role (CEO, CFO, HR), first_name,
    message_band, pressure_class, kind (persona, educational) and proof (the JSON twin as text; null for educational).
    ``templates``, ``rules`` and ``settings``: seeds message_templates, forbidden_phrases and copy_settings.

    ``broken_rules`` is null when the copy is clean. Otherwise it lists the findings of ``check_copy``, and
    ``FACT_NOT_FIRST`` for a persona message whose first sentence does not state its fact. A template that cannot be
    compiled or rendered, a message without a template and a persona message without a proof raise ``ValueError``.
    """
    compiled = {row["template_id"]: compile_template(row) for row in templates.to_pylist()}
    by_use = {
        (row["kind"], row["role"] or "", row["pressure_class"]): row["template_id"] for row in templates.to_pylist()
    }
    phrases = read_phrases(rules)
    limits = read_settings(settings)
    messages = []
    for candidate in candidates.to_pylist():
        template_id = choose_template(candidate, by_use, limits.default_pressure_class)
        data = template_data(candidate)
        subject, body = render(template_id, compiled[template_id], data)
        broken = check_copy(subject, body, candidate["message_band"], candidate["role"], phrases, limits)
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


def copy_version(templates: pa.Table, rules: pa.Table, settings: pa.Table) -> str:
    """64 hex digits over the code and the seeds (see ``render_messages``). The facts of a message and this version
    determine its copy."""
    digest = hashlib.sha256(code_version(["slotwatch.messages", "slotwatch.normal_forms.text"], ["jinja2"]).encode())
    for table in (templates, rules, settings):
        for row in sorted(repr(sorted(row.items())) for row in table.to_pylist()):
            digest.update(row.encode() + b"\n")
    return digest.hexdigest()


def read_settings(settings: pa.Table) -> CopySettings:
    """Seed copy_settings (setting, value) as typed values; a missing or unknown setting raises ``TypeError``."""
    values = {row["setting"]: row["value"] for row in settings.to_pylist()}
    numbers = {name: int(value) for name, value in values.items() if name != "default_pressure_class"}
    return CopySettings(**values | numbers)


def compile_template(row: Row) -> tuple[Template, Template]:
    """Subject and body of a row of seed message_templates, compiled in the sandbox."""
    try:
        return _environment.from_string(row["subject"] or ""), _environment.from_string(row["body"] or "")
    except Exception as error:
        raise ValueError(f"message template {row['template_id']} cannot be compiled: {error}") from error


def choose_template(candidate: Row, by_use: Mapping[tuple[str, str, str], str], default_class: str) -> str:
    """Template id for a candidate.

    ``by_use`` maps kind, role (blank for educational) and pressure class to template ids. A class that has no template
    uses those of ``default_class``.
    """
    kind = candidate["kind"]
    role = candidate["role"] if kind == "persona" else ""
    for pressure_class in (candidate["pressure_class"], default_class):
        if (kind, role, pressure_class) in by_use:
            return by_use[kind, role, pressure_class]
    raise ValueError(
        f"message {candidate['message_id']}: no {kind} template for role {role or '(any)'} and pressure class "
        f"{candidate['pressure_class']}, nor for {default_class}"
    )


def template_data(candidate: Row) -> dict[str, Any]:
    """The data that a template can use: plain strings, and tuples of them.

    Educational: company_name only. Persona: company_name, first_name (may be empty), role, evidence (fragments of the
    proof, strongest first), fact (the strongest fragment), facts (all fragments in one phrase), hubs (their sources).
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
    """Subject (one line) and body of a message. One empty line separates the paragraphs of the body."""
    try:
        subject, body = (part.render(data) for part in template)
    except Exception as error:
        raise ValueError(f"message template {template_id} cannot be rendered: {error}") from error
    lines = "\n".join(" ".join(line.split()) for line in body.splitlines())
    return " ".join(subject.split()), re.sub(r"\n{3,}", "\n\n", lines).strip()


def read_phrases(rules: pa.Table) -> list[Phrase]:
    """The phrases of seed forbidden_phrases (phrase, kind, role; a blank role is every role)."""
    phrases = []
    for rule in rules.to_pylist():
        words = _words(rule["phrase"])
        start = r"(?<!\w)" if words[:1].isalnum() else ""
        end = r"(?!\w)" if words[-1:].isalnum() else ""
        whole_words = re.compile(start + re.escape(words) + end)
        phrases.append(Phrase(rule["phrase"], rule["kind"], rule["role"] or "", words, whole_words))
    return phrases


def check_copy(
    subject: str, body: str, band: int, role: str | None, phrases: Sequence[Phrase], limits: CopySettings
) -> list[str]:
    """The copy rules that a message breaks, in a fixed order; empty when it is clean.

    A phrase is found as whole words (a sign such as ``$`` anywhere), whatever its case, across line ends, hyphens and
    typographic quotes. A phrase of kind ``opening`` counts only in the first sentence after the greeting, a phrase of
    kind ``urgency`` only below band ``limits.urgency_from_band``. The rule about the question ignores a signature after
    a line ``--``.
    """
    broken = []
    if not subject.strip():
        broken.append("SUBJECT_EMPTY")
    if len(subject) > limits.longest_subject:
        broken.append(f"SUBJECT_TOO_LONG: {len(subject)} characters")
    if len(body.split()) > limits.most_words:
        broken.append(f"TOO_LONG: {len(body.split())} words")
    if "!" in plain_text(subject + body):
        broken.append("EXCLAMATION_MARK")
    if not (subject + body).isascii():
        broken.append("NON_ASCII: " + "".join(sorted({letter for letter in subject + body if not letter.isascii()})))
    text = _SIGNATURE.sub("", body).rstrip()
    if body.count("?") != 1 or not text.endswith("?"):
        broken.append("QUESTION: one, and at the end")
    whole = [_words(subject), _words(body)]
    first = [_words(first_sentence(body))]
    for phrase in phrases:
        if phrase.role and phrase.role != role:
            continue
        if phrase.kind == "urgency" and band >= limits.urgency_from_band:
            continue
        searched = first if phrase.kind == "opening" else whole
        # most phrases do not occur at all, and a plain search is much faster than a pattern
        if any(phrase.words in text and phrase.whole_words.search(text) for text in searched):
            broken.append(f"{PHRASE_CODES[phrase.kind]}: {phrase.phrase}")
    return broken


def first_sentence(body: str) -> str:
    """First sentence of a message after the greeting (a first line that ends in a comma)."""
    return _SENTENCE_END.split(_GREETING.sub("", body.strip()).strip(), maxsplit=1)[0]


def states_first(body: str, fact: str, company_name: str) -> bool:
    """Whether the first sentence contains a fact. A dot in the company's name does not end a sentence."""
    before, found, _ = _GREETING.sub("", body).partition(fact)
    return bool(found) and not _SENTENCE_END.search(before.replace(company_name, "X"))


def plain_text(value: str | None) -> str:
    """Text as an email contains it: one line, accents and typographic signs as ASCII, null as empty.

    Letters without an ASCII form (another script) stay, so that the copy rules block the message instead of sending it
    with a mangled name.
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
    """Text in which phrases are searched: lower case, hyphens and line ends as blanks."""
    return " ".join(plain_text(text).lower().replace("-", " ").split())
