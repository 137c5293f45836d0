"""Proof lines: the sentence that justifies writing to a company, and its machine-readable twin.

Source of the wording: the proof section of the business rules. Fragments arrive chosen and written (``evidence_text``);
here they are joined and dated, for all companies at once.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import polars as pl
import pyarrow as pa

HUBS = ("DOL", "PEOPLE", "BLOG")
LONGEST_VALIDITY = timedelta(days=90)

PROOFS = pa.schema(
    [
        ("proof_id", pa.string()),
        ("company_id", pa.string()),
        ("band", pa.int32()),
        ("pressure_class", pa.string()),
        ("sources", pa.string()),
        ("signal_ids", pa.string()),
        ("cited_magnitudes", pa.string()),
        ("proof_line", pa.string()),
        ("proof", pa.string()),
        ("decision_window_days", pa.int32()),
        ("generated_at", pa.timestamp("us")),
        ("valid_until", pa.timestamp("us")),
    ]
)


def write_proofs(evidence: pa.Table) -> pa.Table:
    """The proof of each company that is given evidence, one row per company (schema ``PROOFS``).

    ``evidence``: one row per company and signal that is quoted, with company_id, band (3-5), pressure_class, hub, place
    within the hub (from 1), signal_id, magnitude, expires_at (naive UTC), evidence_text, source_table,
    source_record_ids (a JSON array of ids) and as_of, the day of issue (naive UTC, the same everywhere).
    """
    if not evidence.num_rows:
        return PROOFS.empty_table()
    as_of = evidence["as_of"][0].as_py()
    cited = (
        pl.from_arrow(evidence)
        .sort("company_id", pl.col("hub").cast(pl.Enum(HUBS)), "place")
        .with_columns(pl.col("source_record_ids").str.json_decode(pl.List(pl.String)))
    )
    signal_ids = pl.col("signal_id")
    proofs = (
        cited.group_by("company_id", maintain_order=True)
        .agg(
            pl.col("band", "pressure_class").first(),
            sources=pl.col("hub").unique(maintain_order=True),
            signal_ids=signal_ids,
            evidence=pl.struct(
                "hub",
                "signal_id",
                "magnitude",
                pl.col("evidence_text").alias("text"),
                "source_table",
                "source_record_ids",
            ),
            cited_magnitudes=pl.format("{}:{}", signal_ids, "magnitude").sort_by(signal_ids).str.join(","),
            valid_until=pl.col("expires_at").min(),
        )
        .join(convergence(cited), on="company_id", maintain_order="left")
        .with_columns(
            generated_at=pl.lit(as_of, pl.Datetime("us")),
            valid_until=pl.min_horizontal("valid_until", pl.lit(as_of + LONGEST_VALIDITY, pl.Datetime("us"))),
        )
        .with_columns(decision_window_days=(pl.col("valid_until").dt.date() - as_of.date()).dt.total_days())
        .with_columns(
            proof_id=proof_id(as_of),
            proof_line=proof_line(),
            proof=proof_twin(),
            sources=as_json("sources"),
            signal_ids=as_json("signal_ids"),
        )
    )
    return proofs.select(PROOFS.names).to_arrow().cast(PROOFS)


def convergence(cited: pl.DataFrame) -> pl.DataFrame:
    """One row per company: its first hub, that hub's fragments, and the fragments of all hubs, each with its hub."""
    of_hubs = cited.group_by("company_id", "hub", maintain_order=True).agg(pl.col("evidence_text").str.join(", "))
    return of_hubs.group_by("company_id", maintain_order=True).agg(
        first_hub=pl.col("hub").first(),
        first_text=pl.col("evidence_text").first(),
        convergence=pl.format("{} ({})", "evidence_text", "hub").str.join(" + "),
    )


def proof_line() -> pl.Expr:
    """The line of a proof, from its band, class, decision window (days) and ``convergence``."""
    window = pl.col("decision_window_days")
    days = pl.format("{} day{}", window, pl.when(window == 1).then(pl.lit("")).otherwise(pl.lit("s")))
    return (
        pl.when(pl.col("band") == 3)
        .then(pl.format("{} detected via {}: {}", "pressure_class", "first_hub", "first_text"))
        .when(pl.col("band") == 4)
        .then(pl.format("{} convergence: {}", "pressure_class", "convergence"))
        .otherwise(pl.format("PHASE TRANSITION: {} — {} — Decision window: {}", "pressure_class", "convergence", days))
    )


def proof_id(as_of: datetime) -> pl.Expr:
    """``prf_`` and 12 hex digits over what a proof says and the day it was issued."""
    day = pl.lit(as_of.date().isoformat())
    said = pl.concat_str("company_id", "band", "pressure_class", "cited_magnitudes", day, separator="|")
    return said.map_elements(
        lambda text: "prf_" + hashlib.sha256(text.encode()).hexdigest()[:12], return_dtype=pl.String
    )


def proof_twin() -> pl.Expr:
    """The machine-readable twin of a proof: a JSON object as text."""
    twin = pl.struct(
        "band",
        "pressure_class",
        "sources",
        "evidence",
        "signal_ids",
        pl.col("generated_at", "valid_until").dt.strftime("%Y-%m-%d %H:%M:%S"),
    )
    return twin.struct.json_encode()


def as_json(column: str) -> pl.Expr:
    """A column of lists of texts as JSON arrays."""
    # polars encodes structs only: what its one field holds is the array
    return pl.struct(pl.col(column).alias("_")).struct.json_encode().str.slice(len('{"_":')).str.strip_suffix("}")
