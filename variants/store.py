"""Where variants go: the variants bucket, under its prefix `v/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from variants import errors
from variants.grammar import store_prefix
from variants.s3 import Bucket, Deadline


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
