"""Uploads in parts: which there are, and when each began. S3 User Guide, "Multipart upload", read 2026-11."""

from __future__ import annotations

import re

from emulator.s3.bucket import Bucket
from emulator.s3.messages import S3Answer, S3Request
from emulator.s3.refusals import Refused


def refuse_unknown(request: S3Request, bucket: Bucket) -> None:
    """Raises Refused for an upload that is not under way; the end of one may be asked for again."""
    upload = request.parameters.get("uploadId") if request.key else None
    if upload is None:
        return
    if upload not in bucket.uploads or (request.method != "POST" and bucket.uploads[upload] is None):
        raise Refused("NoSuchUpload")


def note(request: S3Request, answer: S3Answer, bucket: Bucket, now: float) -> None:
    """Nothing: the bucket knows of the upload that was begun, ended or given up."""
    upload = request.parameters.get("uploadId", "")
    if request.method == "POST" and "uploads" in request.parameters:
        found = re.search(r"<UploadId>(.*?)</UploadId>", answer.body.decode())
        bucket.uploads |= {found[1]: now} if found else {}
    elif request.method == "POST" and upload:
        bucket.uploads[upload] = None
    elif request.method == "DELETE" and upload:
        bucket.uploads.pop(upload, None)
