"""The class of an inbound message, from its subject and the text above the quoted message."""

import html
import re
from collections.abc import Iterator
from itertools import chain, product
from typing import NamedTuple

from slotwatch.normal_forms.text import clean
from slotwatch.normal_forms.word_lists import WordLists, rows

# The first class that matches counts. `delay`, a notice that the mail server tries again, is an automatic message.
CLASSES = ("delay", "delivery_failure", "automatic", "opt_out", "negative", "reply")
_AT_THE_TOP = ("delay", "delivery_failure", "automatic")  # found in the subject and the first line only

_LONGEST = 20_000  # characters that are read
_QUOTED = re.compile(
    r"^[ \t]*(?:>|-{2,}\s*original|_{10,}|from:|(?:on|le|am) .{4,200}\b(?:wrote|écrit|schrieb)[^\n]{0,40}:)",
    re.IGNORECASE | re.MULTILINE,
)
_BROKEN_LEAD = re.compile(r"^([ \t]*on [^\n]{4,120})\n([^\n]{0,120}\bwrote:)", re.IGNORECASE | re.MULTILINE)
_TAG = re.compile(r"<(?:p|div|br|html|body|span|table)\b", re.IGNORECASE)
_QUOTING_TAG = re.compile(r"<(?:blockquote|div[^>]*gmail_quote).*", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]*>")
_ANSWER_MARK = re.compile(r"^(?:\s*(?:re|aw|sv|fwd?|wg)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)
_TAGGED = re.compile(r"\s*\[([^\[\]]{1,40})\]\s*")
_ANSWERED = re.compile(r"\s(?:re|fwd?)\s*:", re.IGNORECASE)  # `OOO Re: your note`
_GREETING = re.compile(r"^(?:hi|hello|dear|hey|good (?:morning|day))\b[^.!?]{0,60}$|^[^\W\d]+,$", re.IGNORECASE)
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060", "'"))
_NOT = re.compile(r"\b(ca|wo|[a-z]+)n't\b|\b(ca|wo|do|did|does|is|are|was|has|have|could|would|should)nt\b")
_NOT_STEMS = {"ca": "can", "wo": "will"}
_VERB = re.compile(r"\b(i|you|we|they|he|she|it|that|there)'(m|re|ve|ll|d|s)\b|\b(i)(m|ve)\b|\b(we)(ve)\b")
_VERBS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would", "s": "is"}
_NOT_WORD = re.compile(r"[^\w']+")
_PAST = r"(?<!\bwas )(?<!\bwere )(?<!\bbeen )"
_STOPS = re.compile(r"\s*(?:[^\w\s']|$|(?:until|till|from|for|on|this|today|through|to|between|and|at|all|next|re)\b)")
_SUBJECT_REST = re.compile(
    r"\s*(?:[:;,|()\u2013\u2014]|-\s|\b(?:until|till|from|through|today|this|re|fw|fwd|returning)\b).*"
)
_MASK = "|"  # stands where a phrase of class `reply` stood
_SENTENCE = re.compile(r"[.!?,;](?=\s|$)|\s[-\u2013\u2014]\s")


class Phrases(NamedTuple):
    """The phrases of one class: those that are a whole text, a whole subject, or stand anywhere.

    `about` has patterns of whole subjects, `anywhere` patterns of parts of texts by their first word; all texts folded.
    """

    whole: frozenset[str]
    subject: frozenset[str]
    about: tuple[re.Pattern[str], ...]
    anywhere: dict[str, list[re.Pattern[str]]]


def reply_reader(word_lists: WordLists):
    """Reader of inbound messages: the subject in the first line, the body below it.

    `normal_value` is the class, one of `CLASSES` other than `delay`. A phrase of several words is found as whole words,
    whatever the case and punctuation, contractions in full (`don't` = `do not`), `*` as one to seven words, `a|b` as
    either. A phrase of one word, or of place `whole`, counts only as the whole subject, the subject's part before a
    colon (`Undeliverable: ...`) or the whole first line, an order to stop also as a sentence. A phrase of place
    `subject` counts only as the subject of a message that is no answer, or what stands there before a sign or a date.
    Delivery failures and automatic replies show in the subject and the first line; in an answer's subject (`Re: ...`)
    only at its beginning, before a sign or the end. Phrases of class `reply` (`stop by`) are left out before the others
    are looked for. Text from the first quoted line on is not read.
    """
    listed = rows(word_lists, "reply_phrases")
    if wrong := {row["reply_class"] for row in listed} - set(CLASSES):
        raise ValueError(f"reply_phrases: unknown reply_class {', '.join(sorted(wrong))}")
    by_class = {name: _phrases([row for row in listed if row["reply_class"] == name]) for name in CLASSES}

    def read(raw: str) -> list[dict]:
        subject, _, body = raw[:_LONGEST].partition("\n")
        found = _class_of(subject, above_the_quote(body), by_class)
        return [{"normal_value": "automatic" if found == "delay" else found}]

    return read


def above_the_quote(body: str) -> str:
    """The part of a body that its sender wrote, one line per line; tags of an HTML body are left out."""
    if _TAG.search(body):
        body = _QUOTING_TAG.sub("", body)
        body = html.unescape(_ANY_TAG.sub("\n", body))
    body = _BROKEN_LEAD.sub(r"\1 \2", body.replace("\r", "\n"))
    quote = _QUOTED.search(body)
    return body[: quote.start()] if quote else body


def _class_of(subject: str, body: str, by_class: dict[str, Phrases]) -> str:
    is_answer = bool(_ANSWER_MARK.match(subject))
    tag, topic = "", _ANSWER_MARK.sub("", subject)
    if tagged := _TAGGED.match(topic):  # `[EXTERNAL] Undeliverable: your note`
        tag, topic = tagged[1], _ANSWER_MARK.sub("", topic[tagged.end() :])
    lines = [line for line in map(clean, body.split("\n")) if line]
    if len(lines) > 1 and _GREETING.search(lines[0]):
        lines = lines[1:]
    first = lines[0] if lines else ""
    begins = {
        _folded(tag),
        _folded(topic),
        _folded(topic.partition(":")[0]),
        _folded(_ANSWERED.split(topic, maxsplit=1)[0]),
    }
    whole = begins | {_folded(first)}
    subjects = set() if is_answer else begins | {_folded(_SUBJECT_REST.sub("", _plain(topic), count=1))}
    orders = whole | {_folded(part) for line in lines for part in _SENTENCE.split(line)}
    head, about, text = (_without(by_class["reply"], _folded(text)) for text in (first, topic, " ".join(lines)))
    for name in CLASSES[:-1]:
        phrases = by_class[name]
        at_the_top = name in _AT_THE_TOP
        if not phrases.whole.isdisjoint(orders if name == "opt_out" else whole):
            return name
        if not phrases.subject.isdisjoint(subjects) or any(p.fullmatch(s) for p in phrases.about for s in subjects):
            return name
        places = (head if at_the_top else text, "" if at_the_top and is_answer else about)
        if any(pattern.search(place) for place in places for pattern in _possible(phrases, place)):
            return name
        if at_the_top and is_answer and _begins(phrases, topic):
            return name
    return "reply"


def _possible(phrases: Phrases, text: str) -> Iterator[re.Pattern[str]]:
    """The patterns whose first word is in a folded text."""
    for word in dict.fromkeys(text.split()):
        yield from phrases.anywhere.get(word, ())


def _without(phrases: Phrases, text: str) -> str:
    for pattern in _possible(phrases, text):
        text = pattern.sub(_MASK, text)
    return text


def _begins(phrases: Phrases, topic: str) -> bool:
    """Whether an answer's subject, which we chose, begins with a phrase that ends before a sign, a date or the end."""
    plain = _plain(topic)
    beginnings = {_folded(plain[: stop.start()]) for stop in _STOPS.finditer(plain)}
    return any(pattern.fullmatch(text) for text in beginnings for pattern in _possible(phrases, text))


def _phrases(listed: list[dict[str, str]]) -> Phrases:
    """The phrases of one class, from rows of seed reply_phrases."""
    by_place: dict[str, list[str]] = {"whole": [], "subject": [], "": []}
    for row in listed:
        is_whole = len(row["phrase"].split()) == 1 and row["reply_class"] != "reply"
        by_place[row["place"] or ("whole" if is_whole else "")].append(row["phrase"])
    about = tuple(_pattern(phrase, "") for phrase in by_place["subject"] if "*" in phrase)
    whole, subject = (frozenset(map(_folded, chain.from_iterable(map(_choices, by_place[p])))) for p in by_place if p)
    past = _PAST if any(row["reply_class"] == "automatic" for row in listed) else ""
    anywhere: dict[str, list[re.Pattern[str]]] = {}
    for phrase in by_place[""]:
        pattern = _pattern(phrase, past)
        for start in {_folded(choice).split()[0] for choice in phrase.split()[0].split("|")}:
            anywhere.setdefault(start, []).append(pattern)
    return Phrases(whole, subject, about, anywhere)


def _choices(phrase: str) -> list[str]:
    """`please stop|quit` as `please stop` and `please quit`."""
    return [" ".join(words) for words in product(*(word.split("|") for word in phrase.split()))]


def _pattern(phrase: str, past: str) -> re.Pattern[str]:
    words = ["|".join(re.escape(_folded(choice)) for choice in word.split("|")) for word in phrase.split()]
    pattern = " ".join(rf"(?:{word})" if word else r"(?:\S+ ){0,6}\S+" for word in words)
    return re.compile(rf"{past}(?<!\S){pattern}(?!\S)")


def _plain(text: str) -> str:
    """Lower case, contractions in full."""
    text = text.lower().translate(_APOSTROPHES).replace("cannot", "can not")
    text = _NOT.sub(lambda match: f"{_NOT_STEMS.get(stem := match[1] or match[2], stem)} not", text)
    return _VERB.sub(_in_full, text)


def _in_full(match: re.Match[str]) -> str:
    who, verb = filter(None, match.groups())
    return f"{who} {_VERBS[verb]}"


def _folded(text: str) -> str:
    """`_plain`, each run of signs one blank; apostrophes that are left are dropped."""
    return " ".join(_NOT_WORD.sub(" ", _plain(text)).replace("'", "").split())
