"""Conditions of a policy statement: those operators that stacks of this kind use; others stop the start.

AWS "IAM JSON policy elements: Condition operators" and "Condition operators with multiple values", read 2026-11.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache


class Unhonoured(Exception):
    """Something that AWS honours and this emulator does not; its text is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """An operator on one key; `key` is lower case."""

    operator: str
    if_exists: bool
    key: str
    values: tuple[str, ...]

    def holds(self, context: Mapping[str, str]) -> bool:
        """True where one of the values fits; for a negated operator, where none does."""
        found = context.get(self.key)
        if self.operator == "Null":
            return any((found is None) == (value.lower() == "true") for value in self.values)
        negated = self.operator in negations
        if found is None:
            return self.if_exists or negated
        fits = operators[negations.get(self.operator, self.operator)]
        return any(fits(value, found) for value in self.values) != negated


def conditions(found: object) -> tuple[Condition, ...]:
    """The conditions of a statement's Condition element.

    Raises Unhonoured for an operator that is not emulated.
    """
    if found is None:
        return ()
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise ValueError("MalformedPolicyDocument: Condition must be an object of objects.")
    return tuple(_condition(name, key, values) for name, keys in found.items() for key, values in keys.items())


def _condition(name: str, key: str, values: object) -> Condition:
    operator = name.removesuffix("IfExists")
    if operator not in operators and operator not in negations and operator != "Null":
        raise Unhonoured(f"The condition operator {name} is not emulated.")
    listed = values if isinstance(values, list) else [values]
    texts = tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in listed)
    for text in texts:
        if re.search(r"\$\{(?![*?$]\})", text):
            raise Unhonoured(f"Policy variables are not emulated: {text}")
    return Condition(operator=operator, if_exists=name.endswith("IfExists"), key=key.lower(), values=texts)


def glob(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """True where the pattern with `*` (any characters, none too) and `?` (exactly one) is the whole text."""
    return _pattern(pattern, ignore_case).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _pattern(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    escaped = "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern)
    return re.compile(escaped, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _arn_like(value: str, found: str) -> bool:
    # Each of an ARN's six parts is compared by itself.
    wanted, given = value.split(":", 5), found.split(":", 5)
    return len(wanted) == len(given) and all(map(glob, wanted, given))


def _within(value: str, found: str) -> bool:
    return ipaddress.ip_address(found) in ipaddress.ip_network(value, strict=False)


def _moment(text: str) -> float:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text)
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


operators: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, found: value == found,
    "StringEqualsIgnoreCase": lambda value, found: value.lower() == found.lower(),
    "StringLike": lambda value, found: glob(value, found),
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda value, found: value.lower() == found.lower(),
    "NumericEquals": lambda value, found: float(found) == float(value),
    "NumericLessThan": lambda value, found: float(found) < float(value),
    "NumericLessThanEquals": lambda value, found: float(found) <= float(value),
    "NumericGreaterThan": lambda value, found: float(found) > float(value),
    "NumericGreaterThanEquals": lambda value, found: float(found) >= float(value),
    "DateLessThan": lambda value, found: _moment(found) < _moment(value),
    "DateGreaterThan": lambda value, found: _moment(found) > _moment(value),
    "IpAddress": _within,
}
negations = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "NotIpAddress": "IpAddress",
}
