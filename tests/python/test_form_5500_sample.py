"""Real Form 5500 filings (data/form_5500_sample) are read as the filers spell them.

The expected signals were computed from the rows independently of the project and are in
`tests/expected/form_5500_signals.csv`.
"""

import csv
from collections import defaultdict

import pytest
from warehouse_support import FORM_5500_SAMPLE, ROOT
from world import DAYS

EXPECTED = ROOT / "tests" / "expected" / "form_5500_signals.csv"


@pytest.fixture(scope="module")
def facts() -> dict[tuple[str, str], dict[str, str]]:
    """The plans and years of each kind of signal, with the change of the premium if there is one."""
    found = defaultdict(dict)
    with EXPECTED.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found[row["signal_type"], row["fact"]][row["source_key"]] = row["change"]
    return found


@pytest.fixture(scope="module")
def companies() -> list[str]:
    """EINs of the sample."""
    with (FORM_5500_SAMPLE / "company_raw_intake.csv").open(newline="", encoding="utf-8") as lines:
        numbers = [row["ein"].zfill(9) for row in csv.DictReader(lines)]
    return [f"{number[:2]}-{number[2:]}" for number in numbers]


@pytest.fixture(scope="module")
def signals(duckdb_world, companies):
    """The filing signals of the sample by kind; per plan and year, the percentage or count and the variant."""
    found = defaultdict(dict)
    for signal_type, key, *rest in duckdb_world[DAYS[0]].query(
        "select signal_type, source_key, n, variant from slotwatch_intermediate.int_filing_signals"
    ):
        if key[:10] in companies:
            found[signal_type][key] = rest
    return found


def test_each_company_is_found_once(duckdb_world, companies):
    eins = duckdb_world[DAYS[0]].column("select ein from slotwatch.companies")
    assert len(companies) == len({*companies}) == 101
    assert [ein for ein in companies if eins.count(ein) != 1] == []


def test_carrier_changes_equal_the_facts(signals, facts):
    assert set(signals["carrier_change"]) == set(facts["carrier_change", "change"])


def test_a_carrier_after_a_pension_plan_is_not_a_change(signals, facts):
    assert len(facts["carrier_change", "pension plan before"]) == 1
    assert set(facts["carrier_change", "pension plan before"]) & set(signals["carrier_change"]) == set()


def test_another_spelling_of_a_carrier_is_not_a_change(signals, facts):
    spellings = facts["carrier_change", "spelling"]
    assert len(spellings) == 4
    assert set(spellings) & set(signals["carrier_change"]) == set()


def test_broker_changes_equal_the_facts(signals, facts):
    assert set(signals["broker_change"]) == set(facts["broker_change", "change"])
    assert len(facts["broker_change", "no change"]) == 8


def test_premiums_that_rose_by_a_tenth_are_found_with_their_percentage(signals, facts):
    rose = facts["cost_increase", "rise"]
    found = {key: rest for key, rest in signals["cost_increase"].items() if "/-|" in key}
    assert set(found) == set(rose)
    for key, (percent, variant) in found.items():
        assert variant == "premium"
        assert abs(percent - 100 * float(rose[key])) <= 0.51


def test_plans_that_grew_by_a_fifth_are_found(signals, facts):
    found = {key for key in signals["plan_growth"] if "/-|" not in key}
    assert found == set(facts["plan_growth", "growth"])
