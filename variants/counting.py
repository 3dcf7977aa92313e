"""Counts that every Region sees: a small object each in the variants bucket, read and written back on condition.

What two writers read at once, one of them writes (`If-Match`, `If-None-Match`), and the other reads again: no step is
lost. Time is S3's own `Date`. It costs a GET and a PUT, and writers who meet wait for each other for milliseconds.
S3 User Guide, "Conditional writes", read 2026-11.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar, cast

from variants import errors
from variants.lease import Bucket, moment
from variants.s3 import Request
from variants.s3_answer import Deadline

T = TypeVar("T")
# Writers who meet try again after a pause; beyond, 503 busy.
tries = 12
longest_pause_s = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts of a stack, each a JSON object under its key."""

    bucket: Bucket
    sleep: Callable[[float], None] = time.sleep

    def change(self, key: str, none: T, change: Callable[[T, float], T], deadline: Deadline) -> T:
        """What the count is after the change, which is told S3's time; `none` where there was no count.

        Raises what the change raises, errors.Busy.
        """
        for number in range(tries):
            etag, count, now = self._read(key, none, deadline)
            fresh = change(count, now)
            if fresh == count or self._put(key, fresh, etag, deadline):
                return fresh
            self.sleep(random.uniform(0, min(longest_pause_s, 0.02 * 2**number)))
        raise errors.Busy("This is counted too often at once; ask again in a moment.")

    def _read(self, key: str, none: T, deadline: Deadline) -> tuple[str, T, float]:
        """The count's ETag (empty where there is none), the count, and S3's time."""
        answer = self.bucket.ask(Request(method="GET", key=key, headers={}), deadline)
        if answer.status not in (200, 404):
            raise answer.error()
        body = answer.read(4096) if answer.status == 200 else b""
        answer.close()
        count = cast("T", json.loads(body)) if body else none
        return answer.headers.get("etag", "") if body else "", count, moment(answer.headers["date"])

    def _put(self, key: str, count: object, etag: str, deadline: Deadline) -> bool:
        condition = {"if-match": etag} if etag else {"if-none-match": "*"}
        headers = {"content-type": "application/json", **condition}
        body = json.dumps(count).encode()
        answer = self.bucket.ask(Request(method="PUT", key=key, headers=headers, body=body), deadline)
        if answer.status not in (200, 404, 412):
            raise answer.error()
        answer.close()
        return answer.status == 200


def hour_of(now: float) -> str:
    """The hour of a time, in UTC, as `2026-11-21T04`; its first ten characters are the day."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H")
