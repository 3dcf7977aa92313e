"""How one option's value is written: loosely enough in a query, in exactly one way in a key.

ASCII digits only: no sign but one `-` where negatives are allowed, no leading zeros, no exponent (url-contract,
"Numbers"). Everything raises ValueError with one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from variants.table import Option

Value = int | str | bool | tuple[int, ...] | None

integer_pattern = re.compile(r"0|-?[1-9][0-9]{0,5}")
name_pattern = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
version_pattern = re.compile(r"[0-9a-f]{8,12}")
hex_pattern = re.compile(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8}")
fraction_pattern = re.compile(r"0|0\.[0-9]{1,2}|1|1\.0{1,2}")


def read_query(option: Option, text: str) -> str:
    """The key's spelling of a query's value, as `50x25` for `fp=0.5,0.25`."""
    return query_kinds[option.kind](option, text)


def read_key(option: Option, text: str) -> Value:
    """The value that a key spells; whether the spelling is the only one is for the caller to compare."""
    if option.kind in ("point", "rect"):
        return _numbers(option, text, separator="x")
    if option.kind == "choice" and text not in option.key_values:
        raise ValueError(f"Expected {_listed(option.key_values)} for {option.name}, received {text}.")
    spelt = text if option.kind == "choice" else read_query(option, text)
    if option.kind == "flag":
        return spelt == "1"
    if option.name == "flip":
        return spelt == "h"
    if option.name == "rot" or (option.kind == "integer" and spelt not in option.words):
        return int(spelt)
    return spelt


def write(option: Option, value: Value) -> str | None:
    """The key's spelling of a value, None where there is none."""
    if value is None or (option.name == "flip" and not value):
        return None
    if option.name == "flip":
        return "h"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return "x".join(str(each) for each in value)
    return str(value)


def _integer(option: Option, text: str) -> str:
    if text in option.words:
        return text
    if not integer_pattern.fullmatch(text) or not option.least <= int(text) <= option.most:
        words = "".join(f" or {word}" for word in option.words)
        raise ValueError(f"Expected integer {option.least} to {option.most}{words} for {option.name}, received {text}.")
    return text


def _flag(option: Option, text: str) -> str:
    if text not in ("0", "1"):
        raise ValueError(f"Expected 0 or 1 for {option.name}, received {text}.")
    return text


def _choice(option: Option, text: str) -> str:
    text = option.synonyms.get(text, text)
    if text not in option.values:
        raise ValueError(f"Expected {_listed(option.values)} for {option.name}, received {text}.")
    return text


def _name(option: Option, text: str) -> str:
    if not name_pattern.fullmatch(text):
        raise ValueError(f"Expected a name of lower-case letters, digits, _ and - for {option.name}, received {text}.")
    return text


def _version(option: Option, text: str) -> str:
    if not version_pattern.fullmatch(text):
        raise ValueError(f"Expected 8 to 12 lower-case hex digits for {option.name}, received {text}.")
    return text[:8]


def _colour(option: Option, text: str) -> str:
    if text in option.words:
        return text
    if not hex_pattern.fullmatch(text):
        raise ValueError(f"Expected hex of 3, 6 or 8 digits, {_listed(option.words)} for bg, received {text}.")
    digits = text.lower()
    if len(digits) == 3:
        return "".join(digit * 2 for digit in digits)
    return digits[:6] if digits.endswith("ff") and len(digits) == 8 else digits


def _point(option: Option, text: str) -> str:
    sides = text.split(",")
    if len(sides) != 2 or not all(fraction_pattern.fullmatch(side) for side in sides):
        raise ValueError(f"Expected x,y of 0 to 1 with at most two decimals for {option.name}, received {text}.")
    return "x".join(str(_hundredths(side)) for side in sides)


def _hundredths(text: str) -> int:
    whole, _, decimals = text.partition(".")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def _rect(option: Option, text: str) -> str:
    return "x".join(str(number) for number in _numbers(option, text, separator=","))


def _numbers(option: Option, text: str, *, separator: str) -> tuple[int, ...]:
    parts = text.split(separator)
    wanted, most = (4, option.most) if option.kind == "rect" else (2, 100)
    numbers = tuple(int(part) if integer_pattern.fullmatch(part) else -1 for part in parts)
    if len(parts) != wanted or not all(0 <= number <= most for number in numbers) or 0 in numbers[2:]:
        raise ValueError(f"Expected {wanted} integers 0 to {most} for {option.name}, sides from 1, received {text}.")
    return numbers


def _ratio(option: Option, text: str) -> str:
    sides = text.split(":")
    if len(sides) != 2 or not all(integer_pattern.fullmatch(s) and 1 <= int(s) <= option.most for s in sides):
        raise ValueError(f"Expected two integers 1 to {option.most} as 16:9 for {option.name}, received {text}.")
    return text


def _listed(values: tuple[str, ...]) -> str:
    return " or ".join(values)


query_kinds: dict[str, Callable[[Option, str], str]] = {
    "integer": _integer,
    "flag": _flag,
    "choice": _choice,
    "name": _name,
    "version": _version,
    "colour": _colour,
    "point": _point,
    "rect": _rect,
    "ratio": _ratio,
}
