"""How far the floor's result is SlotWatch's: the share of slots and companies on which both say the same."""

from __future__ import annotations

from pathlib import Path

import duckdb

LEAST_AGREEMENT = 0.99

# Companies are told apart by website or EIN in the floor, by id in the build.
SHARES = """
    with
    pairs as (
        select build.company_id, floor.company
        from read_csv('{exported}/companies.csv', all_varchar = true) as build
        left join floor.companies as floor
            on coalesce(build.domain, replace(build.ein, '-', '')) = coalesce(floor.site, floor.ein)
    ),
    slots as (
        select avg(cast(coalesce(build.status = floor.status, false) as integer)) as share
        from read_csv('{exported}/slots.csv', all_varchar = true) as build
        inner join pairs on build.company_id = pairs.company_id
        left join floor.slots as floor on pairs.company = floor.company and build.role = floor.role
    ),
    filled as (
        select
            list({{role: role, floor: theirs, build: ours}} order by role) as counts
        from (select role, count(*) filter (where status = 'filled') as ours
              from read_csv('{exported}/slots.csv', all_varchar = true) group by role)
        inner join (select role, count(*) filter (where status = 'filled') as theirs from floor.slots group by role)
            using (role)
    ),
    bands as (
        select
            avg(cast(coalesce(build.band = floor.band, false) as integer)) as share,
            avg(cast(coalesce(build.total_magnitude = floor.total_magnitude, false) as integer)) as total_share
        from read_csv('{exported}/bands.csv') as build
        inner join pairs on build.company_id = pairs.company_id
        left join floor.company_bands as floor on pairs.company = floor.company
    )
    select slots.share, bands.share, bands.total_share, filled.counts from slots, bands, filled
"""


class DisagreementError(RuntimeError):
    """The floor does not compute what SlotWatch computes, in one sentence."""


def agreement(floor: Path, exported: Path) -> dict[str, float]:
    """Shares (0-1) of slots with the same status, of companies with the same band and with the same magnitude.

    Raises DisagreementError when a share of slots or bands is below ``LEAST_AGREEMENT``, or when the filled slots of a
    role differ by more than the rest.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{floor}' as floor (read_only)")
        slots, bands, magnitudes, filled = connection.execute(SHARES.format(exported=exported)).fetchone()
    least = min(slots, bands, *(1 - abs(1 - row["floor"] / row["build"]) for row in filled if row["build"]))
    shares = {"slots": slots, "bands": bands, "magnitudes": magnitudes}
    if least < LEAST_AGREEMENT:
        told = ", ".join(f"{what} {share:.2%}" for what, share in shares.items())
        raise DisagreementError(f"The floor script agrees with the build on less than {LEAST_AGREEMENT:.0%} ({told}).")
    return shares
