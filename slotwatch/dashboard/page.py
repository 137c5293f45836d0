"""The page of the dashboard: one HTML file with its data, styles, script and charts in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import us
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from slotwatch.commands.pages import shown
from slotwatch.commands.today import ANSWER_DAYS, CHANGE_DAYS, capacity_words, today
from slotwatch.commands.unfinished import unfinished
from slotwatch.dashboard.aggregates import ALL_ROLES, Aggregates, rate_pct, read_aggregates
from slotwatch.dashboard.charts import address, charts, words
from slotwatch.dashboard.companies import STORIES_PER_PACK, WINDOWS, company_list, holder_names, story_packs
from slotwatch.dashboard.lists import List, error_list, today_lists, work_list
from slotwatch.dashboard.replies import reply_list, template_replies
from slotwatch.dashboard.terms import TERMS
from slotwatch.warehouse.reading import Row, Rows

BUDGET = 4_850_000
"""Bytes of a page at most; the promise is 5 MB."""
STORY_ROOM = 400_000
"""Bytes of that which the other parts leave to the stories, but never more than a quarter of what is left."""
SCRIPTS = ("lists.js", "companies.js", "page.js")


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
    work = today(rows)
    replies = template_replies(rows)
    weeks = [row["week"] for row in found.slot_events]
    lists = {
        **today_lists(work, weeks),
        "replies": reply_list(replies),
        "due": work_list(rows, found.queues),
        "problems": error_list(rows, sum(row["errors"] for row in found.errors)),
    }
    facts = {
        "found": found,
        "charts": charts(found),
        "today": _today_tiles(work),
        "work": work,
        "capacity": capacity_words(work["renewals"]),
        "tiles": _tiles(found, replies),
        "lists": lists,
        "unfinished": unfinished(rows),
    }
    room = max(0, budget - len(_html(facts, _Companies()).encode("utf-8")))
    kept = min(STORY_ROOM, room // 4)
    companies = company_list(rows, room - kept)
    room -= len(companies.text)
    known, holders = holder_names(rows, companies.ids, max(0, room - kept))
    room -= len(holders)
    stories = story_packs(rows, companies.ids, room)
    told = min(len(stories) * STORIES_PER_PACK, len(companies.ids))
    html = _html(
        facts,
        _Companies(
            total=companies.total,
            listed=len(companies.ids),
            known=known,
            told=told,
            text=companies.text,
            holders=holders,
            stories=stories,
            decisions=[(code, words(code)) for code in companies.decisions],
        ),
    )
    return Dashboard(html, companies.total, len(companies.ids), told)


def write_page(html: str, path: Path) -> None:
    """Write a page; if this fails, an existing page stays unchanged. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_text(html, encoding="utf-8", newline="\n")
    unfinished.replace(path)


@dataclass(frozen=True)
class _Companies:
    """The companies that the page holds."""

    total: int = 0
    listed: int = 0
    known: int = 0
    """Companies whose people are in the page."""
    told: int = 0
    text: str = ""
    holders: str = ""
    stories: Any = ()
    decisions: Any = ()


@dataclass(frozen=True)
class Tile:
    """A number on the page, and the list that it counts."""

    name: str
    figure: str
    about: str
    link: str


def _today_tiles(work: dict[str, Any]) -> list[Tile]:
    """The numbers of today, each with its list."""
    totals = work["totals"]
    changed = [row for row in work["changes"] if row["is_since_last_build"]]
    this_week = sum(row["is_this_week"] for row in work["changes"])
    answered = sum(row["at"] > work["as_of"] - timedelta(days=CHANGE_DAYS) for row in work["answers"])
    tiles = [Tile("Write to", f"{totals['write']:,}", "messages authorised", "#write")]
    if work["call"] is not None:
        tiles.append(Tile("Call", f"{totals['call']:,}", "people in band 4 and 5", "#call"))
    return [
        *tiles,
        Tile("Answered", f"{totals['answers']:,}", f"{ANSWER_DAYS} days; {answered:,} in the last 7", "#answers"),
        Tile(
            "Changed",
            f"{len(changed):,}",
            f"since the last build; {this_week:,} in 7 days",
            address("changes", since="last build"),
        ),
        Tile(
            "Windows opening",
            f"{work['renewals']['windows']:,}",
            "campaign windows, this week",
            address("companies", opens="week"),
        ),
        Tile("Needs a human", f"{totals['human']:,}", "pairs and addresses", "#human"),
    ]


def _tiles(found: Aggregates, replies: Sequence[Row]) -> list[Tile]:
    """The numbers about all companies, each with its list."""
    seats = next((row for row in found.fill_rates if row["role"] == ALL_ROLES), None)
    reached = {row["stage"]: row["row_count"] for row in found.funnel}
    rejected = sum(row["rejected_rows"] for row in found.reconciliation)
    known = sum(row["known_rows"] for row in found.reconciliation)
    sent, replied = (sum(row[key] for row in replies) for key in ("sent", "replied"))
    return [
        Tile("Companies", f"{found.companies:,}", "in the marts", "#companies"),
        Tile(
            "Seats filled",
            "none" if seats is None or seats["fill_rate_pct"] is None else f"{seats['fill_rate_pct']} %",
            f"{seats['filled_slots']:,} of {seats['total_slots']:,}" if seats else "",
            address("companies", vacant="none"),
        ),
        Tile(
            "In band 3 and up",
            f"{reached['banded 3+']:,}",
            "companies under pressure",
            address("companies", band="3+"),
        ),
        Tile(
            "Messages authorised",
            f"{reached['authorised']:,}",
            "companies to write to today",
            address("companies", message="AUTHORISED"),
        ),
        Tile(
            "Messages answered",
            f"{rate_pct(replied, sent)} %" if sent else "none",
            f"{replied:,} of {sent:,} sent" if sent else "none sent yet",
            "#replies",
        ),
        Tile(
            "Renewals ready",
            f"{found.campaign_ready:,}",
            "window open, green contact",
            address("companies", window="ready"),
        ),
        Tile("Rows rejected", f"{rejected:,}", f"of {known:,} raw rows", address("problems", severity="error")),
    ]


def _html(facts: dict[str, Any], companies: _Companies) -> str:
    found: Aggregates = facts["found"]
    lists: dict[str, List] = facts["lists"]
    data = {
        "asOf": f"{found.as_of:%Y-%m-%d}",
        "week": f"{facts['work']['renewals']['week_start_on']}",
        "bands": {str(row["band"]): row["band_name"] for row in found.bands},
        "roles": found.roles,
        "states": {state.abbr: state.name for state in us.states.STATES_AND_TERRITORIES},
        "windows": list(WINDOWS.items()),
        "decisions": companies.decisions,
        "total": companies.total,
        "told": companies.told,
        "perPack": STORIES_PER_PACK,
        "stories": companies.stories,
        "lists": {
            each.id: {
                "columns": [asdict(column) for column in each.columns],
                "total": each.total,
                "rest": each.rest,
                "noun": each.noun,
            }
            for each in lists.values()
        },
    }
    script = "\n".join(_file(name) for name in SCRIPTS)
    return _template().render(
        **facts,
        companies=companies,
        terms=TERMS,
        windows=WINDOWS,
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
