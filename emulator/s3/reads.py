"""Conditions and ranges of a read, as S3 judges them. S3 API "GetObject", RFC 9110 §13 and §14, read 2026-11."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from emulator.s3.lifecycle import Rule, expiration_header
from emulator.s3.messages import S3Answer, S3Request
from emulator.s3.refusals import Refused, refused_by_moto

kept_by_304 = {"etag", "last-modified", "cache-control", "expires", "vary", "x-amz-version-id"}


def shown(found: S3Answer, request: S3Request, rules: tuple[Rule, ...]) -> S3Answer:
    """What the asker sees of the object that moto found; `rules` are the bucket's lifecycle."""
    answer = ranged(conditioned(found, request.headers), request.headers.get("range"))
    dropped = ["content-length"]
    if answer.status != 200 or request.headers.get("x-amz-checksum-mode", "").upper() != "ENABLED":
        dropped.append("x-amz-checksum-")  # the whole's, for who asks for it: a part's would not fit
    headers = tuple(each for each in answer.headers if not each[0].lower().startswith(tuple(dropped)))
    if answer.status != 304 and answer.header("x-amz-server-side-encryption") is None:
        # S3 encrypts every object, and says so. S3 "Default encryption FAQ", read 2026-11.
        headers += (("x-amz-server-side-encryption", "AES256"),)
    modified = moment(answer.header("last-modified"))
    expires = expiration_header(rules, request.key, modified.timestamp()) if modified else None
    if expires and answer.status != 304:
        headers += (("x-amz-expiration", expires),)
    if answer.status != 304:
        headers += (("Content-Length", str(len(answer.body))),)
    return S3Answer(status=answer.status, headers=headers, body=b"" if request.method == "HEAD" else answer.body)


def missing(found: S3Answer, request: S3Request, marker: str | None) -> Refused:
    """The error where there is no object, or only a marker that it was deleted (its version id). S3 "Working with
    delete markers", read 2026-11."""
    error = refused_by_moto(found, request.key)
    if marker is not None:
        if "versionId" in request.parameters:
            error = Refused("MethodNotAllowed", told={"Method": request.method, "ResourceType": "DeleteMarker"})
        error.headers += (("x-amz-delete-marker", "true"), ("x-amz-version-id", marker))
    return error


def conditioned(found: S3Answer, asked: Mapping[str, str]) -> S3Answer:
    """The object, or 304 where the asker has it already.

    Raises Refused with 412 where a condition does not hold. If-Match beats If-Unmodified-Since, If-None-Match beats
    If-Modified-Since.
    """
    etag, modified = found.header("etag") or "", moment(found.header("last-modified"))
    since, until = moment(asked.get("if-modified-since")), moment(asked.get("if-unmodified-since"))
    if "if-match" in asked:
        if not is_listed(etag, asked["if-match"]):
            raise Refused("PreconditionFailed", told={"Condition": "If-Match"})
    elif until and modified and modified > until:
        raise Refused("PreconditionFailed", told={"Condition": "If-Unmodified-Since"})
    if "if-none-match" in asked:
        unchanged = is_listed(etag, asked["if-none-match"])
    else:
        unchanged = bool(since and modified and modified <= since)
    if not unchanged:
        return found
    kept = tuple((name, value) for name, value in found.headers if name.lower() in kept_by_304)
    return S3Answer(status=304, headers=kept)


def ranged(found: S3Answer, wanted: str | None) -> S3Answer:
    """The part that a Range header names; the whole where it names several, or is malformed.

    Raises Refused with 416 where the object has no such part.
    """
    named = re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", wanted or "")
    if named is None or not (named[1] or named[2]) or found.status != 200:
        return found
    size = len(found.body)
    if named[1]:
        first, last = int(named[1]), min(int(named[2] or size), size - 1)
        if named[2] and int(named[2]) < first:
            return found
    else:
        first, last = max(size - int(named[2]), 0), size - 1
    if first > last:
        told = {"RangeRequested": wanted or "", "ActualObjectSize": str(size)}
        raise Refused("InvalidRange", told=told, headers=(("Content-Range", f"bytes */{size}"),))
    headers = (*found.headers, ("Content-Range", f"bytes {first}-{last}/{size}"))
    return S3Answer(status=206, headers=headers, body=found.body[first : last + 1])


def is_listed(etag: str, wanted: str) -> bool:
    """True where the ETag is one of those wanted, with quotes or without."""
    if wanted.strip() == "*":
        return True
    tags = [each.strip().removeprefix("W/").strip('"') for each in wanted.split(",")]
    return etag.strip('"') in tags


def moment(text: str | None) -> datetime | None:
    """The moment of a date in HTTP's form; None where it is none."""
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
