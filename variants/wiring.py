"""The work over the real buckets and Pillow: imported where a variant has to be made, and not before."""

from __future__ import annotations

import functools
import importlib
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from variants.buckets import Buckets, buckets
from variants.s3 import Bucket
from variants.settings import Settings
from variants.sidecar import SidecarsBucket
from variants.store import Nowhere, VariantsBucket
from variants.timing import Clock, Deadline, Stopwatch
from variants.work import Imaging, Source, Work

if TYPE_CHECKING:
    from variants.renders import Renders
    from variants.siblings import StaleSiblings

# What a put, a second look and their retries may take beyond the time of the work; all of it inside Lambda's 30 s.
storing_s = 8
# Where a generator took its time, both end by then at the latest: Lambda's 30 s, less what an answer takes.
longest_s = 28


def work(settings: Settings, clock: Clock, stopwatch: Stopwatch, *, room_bytes: int, keeps: bool = True) -> Work:
    """All that making a variant needs, with its deadlines from now on. `room_bytes`, `keeps`: see Work."""
    timeout_s = settings.limits.image_timeout_s
    deadline = Deadline(clock, timeout_s, longest_s - 2)
    store_deadline = Deadline(clock, timeout_s + storing_s, longest_s)
    found = buckets(settings)

    def extend(seconds: float) -> None:
        deadline.extend(seconds)
        store_deadline.extend(seconds)

    return Work(
        source=_source(settings, found, extend),
        store=VariantsBucket(bucket=found.variants) if keeps else Nowhere(),
        imaging=_imaging(),
        settings=settings,
        deadline=deadline,
        store_deadline=store_deadline,
        measure=stopwatch,
        room_bytes=room_bytes,
        keeps=keeps,
        sidecars=SidecarsBucket(bucket=found.variants),
        siblings=_siblings(settings, found.variants) if keeps else None,
        renders=_renders(settings.region, settings.variants_bucket, settings.renders_per_hour, settings.metrics_of)
        if settings.renders_per_hour
        else None,
    )


class _Late:
    """The imaging, imported where something is asked of it."""

    def __getattr__(self, name: str) -> object:
        return getattr(importlib.import_module("variants.imaging"), name)


def _imaging() -> Imaging:
    """The imaging. On a cold start a thread imports it, with the decoder of most originals, while S3 is waited for."""
    if "variants.imaging" not in sys.modules:
        threading.Thread(target=_import_imaging, daemon=True).start()
    return cast("Imaging", _Late())


def _import_imaging() -> None:
    importlib.import_module("variants.imaging")
    importlib.import_module("variants.decode").load_plugin("JPEG")


def _source(settings: Settings, found: Buckets, extend: Callable[[float], None]) -> Source:
    """The originals bucket, with what makes originals behind it where the stack has that: imported only then."""
    if not settings.generators:
        return found.source
    from variants import generation

    return generation.source(settings, found, extend)


@functools.cache
def _renders(region: str, bucket: str, per_hour: int, metrics_of: str) -> Renders:
    """This sandbox's share of what may be rendered, for as long as it lives."""
    from variants.counting import Counts
    from variants.renders import Renders

    counts = Counts(bucket=Bucket(name=bucket, region=region))
    return Renders(counts=counts, per_hour=per_hour, metrics_of=metrics_of)


def _siblings(settings: Settings, variants: Bucket) -> StaleSiblings | None:
    """What looks for variants of another state of the original, in a stack whose Region can be told."""
    if not settings.original_changed_function:
        return None
    from variants.regional import Regional
    from variants.siblings import StaleSiblings

    regional = Regional(function=settings.original_changed_function, region=settings.region)
    return StaleSiblings(variants=variants, originals=settings.originals_bucket, regional=regional)
