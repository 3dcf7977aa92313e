"""What a stack may render in an hour for viewers: a bound that every Region sees, and that costs next to nothing.

A sandbox takes renders from the count in blocks, and asks S3 again only when they are used up: first one, then twice as
many as the last time. So a sandbox that renders n times asks S3 some log2(n) times, and the count is

- never less than what was rendered: the bound is not passed, by nobody and nowhere;
- at most twice what was rendered: what a sandbox took last and did not use is lost with it, or with its hour.

So between half of the bound and all of it is rendered before the first 503 `budget`. The count lies in shards, each
with its share of the bound, so that sandboxes that begin at once do not meet at one object. Hours are UTC's, by S3's
clock (docs/decisions/renders.md).
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypedDict

from variants import errors, metrics
from variants.counting import Counts, hour_of
from variants.lease import prefix
from variants.s3_answer import Deadline

hour_s = 3600
most_shards, renders_per_shard = 8, 100
# A block is at most that part of the bound, so that few sandboxes cannot take all of it.
parts = 100


class Count(TypedDict):
    """What is written: the hour that is counted, and how many renders of it were taken."""

    hour: str
    taken: int


@dataclass(slots=True, kw_only=True)
class Renders:
    """One sandbox's way to the count; it lives as long as the sandbox does. `left` are renders it took and has."""

    counts: Counts
    per_hour: int
    metrics_of: str = ""
    clock: Callable[[], float] = time.time
    log: Callable[[str], None] = print
    left: int = field(default=0, init=False)
    _block: int = field(default=1, init=False)
    _until: float = field(default=0.0, init=False)
    _is_spent: bool = field(default=False, init=False)

    def spend(self, deadline: Deadline) -> None:
        """Nothing: a picture may be rendered. Raises errors.Budget, errors.Busy."""
        if self.clock() >= self._until:
            self.left, self._block, self._is_spent = 0, 1, False
        if self.left == 0 and not self._is_spent:
            self.left = self._take(deadline)
        if self.left == 0:
            raise errors.Budget("What may be made in this hour is made; what was made before is served.")
        self.left -= 1

    def _take(self, deadline: Deadline) -> int:
        """How many renders were taken from the first shard that has some; 0 where the hour's are spent."""
        now = 0.0
        for shard, share in self._shards():
            taken, used, now = self._take_from(shard, share, deadline)
            if taken:
                self._block = min(2 * self._block, max(1, self.per_hour // parts))
                self._until = self.clock() + hour_s - now % hour_s
                self._tell("renders-counted", 100 * used / share)
                return taken
        self._is_spent = True
        self._until = self.clock() + hour_s - now % hour_s
        self._tell("renders-spent", 100.0)
        return 0

    def _take_from(self, shard: int, share: int, deadline: Deadline) -> tuple[int, int, float]:
        """How many were taken from a shard, how many are taken of it in all, and S3's time."""
        taken, at = 0, 0.0

        def take(count: Count, now: float) -> Count:
            nonlocal taken, at
            hour, at = hour_of(now), now
            before = count["taken"] if count["hour"] == hour else 0
            taken = max(0, min(self._block, share - before))
            return {"hour": hour, "taken": before + taken} if taken else count

        none: Count = {"hour": "", "taken": 0}
        after = self.counts.change(f"{prefix}renders/{shard}", none, take, deadline)
        return taken, after["taken"], at

    def _shards(self) -> Iterator[tuple[int, int]]:
        """Each shard with its share of the bound, from any of them on."""
        number = max(1, min(most_shards, self.per_hour // renders_per_shard))
        first = random.randrange(number)
        for at in range(number):
            shard = (first + at) % number
            yield shard, self.per_hour // number + (shard < self.per_hour % number)

    def _tell(self, event: str, used_percent: float) -> None:
        values = {"RenderBudgetUsed": round(used_percent, 1)}
        level = "info" if used_percent < 100 else "warning"
        line = {"level": level, "event": event, **values, **metrics.embedded(self.metrics_of, values, self.clock())}
        self.log(json.dumps(line))
