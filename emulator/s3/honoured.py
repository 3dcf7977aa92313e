"""What S3 does and the emulator does not: refused with a sentence, so that nothing is ignored in silence."""

from __future__ import annotations

from emulator.s3.messages import S3Request, subresources
from emulator.s3.refusals import Refused

# What may be put to a bucket, or taken from it; anything else of a bucket is as the program declares it.
documents = {"policy", "notification", "versioning"}
# What is posted to an object: S3 Select is closed to new customers. S3 API "Actions", read 2026-11.
posted = {"uploads", "uploadId", "restore"}


def refuse_others(request: S3Request) -> None:
    """Raises Refused with 501 for what would have no effect here."""
    named = subresources & set(request.parameters)
    if not request.key and request.method in {"PUT", "DELETE"} and not named & documents:
        raise _not_done("buckets, and what belongs to them, are as the program declares them")
    if request.method == "POST" and not request.key:
        raise _not_done("of what is posted to a bucket it knows DeleteObjects, and no uploads by forms")
    if request.method == "POST" and not named & posted:
        raise Refused("MethodNotAllowed", told={"Method": "POST", "ResourceType": "OBJECT"})
    if "partNumber" in named and request.method in {"GET", "HEAD"}:
        raise _not_done("objects are read whole or by range, not by the number of a part")
    if request.method == "PUT" and "versioning" in named and b"<Status>Enabled</Status>" not in request.body:
        raise _not_done("versioning can't be suspended")
    asked = request.headers.get("x-amz-server-side-encryption", "AES256")
    if asked != "AES256" or "x-amz-server-side-encryption-customer-algorithm" in request.headers:
        raise _not_done("keys of KMS, and of customers, are not emulated")


def _not_done(why: str) -> Refused:
    return Refused("NotImplemented", f"The emulator's S3 does not do this: {why}.")
