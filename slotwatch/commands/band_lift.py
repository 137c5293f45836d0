"""What would lift a company one band: the inverse of the arithmetic of the bands.

The bands themselves are computed in the model `int_company_bands`; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple

HUBS = ("DOL", "PEOPLE", "BLOG")
MOST_EXAMPLES = 3

Magnitudes = Mapping[str, int]
Row = Mapping[str, Any]


class BandRules(NamedTuple):
    """The seeds `bands`, `hub_weights`, `band_doctrine`, `pressure_signal_types`, and the var `domain_active_from`."""

    bands: Sequence[Row]
    tenths: Mapping[str, int]
    doctrine: Sequence[Row]
    signal_types: Sequence[Row]
    active_from: int

    def points(self, hub: str, magnitude: int) -> int:
        """Points that a hub's magnitude adds to the total: its weighted share, rounded half up."""
        return (self.tenths[hub] * magnitude + 5) // 10

    def domains(self, magnitudes: Magnitudes) -> Row:
        """The row of the seed `band_doctrine` for the domains that these magnitudes make active."""
        active = {f"{hub.lower()}_active": magnitudes[hub] >= self.active_from for hub in HUBS}
        return next(row for row in self.doctrine if all(row[name] == value for name, value in active.items()))

    @property
    def caps(self) -> dict[str, int]:
        """The highest band that each cap allows."""
        return {row["cap"]: row["max_band"] for row in self.doctrine if row["cap"]}

    def band(self, number: int) -> Row:
        """The row of the seed `bands`."""
        return next(row for row in self.bands if row["band"] == number)


def band_of(magnitudes: Magnitudes, rules: BandRules) -> tuple[int, str | None]:
    """The band that these magnitudes would give, and the cap that would lower it to that."""
    total = sum(rules.points(hub, magnitudes[hub]) for hub in HUBS)
    raw = max(row["band"] for row in rules.bands if total >= row["min_magnitude"])
    domains = rules.domains(magnitudes)
    is_capped = domains["max_band"] is not None and raw > domains["max_band"]
    return (domains["max_band"], domains["cap"]) if is_capped else (raw, None)


def lift(state: Row, magnitudes: Magnitudes, rules: BandRules, present: Set[str] = frozenset()) -> dict[str, Any]:
    """What would lift a company to a higher band, one hub at a time.

    ``state`` is its row of `company_bands`, ``present`` the types of its active signals. Keys of the result:
    `next_band` and `next_band_name` (null at the top), `missing_points` (of the total, 0 when a cap alone holds it),
    `held_by` (that cap, or null), `ways` (per hub the least `magnitude` more that lifts it, up to what, to which band,
    whether that makes the hub active, and signals of that strength that it does not have), `no_way` (hubs that cannot
    alone, with the cap that keeps them from it), and `hubs_to_prove` (inactive hubs, one of which must become active
    before the company may be written to at its band).
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
            hub for hub in HUBS if state["send_band"] < state["band"] and magnitudes[hub] < rules.active_from
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
            result["ways"].append(way | {"such_as": _examples(hub, way["magnitude"], rules, present)})
        else:
            result["no_way"].append({"hub": hub, "cap": cap})
    return result


def _least(hub: str, band: int, magnitudes: Magnitudes, rules: BandRules) -> tuple[dict[str, Any] | None, str | None]:
    """The smallest gain of one hub that lifts the company above ``band``; if no gain does, the cap that prevents it."""
    highest = max(row["min_magnitude"] for row in rules.bands)
    enough = highest * 10 // rules.tenths[hub] + rules.active_from + 1
    for more in range(1, enough + 1):
        reached = magnitudes[hub] + more
        lifted, _ = band_of({**magnitudes, hub: reached}, rules)
        if lifted > band:
            return {
                "hub": hub,
                "magnitude": more,
                "to": reached,
                "band": lifted,
                "band_name": rules.band(lifted)["band_name"],
                "becomes_active": magnitudes[hub] < rules.active_from <= reached,
            }, None
    return None, band_of({**magnitudes, hub: magnitudes[hub] + enough}, rules)[1]


def _examples(hub: str, magnitude: int, rules: BandRules, present: Set[str]) -> list[dict[str, Any]]:
    """The weakest signal types of a hub that are not present and are strong enough alone."""
    strong = [
        row
        for row in rules.signal_types
        if row["hub"] == hub and row["magnitude"] >= magnitude and row["signal_type"] not in present
    ]
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
        hubs = " or ".join(f"{hub} ({magnitudes[hub]} of {rules.active_from})" for hub in found["hubs_to_prove"])
        words.append(
            f"It may be written to at band {state['send_band']} at most, because {_domains(state)} can prove no "
            f"more. One more active domain raises this: {hubs}."
        )
    return words


def _way(way: Row, state: Row, magnitudes: Magnitudes, rules: BandRules) -> str:
    active = f", active from {rules.active_from}" if way["becomes_active"] else ""
    examples = ", ".join(f"{each['signal_type']} {each['magnitude']}" for each in way["such_as"])
    text = (
        f"{way['hub']} {way['magnitude']} more ({magnitudes[way['hub']]} to {way['to']}{active}), for band "
        f"{way['band']} {way['band_name']}" + (f"; such as {examples}" if examples else "")
    )
    is_unproven = magnitudes[way["hub"]] >= rules.active_from and way["band"] > state["provable_band"]
    return (
        f"{text}; but {_domains(state)} can prove no more than band {state['provable_band']}" if is_unproven else text
    )


def _condition(cap: str) -> str:
    return {"BLOG_ALONE_CAP": "BLOG alone is active", "NO_DOL_CAP": "DOL is not active"}.get(cap, "a cap")


def _domains(state: Row) -> str:
    return f"{state['active_domains']} active domain" + ("" if state["active_domains"] == 1 else "s")


def _points(number: int) -> str:
    return f"{number} point" + ("" if number == 1 else "s")
