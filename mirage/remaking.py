"""One original of a generator's made anew: away with it and all that was made of it, and asked for as a viewer asks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import cast

import urllib3
from botocore.exceptions import ClientError

from mirage.aws import Said
from mirage.bucket import Bucket, buckets
from mirage.removal import delete, forget
from mirage.stack import Stack
from mirage.stop import Stop, incomplete
from mirage.voice import Voice
from mirage.wanted import Wanted, variants_of
from variants import grammar

timeout_s = 40
closed_statuses = (401, 403, 410)
# What is busy may be slow work of the Region, which is looked for this long; then the old one is put back, and what
# comes later finds it there (variants/making.py).
longest_s, look_every_s = 150.0, 2.0


def remake_one(stack: Stack, path: str, voice: Voice) -> tuple[str, str]:
    """How it went, and why: `made`; `removed`, to be made for who may see it; `kept`, since its API failed."""
    originals, variants = buckets(stack)
    old = _read(originals, path)
    if refused := originals.delete([path]):
        raise Stop(f"S3 refused to delete {refused[0]}.", incomplete)
    wanted = Wanted(path=path)
    delete(variants_of(wanted, variants), variants, voice)
    forget(stack, wanted.items, voice, wait=True)
    status, code = _asked(stack, path)
    if status in (200, 302):
        return "made", ""
    if status == 503 and code == "busy" and _appears(originals, path):
        return "made", "by the Region"
    if status in closed_statuses:
        return "removed", "its folder is closed: the next viewer who may see it has it made"
    _put_back(originals, path, old)
    return "kept", f"{status} {code}".strip() if status else code


def _appears(originals: Bucket, path: str) -> bool:
    """Whether somebody else's work is there within the time."""
    until = time.monotonic() + longest_s
    while time.monotonic() < until:
        time.sleep(look_every_s)
        if originals.head(path) is not None:
            return True
    return False


def _asked(stack: Stack, path: str) -> tuple[int, str]:
    """Status and error code of an answer; status 0 and a reason where there was none."""
    url = f"{stack.url}/{grammar.encode_path(path)}"
    try:
        answer = urllib3.request(
            "GET", url, headers={"accept": "*/*"}, redirect=False, timeout=timeout_s, retries=False
        )
    except urllib3.exceptions.HTTPError as why:
        return 0, f"the network failed: {why}"
    return answer.status, answer.headers.get("x-mirage-error", "")


def _read(originals: Bucket, path: str) -> Said:
    """The original as it is, to be put back: its bytes, type and metadata."""
    found = originals.client.get_object(Bucket=originals.name, Key=path)
    body = cast("urllib3.HTTPResponse", found["Body"]).read()
    return {"Body": body, "ContentType": found.get("ContentType", ""), "Metadata": found.get("Metadata", {})}


def _put_back(originals: Bucket, path: str, old: Mapping[str, object]) -> None:
    """Nothing: the old original is there again, unless somebody else's is."""
    try:
        originals.client.put_object(Bucket=originals.name, Key=path, IfNoneMatch="*", **old)
    except ClientError as why:
        if why.response["ResponseMetadata"]["HTTPStatusCode"] not in (409, 412):
            raise
