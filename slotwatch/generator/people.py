"""The tables about people: intake, slot assignments, movements, email checks, enrichment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from slotwatch.generator import words
from slotwatch.generator.companies import phones
from slotwatch.generator.draws import (
    DUPLICATE_SHARE,
    blanked,
    chosen,
    constant,
    in_turn,
    joined,
    numbered,
    pick,
    repeated,
    stream,
    times,
    with_unreadable,
)
from slotwatch.generator.world import BY_ASSIGNMENT, CHANGES_TITLE, DEPARTS, IS_VACATED, NO_ROLE, ROLES, STAYS, World

VERIFICATIONS = 60_431  # these four: documented number for 95,004 companies
VERIFICATION_SHARES = {"valid": 0.717, "risky": 0.153, "invalid": 0.130}
MOVEMENTS = 20_000
ENRICHMENTS = 10_000


def people_tables(world: World) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yields the name and rows of each table."""
    titles = _titles(world)
    yield "people_raw_intake", _people_table(world, titles)
    yield "slot_assignments", _assignments(world)
    yield "email_verification", _verifications(world)
    yield "talent_flow_movements", _movements(world, titles)
    yield "contact_enrichment", _enrichments(world)


def person_columns(world: World, people: np.ndarray) -> dict[str, pl.Series]:
    """A person reference: the columns by which a row names these people."""
    return {
        "full_name": joined("{first} {last}", first=world.first_name, last=world.last_name).gather(people),
        "email": world.email.gather(people),
        "linkedin_url": world.linkedin_url.gather(people),
        "company_website": world.domain.gather(world.company[people]),
    }


def _titles(world: World) -> pl.Series:
    """A title per person, which claims the person's seat or no seat."""
    rng = stream(world.seed, "titles")
    claiming = (world.role != NO_ROLE) & (world.how != BY_ASSIGNMENT)
    title = pick(rng, words.OTHER_TITLES, world.people)
    for position, role in enumerate(ROLES):
        title = blanked(title, ~(claiming & (world.role == position)), pick(rng, words.TITLES[role], world.people))
    return title


def _people_table(world: World, titles: pl.Series) -> pl.DataFrame:
    """`people_raw_intake`: one row per person, another for people who changed their title, and some people twice."""
    rng = stream(world.seed, "people_raw_intake")
    size = world.people
    middle = joined(" {letter}. ", letter=pick(rng, list("ABCDEFGHJKLMNPRSTW"), size))
    middle = blanked(middle, rng.random(size) < 0.2, constant(" ", size))
    degree = blanked(pick(rng, [", PhD", ", CPA", ", SHRM-CP", ", MBA"], size), rng.random(size) < 0.03)
    company_name = blanked(world.name.gather(world.company), rng.random(size) < 0.5)
    table = pl.DataFrame(
        {
            "intake_id": numbered("p-", size),
            "full_name": joined("{first}{middle}{last}", first=world.first_name, middle=middle, last=world.last_name)
            + degree.fill_null(""),
            "title": titles,
            "email": with_unreadable(
                rng, world.email, ["not provided", "see LinkedIn"], world.linkedin_url.is_not_null().to_numpy()
            ),
            "phone": with_unreadable(rng, phones(rng, size), ["via switchboard", "ext. 12"]),
            "linkedin_url": world.linkedin_url,
            "company_website": world.domain.gather(world.company),
            "company_name": company_name,
            "source": pick(rng, ["partner_list", "data_vendor", "web_form"], size),
            "uploaded_at": times(world.person_uploaded, np.zeros(size)),
            "last_profile_checked_at": blanked(
                times(world.person_uploaded, rng.integers(0, 5, size) * 3600), rng.random(size) < 0.5
            ),
        }
    )
    changed = np.flatnonzero(world.end == CHANGES_TITLE)
    retitled = table[changed].with_columns(
        intake_id=pl.concat_str("intake_id", pl.lit("-t")),
        title=pick(rng, words.TITLES_AFTER, len(changed)),
        uploaded_at=times(world.person_ended[changed], np.zeros(len(changed))),
    )
    return repeated(rng, pl.concat([table, _told_again(rng, table, world), retitled]), DUPLICATE_SHARE / 2)


def _told_again(rng: np.random.Generator, table: pl.DataFrame, world: World) -> pl.DataFrame:
    """Some people again, with the name in capitals or the last name first, recognisable by their LinkedIn page."""
    known = np.flatnonzero(world.linkedin_url.is_not_null().to_numpy())
    rows = rng.permutation(known)[: round(DUPLICATE_SHARE / 2 * table.height)]
    names = pl.DataFrame({"first": world.first_name.gather(rows), "last": world.last_name.gather(rows)})
    last_first = pl.concat_str("last", pl.lit(", "), "first")
    name = names.select(
        pl.when(pl.int_range(pl.len()) % 2 == 0)
        .then(last_first)
        .otherwise(pl.concat_str("first", pl.lit(" "), "last").str.to_uppercase())
        .alias("name")
    )["name"]
    return table[rows].with_columns(
        intake_id=pl.concat_str("intake_id", pl.lit("-b")),
        full_name=name,
        phone=pl.lit(None, dtype=pl.String),
        uploaded_at=pl.col("uploaded_at") + pl.duration(minutes=5),
    )


def _assignments(world: World) -> pl.DataFrame:
    """`slot_assignments`: seats that the account team reported, filled and vacated."""
    rng = stream(world.seed, "slot_assignments")
    filled = np.flatnonzero((world.how == BY_ASSIGNMENT) & (world.role != NO_ROLE))
    vacated = np.flatnonzero(world.end == IS_VACATED)
    people = np.concatenate([filled, vacated])
    moment = np.concatenate([world.person_uploaded[filled], world.person_ended[vacated]])
    status = pl.concat([constant("filled", len(filled)), constant("vacant", len(vacated))])
    table = pl.DataFrame(
        {
            "assignment_id": numbered("sa-", len(people)),
            **person_columns(world, people),
            "role": chosen(ROLES, world.role[people]),
            "status": status,
            # added after the repeated people, because a title without a claim would end a claim
            "effective_at": times(moment, np.full(len(people), 600)),
            "recorded_at": times(moment, np.full(len(people), 660)),
            "source": pick(rng, ["account_team", "crm"], len(people)),
        }
    )
    return repeated(rng, table)


def _verifications(world: World) -> pl.DataFrame:
    """`email_verification`: one check per address."""
    rng = stream(world.seed, "email_verification")
    addressed = np.flatnonzero(world.email.is_not_null().to_numpy())
    people = rng.permutation(addressed)[: world.scaled(VERIFICATIONS)]
    size = len(people)
    status = chosen(list(VERIFICATION_SHARES), in_turn(rng, list(VERIFICATION_SHARES.values()), size))
    table = pl.DataFrame(
        {
            "verification_id": numbered("ev-", size),
            "email": world.email.gather(people),
            "email_status": status,
            "confidence": with_unreadable(rng, pl.Series(rng.integers(20, 101, size)).cast(pl.String), ["high", "?"]),
            "provider": pick(rng, ["mailcheck", "pingbox", "verify_desk"], size),
            "verified_at": times(world.person_uploaded[people], rng.integers(600, 3 * 3600, size)),
        }
    )
    return repeated(rng, table)


def _movements(world: World, titles: pl.Series) -> pl.DataFrame:
    """`talent_flow_movements`: the departures that vacate a seat, and moves that change none."""
    rng = stream(world.seed, "talent_flow_movements")
    left = np.flatnonzero(world.end == DEPARTS)
    kinds = ["hire", "promotion", "transfer", "role_change"]
    size = max(world.scaled(MOVEMENTS) - len(left), 0)
    staying = np.flatnonzero(world.end == STAYS)
    moved = staying[rng.integers(0, len(staying), size)] if len(staying) else staying[:0]
    size = len(moved)
    kind = in_turn(rng, [0.6, 0.2, 0.1, 0.1], size)
    people = np.concatenate([left, moved])
    website = world.domain.gather(world.company[people])
    departed = np.arange(len(people)) < len(left)
    score = np.where(departed, rng.integers(70, 100, len(people)), rng.integers(40, 100, len(people)))
    moment = np.concatenate([world.person_ended[left], world.recently(rng, size, 365)])
    columns = person_columns(world, people)
    del columns["company_website"]
    table = pl.DataFrame(
        {
            "movement_id": numbered("mv-", len(people)),
            **columns,
            "movement_type": pl.concat([constant("departure", len(left)), chosen(kinds, kind)]),
            "old_company_website": blanked(website, departed),
            "new_company_website": blanked(website, ~departed),
            "old_title": blanked(titles.gather(people), departed),
            "new_title": blanked(titles.gather(people), ~departed),
            "confidence_score": with_unreadable(rng, pl.Series(score).cast(pl.String), ["n.a.", "strong"], ~departed),
            "detected_source": pick(rng, ["press_watch", "profile_watch"], len(people)),
            "detected_at": times(moment, np.zeros(len(people))),
        }
    )
    return repeated(rng, table)


def _enrichments(world: World) -> pl.DataFrame:
    rng = stream(world.seed, "contact_enrichment")
    size = world.scaled(ENRICHMENTS) if world.people else 0
    people = rng.integers(0, max(world.people, 1), size)
    completed = rng.random(size) < 0.9
    started = world.person_uploaded[people]
    done = times(started, rng.integers(7200, 9000, size)).dt.to_string("%Y-%m-%d %H:%M:%S")
    table = pl.DataFrame(
        {
            "enrichment_id": numbered("en-", size),
            **person_columns(world, people),
            "agent_name": pick(rng, ["profile_finder", "email_finder"], size),
            "enrichment_type": pick(rng, ["profile", "email", "phone"], size),
            "status": blanked(constant("completed", size), completed, pick(rng, ["failed", "running"], size)),
            "started_at": times(started, np.full(size, 7200)),
            "completed_at": with_unreadable(rng, blanked(done, completed), ["pending", "31/31/2026"]),
        }
    )
    return repeated(rng, table)
