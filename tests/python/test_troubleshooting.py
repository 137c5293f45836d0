"""The page of messages: every listed message exists in the code, and every refusal is listed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from warehouse_support import ROOT

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
LISTED = re.findall(r"^\| `([^`]+)` \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE)
OF_DBT = {"does not have a target named 'postgres'"}
HOLE = "..."  # values that differ from case to case, on the page and here
# Errors of the code or of a model, not of the user's input; these need no entry.
FAULTS = {
    "TypeError", "KeyError", "ValueError", "RuntimeError", "ModuleNotFoundError", "DbtRuntimeError", "DbtDatabaseError",
}  # fmt: skip
MACRO_CALLS = re.compile(
    r"(?:(?:raise_compiler_error|exceptions\.warn|fail_with)\(|set problem = )(.*?)\)?\s*(?:-?}}|-?%})", re.DOTALL
)


def text_of(node: ast.AST) -> str | None:
    """The text of an expression, with gaps for inserted values; None for an expression that is not a text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or HOLE for part in node.values)
    return None


def python_files() -> list[Path]:
    return [*(ROOT / "slotwatch").rglob("*.py"), *(ROOT / "packages" / "dbt-postgrespy" / "src").rglob("*.py")]


def texts_of_python() -> Iterator[str]:
    """Every text in the Python code."""
    for file in python_files():
        yield from filter(None, map(text_of, ast.walk(ast.parse(file.read_text(encoding="utf-8")))))


def refusals_of_python() -> Iterator[str]:
    """The texts of exceptions."""
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if re.search(r"(Error|Exception)$", name) and name not in FAULTS and text_of(node.args[0]):
                    yield text_of(node.args[0])


def refusals_of_macros() -> Iterator[str]:
    """The texts with which macros refuse or warn."""
    files = [*(ROOT / "macros").rglob("*.sql"), *(ROOT / "packages").rglob("include/**/*.sql")]
    for file in files:
        for call in MACRO_CALLS.findall(file.read_text(encoding="utf-8")):
            literals = re.findall(r"\"([^\"]*)\"|'([^']*)'", call) if '"' in call else re.findall(r"()'([^']*)'", call)
            if text := HOLE.join(double or single for double, single in literals):
                yield text


def fits(listed: str, text: str) -> bool:
    """Whether a text begins or continues in the words of the page."""
    return re.search(".*".join(map(re.escape, listed.split(HOLE))), text, re.DOTALL) is not None


@pytest.mark.parametrize("listed", sorted({*LISTED} - OF_DBT))
def test_every_listed_message_exists_in_the_code(listed):
    makefile = re.sub(r"\$\(\w+\)", HOLE, (ROOT / "Makefile").read_text(encoding="utf-8"))
    said = [*texts_of_python(), *refusals_of_macros(), makefile]
    assert [text for text in said if fits(listed, text)], "no message of the code begins so"


@pytest.mark.parametrize("text", sorted({*refusals_of_python(), *refusals_of_macros()}))
def test_every_refusal_is_listed(text):
    assert [listed for listed in LISTED if fits(listed, text)], "docs/troubleshooting.md does not have this message"


def test_each_message_is_listed_once_and_the_search_finds_known_messages():
    assert len(LISTED) == len({*LISTED}) > 40
    assert len({*refusals_of_macros()}) >= 7
    assert len({*refusals_of_python()}) >= 25
