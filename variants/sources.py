"""Where originals come from: the originals bucket. (`generated` stands before it in a stack with generators.)"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from variants import errors
from variants.s3 import Bucket, Deadline
from variants.settings import Limits
from variants.stream import StreamView


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A source image as it is now: its ETag as S3 prints it, and its bytes as they arrive.

    `is_generated`: it was not there, and a generator made it just now.
    """

    etag: str
    size_bytes: int
    body: StreamView
    is_generated: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.body.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalsBucket:
    """The source that every stack has."""

    bucket: Bucket
    limits: Limits

    def fetch(self, path: str, deadline: Deadline) -> Original:
        """The original at a decoded path, its body under way.

        Raises errors.NotFound, errors.Archived; errors.TooLarge by its length, before a byte of it is read.
        """
        found, body = self.bucket.stream(path, deadline)
        if found.size_bytes > self.limits.max_source_bytes:
            body.close()
            limit_mb = self.limits.max_source_bytes / (1024 * 1024)
            raise errors.TooLarge(f"The original has {found.size_bytes} bytes; the limit is {limit_mb:g} MB.")
        return Original(etag=found.etag, size_bytes=found.size_bytes, body=body)

    def look(self, path: str, deadline: Deadline) -> str | None:
        """The ETag that the original has now; None where it is gone."""
        found = self.bucket.head(path, deadline)
        return None if found is None else found.etag
