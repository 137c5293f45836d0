"""`slotwatch diff`: what changed between two built days, read from the histories.

The difference is one dict, which `--json` prints as it is. Existing keys stay; new keys may be added:

    from, to        as_of of the two builds
    seats_filled    seats held on the later day by somebody who did not hold them on the earlier one: company_id,
                    company_name, slot_id, role, person_id, full_name, since, is_new_company, and replaces_id and
                    replaces, who held it on the earlier day (null: vacant, or not there yet)
    seats_vacated   seats that somebody held on the earlier day and does not on the later: the same, with person_id and
                    full_name of who left, and replaced_by_id and replaced_by, who holds it now (null: vacant)
    bands_up,       companies whose band differs: company_id, company_name, from_band, from_band_name (null: not there
    bands_down      yet), to_band, to_band_name, since. A new company is listed when its band is above the lowest
    proofs_issued   proofs current on the later day and issued after the earlier: proof_id, company_id, company_name,
                    band, pressure_class, proof_line, generated_at, valid_until
    proofs_ended    proofs current on the earlier day and not on the later: the same, and superseded_at
    new_companies   company_id, company_name, band
    merges          ids that became aliases between the days: entity_type, alias_id, survivor_id, recorded_at
    merged_since    companies of the later day that are aliases today: alias_id, survivor_id, recorded_at

A change that was undone in between is not listed; `slot_events` and `band_history` have every step. Names are today's
names. History is read through aliases, so a company that is an alias today is listed on neither day.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime
from typing import Any

from rich.console import Console

from slotwatch.commands.days import read_day
from slotwatch.commands.pages import heading, line, shown, table
from slotwatch.warehouse.reading import BUILT_DAYS, NotBuiltError, Row, Rows

MOST_PRINTED = 1_000
"""Rows of a section that are printed; printing takes longer than finding them."""
SEATS = """
    select
        later.company_id, companies.company_name, later.slot_id, later.role,
        earlier.slot_id is null as is_new_company, earlier.person_id as earlier_id, leavers.full_name as earlier_name,
        later.person_id as later_id, holders.full_name as later_name, later.valid_from as since
    from {marts}.slot_history as later
    inner join {marts}.companies as companies on later.company_id = companies.company_id
    left join {marts}.slot_history as earlier
        on
            later.slot_id = earlier.slot_id
            and earlier.valid_from <= ?
            and (earlier.valid_to is null or earlier.valid_to > ?)
    left join {marts}.people as leavers on earlier.person_id = leavers.person_id
    left join {marts}.people as holders on later.person_id = holders.person_id
    where
        later.valid_from <= ?
        and (later.valid_to is null or later.valid_to > ?)
        and coalesce(earlier.person_id, '') <> coalesce(later.person_id, '')
"""
BANDS = """
    select
        later.company_id, companies.company_name, earlier.band as from_band, earlier.band_name as from_band_name,
        later.band as to_band, later.band_name as to_band_name, later.valid_from as since
    from {marts}.band_history as later
    inner join {marts}.companies as companies on later.company_id = companies.company_id
    left join {marts}.band_history as earlier
        on
            later.company_id = earlier.company_id
            and earlier.valid_from <= ?
            and (earlier.valid_to is null or earlier.valid_to > ?)
    where
        later.valid_from <= ?
        and (later.valid_to is null or later.valid_to > ?)
        and (earlier.band is null or earlier.band <> later.band)
"""
PROOFS = """
    select
        proofs.proof_id, proofs.company_id, companies.company_name, proofs.band, proofs.pressure_class,
        proofs.proof_line, proofs.generated_at, proofs.valid_until, proofs.superseded_at
    from {marts}.proof_lines as proofs
    inner join {marts}.companies as companies on proofs.company_id = companies.company_id
    where
        proofs.generated_at <= ?
        and (proofs.superseded_at is null or proofs.superseded_at > ?)
        and (proofs.generated_at > ? or proofs.superseded_at <= ?)
"""
"""The proofs that were issued or ended between the two days."""
MERGES = """
    select
        entity_type, entity_id as alias_id, substr(description, length('alias of ') + 1) as survivor_id,
        created_at as recorded_at
    from {marts}.audit_log
    where event_type = 'id_aliased' and created_at > ? and created_at <= ?
"""
MERGED_SINCE = """
    select
        aliased.entity_id as alias_id, substr(aliased.description, length('alias of ') + 1) as survivor_id,
        aliased.created_at as recorded_at
    from {marts}.audit_log as aliased
    inner join {marts}.audit_log as minted
        on aliased.entity_id = minted.entity_id and minted.event_type = 'id_minted' and minted.created_at <= ?
    left join {marts}.companies as companies on aliased.entity_id = companies.company_id
    where
        aliased.event_type = 'id_aliased'
        and aliased.entity_type = 'company'
        and aliased.created_at > ?
        and companies.company_id is null
"""


class DiffError(ValueError):
    """Two days that cannot be compared; the message says which can."""


def built_day(text: str, builds: list[datetime]) -> datetime:
    """The build that a day means: the last one of that date, or the one with exactly that timestamp as `as_of`.

    Raises DayError when the day cannot be read, DiffError naming the nearest built days when there was no such build.
    """
    day = read_day(text)
    fitting = [build for build in builds if build.date() == day.date()] if _is_date(text) else [day]
    if fitting and fitting[-1] in builds:
        return fitting[-1]
    place = bisect_left(builds, day)
    near = builds[max(0, place - 1) : place + 1]
    names = "the nearest built days are" if len(near) > 1 else "the nearest built day is"
    asked = f"{day:%Y-%m-%d}" if _is_date(text) else f"{day:%Y-%m-%d %H:%M:%S}"
    raise DiffError(f"{asked} was never built to the end: {names} {' and '.join(map(shown, near))}.")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def day_diff(rows: Rows, earlier_day: str, later_day: str) -> dict[str, Any]:
    """What changed between two days; the docstring of this module has the keys.

    Raises DayError if a day cannot be read, DiffError if it was never built or the days are not in order.
    """
    builds = [row["as_of"] for row in rows(BUILT_DAYS)]
    if not builds:
        raise NotBuiltError("No day has been built to the end yet: run `make build`, or `dbt build` on your own data.")
    earlier, later = built_day(earlier_day, builds), built_day(later_day, builds)
    if later <= earlier:
        raise DiffError(f"The days must be in order: {shown(later)} does not come after {shown(earlier)}.")
    seats = _by_company(rows(SEATS, earlier, earlier, later, later))
    bands = _by_company(rows(BANDS, earlier, earlier, later, later))
    proofs = _by_company(rows(PROOFS, later, earlier, earlier, later))
    known = [row for row in bands if row["from_band"] is not None]
    fresh = [row for row in bands if row["from_band"] is None]
    return {
        "from": earlier,
        "to": later,
        "seats_filled": [_seat(row, "later", "earlier", "replaces") for row in seats if row["later_id"]],
        "seats_vacated": [_seat(row, "earlier", "later", "replaced_by") for row in seats if row["earlier_id"]],
        "bands_up": _by_band(
            [row for row in known if row["to_band"] > row["from_band"]] + [row for row in fresh if row["to_band"] > 0]
        ),
        "bands_down": _by_band([row for row in known if row["to_band"] < row["from_band"]]),
        "proofs_issued": [
            _without(row, "superseded_at")
            for row in proofs
            if row["generated_at"] > earlier and _is_current(row, later)
        ],
        "proofs_ended": [row for row in proofs if _is_current(row, earlier) and not _is_current(row, later)],
        "new_companies": [
            {
                "company_id": row["company_id"],
                "company_name": row["company_name"],
                "band": row["to_band"],
            }
            for row in fresh
        ],
        "merges": sorted(
            rows(MERGES, earlier, later), key=lambda row: (row["recorded_at"], row["entity_type"], row["alias_id"])
        ),
        "merged_since": sorted(rows(MERGED_SINCE, later, later), key=lambda row: (row["recorded_at"], row["alias_id"])),
    }


def _is_current(proof: Row, day: datetime) -> bool:
    return proof["generated_at"] <= day and (proof["superseded_at"] is None or proof["superseded_at"] > day)


def _seat(row: Row, whose: str, other: str, other_name: str) -> Row:
    return {
        **{name: row[name] for name in ("company_id", "company_name", "slot_id", "role")},
        "person_id": row[f"{whose}_id"],
        "full_name": row[f"{whose}_name"],
        "since": row["since"],
        "is_new_company": row["is_new_company"],
        f"{other_name}_id": row[f"{other}_id"],
        other_name: row[f"{other}_name"],
    }


def _without(row: Row, left_out: str) -> Row:
    return {name: value for name, value in row.items() if name != left_out}


def _by_company(rows: list[Row]) -> list[Row]:
    return sorted(
        rows, key=lambda row: (row["company_name"], row["company_id"], row.get("role") or row.get("proof_id") or "")
    )


def _by_band(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row["to_band"], row["company_name"], row["company_id"]))


def print_diff(console: Console, diff: dict[str, Any]) -> None:
    """The difference as a page of sections."""
    line(console, f"From {shown(diff['from'])} to {shown(diff['to'])} UTC", style="bold", indent=0)
    _section(
        console,
        "Seats filled",
        ("Company", "Role", "Person", "Since", "In place of"),
        [
            (row["company_name"], row["role"], _name(row, "full_name", "person_id"), row["since"], _before(row))
            for row in diff["seats_filled"]
        ],
    )
    _section(
        console,
        "Seats vacated",
        ("Company", "Role", "Person", "Since", "Now held by"),
        [
            (
                row["company_name"],
                row["role"],
                _name(row, "full_name", "person_id"),
                row["since"],
                _name(row, "replaced_by", "replaced_by_id") or "nobody",
            )
            for row in diff["seats_vacated"]
        ],
    )
    for title, key in (("Bands up", "bands_up"), ("Bands down", "bands_down")):
        _section(
            console,
            title,
            ("Company", "From", "To", "Since"),
            [
                (
                    row["company_name"],
                    "new" if row["from_band"] is None else f"{row['from_band']} {row['from_band_name']}",
                    f"{row['to_band']} {row['to_band_name']}",
                    row["since"],
                )
                for row in diff[key]
            ],
        )
    _section(
        console,
        "New proofs",
        ("Company", "Band", "Valid until", "Proof"),
        [(row["company_name"], row["band"], row["valid_until"], row["proof_line"]) for row in diff["proofs_issued"]],
    )
    _section(
        console,
        "Proofs ended",
        ("Company", "Band", "Ended", "Proof"),
        [(row["company_name"], row["band"], row["superseded_at"], row["proof_line"]) for row in diff["proofs_ended"]],
    )
    heading(console, f"New companies: {len(diff['new_companies'])}")
    _section(
        console,
        "Ids that became aliases",
        ("Kind", "Alias", "Of", "At"),
        [(row["entity_type"], row["alias_id"], row["survivor_id"], row["recorded_at"]) for row in diff["merges"]],
    )
    if diff["merged_since"]:
        _section(
            console,
            "Companies that became aliases later and are not listed",
            ("Alias", "Of", "At"),
            [(row["alias_id"], row["survivor_id"], row["recorded_at"]) for row in diff["merged_since"]],
        )


def _section(console: Console, title: str, headings: tuple[str, ...], rows: list[tuple]) -> None:
    heading(console, f"{title}: {len(rows)}")
    table(console, headings, rows[:MOST_PRINTED])
    if len(rows) > MOST_PRINTED:
        line(console, f"... and {len(rows) - MOST_PRINTED:,} more, which --json has")


def _name(row: Row, name: str, person_id: str) -> str | None:
    return row[name] or row[person_id]


def _before(row: Row) -> str:
    return _name(row, "replaces", "replaces_id") or ("new company" if row["is_new_company"] else "nobody")
