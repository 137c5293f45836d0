"""Payloads: which texts are JSON, whatever the parser of an engine accepts."""

import json

import pytest

from slotwatch.normal_forms.json_texts import read_json


@pytest.mark.parametrize(
    "text",
    ['{"page": "benefits"}', " [1, 2.50]\n", '"text"', "12", "null", '{"a": 1, "a": 2}', '"\\ud83d\\ude00"', "1e300"],
)
def test_valid_json_is_kept_unchanged(text):
    assert read_json(text) == [{"normal_value": text}]


@pytest.mark.parametrize(
    "text",
    [
        *(
            'page "benefits"',
            '{"a": 1,}',
            "[1,]",
            "NaN",
            "[-Infinity]",
            "{'a': 1}",
            '"\\ud800"',
            '"\\u0000"',
            '{"a\\u0000": 1}',
            "1e999",
            "1e-999",
            "0e999",
            "1 // one",
        ),
        *("01", "[" * 100_000, "\\", "é\x01"),
    ],
)
def test_other_text_becomes_a_json_string(text):
    [reading] = read_json(text)
    assert json.loads(reading["normal_value"]) == text
