"""How the end of a dbt command is passed on."""

from types import SimpleNamespace

import pytest
from dbt.cli.main import dbtRunnerResult

from slotwatch.warehouse.dbt_runs import DbtError, _checked


def test_an_interrupt_stays_an_interrupt():
    with pytest.raises(KeyboardInterrupt):
        _checked(dbtRunnerResult(success=False, exception=KeyboardInterrupt()))


def test_a_seed_that_failed_is_named(manifest):
    """A seed has no sources: asking for them, to find a raw file that changed, raises an error of dbt."""
    seed = manifest.nodes["seed.slotwatch.legal_suffixes"]
    failed = SimpleNamespace(node=seed, status="error", message="Database Error\n  the connection was closed")
    with pytest.raises(DbtError, match=r"^legal_suffixes: the connection was closed$"):
        _checked(dbtRunnerResult(success=False, result=SimpleNamespace(results=[failed])))
