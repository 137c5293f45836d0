"""The macros of the adapter; dbt reads them from this folder."""

import os

PACKAGE_PATH = os.path.dirname(__file__)
