"""Telephone numbers in E.164, with a separate extension."""

import re

import phonenumbers

from slotwatch.normal_forms.text import clean, narrow
from slotwatch.normal_forms.word_lists import WordLists, column

_FLOAT_TAIL = re.compile(r"\.0+$")
_SEVERAL = re.compile(r"[;,|/]|\bor\b|\band\b", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:;ext=|\bextension\b|\bext\b|\bextn\b|\bx|#)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_PLAIN = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]?([0-9]{3})[ .-]?([0-9]{4})")
_LONGEST = 120  # characters; a number with labels and extension is far shorter


def phone_reader(word_lists: WordLists):
    """Reader of phone numbers; `phone_words` are labels (`tel`, `office`) that may stand beside."""
    labels = "|".join(re.escape(word) for word in column(word_lists, "phone_words", "word"))
    label = re.compile(rf"(?<![^\W\d_])(?:{labels})(?![^\W\d_])[.:]*", re.IGNORECASE)

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        reading = {"display_value": text}
        if any(c.isdigit() for c in text) and len(text) <= _LONGEST:
            number = _first_number(_FLOAT_TAIL.sub("", label.sub(" ", narrow(text))).strip(" -,.:/()\t"))
            if number:
                reading |= number
        return [reading]

    return read


def _first_number(text: str) -> dict | None:
    """The number that the whole text is, else the first number in it."""
    number = _number(text)
    if number is None and _SEVERAL.search(text):
        number = next(filter(None, map(_number, _SEVERAL.split(text))), None)
    return number


def _number(text: str) -> dict | None:
    """The number that the text is. Common spellings of US numbers are read without the library, which is slow."""
    plain = _PLAIN.fullmatch(text)
    if plain and len(set(digits := "".join(plain.groups()))) > 1:
        return {"normal_value": f"+1{digits}", "extension": None}
    return _number_by_library(text)


def _number_by_library(text: str) -> dict | None:
    if _LETTER.search(_EXTENSION.sub(" ", text)):
        return None
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE or _is_filler(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return {"normal_value": e164, "extension": number.extension}


def _is_filler(number: phonenumbers.PhoneNumber) -> bool:
    """Whether a text only looks like a phone number: one digit repeated, or a US area code that begins with 0 or 1.

    Numbers are otherwise judged by length, not by assigned ranges: 555-01xx stays readable.
    """
    national = phonenumbers.national_significant_number(number)
    return len(set(national)) == 1 or (number.country_code == 1 and national[0] in "01")
