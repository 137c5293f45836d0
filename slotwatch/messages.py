"""Messages: renders the copy of each email from its template and checks it against the copy rules.

Source of the rules: the message section of the business rules. Templates, clauses, phrases and limits are seeds. Text
from a source (names, titles, evidence) enters a template as plain ASCII text. It is never compiled and cannot act as
code.
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

from slotwatch.clauses import Clause, Fact, facts_of, read_clauses
from slotwatch.code_version import code_version
from slotwatch.normal_forms.text import clean
from slotwatch.processes import in_batches, parts_of

# the columns of a candidate, as `render_messages` describes them
FACTS = (
    "message_id, company_id, company_name, role, first_name, last_name, message_band, pressure_class, kind, "
    "touch_number, today, evidence"
)

MESSAGES = pa.schema(
    [
        ("message_id", pa.string()),
        ("company_id", pa.string()),
        ("template_id", pa.string()),
        ("facts", pa.string()),
        ("subject", pa.string()),
        ("body", pa.string()),
        ("word_count", pa.int32()),
        ("broken_rules", pa.string()),
    ]
)

_RENDERED = MESSAGES.append(pa.field("facts_hash", pa.string())).append(pa.field("copy_version", pa.string()))
_WORTH_PROCESSES = 10_000  # number of messages; for fewer, starting processes takes longer than rendering
_MESSAGES_AT_A_TIME = 2_000

# The error code for a phrase of each kind.
PHRASE_CODES = {
    "general": "FORBIDDEN_PHRASE",
    "urgency": "URGENCY",
    "price": "PRICE",
    "opening": "PRODUCT_OPENING",
    "offer": "OFFER",
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
_TYPOGRAPHY = str.maketrans(dict.fromkeys("\u2013\u2014\u2018\u2019\u201c\u201d\u2026", ""))  # ordinary in an email
_LINKS = ("http://", "https://", "www.")
_MERGE_FIELD = ("{", "}")  # signs of a field that was not filled
# signs that may stand between the words of a phrase; the pattern begins with all of them, which makes it fast
_BETWEEN_WORDS = re.compile(
    r"""[-/\\"()\[\]<>{},*_~|`.?!:;'](?:
        (?<![.?!:;'])               # anywhere
        | (?<=[.])[.]+              # several full stops
        | (?<=[.?!:;])(?=\S)        # where it does not end a sentence
        | (?<=')(?:(?<!\w')|(?!\w)) # an apostrophe that is not between letters
    )""",
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[0-9][0-9,]*")
_YEAR = re.compile(r"\bin [0-9]{4}\b|\blast year\b")  # the year of a fact from a filing
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z\"(])")
_GREETING = re.compile(r"\A[^\n.?!:]{1,80},[ ]*\n")
_SIGNATURE = re.compile(r"^--[ ]*$.*", re.MULTILINE | re.DOTALL)  # the usual line before a signature

_environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_environment.globals.clear()  # templates can read only the data of their message

Row = Mapping[str, Any]


class CopySettings(NamedTuple):
    """The rows of seed copy_settings."""

    most_words: int  # in the body of a first message, greeting included
    most_words_later: int  # in the body of a later one
    longest_subject: int  # characters
    urgency_from_band: int  # lowest band at which the copy may use urgent phrases
    default_pressure_class: str  # templates of this class are used for a class without its own templates

    def most(self, touch_number: int) -> int:
        """The largest number of words in the body of a touch."""
        return self.most_words if touch_number == 1 else self.most_words_later


class Sender(NamedTuple):
    """The vars with the closing lines of a message; each may be empty."""

    name: str | None = None
    company: str | None = None
    address: str | None = None
    opt_out_line: str | None = None


class Phrase(NamedTuple):
    """A row of seed forbidden_phrases, with its words and the pattern that finds them, in order, as whole words."""

    phrase: str
    kind: str
    role: str
    words: frozenset[str]
    whole_words: re.Pattern[str]


def render_in_batches(candidates: pa.Table, version: str, *rest: Any) -> pa.RecordBatchReader:
    """The rows of ``render_messages`` with facts_hash (of the candidate) and copy_version, rendered while they are
    taken, because all of them may not fit in memory. ``rest``: the other arguments of ``render_messages``.
    """
    calls = ((part, version, *rest) for part in parts_of(candidates, _MESSAGES_AT_A_TIME))
    return in_batches(_render_part, calls, _RENDERED, len(candidates) >= _WORTH_PROCESSES)


def _render_part(candidates: pa.Table, version: str, *rest: Any) -> pa.Table:
    messages = render_messages(candidates, *rest)
    versions = pa.repeat(version, messages.num_rows)
    return pa.table([*messages.columns, candidates["facts_hash"], versions], _RENDERED)


def render_messages(
    candidates: pa.Table,
    templates: pa.Table,
    clauses: pa.Table,
    rules: pa.Table,
    settings: pa.Table,
    sender: Sender | None = None,
) -> pa.Table:
    """The copy of each candidate's message, one row per candidate (schema ``MESSAGES``).

    ``candidates``: one row per message with message_id, company_id, company_name, role (CEO, CFO, HR), first_name,
    last_name, message_band, pressure_class, kind (persona, educational), touch_number, today (a date) and evidence (the
    cited signals as of today, JSON; null for educational). ``templates``, ``clauses``, ``rules`` and ``settings``:
    seeds message_templates, evidence_clauses, forbidden_phrases and copy_settings.

    ``facts`` lists what the message states. ``broken_rules`` is null when the copy is clean. Otherwise it lists the
    findings of ``check_copy``, and ``FACT_NOT_FIRST`` for a persona message whose first sentence does not state its
    fact. A template that cannot be compiled or rendered, a message without a template and a persona message without
    evidence raise ``ValueError``.
    """
    compiled = {row["template_id"]: compile_template(row) for row in templates.to_pylist()}
    by_use = {
        (row["kind"], int(row["touch"] or 0), row["role"] or "", row["pressure_class"]): row["template_id"]
        for row in templates.to_pylist()
    }
    wordings = read_clauses(clauses)
    phrases = read_phrases(rules)
    limits = read_settings(settings)
    messages = []
    for candidate in candidates.to_pylist():
        template_id = choose_template(candidate, by_use, limits.default_pressure_class)
        stated = leading_facts(candidate, wordings) if candidate["kind"] == "persona" else []
        data = template_data(candidate, stated, limits.longest_subject)
        subject, body = render(template_id, compiled[template_id], data)
        if data.get("also") and len(body.split()) > limits.most(candidate["touch_number"]):
            data = template_data(candidate, stated[:1], limits.longest_subject)
            subject, body = render(template_id, compiled[template_id], data)
        broken = check_copy(
            subject, body, candidate["message_band"], candidate["role"], phrases, limits, candidate["touch_number"]
        )
        if stated and not states_first(body, data["opening"], data["company_name"]):
            broken.append("FACT_NOT_FIRST")
        words = [data["fact"], data["also"]] if stated else []
        said = [
            {"signal_ids": fact.signal_ids, "text": fact.text}
            for fact, text in zip(stated, words, strict=False)
            if text and text[1:] in body
        ]
        messages.append(
            {
                "message_id": candidate["message_id"],
                "company_id": candidate["company_id"],
                "template_id": template_id,
                "facts": json.dumps(said, ensure_ascii=False),
                "subject": subject,
                "body": signed(body, sender or Sender()),
                "word_count": len(body.split()),
                "broken_rules": ", ".join(broken) or None,
            }
        )
    return pa.Table.from_pylist(messages, schema=MESSAGES)


def leading_facts(candidate: Row, clauses: Sequence[Clause]) -> list[Fact]:
    """The facts that a message can state, in order. The strongest leads a first message; a later touch begins with the
    next fact, so that it does not repeat the one before. Of facts with the same headline, numbers aside, such as two
    plans whose cost rose, only the strongest is stated, because no clause names the plan.
    """
    facts = facts_of(candidate["evidence"] or "[]", candidate, candidate["today"], clauses)
    if not facts:
        raise ValueError(f"message {candidate['message_id']}: a persona message needs a proof with evidence")
    strongest: dict[str, Fact] = {}
    for fact in facts:
        strongest.setdefault(_NUMBER.sub("", fact.headline), fact)
    facts = list(strongest.values())
    start = (candidate["touch_number"] - 1) % len(facts)
    return facts[start:] + facts[:start]


def signed(body: str, sender: Sender) -> str:
    """A body with its closing lines: sender, company and address, and how to opt out; unchanged if none of them is
    set.
    """
    lines = [line for line in (sender.name, sender.company, sender.address) if line]
    closing = "\n".join(lines) + (f"\n\n{sender.opt_out_line}" if sender.opt_out_line else "")
    return f"{body}\n\n-- \n{closing.strip()}" if closing.strip() else body


def copy_version(*seeds: pa.Table, sender: Sender | None = None) -> str:
    """64 hex digits over the code, the seeds and the sender (see ``render_messages``). The facts of a message and this
    version determine its copy."""
    modules = ["slotwatch.messages", "slotwatch.clauses", "slotwatch.normal_forms.text"]
    digest = hashlib.sha256(code_version(modules, ["jinja2"]).encode() + repr(sender or Sender()).encode())
    for table in seeds:
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


def choose_template(candidate: Row, by_use: Mapping[tuple[str, int, str, str], str], default_class: str) -> str:
    """Template id for a candidate.

    ``by_use`` maps kind, touch, role and pressure class to template ids. First messages have a template per role, later
    ones (touch 2, and 3 for all that follow) and educational ones (touch 0) serve every role. A class that has no
    template uses those of ``default_class``.
    """
    kind = candidate["kind"]
    touch = min(candidate["touch_number"], 3) if kind == "persona" else 0
    role = candidate["role"] if touch == 1 else ""
    for pressure_class in (candidate["pressure_class"], default_class):
        if (kind, touch, role, pressure_class) in by_use:
            return by_use[kind, touch, role, pressure_class]
    raise ValueError(
        f"message {candidate['message_id']}: no {kind} template for touch {touch}, role {role or '(any)'} and pressure "
        f"class {candidate['pressure_class']}, nor for {default_class}"
    )


def template_data(candidate: Row, facts: Sequence[Fact], longest_subject: int) -> dict[str, Any]:
    """The data that a template can use: plain strings, and a number.

    Educational: company_name only. Persona: company_name, first_name (may be empty), role, fact (what the leading fact
    says), opening (the same as the begin of a sentence), also (what the next fact says, empty without one; a year that
    the leading fact states too becomes "the same year"), headline (the leading fact in a few words; the company's name
    if these are too long for a subject), touch (the number of the message, by which a template for several touches says
    something else in each). A value at the end of the sentence loses its own full stop, as in "Inc.", because the
    template adds one.
    """
    company_name = plain_text(candidate["company_name"])
    if candidate["kind"] == "educational":
        return {"company_name": company_name}
    texts = [plain_text(each.text) for each in facts[:2]]
    fact, also = texts[0], texts[1] if len(texts) > 1 else ""
    if (year := _YEAR.search(fact)) and (again := _YEAR.search(also)) and year[0] == again[0]:
        also = f"{also[: again.start()]}the same year{also[again.end() :]}"
    headlines = [plain_text(facts[0].headline), company_name, "Your benefits plan"]
    return {
        "company_name": company_name,
        "first_name": plain_text(candidate["first_name"]),
        "role": plain_text(candidate["role"]),
        "fact": fact,
        "opening": fact[:1].upper() + (fact[1:] if also else fact[1:].removesuffix(".")),
        "also": also.removesuffix("."),
        "headline": next(text for text in headlines if len(text) <= longest_subject or text is headlines[-1]),
        "touch": candidate["touch_number"],
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
        parts = [_words(plain_text(part)) for part in rule["phrase"].split("...")]
        start = r"(?<!\w)" if parts[0][:1].isalnum() else ""
        end = r"(?!\w)" if parts[-1][-1:].isalnum() else ""
        whole_words = re.compile(start + r"\b[^.?!:;]{0,60}\b".join(map(re.escape, parts)) + end)
        words = frozenset(_WORD.findall(" ".join(parts)))
        phrases.append(Phrase(rule["phrase"], rule["kind"], rule["role"] or "", words, whole_words))
    return phrases


def check_copy(
    subject: str,
    body: str,
    band: int,
    role: str | None,
    phrases: Sequence[Phrase],
    limits: CopySettings,
    touch_number: int = 1,
) -> list[str]:
    """The copy rules that a message breaks, in a fixed order; empty when it is clean.

    A phrase is found as whole words (a sign such as ``$`` anywhere), whatever its case and whatever signs stand between
    its words, but not across the end of a sentence; ``...`` in it stands for other words of the same sentence.
    A phrase of kind ``opening`` counts only in the first sentence after the greeting, a phrase of kind ``urgency`` only
    below band ``limits.urgency_from_band``. The rule about the question ignores a signature after a line ``--``.
    """
    broken = []
    if not subject.strip():
        broken.append("SUBJECT_EMPTY")
    if len(subject) > limits.longest_subject:
        broken.append(f"SUBJECT_TOO_LONG: {len(subject)} characters")
    if len(body.split()) > limits.most(touch_number):
        broken.append(f"TOO_LONG: {len(body.split())} words")
    plain = [plain_text(subject), plain_text(body)]
    if any("!" in text for text in plain):
        broken.append("EXCLAMATION_MARK")
    written = subject + body
    spelled = written.translate(_TYPOGRAPHY)
    if not spelled.isascii():
        broken.append("NON_ASCII: " + "".join(sorted({letter for letter in spelled if not letter.isascii()})))
    if any(link in written.casefold() for link in _LINKS):
        broken.append("LINK")
    if any(sign in written for sign in _MERGE_FIELD):
        broken.append("MERGE_FIELD")
    text = _SIGNATURE.sub("", body).rstrip()
    if body.count("?") != 1 or not text.endswith("?"):
        broken.append("QUESTION: one, and at the end")
    whole = [_words(text) for text in plain]
    first = [_words(plain_text(first_sentence(body)))]
    said = {word for text in whole for word in _WORD.findall(text)}
    for phrase in phrases:
        # most phrases have a word that the message lacks; this is much faster than to search for each pattern
        if not phrase.words <= said or (phrase.role and phrase.role != role):
            continue
        if phrase.kind == "urgency" and band >= limits.urgency_from_band:
            continue
        searched = first if phrase.kind == "opening" else whole
        if any(phrase.whole_words.search(text) for text in searched):
            broken.append(f"{PHRASE_CODES[phrase.kind]}: {phrase.phrase}")
    return broken


def first_sentence(body: str) -> str:
    """First sentence of a message after the greeting (a first line that ends in a comma)."""
    return _SENTENCE_END.split(_GREETING.sub("", body.strip()).strip(), maxsplit=1)[0]


def states_first(body: str, fact: str, company_name: str) -> bool:
    """Whether the first sentence begins with a fact or contains it. A dot in the company's name does not end the
    sentence.
    """
    before, found, _ = _GREETING.sub("", body).partition(fact)
    return bool(found) and not _SENTENCE_END.search(before.replace(company_name, "X") + fact[:1])


def plain_text(value: str | None) -> str:
    """Text in the form used in an email: one line, accents and typographic signs as ASCII, null as empty.

    Letters without an ASCII form (another script) stay, so that the copy rules block the message instead of sending it
    with a mangled name.
    """
    text = clean(value or "")
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text.translate(_PLAIN)).translate(_PLAIN)
    return clean("".join(letter for letter in letters if not unicodedata.category(letter).startswith("M")))


def _words(plain: str) -> str:
    """Plain text in which phrases are searched: lower case, words separated by one blank or the end of a sentence.

    A text of signs alone is itself.
    """
    plain = plain.lower()
    return " ".join(_BETWEEN_WORDS.sub(" ", plain).split()) or plain
