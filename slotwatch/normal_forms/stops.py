"""The addresses and domains that a stop order names; a domain is written as `@acme.com` or `*@acme.com`."""

import re
from urllib.parse import unquote

from slotwatch.normal_forms.emails import address_of
from slotwatch.normal_forms.text import clean, narrow
from slotwatch.normal_forms.websites import host_of, registrable_domain

_AT = re.compile(r"\s+@\s+|^@\s+|\s*[(\[{]\s*at\s*[)\]}]\s*", re.IGNORECASE)
_DOT = re.compile(r"\s*[(\[{]\s*dot\s*[)\]}]\s*", re.IGNORECASE)
_SPOKEN = re.compile(r"([\w.+-]+) at ([\w-]+(?: dot [\w-]+)+)", re.IGNORECASE)
_WRITTEN = re.compile(r"[a-z0-9][\w.%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s:;,|/&<>()\[\]{}\"]+")
_ANY_MAILBOX = re.compile(r"[*%.+]*@[*%.]*")
_ANY_HOST = re.compile(r"[*%]+[.]")
_LONGEST = 100_000  # characters of a field; it may hold a long list


def read_stops(raw: str) -> list[dict]:
    """One reading per distinct address or domain in the field, in order of mention.

    `normal_value` is an address (`dana@acme.com`) or `@` and a registrable domain (`@acme.com`). A word without `@`
    names a domain only if no address or domain is written with one. An address inside a word (a link, odd quotes) is
    found, too. A field with nothing readable gives one reading without a value.
    """
    text = clean(raw)
    plain = narrow(text[:_LONGEST])
    plain = _DOT.sub(".", _AT.sub("@", unquote(plain) if "%40" in plain else plain))
    if "@" not in plain:
        plain = _SPOKEN.sub(lambda match: f"{match[1]}@{match[2].replace(' dot ', '.')}", plain)
    words = [word for word in _BETWEEN.split(plain) if word]
    found = [stop for word in words if "@" in word for stop in _stops(word)]
    if not found:
        found = [domain for word in words if "@" not in word and (domain := _domain(word))]
    return [{"display_value": text, "normal_value": stop} for stop in dict.fromkeys(found)] or [{"display_value": text}]


def _stops(word: str) -> list[str]:
    """What a word with an `@` names: as a whole, and each address in it."""
    inside = (address_of(match.strip("_'.")) for match in _WRITTEN.findall(word))
    return list(filter(None, (_stop(word), *inside)))


def _stop(word: str) -> str | None:
    """The address or domain of a word with an `@`."""
    word = word.partition("?")[0].strip("'.=")
    mailbox = _ANY_MAILBOX.match(word)
    if mailbox:
        return _domain(word[mailbox.end() :])
    return address_of(word)


def _domain(word: str) -> str | None:
    """`@` and the registrable domain of a host, which may begin with a wildcard."""
    host = host_of(_ANY_HOST.sub("", word.strip("'.*%")))
    domain = registrable_domain(host) if host and "." in host else None
    return domain and f"@{domain}"
