"""Where variants go: the variants bucket, under its prefix `v/`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz

from variants import errors
from variants.grammar import store_prefix
from variants.s3 import Bucket
from variants.s3_answer import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A variant as the store has it; header names in lower case, metadata among them."""

    etag: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def original_etag(self) -> str:
        return self.headers.get("x-amz-meta-original-etag", "")

    @property
    def reduced(self) -> bool:
        return self.headers.get("x-amz-meta-reduced") == "1"

    @property
    def age_s(self) -> float:
        """How long it has been stored, by S3's clock; 0 where S3 did not say."""
        stored_at, now = (parsedate_tz(self.headers.get(name, "")) for name in ("last-modified", "date"))
        return float(mktime_tz(now) - mktime_tz(stored_at)) if stored_at and now else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantsBucket:
    bucket: Bucket

    def put(self, key: str, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> str | None:
        """The ETag that the store gave; None where the key was there already. Raises errors.Unable: not stored."""
        return self.bucket.put_new(store_prefix + key, body, headers, deadline)

    def read(self, key: str, deadline: Deadline) -> Stored | None:
        """The variant of that key, whole; None where there is none."""
        try:
            found, view = self.bucket.stream(store_prefix + key, deadline)
        except errors.NotFound:
            return None
        with view:
            return Stored(etag=found.etag, headers=found.headers, body=view.read())

    def take_back(self, key: str, etag: str, deadline: Deadline) -> None:
        """Nothing: the variant is gone, unless another was stored under its key since."""
        self.bucket.delete(store_prefix + key, etag, deadline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nowhere:
    """The store of a stack that stores nothing: CloudFront's cache is all that keeps a variant."""

    def put(self, key: str, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> str | None:
        """The ETag that S3 would give: the MD5 of a body put at once (S3 API Reference, "Object", read 2026-11)."""
        return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'

    def read(self, key: str, deadline: Deadline) -> Stored | None:
        return None

    def take_back(self, key: str, etag: str, deadline: Deadline) -> None:
        return None
