"""Finds the company or the person that a user means, by id, domain, email, EIN or name.

Companies are found in the way that references in raw rows are read.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import pyarrow
from rapidfuzz import fuzz, process

from slotwatch.commands.pages import shown
from slotwatch.normal_forms.codes import read_ein
from slotwatch.normal_forms.companies import company_key
from slotwatch.normal_forms.text import clean
from slotwatch.normal_forms.websites import website_reader
from slotwatch.warehouse.reading import Row, Rows

WORD_LISTS = ("legal_suffixes", "shared_hosts", "personal_email_domains")
MOST_CANDIDATES = 10
MOST_GUESSES = 3
LEAST_LIKENESS = 75  # least similarity, in percent, of the names that are suggested for a misspelt one

COMPANIES = "select company_id, company_name, domain, state from {marts}.companies"
ALIASES = """
    select company_id, alias_id
    from (
        select
            entity_id as alias_id, substr(description, length('alias of ') + 1) as company_id,
            row_number() over (partition by entity_id order by created_at desc) as recency
        from {marts}.audit_log
        where event_type = 'id_aliased' and entity_type = 'company'
    ) as aliases
    where recency = 1
"""
BY_ID = f"{COMPANIES} where company_id = ?"
BY_ALIAS = f"{COMPANIES} where company_id in (select company_id from ({ALIASES}) as present where alias_id = ?)"
BY_INTAKE = f"{COMPANIES} where company_id in (select company_id from {{marts}}.company_intake_status where %s = ?)"
"""Also finds what only an older row of the company has."""
BY_PART = f"{COMPANIES} where position(cast(? as text) in name_key) > 0"
NAMES = """
    select company_id, company_name, name_key from {marts}.companies
    where left(name_key, 2) = left(cast(? as text), 2) or right(name_key, 4) = right(cast(? as text), 4)
"""
"""The names that a misspelt one may mean: few are misspelt both in the beginning and at the end."""
IS_ANY_COMPANY = "select company_id from {marts}.companies limit 1"
PEOPLE = """
    select people.person_id, people.company_id, people.full_name, people.title, companies.company_name
    from {marts}.people as people
    inner join {marts}.companies as companies on people.company_id = companies.company_id
"""
PERSON_BY_ID = f"""
    {PEOPLE}
    where
        people.person_id = ?
        or people.person_id in (
            select company_id from ({ALIASES.replace("'company'", "'person'")}) as present_aliases where alias_id = ?
        )
"""
WORD = "position(cast(? as text) in lower(people.full_name)) > 0"
PEOPLE_BY_WORDS = f"{PEOPLE} where bit_length(people.full_name) > 8 * length(people.full_name) or (%s)"
"""People whose names have all words, and those whose names have letters beyond ASCII, which are compared in Python."""
PERSON_BY_EMAIL = f"{PEOPLE} where people.email = ?"


class Match(NamedTuple):
    """The company that was found, or the person with the person's company, and the kind of search that found it.

    A company is found by `company_id`, `alias_id`, `domain`, `ein`, `name` or `part_of_name`, a person by `person_id`,
    `person_alias_id`, `person_email`, `person_name` or `part_of_person_name`.
    """

    company_id: str
    found_by: str
    person_id: str | None = None


class SearchError(LookupError):
    """Why nothing was found, in one sentence, followed by a line for each candidate if there are several."""


def find(rows: Rows, text: str) -> Match:
    """The one company or person that ``text`` means.

    These are tried in order, and the first match wins: an id, the email address of a person, a domain, an EIN, the name
    of a company, the name of a person, a part of a company's name, a part of a person's name. Raises SearchError when
    there is none, or more than one.
    """
    text = clean(text)
    if text and (found := rows(BY_ID, text)):
        return Match(_only(found, text, "company_id"), "company_id")
    if text and (found := rows(BY_ALIAS, text)):
        return Match(_only(found, text, "alias_id"), "alias_id")
    if text and (people := rows(PERSON_BY_ID, text, text)):
        return _person(people, text, "person_id" if people[0]["person_id"] == text else "person_alias_id")
    if "@" in text and (people := rows(PERSON_BY_EMAIL, text.lower())):
        return _person(people, text, "person_email")
    words = {name: pyarrow.Table.from_pylist(rows(f"select * from {{seeds}}.{name}")) for name in WORD_LISTS}
    name_key = company_key(words)(text)
    [website] = website_reader(words)(text)
    [ein] = read_ein(text)
    keys = {
        "domain": None if website.get("is_shared_host") else website.get("normal_value"),
        "ein": ein.get("normal_value"),
        "name": name_key,
    }
    for found_by, key in keys.items():
        if key and (found := rows(BY_INTAKE % {"name": "name_key"}.get(found_by, found_by), key)):
            return Match(_only(found, text, found_by), found_by)
    found = rows(BY_PART, name_key) if name_key else []
    words = name_words(text)
    people = people_named(rows, words)
    if named := [row for row in people if sorted(name_words(row["full_name"])) == sorted(words)]:
        return _person(named, text, "person_name")
    if found:
        return Match(_only(found, text, "part_of_name"), "part_of_name")
    if people:
        return _person(people, text, "part_of_person_name")
    raise SearchError(_unknown(text, name_key, website, rows))


def people_named(rows: Rows, words: list[str]) -> list[Row]:
    """The people in whose names each word begins a word, whatever the accents; none without words."""
    if not words:
        return []
    likely = rows(PEOPLE_BY_WORDS % " and ".join([WORD] * len(words)), *words)
    return [row for row in likely if has_words(row["full_name"], words)]


def name_words(text: str) -> list[str]:
    """The words of a name in lower case, without accents and points: `José P. Lorne` is jose, p, lorne."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return re.findall(r"\w+", bare.casefold())


def has_words(name: str, words: list[str]) -> bool:
    """Whether each word begins a word of the name."""
    own = name_words(name)
    return all(any(each.startswith(word) for each in own) for word in words)


def _person(found: list[Row], text: str, found_by: str) -> Match:
    """The only person found. Raises SearchError with the candidates if there are several."""
    if len(found) == 1:
        return Match(found[0]["company_id"], found_by, found[0]["person_id"])
    what = "address" if found_by == "person_email" else "name"
    candidates = sorted(found, key=lambda row: (row["full_name"], row["company_name"], row["person_id"]))
    lines = [
        "  ".join([row["person_id"], *(shown(row[name] or "-") for name in ("full_name", "title", "company_name"))])
        for row in candidates
    ]
    raise SearchError(_ambiguous(f"'{text}' is ambiguous, {len(found):,} people have this {what}", lines))


def _ambiguous(sentence: str, candidates: list[str]) -> str:
    """The sentence, and a line for each of the first candidates."""
    more = len(candidates) - MOST_CANDIDATES
    lines = candidates[:MOST_CANDIDATES] + ([f"... and {more:,} more"] if more > 0 else [])
    return "\n".join([f"{sentence}: give the id of one.", *(f"  {line}" for line in lines)])


def _only(found: list[Row], text: str, found_by: str) -> str:
    """The id of the only company found. Raises SearchError with the candidates if there are several."""
    if len(found) == 1:
        return found[0]["company_id"]
    having = "have this in their name" if found_by == "part_of_name" else f"share this {found_by.replace('_', ' ')}"
    candidates = sorted(found, key=lambda row: (row["company_name"], row["company_id"]))
    lines = [
        "  ".join([row["company_id"], shown(row["domain"] or "-"), row["state"] or "--", shown(row["company_name"])])
        for row in candidates
    ]
    raise SearchError(_ambiguous(f"'{text}' is ambiguous, {len(found):,} companies {having}", lines))


def _unknown(text: str, name_key: str, website: Row, rows: Rows) -> str:
    if website.get("is_shared_host"):
        host = website["normal_value"]
        return f"{host} is a shared host and does not identify a company: give the company's id, EIN or name."
    names = {row["company_id"]: row for row in rows(NAMES, name_key, name_key)}
    if not names and not rows(IS_ANY_COMPANY):
        return "There are no companies in this database yet: the last build accepted no company row."
    keys = {company_id: row["name_key"] for company_id, row in names.items()}
    near = process.extract(name_key, keys, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=MOST_GUESSES)
    guesses = " or ".join(f"{shown(names[key]['company_name'])} ({key})" for *_, key in near)
    hint = f"did you mean {guesses}?" if guesses else "give a Barton id, a domain, an EIN, or a name or part of one."
    return f"No company or person is known by '{text}': {hint}"
