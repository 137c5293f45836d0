"""Websites: the registrable domain of a host, by the public suffix list that tldextract bundles."""

import re
from urllib.parse import unquote

import idna
import tldextract

from slotwatch.normal_forms.text import clean, narrow
from slotwatch.normal_forms.word_lists import WordLists, column

_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:/+|(?:https?|mailto):|/+)", re.IGNORECASE)
_HAS_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:/+|//|www\.)", re.IGNORECASE)
_PARTS = re.compile(r"[;,|\s]+")
_REST = re.compile(r"[/?#\\]")
_PORT = re.compile(r":\d*$")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])")
_LONGEST = 4_000

# No network and no cache file: the list is the one shipped with the pinned library.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def website_reader(word_lists: WordLists):
    """Reader of websites.

    `is_shared_host` is true when the host or a parent of it is in `shared_hosts`, so that the
    domain must not identify a company. A tenant of a host that the private section of the suffix
    list names (`acme.wixsite.com`) has a domain of its own, and an entry for the host
    (`wixsite.com`) does not reach it. A personal mail domain in an address counts as shared, too.
    """
    shared = {host.lower() for host in column(word_lists, "shared_hosts", "host")}
    personal = {domain.lower() for domain in column(word_lists, "personal_email_domains", "domain")}

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        reading = {"display_value": text}
        for part in _candidates(narrow(text)):
            host = host_of(part)
            domain = registrable_domain(host) if host else None
            if host and domain:
                mail = "@" in part and domain in personal and not _HAS_SCHEME.match(part)
                is_shared = mail or _is_shared(host, domain, shared)
                reading |= {"normal_value": domain, "is_shared_host": is_shared}
                break
        return [reading]

    return read


def _candidates(text: str) -> list[str]:
    """Words of a field that may be a website; in running text only those with a scheme or www."""
    if ("." not in text and "。" not in text) or len(text) > _LONGEST:
        return []
    parts = [part.strip("()[]<>\"'") for part in _PARTS.split(text) if part]
    if all("." in part for part in parts):
        return parts
    return [part for part in parts if _HAS_SCHEME.match(part)]


def host_of(address: str) -> str | None:
    """Host of a web address in lower-case ASCII: no scheme, user, port, path; null if unreadable.

    International names are kept as punycode, so that both spellings of one agree.
    """
    host = _REST.split(_SCHEME.sub("", address), maxsplit=1)[0].rpartition("@")[2]
    host = _PORT.sub("", unquote(host)).strip(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, transitional=False).decode().lower()
        except (idna.IDNAError, UnicodeError):
            return None
    return host if len(host) <= 253 and _HOST.fullmatch(host) else None


def registrable_domain(host: str) -> str | None:
    """Registrable domain of a host, null when the host is itself a public suffix.

    Under a suffix that is not listed (`acme.example`, `acme.test`) it is the last two labels.
    """
    found = _suffixes(host)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else None
    return ".".join(host.split(".")[-2:])


def _is_shared(host: str, domain: str, shared: set[str]) -> bool:
    labels = host.split(".")
    parents = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return any(entry == domain or not domain.endswith(f".{entry}") for entry in parents & shared)
