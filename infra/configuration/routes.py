"""Routes: paths that stand for others, and arms of A/B tests, as entries of the viewer function's store."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from infra.configuration.header_rules import HeaderRule
from infra.configuration.values import Unreadable, segment

# AWS "Quotas on key value stores", read 2026-11.
max_value_bytes = 1_024
exact_pattern = re.compile(rf"(/{segment})+")
folder_pattern = re.compile(rf"/{segment}/")
target_pattern = re.compile(rf"(/{segment})*/")
weight_pattern = re.compile("[1-9][0-9]{0,3}")
cookie_pattern = re.compile("cookie=([A-Za-z0-9_-]{1,64})")
wanted = "lines like '/old/1.jpg /new/1.jpg', '/old/ /new/' or '/hero/ /hero-a/ 80 /hero-b/ 20 cookie=visitor',"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What one line says of a first segment: a path and its other, or arms (prefix, weight); one is a rewrite."""

    first: str
    exact: tuple[str, str] | None = None
    arms: tuple[tuple[str, int], ...] = ()
    cookie: str = ""


def route(text: str) -> Route:
    """The route of a line."""
    source, *words = text.split()
    first = source.split("/")[1] if source.startswith("/") else ""
    if first in ("", "_mirage") or not words:
        raise Unreadable(wanted, text)
    if len(words) == 1 and exact_pattern.fullmatch(source) and exact_pattern.fullmatch(words[0]) and _is_free(words[0]):
        return Route(first=first, exact=(source[1:], words[0][1:]))
    cookie = cookie_pattern.fullmatch(words[-1])
    arms = words[:-1] if cookie else words
    arms = [*arms, "1"] if len(arms) == 1 else arms
    prefixes, weights = arms[::2], arms[1::2]
    are_fit = all(target_pattern.fullmatch(each) and _is_free(each) for each in prefixes)
    if not folder_pattern.fullmatch(source) or not are_fit or not all(map(weight_pattern.fullmatch, weights)):
        raise Unreadable(wanted, text)
    if len(prefixes) != len(weights):
        raise Unreadable(wanted, text)
    drawn = tuple((prefix[1:], int(weight)) for prefix, weight in zip(prefixes, weights, strict=True))
    return Route(first=first, arms=drawn, cookie=cookie[1] if cookie else "")


def entries(routes: Iterable[Route], headers: Iterable[HeaderRule] = ()) -> dict[str, str]:
    """Keys and values of the store: one for each first segment."""
    listed, rules = tuple(routes), tuple(headers)
    firsts = dict.fromkeys([*(each.first for each in listed), *map(_first, rules)])
    return {
        f"r:{first}": _value(
            [each for each in listed if each.first == first], [each for each in rules if _first(each) == first]
        )
        for first in firsts
    }


def faults(routes: Iterable[Route], headers: Iterable[HeaderRule] = ()) -> str:
    """The sentence for routes that cannot be together, empty where they can."""
    listed = tuple(routes)
    for first in dict.fromkeys(each.first for each in listed):
        same = [each for each in listed if each.first == first]
        paths = [each.exact[0] for each in same if each.exact]
        if sum(bool(each.arms) for each in same) > 1 or len(set(paths)) != len(paths):
            return f"Expected each path once for routes, received /{first} again."
    for key, value in entries(listed, headers).items():
        if len(value) > max_value_bytes:
            most = f"at most {max_value_bytes} bytes of each first segment"
            return f"Expected {most} for routes and requestHeaders, received {len(value)} of /{key[2:]}/."
    return ""


def _first(rule: HeaderRule) -> str:
    return rule.prefix.split("/")[1]


def _value(routes: Iterable[Route], headers: Iterable[HeaderRule]) -> str:
    """The entry of one first segment; of its headers the longer prefixes come later, so that they hold."""
    listed = tuple(routes)
    said: dict[str, object] = {
        "exact": [each.exact for each in listed if each.exact],
        "arms": [arm for each in listed for arm in each.arms],
    }
    cookie = next((each.cookie for each in listed if each.cookie), "")
    rules = [[each.prefix[1:], each.name, each.value] for each in sorted(headers, key=lambda rule: len(rule.prefix))]
    said |= ({"cookie": cookie} if cookie else {}) | ({"headers": rules} if rules else {})
    return json.dumps(said, separators=(",", ":"))


def _is_free(path: str) -> bool:
    return path.split("/")[1] != "_mirage"
