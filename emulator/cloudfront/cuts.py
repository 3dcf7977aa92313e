"""What a viewer gets of a whole answer: all of it, a part (206), or the word that he has it already (304)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime

from emulator.cloudfront.headers import Headers, replaced, tokens, value, without

# Headers of a representation, which a 304 leaves out (RFC 9110 §15.4.5).
of_a_body = ("content-length", "content-type", "content-encoding", "content-disposition")
one_range = re.compile(r"([0-9]*)-([0-9]*)")
boundary = "CloudFront:0a1b2c3d4e5f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer on its way to the viewer. `x_cache` is the word before "from cloudfront". `is_failure`: it stands for a
    failure of the origin, whatever its status."""

    status: int
    headers: Headers
    body: bytes
    x_cache: str
    age_s: float | None = None
    is_failure: bool = False


def cut(reply: Reply, request_headers: Headers, method: str) -> Reply:
    """The reply as the viewer's conditions and range want it; anything but a 200 stays as it is."""
    if reply.status != 200:
        return reply
    if _is_held_already(reply.headers, request_headers):
        return replace(reply, status=304, headers=without(reply.headers, of_a_body), body=b"")
    asked = value(request_headers, "range")
    if method != "GET" or asked is None or not _range_still_holds(reply.headers, request_headers):
        return reply
    return _ranged(reply, asked)


def _is_held_already(headers: Headers, request_headers: Headers) -> bool:
    """RFC 9110 §13.2.2: If-None-Match decides; If-Modified-Since only where there is none."""
    named = value(request_headers, "if-none-match")
    etag = value(headers, "etag")
    if named is not None:
        return named.strip() == "*" or (etag is not None and _weak(etag) in {_weak(each) for each in tokens(named)})
    since, modified = value(request_headers, "if-modified-since"), value(headers, "last-modified")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _weak(etag: str) -> str:
    return etag.strip().removeprefix("W/")


def _range_still_holds(headers: Headers, request_headers: Headers) -> bool:
    condition = value(request_headers, "if-range")
    if condition is None:
        return True
    # Compared strongly: a weak ETag matches nothing (RFC 9110 §13.1.5).
    known = (value(headers, "etag"), value(headers, "last-modified"))
    return condition.strip() in known and not condition.strip().startswith("W/")


def _ranged(reply: Reply, asked: str) -> Reply:
    """206 for one range or several in order, 416 where none can be met, the whole for anything malformed.

    AWS "How CloudFront processes partial requests for an object (range GETs)", read 2026-11.
    """
    spans = _spans(asked, len(reply.body))
    if spans is None:
        return reply
    if not spans:
        headers = replaced(without(reply.headers, of_a_body), "Content-Range", f"bytes */{len(reply.body)}")
        return replace(reply, status=416, headers=headers, body=b"", x_cache="Error")
    if len(spans) == 1:
        first, last = spans[0]
        headers = replaced(reply.headers, "Content-Range", f"bytes {first}-{last}/{len(reply.body)}")
        return replace(reply, status=206, headers=headers, body=reply.body[first : last + 1])
    return _multipart(reply, spans)


def _spans(asked: str, size: int) -> list[tuple[int, int]] | None:
    """First and last byte of each range that can be met; None where the header is malformed or out of order."""
    unit, _, text = asked.partition("=")
    parts = tokens(text)
    ends = [found.groups() for part in parts if (found := one_range.fullmatch(part)) and part != "-"]
    if unit.strip().lower() != "bytes" or not parts or len(ends) < len(parts):
        return None
    spans: list[tuple[int, int]] = []
    for first, last in ends:
        if first and last and int(last) < int(first):
            return None
        span = (max(0, size - int(last)), size - 1) if not first else (int(first), min(int(last or size), size - 1))
        if spans and span[0] <= spans[-1][1]:
            return None
        if span[0] <= span[1]:
            spans.append(span)
    return spans


def _multipart(reply: Reply, spans: list[tuple[int, int]]) -> Reply:
    kind = value(reply.headers, "content-type") or "application/octet-stream"
    body = b""
    for first, last in spans:
        begin = f"\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: bytes {first}-{last}/{len(reply.body)}"
        body += begin.encode() + b"\r\n\r\n" + reply.body[first : last + 1]
    headers = replaced(reply.headers, "Content-Type", f"multipart/byteranges; boundary={boundary}")
    return replace(reply, status=206, headers=headers, body=body + f"\r\n--{boundary}--\r\n".encode())
