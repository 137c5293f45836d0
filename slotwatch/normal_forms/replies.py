"""The class of an inbound message, from its subject and the text above the quoted message."""

import html
import re
from typing import NamedTuple

from slotwatch.normal_forms.text import clean
from slotwatch.normal_forms.word_lists import WordLists, rows

CLASSES = ("delivery_failure", "automatic", "opt_out", "negative", "reply")  # the first class that matches counts
_AT_THE_TOP = ("delivery_failure", "automatic")  # found in the subject and the first line only

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
_GREETING = re.compile(r"^(?:hi|hello|dear|hey|good (?:morning|day))\b[^.!?]{0,60}$|^[^\W\d]+,$", re.IGNORECASE)
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060", "'"))
_NOT_WORD = re.compile(r"[^\w']+")
_PAST = r"(?<!\bwas )(?<!\bwere )(?<!\bbeen )"
_STOPS = re.compile(r"\s*(?:[^\w\s']|$|(?:until|till|from|for|on|this|today|through|to|between|and|at|all|next|re)\b)")


class Phrase(NamedTuple):
    """A row of seed reply_phrases with its words, folded as `_folded` does, and the pattern that finds them."""

    reply_class: str
    words: str
    is_one_word: bool
    pattern: re.Pattern[str]


def reply_reader(word_lists: WordLists):
    """Reader of inbound messages: the subject in the first line, the body below it.

    `normal_value` is the class, one of `CLASSES`. A phrase of several words is found as whole words, whatever the case
    and punctuation; a phrase of one word only as the whole subject, the subject's part before a colon
    (`Undeliverable: ...`) or the whole first line. Delivery failures and automatic replies show in the subject and the
    first line; in an answer's subject (`Re: ...`) only at its beginning, before a sign or the end. Text from the first
    quoted line on is not read.
    """
    phrases = [_phrase(row["phrase"], row["reply_class"]) for row in rows(word_lists, "reply_phrases")]
    if wrong := {phrase.reply_class for phrase in phrases} - set(CLASSES):
        raise ValueError(f"reply_phrases: unknown reply_class {', '.join(sorted(wrong))}")
    by_class = {name: [phrase for phrase in phrases if phrase.reply_class == name] for name in CLASSES}

    def read(raw: str) -> list[dict]:
        subject, _, body = raw[:_LONGEST].partition("\n")
        return [{"normal_value": _class_of(subject, above_the_quote(body), by_class)}]

    return read


def above_the_quote(body: str) -> str:
    """The part of a body that its sender wrote, one line per line; tags of an HTML body are left out."""
    if _TAG.search(body):
        body = _QUOTING_TAG.sub("", body)
        body = html.unescape(_ANY_TAG.sub("\n", body))
    body = _BROKEN_LEAD.sub(r"\1 \2", body.replace("\r", "\n"))
    quote = _QUOTED.search(body)
    return body[: quote.start()] if quote else body


def _class_of(subject: str, body: str, by_class: dict[str, list[Phrase]]) -> str:
    is_answer = bool(_ANSWER_MARK.match(subject))
    topic = _ANSWER_MARK.sub("", subject)
    lines = [line for line in map(clean, body.split("\n")) if line]
    if len(lines) > 1 and _GREETING.search(lines[0]):
        lines = lines[1:]
    first = lines[0] if lines else ""
    whole = {_folded(text) for text in (topic, topic.partition(":")[0] if ":" in topic else "", first)}
    head, texts = _folded(first), [_folded(topic), _folded(" ".join(lines))]
    for name in CLASSES[:-1]:
        for phrase in by_class[name]:
            if phrase.words in whole:
                return name
            if phrase.is_one_word or not any(phrase.words in text for text in texts):  # most phrases are found nowhere
                continue
            if name not in _AT_THE_TOP:
                if any(phrase.pattern.search(text) for text in texts):
                    return name
            elif phrase.pattern.search(head) or _stands_in_subject(phrase, topic, is_answer):
                return name
    return "reply"


def _stands_in_subject(phrase: Phrase, topic: str, is_answer: bool) -> bool:
    """Whether a subject contains the phrase. In an answer, whose subject we chose, only the beginning counts."""
    if not is_answer:
        return bool(phrase.pattern.search(_folded(topic)))
    spelled = re.match(r"\W*" + r"\W+".join(map(re.escape, phrase.words.split())), _plain(topic))
    return bool(spelled and _STOPS.match(_plain(topic), spelled.end()))


def _phrase(phrase: str, reply_class: str) -> Phrase:
    words = _folded(phrase)
    return Phrase(
        reply_class, words, len(phrase.split()) == 1, re.compile(rf"{_PAST}(?<![\w']){re.escape(words)}(?![\w'])")
    )


def _plain(text: str) -> str:
    return text.lower().translate(_APOSTROPHES)


def _folded(text: str) -> str:
    """Lower case, each run of signs one blank; apostrophes of contractions are dropped."""
    return " ".join(_NOT_WORD.sub(" ", _plain(text)).replace("'", "").split())
