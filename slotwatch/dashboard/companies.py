"""The companies of the dashboard: a list to search, who holds their seats, and the stories of `slotwatch explain`.

All are compressed texts that the browser unpacks when it needs them. Companies are sorted by band from the highest,
then those with an allowed message first, then by the latest change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from slotwatch.commands.explain import company_stories
from slotwatch.commands.pages import Line, Section, shown
from slotwatch.commands.story_page import story_sections
from slotwatch.dashboard.packing import by_column, fitting, packed
from slotwatch.warehouse.reading import Row, Rows

STORIES_AT_ONCE = 500
STORIES_PER_PACK = 25
"""Stories that the browser unpacks together when one of them is opened."""

COLUMNS = (
    *("company_id", "company_name", "domain", "ein", "state", "band", "seats", "message", "renewal", "opens"),
    "window",
)
WINDOWS = {
    "ready": "Open, ready for a campaign",
    "open": "Open, no green contact",
    "with_contact": "Opens later, green contact",
    "without_contact": "Opens later, no green contact",
}
"""The states of a campaign window; a company without a renewal month has none."""
OFFSETS = "select slot_offset from {seeds}.roles order by slot_offset"
HOLDERS = """
    select slots.company_id, roles.slot_offset, people.full_name
    from {marts}.slots as slots
    inner join {seeds}.roles as roles on slots.role = roles.role
    inner join {marts}.people as people on slots.person_id = people.person_id
    where slots.status = 'filled' and slots.company_id = any(?)
"""
COMPANIES = """
    select
        companies.company_id, companies.company_name, companies.domain, companies.ein, companies.state, bands.band,
        seats.filled_seats as seats, messages.denial_reason, renewals.next_renewal_on,
        renewals.campaign_window_start_on, renewals.is_window_open, renewals.is_campaign_ready,
        renewals.has_green_contact
    from {marts}.companies as companies
    inner join {marts}.company_bands as bands on companies.company_id = bands.company_id
    inner join {marts}.message_authorizations as messages on companies.company_id = messages.company_id
    inner join {marts}.company_renewals as renewals on companies.company_id = renewals.company_id
    inner join (
        select
            slots.company_id, max(slots.last_changed_at) as last_changed_at,
            sum(case when slots.status = 'filled' then cast(power(2, roles.slot_offset) as integer) else 0 end)
                as filled_seats
        from {marts}.slots as slots
        inner join {seeds}.roles as roles on slots.role = roles.role
        group by slots.company_id
    ) as seats on companies.company_id = seats.company_id
    order by
        bands.band desc, messages.is_authorized desc, greatest(seats.last_changed_at, bands.band_entered_at) desc,
        companies.company_id
    limit ?
"""
VERDICTS = "select denial_reason, count(*) as companies from {marts}.message_authorizations group by denial_reason"
LEAST_BYTES = 20
"""Fewer bytes than a company takes in the packed list, so that no more companies are read than can be listed."""


@dataclass(frozen=True, kw_only=True)
class CompanyList:
    """The first companies of the sorted list as a packed text: one line per column of COLUMNS, values separated by
    tabs.

    `seats` has a bit per role, 1 for the first; `message` is a position in ``decisions``. `domain` is shortened, see
    `short_domain`. `renewal` is a
    month, `opens` the day on which the campaign window opens, `window` a position in WINDOWS.
    """

    text: str
    total: int
    """All companies, also those that are not listed."""
    ids: list[str]
    """Those that are listed."""
    decisions: list[str]


def company_list(rows: Rows, room: int) -> CompanyList:
    """As many companies as fit into ``room`` bytes."""
    found = rows(COMPANIES, room // LEAST_BYTES)
    verdicts = rows(VERDICTS)
    codes = sorted(row["denial_reason"] for row in verdicts if row["denial_reason"])
    positions = {code: position for position, code in enumerate([None, *codes])}
    listed, text = fitting([_cells(row, positions) for row in found], room, by_column)
    return CompanyList(
        text=text,
        total=sum(row["companies"] for row in verdicts),
        ids=[row["company_id"] for row in found[:listed]],
        decisions=["AUTHORISED", *codes],
    )


def _window(row: Row) -> int | None:
    if row["next_renewal_on"] is None:
        return None
    later = "with_contact" if row["has_green_contact"] else "without_contact"
    state = "ready" if row["is_campaign_ready"] else "open" if row["is_window_open"] else later
    return list(WINDOWS).index(state)


def _cells(row: Row, positions: dict[str | None, int]) -> list[str]:
    renewal = row["next_renewal_on"]
    cells = (
        row["company_id"],
        row["company_name"],
        short_domain(row["company_name"], row["domain"]),
        *(row[name] for name in ("ein", "state", "band", "seats")),
        positions[row["denial_reason"]],
        f"{renewal:%Y-%m}" if renewal else None,
        row["campaign_window_start_on"],
        _window(row),
    )
    return [shown(cell) for cell in cells]  # columns whose values contain neither tabs nor line breaks


def short_domain(name: str, domain: str | None) -> str | None:
    """A domain without the letters that repeat the company's name: `9:.com` stands for acmetools.com of ACME Tools
    Inc.
    """
    if not domain:
        return domain
    letters = re.sub("[^A-Za-z0-9]", "", name).lower()
    pairs = zip(letters, domain, strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return f"{shared}:{domain[shared:]}"


def holder_names(rows: Rows, company_ids: Sequence[str], room: int) -> tuple[int, str]:
    """The people who hold the seats of the first companies, for as many as fit into ``room`` bytes, and their number.

    Each role has a line with the names in the order of the companies, separated by tabs; a vacant seat has an empty
    name.
    """
    held: dict[str, dict[int, str]] = {}
    offsets = [row["slot_offset"] for row in rows(OFFSETS)]
    for row in rows(HOLDERS, list(company_ids)):
        held.setdefault(row["company_id"], {})[row["slot_offset"]] = shown(row["full_name"])
    nobody: dict[int, str] = {}
    names = [[held.get(each, nobody).get(offset, "") for offset in offsets] for each in company_ids]
    return fitting(names, room, by_column)


def story_packs(rows: Rows, company_ids: Sequence[str], room: int) -> list[str]:
    """The stories of the first companies, STORIES_PER_PACK in a pack, as many as fit into ``room`` bytes.

    A story is a line of JSON, the sections that `slotwatch explain` prints.
    """
    packs: list[str] = []
    for lines in _story_lines(rows, company_ids):
        pack = packed("\n".join(lines))
        room -= len(pack) + len('"",')
        if room < 0:
            break
        packs.append(pack)
    return packs


def _story_lines(rows: Rows, company_ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(company_ids), STORIES_AT_ONCE):
        stories = company_stories(rows, company_ids[start : start + STORIES_AT_ONCE])
        lines = [story_json(story_sections(story)) for story in stories.values()]
        for first in range(0, len(lines), STORIES_PER_PACK):
            yield lines[first : first + STORIES_PER_PACK]


def story_json(sections: Sequence[Section]) -> str:
    """Sections as one line of JSON: `[[title, [block, ...]], ...]`.

    A block is `{"text", "style", "aligned"}` or `{"head", "rows", "right"}`, the last being columns of numbers.
    """
    plain = [[section.title, [_block(block) for block in section.blocks]] for section in sections]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _block(block: Any) -> dict[str, Any]:
    if isinstance(block, Line):
        kept = {"text": shown(block.text), "style": block.style, "aligned": block.is_aligned}
        return {name: value for name, value in kept.items() if value}
    return {
        "head": list(block.headings) if any(block.headings) else [],
        "rows": [[shown(cell) for cell in row] for row in block.rows],
        "right": [position for position, name in enumerate(block.headings) if name in block.numbers],
    }
