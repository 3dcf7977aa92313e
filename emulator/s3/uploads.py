"""The body of an upload as it was meant: out of its aws-chunked frame, held against the checksums that came with it."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping

from emulator.quotas import s3_metadata_max_bytes
from emulator.s3.messages import S3Request
from emulator.s3.refusals import Refused

framing = {"x-amz-trailer", "x-amz-decoded-content-length", "x-amz-content-sha256", "content-encoding"}


def received(headers: Mapping[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and body without the frame.

    Raises Refused where a checksum or the metadata's size is wrong.
    """
    # The body is here as a whole; with Transfer-Encoding beside its length, werkzeug would hand moto none of it.
    said = {name: value for name, value in headers.items() if name != "transfer-encoding"}
    if said.get("x-amz-content-sha256", "").startswith("STREAMING-"):
        body, trailers = _unframed(body)
        encodings = [each.strip() for each in said.get("content-encoding", "").split(",")]
        kept = ",".join(each for each in encodings if each and each != "aws-chunked")
        said = {name: value for name, value in said.items() if name not in framing} | trailers
        said |= {"content-encoding": kept} if kept else {}
    _check(said, body)
    size = sum(len(name) - len("x-amz-meta-") + len(value.encode()) for name, value in _metadata(said))
    if size > s3_metadata_max_bytes:
        raise Refused("MetadataTooLarge", told={"Size": str(size), "MaxSizeAllowed": str(s3_metadata_max_bytes)})
    return said, body


def refuse_unsupported(request: S3Request) -> None:
    """Raises Refused for access lists, which such a bucket does not take, and for conditions that S3 does not know."""
    grants = [name for name in request.headers if name.startswith("x-amz-grant-")]
    acl = request.headers.get("x-amz-acl", "bucket-owner-full-control")
    wants_acl = request.method == "PUT" and (grants or acl != "bucket-owner-full-control")
    if wants_acl or (request.method == "PUT" and "acl" in request.parameters):
        raise Refused("AccessControlListNotSupported")  # S3 "Controlling ownership of objects", read 2026-11
    if request.method in {"PUT", "POST"} and request.headers.get("if-none-match", "*") != "*":
        raise Refused("NotImplemented", told={"Header": "If-None-Match"})
    if request.method in {"PUT", "POST"} and request.headers.get("if-match") == "*":
        raise Refused("NotImplemented", told={"Header": "If-Match"})  # AWS re:Post, seen by users, read 2026-11


def _metadata(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.startswith("x-amz-meta-")]


def _unframed(body: bytes) -> tuple[bytes, dict[str, str]]:
    parts: list[bytes] = []
    while True:
        line, _, body = body.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        if size == 0:
            break
        parts.append(body[:size])
        body = body[size + 2 :]
    lines = (each.partition(":") for each in body.decode("latin-1").split("\r\n") if each)
    return b"".join(parts), {name.lower(): value.strip() for name, _, value in lines}


def _check(headers: Mapping[str, str], body: bytes) -> None:
    if "x-amz-checksum-crc32" in headers:
        right = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
        if headers["x-amz-checksum-crc32"] != right:
            raise Refused("BadDigest")
    digest = headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    if digest != "UNSIGNED-PAYLOAD" and digest != hashlib.sha256(body).hexdigest():
        raise Refused("XAmzContentSHA256Mismatch")
    if "content-md5" in headers:
        right = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        if headers["content-md5"] != right:
            raise Refused("BadDigest", "The Content-MD5 you specified did not match what we received.")
