"""LinkedIn addresses of companies and people."""

import re
import unicodedata
from urllib.parse import quote, unquote

from slotwatch.normal_forms.text import clean, narrow
from slotwatch.normal_forms.websites import host_of

_PARTS = re.compile(r"[;,|\s]+")
_LONGEST_SLUG = 200  # characters
_LONGEST = 4_000
_MOBILE = ("mwlite", "m")
# Path words and placeholders of exports that stand in place of a slug; compared without punctuation.
_NO_PAGE = frozenset(
    "in pub me undefined null none nan n na unavailable unknown edit setup company companies school showcase "
    "headless profile login signup authwall feed search jobs home new admin http https www "
    "notavailable tbd test example false true 0 linkedin yourcompany companyname".split()
)
_NO_PERSON = frozenset(
    "my nil no notavailable notapplicable notfound notprovided notlisted noneprovided nolinkedin noprofile noname "
    "missing blank empty deleted removed private hidden redacted anonymous linkedin linkedinmember linkedinuser "
    "linkedinprofile member user username userid yourname yourprofile yourlinkedin firstname lastname firstlast "
    "firstnamelast fullname firstnamelastname slug vanity vanityname publicid publicidentifier profileid "
    "profileurl url link example sample placeholder test testuser dummy fake tbd tba todo xxx xxxx asdf abc "
    "abc123 false true objectobject signin checkpoint uas mynetwork messaging notifications learning sales "
    "recruiter groups posts dir details recentactivity overlay profiles view topcard people results connections "
    "settings error 404".split()
)
_NOTHING = frozenset(("undefined", "null", "none", "unknown"))  # a slug may also repeat them: `null-null`
_NOT_A_WORD = re.compile(r"[\W_]+")
_SHORTEST_PERSON = 3  # characters that LinkedIn asks of the address of a person
_HOST_NAME = re.compile(r"(?:www\..*|.*\.(?:com|net|org|io|co|example))")


def linkedin_reader(section: str):
    """Reader of LinkedIn addresses of one section, `company` or `in`; any other one is null.

    The normal form is `https://www.linkedin.com/<section>/<slug>`, lower case, without query,
    locale (host `uk.linkedin.com`, path `/in/jane-doe/de`), sub-page or closing slash. The slug
    is percent-encoded UTF-8 (lower-case hex) where it is not ASCII. Numeric ids stay. A link pasted into a link
    (`/in/https://www.linkedin.com/in/x`) is the inner one. Path words that do not name a profile (`undefined`) are
    null.
    """

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        reading: dict = {"display_value": text}
        parts = _PARTS.split(narrow(text)) if len(text) <= _LONGEST else []
        url = next(filter(None, (_profile(part, section) for part in parts)), None)
        if url:
            reading["normal_value"] = url
        return [reading]

    return read


def _profile(address: str, section: str) -> str | None:
    address = address.strip("()[]<>\"'")
    host = host_of(address)
    if host != "linkedin.com" and not (host or "").endswith(".linkedin.com"):
        return None
    path = re.split(r"[?#]", address.lower(), maxsplit=1)[0].rpartition("linkedin.com")[2]
    steps = [step for step in path.split("/")[1:] if step]
    if steps and steps[0] in _MOBILE:
        steps = steps[1:]
    if len(steps) < 2 or steps[0] != section:
        return None
    slug = _slug(steps[1])
    if section == "in" and slug and (len(slug) < _SHORTEST_PERSON or _NOT_A_WORD.sub("", slug) in _NO_PERSON):
        return None
    return f"https://www.linkedin.com/{section}/{slug}" if slug else None


def _slug(step: str) -> str | None:
    name = unicodedata.normalize("NFC", unquote(step).lower()).strip()
    unreadable = len(name) > _LONGEST_SLUG or not name.isprintable() or "\ufffd" in name
    if unreadable or set(name) & set('/\\?#<>[]{}()$*=|" ') or not any(c.isalnum() for c in name):
        return None
    is_nothing = _NOT_A_WORD.sub("", name) in _NO_PAGE or _NOTHING.issuperset(filter(None, _NOT_A_WORD.split(name)))
    if is_nothing or _HOST_NAME.fullmatch(name):
        return None
    return quote(name, safe="-_.~").lower()
