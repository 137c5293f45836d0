"""Made-up raw tables at real scale: the volumes and proportions of the system in use, for trials and benchmarks.

`draw_world` draws a `World` (who holds which seat on the last day, and what changed on which day), and `generate`
writes its raw tables. The same arguments give the same rows. All drawing is vectorised.

This module contains only the limits that the command line shows, so that its import is fast.
"""

from datetime import date

FIRST_DAY = date(2025, 11, 10)  # far from the days on which all January renewals cross a threshold at once
MAX_COMPANIES = 3_000_000  # there are 10,000,000 numbers for Barton ids, and each company needs three for its slots
MAX_DAYS = 60
