"""How companies grow row by row: the part of company identity that depends on the order in time.

Source: business rules, section 1, companies. Rows that became known at the same time form an instant, and joined
  companies stay joined. In each
instant rows first join companies by Barton id, EIN and domain, then companies join by LinkedIn page, then by name and
state. Verdicts of reviewers apply from the first row on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

ID, DOMAIN, PAGE, EIN = 1, 2, 4, 8  # kinds of keys, as bits
_MOST_FITTING = 4  # companies that have no kind of key in common
_MOST_LOOKED_AT = 200  # most companies with the same page that are examined for each company that joins by it


class GrowingRows(NamedTuple):
    """Rows with a key, oldest first; a number stands for each value, -1 for none.

    `row`: the row's position among all rows; `instant`: rows that became known together have one number; `block`: name
    and state; `phone`, `street`: name and state with the phone, or with street and postal code.
    """

    row: Sequence[int]
    instant: Sequence[int]
    handed_in_id: Sequence[int]
    domain: Sequence[int]
    page: Sequence[int]
    ein: Sequence[int]
    name: Sequence[int]
    block: Sequence[int]
    phone: Sequence[int]
    street: Sequence[int]


def grow_companies(
    rows: GrowingRows, same: Mapping[int, Iterable[int]], different: Mapping[int, Iterable[int]]
) -> dict[int, int]:
    """The oldest row of each row's company.

    Args:
        rows: the rows to place.
        same, different: for a row that a verdict names, the rows with which it is one company, or is not.
    """
    companies = _Companies(same, different)
    start = 0
    while start < len(rows.row):
        end = start + 1
        while end < len(rows.row) and rows.instant[end] == rows.instant[start]:
            end += 1
        for position in range(start, end):
            companies.place(*(column[position] for column in rows[:1] + rows[2:]))
        companies.join_by_page(rows.row[start:end])
        while companies.join_by_name(rows.row[start:end]):
            companies.join_by_page(rows.row[start:end])
        start = end
    return {row: companies.of(row) for row in rows.row}


class _Companies:
    """Companies by their oldest row. A company that gained a key or a name in an instant is examined again in that
    instant."""

    def __init__(self, same: Mapping[int, Iterable[int]], different: Mapping[int, Iterable[int]]) -> None:
        self._same = same
        self._different = {row: set(others) for row, others in different.items()}
        self._parent: dict[int, int] = {}
        self._kinds: dict[int, int] = {}  # company -> bits of the kinds of keys that it has
        self._eins: dict[int, int] = {}  # company -> its EIN
        self._names: dict[int, set[int]] = {}
        self._pages: dict[int, set[int]] = {}
        self._places: dict[int, set[tuple[str, int]]] = {}  # company -> name and state, alone and with phone or street
        self._judged: dict[int, set[int]] = {}  # company -> its rows that a verdict `different` names
        self._shared: dict[int, set[tuple[int, int]]] = {}  # company -> key values that another company has, too
        self._holder: dict[tuple[int, int], int] = {}  # key value -> the oldest company that has it
        self._index: defaultdict[tuple[str, int], defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._fresh: defaultdict[int, set[int]] = defaultdict(set)  # company -> pages to join by in this instant
        self._changed: set[int] = set()  # companies to join by name in this instant

    def of(self, row: int) -> int:
        parent = self._parent
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    def place(
        self,
        row: int,
        handed_in_id: int,
        domain: int,
        page: int,
        ein: int,
        name: int,
        block: int,
        phone: int,
        street: int,
    ) -> None:
        """Put a row into the company of its Barton id, EIN or domain, or into a new one.

        A row with an EIN goes to the company of the EIN, another to the oldest company with an EIN that it shares a key
        with. Companies without an EIN that share a key with it are joined to its company.
        """
        keys = [(kind, value) for kind, value in ((ID, handed_in_id), (EIN, ein), (DOMAIN, domain)) if value >= 0]
        held = [(kind, self.of(self._holder[kind, value])) for kind, value in keys if (kind, value) in self._holder]
        kinds = sum(kind for kind, _ in keys) + (PAGE if page >= 0 else 0)
        self._open(row, kinds, ein)
        company = row
        for kind, claimed in self._in_order_of_claim(row, held):
            other = self.of(claimed)
            if other != company and self._may_join(company, other, by_id=kind != DOMAIN):
                company = self._join(company, other) if company != row else self._take_in(row, other)
        for partner in self._same.get(row, ()):
            other = self.of(partner) if partner in self._parent else company
            if other != company and self._may_join(company, other):
                company = self._join(company, other)
        self._hold(company, keys)
        if name >= 0 and name not in self._names[company]:
            self._names[company].add(name)
            self._fresh[company] |= self._pages[company]
        if page >= 0 and page not in self._pages[company]:
            self._pages[company].add(page)
            self._fresh[company].add(page)
            self._enter(company, ("page", page))
        for place in (("name", block), ("phone", phone), ("street", street)):
            if place[1] >= 0 and place not in self._places[company]:
                self._places[company].add(place)
                self._changed.add(company)
                self._enter(company, place)

    def _open(self, row: int, kinds: int, ein: int) -> None:
        """Begin a company with a row."""
        self._parent[row] = row
        self._kinds[row] = kinds
        self._names[row], self._pages[row], self._places[row], self._shared[row] = set(), set(), set(), set()
        self._judged[row] = {row} if row in self._different else set()
        if ein >= 0:
            self._eins[row] = ein
        self._changed.add(row)

    def _take_in(self, row: int, company: int) -> int:
        """Put a new row into an older company."""
        self._parent[row] = company
        self._changed.discard(row)
        kinds = self._kinds.pop(row) | self._kinds[company]
        if kinds != self._kinds[company]:
            self._kinds[company] = kinds
            self._changed.add(company)
        if row in self._eins:
            self._eins[company] = self._eins.pop(row)
        self._judged[company] |= self._judged.pop(row)
        for values in (self._names, self._pages, self._places, self._shared):
            del values[row]
        return company

    def _in_order_of_claim(self, row: int, held: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The companies that share a key with a row; if a verdict separates some of them, the stronger key decides."""
        if len(held) < 2 or row in self._different or any(self._judged[other] for _, other in held):
            return held
        return sorted(held, key=lambda found: (found[0] != EIN, found[1] not in self._eins, found[1]))

    def join_by_page(self, rows: Iterable[int]) -> None:
        """Join companies that share a LinkedIn page, unless both their domains and their names differ.

        If several companies fit, a company joins one with which it shares a name, else the oldest. One without a domain
        chooses among those with one, not the other way round: it may not bring the name of one stranger to another.
        """
        for row in rows:
            company = self.of(row)
            while pages := self._fresh.pop(company, None):
                partner = self._best_partner(company, pages)
                if partner is None:
                    continue
                if self._kinds[company] & DOMAIN and not self._kinds[partner] & DOMAIN:
                    chosen = self._best_partner(partner, self._pages[partner])
                    if chosen is not None and chosen != company:
                        self._join(partner, chosen)
                        company = self.of(company)
                        self._fresh[company] |= pages
                        continue
                company = self._join(company, partner)

    def _best_partner(self, company: int, pages: Iterable[int]) -> int | None:
        found: set[int] = set()
        for page in pages:
            found |= self._page_partners(company, page)
        names = self._names[company]
        return min(found, key=lambda other: (names.isdisjoint(self._names[other]), other), default=None)

    def _page_partners(self, company: int, page: int) -> set[int]:
        found = set()
        for other in self._among(("page", page), company, EIN, _MOST_LOOKED_AT):
            have_domains = self._kinds[company] & self._kinds[other] & DOMAIN
            if not (have_domains and self._names[company].isdisjoint(self._names[other])):
                found.add(other)
        # if a verdict separates two companies, a value that both have identifies only the older one
        return {one for one in found if not any(other < one and self._are_separate(one, other) for other in found)}

    def join_by_name(self, rows: Iterable[int]) -> bool:
        """Join each changed company, oldest first, with the other companies of its name and state that fit.

        Two companies fit when they have no kind of key in common, or only domains and the phone or the street agrees.
        Several that fit are joined if they have no kind of key in common either, else none of them is.

        Returns whether any companies were joined.
        """
        has_joined = False
        waiting = {self.of(row) for row in rows}
        for company in sorted(waiting):
            waiting.discard(company)
            while company in self._changed:
                self._changed.discard(company)
                found: set[int] = set()
                for place in self._places[company]:
                    contradicting = ID | DOMAIN | PAGE | EIN if place[0] == "name" else ID | PAGE | EIN
                    found |= self._among(place, company, contradicting, _MOST_FITTING + 1, waiting)
                    if len(found) > _MOST_FITTING:
                        break
                kinds = [self._kinds[other] for other in found]
                if len(found) <= _MOST_FITTING and sum(kinds) == reduce(or_, kinds, 0):
                    for other in found:
                        company = self._join(company, other)
                        has_joined = True
        return has_joined

    def _among(
        self, key: tuple[str, int], company: int, contradicting: int, most: int, waiting: Iterable[int] = ()
    ) -> set[int]:
        """A limited number of other companies with a value, without those that have a contradicting kind of key.

        The index has a set of companies for each combination of kinds, so that all companies of a combination that
        cannot fit are skipped together. Outdated entries, of companies that were joined or gained a kind, are corrected
        when the search finds them.
        """
        found: set[int] = set()
        sets = self._index[key]
        own = self._kinds[company] & contradicting
        for kinds in list(sets):
            if kinds & own:
                continue
            stale = []
            for entry in sets[kinds]:
                other = self.of(entry)
                if other != entry or self._kinds[other] != kinds:
                    stale.append(entry)
                if (
                    other != company
                    and other not in found
                    and other not in waiting
                    and not self._kinds[other] & own
                    and not self._are_separate(company, other)
                ):
                    found.add(other)
                    if len(found) >= most:
                        break
            for entry in stale:
                sets[kinds].discard(entry)
                other = self.of(entry)
                sets[self._kinds[other]].add(other)
            if len(found) >= most:
                break
        return found

    def _enter(self, company: int, key: tuple[str, int]) -> None:
        self._index[key][self._kinds[company]].add(company)

    def _may_join(self, one: int, other: int, by_id: bool = False) -> bool:
        """Whether neither two EINs nor a verdict separate two companies; Barton id and EIN win over a verdict."""
        if one in self._eins and other in self._eins and self._eins[one] != self._eins[other]:
            return False
        return by_id or not self._are_separate(one, other)

    def _are_separate(self, one: int, other: int) -> bool:
        if not (self._judged[one] and self._judged[other]):
            return False
        return any(self._different[row] & self._judged[other] for row in self._judged[one])

    def _hold(self, company: int, keys: list[tuple[int, int]]) -> None:
        """Note that a company has these key values."""
        for value in keys:
            holder = self.of(self._holder.setdefault(value, company))
            if holder != company:
                self._shared[company].add(value)
                self._shared[holder].add(value)
                if company < holder:
                    self._holder[value] = company

    def _join(self, one: int, other: int) -> int:
        """Join two companies into one, identified by its oldest row."""
        older, younger = min(one, other), max(one, other)
        self._parent[younger] = older
        self._kinds[older] |= self._kinds.pop(younger)
        if younger in self._eins:
            self._eins[older] = self._eins.pop(younger)
        for value in self._shared[younger]:
            if self.of(self._holder[value]) > older:
                self._holder[value] = older
        for values in (self._names, self._pages, self._places, self._judged, self._shared):
            part, whole = sorted((values[older], values.pop(younger)), key=len)
            whole.update(part)
            values[older] = whole
        self._fresh.pop(younger, None)
        self._fresh[older] = set(self._pages[older])
        self._changed.discard(younger)
        self._changed.add(older)
        return older
