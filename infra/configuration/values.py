"""Readers of one setting's text. Each returns its value, or raises Unreadable with what it expected and found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TypeVar

# A path's segment that a URL spells one way, and that is neither . nor .. (RFC 3986, 2.3).
segment = "[A-Za-z0-9._~-]*[A-Za-z0-9_~-][A-Za-z0-9._~-]*"

T = TypeVar("T")
Reader = Callable[[str], T]


class Unreadable(ValueError):
    """A text that a setting cannot have. `wanted` completes the sentence "Expected … for <setting>"."""

    def __init__(self, wanted: str, found: object) -> None:
        super().__init__(wanted, found)
        self.wanted = wanted
        self.found = found


def boolean(text: str) -> bool:
    """The truth of `true` and `false`, which is how Pulumi hands a boolean on."""
    if text not in ("true", "false"):
        raise Unreadable("true or false", text)
    return text == "true"


def whole(low: int, high: int) -> Reader[int]:
    """A reader of integers from low to high."""

    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise Unreadable(f"an integer from {low} to {high}", text)
        return int(text)

    return read


def choice(*words: str) -> Reader[str]:
    """A reader of one of the words."""

    def read(text: str) -> str:
        if text not in words:
            raise Unreadable(f"one of {', '.join(words)}", text)
        return text

    return read


def number_of(*numbers: int) -> Reader[int]:
    """A reader of one of the numbers."""
    word = choice(*map(str, numbers))
    return lambda text: int(word(text))


def pattern(expression: str, wanted: str) -> Reader[str]:
    """A reader of texts that match the expression wholly; `wanted` says it in words."""
    compiled = re.compile(expression)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise Unreadable(wanted, text)
        return text

    return read


def either(word: str, reader: Reader[str]) -> Reader[str]:
    """A reader that takes the word as it is, and hands all else to the other reader."""
    return lambda text: text if text == word else reader(text)


def each(reader: Reader[T], items_are: str = "texts") -> Reader[tuple[T, ...]]:
    """A reader of a list, which Pulumi hands on as JSON; every item once."""

    def read(text: str) -> tuple[T, ...]:
        try:
            items = json.loads(text)
        except ValueError as error:
            raise Unreadable("a list", text) from error
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise Unreadable(f"a list of {items_are}", text)
        if len(set(items)) != len(items):
            raise Unreadable("a list without repetition", text)
        return tuple(reader(item) for item in items)

    return read
