"""One generator called for one original: looked up, asked, polled, and the picture out of the answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from variants import addresses, answers, errors, fetching
from variants.addresses import Resolve
from variants.fetching import Call, Fetched, Rules
from variants.generators import Generator, Lookup, Wanted
from variants.s3_answer import Deadline
from variants.templates import Value

# What a status or a look-up may have; the picture has the generator's own bound.
json_bytes = 1024 * 1024
first_pause_s = 0.3
busy_statuses = frozenset({429, 503})
# A GET may be sent again after these, too: it asks for nothing that could be charged twice.
passing_statuses = frozenset({500, 502, 504})
Spend = Callable[[], None]


class Overloaded(errors.Busy):
    """The generator has too much to do: as good as a failure for its circuit."""


class Secrets(Protocol):
    def read(self, kept: Mapping[str, str], deadline: Deadline) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a generator made, unverified, and what the API calls the request."""

    body: bytes
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Calls generators. `looked` keeps the answers of look-ups with the time until which they hold."""

    secrets: Secrets
    resolve: Resolve = addresses.look_up
    ca_file: str = ""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    looked: dict[str, tuple[float, Mapping[str, Value]]] = field(default_factory=dict)

    def make(self, wanted: Wanted, deadline: Deadline, spend: Spend) -> Made:
        """What the generator makes; `spend` is called before each request that may be paid for.

        Raises errors.Upstream, and what `spend` raises.
        """
        generator = wanted.generator
        secrets = self.secrets.read(generator.secrets, deadline)
        headers = {name: value.text(secrets) for name, value in generator.request.headers}
        values = {**wanted.values, **self._look_up(generator, wanted.values, deadline)}
        first = self._ask(_call(generator, values, headers), generator, deadline, spend)
        request_id = first.headers.get(generator.reply.request_id, "")
        last = self._polled(first, generator, headers, deadline)
        found = answers.picture(generator.reply, last)
        if isinstance(found, str):
            found = self._good(
                Call(method="GET", url=found), self._rules(generator, generator.max_bytes), deadline
            ).body
        return Made(body=found, request_id=_plain(request_id))

    def _ask(self, call: Call, generator: Generator, deadline: Deadline, spend: Spend) -> Fetched:
        """The first answer that is good, of `retries` more tries than one."""
        # base64 in JSON has 4 letters for 3 bytes.
        rules = self._rules(generator, generator.max_bytes * (2 if generator.reply.image == "base64" else 1))
        for pause_s in _pauses(generator.retries):
            spend()
            try:
                answer = fetching.fetch(call, rules, deadline)
            except fetching.NotSent:
                if pause_s is None:
                    raise
            else:
                again = busy_statuses | (passing_statuses if call.method == "GET" else frozenset())
                if pause_s is None or answer.status not in again:
                    return _checked(answer)
            self.sleep(min(pause_s, deadline.left_s()))
        raise AssertionError("the last pause is None")

    def _polled(self, answer: Fetched, generator: Generator, headers: Mapping[str, str], deadline: Deadline) -> Fetched:
        """The answer of work that is done; the same where the generator is not polled."""
        poll, rules = generator.poll, self._rules(generator, generator.max_bytes)
        if poll is None or answers.is_done(poll, answer):
            return answer
        url = answers.status_url(poll, answer)
        own = dict(headers) if urlsplit(url).hostname == generator.request.url.host else {}
        while True:
            if deadline.left_s() <= poll.interval_s:
                raise errors.UpstreamTimeout("The generator did not finish in time.")
            self.sleep(poll.interval_s)
            answer = self._good(Call(method="GET", url=url, headers=own), rules, deadline)
            if answers.is_done(poll, answer):
                return answer

    def _look_up(self, generator: Generator, values: Mapping[str, Value], deadline: Deadline) -> Mapping[str, Value]:
        lookup = generator.lookup
        if lookup is None:
            return {}
        url = lookup.url.expand(values)
        kept = self.looked.get(url)
        if kept is None or kept[0] <= self.clock():
            if len(self.looked) >= 1000:
                self.looked.clear()
            answer = self._good(Call(method="GET", url=url), self._rules(generator, json_bytes), deadline)
            kept = self.looked[url] = (self.clock() + lookup.cache_seconds, _found(lookup, answer))
        return kept[1]

    def _good(self, call: Call, rules: Rules, deadline: Deadline) -> Fetched:
        return _checked(fetching.fetch(call, rules, deadline))

    def _rules(self, generator: Generator, max_bytes: int) -> Rules:
        return Rules(
            hosts=generator.hosts,
            http_hosts=generator.http_hosts,
            max_bytes=max_bytes,
            resolve=self.resolve,
            ca_file=self.ca_file,
        )


def _call(generator: Generator, values: Mapping[str, Value], headers: Mapping[str, str]) -> Call:
    asked = generator.request
    body = None if asked.body is None else asked.body.expand(values)
    own = dict(headers) if body is None else {"content-type": "application/json", **headers}
    return Call(method=asked.method, url=asked.url.expand(values), headers=own, body=body)


def _found(lookup: Lookup, answer: Fetched) -> Mapping[str, Value]:
    found = answers.document(answer)
    return {name: answers.value_at(found, pointer) for name, pointer in lookup.values}


def _checked(answer: Fetched) -> Fetched:
    """The answer, which is a good one. Raises errors.NotFound, Overloaded, errors.UpstreamBad by its status."""
    if answer.status in (404, 410):
        raise errors.NotFound("The generator has no such picture.")
    if answer.status in busy_statuses:
        raise Overloaded("The generator is busy; ask again in a moment.")
    if not 200 <= answer.status < 300:
        raise errors.UpstreamBad(f"The generator answered with status {answer.status}.")
    return answer


def _pauses(retries: int) -> Iterator[float | None]:
    """The pauses between tries, full jitter; None after the last."""
    for number in range(retries):
        yield random.uniform(0, first_pause_s * 4**number)
    yield None


def _plain(request_id: str) -> str:
    """An API's name for a request, as S3's metadata takes it: printable ASCII, not long."""
    return "".join(each for each in request_id if " " < each <= "~")[:200]
