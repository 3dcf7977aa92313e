"""The response headers policy: the last hand on every answer of a behavior, whatever its status.

AWS "Understand response headers policies", read 2026-11.
"""

from __future__ import annotations

from emulator.cloudfront.distribution import Cors, PolicyHeader, ResponseHeadersPolicy
from emulator.cloudfront.headers import Headers, replaced, tokens, value, varying, without


def applied(policy: ResponseHeadersPolicy, headers: Headers, request_headers: Headers, timing: str) -> Headers:
    """The headers after the policy: first removed, then set. `timing` is CloudFront's part of Server-Timing."""
    headers = without(headers, policy.removed)
    if policy.cors is not None:
        headers = _with_cors(policy.cors, headers, request_headers)
    for each in policy.set_headers:
        headers = _set(headers, each)
    if policy.server_timing_percent is not None:
        headers = _timed(
            headers, timing, is_sampled=policy.server_timing_percent > 0 or _asks_for_timing(request_headers)
        )
    return headers


def _timed(headers: Headers, timing: str, *, is_sampled: bool) -> Headers:
    """The headers with CloudFront's metrics: after the origin's on a miss, in their place on a hit.

    Any rate above 0 is taken for 100. "Server-Timing header" of the page above.
    """
    if not is_sampled:
        return headers
    said = None if timing.startswith("cdn-cache-hit") else value(headers, "server-timing")
    return replaced(headers, "Server-Timing", f"{said}, {timing}" if said else timing)


def _asks_for_timing(request_headers: Headers) -> bool:
    return "server-timing" in tokens(value(request_headers, "pragma"))


def _set(headers: Headers, wanted: PolicyHeader) -> Headers:
    if not wanted.override and value(headers, wanted.name) is not None:
        return headers
    return replaced(headers, wanted.name, wanted.value)


def _with_cors(cors: Cors, headers: Headers, request_headers: Headers) -> Headers:
    """The CORS headers, where the request has an Origin that the policy allows.

    Those of a preflight are left out: a behavior that allows OPTIONS is not honoured.
    """
    origin = value(request_headers, "origin")
    if origin is None or not any(_allows(pattern, origin) for pattern in cors.origins):
        return headers
    if not cors.override and value(headers, "access-control-allow-origin") is not None:
        return headers
    anyone = "*" in cors.origins and not cors.credentials
    said = {"Access-Control-Allow-Origin": "*" if anyone else origin}
    if not anyone:
        headers = varying(headers, "Origin")
    if cors.credentials:
        said["Access-Control-Allow-Credentials"] = "true"
    if cors.exposed:
        said["Access-Control-Expose-Headers"] = ", ".join(cors.exposed)
    for name, text in said.items():
        headers = replaced(headers, name, text)
    return headers


def _allows(pattern: str, origin: str) -> bool:
    """Whether an allowed origin takes this one: `*` alone, exactly, or with `*` as the leftmost label."""
    if pattern in ("*", origin):
        return True
    scheme, _, host = pattern.rpartition("://")
    if not host.startswith("*."):
        return origin.partition("://")[2] == pattern
    return origin.startswith(f"{scheme}://" if scheme else "") and origin.endswith(host[1:])
