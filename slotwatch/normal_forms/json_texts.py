"""Payloads that should be JSON, read the same way on every engine, whose own parsers differ."""

import json
import math

LONGEST_NUMBER = 400  # characters


def read_json(raw: str) -> list[dict]:
    """Strict JSON text stays unchanged; any other text becomes a JSON string.

    Strict: no NaN or Infinity, no number beyond a double, no half of a surrogate pair, no character U+0000.
    """
    return [{"normal_value": raw if _is_strict(raw) else json.dumps(raw.replace("\x00", ""), ensure_ascii=False)}]


def _is_strict(raw: str) -> bool:
    try:
        value = json.loads(raw, parse_constant=_refuse, parse_float=_finite)
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except (ValueError, RecursionError):  # a broken surrogate raises a ValueError too
        return False
    return "\\u0000" not in text


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value) or (value == 0 and number.strip("-0.")) or len(number) > LONGEST_NUMBER:
        raise ValueError(f"{number} is beyond a double")
    return value
