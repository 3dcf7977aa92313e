"""Header lists: pairs in the order of arrival, names compared without case (RFC 9110 §5.1)."""

from __future__ import annotations

from collections.abc import Iterable

Headers = tuple[tuple[str, str], ...]


def value(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """All values of `name`, joined by a comma, or None where there is none."""
    found = [each for key, each in headers if key.lower() == name.lower()]
    return ", ".join(found) if found else None


def without(headers: Iterable[tuple[str, str]], names: Iterable[str]) -> Headers:
    """The headers that bear none of `names`."""
    gone = {name.lower() for name in names}
    return tuple((key, each) for key, each in headers if key.lower() not in gone)


def only(headers: Iterable[tuple[str, str]], names: Iterable[str]) -> Headers:
    """The headers that bear one of `names`."""
    kept = {name.lower() for name in names}
    return tuple((key, each) for key, each in headers if key.lower() in kept)


def replaced(headers: Iterable[tuple[str, str]], name: str, text: str) -> Headers:
    """The headers with `name` said once, as `text`."""
    return (*without(headers, [name]), (name, text))


def tokens(text: str | None) -> tuple[str, ...]:
    """The parts of a comma list, trimmed, without the empty."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def varying(headers: Iterable[tuple[str, str]], name: str) -> Headers:
    """The headers, whose Vary names `name`, too (RFC 9110 §12.5.5)."""
    headers = tuple(headers)
    named = tokens(value(headers, "vary"))
    if name.lower() in {each.lower() for each in named}:
        return headers
    return replaced(headers, "Vary", ", ".join((*named, name)))
