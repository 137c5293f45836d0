"""Email addresses: lower case, syntax checked without DNS, one address of a list."""

import re
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from slotwatch.normal_forms.text import clean, narrow
from slotwatch.normal_forms.word_lists import WordLists, column, rows

_ANGLE = re.compile(r"<([^<>]*)>")
_LABEL = re.compile(r"^\s*(?:mailto|e-?mail)\s*:\s*", re.IGNORECASE)
_REMARK = re.compile(r"\([^()@]*\)")  # `a@b.com (work)`
_LIST = re.compile(r"[;,|]|\s/\s|\s(?:or|and|&)\s", re.IGNORECASE)
_PLAIN_ADDRESS = re.compile(r"([A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*)@([A-Za-z0-9.-]+)")
_PLAIN_DOMAIN = re.compile(r"(?:[a-z0-9]{1,63}\.)+([a-z]{2,24})", re.IGNORECASE)
_SPECIAL_ENDINGS = {domain.rpartition(".")[2] for domain in SPECIAL_USE_DOMAIN_NAMES}
_LONGEST_LOCAL_PART = 64  # characters, the limit of the syntax
_LONGEST_PLAIN = 200  # characters of a plain address; the library checks longer ones
_PUNCTUATION = re.compile(r"[._-]+")
_LONG_WORD = 5  # least letters of a local part for which punctuation does not count
_LONGEST = 4_000  # characters of a field that may list several addresses


def email_reader(word_lists: WordLists):
    """Reader of email addresses.

    Of a list separated by `;`, `,`, `|`, ` / `, `or` the first business (not personal) address counts, else the
    first readable one. A mailbox belongs to a role if its local part says so, or if it has the name of its domain. A
    `+tag` does not count, and in five letters or more neither do dots, hyphens and a number at the end. Placeholders
    for a missing address (seed `placeholder_emails`: `noemail@...`, `name@company.com`) are unreadable.
    """
    placeholders: dict[str, set[str]] = {"local_part": set(), "domain": set(), "address": set()}
    for row in rows(word_lists, "placeholder_emails"):
        value = row["value"].lower().strip("<>")  # dbt reads a bare null as no value
        placeholders[row["part"]] |= {value, _squeezed(value)} if row["part"] == "local_part" else {value}
    personal = {domain.lower() for domain in column(word_lists, "personal_email_domains", "domain")}
    roles = {part.lower() for part in column(word_lists, "role_mailboxes", "local_part")}
    roles |= set(map(_squeezed, roles))

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        reading = {"display_value": text}
        addresses = filter(None, map(address_of, _candidates(narrow(text))))
        found = [address for address in addresses if not is_placeholder(address)]
        if found:
            business = [a for a in found if a.rpartition("@")[2] not in personal]
            address = (business or found)[0]
            local, _, domain = address.rpartition("@")
            reading |= {
                "normal_value": address,
                "is_personal": domain in personal,
                "is_role_mailbox": not roles.isdisjoint(_spellings(local)) or is_firms_own(local, domain),
            }
        return [reading]

    def is_firms_own(local: str, domain: str) -> bool:
        """Whether the mailbox has the name of the domain: `acme@acme.com`."""
        return domain not in personal and local == domain.partition(".")[0]

    def is_placeholder(address: str) -> bool:
        local, _, domain = address.rpartition("@")
        return (
            not placeholders["local_part"].isdisjoint(_spellings(local))
            or domain in placeholders["domain"]
            or address in placeholders["address"]
        )

    return read


def _squeezed(local: str) -> str:
    """A local part without punctuation and without the number at its end; unchanged if fewer than five letters would
    remain.
    """
    letters = _PUNCTUATION.sub("", local).rstrip("0123456789")
    return letters if len(letters) >= _LONG_WORD else local


def _spellings(local: str) -> set[str]:
    plain = local.partition("+")[0]
    return {local, plain, _squeezed(plain)}


def _candidates(text: str) -> list[str]:
    """Parts of a field that may each be an address: `Name <a@b>`, `mailto:a@b`, `a@b; c@d`, `a@b (work) / c@d`."""
    if "@" not in text or len(text) > _LONGEST:
        return []
    angled = _ANGLE.findall(text)
    found = []
    for part in [*angled, *_LIST.split(_REMARK.sub(" ", _ANGLE.sub(",", text)))]:
        words = _LABEL.sub("", part).partition("?")[0].split()
        if all("@" in word for word in words):
            found += [word.strip("()[]\"'.:") for word in words]
    return found


def address_of(text: str) -> str | None:
    """The address in lower case with its domain as ASCII (punycode), null if the syntax is wrong.

    Reserved test domains (`.test`; `.example` is allowed anyway) are readable. The library spends most of its time on
    the domain, and people of one firm share it, so a plain address is read in two halves and the domain is cached.
    """
    plain = _PLAIN_ADDRESS.fullmatch(text)
    if plain and len(plain[1]) <= _LONGEST_LOCAL_PART:
        domain = _domain(plain[2])
        if domain is None or len(plain[1]) + 1 + len(domain) <= _LONGEST_PLAIN:
            return domain and f"{plain[1]}@{domain}".lower()
    return _checked(text)


def _domain(domain: str) -> str | None:
    """The domain in its normal form, None if it is not allowed in an address.

    A plain domain is read without the library.
    """
    plain = _PLAIN_DOMAIN.fullmatch(domain)
    if plain and len(domain) <= _LONGEST_PLAIN and plain[1].lower() not in _SPECIAL_ENDINGS:
        return domain.lower()
    return _domain_by_library(domain)


@lru_cache(maxsize=1 << 16)
def _domain_by_library(domain: str) -> str | None:
    address = _checked(f"a@{domain}")
    return address and address.partition("@")[2]


def _checked(text: str) -> str | None:
    try:
        valid = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=True)
    except EmailNotValidError:
        return None
    return f"{valid.local_part}@{valid.ascii_domain}".lower()
