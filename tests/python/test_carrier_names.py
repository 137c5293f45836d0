"""Insurers and brokers: spellings of one firm agree, different firms stay apart."""

import csv
import json
from collections import defaultdict
from pathlib import Path

import pytest
from normal_forms_support import ROOT, normal, readings

REAL = ROOT.parent / "shared" / "data" / "real"
FULL = "ACME VISION AND DENTAL CARE OF THE GREAT NORTHERN LIFE INSURANCE COMPANY"

SAME = [
    ("carrier", "ACME LIFE INSURANCE COMPANY", "The Acme Life Ins. Co."),
    ("carrier", "ACME LIFE INSURANCE COMPANY", "ACME LIFE INSURANCCE COMPANY"),
    ("carrier", "ACME LIFE ASSURANCE COMPANY OF AMERICA", "Acme Life"),
    ("carrier", "ACME HEALTH AND LIFE", "ACME HEALTH & LIFE COMPANY AND AFFLIATES"),
    ("carrier", "ACME NATIONAL LIFE INSURANCE COMPANY12-3456789", "ACME NATIONAL LIFE"),
    ("carrier", "ACME HEALTH PLANS, INC., A FLORIDA CORPORATION", "ACME HEALTH PLANS"),
    ("carrier", "PREPAID ACME INC DBA ROADRUNNER", "Roadrunner"),
    ("carrier", "PREPAID ACME, INC. D/B/A ROADRUNNER", "Roadrunner"),
    ("carrier", "ACME RETIREMEMT AND ANNUITY", "ACME RETIREMENT & ANNUITY CO."),
    ("carrier", "ACME VISION ON BEHALF OF ROADRUNNER LIFE", "Acme Vision"),
    ("carrier", "BLUECROSS AND BLUESHIELD OF NOWHERE", "Blue Cross Blue Shield of Nowhere, Inc."),
    ("carrier", "MASSMUTUAL LIFE INSURANCE CO.", "MASSACHUSETTS MUTUAL LIFE"),
    ("carrier", FULL, FULL[:70]),
    # states: codes, abbreviations and names
    ("carrier", "Acme Health Plan of Fla., Inc.", "ACME HEALTH PLAN OF FLORIDA, INC."),
    ("carrier", "ACME INS CO OF OH", "Acme Insurance Company of Ohio"),
    ("carrier", "Acme Fire Insurance Company of Springfield, Mass.", "ACME FIRE INS CO OF SPRINGFIELD MASSACHUSETTS"),
    ("carrier", "ACME FIRE INS CO OF READING PA", "Acme Fire Insurance Company of Reading, Pennsylvania"),
    ("carrier", "ACME HEALTHCARE INSURANCE COMPANY OF NY", "Acme Health Care Insurance Company of New York"),
    ("carrier", "ACME DENTAL PLAN OF N.C.", "Acme Dental Plan of North Carolina"),
    ("carrier", "Acme Health Plans (NJ), Inc.", "ACME HEALTH PLANS (NEW JERSEY) INC"),
    ("carrier", "ACME VISION OF CO INC", "Acme Vision of Colorado"),
    # words of the trade: abbreviated or cut
    ("carrier", "ACME MUT LIFE INS CO", "Acme Mutual Life Insurance Company"),
    ("carrier", "ACME ASSUR CO", "Acme Assurance Company"),
    ("carrier", "ACME LIFE AND ACCID", "Acme Life & Accident Insurance Company"),
    ("carrier", "ACME LIFE HEALTH & AC", "Acme Life, Health & Accident"),
    ("carrier", "ACME INTL INSURANCE", "Acme International Insurance Co"),
    ("carrier", "ACME FINL LIFE", "Acme Financial Life"),
    ("carrier", "ACME LIFE INSURANCE COMPANY, THE", "The Acme Life Insurance Company"),
    ("carrier", "Acme Vale Life", "ACME & VALE LIFE INSURANCE CO"),
    ("carrier", "Acme of Utah, a division of Northern Service Corporation", "ACME OF UTAH"),
    ("carrier", "Acme Vision (AV)", "Acme Vision"),
    # blanks and places
    ("carrier", "ACMEVISION INS CO", "Acme Vision Insurance Company"),
    ("carrier", "ACME OF THE MID-ATLANTIC INC", "Acme of the Midatlantic, Inc."),
    ("carrier", "MUTUAL OF ACME INS CO", "Mutual of Acme Insurance Company"),
    ("carrier", "ACME FIRE INS CO OF DENVER CO", "Acme Fire Insurance Company of Denver, Colorado"),
    ("carrier", "ACME HEALTH PLAN OF N. DAKOTA", "Acme Health Plan of North Dakota"),
    ("carrier", "ACME HEALTH PLAN OF W VA", "Acme Health Plans of West Virginia"),
    ("carrier", "ACME HEALTH PLAN OF PENNA", "Acme Health Plan of Pennsylvania"),
    ("carrier", "ACME HEALTH PLAN OF CALIFORN", "Acme Health Plan of California"),
    ("carrier", "ACME LIFE INSURANCE COMPANY OF AMERI", "Acme Life"),
    ("carrier", "ACME LIFE INSURANCE COMPAN", "Acme Life"),
    ("carrier", "ACME AMER LIFE INS CO", "Acme American Life Insurance Company"),
    ("carrier", "ACME PROP & CAS INS CO", "Acme Property and Casualty Insurance Company"),
    ("carrier", "ACME DNTL PLN", "Acme Dental Plan"),
    ("carrier", "Acme Health, a subsidiary of Road Insurance", "Acme Health"),
    ("broker", "ROAD & MC RUNNER AGENCY", "Road and McRunner Agency"),
    ("broker", "ACME CORP SERVICES (NY) LLC", "Acme Corporate Services NY"),
    ("broker", "ACME CORP", "Acme Corporation"),
    ("broker", "ACME BROS INS", "Acme Brothers Insurance, Inc."),
    ("broker", "ACME EMPL BENEFITS", "Acme Employee Benefit"),
    ("broker", "ACME OF TEXAS INC", "ACME TX, INC."),
    ("broker", "DOE JOHN", "JOHN DOE"),
    ("broker", "DE LA ROE, JOHN MARK", "John Mark de la Roe"),
    ("broker", "ROE, BEN", "BEN ROE"),
    ("broker", "ACME & ROAD AGENCY LLC", "ACME ROAD AGENCY"),
    ("broker", "ACME & ROADRUNNER INSURANCE SERVICES"[:35], "ACME & ROADRUNNER INS SERVICES"),
    ("broker", "ACME INTL NORTHWEST LIMITED", "ACME INTERNATIONAL NORTHWEST LTD"),
    ("broker", "ACME CORPORATE SERVICES (TX), LLC", "ACME CORPORATE SERVICES TX LLC"),
    ("broker", "ACME CORPORATE SERVICES (TX), LLC", "ACME CORPORATE SERVICES (TEXAS)"),
    ("broker", "RUNNER, ROAD", "ROAD RUNNER"),
    ("broker", "RUNNER, ROAD E.", "ROAD E RUNNER"),
    ("broker", "THE ACME GROUP, INC.", "ACME GROUP INC"),
    ("broker", "ACME BEN SVCS", "Acme Benefit Services, Inc."),
    ("broker", "ACME AGENCY INC", "ACME INSURANCE AGENCY"),
    ("broker", "ROADRUNNER INC DBA ACME ADVISORS", "Acme Advisers LLC"),
    ("broker", "ACME CONSULTING GRP", "Acme Consulting Group, Inc."),
    ("broker", "ACME BENEFITS CONSULTING, A DIVISION", "ACME BENEFIT CONSULTING CORP"),
    ("broker", "ACME INS SERVICES LLC", "ACME INSURANCE SERVICES, L.L.C."),
    ("broker", "ROADRUNNER BENEFITS, AN ACME GROUP A", "Acme Group, Inc."),
]
APART = [
    ("carrier", "ACME LIFE INSURANCE COMPANY", "ACME INSURANCE COMPANY"),
    ("carrier", "ACME LIFE INSURANCE COMPANY", "FIRST ACME LIFE INSURANCE COMPANY"),
    ("carrier", "ACME LIFE OF NEW YORK", "ACME LIFE"),
    ("carrier", "ACME DENTAL", "ACME HEALTH"),
    ("carrier", "BLUE CROSS OF OHIO", "BLUE CROSS OF TEXAS"),
    ("carrier", "AMERICAN ACME LIFE", "ACME LIFE OF AMERICA"),
    ("carrier", "ACME HEALTH PLAN", "ACME HEALTH PLAN OF HAWAII"),
    ("carrier", "ACME NORTHERN COMPA", "ACME NORTHERN COMPANY"),
    ("carrier", "ACME HEALTH PLANS (NY), INC.", "ACME HEALTH PLANS (NEW JERSEY) INC"),
    ("carrier", "ACME HEALTH PLANS OF MAINE INC", "ACME HEALTH PLANS OF KENTUCKY INC"),
    ("carrier", "ACME OF KANSAS INC", "ACME OF KANSAS CITY"),
    ("carrier", "ACME INSURANCE COMPANY", "ACME INSURANCE COMPANY OF NEW YORK"),
    ("carrier", "ACME DENTAL OF MINNESOTA", "ACME DENTAL OF MISSOURI"),
    ("carrier", "ACME DENTAL OF VIRGINIA", "ACME DENTAL OF WEST VIRGINIA"),
    ("carrier", "MUTUAL OF ACME", "UNITED OF ACME LIFE"),
    ("carrier", "PENN ACME LIFE", "PENNSYLVANIA ACME LIFE"),
    ("broker", "THE BENEFITS GROUP INC", "THE BENEFITS AGENCY INC"),
    ("broker", "GROUP BENEFIT CONSULTING", "BENEFIT CONSULTING INC"),
    ("broker", "RUNNER, ROAD", "RUNNER, MARY"),
    ("broker", "ACME SERVICES (TX) LLC", "ACME SERVICES (NY) LLC"),
    ("broker", "NATIONAL PENSION CENTER", "PACIFIC PENSION CENTER"),
    ("broker", "ACME & ACME OF FLORIDA INC", "ACME & ROAD AGENCY INC"),
    ("broker", "ACME BENEFITS GROUP", "ACME INSURANCE GROUP"),
    ("broker", "ACME SERVICES", "ACME SERVICES SOUTHWEST"),
    ("broker", "GROUP BENEFIT PARTNERS", "BENEFIT PARTNERS"),
    ("broker", "EMPLOYEE BENEFIT GROUP", "EMPLOYEE BENEFIT AGENCY"),
    ("broker", "ACME BROKERS", "ACME BROKERAGE"),
    ("broker", "DOE, JOHN R", "DOE, JOHN B"),
    ("carrier", "ACME MUTUAL LIFE", "ACME LIFE"),
    ("carrier", "ACME OF WASHINGTON", "ACME OF WASHINGTON DC"),
    ("carrier", "ACME OF DENVER CO INC", "ACME OF BOULDER CO INC"),
    ("carrier", "ACME LIFE OF AMERICA", "ACME LIFE OF AMERICAN SAMOA"),
]


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_spellings_of_one_firm_agree(kind, one, other):
    assert normal(kind, one) == normal(kind, other) is not None


@pytest.mark.parametrize(("kind", "one", "other"), APART)
def test_different_firms_stay_apart(kind, one, other):
    assert normal(kind, one) != normal(kind, other)


def test_typos_are_repaired_to_words_of_the_trade_only():
    assert normal("carrier", "AMERICAN ACME LIFE") == "americanacmelife"


@pytest.mark.parametrize(
    "name", ["N/A", "none", "NONE", "n.a.", "Not Applicable", "NO BROKER", "-", "No commissions paid"]
)
def test_a_placeholder_has_no_key(name):
    assert normal("carrier", name) is None and normal("broker", name) is None


@pytest.mark.parametrize("name", ["No agent", "DIRECT", "House account", "None reported", "No broker of record"])
def test_a_remark_is_not_a_broker(name):
    assert normal("broker", name) is None


def test_a_hashed_person_is_not_a_broker():
    assert normal("broker", "INDIVIDUAL_BROKER_0a1b2c") is None


@pytest.mark.parametrize("name", ["INSURANCE COMPANY", "THE COMPANY", "OF AMERICA", "DBA", "A AN"])
def test_a_name_that_has_only_dropped_words_keeps_a_key(name):
    assert normal("carrier", name) and normal("broker", name)


needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="no real data beside the project")


@needs_real_data
def test_carrier_changes_equal_the_hand_made_facts():
    facts = _facts()
    ambiguous = {tuple(pair) for pair in facts["ambiguous_ein_years"]}
    changes = {(row["ein"], row["year"], row["next_year"]): row for row in facts["carrier_set_changes"]["rows"]}
    sets = _sets_by_year("schedule_a.csv", "ins_carrier_name", "carrier")
    pairs = [
        (ein, year, str(int(year) + 1))
        for ein, year in sets
        if {(ein, year), (ein, str(int(year) + 1))} <= set(sets) - ambiguous
    ]
    scored = [p for p in pairs if changes.get(p, {}).get("kind") != "succession_only"]
    assert (len(pairs), len(scored)) == (facts["carrier_pairs"]["pairs"], 69)
    wrong = [
        (ein, year, dropped, added)
        for ein, year, following in scored
        for dropped, added in [_difference(sets, ein, year, following)]
        if (len(dropped), len(added)) != _expected_counts(changes.get((ein, year, following)))
    ]
    assert wrong == []


@needs_real_data
def test_broker_changes_equal_the_hand_made_facts():
    sets = _sets_by_year("schedule_a_brokers.csv", "ins_broker_name", "broker")
    wrong = [
        fact
        for fact in _facts()["broker_changes"]
        if any(_difference(sets, fact["ein"], fact["year"], fact["next_year"])) != fact["change"]
    ]
    assert wrong == []


def _facts() -> dict:
    text = (REAL / "facts.json").read_text(encoding="utf-8")
    return {name: fact["value"] for name, fact in json.loads(text).items()}


def _expected_counts(change: dict | None) -> tuple[int, int]:
    return (len(change["dropped"]), len(change["added"])) if change else (0, 0)


def _difference(sets, ein: str, year: str, following: str) -> tuple[set, set]:
    before, after = sets[ein, year], sets[ein, following]
    return before - after, after - before


def _sets_by_year(file: str, column: str, kind: str) -> dict[tuple[str, str], set[str]]:
    """(EIN, plan year) -> keys of the names on its Schedule A lines."""
    filings = {row["ack_id"]: (row["spons_dfe_ein"], row["form_tax_prd"][:4]) for row in _rows(REAL / "form_5500.csv")}
    lines = [row for row in _rows(REAL / file) if row["ack_id"] in filings]
    names = sorted({row[column] for row in lines})
    keys = {row["raw_value"]: row["normal_value"] for row in readings(kind, *names)}
    sets: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in lines:
        sets[filings[row["ack_id"]]] |= {keys[row[column]]} - {None}
    return sets


def _rows(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
