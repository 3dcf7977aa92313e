"""Variants and CloudFront's copies go: the store first, or CloudFront would fetch them again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from mirage import aws
from mirage.bucket import Bucket, keys_per_delete
from mirage.stack import Stack
from mirage.stop import Stop, incomplete
from mirage.voice import Voice

T = TypeVar("T")
# CloudFront: 3,000 paths in one invalidation, but 150 paths a second (CF:cloudfront-limits, read 2026-11).
items_per_batch = 150
look_every_s = 2.0
longest_s = 900.0


def in_batches(all_of_them: Iterable[T], size: int = keys_per_delete) -> Iterator[list[T]]:
    """So many at a time."""
    rest = iter(all_of_them)
    while batch := list(islice(rest, size)):
        yield batch


def delete(keys: Iterable[str], bucket: Bucket, voice: Voice) -> int:
    """How many were deleted. Raises Stop where S3 refused some."""
    deleted = 0
    voice.so_far = lambda: f"{deleted} objects were deleted, CloudFront still has its copies; start it again."
    for batch in voice.watched(in_batches(keys), "Deleting"):
        refused = bucket.delete(batch)
        deleted += len(batch) - len(refused)
        if refused:
            raise Stop(f"{deleted} objects were deleted, {len(refused)} were not, first {refused[0]}.", incomplete)
    return deleted


def forget(stack: Stack, items: Sequence[str], voice: Voice, *, wait: bool) -> list[str]:
    """The ids of the invalidations of these paths and tags; with `wait` they are done. Raises Stop after 15 minutes."""
    ids = [aws.invalidate(stack, batch) for batch in in_batches(items, items_per_batch)]
    voice.so_far = lambda: f"the store is purged, and CloudFront does the rest by itself ({', '.join(ids)})."
    until = time.monotonic() + longest_s
    for each in ids if wait else ():
        while not aws.is_invalidated(stack, each):
            if time.monotonic() > until:
                raise Stop(
                    f"The invalidation {each} is under way for 15 minutes now; it goes on by itself.", incomplete
                )
            time.sleep(look_every_s)
    return ids
