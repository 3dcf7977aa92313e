"""The members of a declared JSON object, read one by one; every mistake is one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Fields:
    """The members of a declared object, each read once; `done` refuses what nobody read."""

    def __init__(self, found: object, where: str, names: str) -> None:
        if not isinstance(found, Mapping):
            raise ValueError(f"Expected {names} for {where}, received {found!r}.")
        self._found = {str(name): value for name, value in found.items()}
        self._where = where

    def take(self, name: str, kind: type[T], default: T | None = None) -> T:
        """The member of that type. Raises ValueError with one sentence."""
        found = self._found.pop(name, default)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            said = {str: "a text", int: "an integer", dict: "an object", list: "a list"}[kind]
            raise ValueError(f"Expected {said} for {self._where}.{name}, received {found!r}.")
        return found

    def has(self, name: str) -> bool:
        return name in self._found

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        found = self.take(name, int, default)
        if not least <= found <= most:
            raise ValueError(f"Expected an integer {least} to {most} for {self._where}.{name}, received {found}.")
        return found

    def text(self, name: str, default: str | None, fits: Callable[[str], object], wanted: str) -> str:
        found = self.take(name, str, default)
        if not fits(found):
            raise ValueError(f"Expected {wanted} for {self._where}.{name}, received {found!r}.")
        return found

    def word(self, name: str, default: str | None, words: Sequence[str]) -> str:
        return self.text(name, default, words.__contains__, f"one of {', '.join(words)}")

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.take(name, list, [])
        if not all(isinstance(each, str) for each in found):
            raise ValueError(f"Expected a list of texts for {self._where}.{name}, received {found!r}.")
        return tuple(found)

    def pairs(self, name: str) -> dict[str, str]:
        found = self.take(name, dict, {})
        if not all(isinstance(each, str) for pair in found.items() for each in pair):
            raise ValueError(f"Expected names with texts for {self._where}.{name}, received {found!r}.")
        return dict(found)

    def done(self) -> None:
        if self._found:
            raise ValueError(f"Expected no {sorted(self._found)[0]!r} in {self._where}.")
