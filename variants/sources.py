"""Where originals come from: the originals bucket. (`generated` stands before it in a stack with generators.)"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from types import TracebackType
from typing import Self

from variants import errors
from variants.s3 import Bucket
from variants.s3_answer import Deadline
from variants.settings import Limits
from variants.stream import StreamView


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A source image as it is now: its ETag as S3 prints it, and its bytes as they arrive.

    `is_generated`: it was not there, and a generator made it just now. `modified_s`: since when it is what it is, by
    S3's clock (Unix time); `age_s`: how long that was ago; 0 where nobody said.
    """

    etag: str
    size_bytes: int
    body: StreamView
    is_generated: bool = False
    modified_s: float = 0.0
    age_s: float = 0.0

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
        modified_s, now_s = (_seconds(found.headers.get(name, "")) for name in ("last-modified", "date"))
        age_s = max(0.0, now_s - modified_s) if modified_s else 0.0
        return Original(etag=found.etag, size_bytes=found.size_bytes, body=body, modified_s=modified_s, age_s=age_s)

    def look(self, path: str, deadline: Deadline) -> str | None:
        """The ETag that the original has now; None where it is gone."""
        found = self.bucket.head(path, deadline)
        return None if found is None else found.etag


def _seconds(date: str) -> float:
    """The Unix time of an HTTP date, 0 where it is none."""
    parsed = parsedate_tz(date)
    return 0.0 if parsed is None else float(mktime_tz(parsed))
