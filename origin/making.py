"""Variants made in the Region: presets ahead of their first viewer, bulk, and files of URLs. The edge's own order of
work and guards (variants/produce.py), without the edge's bounds of time and size."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import BinaryIO, cast

from variants import errors, generation, grammar, headers, imaging
from variants.settings import Settings
from variants.store import VariantsBucket
from variants.timing import Deadline
from variants.work import Work

# A picture's own time is in the settings; what is fetched and stored around it has this much more.
around_s = 20
# Nothing is answered from here, so nothing is too large to be.
room_bytes = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionalPictures:
    """What `origin.region.Pictures` asks for, over the real buckets."""

    settings: Settings

    def describe(self, original: str) -> tuple[str, Mapping[str, object]]:
        """The original's bare ETag and its description.

        Raises errors.NotFound, errors.Archived, errors.Unsupported and what is below it, errors.Unable.
        """
        deadline = self._deadline()
        with generation.buckets(self.settings).source.fetch(original, deadline) as found:
            etag = headers.bare(found.etag)
            try:
                said = imaging.describe(
                    cast("BinaryIO", found.body),
                    self.settings.limits,
                    decoders=self.settings.decoders,
                    etag=etag,
                    size_bytes=found.size_bytes,
                )
            except errors.Broken:
                if found.body.failure is not None:
                    # It broke off on its way here: the picture itself may be sound.
                    raise found.body.failure from None
                raise
        return etag, json.loads(said.body)

    def make(self, key: str) -> str:
        """How the key's variant came to be in the store: `stored`, `made` or `reduced`. Raises errors.MirageError."""
        from variants.produce import produce

        found, deadline = generation.buckets(self.settings), self._deadline()
        store = VariantsBucket(bucket=found.variants)
        if found.variants.head(grammar.store_prefix + key, deadline) is not None:
            return "stored"
        work = Work(
            source=found.source,
            store=store,
            imaging=imaging,
            settings=self.settings,
            deadline=deadline,
            store_deadline=deadline,
            measure=_unmeasured,
            room_bytes=room_bytes,
        )
        answer = produce(key, work)
        if answer.not_stored is not None:
            raise answer.not_stored
        return answer.how

    def _deadline(self) -> Deadline:
        return Deadline(time.monotonic, self.settings.limits.image_timeout_s + around_s)


def _unmeasured(_stage: str) -> AbstractContextManager[None]:
    return nullcontext()
