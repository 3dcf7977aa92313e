"""Signed URLs: the text that a signature covers, and the signature. Standard library only, so that it can be copied."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from fnmatch import fnmatchcase

ignored_by_default = ("utm_*", "fbclid", "gclid", "_")


def signed_text(target: str, ignored: Sequence[str] = ignored_by_default) -> str:
    """What the HMAC covers: the path as sent and, where parts remain, `?` and its parts in byte order.

    `target` is path and query as sent. Left out are `sig`, the ignored names, and empty parts (url-contract,
    "Access modes").
    """
    path, _, query = target.partition("?")
    parts = [part for part in query.split("&") if part and not _left_out(part.partition("=")[0], ignored)]
    return path + ("?" + "&".join(sorted(parts, key=str.encode)) if parts else "")


def signature(target: str, secret: bytes, ignored: Sequence[str] = ignored_by_default) -> str:
    """The `sig` of a target: HMAC-SHA256 (RFC 2104) as base64url without padding (RFC 4648 §5), 43 characters."""
    digest = hmac.new(secret, signed_text(target, ignored).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sign(
    target: str,
    *,
    kid: str,
    secret: bytes,
    expires_at: int | None = None,
    ignored: Sequence[str] = ignored_by_default,
) -> str:
    """The target with `kid`, `exp` (unix seconds, where given) and `sig` added.

    Raises ValueError where it does not begin with a slash or has one of the three already.
    """
    if not target.startswith("/") or "#" in target:
        raise ValueError(f"Expected a path from the root with its query, received {target[:80]!r}.")
    path, _, query = target.partition("?")
    names = {part.partition("=")[0] for part in query.split("&")}
    if names & {"kid", "exp", "sig"}:
        raise ValueError("Expected a target that is not signed yet, received one with kid, exp or sig.")
    credentials = [f"kid={kid}"] + ([f"exp={expires_at}"] if expires_at is not None else [])
    unsigned = path + "?" + "&".join([*(part for part in query.split("&") if part), *credentials])
    return f"{unsigned}&sig={signature(unsigned, secret, ignored)}"


def _left_out(name: str, ignored: Sequence[str]) -> bool:
    return name == "sig" or any(fnmatchcase(name, pattern) for pattern in ignored)
