"""The cache key and what is forwarded, as the cache policy and the origin request policy say."""

from __future__ import annotations

import re

from emulator.cloudfront.distribution import Behavior, CachePolicy, Selection
from emulator.cloudfront.headers import Headers, only, replaced, tokens, value, without
from emulator.cloudfront.messages import CacheKey

# Removed towards the origin unless a policy lists them; Host must never reach an S3 origin.
# AWS "Request and response behavior for Amazon S3 origins", read 2026-11.
conditional_names = ("If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since")
# The viewer's connection's, and what has ways of its own. "… for custom origins" (HTTP request headers), read 2026-11.
never_taken = (
    *("connection", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "upgrade"),
    *("x-forwarded-proto", "x-real-ip", "x-forwarded-for", "cookie", "range", *conditional_names),
)
no_weight = re.compile(r"q=0(\.0{0,3})?", re.IGNORECASE)  # not taken at all: RFC 9110 §12.5.3


def accepted_encodings(policy: CachePolicy, headers: Headers) -> str:
    """Accept-Encoding as CloudFront normalises it: `br,gzip`, `br`, `gzip` or nothing.

    AWS "Cache compressed objects: compression support", read 2026-11.
    """
    parts = (part.partition(";") for part in tokens(value(headers, "accept-encoding")))
    named = {name.strip().lower() for name, _, weight in parts if not no_weight.fullmatch(weight.strip())}
    return ",".join(name for name, on in (("br", policy.brotli), ("gzip", policy.gzip)) if on and name in named)


def cache_key(behavior: Behavior, uri: str, query: str, headers: Headers, origin_id: str) -> CacheKey:
    """The key of a request after the viewer function.

    The chosen origin is not among the documented ingredients, so `origin_id` is empty unless a switch says else.
    """
    policy = behavior.cache_policy
    chosen = tuple(sorted((name.lower(), text) for name, text in _taken(policy.headers, headers)))
    encodings = accepted_encodings(policy, headers)
    if encodings:
        chosen = (*without(chosen, ["accept-encoding"]), ("accept-encoding", encodings))
    return CacheKey(
        path=uri,
        query=_query((policy.queries,), query),
        headers=chosen,
        cookies=_cookies((policy.cookies,), headers),
        origin=origin_id,
    )


def forwarded(behavior: Behavior, query: str, headers: Headers) -> tuple[str, Headers]:
    """The query string and the headers that reach the origin: those in the key, and the request policy's."""
    policy, more = behavior.cache_policy, behavior.origin_request_policy
    kept = _taken(policy.headers, headers)
    queries: tuple[Selection, ...] = (policy.queries,)
    cookies: tuple[Selection, ...] = (policy.cookies,)
    if more is not None:
        kept = (*kept, *(pair for pair in _taken(more.headers, headers) if pair not in kept))
        queries, cookies = (policy.queries, more.queries), (policy.cookies, more.cookies)
    cookie = _cookies(cookies, headers)
    kept = tuple(pair for pair in without(kept, never_taken) if not pair[0].lower().startswith("x-edge-"))
    return _query(queries, query), (
        *_with_encodings(policy, kept, headers),
        # Whatever the policies say. The same page, "Client IP addresses".
        *only(headers, ["x-forwarded-for"]),
        *((("Cookie", cookie),) if cookie else ()),
    )


def _with_encodings(policy: CachePolicy, kept: Headers, headers: Headers) -> Headers:
    """The headers with the normalised Accept-Encoding where the policy keeps encodings, else as the policies say.

    AWS "Control the cache key with a policy" (Compression support), read 2026-11.
    """
    if not policy.gzip and not policy.brotli:
        return kept
    kept = without(kept, ["accept-encoding"])
    if value(headers, "accept-encoding") is None:
        return kept
    return (*kept, ("Accept-Encoding", accepted_encodings(policy, headers) or "identity"))


def varied(behavior: Behavior, headers: Headers) -> Headers:
    """The headers of a custom origin's answer, whose Vary keeps what reached the origin; `*` with a minimum TTL of 0.

    AWS "Request and response behavior for custom origins" (HTTP response headers that CloudFront removes or replaces),
    read 2026-11.
    """
    policies = (behavior.cache_policy, *((behavior.origin_request_policy,) if behavior.origin_request_policy else ()))
    always = {"accept-encoding", "cookie", *(("*",) if behavior.cache_policy.min_ttl_s == 0 else ())}
    kept = [
        name
        for name in tokens(value(headers, "vary"))
        if name.lower() in always or any(each.headers.takes_header(name) for each in policies)
    ]
    return replaced(headers, "Vary", ", ".join(kept)) if kept else without(headers, ["vary"])


def forwards_cookies(behavior: Behavior) -> bool:
    """Whether cookies reach the origin, so that the origin's reach the viewer."""
    more = behavior.origin_request_policy
    return any(each.behavior != "none" for each in (behavior.cache_policy.cookies, *([more.cookies] if more else [])))


def conditions(behavior: Behavior, headers: Headers) -> Headers:
    """The viewer's conditional headers: CloudFront passes them on where it holds no copy and forwards no cookies.

    AWS "Cache content based on cookies" (If-Modified-Since and If-None-Match), read 2026-11.
    """
    return () if forwards_cookies(behavior) else only(headers, conditional_names)


def _taken(selection: Selection, headers: Headers) -> Headers:
    return tuple((name, text) for name, text in headers if selection.takes_header(name))


def _cookies(selections: tuple[Selection, ...], headers: Headers) -> str:
    """The cookies of all lines (RFC 9113 §8.2.3), by name. AWS "Cache content based on cookies", read 2026-11."""
    lines = "; ".join(text for name, text in headers if name.lower() == "cookie")
    parts = _union(selections, lines, "; ").split("; ")
    return "; ".join(sorted(parts, key=lambda part: part.partition("=")[0]))


def _query(selections: tuple[Selection, ...], query: str) -> str:
    """The query string: byte for byte where all of it is taken."""
    is_whole = any(one.behavior == "all" for one in selections)
    return query if is_whole else _union(selections, query, "&")


def _union(selections: tuple[Selection, ...], text: str, separator: str) -> str:
    """The `name=value` parts that any of the selections takes, in the order of arrival."""
    parts = [part.strip() for part in text.split(separator.strip()) if part.strip()]
    return separator.join(part for part in parts if any(one.takes(part.partition("=")[0]) for one in selections))
