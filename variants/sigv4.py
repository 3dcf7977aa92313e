"""AWS Signature Version 4, S3's above all, from the standard library: a quarter of a cold start less than an SDK's.

Source of every step: AWS "Signature Calculations for the Authorization Header: Transferring Payload in a Single
Chunk (Amazon Signature Version 4)", Amazon S3 API Reference, read 2026-11. Held by that page's four examples and by
a property test against botocore's `S3SigV4Auth`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

empty_sha256 = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a role's temporary credentials are; `session_token` is empty for a user's."""

    access_key: str
    secret_key: str
    session_token: str = ""

    def __repr__(self) -> str:
        return f"Credentials(access_key={self.access_key!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A request to S3 before it is signed: `path` decoded, with its leading slash; header names in lower case."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    payload_sha256: str = empty_sha256


def encode(text: str, safe: str = "") -> str:
    """Text percent-encoded as S3 signs it: every byte outside RFC 3986's unreserved, in upper-case hex.

    Python's `quote` keeps exactly those since 3.7 (letters, digits, `_.-~`), beside `safe`.
    """
    return quote(text, safe=safe)


def encode_query(query: Mapping[str, str]) -> str:
    """The canonical query: each side encoded, sorted by encoded name, `=` also where there is no value."""
    return "&".join(f"{name}={value}" for name, value in sorted((encode(n), encode(v)) for n, v in query.items()))


def sign(
    request: Unsigned, credentials: Credentials, region: str, now: datetime, service: str = "s3"
) -> dict[str, str]:
    """The request's headers, signed: its own, `host`, the three of `x-amz-`, and `authorization`."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    headers = {**request.headers, "host": request.host, "x-amz-date": moment}
    headers["x-amz-content-sha256"] = request.payload_sha256
    if credentials.session_token:
        headers["x-amz-security-token"] = credentials.session_token
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, _sha256(canonical_request(request, headers))))
    signature = hmac.new(_signing_key(credentials, scope), text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope},"
        f"SignedHeaders={signed_names(headers)},Signature={signature}"
    )
    return headers


def canonical_request(request: Unsigned, headers: Mapping[str, str]) -> str:
    """Step 1: method, path, query, each header with its blanks folded, the names, the payload's hash."""
    # S3 neither normalises the path nor encodes it twice (the page above, note to "CanonicalURI").
    lines = [request.method, encode(request.path, "/"), encode_query(request.query)]
    lines += [f"{name}:{' '.join(headers[name].split())}" for name in sorted(headers)]
    return "\n".join([*lines, "", signed_names(headers), request.payload_sha256])


def signed_names(headers: Mapping[str, str]) -> str:
    """The names of all the headers, sorted: every header that is sent is signed."""
    return ";".join(sorted(headers))


def _signing_key(credentials: Credentials, scope: str) -> bytes:
    signed = ("AWS4" + credentials.secret_key).encode()
    for part in scope.split("/"):
        signed = hmac.new(signed, part.encode(), hashlib.sha256).digest()
    return signed


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
