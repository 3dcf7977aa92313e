"""The typed parameters of a generator's route: what a value may be, and how many there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from variants import errors
from variants.templates import Value

# What a text of each type looks like; length and bounds come from its parameter. `path` holds whole segments.
patterns: Mapping[str, re.Pattern[str]] = {
    "slug": re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*"),
    "integer": re.compile(r"0|-?[1-9][0-9]{0,14}"),
    "hex": re.compile(r"[0-9a-f]+"),
    "text": re.compile(r"[^\x00-\x1f\x7f-\x9f/\\]+"),
    "path": re.compile(r"[^\x00-\x1f\x7f-\x9f\\]+"),
}
# Characters that each type has to choose from, for the bound; a text's are as good as unbounded.
alphabets = {"slug": 37, "hex": 16, "text": 1_000_000, "path": 1_000_000}
default_length = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter. `max_length` in characters, for all but integers; `minimum` and `maximum` for those."""

    name: str
    kind: str
    max_length: int = default_length
    minimum: int = 0
    maximum: int = 1_000_000
    values: tuple[str, ...] = ()

    def read(self, text: str) -> Value:
        """The value of a text. Raises errors.BadOption, which says what was expected."""
        if self.values:
            if text not in self.values:
                raise self._refused(f"one of {', '.join(self.values)}", text)
        elif not patterns[self.kind].fullmatch(text):
            raise self._refused(_articles[self.kind], text)
        elif self.kind == "integer":
            if not self.minimum <= int(text) <= self.maximum:
                raise self._refused(f"integer {self.minimum} to {self.maximum}", text)
        elif len(text) > self.max_length:
            raise self._refused(f"at most {self.max_length} characters", f"{len(text)}")
        return int(text) if self.kind == "integer" else text

    def count(self) -> int:
        """The greatest number of values that it can have."""
        if self.values:
            return len(self.values)
        if self.kind == "integer":
            return self.maximum - self.minimum + 1
        letters = alphabets[self.kind]
        return sum(letters**length for length in range(1, min(self.max_length, 40) + 1))

    def _refused(self, wanted: str, found: str) -> errors.BadOption:
        return errors.BadOption(f"Expected {wanted} for {self.name}, received {found[:80]}.")


_articles = {
    "slug": "words of a-z and 0-9, joined by single hyphens,",
    "integer": "an integer",
    "hex": "lower-case hex digits",
    "text": "a text without slashes and control characters",
    "path": "a path",
}
