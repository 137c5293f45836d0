"""Websites: the registrable domain of a host, by the public suffix list that tldextract bundles."""

import re
from urllib.parse import unquote

import idna
import tldextract

from slotwatch.normal_forms.text import clean, narrow
from slotwatch.normal_forms.word_lists import WordLists, column, rows

_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:[/\\]+|(?:https?|mailto):|https?//+|[/\\]+)+", re.IGNORECASE)
_HAS_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:/+|//|www\.)", re.IGNORECASE)
_PARTS = re.compile(r"[;,|\s]+")
_REST = re.compile(r"[/?#\\]")
_PORT = re.compile(r":\d*$")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])")
_LONGEST = 4_000
_OWN_FRONT = re.compile(r"(?:www\d*|investors?|ir|corporate|corp|about|company|newsroom|careers)?")

# No network and no cache file: the list is the one shipped with the pinned library.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def website_reader(word_lists: WordLists):
    """Reader of websites; the display value is the address with a scheme.

    `is_shared_host` is true when the domain must not identify a company: the host or a parent of it is in
    `shared_hosts` (also where the private section of the suffix list gives a tenant a domain of its own, as
    `acme.wixsite.com`), or is a mail provider. Where an entry says so, the host without a path is the site of its owner
    (`ebay.com`, but not `ebay.com/str/acme`).
    """
    shared = {row["host"].strip().lower(): row for row in rows(word_lists, "shared_hosts")}
    personal = {domain.lower() for domain in column(word_lists, "personal_email_domains", "domain")}

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        reading = {"display_value": text}
        for part in _candidates(narrow(text)):
            host = host_of(part)
            domain = registrable_domain(host) if host else None
            if host and domain:
                reading |= {
                    "normal_value": domain,
                    "display_value": url_of(part, host),
                    "is_shared_host": is_shared(part, host, domain),
                }
                break
        return [reading]

    def is_shared(address: str, host: str, domain: str) -> bool:
        entries = [entry for entry in _parents(host) if entry in shared]
        if any(_is_true(shared[entry]["is_own_site"]) for entry in entries) and "@" not in address:
            front = host.removesuffix(domain).rstrip(".")
            return bool(_path_of(address)) or len(entries) > 1 or not _OWN_FRONT.fullmatch(front)
        return bool(entries) or domain in personal

    return read


def _is_true(text: str) -> bool:
    return text.lower() in ("true", "t", "1")


def _parents(host: str) -> list[str]:
    """The host and its parent domains, without the top level."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _path_of(address: str) -> str:
    """The text after the host; empty for a bare host."""
    return _SCHEME.sub("", address).partition("/")[2].partition("#")[0].strip("/")


def _candidates(text: str) -> list[str]:
    """Words of a field that may be a website; in running text only those with a scheme or www."""
    if ("." not in text and "。" not in text) or len(text) > _LONGEST:
        return []
    parts = [part.strip("()[]<>\"'") for part in _PARTS.split(text) if part.strip("/&-")]
    if all("." in part for part in parts):
        return parts
    return [part for part in parts if _HAS_SCHEME.match(part)]


def host_of(address: str) -> str | None:
    """Host of a web address in lower-case ASCII: no scheme, user, port, path; null if unreadable.

    International names are kept as punycode, so that both spellings of a name agree.
    """
    host = _REST.split(_SCHEME.sub("", address), maxsplit=1)[0].rpartition("@")[2]
    host = _PORT.sub("", unquote(host)).strip(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, transitional=False).decode().lower()
        except (idna.IDNAError, UnicodeError):
            return None
    return host if len(host) <= 253 and _HOST.fullmatch(host) else None


def url_of(address: str, host: str) -> str:
    """The address with a scheme, `https` unless it says `http`, and its host in lower case."""
    scheme = "http" if address.lower().startswith("http:") else "https"
    rest = _SCHEME.sub("", address)
    if "@" in _REST.split(rest, maxsplit=1)[0]:
        return f"{scheme}://{host}"
    end = _REST.search(rest)
    port = _PORT.search(rest[: end.start()] if end else rest)
    return f"{scheme}://{host}{port[0] if port and port[0] != ':' else ''}{rest[end.start() :] if end else ''}"


def registrable_domain(host: str) -> str | None:
    """Registrable domain of a host, null when the host is itself a public suffix.

    Under a suffix that is not listed (`acme.example`, `acme.test`) it is the last two labels.
    """
    found = _suffixes(host)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else None
    return ".".join(host.split(".")[-2:])
