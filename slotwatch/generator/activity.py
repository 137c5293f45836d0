"""The tables about activity: news, engagement, messages and their results."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from slotwatch.generator.draws import (
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
from slotwatch.generator.people import person_columns
from slotwatch.generator.world import World

# documented number for 95,004 companies
ARTICLES = 30_000
SIGNALS = 300_000
MESSAGES = 50_000
CAMPAIGNS = 24
CAMPAIGN_CONTACTS = 10_000
BOOKINGS = 500
HANDOFFS = 200
SUPPRESSIONS = 1_000

ARTICLE_SHARES = {
    "FUNDING_EVENT": 0.12,
    "ACQUISITION": 0.1,
    "LEADERSHIP_CHANGE": 0.14,
    "EXPANSION": 0.18,
    "LAYOFF": 0.08,
    "PRODUCT_LAUNCH": 0.2,
    "PARTNERSHIP": 0.12,
    "NEGATIVE_NEWS": 0.06,
}
SIGNAL_SHARES = {
    "email_open": 0.4,
    "site_visit": 0.2,
    "email_click": 0.12,
    "linkedin_view": 0.08,
    "website": 0.05,
    "linkedin": 0.04,
    "content_download": 0.03,
    "linkedin_click": 0.02,
    "form_fill": 0.015,
    "hiring": 0.015,
    "job_postings": 0.01,
    "reply": 0.01,
    "phone_answered": 0.004,
    "meeting_booked": 0.003,
    "funding_raised": 0.003,
}
SUPPRESSION_REASONS = ["unsubscribed", "hard_bounce", "complained", "never_contact", "customer_requested", "cooldown"]


def activity_tables(world: World) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yields the name and rows of each table."""
    yield "blog_articles", _articles(world)
    yield "bit_signal", _signals(world)
    yield "campaign", _campaigns(world)
    yield "campaign_contact", _campaign_contacts(world)
    yield "message_log", _messages(world)
    yield "booking_event", _bookings(world)
    yield "ac_handoff", _handoffs(world)
    yield "suppression", _suppressions(world)


def _company_columns(world: World, companies: np.ndarray) -> dict[str, pl.Series]:
    """A company reference, by website or by EIN, and always by name."""
    site = blanked(world.domain.gather(companies), np.arange(len(companies)) % 10 != 0)
    return {
        "company_website": site,
        "ein": blanked(world.ein.gather(companies), site.is_null().to_numpy()),
        "company_name": world.name.gather(companies),
        "state": world.state.gather(companies),
    }


def _somebody(rng: np.random.Generator, world: World, documented: int) -> np.ndarray:
    """Positions of people, with repetition."""
    size = world.scaled(documented) if world.people else 0
    return rng.integers(0, max(world.people, 1), size)


def _articles(world: World) -> pl.DataFrame:
    rng = stream(world.seed, "blog_articles")
    companies = rng.integers(0, world.companies, world.scaled(ARTICLES))
    size = len(companies)
    confidence = pl.Series(rng.integers(50, 101, size) / 100).cast(pl.String)
    table = pl.DataFrame(
        {
            "article_id": numbered("art-", size),
            **_company_columns(world, companies),
            "event_type": chosen(list(ARTICLE_SHARES), in_turn(rng, list(ARTICLE_SHARES.values()), size)),
            "title": joined("{name} in the news", name=world.name.gather(companies)),
            "url": joined("https://news.example/{n}", n=pl.Series(np.arange(size))),
            "confidence": with_unreadable(rng, confidence, ["likely", "n/a"]),
            "published_at": times(world.recently(rng, size, 120), np.zeros(size)),
        }
    )
    return repeated(rng, table)


def _signals(world: World) -> pl.DataFrame:
    """`bit_signal`: engagement of people, each at the person's company."""
    rng = stream(world.seed, "bit_signal")
    people = _somebody(rng, world, SIGNALS)
    size = len(people)
    detected = times(world.recently(rng, size, 120), np.zeros(size)).dt.to_string("%Y-%m-%d %H:%M:%S")
    kind = chosen(list(SIGNAL_SHARES), in_turn(rng, list(SIGNAL_SHARES.values()), size))
    table = pl.DataFrame(
        {
            "signal_id": numbered("sig-", size),
            **person_columns(world, people),
            "signal_type": kind,
            "signal_strength": with_unreadable(
                rng, pl.Series(rng.integers(1, 11, size)).cast(pl.String), ["high", "11"]
            ),
            "payload": blanked(
                pick(rng, ['{"page": "benefits"}', '{"page": "pricing"}', '{"post": 7}'], size), rng.random(size) < 0.5
            ),
            "detected_at": blanked(detected, rng.random(size) >= 0.002, pick(rng, ["yesterday", "31/31/2025"], size)),
        }
    )
    return repeated(rng, table)


def _campaigns(world: World) -> pl.DataFrame:
    size = max(world.scaled(CAMPAIGNS), 1)
    return pl.DataFrame(
        {
            "campaign_id": numbered("cmp-", size),
            "name": joined("Renewals, wave {n}", n=pl.Series(np.arange(1, size + 1))),
            "created_at": times(np.full(size, world.start), -86_400 * np.arange(200, 200 + size)),
        }
    )


def _campaign_ids(rng: np.random.Generator, world: World, size: int) -> pl.Series:
    return joined("cmp-{n}", n=pl.Series(rng.integers(0, max(world.scaled(CAMPAIGNS), 1), size)))


def _campaign_contacts(world: World) -> pl.DataFrame:
    rng = stream(world.seed, "campaign_contact")
    people = _somebody(rng, world, CAMPAIGN_CONTACTS)
    table = pl.DataFrame(
        {
            "campaign_contact_id": numbered("cc-", len(people)),
            "campaign_id": _campaign_ids(rng, world, len(people)),
            **person_columns(world, people),
            "created_at": times(world.recently(rng, len(people), 200), np.zeros(len(people))),
        }
    )
    return repeated(rng, table)


def _messages(world: World) -> pl.DataFrame:
    rng = stream(world.seed, "message_log")
    people = _somebody(rng, world, MESSAGES)
    size = len(people)
    outbound = rng.random(size) < 0.92
    table = pl.DataFrame(
        {
            "message_log_id": numbered("msg-", size),
            "campaign_id": blanked(_campaign_ids(rng, world, size), outbound),
            **person_columns(world, people),
            "direction": blanked(constant("outbound", size), outbound, constant("inbound", size)),
            "channel": chosen(["email", "linkedin", "phone"], in_turn(rng, [0.85, 0.1, 0.05], size)),
            "message_kind": blanked(chosen(["persona", "educational"], in_turn(rng, [0.8, 0.2], size)), outbound),
            "subject": pick(rng, ["Your renewal calendar", "A question on your plan", "Re: your note"], size),
            "sent_at": times(world.recently(rng, size, 200), np.zeros(size)),
        }
    )
    return repeated(rng, table)


def _bookings(world: World) -> pl.DataFrame:
    rng = stream(world.seed, "booking_event")
    people = _somebody(rng, world, BOOKINGS)
    size = len(people)
    created = world.recently(rng, size, 200)
    event = times(created, rng.integers(1, 15, size) * 86_400).dt.to_string("%Y-%m-%d %H:%M:%S")
    table = pl.DataFrame(
        {
            "booking_event_id": numbered("bk-", size),
            **person_columns(world, people),
            "event_time": with_unreadable(rng, event, ["next Tuesday"]),
            "source": pick(rng, ["calendar_link", "phone"], size),
            "created_at": times(created, np.zeros(size)),
        }
    )
    return repeated(rng, table)


def _handoffs(world: World) -> pl.DataFrame:
    rng = stream(world.seed, "ac_handoff")
    people = _somebody(rng, world, HANDOFFS)
    return pl.DataFrame(
        {
            "handoff_id": numbered("ho-", len(people)),
            **person_columns(world, people),
            "notes": pick(rng, ["Asked for a comparison", "Wants a call in spring"], len(people)),
            "created_at": times(world.recently(rng, len(people), 100), np.zeros(len(people))),
        }
    )


def _suppressions(world: World) -> pl.DataFrame:
    """`suppression`: half of them stop a company, half an address."""
    rng = stream(world.seed, "suppression")
    people = _somebody(rng, world, SUPPRESSIONS)
    size = len(people)
    created = world.recently(rng, size, 300)
    of_company = np.arange(size) % 2 == 0
    expires = times(created, np.full(size, 90 * 86_400)).dt.to_string("%Y-%m-%d")
    table = pl.DataFrame(
        {
            "suppression_id": numbered("sup-", size),
            "company_website": blanked(world.domain.gather(world.company[people]), of_company),
            "email": blanked(world.email.gather(people), ~of_company),
            "reason": pick(rng, SUPPRESSION_REASONS, size),
            "expires_at": blanked(expires, rng.random(size) < 0.3),
            "created_at": times(created, np.zeros(size)),
        }
    )
    return repeated(rng, table)
