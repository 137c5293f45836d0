"""The dbt profile of the working directory, read without parsing the project."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from pathlib import Path
from typing import Any

from dbt.adapters.contracts.connection import Credentials
from dbt.config.runtime import load_profile
from dbt.flags import set_flags
from dbt_common.context import set_invocation_context
from dbt_common.exceptions import DbtBaseException

from slotwatch.warehouse.errors import DatabaseError

UNREADABLE = re.compile(
    r"Could not render {{ *env_var\('(?P<name>\w+)'.*?}}: Could not convert value '(?P<value>.*)' into type 'number'"
)
DEFAULT_FILE, OLD_FILE = "warehouse.duckdb", "slotwatch.duckdb"


def credentials(target: str | None = None) -> Credentials:
    """The connection that the profile gives for a target, or for its default one. Raises DatabaseError without one."""
    set_invocation_context(os.environ)  # the profile reads environment variables and its own location through dbt
    folder = os.environ.get("DBT_PROFILES_DIR") or str(_default_profiles_dir())
    # the flags that a profile needs; dbt's `set_from_args` would load all of its command line
    set_flags(Namespace(PROFILES_DIR=folder, LOG_CACHE_EVENTS=False))
    try:
        return load_profile(os.getcwd(), {}, target_override=target).credentials
    except DbtBaseException as error:
        words = " ".join(str(error).split()).removesuffix(".").removeprefix("Runtime Error ")
        raise DatabaseError(unreadable_setting(words) or f"The profile cannot be read: {words}.") from error


def _default_profiles_dir() -> Path:
    """The same folder as dbt's; dbt's own function is in a module that loads all of its command line."""
    return Path.cwd() if (Path.cwd() / "profiles.yml").exists() else Path.home() / ".dbt"


def unreadable_setting(words: str) -> str | None:
    """One sentence when dbt's words say that a setting is no number; None for any other words."""
    found = UNREADABLE.search(words)
    return f"{found['name']} is '{found['value']}', which is not a number." if found else None


def duckdb_file(credentials: Any) -> Path:
    """The file of a DuckDB target. Raises DatabaseError when the target is not a file."""
    if credentials.path == ":memory:":
        raise DatabaseError("The DuckDB target of the profile has no file: copy its `path` from profiles.yml.example.")
    if credentials.path.startswith("md:"):
        raise DatabaseError(
            "The DuckDB target of the profile is on MotherDuck, which the commands of slotwatch do not read: build "
            "with `dbt build`, and query the marts."
        )
    return Path(credentials.path)


def old_file_notice(file: Path) -> str | None:
    """One sentence if a file with the old default name lies beside the default database."""
    old = file.with_name(OLD_FILE)
    if file.name != DEFAULT_FILE or not old.is_file():
        return None
    return (
        f"{old} is not read, since the default database is {DEFAULT_FILE} now: rename the old file to {DEFAULT_FILE} "
        "to go on with it, or remove it."
    )
