"""Which behavior a path falls under. The raw path still travels on; only the match is made on a normalised one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from emulator.cloudfront.distribution import Behavior


def normalised(path: str) -> str:
    """The path without `//`, `.` and `..`; nothing is percent-decoded.

    RFC 3986 §5.2.4 and §6; AWS "Distribution settings: path pattern", read 2026-11.
    """
    kept: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            kept = kept[:-1]
        elif part not in ("", "."):
            kept.append(part)
    ends_open = parts[-1] in ("", ".", "..") and kept
    return "/" + "/".join(kept) + ("/" if ends_open else "")


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as an expression: `*` is zero or more characters, `?` exactly one, the leading slash optional."""
    text = "/" + pattern.removeprefix("/")
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(each) or re.escape(each) for each in text), re.DOTALL)


def matches(pattern: str, path: str) -> bool:
    """Whether a path pattern takes the path: case counts, the query does not."""
    return _compiled(pattern).fullmatch(normalised(path)) is not None


def behavior_for(behaviors: Sequence[Behavior], path: str) -> Behavior:
    """The first behavior in order whose pattern takes the path; the last one is `*`."""
    return next(each for each in behaviors if matches(each.pattern, path))
