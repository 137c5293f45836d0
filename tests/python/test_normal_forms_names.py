"""Names of companies and people, and titles: which spellings agree, which stay different, which are refused."""

import pytest
from normal_forms_support import normal, reading, readings

COMPANY_KEYS = [
    ("AT&T INC.", "at and t"),
    ("AT&amp;T", "at and t"),
    ("EXAMPLE BANK CORP /DE/", "example bank"),
    ("EXAMPLE BANK CORP \\NEW\\", "example bank"),
    ("The Acme Company", "acme"),
    ("Acme Corporation (The)", "acme"),
    ("Smith &#8217;n&#8217; Sons, L.L.C.", "smith n sons"),
    ("Acme's & Co.", "acmes"),
    ("J. B. Acme", "jb acme"),
    ("J.B. Acme", "jb acme"),
    ("Quad/Graphics", "quad graphics"),
    ("Société d'Exemple S.A.", "societe dexemple"),
    ("Øster Łódź Straße GmbH", "oster lodz strasse"),
    ("Acme\u00a0\u200bWidgets\t Inc", "acme widgets"),
    ("Alderby Cos., Inc.", "alderby"),
    ("Cos Bar", "cos bar"),
    ("Salesgrove.com", "salesgrove"),
    ("Dot.com.au Ltd", "dot com au"),
    ("Inc.", "inc"),
    ("The Limited", "limited"),
    ("3M", "3m"),
    ("Company of Friends", "company of friends"),
    ("株式会社", "株式会社"),
]


@pytest.mark.parametrize(("raw", "expected"), COMPANY_KEYS)
def test_company_keys_are_equal_for_all_spellings_of_filers(raw, expected):
    assert normal("company_name", raw) == expected


@pytest.mark.parametrize("raw", ["", " ", "X", "n/a", "N.A.", "Null", "none", "TEST", "!!!", "😀😀"])
def test_placeholders_have_no_company_key_but_stay_visible(raw):
    row = reading("company_name", raw)
    assert row["normal_value"] is None
    assert row["display_value"] == raw.strip()


def test_different_companies_keep_different_keys():
    names = ["Acme Holdings Inc", "Acme Group Inc", "Acme Inc", "Acme of Ohio Inc", "Acme II LLC"]
    assert len({normal("company_name", name) for name in names}) == len(names)


# raw -> first, middle, last, suffix keys
PEOPLE = [
    ("Jane Doe", ("jane", None, "doe", None)),
    ("Jane Q. Doe", ("jane", "q", "doe", None)),
    ("Doe, Jane Q.", ("jane", "q", "doe", None)),
    ("Doe Jr., John", ("john", None, "doe", "jr")),
    ("Doe, John, III", ("john", None, "doe", "iii")),
    ("Dr. Jane Q. Doe, CPA, SHRM-CP", ("jane", "q", "doe", None)),
    ("Jane Doe Ph. D.", ("jane", None, "doe", None)),
    ("John Doe, Jr., PhD", ("john", None, "doe", "jr")),
    ("Jane Doe, XYZ", ("jane", None, "doe", None)),
    ("Jane Doe MA", ("jane", None, "doe", None)),
    ("Jane Ma", ("jane", None, "ma", None)),
    ("JANE DO", ("jane", None, "do", None)),
    ("J. Walker Doe", ("j", "walker", "doe", None)),
    ("W.M. Doe", ("w", "m", "doe", None)),
    ("DG Doe", ("d", "g", "doe", None)),
    ("Al Doe", ("al", None, "doe", None)),
    ("Jane G.S. Doe II", ("jane", "g s", "doe", "ii")),
    ("Carl H. Doe lll", ("carl", "h", "doe", "iii")),
    ("Aart J. de Geus", ("aart", "j", "de geus", None)),
    ("de Geus, Aart", ("aart", None, "de geus", None)),
    ("Dirk Van de Put", ("dirk", None, "van de put", None)),
    ("Van Johnson", ("van", None, "johnson", None)),
    ("Jane O&#039;Hanley", ("jane", None, "ohanley", None)),
    ("Jane O\u2019Hanley", ("jane", None, "ohanley", None)),
    ("JANE O'HANLEY", ("jane", None, "ohanley", None)),
    ("Chi-Foon Chan-Lee", ("chi foon", None, "chan lee", None)),
    ("Jane\u00a0P.  Doe", ("jane", "p", "doe", None)),
    ("Łukasz Müller", ("lukasz", None, "muller", None)),
    ("Jos\ufffd Doe", ("jose", None, "doe", None)),
    ("B\ufffdb Doe", ("bb", None, "doe", None)),
    ('Robert "Bob" Doe', ("robert", None, "doe", None)),
    ("Robert (Bob) Doe", ("robert", None, "doe", None)),
    ("Marc. D Doe", ("marc", "d", "doe", None)),
    ("Jane G, Doe", ("jane", "g", "doe", None)),
    ("Judge Doe", ("judge", None, "doe", None)),
    ("Prince Rogers Doe", ("prince", "rogers", "doe", None)),
    ("Captain Jane Doe", ("jane", None, "doe", None)),
    ("Mr. and Mrs. John Doe", ("john", None, "doe", None)),
    ("Jane Doe V", ("jane", None, "doe", "v")),
    ("Jane 😀 Doe", ("jane", None, "doe", None)),
    ("\u202eJane Doe\u202c", ("jane", None, "doe", None)),
    ("Jane Doe, Chief Financial Officer", ("jane", None, "doe", None)),
    ("Jane Doe, Jr., VP, Finance", ("jane", None, "doe", "jr")),
    ("Jane Doe | CFO | Acme", ("jane", None, "doe", None)),
    ("Jane Doe / HR Director", ("jane", None, "doe", None)),
    ("Jane Doe- CFO", ("jane", None, "doe", None)),
    ("Jane Doe: Sr. Director", ("jane", None, "doe", None)),
    ("Head Doe, Jane", ("jane", None, "head doe", None)),
    ("Doe, Mason", ("mason", None, "doe", None)),
    ("Doe Roe, Judge", ("judge", None, "doe roe", None)),
    ("Dr.Jane Doe", ("jane", None, "doe", None)),
    ("The Honorable Jane Doe", ("jane", None, "doe", None)),
    ("Atty. Jane Doe", ("jane", None, "doe", None)),
    ("Jane Doe CGMA", ("jane", None, "doe", None)),
    ("\u201cJane Doe\u201d", ("jane", None, "doe", None)),
    ("'Jane O'Hanley'", ("jane", None, "ohanley", None)),
    ("Jane_Doe", ("jane", None, "doe", None)),
]


@pytest.mark.parametrize(("raw", "keys"), PEOPLE)
def test_person_names_are_split_into_keys(raw, keys):
    row = reading("person_name", raw)
    parts = tuple(row[f"{part}_key"] for part in ("first", "middle", "last", "suffix"))
    assert parts == keys
    assert row["normal_value"] == " ".join(part for part in keys if part)


SEVERAL = [
    ("Jane Doe/John Roe", ["jane doe", "john roe"]),
    ("Jane Doe /John Roe", ["jane doe", "john roe"]),
    ("Jane Doe and John Roe", ["jane doe", "john roe"]),
    ("Jane Doe & John Roe", ["jane doe", "john roe"]),
    ("Jane Doe &amp; John Roe", ["jane doe", "john roe"]),
    ("John and Jane Smith", ["john smith", "jane smith"]),
    ("Doe, Jane; Roe, John Jr.", ["jane doe", "john roe jr"]),
    ("Ann Doe/Bob Roe/Cy Poe", ["ann doe", "bob roe", "cy poe"]),
    ("Mary Smith/Jones", ["mary smith jones"]),
    ("Alexander Brand", ["alexander brand"]),
    ("Ann Doe, Bob Roe and Cy Poe", ["ann doe", "bob roe", "cy poe"]),
    ("Ann Doe, Bob Roe, and Cy Poe", ["ann doe", "bob roe", "cy poe"]),
    ("Doe, Ann and Roe, Bob", ["ann doe", "bob roe"]),
    ("Ann Doe, CEO and Bob Roe, CFO", ["ann doe", "bob roe"]),
    ("Ann Doe / Jane Head", ["ann doe", "jane head"]),
    ("Ann B. Doe, Cy R. Roe <Co-Chief Executive Officer>", ["ann b doe", "cy r roe"]),
    ("Ann Doe, Bob Roe <Co-CEOs>", ["ann doe", "bob roe"]),
    ("Ann Doe, Bob Roe <CEO, CFO>", ["ann doe", "bob roe"]),
    ("Ann Doe, Bob Roe <Chief Executive Officer / Chief Financial Officer>", ["ann doe", "bob roe"]),
    ("Ann Doe, Bob Roe, Cy Poe <CEO; CFO; CHRO>", ["ann doe", "bob roe", "cy poe"]),
    ("Ann Doe, Bob Roe & Cy Poe <Co-President>", ["ann doe", "bob roe", "cy poe"]),
    ("Ann Doe, CPA, Bob Roe, MBA <CFO, CEO>", ["ann doe", "bob roe"]),
    ("Ann Doe, Jr., Bob Roe <Co-CEO>", ["ann doe jr", "bob roe"]),
    ("Ann Doe/Bob Roe <Co-CEO>", ["ann doe", "bob roe"]),
    ("Doe, Ann <Co-CEO>", ["ann doe"]),
    ("Doe, Ann Bea <CEO, President>", ["ann bea doe"]),
    ("Doe, Jr., Ann <Co-CEO>", ["ann doe jr"]),
    ("Doe Jr, Ann Bea <Co-CEO>", ["ann bea doe jr"]),
    ("Doe Roe, Ann Bea <VP, Finance>", ["ann bea doe roe"]),
    ("Doe Roe, Ann Bea <EVP, CFO>", ["ann bea doe roe"]),
    ("Doe Roe, Ann Bea <President & CEO>", ["ann bea doe roe"]),
    ("Doe Roe, Ann Bea <CEO, Acme Co>", ["ann bea doe roe"]),
    ("Ann Doe <Co-CEO>", ["ann doe"]),
    ("Ann Doe, XYZ <Co-CEO>", ["ann doe"]),
    ("Doe, Ann <CFO  at  Acme Co>", ["ann doe"]),
]


@pytest.mark.parametrize(("raw", "names"), SEVERAL)
def test_a_field_of_several_people_mentions_each_in_order(raw, names):
    rows = readings("person_name", raw)
    assert [row["normal_value"] for row in rows] == names
    assert [row["mention"] for row in rows] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("raw", ["Jane <i>Doe</i>", "<b>Jane Doe</b>", "Jane Doe<br>"])
def test_markup_in_a_name_is_kept_and_is_not_a_title(raw):
    [row] = readings("person_name", raw)
    assert row["display_value"] == raw and row["normal_value"] is not None


@pytest.mark.parametrize(
    "raw",
    [
        "", "Madonna", "Mr. Smith", "Dr. Jane, PhD", "Test User", "unknown unknown", "n/a", "TBD",
        "12 34", "!!! ???", "😀 😀", "jane@acme.test", "Jane and Sons", "Doe; Roe", "x" * 10_000,
    ],
)  # fmt: skip
def test_an_incomplete_name_is_unreadable(raw):
    row = reading("person_name", raw)
    assert row["normal_value"] is None
    assert row["first_key"] is None and row["last_key"] is None


def test_parts_for_display_keep_case_and_accents():
    row = reading("person_name", "Dr. José M. Núñez-O&#8217;Hara Jr., MBA")
    parts = [row[part] for part in ("first_name", "middle_name", "last_name", "suffix")]
    assert parts == ["José", "M.", "Núñez-O\u2019Hara", "Jr."]
