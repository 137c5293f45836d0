"""The cases beside the checkout: each list reaches its least share of right answers in the marts."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from cases_support import CASE_DAYS, CASES, FLOORS, SECOND, THIRD, WRONG, lines, write_cases, wrong_signals, wrong_story
from warehouse_support import FILE_NAME, DuckDBWarehouse

pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the cases are not part of the repository")


def folders(kind: str) -> list[str]:
    return sorted(folder.name for folder in (CASES / kind).glob("*") if folder.is_dir())


@pytest.fixture(scope="module")
def case_days(built_once, tmp_path_factory: pytest.TempPathFactory) -> dict[str, DuckDBWarehouse]:
    """All lists, filings and stories in one database, after each day."""
    raw = write_cases(tmp_path_factory.mktemp("cases"))

    def build(built: DuckDBWarehouse) -> None:
        for day in CASE_DAYS:
            built.build(day)
            Path(built.path.parent / day).mkdir()
            shutil.copy(built.path, built.path.parent / day)

    built = built_once("cases", raw, build)
    return {day: replace(built, path=built.path.parent / day / FILE_NAME) for day in CASE_DAYS}


@pytest.mark.parametrize("name", FLOORS)
def test_a_list_reaches_its_least_share_of_right_answers(case_days, name, record_property):
    cases = lines(name)
    wrong = WRONG[name](case_days[SECOND].query, cases)
    record_property(f"cases: {name}", f"{1 - len(wrong) / len(cases):.3f}")
    assert 1 - len(wrong) / len(cases) >= FLOORS[name], wrong


@pytest.mark.parametrize("case", folders("filings"))
def test_filings_give_the_signals_that_they_should(case_days, case):
    assert wrong_signals(case_days[SECOND].query, case) == []


@pytest.mark.parametrize("story", folders("stories"))
def test_a_story_makes_these_events_and_no_others(case_days, story):
    assert wrong_story(case_days[THIRD].query, story) == []
