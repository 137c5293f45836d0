"""Filings give the signals that the rules name, and no others: one company per sentence (`filing_cases.py`)."""

import pytest
from filing_cases import CASES, ein
from world import DAYS

LAST = DAYS[-1]


def known_ein(number: int) -> str:
    return f"{ein(number)[:2]}-{ein(number)[2:]}"


@pytest.fixture(scope="module")
def found(duckdb_world) -> dict[str, list[tuple[str, str, str]]]:
    """The filing signals of each EIN: type, text, day of detection."""
    signals: dict[str, list[tuple[str, str, str]]] = {}
    for number, *signal in duckdb_world[LAST].query("""
        select
            companies.ein, signals.signal_type, signals.evidence_text,
            cast(cast(signals.detected_at as date) as text)
        from slotwatch.pressure_signals as signals join slotwatch.companies using (company_id)
        where signals.source_table = 'form_5500'
    """):
        signals.setdefault(number, []).append(tuple(signal))
    return signals


@pytest.fixture(scope="module")
def renewals(duckdb_world) -> dict[str, tuple[int | None, str | None]]:
    return {
        number: (month, source)
        for number, month, source in duckdb_world[LAST].query(
            "select ein, renewal_month, renewal_month_source from slotwatch.companies where ein like '77-%'"
        )
    }


@pytest.mark.parametrize(("number", "name"), list(enumerate(CASES, 1)), ids=CASES)
def test_filings_give_these_signals_and_no_others(found, number, name):
    case = CASES[name]
    signals = sorted(found.get(known_ein(number), []))
    assert [signal[:2] for signal in signals] == sorted(case.signals), case.about
    if case.signals and case.detected_on:
        assert {day for *_, day in signals} == {case.detected_on}


@pytest.mark.parametrize(("number", "name"), list(enumerate(CASES, 1)), ids=CASES)
def test_the_renewal_month_comes_from_welfare_plans(renewals, number, name):
    assert renewals[known_ein(number)] == CASES[name].renewal, CASES[name].about


def test_filings_of_unknown_companies_are_known_and_neither_errors_nor_signals(duckdb_world):
    query = duckdb_world[LAST].query
    assert query("select count(*) from slotwatch.pipeline_errors where raw_id like 'stranger-%'") == [(0,)]
    assert query("select count(*) from slotwatch_staging.stg_form_5500 where ein = '98-7654321'") == [(0,)]
    assert query("""
        select raw_id, ack_id from slotwatch_staging.base_form_5500 where is_left_out and raw_id like 'stranger-%'
        order by raw_id
    """) == [("stranger-0", None), ("stranger-1", None)]
    for table, rows in (("schedule_a", 2), ("schedule_a_brokers", 1)):
        assert query(f"""
            select count(*) from slotwatch_staging.base_{table} where is_left_out and raw_id like 'stranger-%'
        """) == [(rows,)]
        assert query(f"select count(*) from slotwatch_staging.stg_{table} where raw_id like 'stranger-%'") == [(0,)]
    assert query("select count(*) from slotwatch.data_reconciliation where not is_balanced") == [(0,)]
