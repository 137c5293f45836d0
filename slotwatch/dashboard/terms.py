"""The legend of the page: ten terms that a reader needs. The README has the same lines."""

TERMS = {
    "Seat (slot)": "one role at one company: CEO, CFO or HR; filled by a person, or vacant",
    "Signal": "one detected fact that puts a company under pressure, with its evidence and an end date",
    "Hub": "where a signal comes from: DOL (filings, renewals), PEOPLE (seats, moves), BLOG (news)",
    "Band": "how far outreach may go, from 0 SILENT to 5 DIRECT, by the sum of the active signals",
    "Proof line": "the sentence of evidence that justifies a message; it ends when its evidence ends",
    "Authorised": "a message may go out today; otherwise the first reason against it is shown",
    "Green": "the email address passed its last check; yellow is risky, red is bad, gray is unchecked",
    "Campaign window": "the days before a renewal in which a campaign makes sense; ready with a green contact",
    "Build": "one run of dbt over the raw rows; everything on the page is as of the last one",
    "as of": "the moment, in UTC, that a build looks from: today and now mean this moment",
}
