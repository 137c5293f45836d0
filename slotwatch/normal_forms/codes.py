"""Codes of fixed shape: employer identification numbers, states, postal codes."""

import re

import us

from slotwatch.normal_forms.text import clean, fold, narrow
from slotwatch.normal_forms.word_lists import WordLists, rows

_FLOAT_TAIL = re.compile(r"\.0+$")
_CELL = re.compile(r"^(?:=\"(.*)\"|'(.*))$")  # a spreadsheet's way to keep a number a text
_EIN_LABEL = re.compile(r"^(?:f?ein|tin)\b[\s:#.]*", re.IGNORECASE)
_EIN = re.compile(r"[0-9][0-9\s./_\u2010-\u2015\u2212-]*")
_ZIP = re.compile(r"([0-9]{4,5})(?:[\s-]*([0-9]{4}))?-?")
_FOOTNOTE = re.compile(r"\[[0-9]{1,2}\]\s*$")
_LOST_TWO = re.compile(r"50[1-9]|5[1-9][0-9]|[6-9][0-9]{2}")
_ZIP_RUN = re.compile(r"[0-9]{8,9}")


def read_ein(raw: str) -> list[dict]:
    """Employer identification number as `NN-NNNNNNN`.

    Seven to nine digits are read, padded with zeros on the left (a spreadsheet drops at most
    the two of a prefix 00); fewer or more are unreadable, as are letters other than a leading
    `EIN`, and one digit repeated nine times (all zeros among them). A float's `.0` and a
    spreadsheet's marks of a text (`'12-3456789`, `="12-3456789"`) are tolerated.
    """
    text = clean(raw)
    number = _FLOAT_TAIL.sub("", _EIN_LABEL.sub("", _without_cell_marks(narrow(text))))
    digits = re.sub(r"\D", "", number) if _EIN.fullmatch(number) else ""
    reading: dict = {"display_value": text}
    padded = digits.zfill(9)
    if 7 <= len(digits) <= 9 and len(set(padded)) > 1:
        reading["normal_value"] = f"{padded[:2]}-{padded[2:]}"
    return [reading]


def _without_cell_marks(text: str) -> str:
    match = _CELL.fullmatch(text)
    return (match[1] or match[2] or "").strip() if match else text


def read_postal_code(raw: str) -> list[dict]:
    """US postal code as `NNNNN` or `NNNNN-NNNN`, text, leading zeros kept.

    Lost leading zeros are put back: one (four digits, or eight of a nine-digit code), or two
    where the code is of the Caribbean or 00501 (three digits from 501). A float's `.0` is
    tolerated; other shapes, all zeros among them, are unreadable.
    """
    text = clean(raw)
    code = _FLOAT_TAIL.sub("", narrow(text))
    reading: dict = {"display_value": text}
    if _LOST_TWO.fullmatch(code):
        code = f"00{code}"
    if _ZIP_RUN.fullmatch(code):
        code = code.zfill(9)
        code = f"{code[:5]}-{code[5:]}"
    match = _ZIP.fullmatch(code)
    if match and match[1].strip("0"):
        reading["normal_value"] = match[1].zfill(5) + (f"-{match[2]}" if match[2] else "")
    return [reading]


def state_reader(word_lists: WordLists):
    """Reader of US states: USPS code from a code, a full name or an AP abbreviation.

    Fifty states and DC, the territories by code and name, and the older abbreviations of seed
    `state_spellings`. Case, dots, blanks and footnote marks (`Florida[3]`) do not
    matter; there is no phonetic matching.
    """
    codes = {_squeeze(row["spelling"]): row["code"] for row in rows(word_lists, "state_spellings")}
    for state in [*us.states.STATES_AND_TERRITORIES, us.states.DC]:
        for spelling in (state.abbr, state.name, state.ap_abbr):
            if spelling:
                codes[_squeeze(spelling)] = state.abbr

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        return [{"display_value": text, "normal_value": codes.get(_squeeze(_FOOTNOTE.sub("", text)))}]

    return read


def _squeeze(text: str) -> str:
    return fold(text).replace(" ", "")
