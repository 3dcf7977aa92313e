"""The cache key and what is forwarded, as the cache policy and the origin request policy say."""

from __future__ import annotations

from emulator.cloudfront.distribution import Behavior, CachePolicy, Selection
from emulator.cloudfront.headers import Headers, only, tokens, value, without
from emulator.cloudfront.messages import CacheKey

# Removed towards the origin unless a policy lists them; Host must never reach an S3 origin.
# AWS "Request and response behavior for Amazon S3 origins", read 2026-11.
conditional_names = ("If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since")


def accepted_encodings(policy: CachePolicy, headers: Headers) -> str:
    """Accept-Encoding as CloudFront normalises it: `br,gzip`, `br`, `gzip` or nothing.

    AWS "Cache compressed objects: compression support", read 2026-11.
    """
    named = {part.partition(";")[0].strip().lower() for part in tokens(value(headers, "accept-encoding"))}
    return ",".join(name for name, on in (("br", policy.brotli), ("gzip", policy.gzip)) if on and name in named)


def cache_key(behavior: Behavior, uri: str, query: str, headers: Headers, origin_id: str) -> CacheKey:
    """The key of a request after the viewer function.

    The chosen origin is not among the documented ingredients, so `origin_id` is empty unless a switch says else.
    """
    policy = behavior.cache_policy
    chosen = tuple(sorted((name.lower(), text) for name, text in _taken(policy.headers, headers)))
    encodings = accepted_encodings(policy, headers)
    if encodings:
        chosen = (*chosen, ("accept-encoding", encodings))
    return CacheKey(
        path=uri,
        query=_union((policy.queries,), query, "&"),
        headers=chosen,
        cookies=_cookies(policy.cookies, headers),
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
    cookie = _union(cookies, value(headers, "cookie") or "", "; ")
    kept = without(kept, ["cookie", "accept-encoding", *conditional_names, "range"])
    encodings = accepted_encodings(policy, headers)
    return _union(queries, query, "&"), (
        *kept,
        *((("Accept-Encoding", encodings),) if encodings else ()),
        *((("Cookie", cookie),) if cookie else ()),
    )


def forwards_cookies(behavior: Behavior) -> bool:
    """Whether cookies reach the origin, so that the origin's reach the viewer."""
    more = behavior.origin_request_policy
    return any(each.behavior != "none" for each in (behavior.cache_policy.cookies, *([more.cookies] if more else [])))


def conditions(headers: Headers) -> Headers:
    """The viewer's conditional headers: CloudFront passes them on where it holds no copy."""
    return only(headers, conditional_names)


def _taken(selection: Selection, headers: Headers) -> Headers:
    return tuple((name, text) for name, text in headers if selection.takes(name))


def _cookies(selection: Selection, headers: Headers) -> str:
    return _union((selection,), value(headers, "cookie") or "", "; ")


def _union(selections: tuple[Selection, ...], text: str, separator: str) -> str:
    """The `name=value` parts that any of the selections takes, in the order of arrival."""
    parts = [part.strip() for part in text.split(separator.strip()) if part.strip()]
    return separator.join(part for part in parts if any(one.takes(part.partition("=")[0]) for one in selections))
