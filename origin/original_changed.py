"""An original changed: its variants go, in the store first and then in CloudFront, which would fetch them again else.

An event is a hint: whatever it says, the original is looked at as it is now. Late, repeated and reordered events do
the same work once more. A variant that is under way meanwhile is its maker's to take back (variants/produce.py).
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypedDict
from urllib.parse import unquote_plus

from origin import page
from origin.aws import Bucket, Distribution, cloudfront_client, s3_client
from variants import errors, grammar, headers
from variants import settings as baked
from variants.settings import Settings

reserved_prefix = grammar.reserved_segment + "/"


class S3Object(TypedDict):
    key: str


class S3Bucket(TypedDict):
    name: str


class S3Entity(TypedDict):
    bucket: S3Bucket
    object: S3Object


class Record(TypedDict):
    s3: S3Entity


class Event(TypedDict, total=False):
    """An S3 notification, or S3's test message, which has no Records ("Event message structure", read 2026-11)."""

    Records: list[Record]


class Originals(page.Originals, Protocol):
    def etag(self, key: str) -> str | None: ...


class Variants(page.Page, Protocol):
    def children(self, prefix: str) -> Iterator[list[str]]: ...

    def delete(self, keys: Sequence[str]) -> None: ...


class Cache(Protocol):
    def invalidate(self, tags: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What the handler works on."""

    settings: Settings
    originals: Originals
    variants: Variants
    cache: Cache
    log: Callable[[str], None] = print


def handler(event: Event, _context: object) -> None:
    """Nothing. What it raises makes Lambda try again (AWS "Asynchronous invocation", read 2026-11)."""
    respond(event, _region())


def respond(event: Event, region: Region) -> None:
    """Nothing: the variants of every original that the event names are gone, here and in CloudFront."""
    changed = originals_of(event, region.settings.originals_bucket)
    for original in changed:
        _bring_in_line(original, region)
    if changed:
        region.cache.invalidate([headers.cache_tag(original) for original in changed])
        page.rewrite_list(region.originals, region.variants, region.settings.decoders)


def originals_of(event: Event, bucket: str) -> list[str]:
    """The originals that an event names, each once; keys arrive form-encoded, a space as a plus."""
    records = [record["s3"] for record in event.get("Records", [])]
    named = [unquote_plus(each["object"]["key"]) for each in records if each["bucket"]["name"] == bucket]
    return [original for original in dict.fromkeys(named) if not original.startswith(reserved_prefix)]


def _bring_in_line(original: str, region: Region) -> None:
    etag = region.originals.etag(original)
    deleted = 0
    for keys in region.variants.children(f"{grammar.store_prefix}{original}/"):
        variants = [key for key in keys if grammar.is_key(key)]
        region.variants.delete(variants)
        deleted += len(variants)
    told = {"original": original, "now": etag, "deleted": deleted, "servable": _is_servable(original)}
    region.log(json.dumps({"level": "info", "event": "original-changed", **told}))


def _is_servable(original: str) -> bool:
    """Whether a URL can name it: not where it is too long, or its own name ends like options."""
    try:
        grammar.parse(grammar.key(original, grammar.Variant()))
    except errors.Deploying:
        return False
    return not grammar.is_key(original)


@functools.cache
def _region() -> Region:
    settings = baked.load(Path(__file__).resolve().parents[1])
    s3 = s3_client(settings.region)
    return Region(
        settings=settings,
        originals=Bucket(name=settings.originals_bucket, s3=s3),
        variants=Bucket(name=settings.variants_bucket, s3=s3),
        cache=Distribution(id=os.environ["DISTRIBUTION_ID"], cloudfront=cloudfront_client()),
    )
