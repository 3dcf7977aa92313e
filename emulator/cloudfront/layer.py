"""One cache on the way to the origin: an edge location, or the Origin Shield behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from emulator.clock import Clock
from emulator.cloudfront.copies import Copies, Copy, is_named, tags_of
from emulator.cloudfront.distribution import ErrorPage
from emulator.cloudfront.freshness import Lifetime, lifetime
from emulator.cloudfront.headers import Headers, replaced, value
from emulator.cloudfront.key import forwards_cookies
from emulator.cloudfront.messages import Answer, Ask, CacheKey, Served
from emulator.switches import Switches
from emulator.trace import Trace


class Ahead(Protocol):
    """What lies behind a cache: another one, or the origin."""

    async def fetch(self, ask: Ask, trace: Trace) -> Served: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheRules:
    """What a cache must know of its distribution."""

    errors: Mapping[int, ErrorPage]
    tag_header: str | None
    switches: Switches


class CacheLayer:
    def __init__(self, name: str, clock: Clock, ahead: Ahead, rules: CacheRules) -> None:
        self.name = name
        self._clock = clock
        self._ahead = ahead
        self._rules = rules
        self._copies = Copies()
        self._flights: dict[tuple[object, ...], asyncio.Task[Served]] = {}
        self._swept = 0

    async def fetch(self, ask: Ask, trace: Trace) -> Served:
        """The answer from a fresh copy, else from ahead; simultaneous misses of one key wait for the first."""
        copy = self._find(ask)
        now = self._clock.now()
        if copy is not None and copy.is_fresh(now):
            trace.step(self.name, "hit")
            return Served(answer=copy.answer, how="Hit")
        if copy is not None and copy.may_serve_while_revalidating(now):
            self._start(ask, copy, Trace(counts=trace.counts))
            trace.step(self.name, "stale, revalidating")
            return Served(answer=copy.answer, how="Hit")
        return await self._together(ask, copy, trace)

    def clear(self) -> None:
        self._copies.clear()

    def invalidate(self, items: tuple[str, ...]) -> int:
        """How many copies an invalidation of paths and `#tags` took."""
        self._swept += 1
        return self._copies.drop_where(lambda key, copy: is_named(items, key, copy))

    @property
    def is_busy(self) -> bool:
        return bool(self._flights)

    def _find(self, ask: Ask) -> Copy | None:
        """The whole object where it is fresh, else the part that was asked for, else the expired whole."""
        whole, part = self._copies.get(ask.key), self._copies.get(replace(ask.key, part=_part(ask)))
        return whole if whole is not None and whole.is_fresh(self._clock.now()) else part or whole

    async def _together(self, ask: Ask, copy: Copy | None, trace: Trace) -> Served:
        """One request ahead for all that wait.

        What may not be used again unasked is not shared either: the waiting then ask for themselves; where cookies are
        forwarded, nobody waits. AWS "Request and response behavior: simultaneous requests for the same object (request
        collapsing)", read 2026-11.
        """
        if forwards_cookies(ask.behavior):
            return await self._from_ahead(ask, copy, trace)
        leading = _flight_name(ask, copy) not in self._flights
        served = await asyncio.shield(self._start(ask, copy, trace))
        if leading:
            return served
        trace.step(self.name, "collapsed")
        found = self._lifetime(ask, served.answer)
        if self._rules.switches.uncacheable_is_shared or (found is not None and found.fresh_s > 0):
            trace.count("collapsed")
            return Served(answer=served.answer, how="Hit")
        return await self._from_ahead(ask, copy, trace)

    def _start(self, ask: Ask, copy: Copy | None, trace: Trace) -> asyncio.Task[Served]:
        """The request ahead, as a task of its own: it outlives the viewer who caused it."""
        flight_name = _flight_name(ask, copy)
        if flight_name in self._flights:
            return self._flights[flight_name]
        flight = asyncio.create_task(self._from_ahead(ask, copy, trace))
        self._flights[flight_name] = flight
        flight.add_done_callback(lambda _: self._flights.pop(flight_name, None))
        return flight

    async def _from_ahead(self, ask: Ask, copy: Copy | None, trace: Trace) -> Served:
        """What the next layer says, kept as the rules allow."""
        trace.step(self.name, "miss" if copy is None else "expired")
        swept = self._swept
        served = await self._ahead.fetch(ask if copy is None else _revalidating(ask, copy.answer), trace)
        answer = served.answer
        if copy is not None:
            if answer.status == 304:
                return self._refreshed(ask, copy, answer)
            if answer.status >= 500 and copy.answer.status < 400 and copy.may_serve_on_error(self._clock.now()):
                return self._stale(ask, copy, answer)
        if swept == self._swept or self._rules.switches.answers_in_flight_survive_invalidation:
            self._keep(ask, answer)
        if served.how != "Hit":
            return served
        is_refreshed = copy is not None and _etag(answer) == _etag(copy.answer)
        return Served(answer=answer, how="RefreshHit" if is_refreshed else self._rules.switches.shield_hit_says)

    def _refreshed(self, ask: Ask, copy: Copy, answer: Answer) -> Served:
        """The copy with the 304's headers laid over its own (RFC 9111 §4.3.4), and a new lifetime."""
        headers = copy.answer.headers
        for name, text in answer.headers:
            if name.lower() not in ("content-length", "content-encoding", "content-range"):
                headers = replaced(headers, name, text)
        renewed = replace(copy.answer, headers=headers, received_at=answer.received_at)
        self._keep(ask, renewed)
        return Served(answer=renewed, how="RefreshHit")

    def _stale(self, ask: Ask, copy: Copy, answer: Answer) -> Served:
        """The expired copy, instead of the origin's 5xx, for as long as that error would have been kept."""
        held_until = self._clock.now() + self._error_ttl_s(answer.status)
        self._copies.put(_kept_under(ask, copy.answer), replace(copy, held_until=held_until))
        return Served(answer=copy.answer, how="Hit")

    def _keep(self, ask: Ask, answer: Answer) -> None:
        found = self._lifetime(ask, answer)
        key = _kept_under(ask, answer)
        if found is None:
            self._copies.drop(key)
            return
        is_tagged = answer.status < 400 or self._rules.switches.error_answers_are_tagged
        tags = tags_of(answer, self._rules.tag_header) if is_tagged else frozenset[str]()
        self._copies.put(key, Copy(answer=answer, lifetime=found, since=answer.received_at, tags=tags))

    def _lifetime(self, ask: Ask, answer: Answer) -> Lifetime | None:
        ttl = self._error_ttl_s(answer.status)
        return lifetime(
            answer.status, answer.headers, ask.behavior.cache_policy, error_ttl_s=ttl, now=answer.received_at
        )

    def _error_ttl_s(self, status: int) -> float:
        page = self._rules.errors.get(status)
        return 10 if page is None else page.min_ttl_s  # AWS "Specify how long CloudFront caches errors", read 2026-11


def _part(ask: Ask) -> str | None:
    return "HEAD" if ask.method == "HEAD" else ask.range


def _kept_under(ask: Ask, answer: Answer) -> CacheKey:
    """The whole object's key, but for what is a part only: an answer without a body, a 206."""
    is_part = ask.method == "HEAD" or answer.status == 206
    return replace(ask.key, part=_part(ask)) if is_part else ask.key


def _flight_name(ask: Ask, copy: Copy | None) -> tuple[object, ...]:
    return (ask.key, ask.method) if copy is not None else (ask.key, ask.method, ask.range, ask.conditions)


def _revalidating(ask: Ask, held: Answer) -> Ask:
    """The question whether the copy still holds; the viewer's own conditions and range stay behind."""
    conditions: Headers = tuple(
        (name, text)
        for name, source in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        if held.status < 400
        and not forwards_cookies(ask.behavior)
        and (text := value(held.headers, source)) is not None
    )
    return replace(ask, conditions=conditions, range=ask.range if held.status == 206 else None)


def _etag(answer: Answer) -> str | None:
    return value(answer.headers, "etag")
