"""Word lists of the generator; names of people come from Faker's American lists, with their frequencies."""

from __future__ import annotations

import numpy as np
from faker.providers.address.en_US import Provider as Addresses
from faker.providers.person.en_US import Provider as Names


def _weighted(words: dict[str, float]) -> tuple[list[str], np.ndarray]:
    weights = np.array(list(words.values()))
    return list(words), weights / weights.sum()


FIRST_NAMES, FIRST_NAME_SHARES = _weighted({**Names.first_names_female, **Names.first_names_male})
LAST_NAMES, LAST_NAME_SHARES = _weighted(dict(Names.last_names))
CITY_SUFFIXES = list(Addresses.city_suffixes)
STREET_SUFFIXES = list(Addresses.street_suffixes)
STATES = list(Addresses.states_abbr)
STATE_SPELLINGS = {"AR": "Ark.", "CA": "California", "NY": "New York", "TX": "Texas", "PA": "Penn.", "FL": "Fla."}

COMPANY_FIRST_WORDS = (
    "Alpine Anchor Arrow Beacon Blue Bridge Bright Canyon Cedar Central Clear Coastal Copper Crescent "
    "Delta Eagle East Evergreen Falcon First Frontier Garden Gateway Golden Granite Great Green Harbor "
    "Heritage High Horizon Iron Keystone Lake Lakeside Liberty Lone Magnolia Maple Metro Midland Midwest "
    "Mountain National New North Northern Oak Ocean Old Pacific Patriot Pine Pioneer Prairie Premier Red "
    "Ridge River Rocky Royal Sierra Silver South Southern Spring Star Stone Summit Sun Three Timber Tri "
    "United Upland Valley Vista West Western White Wild Willow"
).split()
TRADES = [
    ("Manufacturing", "Manufacturing"),
    ("Plastics", "Manufacturing"),
    ("Tool & Die", "Manufacturing"),
    ("Foods", "Food"),
    ("Bakery", "Food"),
    ("Dairy", "Food"),
    ("Logistics", "Transportation"),
    ("Freight", "Transportation"),
    ("Transit", "Transportation"),
    ("Construction", "Construction"),
    ("Builders", "Construction"),
    ("Electric", "Construction"),
    ("Roofing", "Construction"),
    ("Plumbing", "Construction"),
    ("Health Partners", "Health care"),
    ("Dental", "Health care"),
    ("Home Care", "Health care"),
    ("Clinics", "Health care"),
    ("Credit Union", "Finance"),
    ("Capital", "Finance"),
    ("Software", "Technology"),
    ("Systems", "Technology"),
    ("Robotics", "Technology"),
    ("Networks", "Technology"),
    ("Engineering", "Professional services"),
    ("Architects", "Professional services"),
    ("Consulting", "Professional services"),
    ("Law Group", "Professional services"),
    ("Staffing", "Professional services"),
    ("Hotels", "Hospitality"),
    ("Restaurants", "Hospitality"),
    ("Schools", "Education"),
    ("Learning Center", "Education"),
    ("Nurseries", "Agriculture"),
    ("Farms", "Agriculture"),
    ("Supply", "Wholesale"),
    ("Distributing", "Wholesale"),
    ("Equipment", "Wholesale"),
    ("Furniture", "Retail"),
    ("Auto Group", "Retail"),
    ("Pharmacy", "Retail"),
    ("Energy", "Utilities"),
    ("Water Works", "Utilities"),
    ("Media", "Media"),
    ("Printing", "Media"),
]
LEGAL_FORMS = ["", ", Inc.", " Inc", " LLC", ", LLC", " Corp.", " Corporation", " Co.", " Company", " Ltd."]
SITE_SPELLINGS = [
    "https://www.{}/",
    "https://{}",
    "http://www.{}",
    "www.{}",
    "{}",
    "https://www.{}/about?ref=directory",
]
TOP_LEVEL_DOMAINS = ["com", "com", "com", "com", "com", "com", "net", "org", "us", "biz"]
AREA_CODES = [205, 212, 303, 312, 404, 415, 503, 512, 602, 614, 617, 702, 713, 801, 816, 901, 919, 972]

TITLES = {
    "CEO": [
        "CEO",
        "Chief Executive Officer",
        "President & CEO",
        "Founder & CEO",
        "President",
        "Owner",
        "Managing Director",
    ],
    "CFO": ["CFO", "Chief Financial Officer", "Senior VP & CFO", "V.P. Finance", "Director of Finance", "Controller"],
    "HR": [
        "CHRO",
        "Chief People Officer",
        "Vice President, Human Resources",
        "HR Director",
        "Head of People",
        "HR Manager",
        "Benefits Manager",
        "Human Resources Generalist",
    ],
}
OTHER_TITLES = [
    "Sales Manager",
    "Plant Manager",
    "Software Engineer",
    "Account Executive",
    "Former CEO",
    "Assistant to the CFO",
    "Technical Recruiter",
    "Quality Controller",
    "Operations Lead",
    "VP Sales",
]
TITLES_AFTER = ["Strategic Projects Lead", "Board Member", "Senior Consultant"]  # of former holders of a seat

CARRIERS = [
    "AETNA LIFE INSURANCE COMPANY",
    "AMERITAS LIFE INSURANCE CORP.",
    "ANTHEM BLUE CROSS AND BLUE SHIELD",
    "CIGNA HEALTH AND LIFE INSURANCE COMPANY",
    "COMBINED INSURANCE COMPANY OF AMERICA",
    "DELTA DENTAL",
    "EYEMED VISION CARE",
    "GUARDIAN LIFE INSURANCE COMPANY OF AMERICA",
    "HARTFORD LIFE AND ACCIDENT INSURANCE COMPANY",
    "HUMANA INSURANCE COMPANY",
    "KAISER FOUNDATION HEALTH PLAN",
    "LINCOLN NATIONAL LIFE INSURANCE COMPANY",
    "METROPOLITAN LIFE INSURANCE COMPANY",
    "MUTUAL OF OMAHA INSURANCE COMPANY",
    "PRINCIPAL LIFE INSURANCE COMPANY",
    "PRUDENTIAL INSURANCE COMPANY OF AMERICA",
    "RELIANCE STANDARD LIFE INSURANCE COMPANY",
    "STANDARD INSURANCE COMPANY",
    "SUN LIFE ASSURANCE COMPANY OF CANADA",
    "SYMETRA LIFE INSURANCE COMPANY",
    "UNITED HEALTHCARE INSURANCE COMPANY",
    "UNUM LIFE INSURANCE COMPANY OF AMERICA",
    "VISION SERVICE PLAN",
]
BROKER_WORDS = [
    "BENEFIT PARTNERS",
    "INSURANCE SERVICES",
    "RISK ADVISORS",
    "& ASSOCIATES",
    "BENEFITS GROUP",
    "AGENCY INC",
]
