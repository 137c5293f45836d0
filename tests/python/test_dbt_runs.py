"""How the end of a dbt command is passed on."""

import pytest
from dbt.cli.main import dbtRunnerResult

from slotwatch.warehouse.dbt_runs import _checked


def test_an_interrupt_stays_an_interrupt():
    with pytest.raises(KeyboardInterrupt):
        _checked(dbtRunnerResult(success=False, exception=KeyboardInterrupt()))
