"""The docs site in one file, from what `dbt docs generate --static` wrote. `make docs` calls it.

The graph of dbt's site begins with all tests in it, twice as many nodes as tables. Here it begins without them; its
filter of resources brings them back.
"""

from __future__ import annotations

from pathlib import Path

WRITTEN = Path("target/static_index.html")
FILE = Path("target/slotwatch-docs.html")
TESTS = '"source","test","unit_test","analysis"'
"""In the choice that the graph begins with."""


def without_tests(html: str) -> str:
    """The site with a graph that begins without tests. Raises ValueError when dbt's site has changed."""
    if html.count(TESTS) != 1:
        raise ValueError("dbt's docs site begins with another choice of resources: see tools/docs_site.py")
    return html.replace(TESTS, '"source","analysis"')


if __name__ == "__main__":
    FILE.write_text(without_tests(WRITTEN.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"The docs site is {FILE}: open it in a browser.")
