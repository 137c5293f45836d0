"""The lint of the models: it reads macros without expanding them, and still finds what it should."""

import pytest
from sqlfluff.core import FluffConfig, Linter
from warehouse_support import ROOT

CLEAN = """with

companies as (

    select * from {{ ref("int_companies") }}
    where known_at <= {{ as_of() }}

),

named as (

    select
        companies.company_id,
        {{ clean_text("companies.company_name") }} as company_name
    from companies
    left join {{ ref("int_people") }} as people on companies.company_id = people.company_id

)

select * from named
"""
FAULTS = {
    "CP01": ("select * from named", "SELECT * from named"),
    "AL01": (" as people on", " people on"),
    "ST03": ("    from companies\n", '    from {{ ref("other_companies") }} as companies\n'),
    "LT02": ("        companies.company_id,", "       companies.company_id,"),
    "LT05": ("companies.company_name", f"companies.{'long_' * 20}name"),
    "PRS": ("left join", "left outer inner join"),
}


@pytest.fixture(scope="module")
def linter() -> Linter:
    """The linter as `make lint` runs it."""
    return Linter(config=FluffConfig.from_path(str(ROOT)))


def codes(linter: Linter, text: str) -> set[str]:
    """Codes of the rules that a model breaks."""
    return {
        violation.rule_code() for violation in linter.lint_string(text, fname=f"{ROOT}/models/made_up.sql").violations
    }


def test_a_clean_model_breaks_no_rule(linter, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert codes(linter, CLEAN) == set()


@pytest.mark.parametrize("code", FAULTS)
def test_a_planted_fault_is_found(linter, monkeypatch, code):
    monkeypatch.chdir(ROOT)
    old, new = FAULTS[code]
    assert CLEAN.count(old) >= 1
    assert code in codes(linter, CLEAN.replace(old, new))
