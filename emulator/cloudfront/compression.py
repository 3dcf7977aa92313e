"""Compression on the way to the viewer: Brotli, where he takes it, else gzip."""

from __future__ import annotations

import gzip
from dataclasses import replace

import brotli

from emulator.cloudfront.cuts import Reply
from emulator.cloudfront.distribution import Behavior
from emulator.cloudfront.headers import Headers, replaced, value, varying, without
from emulator.cloudfront.key import accepted_encodings
from emulator.cloudfront.messages import Answer
from emulator.quotas import compressed_max_bytes, compressed_min_bytes
from emulator.switches import Switches

# AWS "Serve compressed files: file types that CloudFront compresses", read 2026-11; every text/* of that list is here.
compressed_types = frozenset(
    """application/dash+xml application/eot application/font application/font-sfnt application/javascript
    application/json application/opentype application/otf application/pdf application/pkcs7-mime
    application/protobuf application/rss+xml application/truetype application/ttf
    application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile application/vnd.ms-fontobject application/wasm
    application/xhtml+xml application/xml application/x-font-opentype application/x-font-truetype
    application/x-font-ttf application/x-httpd-cgi application/x-javascript application/x-mpegurl
    application/x-opentype application/x-otf application/x-perl application/x-ttf font/eot font/opentype font/otf
    font/ttf image/svg+xml text/css text/csv text/html text/javascript text/js text/plain text/richtext
    text/tab-separated-values text/xml text/x-component text/x-java-source text/x-script
    vnd.apple.mpegurl""".split()  # noqa: SIM905
)


def compressed(reply: Reply, answer: Answer, behavior: Behavior, request_headers: Headers, on: Switches) -> Reply:
    """The reply compressed, where the behavior, the policy, the viewer and the object all say so; its ETag gets weak.

    Of both encodings CloudFront takes Brotli (the same page).
    """
    encodings = accepted_encodings(behavior.cache_policy, request_headers).split(",")
    encoding = next((each for each in ("br", "gzip") if each in encodings), "")
    if not behavior.compress or not encoding or not _is_meant(answer, on):
        return reply
    body = _encoded(reply.body, encoding)
    headers = replaced(without(reply.headers, ["content-length"]), "Content-Encoding", encoding)
    etag = value(headers, "etag")
    if etag is not None:
        headers = without(headers, ["etag"])
        if etag.startswith(('"', 'W/"')) and etag.endswith('"'):
            headers = (*headers, ("ETag", etag if etag.startswith("W/") else f"W/{etag}"))
    return replace(reply, headers=varying(headers, "Accept-Encoding"), body=body)


def _encoded(body: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.compress(body, compresslevel=6, mtime=0)
    return bytes(brotli.compress(body, quality=5))


def _is_meant(answer: Answer, on: Switches) -> bool:
    kind = (value(answer.headers, "content-type") or "").partition(";")[0].strip().lower()
    return (
        answer.status in (200, 403, 404)
        and kind in compressed_types
        and compressed_min_bytes <= len(answer.body) <= compressed_max_bytes
        and value(answer.headers, "content-encoding") is None
        and (answer.sized or on.made_bodies_are_compressed)
    )
