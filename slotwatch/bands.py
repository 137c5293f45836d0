"""The arithmetic of the bands: from the magnitudes of three hubs to a total, a cap and a band.

Used by the model `int_company_bands`, and by `slotwatch explain` to find what would lift a company.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

HUBS = ("DOL", "PEOPLE", "BLOG")

Magnitudes = Mapping[str, int]
Row = Mapping[str, Any]

BANDS = pa.schema(
    [
        ("company_id", pa.string()),
        ("band", pa.int32()),
        ("band_name", pa.string()),
        ("total_magnitude", pa.int32()),
        ("dol_magnitude", pa.int32()),
        ("people_magnitude", pa.int32()),
        ("blog_magnitude", pa.int32()),
        ("dol_active", pa.bool_()),
        ("people_active", pa.bool_()),
        ("blog_active", pa.bool_()),
        ("active_domains", pa.int32()),
        ("raw_band", pa.int32()),
        ("band_capped_by", pa.string()),
        ("primary_pressure", pa.string()),
        ("primary_hub", pa.string()),
        ("provable_band", pa.int32()),
        ("send_band", pa.int32()),
    ]
)


class BandRules(NamedTuple):
    """Rows of the seeds `bands`, `hub_weights` and `band_doctrine`; `weights` has the hub as key."""

    bands: Sequence[Row]
    weights: Mapping[str, Row]
    doctrine: Sequence[Row]

    @classmethod
    def of(cls, bands: Sequence[Row], hub_weights: Sequence[Row], doctrine: Sequence[Row]) -> BandRules:
        """The rules, read from the rows of the three seeds in any order."""
        in_order = sorted(bands, key=lambda row: row["band"])
        return cls(in_order, {row["hub"]: row for row in hub_weights}, doctrine)

    def points(self, hub: str, magnitude: int) -> int:
        """Points that a hub's magnitude adds to the total: its weighted share, rounded half up."""
        return (self.weights[hub]["tenths"] * magnitude + 5) // 10

    def is_active(self, hub: str, magnitude: int) -> bool:
        """Whether a hub of this magnitude is active."""
        return magnitude >= self.weights[hub]["active_from"]

    def band(self, number: int) -> Row:
        """The row of the seed `bands`."""
        return next(row for row in self.bands if row["band"] == number)

    @property
    def caps(self) -> dict[str, int]:
        """The highest band that each cap allows."""
        return {row["cap"]: row["max_band"] for row in self.doctrine if row["cap"]}


def band_of(magnitudes: Magnitudes, rules: BandRules) -> dict[str, Any]:
    """The band that these magnitudes give, and the values from which it follows: columns of `int_company_bands`.

    `band_capped_by` names the cap that lowers the band, or is null.
    """
    total = sum(rules.points(hub, magnitudes[hub]) for hub in HUBS)
    active = {f"{hub.lower()}_active": rules.is_active(hub, magnitudes[hub]) for hub in HUBS}
    domains = next(row for row in rules.doctrine if all(row[name] == value for name, value in active.items()))
    raw = max(row["band"] for row in rules.bands if total >= row["min_magnitude"])
    is_capped = domains["max_band"] is not None and raw > domains["max_band"]
    band = domains["max_band"] if is_capped else raw
    return {
        "band": band,
        "band_name": rules.band(band)["band_name"],
        "total_magnitude": total,
        **{f"{hub.lower()}_magnitude": magnitudes[hub] for hub in HUBS},
        **active,
        "active_domains": domains["active_domains"],
        "raw_band": raw,
        "band_capped_by": domains["cap"] if is_capped else None,
        "provable_band": domains["provable_band"],
        "send_band": min(band, domains["provable_band"]),
    }


def company_bands(companies: pa.Table, signals: pa.Table, rules: BandRules) -> pa.Table:
    """One row of schema `BANDS` per company, in the order given.

    ``companies`` has company_id; ``signals`` the active ones: signal_id, company_id, hub, magnitude, pressure_class and
    detected_at. The primary pressure is the class of the strongest signal that has one; of equally strong ones that of
    the first hub (seed `hub_weights`), then the latest detected, then the smallest id. Companies with the same three
    magnitudes are computed once.
    """
    ids = companies["company_id"]
    sums = signals.group_by(["company_id", "hub"]).aggregate([("magnitude", "sum")])
    of_hubs = [_looked_up(ids, sums.filter(pc.equal(sums["hub"], hub)), "magnitude_sum") for hub in HUBS]
    texts = [pc.fill_null(magnitudes, 0).cast(pa.string()) for magnitudes in of_hubs]
    triples = pc.binary_join_element_wise(*texts, " ").combine_chunks().dictionary_encode()
    found = [
        band_of(dict(zip(HUBS, map(int, triple.split()), strict=True)), rules)
        for triple in triples.dictionary.to_pylist()
    ]
    strongest = _strongest_signals(signals, rules)
    columns = {
        "company_id": ids,
        "primary_pressure": _looked_up(ids, strongest, "pressure_class_first"),
        "primary_hub": _looked_up(ids, strongest, "hub_first"),
    }
    bands = pa.Table.from_pylist(found, pa.schema([field for field in BANDS if field.name not in columns]))
    bands = bands.take(triples.indices)
    for name, values in columns.items():
        bands = bands.append_column(name, values)
    return bands.select(BANDS.names)


def _looked_up(ids: pa.ChunkedArray, rows: pa.Table, column: str) -> pa.ChunkedArray:
    """The value of a column in the row of each company id, null where there is none."""
    return rows[column].take(pc.index_in(ids, rows["company_id"]))


def _strongest_signals(signals: pa.Table, rules: BandRules) -> pa.Table:
    """One row per company with the class and the hub of its strongest signal that has a class."""
    classed = signals.filter(pc.is_valid(signals["pressure_class"]))
    hubs = pa.array(list(rules.weights))
    places = pa.array([row["precedence"] for row in rules.weights.values()])
    ranked = classed.append_column("place", places.take(pc.index_in(classed["hub"], hubs))).sort_by(
        [
            ("company_id", "ascending"),
            ("magnitude", "descending"),
            ("place", "ascending"),
            ("detected_at", "descending"),
            ("signal_id", "ascending"),
        ]
    )
    groups = ranked.group_by("company_id", use_threads=False)
    return groups.aggregate([("pressure_class", "first"), ("hub", "first")])
