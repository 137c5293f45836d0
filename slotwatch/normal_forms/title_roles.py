"""Which seat a job title claims: CEO, CFO or HR at a rank, or none.

A title is read in five steps: its words and separators (`title_words`), its parts, the words that
exclude parts, the offices that each part claims, the units that limit an office. A unit may turn
out to be the company's own name, so a reading is decided by `role_at`.
Source of the rules: the business rules on slots, "Title to role".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from slotwatch.normal_forms.text import LONGEST_NAME, clean, join_initials
from slotwatch.normal_forms.title_words import (
    AT,
    CONNECTIVES,
    SEPARATORS,
    Rank,
    TitleWords,
    Token,
    fold_chiefs,
    is_date,
    is_degree,
    respell,
    split_title,
    write_title,
)

_HARD = frozenset("/|;")
_TAIL = frozenset(",-()")  # a part after these and no other separator may limit the offices before it


class RoleAt(NamedTuple):
    """The claim of a title at a company."""

    role: str | None
    rank: int | None  # 1 is best
    is_executive: bool  # a role at rank 1 or 2
    is_other_vp: bool  # starts with vp and maps to no role


class Tail(NamedTuple):
    """Name keys of words that may limit an office or be the company's name."""

    key: str
    with_before: str  # adjacent tails up to this one: `smith and sons ohio`


class Claim(NamedTuple):
    """An office in a title and what limits it."""

    rank: Rank
    is_acronym: bool  # ceo, cfo, chro: they win over all other claims
    in_unit: bool  # limited by a word that is never a name (`Division CFO`)
    is_void_when_limited: bool
    tails: tuple[Tail, ...]


class TitleReading(NamedTuple):
    """The reading of a title, before the company is known.

    `role`, `rank`, `is_executive` and `is_other_vp` apply if no tail is a name of the company; `at_own_name` has the
    values for the case that every tail is. Without tails both are equal.
    """

    is_title: bool
    key: str | None  # lower case, separators kept, `vice president` as vp; None if it is not a title
    role: str | None
    rank: int | None
    is_executive: bool
    is_other_vp: bool
    at_own_name: RoleAt
    tails: tuple[str, ...]  # name keys of the tails that limit an office
    claims: tuple[Claim, ...]
    starts_with_vp: bool


_NOTHING = RoleAt(None, None, False, False)
_NO_TITLE = TitleReading(False, None, *_NOTHING, _NOTHING, (), (), False)


@dataclass(slots=True)
class _Office:
    """A claim while its title is read: words [start, end) of its part."""

    start: int
    end: int
    rank: Rank
    is_acronym: bool
    in_unit: bool
    is_void: bool = False  # not the holder
    is_void_when_limited: bool = False
    has_tail: bool = True  # whether a unit may follow it
    is_placed: bool = False  # whether the title names the company (`CEO at Acme`)
    tails: list[Tail] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    """A part of a title: the words between two separators."""

    before: str  # the separators in front
    words: list[str]
    plain: list[str]  # same length as words
    is_gone: bool = False  # claims nothing
    is_past: bool = False  # claims nothing and limits nothing
    is_listed: bool = False  # a function among others (`HR, Safety & Training Director`): limits nothing
    serves: bool = False  # an aide and the person served
    own_until: int = 0  # position from which words name another person's office (`to the CEO`)
    name_from: int | None = None  # position from which words exclude the part, unless they are the company's name
    offices: list[_Office] = field(default_factory=list)

    @property
    def is_hard(self) -> bool:
        return not _HARD.isdisjoint(self.before)

    @property
    def is_tail(self) -> bool:
        return bool(self.before) and _TAIL.issuperset(self.before)

    @property
    def is_stop(self) -> bool:
        """Does an exclusion end before this word?"""
        return self.is_hard or not {"-", "(", ")"}.isdisjoint(self.before)

    def take(self, other: "_Part", in_front: bool) -> None:
        """Join the part with the part after it, which may be its end or its beginning (`Analyst, HR` as `HR
        analyst`).
        """
        first, second = (other, self) if in_front else (self, other)
        self.words = first.words + second.words
        self.plain = first.plain + second.plain


def read_titles(titles: Sequence[str], words: TitleWords) -> list[TitleReading]:
    """One reading per title, in the order given.

    Args:
        titles: raw job titles; distinct, for speed.
        words: the word lists, compiled by `title_words`.
    """
    return [_read(title, words) for title in titles]


def role_at(reading: TitleReading, company_name_keys: Collection[str]) -> RoleAt:
    """The claim of a title at a company with these names.

    Args:
        reading: one of `read_titles`.
        company_name_keys: normal forms of the company's names (`company_key`).

    A tail is such a name if it begins the name or the name begins it, word by word.
    """
    if not reading.tails:
        return reading.at_own_name
    tails = {tail for claim in reading.claims for tail in claim.tails}
    own = {tail for tail in tails if any(_is_name(tail, name) for name in company_name_keys)}
    return _decide(reading.claims, own, reading.starts_with_vp)


TITLE_ROLES = pa.schema(
    [
        ("title_key", pa.string()),
        ("company_id", pa.string()),
        ("role", pa.string()),
        ("rank", pa.int32()),
        ("is_other_vp", pa.bool_()),
    ]
)


def title_roles(title_keys: Sequence[str], held: pa.Table, names: pa.Table, words: TitleWords) -> pa.Table:
    """The claims of titles, as a table (schema `TITLE_ROLES`).

    Args:
        title_keys: distinct keys of titles.
        held: columns `title_key` and `company_id`, distinct pairs: which titles are held at which companies.
        names: columns `company_id` and `name_key`: every name that a company has had.
        words: the word lists, compiled by `title_words`.

    Returns:
        One row per title with a null `company_id`, and one per title and company at which the title claims something
        else because a part of it is the name of the company (`CEO, Acme Turbines` at Acme Turbines).
    """
    readings = dict(zip(title_keys, read_titles(title_keys, words), strict=True))
    rows = [(key, None, reading.role, reading.rank, reading.is_other_vp) for key, reading in readings.items()]
    pairs = [
        pair
        for pair in zip(held["title_key"].to_pylist(), held["company_id"].to_pylist(), strict=True)
        if pair[0] in readings and readings[pair[0]].tails
    ]
    wanted = {company for _, company in pairs}
    names_of: dict[str, set[str]] = {}
    for company, name in zip(names["company_id"].to_pylist(), names["name_key"].to_pylist(), strict=True):
        if company in wanted:
            names_of.setdefault(company, set()).add(name)
    for key, company in pairs:
        reading = readings[key]
        found = role_at(reading, names_of.get(company, set()))
        if found.role != reading.role or found.rank != reading.rank:
            rows.append((key, company, found.role, found.rank, found.is_other_vp))
    columns = zip(*rows, strict=True) if rows else [()] * len(TITLE_ROLES)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, TITLE_ROLES, strict=True)], TITLE_ROLES
    )


def _is_name(tail: Tail, name: str) -> bool:
    return bool(name) and (_begins(tail.key, name) or _begins(name, tail.key) or _begins(tail.with_before, name))


def _begins(start: str, text: str) -> bool:
    return bool(start) and f"{text} ".startswith(f"{start} ")


def _decide(claims: Sequence[Claim], own: Collection[Tail], starts_with_vp: bool) -> RoleAt:
    """The claim that counts when the tails in `own` are the company's name."""
    best: tuple[tuple[int, ...], str, int] | None = None
    for claim in claims:
        rank, is_acronym = claim.rank.rank, claim.is_acronym
        if claim.in_unit or not all(tail in own for tail in claim.tails):
            if claim.rank.limited_rank is None or claim.is_void_when_limited:
                continue
            rank, is_acronym = claim.rank.limited_rank, False
        order = (0, claim.rank.precedence, rank) if is_acronym else (1, rank, claim.rank.precedence)
        if best is None or order < best[0]:
            best = (order, claim.rank.role, rank)
    if best is None:
        return RoleAt(None, None, False, starts_with_vp)
    return RoleAt(best[1], best[2], best[2] <= 2, False)


def _read(title: str, words: TitleWords) -> TitleReading:
    text = clean(title)
    if not text or len(text) > LONGEST_NAME:
        return _NO_TITLE
    # titles with the same key have the same reading, because the steps below use only the key
    tokens = [Token(word, word) for word, _ in respell(split_title(text), words.key_spellings)]
    key = write_title(tokens)
    if not any(map(str.isalpha, key)) or _is_placeholder(tokens, words):
        return _NO_TITLE
    for phrases in words.spellings:
        tokens = respell(tokens, phrases)
    tokens = fold_chiefs(tokens, words)
    for phrases in (*words.late_spellings, words.joined):
        tokens = respell(tokens, phrases)
    parts = _parts(tokens, words)
    starts_with_vp = bool(parts) and parts[0].words[0] == "vp"
    _join_levels(parts, words)
    _exclude(parts, words)
    _claim(parts, words)
    _limit(parts, words)
    claims = tuple(
        Claim(office.rank, office.is_acronym, office.in_unit, office.is_void_when_limited, tuple(office.tails))
        for part in parts
        for office in part.offices
        if not office.is_void
    )
    tails = {tail for claim in claims for tail in claim.tails}
    at_own_name = _decide(claims, tails, starts_with_vp)
    at_other = _decide(claims, (), starts_with_vp) if tails else at_own_name
    tail_keys = tuple(sorted({tail.key for tail in tails}))
    return TitleReading(True, key, *at_other, at_own_name, tail_keys, claims, starts_with_vp)


def _is_placeholder(tokens: list[Token], words: TitleWords) -> bool:
    """Is the whole title, or each of its parts, a placeholder?"""
    if len(tokens) > words.longest_placeholder:
        return False
    texts = [word for word, _ in tokens if word not in SEPARATORS]
    if join_initials(" ".join(texts)) in words.placeholders:
        return True
    pieces = "".join("\n" if word in SEPARATORS else f"{word} " for word, _ in tokens).split("\n")
    return all(piece.strip() in words.placeholders for piece in pieces if piece)


# Parts


def _parts(tokens: list[Token], words: TitleWords) -> list[_Part]:
    """The parts of a title that have words, without parts that are only a legal form (`, Inc.`)."""
    parts: list[_Part] = []
    current = _Part("", [], [])
    for word, plain in tokens:
        if word not in SEPARATORS:
            current.words.append(word)
            current.plain.append(plain)
        elif current.words:
            parts.append(current)
            current = _Part(word, [], [])
        else:
            current.before += word
    if current.words:
        parts.append(current)
    return [part for part in parts if part is parts[0] or _plain(part, 0, len(part.plain)) not in words.legal_forms]


def _join_levels(parts: list[_Part], words: TitleWords) -> None:
    """Read the part after a bare level as its function, and the part after a bare aide as the person served."""
    number = 0
    while number + 1 < len(parts):
        part, following = parts[number], parts[number + 1]
        if _takes(part, following, words):
            part.serves = part.serves or words.reaches.get(part.words[-1]) == "aide"
            part.take(following, in_front=not part.serves and part.words[-1] in words.professions)
            del parts[number + 1]
        else:
            number += 1


def _takes(part: _Part, following: _Part, words: TitleWords) -> bool:
    if ";" in following.before:
        return False
    last = part.words[-1]
    is_bare = all(word in words.fillers or words.reaches.get(word) == "aide" for word in part.words[:-1])
    if part.serves:
        return following.before == "&" and _is_served(following, words)
    if words.reaches.get(last) == "aide":
        is_degree_here = part.is_tail and last in words.degrees
        return is_bare and following.is_tail and not is_degree_here and _is_served(following, words)
    is_level = last in words.levels and is_bare
    is_office = following.is_tail and (last, "") in words.ranks and last.split()[-1] in words.levels
    if (is_level or is_office) and _is_function(following, last.split()[-1], words):
        return True
    if not following.is_tail or any(words.reaches.get(word) == "onward" for word in following.words):
        return False
    if is_level:
        is_place = any(word in words.regions or word in words.limiting for word in following.words)
        return not is_place and _is_unit(following.words, words, after_separator=True)
    if last in words.professions and is_bare:
        return _bare_function(following.words, words) is not None
    return False


def _is_served(part: _Part, words: TitleWords) -> bool:
    """Does the part name the person or office that an aide serves (`Executive Assistant, CEO`)?"""
    first = next((word for word in part.words if word not in words.fillers), "")
    rank = words.ranks.get((first, ""))
    is_chief = first in words.offices or (rank is not None and rank.rank <= 2)
    return is_chief or _bare_function(part.words, words) is not None


def _is_function(part: _Part, level: str, words: TitleWords) -> bool:
    """Does the part begin with a function of the level and have no level or office of its own?"""
    first = next((word for word in part.words if word not in words.fillers), None)
    return (level, first) in words.ranks and not _has_office(part.words, words)


def _has_office(of_part: Sequence[str], words: TitleWords) -> bool:
    return any(
        word in words.levels or word in words.jobs or word in words.offices or (word, "") in words.ranks
        for word in of_part
    )


def _bare_function(of_part: Sequence[str], words: TitleWords) -> str | None:
    """The function that is all of the part (`hr`, `corporate finance`)."""
    if of_part[-1] in words.functions and all(word in words.fillers for word in of_part[:-1]):
        return of_part[-1]
    return None


# Not the holder


def _exclude(parts: list[_Part], words: TitleWords) -> None:
    """Mark words that belong to another person's office or to another time."""
    is_away = False  # what follows an exclusion is excluded too
    for number, part in enumerate(parts):
        part.own_until = len(part.words)
        if is_away and part.is_stop:
            is_away = False
        if is_away:
            part.is_gone = part.is_past = True
            continue
        for position, word in enumerate(part.words):
            reach = words.reaches.get(word)
            if reach in ("onward", "part", "aide") and not part.serves and part.name_from is None:
                part.name_from = _name_from(part.words[:position], words)
            if reach == "after" and (position or word != "to" or part.before):
                part.own_until = min(part.own_until, position)
                is_away = True
            elif part.name_from is not None:
                continue
            elif reach in ("part", "aide"):
                part.is_gone = True
            elif reach == "onward":
                part.is_gone = True
                part.is_past = part.is_past or word not in words.professions
                is_away = True
        if is_away and part.is_gone and _is_only_exclusion(part, words):
            is_other_job = not part.is_past and not part.is_tail  # `Founder & Coach`
            if number and not is_other_job:
                _leave(parts, _place_before(parts, number, words), part.is_past)
            elif not number and len(parts) > 1 and not parts[1].is_hard:
                parts[1].is_gone = parts[1].is_past = True  # `(Retired) CEO`


def _name_from(in_front: list[str], words: TitleWords) -> int | None:
    """The position after the `of`, `for` or `at` of an office, where a name that an excluding word belongs to may
    begin.
    """
    for position, word in enumerate(in_front):
        if position and word in CONNECTIVES and _offices(in_front[:position], words):
            return position + 1
    return None


def _place_before(parts: list[_Part], number: int, words: TitleWords) -> int:
    """The part before that holds an office or job (`HR Director, SPHR (Retired)`), else the one just before."""
    for position in range(number - 1, -1, -1):
        if _has_job(parts[position].words, words) or _bare_function(parts[position].words, words):
            return position
        if not parts[position].is_tail:
            break
    return number - 1


def _leave(parts: list[_Part], position: int, is_past: bool) -> None:
    """Mark the part in front of an exclusion. A person who retired has left all jobs that `and` joins (`President &
    CEO (Retired)`).
    """
    parts[position].is_gone = True
    while is_past and position and parts[position].before == "&":
        position -= 1
        parts[position].is_gone = True


def _is_only_exclusion(part: _Part, words: TitleWords) -> bool:
    """Is the part made only of a word that excludes, perhaps with a date (`retired 2019`)?"""
    others = [word for word in part.words if words.reaches.get(word) != "onward"]
    return all(word in words.no_units or word in CONNECTIVES or is_date([word]) for word in others)


# Offices


def _claim(parts: list[_Part], words: TitleWords) -> None:
    """Find the offices of each part, including those whose level or function stands in another part."""
    level: list[str] | None = None  # a level whose function claims nothing, with the words before it
    for number, part in enumerate(parts):
        if not {"|", ";"}.isdisjoint(part.before):
            level = None
        if part.is_past:
            level = None
            continue
        offices = _offices(part.words, words)
        if level and not offices and _is_function(part, level[-1], words):
            offices = _with_level(part, level, words)
        elif level and len(offices) == 1 and _bare_function(part.words, words):
            offices = _with_level(part, level, words)
        elif not part.is_gone and (function := _bare_function(part.words, words)):
            offices = _with_next_level(parts, number, function, words) or offices
        if offices:
            level = None
        elif _has_job(part.words, words):
            level = _open_level(part.words, words)
        part.offices = [] if part.is_gone else offices
        for office in part.offices:
            office.has_tail = not _is_in_name_of_group(office, part, words)
            is_deputy = "deputy" in map(words.reaches.get, part.words[: office.start]) and office.rank.role == "CEO"
            office.is_void = (
                office.end > (part.name_from or part.own_until)
                or not office.has_tail
                or is_deputy
                or _is_other_controller(office, part, words)
            )
            office.is_void_when_limited = part.name_from is not None


def _offices(of_part: list[str], words: TitleWords) -> list[_Office]:
    """Offices by their words alone: `ceo`, `vp global hr`, `hr director`."""
    offices = []
    for position, word in enumerate(of_part):
        office_rank = words.ranks.get((word, ""))
        pairs = _pairs(of_part, position, words)
        if office_rank and not any(start == position for start, _, _ in pairs):
            is_acronym = office_rank.rank == 1
            in_unit = _is_limited_before(of_part, position, word, words)
            offices.append(_Office(position, position + 1, office_rank, is_acronym, in_unit))
        for start, end, rank in pairs:
            in_unit = _is_limited_before(of_part, start, word, words) or any(
                words.limits(inner, word) for inner in of_part[start + 1 : end - 1]
            )
            offices.append(_Office(start, end, rank, False, in_unit))
    if not offices:
        end = next((n for n, word in enumerate(of_part) if n and word in CONNECTIVES), len(of_part))
        function = _bare_function(of_part[:end], words)
        if function and ("", function) in words.ranks:
            in_unit = any(words.limits(word, function) for word in of_part[: end - 1])
            offices.append(_Office(end - 1, end, words.ranks["", function], False, in_unit))
    return offices


def _pairs(of_part: list[str], position: int, words: TitleWords) -> list[tuple[int, int, Rank]]:
    """Spans that combine the level at a position with a function after or before it."""
    level = of_part[position].split()[-1]
    if level not in words.levels:
        return []
    pairs = []
    for step in (1, -1):
        other = position + step
        while 0 <= other < len(of_part) and (
            of_part[other] in words.fillers or (step == 1 and of_part[other] in ("of", "for", "in"))
        ):
            other += step
        if 0 <= other < len(of_part) and (rank := words.ranks.get((level, of_part[other]))):
            pairs.append((min(position, other), max(position, other) + 1, rank))
    return pairs if level == of_part[position] else [pair for pair in pairs if pair[0] == position]


def _is_limited_before(of_part: list[str], start: int, office: str, words: TitleWords) -> bool:
    """Does a word in front limit the office to a unit (`Regional HR Director`)?"""
    for word in reversed(of_part[:start]):
        if words.limits(word, office):
            return True
        if word not in words.fillers:
            return False
    return False


def _has_job(of_part: Sequence[str], words: TitleWords) -> bool:
    return _has_office(of_part, words) or any(word in words.professions for word in of_part)


def _ends_as_job(of_part: Sequence[str], words: TitleWords) -> bool:
    return _has_office(of_part, words) or _has_job(of_part[-1:], words)


def _open_level(of_part: list[str], words: TitleWords) -> list[str] | None:
    """The words up to a level whose function stands behind it: `vp` of `vp administration`, a bare `vp`."""
    for position, word in enumerate(of_part):
        if word in words.levels:
            behind = of_part[position + 1 :]
            if _ends_as_job(behind, words) or not (behind or all(word in words.fillers for word in of_part[:position])):
                return None
            return of_part[: position + 1]
    return None


def _with_level(part: _Part, level: list[str], words: TitleWords) -> list[_Office]:
    """Offices of a part that has its level from a part before it (`VP, Administration & HR`)."""
    part.is_gone = part.is_gone or any(words.reaches.get(word) == "aide" for word in level)
    part.words = [*level, *part.words]
    part.plain = [""] * len(level) + part.plain
    part.own_until += len(level)
    part.name_from = None
    return _offices(part.words, words)


def _with_next_level(parts: list[_Part], number: int, function: str, words: TitleWords) -> list[_Office]:
    """Offices of a bare function that has its level from a part behind it (`HR and Payroll Manager`)."""
    part = parts[number]
    listed: list[_Part] = []
    for following in parts[number + 1 :]:
        if not {"|", ";", "(", ")"}.isdisjoint(following.before) and len(following.words) > 1:
            return []
        found = next((n for n, word in enumerate(following.words) if _has_job([word], words)), None)
        if found is None:
            listed.append(following)
            continue
        word = following.words[found]
        is_end = found + 1 == len(following.words) or following.words[found + 1] in AT | {"for", "in"}
        if words.reaches.get(word) == "aide" and found and " " not in word:
            part.is_gone = True  # `HR and Payroll Assistant`
        if (word, function) not in words.ranks or not is_end:
            return []
        part.words = [*part.words, word]
        part.plain = [*part.plain, ""]
        part.own_until = len(part.words)
        for between in listed:
            between.is_listed = True
        return _offices(part.words, words)
    return []


def _is_other_controller(office: _Office, part: _Part, words: TitleWords) -> bool:
    """Is the controller one of things instead of money (`robot cell controller`)?"""
    if part.words[office.end - 1] != "controller":
        return False
    return "controller" in map(words.reaches.get, part.words[: office.start])


def _is_in_name_of_group(office: _Office, part: _Part, words: TitleWords) -> bool:
    """Do the words name a room or a group of people: `CEO office`, `President's club`, `CHRO advisory council`?"""
    behind = [words.reaches.get(word) for word in part.words[office.end : office.end + 3]]
    if not behind or part.words[office.end] in CONNECTIVES:
        return False
    return behind[0] == "before" or "circle" in behind


# Units


def _limit(parts: list[_Part], words: TitleWords) -> None:
    """Find the tails that limit offices since the last `/`, `|` or `;`."""
    offices: list[_Office] = []
    name = ""  # the adjacent units before this part, as one text
    for part in parts:
        if part.is_hard:
            offices, name = [], ""
        if part.is_past:
            name = ""
            continue
        if part.is_listed:
            continue
        is_unit = part.is_tail and not part.offices and part.own_until == len(part.words)
        if is_unit and offices and _is_unit(part.words, words, after_separator=True):
            own = _plain(part, 1 if part.words[0] in CONNECTIVES else 0, len(part.words))
            name = f"{name} {own}".strip()
            _add_tail(offices, part.words, own, name, words)
        elif "&" in part.before and name and not _has_job(part.words, words):
            name = f"{name} and {_plain(part, 0, len(part.words))}"
        else:
            name = _limit_inside(part, offices, words)


def _limit_inside(part: _Part, offices: list[_Office], words: TitleWords) -> str:
    """Add the offices of a part and find the tails within it; the last one, if it ends the part."""
    spans = {(office.start, office.end): office.has_tail for office in part.offices}
    spans |= {(n, n + 1): True for n, word in enumerate(part.words) if word in words.offices}
    name = ""
    for start, end in [(-1, 0), *sorted(span for span in spans if span[1] <= part.own_until)]:
        offices += [office for office in part.offices if (office.start, office.end) == (start, end)]
        until = min([part.own_until, *(other for other, _ in spans if other >= end)])
        has_tail = spans.get((start, end), True)
        tail = _tail_between(part.words, end, until, words, is_first=start < 0) if has_tail else None
        if tail is None and part.name_from and end < part.name_from <= until:
            tail = part.name_from
        if tail is not None:
            name = _plain(part, tail, until)
            is_place = tail > 0 and part.words[tail - 1] in AT
            _add_tail(
                [office for office in offices if not (is_place and office.is_placed)],
                part.words[tail:until],
                name,
                name,
                words,
            )
            for office in offices:
                office.is_placed |= is_place
            name = name if until == len(part.words) else ""
    return name


def _tail_between(of_part: list[str], start: int, end: int, words: TitleWords, is_first: bool) -> int | None:
    """The start of the tail between an office and the next one; None if there is no tail."""
    if start >= end:
        return None
    if not is_first:
        tail = start + (of_part[start] in CONNECTIVES)
        is_prefix = end < len(of_part) and all(word in words.fillers for word in of_part[tail:end])
        if is_prefix or tail >= end:
            return None
        if _is_unit(of_part[tail:end], words):
            return tail
    for position in range(start + is_first, end - 1):
        if of_part[position] in AT:
            return position + 1 if _is_unit(of_part[position + 1 : end], words) else None
    return None


def _is_unit(tail: Sequence[str], words: TitleWords, after_separator: bool = False) -> bool:
    """Is a tail a division, segment, region, function or product, rather than another job, a degree or a date?

    After a separator, a tail that ends like a job is also a job (`President, Sales Manager`).
    """
    tail = list(tail[1:] if after_separator and tail[0] in CONNECTIVES else tail)
    if not tail or tail[0] in words.no_units or is_date(tail) or is_degree(tail, words.degrees):
        return False
    first = next((n for n, word in enumerate(tail) if word not in words.fillers), None)
    if first is None:
        return not all(word in words.modifiers for word in tail)
    if _has_office([tail[first]], words):
        return False
    behind = tail[first + 1] if first + 1 < len(tail) else None
    if tail[first] in words.professions and (behind is None or behind in CONNECTIVES or _has_job([behind], words)):
        return False
    if after_separator:
        end = next((n for n, word in enumerate(tail) if n and word in CONNECTIVES), len(tail))
        return not _has_job([tail[end - 1]], words)
    return True


def _add_tail(offices: list[_Office], tail: Sequence[str], text: str, with_before: str, words: TitleWords) -> None:
    """Limit offices by a tail; a seat's own function limits no office of that seat (`CFO, Finance`)."""
    keys = Tail(words.name_key(text), words.name_key(with_before))
    own_role = words.functions.get(tail[0]) if len(tail) == 1 else None
    for office in offices:
        if office.rank.role != own_role:
            office.tails.append(keys)


def _plain(part: _Part, start: int, end: int) -> str:
    return " ".join(filter(None, part.plain[start:end]))
