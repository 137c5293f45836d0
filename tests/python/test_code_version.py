"""`code_version`: a hash of the code of some modules, which changes only when the modules change."""

import sys

import pytest

from slotwatch.code_version import code_version


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with two modules, which can be imported."""
    folder = tmp_path / "rules_of_a_test"
    folder.mkdir()
    for name in ("__init__", "one", "other"):
        (folder / f"{name}.py").write_text(f"NAME = '{name}'\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]


def test_a_change_of_a_named_module_changes_the_version(package):
    before = code_version([f"{package.name}.one"])
    (package / "other.py").write_text("NAME = 'changed'\n")
    assert code_version([f"{package.name}.one"]) == before
    (package / "one.py").write_text("NAME = 'changed'\n")
    assert code_version([f"{package.name}.one"]) != before


def test_a_package_includes_all_its_modules(package):
    before = code_version([package.name])
    (package / "other.py").write_text("NAME = 'changed'\n")
    assert code_version([package.name]) != before


def test_the_version_of_a_library_counts(package):
    assert code_version([package.name], ["jinja2"]) != code_version([package.name])


def test_the_order_of_names_does_not_count(package):
    names = [f"{package.name}.one", f"{package.name}.other"]
    assert code_version(names, ["jinja2", "click"]) == code_version(names[::-1], ["click", "jinja2"])


def test_the_error_names_a_missing_module():
    with pytest.raises(ModuleNotFoundError, match=r"There is no module slotwatch\.nowhere\."):
        code_version(["slotwatch.nowhere"])
