"""The addresses and domains that a stop order names; a domain is written as `@acme.com` or `*@acme.com`."""

import re

from slotwatch.normal_forms.emails import address_of
from slotwatch.normal_forms.text import clean, narrow
from slotwatch.normal_forms.websites import host_of, registrable_domain

_AT = re.compile(r"\s+@\s+|^@\s+|\s*[(\[{]\s*at\s*[)\]}]\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s:;,|/&<>()\[\]{}\"]+")
_ANY_MAILBOX = re.compile(r"[*%.+]*@[*%.]*")
_ANY_HOST = re.compile(r"[*%]+[.]")
_LONGEST = 100_000  # characters of a field; it may hold a long list


def read_stops(raw: str) -> list[dict]:
    """One reading per distinct address or domain in the field, in order of mention.

    `normal_value` is an address (`dana@acme.com`) or `@` and a registrable domain (`@acme.com`). A word without `@`
    names a domain only if no address or domain is written with one. A field with nothing readable gives one reading
    without a value.
    """
    text = clean(raw)
    words = [word for word in _BETWEEN.split(_AT.sub("@", narrow(text[:_LONGEST]))) if word]
    found = [stop for word in words if "@" in word and (stop := _stop(word))]
    if not found:
        found = [domain for word in words if "@" not in word and (domain := _domain(word))]
    return [{"display_value": text, "normal_value": stop} for stop in dict.fromkeys(found)] or [{"display_value": text}]


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
