"""The facts of a made-up world: companies, who holds which seat on the last day, and the changes up to that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from slotwatch.generator import words
from slotwatch.generator.draws import blanked, chosen, exactly, joined, pick, stream

# The system in use: companies, and the seats of each role that are filled there.
DOCUMENTED_COMPANIES = 95_004
DOCUMENTED_FILLED = {"CEO": 62_289, "CFO": 57_327, "HR": 58_141}
ROLES = tuple(DOCUMENTED_FILLED)
PEOPLE_BESIDE_SEATS = 8_500  # people without a seat, for the documented number of companies

JANUARY_SHARE = 0.866
FILING_SHARE = 0.782
CHANGED_SHARE = 0.01  # share of the slots that change on each later day
ARRIVING_SHARE = 0.0005  # share of the companies that arrive on each later day

NO_ROLE = len(ROLES)
BY_TITLE, BY_ASSIGNMENT = 0, 1  # how a person came to a seat
STAYS, DEPARTS, IS_VACATED, CHANGES_TITLE = 0, 1, 2, 3  # how a person lost it


@dataclass(frozen=True)
class World:
    """Arrays of length companies, or people; days are numbered from 1, and 0 is before the first build."""

    seed: int
    days: int
    first_day: date
    # companies
    name: pl.Series
    state: pl.Series
    domain: pl.Series
    ein: pl.Series  # null for some
    renewal_month: np.ndarray  # 1-12
    has_filings: np.ndarray
    has_people: np.ndarray
    company_day: np.ndarray
    company_uploaded: np.ndarray  # datetime64[s]
    # people
    company: np.ndarray  # position of the company
    role: np.ndarray  # position in ROLES, or NO_ROLE
    how: np.ndarray  # BY_TITLE or BY_ASSIGNMENT
    person_day: np.ndarray
    end: np.ndarray  # STAYS, DEPARTS, IS_VACATED, CHANGES_TITLE
    end_day: np.ndarray
    first_name: pl.Series
    last_name: pl.Series
    email: pl.Series  # null for some
    linkedin_url: pl.Series  # null for some
    person_uploaded: np.ndarray
    person_ended: np.ndarray  # meaningful where end is not STAYS

    @property
    def companies(self) -> int:
        return len(self.company_day)

    @property
    def people(self) -> int:
        return len(self.company)

    @property
    def start(self) -> np.datetime64:
        """The first instant of the first day."""
        return np.datetime64(self.first_day, "s")

    @property
    def last_moment(self) -> np.datetime64:
        """The moment of the last build."""
        return np.datetime64(self.build_days()[-1].replace(" ", "T"), "s")

    def build_days(self) -> list[str]:
        """The moments to build: each day at 06:00 UTC."""
        mornings = np.datetime64(self.first_day) + np.arange(self.days)
        return [f"{day} 06:00:00" for day in mornings]

    def recently(self, rng: np.random.Generator, size: int, days: int) -> np.ndarray:
        """Moments in the `days` before the first build and up to the last."""
        start = self.start - np.timedelta64(days, "D")
        span = int((self.last_moment - start) / np.timedelta64(1, "s"))
        return start + rng.integers(0, span, size).astype("timedelta64[s]")

    def scaled(self, documented: int) -> int:
        """A number that is documented for 95,004 companies, scaled to this world."""
        return round(documented * self.companies / DOCUMENTED_COMPANIES)


def draw_world(companies: int, days: int, seed: int, first_day: date) -> World:
    """Draw a world; `companies` up to MAX_COMPANIES, `days` up to MAX_DAYS."""
    company_day = _arrival_days(companies, days, seed)
    filled, change_day = _seats(companies, days, seed, company_day)
    people = _people(companies, seed, company_day, filled, change_day)
    has_people = np.zeros(companies, dtype=bool)
    has_people[people["company"]] = True

    rng = stream(seed, "companies")
    name, label = _company_names(rng, companies)
    domain = _domains(rng, label)
    has_filings, has_ein = _filers(rng, companies)
    month = np.where(exactly(rng, companies, round(JANUARY_SHARE * companies)), 1, rng.integers(2, 13, companies))
    uploaded = _moments(rng, first_day, company_day, 0)
    first_name, last_name = _person_names(stream(seed, "person names"), people["company"])
    return World(
        seed=seed,
        days=days,
        first_day=first_day,
        name=name,
        state=pick(rng, words.STATES, companies),
        domain=domain,
        ein=blanked(_eins(rng, companies), has_ein),
        renewal_month=month,
        has_filings=has_filings,
        has_people=has_people,
        company_day=company_day,
        company_uploaded=uploaded,
        first_name=first_name,
        last_name=last_name,
        email=_emails(stream(seed, "emails"), first_name, last_name, domain.gather(people["company"]), people["how"]),
        linkedin_url=_linkedin_urls(stream(seed, "linkedin"), first_name, last_name),
        person_uploaded=_person_moments(stream(seed, "person moments"), first_day, people, uploaded),
        person_ended=_moments(stream(seed, "person ends"), first_day, people["end_day"], 0, hours=2),
        **people,
    )


def _arrival_days(companies: int, days: int, seed: int) -> np.ndarray:
    """The day on which each company first appears: 0 for most, a later day for a few."""
    arriving = round(ARRIVING_SHARE * companies)
    order = stream(seed, "arrivals").permutation(companies)
    day = np.zeros(companies, dtype=np.int64)
    late = order[: arriving * (days - 1)]
    day[late] = np.repeat(np.arange(2, days + 1), arriving)
    return day


def _seats(companies: int, days: int, seed: int, company_day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which seats (companies x roles) are filled on the last day, and the day of each seat's last change (0: none)."""
    filled = np.column_stack(
        [
            exactly(stream(seed, f"filled {role}"), companies, round(count * companies / DOCUMENTED_COMPANIES))
            for role, count in DOCUMENTED_FILLED.items()
        ]
    )
    change_day = np.zeros(companies * len(ROLES), dtype=np.int64)
    old = np.flatnonzero(np.repeat(company_day == 0, len(ROLES)))
    changing = round(CHANGED_SHARE * len(change_day))
    order = stream(seed, "changes").permutation(old)[: changing * (days - 1)]
    change_day[order] = np.repeat(np.arange(2, days + 1), changing)[: len(order)]
    return filled, change_day.reshape(companies, len(ROLES))


def _people(
    companies: int, seed: int, company_day: np.ndarray, filled: np.ndarray, change_day: np.ndarray
) -> dict[str, np.ndarray]:
    """All people: those who hold a seat on the last day, those who held one before, and some who never did."""
    rng = stream(seed, "people")
    replaced = filled & (change_day > 0) & (rng.random(filled.shape) < 0.5)
    vacated = ~filled & (change_day > 0)

    company, role = np.nonzero(filled)
    day = np.maximum(company_day[company], change_day[company, role])
    # some seats were reported by the account team, for people whose title does not show the seat
    holders = {"company": company, "role": role, "person_day": day}
    holders["how"] = np.where(rng.random(len(company)) < 0.02, BY_ASSIGNMENT, BY_TITLE)
    holders["end"] = np.full(len(company), STAYS)
    holders["end_day"] = np.zeros(len(company), dtype=np.int64)

    company, role = np.nonzero(replaced | vacated)
    former = {"company": company, "role": role, "person_day": np.zeros(len(company), dtype=np.int64)}
    former["how"] = np.full(len(company), BY_TITLE)
    former["end"] = rng.integers(DEPARTS, CHANGES_TITLE + 1, len(company))
    former["end_day"] = change_day[company, role]

    size = round(PEOPLE_BESIDE_SEATS * companies / DOCUMENTED_COMPANIES)
    company = rng.integers(0, companies, size)
    others = {"company": company, "role": np.full(size, NO_ROLE), "person_day": company_day[company]}
    others["how"] = np.full(size, BY_TITLE)
    others["end"] = np.full(size, STAYS)
    others["end_day"] = np.zeros(size, dtype=np.int64)
    return {column: np.concatenate([holders[column], former[column], others[column]]) for column in holders}


def _company_names(rng: np.random.Generator, size: int) -> tuple[pl.Series, pl.Series]:
    """Names such as `Cedar Hughes Plastics, Inc.`, and the host label made of each."""
    place = blanked(pick(rng, words.COMPANY_FIRST_WORDS, size), rng.random(size) < 0.8)
    family = blanked(pick(rng, words.LAST_NAMES, size), rng.random(size) < 0.6)
    neither = (place.is_null() & family.is_null()).to_numpy()
    family = blanked(family, ~neither, pick(rng, words.LAST_NAMES, size))
    trade = chosen([trade for trade, _ in words.TRADES], trade_of(rng, size))
    parts = pl.DataFrame({"place": place, "family": family, "trade": trade, "form": pick(rng, words.LEGAL_FORMS, size)})
    core = parts.select(pl.concat_str("place", "family", "trade", separator=" ", ignore_nulls=True).alias("core"))[
        "core"
    ]
    label = core.str.to_lowercase().str.replace_all("[^a-z]", "")
    return pl.DataFrame({"core": core, "form": parts["form"]}).select(pl.concat_str("core", "form"))["core"], label


def trade_of(rng: np.random.Generator, size: int) -> np.ndarray:
    """Positions in the list of trades."""
    return rng.integers(0, len(words.TRADES), size)


def _domains(rng: np.random.Generator, label: pl.Series) -> pl.Series:
    """A registrable domain per company, all different."""
    frame = pl.DataFrame({"label": label, "tld": pick(rng, words.TOP_LEVEL_DOMAINS, len(label))}).with_columns(
        pl.int_range(pl.len()).over("label").alias("nth")
    )
    numbered = pl.when(pl.col("nth") > 0).then(pl.concat_str("label", "nth")).otherwise("label")
    return frame.select(pl.concat_str(numbered, pl.lit("."), "tld").alias("domain"))["domain"]


def _filers(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Who files Form 5500 (an exact share), and who has an EIN in intake: all who file, and some others."""
    has_filings = exactly(rng, size, round(FILING_SHARE * size))
    return has_filings, has_filings | (rng.random(size) < 0.5)


def _eins(rng: np.random.Generator, size: int) -> pl.Series:
    """Nine digits each, all different."""
    step = 880_000_000 // size
    return pl.Series(100_000_007 + rng.permutation(size) * step).cast(pl.String)


def _person_names(rng: np.random.Generator, company: np.ndarray) -> tuple[pl.Series, pl.Series]:
    """Names by their frequency. At one company no two people share a last name, so that names identify them."""
    shares = np.cumsum(words.LAST_NAME_SHARES)[:-1]
    last = np.searchsorted(shares, rng.random(len(company)), side="right")
    while True:
        key = company * len(words.LAST_NAMES) + last
        order = np.argsort(key, kind="stable")
        again = order[1:][key[order][1:] == key[order][:-1]]
        if not len(again):
            break
        last[again] = np.searchsorted(shares, rng.random(len(again)), side="right")
    first = pick(rng, words.FIRST_NAMES, len(company), words.FIRST_NAME_SHARES)
    return first, chosen(words.LAST_NAMES, last)


def _emails(
    rng: np.random.Generator, first: pl.Series, last: pl.Series, domain: pl.Series, how: np.ndarray
) -> pl.Series:
    """Email addresses in the format of the company; one in seven people has none."""
    parts = {"first": first.str.to_lowercase(), "last": last.str.to_lowercase(), "domain": domain}
    long = joined("{first}.{last}@{domain}", **parts)
    short = joined("{first}{last}@{domain}", **{**parts, "first": parts["first"].str.slice(0, 1)})
    email = blanked(long, (domain.str.len_chars() % 2 == 0).to_numpy(), short)
    return blanked(email, (rng.random(len(email)) < 6 / 7) | (how == BY_ASSIGNMENT))


def _linkedin_urls(rng: np.random.Generator, first: pl.Series, last: pl.Series) -> pl.Series:
    number = pl.Series(rng.permutation(len(first)) + 1000)
    url = joined(
        "https://www.linkedin.com/in/{first}-{last}-{number}",
        first=first.str.to_lowercase(),
        last=last.str.to_lowercase(),
        number=number,
    )
    return blanked(url, rng.random(len(url)) < 0.6)


def _moments(rng: np.random.Generator, first_day: date, day: np.ndarray, from_hour: int, hours: int = 5) -> np.ndarray:
    """A moment in the night before each day's build; for day 0, one of 52 weekly batches before the first build."""
    start = np.datetime64(first_day, "s")
    offset = np.where(day > 0, day - 1, -7 * rng.integers(1, 53, len(day))) * 86_400
    return start + (offset + from_hour * 3600 + rng.integers(0, hours * 3600, len(day))).astype("timedelta64[s]")


def _person_moments(
    rng: np.random.Generator, first_day: date, people: dict[str, np.ndarray], company_uploaded: np.ndarray
) -> np.ndarray:
    """People of day 0 arrive with their company. A successor arrives after the predecessor has left."""
    with_company = company_uploaded[people["company"]] + rng.integers(0, 3600, len(people["company"])).astype(
        "timedelta64[s]"
    )
    return np.where(people["person_day"] > 0, _moments(rng, first_day, people["person_day"], 2, hours=3), with_company)
