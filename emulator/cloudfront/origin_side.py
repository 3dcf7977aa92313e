"""The origin's side of a miss: the requests to origins, and the origin-response function on what comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from emulator.clock import Clock
from emulator.cloudfront import edge_event, refusals
from emulator.cloudfront.distribution import Distribution, Origin, OriginGroup
from emulator.cloudfront.headers import Headers, value, without
from emulator.cloudfront.key import forwards_cookies, varied
from emulator.cloudfront.messages import Answer, Ask, OriginAnswer, OriginRequest, Served
from emulator.cloudfront.seams import EdgeFunction, OriginAccess, Unreachable
from emulator.switches import Switches
from emulator.trace import Trace

# Dropped from an origin's answer. AWS "Request and response behavior for Amazon S3 origins" and "… for custom origins",
# read 2026-11.
stripped = (
    "transfer-encoding",
    "x-amz-id-2",
    "x-amz-request-id",
    "trailer",
    "upgrade",
    "connection",
    "keep-alive",
    "proxy-authenticate",
)
stations = {"s3": "S3", "lambda": "Function URL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to an origin, and its answer, or why there is none."""

    request: OriginRequest
    answer: OriginAnswer | None = None
    unreached: Unreachable | None = None


class OriginSide:
    """What lies behind the last cache."""

    def __init__(
        self,
        distribution: Distribution,
        access: OriginAccess,
        functions: Mapping[str, EdgeFunction],
        clock: Clock,
        switches: Switches,
        wall: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._distribution = distribution
        self._access = access
        self._functions = functions
        self._clock = clock
        self._switches = switches
        self._wall = wall

    async def fetch(self, ask: Ask, trace: Trace) -> Served:
        """The origin's answer as the origin-response function left it; a failure is CloudFront's own page."""
        asked = await self._asked(ask, ask.origin, trace)
        if ask.group is None:
            return await self._served(ask, asked, trace)
        is_seen = self._switches.function_runs_before_failover and asked.answer is not None
        first = await self._served(ask, asked, trace) if is_seen else None
        if not (_left_to_the_second(ask.group, first) if first else _fails_over(ask.group, asked)):
            return first or await self._served(ask, asked, trace)
        trace.count("failovers")
        return await self._served(ask, await self._asked(ask, ask.group.secondary, trace), trace)

    async def _served(self, ask: Ask, asked: Asked, trace: Trace) -> Served:
        """An origin's answer after the function, or CloudFront's page where there is none."""
        if asked.answer is None:
            status = 504 if asked.unreached and asked.unreached.timed_out else 502
            return self._failed(ask, status, refusals.origin_unreachable, None)
        return await self._through_function(ask, asked.request, asked.answer, trace)

    async def _asked(self, ask: Ask, origin: Origin, trace: Trace) -> Asked:
        """What one origin answers, or why it did not."""
        request = _to_origin(ask, origin, self._distribution.domain_name, self._switches)
        station = stations[request.origin.kind]
        began = self._wall()
        try:
            answer = await self._access.send(request)
        except Unreachable as why:
            trace.step(station, f"unreachable: {why}")
            return Asked(request=request, unreached=why)
        told = f"{answer.status}{', ' if answer.told else ''}{answer.told}"
        trace.step(station, told, ms=(self._wall() - began) * 1000, size_bytes=len(answer.body))
        return Asked(request=request, answer=_as_sent(answer) if request.origin.kind == "s3" else answer)

    async def _through_function(self, ask: Ask, request: OriginRequest, answer: OriginAnswer, trace: Trace) -> Served:
        """The answer after the function; it runs for every status, before anything is cached.

        AWS "CloudFront events that can trigger a Lambda@Edge function", read 2026-11.
        """
        arn = ask.behavior.edge_function
        if arn is None:
            return self._received(ask, request.origin.kind, answer)
        config = {
            "distributionDomainName": self._distribution.domain_name,
            "distributionId": self._distribution.id,
            "requestId": ask.request_id,
        }
        invoked = await self._functions[arn].invoke(
            edge_event.event(request, answer, uri=ask.uri, client_ip=ask.client_ip, config=config, on=self._switches)
        )
        start = "cold start" if invoked.cold else "warm"
        trace.step("edge", ", ".join(filter(None, [start, invoked.message[:300]])), ms=invoked.duration_ms)
        if invoked.failure is not None:
            throttled = invoked.failure == "LambdaLimitExceeded"
            sentence = refusals.lambda_throttled if throttled else refusals.lambda_failed
            return self._failed(ask, 503, sentence, invoked.failure)
        try:
            accepted = edge_event.accepted(invoked.payload or b"", answer, self._switches)
        except edge_event.Invalid as why:
            trace.step("edge refused", str(why))
            return self._failed(ask, 502, why.sentence, "LambdaValidationError")
        repaired_from = answer.status if accepted.status != answer.status else None
        return self._received(ask, request.origin.kind, accepted, repaired_from)

    def _received(self, ask: Ask, kind: str, answer: OriginAnswer, repaired_from: int | None = None) -> Served:
        """What goes to the caches; the length is counted anew, but for HEAD, where only the origin knows it."""
        length = () if ask.method == "HEAD" else ("content-length",)
        # AWS "Request and response behavior for custom origins" (Set-Cookie), read 2026-11.
        cookies = () if forwards_cookies(ask.behavior) else ("set-cookie",)
        headers = without(answer.headers, (*stripped, *length, *cookies))
        if kind != "s3" or self._switches.vary_of_buckets_is_filtered:
            headers = varied(ask.behavior, headers)
        kept = Answer(
            status=answer.status,
            headers=headers,
            body=answer.body,
            received_at=self._clock.now(),
            sized=value(answer.headers, "content-length") is not None,
            repaired_from=repaired_from,
        )
        return Served(answer=kept, how="Miss")

    def _failed(self, ask: Ask, status: int, sentence: str, failure: str | None) -> Served:
        headers, body = refusals.page(status, sentence, ask.request_id)
        answer = Answer(status=status, headers=headers, body=body, received_at=self._clock.now(), failure=failure)
        return Served(answer=answer, how="Miss")


def _left_to_the_second(group: OriginGroup, first: Served) -> bool:
    """Whether the second member is asked after the function saw the first's answer; its failure is no origin's."""
    return first.answer.failure is None and first.answer.status in group.statuses


def _fails_over(group: OriginGroup, asked: Asked) -> bool:
    """Whether the second member is asked. A failed connection counts as 503, silence as 504.

    AWS "Optimize high availability with CloudFront origin failover", read 2026-11.
    """
    if asked.answer is not None:
        return asked.answer.status in group.statuses
    return (504 if asked.unreached and asked.unreached.timed_out else 503) in group.statuses


def _to_origin(ask: Ask, origin: Origin, domain_name: str, on: Switches) -> OriginRequest:
    """The request with CloudFront's own headers, the origin's custom ones, and the conditions and range on top.

    AWS "Request and response behavior for Amazon S3 origins" and "Lambda@Edge event structure", read 2026-11.
    """
    forwarded_for = value(ask.headers, "x-forwarded-for")
    own: Headers = (
        ("X-Forwarded-For", f"{forwarded_for}, {ask.client_ip}" if forwarded_for else ask.client_ip),
        ("Via", f"1.1 {domain_name} (CloudFront)"),
        ("Host", origin.domain_name),
    )
    agent = () if value(ask.headers, "user-agent") else (("User-Agent", "Amazon CloudFront"),)
    ranged = (("Range", ask.range),) if ask.range else ()
    return OriginRequest(
        method=ask.method if on.head_is_forwarded else "GET",
        uri=origin.path + ask.uri,
        headers=(
            *without(ask.headers, ["x-forwarded-for", "via", "host", *(name for name, _ in origin.custom_headers)]),
            *agent,
            *own,
            *ask.conditions,
            *ranged,
            *origin.custom_headers,
        ),
        origin=origin,
        query=ask.query,
    )


def _as_sent(answer: OriginAnswer) -> OriginAnswer:
    """The answer as S3 sends it over HTTP: an error document comes in chunks, without a length."""
    if answer.status < 400 or value(answer.headers, "transfer-encoding") is not None:
        return answer
    headers = (*without(answer.headers, ["content-length"]), ("Transfer-Encoding", "chunked"))
    return replace(answer, headers=headers)
