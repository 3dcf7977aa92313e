"""Both buckets of a stack, wired from its settings."""

from __future__ import annotations

from dataclasses import dataclass

from variants.s3 import Bucket
from variants.settings import Settings
from variants.sources import OriginalsBucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """Both buckets of a stack, and the originals as a source."""

    originals: Bucket
    variants: Bucket
    source: OriginalsBucket


def buckets(settings: Settings) -> Buckets:
    originals = Bucket(name=settings.originals_bucket, region=settings.region)
    return Buckets(
        originals=originals,
        variants=Bucket(name=settings.variants_bucket, region=settings.region),
        source=OriginalsBucket(bucket=originals, limits=settings.limits),
    )
