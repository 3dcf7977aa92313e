"""What a generator may cost: calls in an hour and in a day, and a circuit that opens after repeated failures.

One small object for each generator in the variants bucket, read and written back on condition (`If-Match`) before each
call. So the count is exact, in every Region: no two calls are counted as one, and a call that was counted and not made
(its maker died) is the only error, on the safe side. Hours and days are UTC's by S3's own clock. It costs one GET and
one PUT a call, and makes simultaneous calls of one generator wait for each other for some milliseconds.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict, cast

from variants import errors
from variants.generators import Spending
from variants.lease import Bucket, moment, prefix
from variants.s3 import Request
from variants.s3_answer import Deadline

# So many failures after each other open the circuit, for so long.
most_failures = 5
open_s = 60
# Writers who meet try again after a pause; beyond, 503 busy.
tries = 12
longest_pause_s = 0.4


class Count(TypedDict):
    """What is written: the hour and day that are counted, the failures since the last success, and S3's time until
    which the circuit is open."""

    hour: str
    in_hour: int
    day: str
    in_day: int
    failures: int
    open_until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The counts of all generators of a stack."""

    bucket: Bucket
    sleep: Callable[[float], None] = time.sleep

    def spend(self, name: str, most: Spending, deadline: Deadline) -> int:
        """The failures since the last success; a call is counted, and may be made.

        Raises errors.Budget, errors.Busy where the circuit is open.
        """

        def counted(count: Count, now: float) -> Count:
            hour, day = _hour(now), _hour(now)[:10]
            in_hour = count["in_hour"] if count["hour"] == hour else 0
            in_day = count["in_day"] if count["day"] == day else 0
            if now < count["open_until"]:
                raise errors.Busy("The generator failed repeatedly and is left alone; ask again in a minute.")
            if in_hour >= most.hour or in_day >= most.day:
                raise errors.Budget("What this generator may be called is spent; ask again later.")
            return {**count, "hour": hour, "in_hour": in_hour + 1, "day": day, "in_day": in_day + 1}

        return self._change(name, counted, deadline)["failures"]

    def fail(self, name: str, deadline: Deadline) -> bool:
        """Whether the circuit is open now, after one more failure."""

        def failed(count: Count, now: float) -> Count:
            failures = count["failures"] + 1
            opens = failures >= most_failures
            return {**count, "failures": failures, "open_until": now + open_s if opens else 0.0}

        return self._change(name, failed, deadline)["open_until"] > 0

    def succeed(self, name: str, deadline: Deadline) -> None:
        """Nothing: the failures before this one are forgotten."""
        self._change(name, lambda count, _now: {**count, "failures": 0, "open_until": 0.0}, deadline)

    def _change(self, name: str, change: Callable[[Count, float], Count], deadline: Deadline) -> Count:
        """What the count is after the change. Raises what the change raises, errors.Busy."""
        for number in range(tries):
            etag, count, now = self._read(name, deadline)
            fresh = change(count, now)
            if fresh == count or self._put(name, fresh, etag, deadline):
                return fresh
            self.sleep(random.uniform(0, min(longest_pause_s, 0.02 * 2**number)))
        raise errors.Busy("The generator is called too often at once; ask again in a moment.")

    def _read(self, name: str, deadline: Deadline) -> tuple[str, Count, float]:
        """The count's ETag (empty where there is none), the count, and S3's time."""
        answer = self.bucket.ask(Request(method="GET", key=_key(name), headers={}), deadline)
        if answer.status not in (200, 404):
            raise answer.error()
        body = answer.read(4096) if answer.status == 200 else b""
        answer.close()
        none: Count = {"hour": "", "in_hour": 0, "day": "", "in_day": 0, "failures": 0, "open_until": 0.0}
        count = cast("Count", json.loads(body)) if body else none
        return answer.headers.get("etag", "") if body else "", count, moment(answer.headers["date"])

    def _put(self, name: str, count: Count, etag: str, deadline: Deadline) -> bool:
        condition = {"if-match": etag} if etag else {"if-none-match": "*"}
        headers = {"content-type": "application/json", **condition}
        body = json.dumps(count).encode()
        answer = self.bucket.ask(Request(method="PUT", key=_key(name), headers=headers, body=body), deadline)
        if answer.status not in (200, 404, 412):
            raise answer.error()
        answer.close()
        return answer.status == 200


def _key(name: str) -> str:
    return f"{prefix}budget/{name}"


def _hour(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H")
