"""Where a copy comes from, and what it needs besides. S3 API "CopyObject", "UploadPartCopy", read 2026-11."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from emulator.s3.messages import S3Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An object, or with `version` one of its versions."""

    bucket: str
    key: str
    version: str | None

    @property
    def arn(self) -> str:
        return f"arn:aws:s3:::{self.bucket}/{self.key}"


def source(request: S3Request) -> Source | None:
    """The source that a request names; None where it copies nothing."""
    named = request.headers.get("x-amz-copy-source")
    if named is None:
        return None
    path, _, query = named.partition("?")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    return Source(bucket=bucket, key=key, version=parse_qs(query).get("versionId", [None])[0])


def tag_rights(request: S3Request, found: Source) -> list[tuple[str, str]]:
    """What a copy of an object with tags needs, unless it leaves them behind.

    AWS re:Post Knowledge Center, "Troubleshoot 403 when copying between buckets", read 2026-11.
    """
    if "uploadId" in request.parameters or request.headers.get("x-amz-tagging-directive") == "REPLACE":
        return []
    reads = "s3:GetObjectVersionTagging" if found.version else "s3:GetObjectTagging"
    return [(reads, found.arn), ("s3:PutObjectTagging", f"arn:aws:s3:::{request.bucket}/{request.key}")]
