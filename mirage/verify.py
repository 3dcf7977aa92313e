"""`verify`: walks originals and variants, and finds what should not be there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Annotated

import typer

from mirage import stop
from mirage.bucket import Bucket, buckets
from mirage.findings import Finding, Judge
from mirage.parallel import in_parallel
from mirage.paths import tag
from mirage.removal import delete, forget, in_batches
from mirage.stack import Stack
from mirage.verb import Here

at_once = 16


def verify(
    fix: Annotated[
        bool, typer.Option("--fix", help="Delete what is stale, orphaned or broken, and CloudFront's copies.")
    ] = False,
    *,
    here: Here,
) -> int:
    """Finds what should not be there: variants that are stale, orphaned, foreign or broken; originals no URL can name.

    stale: made of another state of the original, whose event was lost. orphaned: the original is gone. foreign: nothing
    that Mirage puts there. broken: empty, or without what Mirage says of it; or an original that is no picture. Every
    stored variant is looked at once (a HEAD request each). The exit status is 1 where something is left.
    """
    stack = here.stack()
    originals, variants = buckets(stack)
    counts: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    here.voice.so_far = lambda: f"{seen['objects']} objects were looked at, {counts['fixed']} were deleted."
    for batch in _wrong(here, originals, variants, seen):
        fixable = [each for each in batch if fix and each.is_ours]
        for each in batch:
            counts[each.kind] += 1
            fixed = " (deleted)" if each in fixable else ""
            facts = {"kind": each.kind, "key": each.key, "why": each.why, "fixed": each in fixable}
            here.voice.tell(f"{each.kind:<11} {each.key}: {each.why}{fixed}", **facts)
        counts["fixed"] += _fix(stack, fixable, variants, here)
    found = {kind: counts[kind] for kind in ("stale", "orphaned", "foreign", "broken", "unservable") if counts[kind]}
    said = ", ".join(f"{count} {kind}" for kind, count in found.items()) or "nothing wrong"
    here.voice.tell(
        f"{seen['objects']} objects, {said}; {counts['fixed']} deleted.",
        objects=seen["objects"],
        found=found,
        fixed=counts["fixed"],
    )
    return stop.incomplete if sum(found.values()) > counts["fixed"] else stop.done


def _wrong(here: Here, originals: Bucket, variants: Bucket, seen: Counter[str]) -> Iterator[list[Finding]]:
    """What is wrong, so many at a time as one call deletes."""
    judge = Judge(originals, variants)
    walks = chain(
        in_parallel(judge.stored, variants.all(), at_once), (judge.original(each) for each in originals.all())
    )

    def counted() -> Iterator[Finding]:
        for each in here.voice.watched(walks, "Looking"):
            seen["objects"] += 1
            if each is not None:
                yield each

    return in_batches(counted())


def _fix(stack: Stack, fixable: list[Finding], variants: Bucket, here: Here) -> int:
    """How many were deleted; CloudFront's copies of them are forgotten."""
    if not fixable:
        return 0
    deleted = delete([each.key for each in fixable], variants, here.voice)
    tags = sorted({f"#{tag(each.original)}" for each in fixable if each.original})
    forget(stack, tags, here.voice, wait=True)
    return deleted
