"""dbt-postgres plus Python models that run in the dbt process."""

from dbt.adapters.base import AdapterPlugin
from dbt.adapters.postgrespy.connections import PostgresPyConnectionManager, PostgresPyCredentials
from dbt.adapters.postgrespy.impl import PostgresPyAdapter
from dbt.include import postgrespy

__all__ = ["Plugin", "PostgresPyAdapter", "PostgresPyConnectionManager", "PostgresPyCredentials"]

Plugin = AdapterPlugin(
    adapter=PostgresPyAdapter,  # type: ignore[arg-type]
    credentials=PostgresPyCredentials,
    include_path=postgrespy.PACKAGE_PATH,
    dependencies=["postgres"],
)
