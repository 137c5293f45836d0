"""The dbt profile of the working directory, read without parsing the project."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import Any

from dbt.adapters.contracts.connection import Credentials
from dbt.adapters.duckdb.credentials import Attachment
from dbt.cli.resolvers import default_profiles_dir
from dbt.config.runtime import load_profile
from dbt.flags import set_from_args
from dbt_common.context import set_invocation_context
from dbt_common.exceptions import DbtBaseException

from slotwatch.warehouse.postgres import DatabaseError


def credentials(target: str | None = None) -> Credentials:
    """The connection that the profile gives for a target, or for its default one. Raises DatabaseError without one."""
    set_invocation_context(os.environ)  # the profile asks dbt for the environment, and for where it lies itself
    folder = os.environ.get("DBT_PROFILES_DIR") or str(default_profiles_dir())
    set_from_args(Namespace(PROFILES_DIR=folder), {})
    try:
        return load_profile(os.getcwd(), {}, target_override=target).credentials
    except DbtBaseException as error:
        words = " ".join(str(error).split()).removesuffix(".").removeprefix("Runtime Error ")
        raise DatabaseError(f"The profile cannot be read: {words}.") from error


def duckdb_attachment(credentials: Any) -> Attachment:
    """How a build attaches the file of a DuckDB target, with the options that it is to be written with."""
    attached = {attachment.alias: attachment for attachment in credentials.attach or []}
    return attached.get(credentials.database) or Attachment(path=credentials.path)


def duckdb_file(credentials: Any) -> Path:
    """The file of a DuckDB target: what it attaches as its database, or its path."""
    return Path(duckdb_attachment(credentials).path)
