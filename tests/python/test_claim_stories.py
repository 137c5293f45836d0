"""Claims on seats over three days: each story has a few raw rows, the expected events, and the start of each holder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from warehouse_support import Warehouse, write_raw

DAYS = ("2026-01-05", "2026-02-10", "2026-03-10")
Row = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """Raw rows of one or two companies, and the expected results.

    `seen`: person, title, time and, if it is the other company, its name. `again`: two positions in `seen`; the first
    row comes with the id of the second. `told`: assignments. `moved`: movements. `events`: day, role, event and person.
    `since`: start of each present holder by role, on the last day. `signals`: type, text, and holders before and after
    of the signals about people, on the last day.
    """

    seen: tuple[tuple[str, ...], ...]
    events: tuple[tuple[str, str, str, str], ...]
    again: Mapping[int, int] = field(default_factory=dict)
    told: tuple[Row, ...] = ()
    moved: tuple[Row, ...] = ()
    since: Mapping[str, str] = field(default_factory=dict)
    signals: tuple[tuple[str, str, str | None, str | None], ...] | None = None


def told(person: str, role: str, status: str, effective_at: str, recorded_at: str, company: str = "first") -> Row:
    return {
        "full_name": person,
        "role": role,
        "status": status,
        "effective_at": effective_at,
        "recorded_at": recorded_at,
        "company": company,
    }


def moved(kind: str, person: str, title: str, confidence: str, detected_at: str, company: str = "first") -> Row:
    side = "old" if kind == "departure" else "new"
    return {
        "full_name": person,
        "movement_type": kind,
        f"{side}_title": title,
        "confidence_score": confidence,
        "detected_at": detected_at,
        "company": company,
        "side": side,
    }


ADA, BEN = "Ada Quill", "Benedict Thorn"
FIRST, SECOND, THIRD = DAYS
ADA_IS_CFO = ((ADA, "CFO", "2026-01-03"),)
ADA_FILLS = ((FIRST, "CFO", "FILLED", ADA),)
ADA_LEAVES = (*ADA_FILLS, (SECOND, "CFO", "VACATED", ADA))
BEN_FOLLOWS = (*ADA_LEAVES, (SECOND, "CFO", "FILLED", BEN))

STORIES = {
    "a seat elsewhere by an explicit fill ends the claim": Story(
        seen=ADA_IS_CFO,
        told=(told(ADA, "CEO", "filled", "2026-02-03", "2026-02-04", "other"),),
        events=(*ADA_LEAVES, (SECOND, "CEO", "FILLED", ADA)),
        since={"CEO": "2026-02-03 00:00:00"},
    ),
    "a seat elsewhere by title ends the claim": Story(
        seen=(*ADA_IS_CFO, (ADA, "Controller", "2026-02-05", "other")),
        events=(*ADA_LEAVES, (SECOND, "CFO", "FILLED", ADA)),
    ),
    "a title elsewhere that maps to no role ends nothing": Story(
        seen=(*ADA_IS_CFO, (ADA, "Board Adviser", "2026-02-05", "other")),
        events=ADA_FILLS,
        since={"CFO": "2026-01-03 00:00:00"},
    ),
    "a row without a title ends nothing": Story(seen=(*ADA_IS_CFO, (ADA, "", "2026-02-05")), events=ADA_FILLS),
    "another title there ends the claim by title and the explicit fill": Story(
        seen=(*ADA_IS_CFO, (ADA, "Sales Manager", "2026-02-05")),
        told=(told(ADA, "CFO", "filled", "2026-01-04", "2026-01-04"),),
        events=ADA_LEAVES,
        signals=(("slot_vacancy", "CFO seat vacant 28 days", ADA, None),),
    ),
    "a statement recorded early counts when it takes effect": Story(
        seen=ADA_IS_CFO,
        told=(told("", "CFO", "vacant", "2026-03-01", "2026-01-20"),),
        events=(*ADA_FILLS, (THIRD, "CFO", "VACATED", ADA)),
    ),
    "a statement recorded late counts from then on": Story(
        seen=ADA_IS_CFO,
        told=(told("", "CFO", "vacant", "2026-01-10", "2026-03-01"),),
        events=(*ADA_FILLS, (THIRD, "CFO", "VACATED", ADA)),
    ),
    "a later observation opens a claim again": Story(
        seen=(*ADA_IS_CFO, (ADA, "CFO", "2026-03-01")),
        told=(told(ADA, "CFO", "vacant", "2026-02-01", "2026-02-01"),),
        events=(*ADA_LEAVES, (THIRD, "CFO", "FILLED", ADA)),
        since={"CFO": "2026-03-01 00:00:00"},
    ),
    "a vacancy of another person ends nothing": Story(
        seen=(*ADA_IS_CFO, (BEN, "Analyst", "2026-01-03")),
        told=(told(BEN, "CFO", "vacant", "2026-02-01", "2026-02-01"),),
        events=ADA_FILLS,
    ),
    "a vacancy of the holder gives the seat to the next claim": Story(
        seen=(*ADA_IS_CFO, (BEN, "Controller", "2026-01-03")),
        told=(told(ADA, "CFO", "vacant", "2026-02-01", "2026-02-01"),),
        events=BEN_FOLLOWS,
        since={"CFO": "2026-02-10 00:00:00"},
    ),
    "a vacancy of the seat ends every claim": Story(
        seen=(*ADA_IS_CFO, (BEN, "Controller", "2026-01-03")),
        told=(told("", "CFO", "vacant", "2026-02-01", "2026-02-01"),),
        events=ADA_LEAVES,
    ),
    "an explicit fill ends the claims of others for good": Story(
        seen=(*ADA_IS_CFO, (BEN, "Analyst", "2026-01-03")),
        told=(
            told(BEN, "CFO", "filled", "2026-02-01", "2026-02-01"),
            told(BEN, "CFO", "vacant", "2026-03-01", "2026-03-01"),
        ),
        events=(*BEN_FOLLOWS, (THIRD, "CFO", "VACATED", BEN)),
    ),
    "a departure of share 0.7 counts": Story(
        seen=ADA_IS_CFO,
        moved=(moved("departure", ADA, "CFO", "0.7", "2026-02-01"),),
        events=ADA_LEAVES,
        signals=(("executive_movement", "CFO left 37 days ago", ADA, None),),
    ),
    "a hire explains the new leader": Story(
        seen=(*ADA_IS_CFO, (BEN, "CFO", "2026-02-05")),
        moved=(moved("hire", BEN, "CFO", "80", "2026-03-01"),),
        events=BEN_FOLLOWS,
        since={"CFO": "2026-02-05 00:00:00"},
        signals=(("executive_movement", "CFO hired 9 days ago", ADA, BEN),),
    ),
    "several leaders of HR in a year are one more signal": Story(
        seen=((ADA, "HR Director", "2026-01-03"), (BEN, "HR Director", "2026-02-05")),
        events=(
            (FIRST, "HR", "FILLED", ADA),
            (SECOND, "HR", "VACATED", ADA),
            (SECOND, "HR", "FILLED", BEN),
        ),
        signals=(
            ("decision_maker_churn", "2 HR leaders in 12 months", None, BEN),
            ("new_leader", "new HR in seat 33 days", ADA, BEN),
        ),
    ),
    "a departure of 69.9 does not count": Story(
        seen=ADA_IS_CFO,
        moved=(
            moved("departure", ADA, "CFO", "69.9", "2026-02-01"),
            moved("departure", ADA, "CFO", "0.699", "2026-02-01"),
        ),
        events=ADA_FILLS,
    ),
    "a departure from another company does not count": Story(
        seen=(*ADA_IS_CFO, (BEN, "Clerk", "2026-01-03", "other")),
        moved=(moved("departure", ADA, "CFO", "95", "2026-02-01", "other"),),
        events=ADA_FILLS,
    ),
    "of equal claims the incumbent stays": Story(
        seen=(
            (BEN, "Analyst", "2026-01-02"),
            *ADA_IS_CFO,
            (BEN, "CFO", "2026-02-05"),
            (ADA, "CFO", "2026-02-05"),
            (BEN, "CFO", "2026-03-05"),
            (ADA, "CFO", "2026-03-05"),
        ),
        events=ADA_FILLS,
        since={"CFO": "2026-01-03 00:00:00"},
    ),
    "a list that comes again with the same ids changes no holder": Story(
        seen=(*ADA_IS_CFO, (ADA, "CFO", "2026-02-05"), (BEN, "CFO", "2026-03-05"), (ADA, "CFO", "2026-03-05")),
        again={1: 0, 3: 0},
        events=ADA_FILLS,
        since={"CFO": "2026-01-03 00:00:00"},
    ),
    "a row that comes again with another title is seen with it from then on": Story(
        seen=((ADA, "Analyst", "2026-01-03"), (ADA, "CFO", "2026-02-05"), (ADA, "CFO", "2026-03-05")),
        again={1: 0, 2: 0},
        events=((SECOND, "CFO", "FILLED", ADA),),
        since={"CFO": "2026-02-05 00:00:00"},
    ),
    "the later observation wins at equal rank": Story(
        seen=(*ADA_IS_CFO, (BEN, "CFO", "2026-02-05")),
        events=BEN_FOLLOWS,
        since={"CFO": "2026-02-05 00:00:00"},
    ),
    "a claim has the rank of its latest title": Story(
        seen=(*ADA_IS_CFO, (BEN, "VP Finance", "2026-01-03"), (ADA, "Controller", "2026-02-05")),
        events=BEN_FOLLOWS,
        since={"CFO": "2026-02-10 00:00:00"},
    ),
    "a hire before the first observation says when the holder began": Story(
        seen=ADA_IS_CFO,
        moved=(
            moved("hire", "", "Chief Financial Officer", "0.8", "2025-12-10T09:00:00Z"),
            moved("hire", "", "CFO", "60", "2025-12-20T09:00:00Z"),
            moved("hire", "", "CFO", "90", "2025-07-06T09:00:00Z"),
        ),
        events=ADA_FILLS,
        since={"CFO": "2025-12-10 09:00:00"},
    ),
    "times are read from spreadsheets, too": Story(
        seen=((ADA, "CFO", "1/3/26 3:12 PM"), (BEN, "CFO", "46058.5")),
        told=(told(BEN, "CFO", "vacant", "3/1/26", "46082"),),
        events=(*BEN_FOLLOWS, (THIRD, "CFO", "VACATED", BEN), (THIRD, "CFO", "FILLED", ADA)),
        since={"CFO": "2026-03-10 00:00:00"},
    ),
}


def host(number: int, company: str) -> str:
    return f"{company}-{number:02}.example"


def raw_rows() -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {
        name: [] for name in ("company_raw_intake", "people_raw_intake", "slot_assignments", "talent_flow_movements")
    }
    for number, story in enumerate(STORIES.values()):
        for company in ("first", "other"):
            row = {"intake_id": f"c-{number}-{company}", "company_name": f"{company.title()} Works {number:02}"}
            tables["company_raw_intake"].append(
                {**row, "website": host(number, company), "source": "story", "uploaded_at": "2026-01-02"}
            )
        for order, (person, title, time, *company) in enumerate(story.seen):
            tables["people_raw_intake"].append(
                {
                    "intake_id": f"p-{number}-{story.again.get(order, order)}",
                    "full_name": person,
                    "title": title,
                    "linkedin_url": f"linkedin.com/in/{person.split()[0].lower()}-{number:02}",
                    "company_website": host(number, *(company or ["first"])),
                    "source": "story",
                    "uploaded_at": time,
                }
            )
        for order, row in enumerate(story.told):
            name = row["full_name"]
            profile = f"linkedin.com/in/{name.split()[0].lower()}-{number:02}" if name else ""
            own = {"assignment_id": f"a-{number}-{order}", "linkedin_url": profile}
            given = {key: value for key, value in row.items() if key != "company"}
            tables["slot_assignments"].append({**given, **own, "company_website": host(number, row["company"])})
        for order, row in enumerate(story.moved):
            given = {key: value for key, value in row.items() if key not in ("company", "side")}
            name = row["full_name"]
            profile = f"linkedin.com/in/{name.split()[0].lower()}-{number:02}" if name else ""
            own = {"movement_id": f"m-{number}-{order}", "linkedin_url": profile}
            where = {f"{row['side']}_company_website": host(number, row["company"])}
            tables["talent_flow_movements"].append({**given, **own, **where})
    return tables


@pytest.fixture(scope="module")
def built(engine_warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The stories built day by day, on each engine, up to the signals."""
    warehouse = engine_warehouse(write_raw(tmp_path_factory.mktemp("stories"), raw_rows()))
    for day in DAYS:
        warehouse.build(day, "--select", "+pressure_signals")
    return warehouse


def of_story(built: Warehouse, name: str, select: str, table: str) -> list[tuple]:
    number = [*STORIES].index(name)
    return built.query(f"""
        select {select} from slotwatch.{table} as entries
        inner join slotwatch.companies as companies on entries.company_id = companies.company_id
        left join slotwatch.people as people on entries.person_id = people.person_id
        where companies.domain in ('{host(number, "first")}', '{host(number, "other")}')
    """)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_makes_its_events_and_no_others(built, name):
    select = "cast(cast(occurred_at as date) as text), entries.role, event_type, people.full_name"
    assert sorted(of_story(built, name, select, "slot_events")) == sorted(STORIES[name].events)


@pytest.mark.parametrize("name", [name for name, story in STORIES.items() if story.since])
def test_the_start_of_the_holder_comes_from_the_best_evidence(built, name):
    held = of_story(built, name, "entries.role, cast(held_since as text)", "slots")
    assert {role: since for role, since in held if since} == STORIES[name].since


@pytest.mark.parametrize("name", [name for name, story in STORIES.items() if story.signals is not None])
def test_a_fact_is_one_signal_with_the_holders_before_and_after(built, name):
    number = [*STORIES].index(name)
    found = built.query(f"""
        select signal_type, evidence_text, cast(evidence as text)
        from slotwatch.pressure_signals inner join slotwatch.companies using (company_id)
        where companies.domain in ('{host(number, "first")}', '{host(number, "other")}')
    """)
    assert sorted(
        (kind, text, facts.get("holder_before"), facts.get("holder_after"))
        for kind, text, evidence in found
        for facts in [json.loads(evidence)]
    ) == [*STORIES[name].signals]
