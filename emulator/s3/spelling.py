"""How S3 reads a path and spells an answer's headers."""

from __future__ import annotations

import re
from email.utils import formatdate
from urllib.parse import unquote

from emulator.s3.messages import S3Answer
from emulator.s3.refusals import Refused

spelt = {
    "accept-ranges": "Accept-Ranges",
    "cache-control": "Cache-Control",
    "content-disposition": "Content-Disposition",
    "content-encoding": "Content-Encoding",
    "content-language": "Content-Language",
    "content-length": "Content-Length",
    "content-range": "Content-Range",
    "content-type": "Content-Type",
    "etag": "ETag",
    "expires": "Expires",
    "last-modified": "Last-Modified",
    "location": "Location",
    "transfer-encoding": "Transfer-Encoding",
}


# S3 API Reference, "GetObject", "PutObject", "HeadBucket", response headers, read 2026-11. moto tells others, too: what
# was said of the request.
told = tuple(
    f"x-amz-{name}"
    for name in (
        *("abort-", "bucket-region", "checksum-", "copy-source-version-id", "delete-marker", "expiration", "meta-"),
        *("mp-parts-count", "object-lock-", "replication-status", "restore", "server-side-encryption"),
        *("storage-class", "tagging-count", "version-id", "website-redirect-location"),
    )
)


def read_key(path: str) -> str:
    """The key that S3 reads in a path without its first slash: decoded once, a bare plus as a space. aws-facts §2.

    Raises Refused where the bytes are no UTF-8, or it climbs above its root.
    """
    try:
        key = unquote(path.replace("+", "%20"), errors="strict")
    except UnicodeDecodeError as error:
        raise Refused("InvalidURI") from error
    depth = 0  # "Naming Amazon S3 objects", read 2026-11: never more ".." than names before them
    for name in key.split("/"):
        depth += -1 if name == ".." else name not in {"", "."}
        if depth < 0:
            raise Refused("InvalidURI")
    return key


def refuse_name(bucket: str) -> None:
    """Raises Refused for what can't be a bucket's name. S3 "Bucket naming rules", read 2026-11."""
    shaped = re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket)
    if shaped is None or ".." in bucket or re.fullmatch(r"[0-9]+(\.[0-9]+){3}", bucket):
        raise Refused("InvalidBucketName", told={"BucketName": bucket})


def written(answer: S3Answer) -> S3Answer:
    """moto's answer to a write without what S3 leaves out: a put tells no Last-Modified (aws-facts §11), and what is
    without versions no version."""
    dropped = {"last-modified"} if answer.body else {"last-modified", "content-type"}
    said = {
        ("x-amz-version-id", "null"),
        ("x-amz-server-side-encryption", "AES256"),
    }  # the latter below
    kept = tuple(
        (name, value)
        for name, value in answer.headers
        if name.lower() not in dropped and (name.lower(), value) not in said
    )
    encrypted = (("x-amz-server-side-encryption", "AES256"),) if answer.header("etag") else ()
    return S3Answer(status=answer.status, headers=kept + encrypted, body=answer.body)


def dressed(answer: S3Answer, ids: tuple[str, str], now: float) -> S3Answer:
    """The answer with S3's own headers, and none that S3 would not send."""
    headers = [("x-amz-id-2", ids[1]), ("x-amz-request-id", ids[0]), ("Date", formatdate(now, usegmt=True))]
    for name, value in answer.headers:
        lower = name.lower()
        if lower in spelt or lower.startswith(told):
            headers.append((spelt.get(lower, lower), value))
    headers.append(("Server", "AmazonS3"))
    return S3Answer(status=answer.status, headers=tuple(headers), body=answer.body)
