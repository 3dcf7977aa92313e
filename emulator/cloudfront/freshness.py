"""How long an answer may be kept: the TTL rules of success and of errors."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from emulator.cloudfront.distribution import CachePolicy
from emulator.cloudfront.headers import Headers, tokens, value

# AWS "How CloudFront processes HTTP 4xx and 5xx status codes from your origin", read 2026-11.
errors_always_cached = frozenset({404, 414, 500, 501, 502, 503, 504})
errors_cached_with_max_age = frozenset({400, 403, 405, 412, 415})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """Seconds from the origin's answer on. `stale_if_error_s` is None where the origin does not say."""

    fresh_s: float
    stale_while_revalidate_s: float = 0
    stale_if_error_s: float | None = None


def directives(headers: Headers) -> dict[str, str]:
    """The directives of Cache-Control, names in lower case, values without quotes."""
    pairs = (part.partition("=") for part in tokens(value(headers, "cache-control")))
    return {name.strip().lower(): text.strip().strip('"') for name, _, text in pairs}


def lifetime(status: int, headers: Headers, policy: CachePolicy, *, error_ttl_s: float, now: float) -> Lifetime | None:
    """How long the answer is kept, or None where it is not kept at all."""
    if policy.max_ttl_s == 0:
        return None
    if status >= 400:
        return _of_error(status, headers, policy, error_ttl_s, now)
    if status == 304:
        return None
    return _of_success(headers, policy, now)


def _of_success(headers: Headers, policy: CachePolicy, now: float) -> Lifetime | None:
    """AWS "Manage how long content stays in the cache (expiration)", the table of minimum TTLs, read 2026-11."""
    said = directives(headers)
    if "*" in tokens(value(headers, "vary")) and policy.min_ttl_s == 0:
        return None  # AWS "Request and response behavior for custom origins" (Content negotiation), read 2026-11
    until = _seconds(said.get("stale-if-error"))
    if {"no-store", "private", "no-cache"} & said.keys():
        return _of_forbidden(said, policy, until)
    seconds = _stated(headers, said, now)
    if seconds is None:
        fresh_s = float(max(policy.min_ttl_s, policy.default_ttl_s))
    else:
        fresh_s = float(min(max(seconds, policy.min_ttl_s), policy.max_ttl_s))
    return Lifetime(
        fresh_s=fresh_s,
        stale_while_revalidate_s=min(_seconds(said.get("stale-while-revalidate")) or 0, policy.max_ttl_s),
        stale_if_error_s=None if until is None else min(until, policy.max_ttl_s),
    )


def _of_forbidden(said: dict[str, str], policy: CachePolicy, stale_if_error_s: float | None) -> Lifetime | None:
    """What must not be used unasked is kept for the minimum TTL; with a minimum of 0 no-cache alone, to be asked about.

    The warning below the same table.
    """
    if policy.min_ttl_s > 0:
        return Lifetime(fresh_s=policy.min_ttl_s, stale_if_error_s=stale_if_error_s)
    return None if {"no-store", "private"} & said.keys() else Lifetime(fresh_s=0, stale_if_error_s=0)


def _of_error(status: int, headers: Headers, policy: CachePolicy, error_ttl_s: float, now: float) -> Lifetime | None:
    """The larger of the error minimum and what the origin says, where the status is one that is kept.

    Statuses of the second list need max-age or s-maxage; other directives make no difference.
    AWS "Generate custom error responses" (Control how long CloudFront caches errors), read 2026-11.
    """
    said = directives(headers)
    seconds = _stated(headers, said, now)
    if status in errors_cached_with_max_age:
        if not {"max-age", "s-maxage"} & said.keys():
            return None
    elif status not in errors_always_cached:
        return None
    return Lifetime(fresh_s=max(error_ttl_s, min(seconds or 0, policy.max_ttl_s)))


def _stated(headers: Headers, said: dict[str, str], now: float) -> float | None:
    """The origin's own seconds: s-maxage, else max-age, else what Expires leaves."""
    for name in ("s-maxage", "max-age"):
        seconds = _seconds(said.get(name))
        if seconds is not None:
            return seconds
    expires = value(headers, "expires")
    if expires is None:
        return None
    try:
        return max(0.0, parsedate_to_datetime(expires).timestamp() - now)
    except ValueError:
        return 0.0  # RFC 9111 §5.3: an invalid date, "0" above all, lies in the past


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None
