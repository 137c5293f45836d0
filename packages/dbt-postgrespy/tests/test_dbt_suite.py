"""The basic tests that dbt has for every adapter (dbt-tests-adapter), on a real server."""

import pytest
from dbt.adapters.factory import reset_adapters
from dbt.tests.adapter.basic.test_adapter_methods import BaseAdapterMethod
from dbt.tests.adapter.basic.test_base import BaseSimpleMaterializations
from dbt.tests.adapter.basic.test_docs_generate import BaseDocsGenerate
from dbt.tests.adapter.basic.test_empty import BaseEmpty
from dbt.tests.adapter.basic.test_ephemeral import BaseEphemeral
from dbt.tests.adapter.basic.test_generic_tests import BaseGenericTests
from dbt.tests.adapter.basic.test_incremental import BaseIncremental, BaseIncrementalNotSchemaChange
from dbt.tests.adapter.basic.test_singular_tests import BaseSingularTests
from dbt.tests.adapter.basic.test_singular_tests_ephemeral import BaseSingularTestsEphemeral
from dbt.tests.adapter.basic.test_snapshot_check_cols import BaseSnapshotCheckCols
from dbt.tests.adapter.basic.test_snapshot_timestamp import BaseSnapshotTimestamp
from dbt.tests.adapter.basic.test_table_materialization import BaseTableMaterialization
from dbt.tests.adapter.basic.test_validate_connection import BaseValidateConnection
from dbt.tests.fixtures.project import *  # noqa: F403 - the fixtures that these tests ask for

del TestProcessingException  # noqa: F821 - pytest would take this exception for a test

# the suite's own fixtures are written for an older pytest
pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning")]


@pytest.fixture(scope="class", autouse=True)
def own_process():
    """Forget what earlier tests of this process have set: folders of artifacts, and the adapter of their project.

    dbt keeps the first adapter that a process registers. The adapter of `dbt debug` knows a profile but no project.
    """
    reset_adapters()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DBT_TARGET_PATH", "DBT_LOG_PATH"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="class")
def dbt_profile_target(server):
    """The profile: the superuser, since each test makes a schema."""
    return {
        "type": "postgrespy",
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "dbname": server.dbname,
        "threads": 2,
    }


class TestSimpleMaterializations(BaseSimpleMaterializations):
    pass


class TestTableMaterialization(BaseTableMaterialization):
    pass


class TestSingularTests(BaseSingularTests):
    pass


class TestSingularTestsEphemeral(BaseSingularTestsEphemeral):
    pass


class TestEmpty(BaseEmpty):
    pass


class TestEphemeral(BaseEphemeral):
    pass


class TestIncremental(BaseIncremental):
    pass


class TestIncrementalNotSchemaChange(BaseIncrementalNotSchemaChange):
    pass


class TestGenericTests(BaseGenericTests):
    pass


class TestSnapshotCheckCols(BaseSnapshotCheckCols):
    pass


class TestSnapshotTimestamp(BaseSnapshotTimestamp):
    pass


class TestAdapterMethod(BaseAdapterMethod):
    pass


class TestValidateConnection(BaseValidateConnection):
    pass


class TestDocsGenerate(BaseDocsGenerate):
    pass
