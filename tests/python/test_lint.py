"""The lint of the models: it does not expand macros and still finds faults. Blanks at the ends of lines."""

from pathlib import Path

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


def faults(text: str) -> list[str]:
    """The faults that two pre-commit hooks find in a text; the hooks themselves may not be installed."""
    lines = text.split("\n")
    ends = [f"line {number} ends in a blank" for number, line in enumerate(lines, 1) if line != line.rstrip()]
    return ends + ([] if text == "" or text == text.rstrip("\n") + "\n" else ["it does not end in one newline"])


def texts() -> list[Path]:
    """Text files of the project, except csv files."""
    folders = ("benchmarks", "docs", "examples", "macros", "models", "packages", "seeds", "slotwatch", "tests", "tools")
    files = [*ROOT.glob("*"), *(file for folder in folders for file in (ROOT / folder).rglob("*"))]
    return [file for file in files if file.suffix in (".md", ".sql", ".yml", ".py", ".toml", ".j2", ".js", ".css")]


def test_text_files_end_in_one_newline_and_their_lines_without_blanks():
    found = {f"{file.relative_to(ROOT)}": faults(file.read_text(encoding="utf-8")) for file in texts()}
    assert len(found) > 500 and {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_blank_at_the_end_is_found():
    assert faults("a\nb\n") == faults("") == []
    assert faults("a \nb\n") == ["line 1 ends in a blank"]
    assert faults("a\n\n") == faults("a") == ["it does not end in one newline"]
