"""Contact details and codes: which spellings are read, as what, and which are refused."""

import pytest
from normal_forms_support import normal, reading

PHONES = [
    ("(212) 555-0100", "+12125550100"),
    ("212.555.0199", "+12125550199"),
    ("+1 212 555 0100", "+12125550100"),
    ("12125550100", "+12125550100"),
    ("2125550100.0", "+12125550100"),
    ("\uff12\uff11\uff12 555 0100", "+12125550100"),
    ("+44 20 7946 0958", "+442079460958"),
    ("Tel: 212/555-0100", "+12125550100"),
    ("(212) 555-0100 (office)", "+12125550100"),
    ("212-555-0100 / 212-555-0101", "+12125550100"),
    ("212-555-0100 or 212-555-0101", "+12125550100"),
    ("tel:+1-212-555-0100", "+12125550100"),
    ("555-0100", None),
    ("n/a", None),
    ("call me", None),
    ("1-800-ACMEFUN", None),
    ("000-000-0000", None),
    ("123-456-7890", None),
    ("212-555-01", None),
    ("", None),
    ("9" * 200, None),
]


@pytest.mark.parametrize(("raw", "expected"), PHONES)
def test_phones_are_e164_or_null(raw, expected):
    assert normal("company_phone", raw) == expected


@pytest.mark.parametrize("raw", ["212-555-0100 x12", "(212) 555-0100 ext. 12", "212 555 0100 extension 12"])
def test_an_extension_has_its_own_column(raw):
    row = reading("company_phone", raw)
    assert (row["normal_value"], row["extension"]) == ("+12125550100", "12")


EMAILS = [
    (" Jane.Doe@ACME.example ", "jane.doe@acme.example"),
    ("jane@acme.test", "jane@acme.test"),
    ("mailto:jane@acme.test?subject=hi", "jane@acme.test"),
    ("Jane Doe <Jane@acme.test>", "jane@acme.test"),
    ("Doe, Jane <jane@acme.test>", "jane@acme.test"),
    ("jane@gmail.com; jane@acme.test", "jane@acme.test"),
    ("jane@gmail.com, jane@yahoo.com", "jane@gmail.com"),
    ("nonsense; jane@acme.test", "jane@acme.test"),
    ("jane&#64;acme.test", "jane@acme.test"),
    ("jane@acme.test\u200b", "jane@acme.test"),
    ("jane@bücher.example", "jane@xn--bcher-kva.example"),
    ("jane@acme.test.", "jane@acme.test"),
    ("jane doe@acme.test", None),
    ("jane@acme", None),
    ("jane@@acme.test", None),
    ("@acme.test", None),
    ("jane at acme.test", None),
    ("n/a", None),
    ("noemail@acme.test", None),
    ("No-Email@acme.test", None),
    ("null@null.com", None),
    ("not_provided@acme.test", None),
    ("name@company.com", None),
    ("email_not_unlocked@domain.com", None),
    ("noemail@acme.test; jane@acme.test", "jane@acme.test"),
    ("noemi.mailer@acme.test", "noemi.mailer@acme.test"),
    ("jane@acme.test / ann@acme.test", "jane@acme.test"),
    ("jane@gmail.com or jane@acme.test", "jane@acme.test"),
    ("jane@acme.test (work)", "jane@acme.test"),
    ("E-mail: jane@acme.test", "jane@acme.test"),
    ("email_not_found@acme.test", None),
    ("declined@acme.test", None),
]


@pytest.mark.parametrize(("raw", "expected"), EMAILS)
def test_emails_are_one_lower_case_address_or_null(raw, expected):
    assert normal("email", raw) == expected


@pytest.mark.parametrize(
    ("raw", "personal", "role"),
    [
        ("jane@acme.test", False, False),
        ("jane@gmail.com", True, False),
        ("hr@acme.test", False, True),
        ("HR+jobs@acme.test", False, True),
        ("no-reply@acme.test", False, True),
        ("hrivera@acme.test", False, False),
        ("info@gmail.com", True, True),
        ("not an address", None, None),
    ],
)
def test_personal_and_role_mailboxes_are_flagged(raw, personal, role):
    row = reading("email", raw)
    assert (row["is_personal"], row["is_role_mailbox"]) == (personal, role)


WEBSITES = [
    ("https://www.Acme.example:8080/about?x=1#y", "acme.example", False),
    ("http://acme.co.uk", "acme.co.uk", False),
    ("HTTP://ACME.COM.", "acme.com", False),
    ("http:/acme.com", "acme.com", False),
    ("//acme.com/x", "acme.com", False),
    ("acme.com:443/x", "acme.com", False),
    ("user:secret@acme.com", "acme.com", False),
    ("investors.eu.acme.com/home.aspx", "acme.com", False),
    ("www.acme.test", "acme.test", False),
    ("see www.acme.com", "acme.com", False),
    ("acme.com; acme.net", "acme.com", False),
    ("bücher.de", "xn--bcher-kva.de", False),
    ("XN--BCHER-KVA.de", "xn--bcher-kva.de", False),
    ("info@acme.com", "acme.com", False),
    ("jane@gmail.com", "gmail.com", True),
    ("https://www.linkedin.com/company/acme", "linkedin.com", True),
    ("de-de.facebook.com/acme", "facebook.com", True),
    ("https://sites.google.com/view/acme", "google.com", True),
    ("google.com", "google.com", True),
    ("https://jobs.lever.co/acme", "lever.co", True),
    ("https://acme.zendesk.com", "zendesk.com", True),
    ("https://www.monster.com/company/acme", "monster.com", True),
    ("https://urldefense.proofpoint.com/v2/url?u=http-3A__acme.com", "proofpoint.com", True),
    ("www.hotmail.com", "hotmail.com", True),
    ("yourdomain.com", "yourdomain.com", True),
    ("https://www.ebay.com", "ebay.com", False),
    ("https://investors.ebay.com/", "ebay.com", False),
    ("https://www.ebay.com/str/acme", "ebay.com", True),
    ("https://workforcenow.adp.com/acme", "adp.com", True),
    ("lever-acme.com", "lever-acme.com", False),
    ("notlinkedin.com", "notlinkedin.com", False),
    ("acme.wordpress.com", "wordpress.com", True),
    ("acme.wixsite.com/home", "acme.wixsite.com", True),
    ("acme.github.io", "acme.github.io", True),
    ("acme.myshopify.com", "acme.myshopify.com", True),
    ("acme.uk.com", "acme.uk.com", False),
    ("http://https://www.acme.com", "acme.com", False),
    ("http//acme.com/x", "acme.com", False),
    ("http:\\\\www.acme.com", "acme.com", False),
    ("acme.com / acme.net", "acme.com", False),
    ("www.sbcglobal.net", "sbcglobal.net", True),
    ("yahoo.com.tw", "yahoo.com.tw", True),
    ("github.io", None, None),
    ("co.uk", None, None),
    ("http://192.168.1.1/", None, None),
    ("http://[::1]/", None, None),
    ("localhost", None, None),
    ("acme", None, None),
    ("Acme Inc.", None, None),
    ("n.a.", None, None),
    ("acme..com", None, None),
    ("-.com", None, None),
]


@pytest.mark.parametrize(("raw", "expected", "shared"), WEBSITES)
def test_websites_are_registrable_domains_or_null(raw, expected, shared):
    row = reading("website", raw)
    assert (row["normal_value"], row["is_shared_host"]) == (expected, shared)


COMPANY = "https://www.linkedin.com/company/"
PERSON = "https://www.linkedin.com/in/"


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("linkedin_company", "http://linkedin.com/company/Acme-Corp/?x=1#y", COMPANY + "acme-corp"),
        ("linkedin_company", "uk.linkedin.com/company/123/about/", COMPANY + "123"),
        ("linkedin_company", "linkedin.com/company/caf%C3%A9", COMPANY + "caf%c3%a9"),
        ("linkedin_company", "linkedin.com/company/CAFÉ", COMPANY + "caf%c3%a9"),
        ("linkedin_company", "linkedin.com/in/jane-doe", None),
        ("linkedin_company", "linkedin.com/school/acme-college", None),
        ("linkedin_company", "linkedin.com/company/", None),
        ("linkedin_company", "linkedin.com/company/%2F..%2Fin", None),
        ("linkedin_company", "notlinkedin.com/company/acme", None),
        ("linkedin_company", "acme", None),
        ("linkedin_person", "https://de.linkedin.com/in/Jane-Doe/de?trk=1", PERSON + "jane-doe"),
        ("linkedin_person", "linkedin.com/in/jane-doe/", PERSON + "jane-doe"),
        ("linkedin_person", "m.linkedin.com/mwlite/in/jane-doe", PERSON + "jane-doe"),
        ("linkedin_person", "linkedin.com/company/acme", None),
        ("linkedin_person", "jane-doe", None),
        ("linkedin_person", "linkedin.com/in/%ff", None),
        ("linkedin_person", "https://www.linkedin.com/in/undefined", None),
        ("linkedin_person", "https://www.linkedin.com/in/None/", None),
        ("linkedin_person", "https://www.linkedin.com/in/unavailable", None),
        ("linkedin_person", "https://www.linkedin.com/in/pub/jdoe1", None),
        ("linkedin_person", "https://www.linkedin.com/in/www.acme.com", None),
        ("linkedin_person", "https://www.linkedin.com/in/http://linkedin.com/in/jane-doe-3", PERSON + "jane-doe-3"),
        ("linkedin_person", "http://https://www.linkedin.com/in/jane-doe", PERSON + "jane-doe"),
        ("linkedin_person", "https://www.linkedin.com/in/nonello-ada", PERSON + "nonello-ada"),
        ("linkedin_company", "https://www.linkedin.com/company/unavailable/", None),
        ("linkedin_company", "https://www.linkedin.com/company/setup/new", None),
    ],
)
def test_linkedin_addresses_have_one_spelling(kind, raw, expected):
    assert normal(kind, raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("12-3456789", "12-3456789"),
        (" 12 3456789 ", "12-3456789"),
        ("EIN: 12-3456789", "12-3456789"),
        ("123456789.0", "12-3456789"),
        ("10783925", "01-0783925"),
        ("1234567", "00-1234567"),
        ("123456", None),
        ("1234567890", None),
        ("00-0000000", None),
        ("0000000", None),
        ("11-1111111", None),
        ("'12-3456789", "12-3456789"),
        ('="12-3456789"', "12-3456789"),
        ('="123456789"', "12-3456789"),
        ("12-345678X", None),
        ("n/a", None),
    ],
)
def test_eins_are_nine_digits_or_null(raw, expected):
    assert normal("ein", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ny", "NY"),
        ("N.Y.", "NY"),
        (" new   york ", "NY"),
        ("Calif.", "CA"),
        ("Kans.", "KS"),
        ("W.Va.", "WV"),
        ("D.C.", "DC"),
        ("District of Columbia", "DC"),
        ("Puerto Rico", "PR"),
        ("Florida[3]", "FL"),
        ("Texsa", None),
        ("Ireland", None),
        ("N", None),
        ("", None),
    ],
)
def test_states_are_usps_codes_or_null(raw, expected):
    assert normal("state", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("02139", "02139"),
        ("2139", "02139"),
        ("2139.0", "02139"),
        ("02139-1234", "02139-1234"),
        ("021391234", "02139-1234"),
        ("21391234", "02139-1234"),
        ("02139 1234", "02139-1234"),
        ("820", "00820"),
        ("123", None),
        ("K1A 0B1", None),
        ("00000", None),
        ("021391", None),
    ],
)
def test_postal_codes_keep_their_zeros(raw, expected):
    assert normal("postal_code", raw) == expected


@pytest.mark.parametrize(
    "slug",
    ["undefined", "N%2FA", "n-a", "not-available", "not_found", "linkedin-member", "your-name", "private", "0", "404",
     "{{slug}}", "[object%20Object]", "ab", "null", "TBD", "profile", "xxx", "test", "view",
     "undefined-undefined", "null_null"],
)  # fmt: skip
def test_a_placeholder_for_a_linkedin_page_is_unreadable(slug):
    assert normal("linkedin_person", f"https://www.linkedin.com/in/{slug}") is None


@pytest.mark.parametrize(
    "slug", ["nullmann-petra", "undefined-atelier", "test-pilot-jane", "me-jane", "none-the-wiser"]
)
def test_a_linkedin_page_may_contain_a_placeholder_word(slug):
    assert normal("linkedin_person", f"https://www.linkedin.com/in/{slug}") == f"https://www.linkedin.com/in/{slug}"


def test_a_company_may_have_a_slug_that_a_person_may_not():
    assert normal("linkedin_company", "linkedin.com/company/private") == "https://www.linkedin.com/company/private"


@pytest.mark.parametrize(
    "address",
    ["no.email@acme.example", "No-Email1@acme.example", "not_provided@acme.example", "noemail23@acme.example",
     "first.last@acme.example", "placeholder@acme.example", "unknown+2@acme.example", "jane@nowhere.com"],
)  # fmt: skip
def test_a_placeholder_for_an_email_is_unreadable(address):
    assert normal("email", address) is None


@pytest.mark.parametrize(
    ("address", "is_role"),
    [
        ("front.desk@acme.example", True),
        ("customer-service@acme.example", True),
        ("hr.manager@acme.example", True),
        ("office2@acme.example", True),
        ("staffing@agency.example", True),
        ("acme@acme.example", True),
        ("medical.records@acme.example", True),
        ("appointments@acme.example", True),
        ("desk.clara@acme.example", False),
        ("kim@gmail.com", False),
        ("gmail@gmail.com", False),
        ("front.desk.lead@acme.example", False),
        ("h.r@acme.example", False),
        ("jane.office@acme.example", False),
        ("noemi.nomailer@acme.example", False),
    ],
)
def test_a_role_mailbox_in_any_spelling_does_not_identify_a_person(address, is_role):
    assert reading("email", address)["is_role_mailbox"] is is_role
