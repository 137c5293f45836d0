"""The demo, built day by day, compared with results that were worked out by hand from the rules (`tests/expected`)."""

import csv
from collections import defaultdict

import pytest
from warehouse_support import DEMO_DAYS, ROOT

DAYS = [as_of[:10] for as_of in DEMO_DAYS]


def expected(name: str) -> list[dict[str, str]]:
    """Rows of an expectation file."""
    with (ROOT / "tests" / "expected" / f"demo_{name}.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def by_day(name: str, day: str) -> list[dict[str, str]]:
    rows = [row for row in expected(name) if row["day"] == day]
    assert rows, f"no expectation for {name} on {day}"
    return rows


@pytest.mark.parametrize("day", DAYS)
def test_each_seat_has_the_occupant_that_the_lists_name(demo_days, day):
    found = {
        (company, role): (status, person)
        for company, role, status, person in demo_days[day].query("""
            select company_name, slots.role, status, full_name
            from slots join companies using (company_id) left join people using (person_id)
        """)
    }
    wrong = [
        (row["company_name"], row["role"], want, found.get((row["company_name"], row["role"])), row["why"])
        for row in by_day("slots", day)
        if (want := (row["status"], row["full_name"] or None)) != found.get((row["company_name"], row["role"]))
    ]
    assert not wrong


def test_fills_and_vacates_are_exactly_those_of_the_stories(demo_days):
    want, found = defaultdict(set), defaultdict(set)
    for row in expected("slot_events"):
        event = (row["day"], row["role"], row["event_type"], row["full_name"], row["is_replacement"] == "true")
        want[row["company_name"]].add(event)
    # people and companies have the names that the lists gave them on the day of the event
    people = {day: dict(demo_days[day].query("select person_id, full_name from people")) for day in DAYS}
    companies = {day: dict(demo_days[day].query("select company_id, company_name from companies")) for day in DAYS}
    for company_id, day, role, event_type, person_id, is_replacement in demo_days[DAYS[-1]].query("""
        select company_id, cast(occurred_at as date)::varchar, role, event_type, person_id, is_replacement
        from slot_events
    """):
        found[companies[day][company_id]].add((day, role, event_type, people[day].get(person_id), is_replacement))
    assert {company: found[company] for company in want} == dict(want)


HELD_SINCE = {
    ("Alderbrook Plastics", "CEO", "2026-01-05 05:00:00"): "the first list",
    ("Castlerock Tooling", "CEO", "2026-01-26 05:00:00"): "the list that shows the new CEO first",
    ("Hollis & Webb Logistics", "CFO", "2026-02-16 06:00:00"): "the build: the Controller waited behind the CFO",
    ("Ironmere Steel Fabricators", "CFO", "2026-02-10 00:00:00"): "the assignment takes effect",
    ("Jasper Valley Telephone", "CFO", "2026-02-16 12:00:00"): "the hire, two weeks before the list",
    ("Norwood Transit Lines", "CEO", "2026-02-10 15:00:00"): "the hire, days before the list",
    ("Kirkwood Glen Senior Living", "CFO", None): "vacant",
}


def test_the_start_of_each_holder_comes_from_the_best_evidence(demo_days):
    found = demo_days[DAYS[-1]].query("""
        select company_name, role, cast(held_since as text) from slots join companies using (company_id)
    """)
    assert {*HELD_SINCE} <= {*found}


@pytest.mark.parametrize("day", DAYS)
def test_each_band_equals_the_sum_worked_out_by_hand(demo_days, day):
    found = {
        row[0]: row[1:]
        for row in demo_days[day].query("""
            select
                company_name, dol_magnitude, people_magnitude, blog_magnitude, total_magnitude, band, band_capped_by,
                primary_pressure
            from company_bands join companies using (company_id)
        """)
    }
    numbers = ["dol_magnitude", "people_magnitude", "blog_magnitude", "total_magnitude", "band"]
    wrong = [
        (row["company_name"], want, found.get(row["company_name"]), row["why"])
        for row in by_day("bands", day)
        if (
            want := (
                *(int(row[number]) for number in numbers),
                row["band_capped_by"] or None,
                row["primary_pressure"] or None,
            )
        )
        != found.get(row["company_name"])
    ]
    assert not wrong


@pytest.mark.parametrize("day", DAYS)
def test_each_current_proof_is_exactly_as_expected(demo_days, day):
    found = {
        row[0]: row[1:]
        for row in demo_days[day].query("""
            select company_name, proof_lines.band, proof_line, cast(generated_at as date)::varchar, company_bands.band
            from proof_lines join companies using (company_id) join company_bands using (company_id)
            where is_current
        """)
    }
    wrong = [
        (row["company_name"], want, found.get(row["company_name"]))
        for row in by_day("proofs", day)
        if (
            want := (int(row["band"]), row["proof_line"], row["issued_on"], int(row["company_band"]))
            if row["band"]
            else None
        )
        != found.get(row["company_name"])
    ]
    assert not wrong


def test_each_row_that_cannot_be_used_is_reported_with_its_reason(demo_days):
    day = demo_days[DAYS[-1]]
    staged = set(day.column("select raw_table from data_reconciliation"))
    reported = day.query("select raw_table, raw_id, severity, error_code from pipeline_errors")
    by_row = defaultdict(set)
    for raw_table, raw_id, severity, code in reported:
        by_row[raw_table, raw_id].add((severity, code))
    without_id = {(table, severity) for table, raw_id, severity, code in reported if code == "ROW_ID_MISSING"}
    missing = []
    for row in expected("errors"):
        if row["raw_table"] not in staged:
            continue
        if not row["raw_id"]:
            is_there = (row["raw_table"], row["severity"]) in without_id
        else:
            codes = {c for s, c in by_row[row["raw_table"], row["raw_id"]] if s == row["severity"]}
            is_there = row["expected_code"] in codes if row["expected_code"] else bool(codes)
        if not is_there:
            missing.append((row, by_row[row["raw_table"], row["raw_id"]]))
    assert not missing


def test_no_other_row_is_refused(demo_days):
    day = demo_days[DAYS[-1]]
    with (ROOT / "seeds" / "error_codes.csv").open(newline="", encoding="utf-8") as stream:
        refusing = {row["error_code"] for row in csv.DictReader(stream) if row["refuses_row"] == "true"}
    assert "COMPANY_NAME_INVALID" in refusing and "BARTON_ID_HELD" not in refusing
    refused = {
        (table, raw_id if code != "ROW_ID_MISSING" else "")
        for table, raw_id, code in day.query("select raw_table, raw_id, error_code from pipeline_errors")
        if code in refusing
    }
    assert refused - {(row["raw_table"], row["raw_id"]) for row in expected("errors")} == set()


@pytest.mark.parametrize("day", DAYS)
def test_rows_are_grouped_into_the_expected_companies_and_people(demo_warehouse, demo_days, day):
    built, _ = demo_warehouse
    # the registry keeps the number that each row got on its first day; the newest reading resolves later merges
    seen = {
        "company_raw_intake": dict(
            built.query("""
                select observation_key, entity_number from slotwatch_ledgers.company_id_registry
            """)
        ),
        "people_raw_intake": {
            key.removesuffix("#1"): number
            for key, number in built.query("""
                select observation_key, entity_number from slotwatch_ledgers.person_id_registry
            """)
        },
    }
    now = {
        "company_raw_intake": dict(
            built.query(
                "select intake_id, company_number from slotwatch_intermediate.int_company_identity where kind = 'row'"
            )
        ),
        "people_raw_intake": {
            key.removesuffix("#1"): number
            for key, number in built.query(
                "select observation_key, person_number from slotwatch_intermediate.int_person_identity "
                "where kind = 'observation'"
            )
        },
    }
    wrong = []
    for row in expected("identity"):
        if row["from_day"] != day:
            continue
        numbers = [now[row["raw_table"]][row[side]] for side in ("raw_id_a", "raw_id_b")]
        minted = [seen[row["raw_table"]][row[side]] for side in ("raw_id_a", "raw_id_b")]
        later_same = any(
            other["expected"] == "same"
            and other["from_day"] > day
            and {other["raw_id_a"], other["raw_id_b"]} == {row["raw_id_a"], row["raw_id_b"]}
            for other in expected("identity")
        )
        found = "same" if numbers[0] == numbers[1] else "different"
        if later_same and row["expected"] == "different":
            found = "same" if minted[0] == minted[1] else "different"  # two companies when they arrived, one today
        if found != row["expected"]:
            wrong.append((row, numbers, minted))
    assert not wrong


def test_the_demo_has_the_counts_of_its_readme(demo_days):
    found = {
        day: demo_days[day].query("""
            select
                (select count(*) from companies), (select count(*) from people),
                count(*) filter (where band = 0), count(*) filter (where band = 1), count(*) filter (where band = 2),
                count(*) filter (where band = 3), count(*) filter (where band = 4), count(*) filter (where band = 5)
            from company_bands
        """)[0]
        for day in DAYS
    }
    table = {}
    for line in (ROOT / "data" / "demo" / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] in ("companies", "people", *(f"band {band}" for band in range(6))) and len(cells) == 5:
            table[cells[0]] = [int(cell) for cell in cells[1:]]
    names = ["companies", "people", *(f"band {band}" for band in range(6))]
    assert found == {day: tuple(table[name][position] for name in names) for position, day in enumerate(DAYS)}
