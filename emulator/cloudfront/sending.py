"""The last things that CloudFront does to an answer: its own headers, the response headers policy, the length."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.utils import formatdate

from emulator.cloudfront.cuts import Reply
from emulator.cloudfront.distribution import ResponseHeadersPolicy
from emulator.cloudfront.headers import Headers, replaced, value
from emulator.cloudfront.messages import ViewerAnswer, ViewerRequest
from emulator.cloudfront.response_policy import applied

bodyless = (204, 304)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Which request is answered, where, and when."""

    request: ViewerRequest
    request_id: str
    pop: str
    now: float


def sent(reply: Reply, arrival: Arrival, policy: ResponseHeadersPolicy | None) -> ViewerAnswer:
    """The answer with CloudFront's own headers, then the policy's."""
    method = arrival.request.method
    headers = _with_own(reply, arrival)
    if policy is not None:
        headers = applied(policy, headers, arrival.request.headers, _timing(reply, arrival))
        headers = (*headers, *_in_place_of_removed(policy, headers, arrival.now))
    body = b"" if method == "HEAD" or reply.status in bodyless else reply.body
    if reply.status not in bodyless and (method != "HEAD" or reply.body):
        headers = replaced(headers, "Content-Length", str(len(reply.body)))
    return ViewerAnswer(status=reply.status, headers=headers, body=body)


def _in_place_of_removed(policy: ResponseHeadersPolicy, headers: Headers, now: float) -> Headers:
    """CloudFront's own Server and Date, where the policy takes off the origin's.

    AWS "Understand response headers policies" (Remove headers), read 2026-11.
    """
    own = (("Server", "CloudFront"), ("Date", formatdate(now, usegmt=True)))
    removed = {name.lower() for name in policy.removed}
    return tuple(pair for pair in own if pair[0].lower() in removed and value(headers, pair[0]) is None)


def counted(reply: Reply) -> str:
    """The name of the counter that the reply belongs to."""
    words = {"Hit": "hits", "RefreshHit": "refresh_hits", "Miss": "misses"}
    return words.get(reply.x_cache, "errors" if reply.status >= 400 else "others")


def _with_own(reply: Reply, arrival: Arrival) -> Headers:
    """AWS "Request and response behavior", read 2026-11; the forms as in public traces."""
    node = hashlib.sha256(arrival.pop.encode()).hexdigest()[:32]
    dated = () if value(reply.headers, "date") else (("Date", formatdate(arrival.now, usegmt=True)),)
    aged = (("Age", str(max(0, int(reply.age_s)))),) if reply.age_s is not None else ()
    return (
        *reply.headers,
        *dated,
        ("X-Cache", f"{reply.x_cache} from cloudfront"),
        ("Via", f"{arrival.request.http_version} {node}.cloudfront.net (CloudFront)"),
        ("X-Amz-Cf-Pop", arrival.pop),
        ("X-Amz-Cf-Id", arrival.request_id),
        *aged,
    )


def _timing(reply: Reply, arrival: Arrival) -> str:
    """The policy's Server-Timing. AWS "Server-Timing header", read 2026-11."""
    cache = {"Hit": "cdn-cache-hit", "RefreshHit": "cdn-cache-refresh"}.get(reply.x_cache, "cdn-cache-miss")
    return f'{cache}, cdn-pop;desc="{arrival.pop}", cdn-rid;desc="{arrival.request_id}"'
