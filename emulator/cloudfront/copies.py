"""The copies that one cache holds, found by key, thrown out by path, tag or size."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emulator.cloudfront.freshness import Lifetime
from emulator.cloudfront.headers import tokens, value
from emulator.cloudfront.messages import Answer, CacheKey
from emulator.quotas import cache_tag_max_chars, cache_tags_max

most_bytes = 512 * 1024 * 1024  # of one cache; CloudFront promises no size, and may throw out what it likes


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An answer with its lifetime. `since` is when that began: the origin's answer, or the last revalidation.

    `held_until`: an expired copy that stands in for an error is not asked about before that.
    """

    answer: Answer
    lifetime: Lifetime
    since: float
    tags: frozenset[str] = frozenset()
    held_until: float = 0.0

    def is_fresh(self, now: float) -> bool:
        return now < max(self.since + self.lifetime.fresh_s, self.held_until)

    def may_serve_while_revalidating(self, now: float) -> bool:
        return now < self.since + self.lifetime.fresh_s + self.lifetime.stale_while_revalidate_s

    def may_serve_on_error(self, now: float) -> bool:
        """Whether an expired copy stands in for an error of the origin: as stale-if-error says, else yes."""
        seconds = self.lifetime.stale_if_error_s
        return seconds is None or now < self.since + self.lifetime.fresh_s + seconds


class Copies:
    """A bounded set of copies; the least recently used go first."""

    def __init__(self) -> None:
        self._held: OrderedDict[CacheKey, Copy] = OrderedDict()
        self._bytes = 0

    def get(self, key: CacheKey) -> Copy | None:
        copy = self._held.get(key)
        if copy is not None:
            self._held.move_to_end(key)
        return copy

    def put(self, key: CacheKey, copy: Copy) -> None:
        self.drop(key)
        self._held[key] = copy
        self._bytes += len(copy.answer.body)
        while self._bytes > most_bytes:
            self.drop(next(iter(self._held)))

    def drop(self, key: CacheKey) -> None:
        copy = self._held.pop(key, None)
        if copy is not None:
            self._bytes -= len(copy.answer.body)

    def clear(self) -> None:
        self._held.clear()
        self._bytes = 0

    def drop_where(self, is_meant: Callable[[CacheKey, Copy], bool]) -> int:
        """How many copies went."""
        meant = [key for key, copy in self._held.items() if is_meant(key, copy)]
        for key in meant:
            self.drop(key)
        return len(meant)


def tags_of(answer: Answer, header: str | None) -> frozenset[str]:
    """The answer's cache tags: at most 50, each of at most 256 visible ASCII characters, compared without case.

    AWS "Invalidate files by cache tag", read 2026-11.
    """
    found = tokens(value(answer.headers, header)) if header else ()
    return frozenset(
        tag.lower()
        for tag in found[:cache_tags_max]
        if len(tag) <= cache_tag_max_chars and tag.isascii() and tag.isprintable()
    )


def is_named(items: Sequence[str], key: CacheKey, copy: Copy) -> bool:
    """Whether an invalidation of these items takes the copy.

    A path is compared with case, by what is in the cache key; `*` is wild only as the last character; `#tag` takes
    all copies that bear the tag. AWS "Specify the files to invalidate", read 2026-11.
    """
    text = key.path + (f"?{key.query}" if key.query else "")
    for item in items:
        if item.startswith("#"):
            taken = item[1:].lower() in copy.tags
        elif item.endswith("*"):
            taken = text.startswith(item[:-1])
        else:
            taken = text == item
        if taken:
            return True
    return False
