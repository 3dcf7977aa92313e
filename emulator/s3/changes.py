"""What an accepted request changed, as S3's events name it. S3 "Supported event types", read 2026-11."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from emulator.s3.messages import S3Answer, S3Request

_count = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One object's change. `size` and `etag` (without quotes) are None for what was removed."""

    event: str
    bucket: str
    key: str
    size: int | None
    etag: str | None
    version_id: str | None
    sequencer: str
    principal: str
    address: str
    request_id: str
    host_id: str
    happened_at: float


def sequencer(now: float) -> str:
    """Hexadecimal text that grows with each change, of one length, as S3's mostly are."""
    return f"{int(now * 1000):012X}{next(_count) & 0xFFFFFF:06X}"


def created_by(request: S3Request) -> str | None:
    """The event of a request that wrote an object; None where it wrote none."""
    names = set(request.parameters)
    if not request.key:
        return None
    if request.method == "PUT" and not names & {"tagging", "acl", "retention", "legal-hold", "partNumber", "uploadId"}:
        return "ObjectCreated:Copy" if "x-amz-copy-source" in request.headers else "ObjectCreated:Put"
    if request.method == "POST" and "uploadId" in names:
        return "ObjectCreated:CompleteMultipartUpload"
    return None


def is_deletion(request: S3Request) -> bool:
    """True for DeleteObject."""
    return request.method == "DELETE" and bool(request.key) and not {"tagging", "uploadId"} & set(request.parameters)


def removed_by(request: S3Request, answer: S3Answer) -> str | None:
    """The event of a request that removed an object, or hid it behind a marker."""
    if not is_deletion(request):
        return None
    hidden = answer.header("x-amz-delete-marker") == "true" and "versionId" not in request.parameters
    return "ObjectRemoved:DeleteMarkerCreated" if hidden else "ObjectRemoved:Delete"
