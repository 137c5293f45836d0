"""Computes what would lift a company one band, by trying larger magnitudes of one hub at a time in
`slotwatch.bands`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slotwatch.bands import HUBS, BandRules, Magnitudes, Row, band_of

MOST_EXAMPLES = 3


def lift(state: Row, magnitudes: Magnitudes, rules: BandRules, other_types: Sequence[Row] = ()) -> dict[str, Any]:
    """What would lift a company to a higher band, one hub at a time.

    ``state`` is its row of `company_bands`, ``other_types`` the signal types that it does not have, each with
    signal_type, hub and magnitude. Keys of the result:

    - `next_band` and `next_band_name`: null in the highest band.
    - `missing_points`: points that the total lacks; 0 if only a cap keeps the company below the next band.
    - `held_by`: this cap, or null.
    - `ways`: one per hub that alone can lift the company: the smallest additional `magnitude`, the magnitude that the
      hub then has, the band, whether the hub becomes active, and signals of this strength that the company lacks.
    - `no_way`: the other hubs, each with the cap that prevents it.
    - `hubs_to_prove`: inactive hubs; one of them must become active before messages have the company's band.
    """
    top = max(row["band"] for row in rules.bands)
    result: dict[str, Any] = {
        "next_band": None,
        "next_band_name": None,
        "missing_points": 0,
        "held_by": None,
        "ways": [],
        "no_way": [],
        "hubs_to_prove": [
            hub for hub in HUBS if state["send_band"] < state["band"] and not rules.is_active(hub, magnitudes[hub])
        ],
    }
    if state["band"] == top:
        return result
    target = rules.band(state["band"] + 1)
    missing = max(0, target["min_magnitude"] - state["total_magnitude"])
    result |= {
        "next_band": target["band"],
        "next_band_name": target["band_name"],
        "missing_points": missing,
        "held_by": None if missing else state["band_capped_by"],
    }
    for hub in HUBS:
        way, cap = _least(hub, state["band"], magnitudes, rules)
        if way:
            result["ways"].append(way | {"such_as": _examples(hub, way["magnitude"], other_types)})
        else:
            result["no_way"].append({"hub": hub, "cap": cap})
    return result


def _least(hub: str, band: int, magnitudes: Magnitudes, rules: BandRules) -> tuple[dict[str, Any] | None, str | None]:
    """The smallest gain of one hub that lifts the company above ``band``; if no gain does, the cap that prevents it."""
    highest = max(row["min_magnitude"] for row in rules.bands)
    enough = highest * 10 // rules.weights[hub]["tenths"] + rules.weights[hub]["active_from"] + 1
    for more in range(1, enough + 1):
        reached = magnitudes[hub] + more
        lifted = band_of({**magnitudes, hub: reached}, rules)
        if lifted["band"] > band:
            return {
                "hub": hub,
                "magnitude": more,
                "to": reached,
                "band": lifted["band"],
                "band_name": lifted["band_name"],
                "becomes_active": rules.is_active(hub, reached) and not rules.is_active(hub, magnitudes[hub]),
            }, None
    return None, band_of({**magnitudes, hub: magnitudes[hub] + enough}, rules)["band_capped_by"]


def _examples(hub: str, magnitude: int, other_types: Sequence[Row]) -> list[dict[str, Any]]:
    """The weakest signal types of a hub that are strong enough on their own."""
    strong = [row for row in other_types if row["hub"] == hub and row["magnitude"] >= magnitude]
    strong.sort(key=lambda row: (row["magnitude"], row["signal_type"]))
    return [{"signal_type": row["signal_type"], "magnitude": row["magnitude"]} for row in strong[:MOST_EXAMPLES]]


def lift_words(found: Row, state: Row, magnitudes: Magnitudes, rules: BandRules) -> list[str]:
    """What `lift` found, in sentences."""
    words = []
    if found["next_band"] is None:
        words.append(f"Band {state['band']} {state['band_name']} is the highest.")
    elif found["held_by"]:
        words.append(
            f"The total of {state['total_magnitude']} is enough for band {found['next_band']} "
            f"{found['next_band_name']}, but {found['held_by']} ({_condition(found['held_by'])}) holds it at band "
            f"{state['band']}."
        )
    else:
        starts = rules.band(found["next_band"])["min_magnitude"]
        words.append(
            f"Band {found['next_band']} {found['next_band_name']} starts at {starts}; the total of "
            f"{state['total_magnitude']} is {_points(found['missing_points'])} short."
        )
    if found["ways"]:
        words.append("Any one of these is enough:")
        words += [f"  {_way(way, state, magnitudes, rules)}" for way in found["ways"]]
    words += [
        f"{each['hub']} alone cannot lift it: {each['cap']} ({_condition(each['cap'])}) would hold it at band "
        f"{rules.caps.get(each['cap'])}."
        for each in found["no_way"]
    ]
    if found["hubs_to_prove"]:
        hubs = " or ".join(
            f"{hub} ({magnitudes[hub]} of {rules.weights[hub]['active_from']})" for hub in found["hubs_to_prove"]
        )
        words.append(
            f"It may be written to at band {state['send_band']} at most, because {_domains(state)} can prove no "
            f"more. One more active domain raises this: {hubs}."
        )
    return words


def _way(way: Row, state: Row, magnitudes: Magnitudes, rules: BandRules) -> str:
    active_from = rules.weights[way["hub"]]["active_from"]
    active = f", active from {active_from}" if way["becomes_active"] else ""
    examples = ", ".join(f"{each['signal_type']} {each['magnitude']}" for each in way["such_as"])
    text = (
        f"{way['hub']} {way['magnitude']} more ({magnitudes[way['hub']]} to {way['to']}{active}), for band "
        f"{way['band']} {way['band_name']}" + (f"; such as {examples}" if examples else "")
    )
    is_unproven = rules.is_active(way["hub"], magnitudes[way["hub"]]) and way["band"] > state["provable_band"]
    return (
        f"{text}; but {_domains(state)} can prove no more than band {state['provable_band']}" if is_unproven else text
    )


def _condition(cap: str) -> str:
    return {"BLOG_ALONE_CAP": "BLOG alone is active", "NO_DOL_CAP": "DOL is not active"}.get(cap, "a cap")


def _domains(state: Row) -> str:
    return f"{state['active_domains']} active domain" + ("" if state["active_domains"] == 1 else "s")


def _points(number: int) -> str:
    return f"{number} point" + ("" if number == 1 else "s")
