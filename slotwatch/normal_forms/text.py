"""Cleaning and folding of free text, shared by every kind of value."""

import html
import re
import unicodedata
from collections.abc import Callable, Mapping

import ftfy

LONGEST_NAME = 1_000  # characters; a longer text is not a name or title

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_APOSTROPHES = "'\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\u00b4\u0060\uff07"
_REPLACEMENT = "\ufffd"
# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ß": "ss",
    "\u0131": "i",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
}
_FOLDING = str.maketrans(_LETTERS | dict.fromkeys(_APOSTROPHES + _REPLACEMENT, ""))
_NOT_WORD = re.compile(r"[\W_]+")
_INITIALS = re.compile(r"\b([a-z]) (?=[a-z]\b)")


def decode_entities(text: str) -> str:
    """Text with its HTML entities (`&#8217;`, `&amp;`, also `&amp;#8217;`) as characters.

    Only entities closed by a semicolon count, so that `AT&T` and `R&D` stay what they are.
    """
    for _ in range(3):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    return text


def clean(text: str) -> str:
    """Text as shown to people: entities decoded, mojibake (`JosÃ©`) repaired, odd blanks replaced by one blank,
    invisible characters removed.

    Tabs, line ends, no-break and other blanks become one blank; control characters, zero-width
    characters and direction marks vanish. Case, accents and punctuation stay.
    """
    text = decode_entities(text)
    if not text.isascii():
        text = ftfy.fix_encoding(text)
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join("".join(filter(_is_visible, text)).split())
    return text


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def fold(text: str) -> str:
    """Comparison key: lower case, without accents and apostrophes, other punctuation replaced by blanks.

    `&` and `+` read as `and`. Letters outside Latin script stay as they are.
    """
    if text.isascii():
        folded = text.lower().replace("'", "").replace("`", "")
    else:
        folded = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDING))
        folded = "".join(c for c in folded if not unicodedata.category(c).startswith("M"))
        folded = folded.casefold().translate(_FOLDING)
    folded = folded.replace("&", " and ").replace("+", " and ")
    return _NOT_WORD.sub(" ", folded).strip()


def fold_initials(text: str) -> str:
    """`fold`, with single letters that stand side by side joined: `L.L.C.` and `LLC` agree."""
    return join_initials(fold(text))


def join_initials(key: str) -> str:
    """A key with its runs of single letters joined to one word: `w r berkley` -> `wr berkley`."""
    return _INITIALS.sub(r"\1", key)


def narrow(text: str) -> str:
    """Cleaned text with full-width and other compatibility characters as plain ones."""
    return text if text.isascii() else clean(unicodedata.normalize("NFKC", text))


def replacing(replacements: Mapping[str, str]) -> Callable[[str], str]:
    """Function that replaces whole phrases of a folded key in one pass, the longest first."""
    if not replacements:
        return lambda key: key
    longest_first = sorted(replacements, key=lambda phrase: (-len(phrase), phrase))
    pattern = re.compile(rf"(?<!\S)({'|'.join(map(re.escape, longest_first))})(?!\S)")

    def replace(key: str) -> str:
        return " ".join(pattern.sub(lambda match: replacements[match[1]], key).split())

    return replace
