"""Sentences on what a folder or database lacks."""


def no_companies(place: str) -> str:
    """What to add to a folder or database that has people and no companies."""
    return (
        f"{place} has people but no companies they could belong to, so each of them is refused: add a list of "
        "companies, with names and websites, as company_raw_intake.csv."
    )
