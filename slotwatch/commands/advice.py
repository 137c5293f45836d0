"""Sentences on what a folder or database lacks."""

from collections.abc import Sequence

from slotwatch.warehouse.reading import Row


def nobody_to_write_to(reasons: Sequence[Row]) -> str:
    """Why no message may go out: the most frequent reasons, each a row with denial_reason and companies."""
    counted = [f"{row['denial_reason']} at {row['companies']:,}" for row in reasons]
    return (
        f"No message is authorised. The most frequent reasons, with the number of companies: {', '.join(counted)}. "
        "`slotwatch explain NAME` says what a company lacks."
    )


def no_companies(place: str) -> str:
    """What to add to a folder or database that has people and no companies."""
    return (
        f"{place} has people but no companies they could belong to, so each of them is refused: add a list of "
        "companies, with names and websites, as company_raw_intake.csv."
    )
