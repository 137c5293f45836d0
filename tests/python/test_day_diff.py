"""`slotwatch diff`: the difference of two built days, which may both be in the past."""

import json
import re
from datetime import datetime
from itertools import combinations

import duckdb
import pytest
from warehouse_support import DEMO_DAYS, DuckDBWarehouse, is_one_sentence

from slotwatch.commands.diff import DiffError, built_day

DAYS = [day[:10] for day in DEMO_DAYS]
KEYS = {
    *("from", "to", "seats_filled", "seats_vacated", "bands_up", "bands_down", "proofs_issued", "proofs_ended"),
    *("new_companies", "merges", "merged_since"),
}


def found(database, *arguments: str) -> dict:
    """The output as JSON."""
    return json.loads(database.told("diff", "--json", *arguments))


def refused(database, *arguments: str, code: int = 1) -> str:
    """The error message of a refused command."""
    result = database.command("diff", *arguments)
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit) and result.stdout == ""
    sentence = result.stderr.splitlines()[-1].removeprefix("Error: ")
    assert is_one_sentence(sentence), sentence
    return sentence


@pytest.fixture(scope="module")
def demo(demo_nights):
    """The demo after its last day."""
    return demo_nights[DAYS[-1]]


@pytest.fixture(scope="module")
def survivors(demo) -> dict[str, str]:
    """Ids that are aliases by the last day, with the ids that survived."""
    return dict(demo.query("select alias_id, survivor_id from slotwatch_ledgers.id_merges"))


PAIRS = list(combinations(DAYS, 2))


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_seats_equal_the_marts_of_the_two_days(demo, demo_days, survivors, earlier, later):
    def holders(day: str) -> dict[str, str | None]:
        slots = demo_days[day].query("select slot_id, company_id, person_id from slots")
        return {slot: survivors.get(person, person) for slot, company, person in slots if company not in survivors}

    before, after = holders(earlier), holders(later)
    changed = {slot for slot, person in after.items() if before.get(slot) != person}
    difference = found(demo, earlier, later)
    assert {(row["slot_id"], row["person_id"]) for row in difference["seats_filled"]} == {
        (slot, after[slot]) for slot in changed if after[slot]
    }
    assert {(row["slot_id"], row["person_id"]) for row in difference["seats_vacated"]} == {
        (slot, before[slot]) for slot in changed if before.get(slot)
    }
    net = len(difference["seats_filled"]) - len(difference["seats_vacated"])
    assert net == sum(map(bool, after.values())) - sum(map(bool, before.values()))


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_bands_equal_the_marts_of_the_two_days(demo, demo_days, survivors, earlier, later):
    def bands(day: str) -> dict[str, int]:
        rows = demo_days[day].query("select company_id, band from company_bands")
        return {company: band for company, band in rows if company not in survivors}

    before, after = bands(earlier), bands(later)
    difference = found(demo, earlier, later)
    assert {(row["company_id"], row["from_band"], row["to_band"]) for row in difference["bands_up"]} == {
        (company, before.get(company), band) for company, band in after.items() if band > before.get(company, 0)
    }
    assert {(row["company_id"], row["from_band"], row["to_band"]) for row in difference["bands_down"]} == {
        (company, before[company], band) for company, band in after.items() if band < before.get(company, 0)
    }
    assert {(row["company_id"], row["band"]) for row in difference["new_companies"]} == {
        (company, band) for company, band in after.items() if company not in before
    }


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_proofs_equal_the_marts_of_the_two_days(demo, demo_days, earlier, later):
    def proofs(day: str) -> set[str]:
        return set(demo_days[day].column("select proof_id from proof_lines where is_current"))

    difference = found(demo, earlier, later)
    assert {row["proof_id"] for row in difference["proofs_issued"]} == proofs(later) - proofs(earlier)
    assert {row["proof_id"] for row in difference["proofs_ended"]} == proofs(earlier) - proofs(later)


def test_the_diff_of_two_past_days_stays_the_same_in_later_builds(demo, demo_nights, survivors):
    """Except changes by a later verdict or row, because ids are read through aliases and names are today's."""
    earlier, later = DAYS[:2]
    then, now = found(demo_nights[later], earlier, later), found(demo, earlier, later)
    names = dict(demo.query("select company_id, company_name from slotwatch.companies"))
    names |= dict(demo.query("select person_id, full_name from slotwatch.people"))
    named = {
        "company_name": "company_id",
        "full_name": "person_id",
        "replaces": "replaces_id",
        "replaced_by": "replaced_by_id",
    }

    def of_today(row: dict) -> dict:
        ids = {name: survivors.get(row[key], row[key]) for name, key in named.items() if key in row}
        return {
            name: names.get(ids[name]) if name in ids else survivors.get(str(value), value)
            for name, value in row.items()
        }

    assert (now["from"], now["to"]) == (then["from"], then["to"])
    for key in KEYS - {"from", "to", "merges", "merged_since"}:
        assert sorted(now[key], key=json.dumps) == sorted(map(of_today, then[key]), key=json.dumps), key


def test_the_diff_names_a_company_that_became_an_alias_later(demo_nights, demo_days, demo):
    earlier, later = DAYS[1:3]
    there = set(demo_days[later].column("select company_id from companies"))
    merges = demo.query("select alias_id, survivor_id from slotwatch_ledgers.id_merges where entity_type = 'company'")
    gone = {alias: survivor for alias, survivor in merges if alias in there}
    then, now = found(demo_nights[later], earlier, later), found(demo, earlier, later)
    assert gone and {row["alias_id"]: row["survivor_id"] for row in now["merged_since"]} == gone
    assert then["merged_since"] == [] and "became aliases later" not in demo_nights[later].told("diff", earlier, later)
    page = demo.told("diff", earlier, later)
    assert f"Companies that became aliases later and are not listed: {len(gone)}" in page
    assert all(re.search(f"{alias} +{survivor}", page) for alias, survivor in gone.items())


def test_the_page_shows_who_left_and_who_came(demo):
    page = demo.told("diff", DAYS[0], DAYS[2])
    assert re.search(r"Brightwater Foods Cooperative +CFO +Marcus Aldine +2026-02-16 06:00 +Denise Kowal", page)
    assert re.search(r"Brightwater Foods Cooperative +CFO +Denise Kowal +2026-02-16 06:00 +Marcus Aldine", page)
    assert re.search(
        r"Brightwater Foods Cooperative +CFO +Denise Kowal +2026-01-26 06:00 +nobody", demo.told("diff", *DAYS[:2])
    )
    assert re.search(r"Yellowpine Timber +0 SILENT +4 ENGAGED", page)
    assert re.search(r"Tansy Mill Fabrics +new +3 TARGETED", page)
    assert "04.04.02.04.30000.029  04.04.02.04.30000.028" in page


def test_the_numbers_of_the_page_equal_the_json(demo):
    page, difference = demo.told("diff", DAYS[1], DAYS[2]), found(demo, DAYS[1], DAYS[2])
    assert set(difference) == KEYS
    for title, key in {
        "Seats filled": "seats_filled",
        "Seats vacated": "seats_vacated",
        "Bands up": "bands_up",
        "Bands down": "bands_down",
        "New proofs": "proofs_issued",
        "Proofs ended": "proofs_ended",
        "New companies": "new_companies",
    }.items():
        assert len(difference[key]) > 0 and f"\n{title}: {len(difference[key])}\n" in page


def test_a_long_section_is_cut_and_says_so(demo, monkeypatch):
    monkeypatch.setattr("slotwatch.commands.diff.MOST_PRINTED", 2)
    page, difference = demo.told("diff", DAYS[0], DAYS[3]), found(demo, DAYS[0], DAYS[3])
    filled = page.split("\nSeats filled: ")[1].split("\nSeats vacated")[0].strip().splitlines()
    assert len(filled) == 1 + 1 + 2 + 1  # the number, the headings, two rows, what was left out
    assert filled[-1].strip() == f"... and {len(difference['seats_filled']) - 2:,} more, which --json has"


def test_a_pipe_gets_plain_text_of_one_width(demo, monkeypatch):
    pages = set()
    for columns in ("30", "300"):
        monkeypatch.setenv("COLUMNS", columns)
        pages.add(demo.told("diff", DAYS[0], DAYS[3]))
    [page] = pages
    assert "\x1b" not in page and not re.search("[\u2500-\u259f]", page)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in demo.told("diff", DAYS[0], DAYS[3])


# Which days


BUILDS = [datetime(2026, 1, 5, 6), datetime(2026, 1, 5, 18), datetime(2026, 1, 9)]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("2026-01-05", BUILDS[1]),
        ("2026-01-05 06:00:00", BUILDS[0]),
        ("2026-01-05T07:00:00+01:00", BUILDS[0]),
        ("2026-01-09", BUILDS[2]),
        ("2026-01-09 00:00", BUILDS[2]),
    ],
)
def test_a_date_means_its_last_build_and_a_timestamp_means_one_build(asked, meant):
    assert built_day(asked, BUILDS) == meant


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("2026-01-04", "the nearest built day is 2026-01-05 06:00."),
        ("2026-01-06", "the nearest built days are 2026-01-05 18:00 and 2026-01-09 00:00."),
        ("2026-01-05 07:00", "the nearest built days are 2026-01-05 06:00 and 2026-01-05 18:00."),
        ("2026-02-01", "the nearest built day is 2026-01-09 00:00."),
    ],
)
def test_the_message_about_an_unbuilt_day_names_the_nearest_built_days(asked, near):
    with pytest.raises(DiffError, match="was never built to the end") as refusal:
        built_day(asked, BUILDS)
    assert str(refusal.value).endswith(near)


def test_days_that_cannot_be_compared_give_one_sentence_each(demo, tmp_path):
    assert "nearest built days are 2026-01-26 06:00 and 2026-02-16 06:00" in refused(demo, DAYS[0], "2026-01-30")
    assert "must be in order" in refused(demo, DAYS[1], DAYS[0])
    assert "must be in order" in refused(demo, DAYS[1], DAYS[1])
    assert "is not a day" in refused(demo, "'; drop table x", DAYS[1], code=2)
    missing = DuckDBWarehouse(manifest=demo.manifest, path=tmp_path / "missing.duckdb", raw=demo.raw)
    assert "has not been built yet" in refused(missing, *DAYS[:2])
    duckdb.connect(str(tmp_path / "missing.duckdb")).close()
    assert "has not been built yet" in refused(missing, *DAYS[:2])


def test_a_failed_build_does_not_count_as_a_built_day(demo_nights, tmp_path):
    database = demo_nights[DAYS[2]].copied(tmp_path)
    database.query(f"update slotwatch_ledgers.ple_cycle_log set status = 'failed' where as_of = '{DEMO_DAYS[1]}'")
    assert "2026-01-26 was never built to the end" in refused(database, DAYS[1], DAYS[2])


# Both engines


def test_both_engines_give_the_same_diff(world):
    """What changes at the companies of `world.seat_changes` between the first two days."""
    last = world[DAYS[-1]]
    difference = found(last, *DAYS[:2])
    ours = {"Quillon [red] Works", "Zimba Mills"}
    difference = {
        key: [row for row in rows if row.get("company_name") in ours] if isinstance(rows, list) else rows
        for key, rows in difference.items()
    }
    assert [
        (row["company_name"], row["role"], row["full_name"], row["replaces"], row["is_new_company"])
        for row in difference["seats_filled"]
    ] == [
        ("Quillon [red] Works", "HR", "Bob {{ x }} Ray", "Ann Lee", False),
        ("Zimba Mills", "CFO", "Cid Moe", None, True),
    ]
    assert [(row["full_name"], row["replaced_by"]) for row in difference["seats_vacated"]] == [
        ("Ann Lee", "Bob {{ x }} Ray")
    ]
    assert [(row["company_name"], row["from_band"], row["to_band"]) for row in difference["bands_up"]] == [
        ("Zimba Mills", None, 3),
        ("Quillon [red] Works", 0, 2),
    ]
    assert [row["company_name"] for row in difference["proofs_issued"]] == ["Zimba Mills"]
    assert difference["bands_down"] == difference["proofs_ended"] == difference["merges"] == []
    page = last.told("diff", *DAYS[:2])
    assert "Quillon [red] Works" in page and "Bob {{ x }} Ray" in page
    assert "nearest built days" in refused(last, "2026-01-06", DAYS[1])
