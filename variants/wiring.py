"""The work over the real buckets and Pillow: imported where a variant has to be made, and not before."""

from __future__ import annotations

import functools

from variants import generation, imaging
from variants.counting import Counts
from variants.regional import Regional
from variants.renders import Renders
from variants.s3 import Bucket
from variants.settings import Settings
from variants.siblings import StaleSiblings
from variants.sidecar import SidecarsBucket
from variants.store import Nowhere, VariantsBucket
from variants.timing import Clock, Deadline, Stopwatch
from variants.work import Work

# What a put, a second look and their retries may take beyond the time of the work; all of it inside Lambda's 30 s.
storing_s = 8
# Where a generator took its time, both end by then at the latest: Lambda's 30 s, less what an answer takes.
longest_s = 28


def work(settings: Settings, clock: Clock, stopwatch: Stopwatch, *, room_bytes: int, keeps: bool = True) -> Work:
    """All that making a variant needs, with its deadlines from now on. `room_bytes`, `keeps`: see Work."""
    timeout_s = settings.limits.image_timeout_s
    deadline = Deadline(clock, timeout_s, longest_s - 2)
    store_deadline = Deadline(clock, timeout_s + storing_s, longest_s)
    buckets = generation.buckets(settings)

    def extend(seconds: float) -> None:
        deadline.extend(seconds)
        store_deadline.extend(seconds)

    return Work(
        source=generation.source(settings, buckets, extend) if settings.generators else buckets.source,
        store=VariantsBucket(bucket=buckets.variants) if keeps else Nowhere(),
        imaging=imaging,
        settings=settings,
        deadline=deadline,
        store_deadline=store_deadline,
        measure=stopwatch,
        room_bytes=room_bytes,
        keeps=keeps,
        sidecars=SidecarsBucket(bucket=buckets.variants),
        siblings=_siblings(settings, buckets.variants) if keeps else None,
        renders=_renders(settings.region, settings.variants_bucket, settings.renders_per_hour, settings.metrics_of)
        if settings.renders_per_hour
        else None,
    )


@functools.cache
def _renders(region: str, bucket: str, per_hour: int, metrics_of: str) -> Renders:
    """This sandbox's share of what may be rendered, for as long as it lives."""
    counts = Counts(bucket=Bucket(name=bucket, region=region))
    return Renders(counts=counts, per_hour=per_hour, metrics_of=metrics_of)


def _siblings(settings: Settings, variants: Bucket) -> StaleSiblings | None:
    """What looks for variants of another state of the original, in a stack whose Region can be told."""
    if not settings.original_changed_function:
        return None
    regional = Regional(function=settings.original_changed_function, region=settings.region)
    return StaleSiblings(variants=variants, originals=settings.originals_bucket, regional=regional)
