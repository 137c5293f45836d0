"""The page of the dashboard: one HTML file with its data, styles, script and charts in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from slotwatch.commands.pages import shown
from slotwatch.commands.unfinished import unfinished
from slotwatch.dashboard.aggregates import ALL_ROLES, Aggregates, read_aggregates
from slotwatch.dashboard.charts import charts, words
from slotwatch.dashboard.companies import STORIES_PER_PACK, company_list, story_packs
from slotwatch.warehouse.reading import Row, Rows

BUDGET = 4_850_000
"""Bytes of a page at most; the promise is 5 MB."""
STORY_ROOM = 400_000
"""Bytes of that which the list of companies leaves to the stories, but never more than a quarter of what is left."""


@dataclass(frozen=True)
class Dashboard:
    """A page, the number of companies that it lists and describes, and the number of all companies."""

    html: str
    companies: int
    listed: int
    told: int


def make_dashboard(rows: Rows, budget: int = BUDGET) -> Dashboard:
    """The page of the last build, of at most about ``budget`` bytes. Raises NotBuiltError when there was none."""
    found = read_aggregates(rows)
    drawn = charts(found)
    facts = {"found": found, "charts": drawn, "tiles": _tiles(found), "failed": _failed(found)}
    facts["unfinished"] = unfinished(rows)
    room = max(0, budget - len(_html(facts, _Companies()).encode("utf-8")))
    companies = company_list(rows, room - min(STORY_ROOM, room // 4))
    stories = story_packs(rows, companies.ids[: companies.listed], room - len(companies.text))
    told = min(len(stories) * STORIES_PER_PACK, companies.listed)
    html = _html(
        facts,
        _Companies(
            total=len(companies.ids),
            listed=companies.listed,
            told=told,
            text=companies.text,
            stories=stories,
            decisions=[(code, words(code)) for code in companies.decisions],
        ),
    )
    return Dashboard(html, len(companies.ids), companies.listed, told)


def write_page(html: str, path: Path) -> None:
    """Write a page, or leave the one that is there as it is. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_text(html, encoding="utf-8", newline="\n")
    unfinished.replace(path)


@dataclass(frozen=True)
class _Companies:
    """The companies that the page holds."""

    total: int = 0
    listed: int = 0
    told: int = 0
    text: str = ""
    stories: Any = ()
    decisions: Any = ()


def _tiles(found: Aggregates) -> list[tuple[str, str, str]]:
    """The figures at the top: name, value and explanation of each."""
    seats = next((row for row in found.fill_rates if row["role"] == ALL_ROLES), None)
    reached = {row["stage"]: row["row_count"] for row in found.funnel}
    rejected = sum(row["rejected_rows"] for row in found.reconciliation)
    known = sum(row["known_rows"] for row in found.reconciliation)
    return [
        ("Companies", f"{found.companies:,}", "in the marts"),
        (
            "Seats filled",
            "none" if seats is None or seats["fill_rate_pct"] is None else f"{seats['fill_rate_pct']} %",
            f"{seats['filled_slots']:,} of {seats['total_slots']:,}" if seats else "",
        ),
        ("In band 3 and up", f"{reached['banded 3+']:,}", "companies under pressure"),
        ("Messages authorised", f"{reached['authorised']:,}", "companies to write to today"),
        ("Renewals ready", f"{found.campaign_ready:,}", "window open, green contact"),
        ("Rows rejected", f"{rejected:,}", f"of {known:,} raw rows"),
    ]


def _failed(found: Aggregates) -> Row | None:
    """The last build, if it failed. Some parts of the page are then older than others."""
    last = next((row for row in found.builds if row["is_full_build"]), None)
    return last if last and last["status"] != "success" else None


def _html(facts: dict[str, Any], companies: _Companies) -> str:
    found: Aggregates = facts["found"]
    data = {
        "bands": {str(row["band"]): row["band_name"] for row in found.bands},
        "roles": found.roles,
        "decisions": companies.decisions,
        "told": companies.told,
        "perPack": STORIES_PER_PACK,
        "stories": companies.stories,
    }
    script = _file("page.js")
    return _template().render(
        **facts,
        companies=companies,
        style=Markup(_file("page.css")),
        script=Markup(script),
        policy="; ".join(
            [
                "default-src 'none'",
                f"script-src {_fingerprint(script)}",
                "style-src 'unsafe-inline'",
                "base-uri 'none'",
                "form-action 'none'",
            ]
        ),
        data=Markup(inline_json(data)),
    )


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("slotwatch.dashboard", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = _cell
    environment.tests["number"] = lambda chart, column: chart.table.headings[column] in chart.table.numbers
    return environment.get_template("page.html.j2")


def _cell(value: Any) -> str:
    """A cell of a table of numbers."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else shown(value)


@cache
def _file(name: str) -> str:
    text = files("slotwatch.dashboard").joinpath(name).read_text(encoding="utf-8")
    return inline_script(text) if name.endswith(".js") else text


def inline_script(code: str) -> str:
    """A script that is safe in a page: nothing in its strings ends the script element."""
    return re.sub(r"<(?=/script|!--)", r"<\\", code, flags=re.IGNORECASE)


def inline_json(value: Any) -> str:
    """JSON that is safe in a page: it contains no markup characters."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _fingerprint(script: str) -> str:
    """The source expression (hash) by which a content security policy allows a script."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
