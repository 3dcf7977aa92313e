"""The other variants of an original, looked at while one more is made: where one of them was made of another state of
it, S3's event was lost, and the Region is told (docs/decisions/freshness.md).

It costs a listing and at most two looks, beside the work and not after it; once a minute for an original in a sandbox,
and never for an original that is so young that its event may still be on its way.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import quote_plus, unquote_plus

from variants import errors, grammar
from variants.headers import bare
from variants.s3 import Bucket, Request
from variants.s3_answer import Deadline
from variants.sources import Original

# S3's events come within seconds, "sometimes a minute or longer"; Lambda tries a failed one after 1 and 2 more ("Event
# notifications", "Asynchronous invocation", read 2026-11).
event_longest_s = 600
again_after_s = 60.0
# What a look that is slower than the work may keep a viewer waiting; after it the sandbox may freeze, and the look ends
# when it thaws.
longest_wait_s = 1.0
most_remembered = 1000
# A page of ListObjectsV2 has at most 1,000 keys, and costs the same with fewer (S3 API Reference, read 2026-11).
most_listed = 1000
most_bytes = 4 * 1024 * 1024
listed_pattern = re.compile(rb"<Key>([^<]+)</Key>.*?<LastModified>([^<]+)</LastModified>", re.DOTALL)


class Regional(Protocol):
    """The Region's function, called asynchronously."""

    def start(self, event: object, deadline: Deadline) -> None: ...


@dataclass(slots=True)
class Recently:
    """What was done a short while ago, by its name: in a sandbox, whose threads share it."""

    again_after_s: float = again_after_s
    clock: Callable[[], float] = time.monotonic
    done_at: dict[str, float] = field(default_factory=dict)

    def first(self, name: str) -> bool:
        """Whether it was not done so shortly ago; it counts as done from now on."""
        now = self.clock()
        if name in self.done_at and now - self.done_at[name] < self.again_after_s:
            return False
        if len(self.done_at) >= most_remembered:
            self.done_at.clear()
        self.done_at[name] = now
        return True


@functools.cache
def recently() -> Recently:
    """This sandbox's."""
    return Recently()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleSiblings:
    """What `produce` asks for. `originals`: the name of their bucket, as events name it."""

    variants: Bucket
    originals: str
    regional: Regional
    recently: Recently = field(default_factory=recently)
    log: Callable[[str], None] = print

    @contextlib.contextmanager
    def watched(self, path: str, original: Original, deadline: Deadline) -> Iterator[None]:
        """While it is open the siblings are looked at; it closes when that is done, or a moment later."""
        if original.age_s < event_longest_s or not self.recently.first(path):
            yield
            return
        look = threading.Thread(target=self._look, args=(path, original, deadline), daemon=True)
        look.start()
        try:
            yield
        finally:
            look.join(min(deadline.left_s(), longest_wait_s))

    def _look(self, path: str, original: Original, deadline: Deadline) -> None:
        """Nothing: the Region is told where a sibling is stale. That this fails is no reason for anything else to."""
        try:
            stale = self.stale(path, original, deadline)
            if stale is not None:
                self.regional.start(_event(path, self.originals), deadline)
                self._say(path, level="warning", found=stale)
        except errors.MirageError as error:
            self._say(path, level="warning", error=error.code)

    def stale(self, path: str, original: Original, deadline: Deadline) -> str | None:
        """The key of a variant that was made of another state of the original; None where none was found.

        Looked at are the newest, and the newest of those older than the original: made just before it changed.
        """
        listed = sorted(self._listed(path, deadline), reverse=True)
        older = [each for each in listed if each[0] < original.modified_s]
        for _, key in dict.fromkeys([*listed[:1], *older[:1]]):
            found = self.variants.head(key, deadline)
            if found is not None and found.headers.get("x-amz-meta-original-etag") != bare(original.etag):
                return key
        return None

    def _listed(self, path: str, deadline: Deadline) -> list[tuple[float, str]]:
        """When each of the first 1,000 variants was stored, and its key. Raises errors.Unable."""
        query = {"list-type": "2", "prefix": f"{grammar.store_prefix}{path}/", "delimiter": "/"}
        query |= {"encoding-type": "url", "max-keys": str(most_listed)}
        answer = self.variants.ask(Request(method="GET", key="", headers={}, query=query), deadline)
        if answer.status != 200:
            raise answer.error()
        found = [
            (unquote_plus(key.decode()), stored) for key, stored in listed_pattern.findall(answer.whole(most_bytes))
        ]
        return [(datetime.fromisoformat(at.decode()).timestamp(), key) for key, at in found if grammar.is_key(key)]

    def _say(self, path: str, level: str, **told: object) -> None:
        self.log(json.dumps({"level": level, "event": "siblings-stale", "original": path, **told}))


def _event(path: str, bucket: str) -> object:
    """The event that was lost, as far as it is known: which original may have changed (origin/hints.py)."""
    entity = {"bucket": {"name": bucket}, "object": {"key": quote_plus(path)}}
    return {"Records": [{"eventSource": "mirage:edge", "eventName": "SiblingsStale", "s3": entity}]}
