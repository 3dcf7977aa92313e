"""What a generator may cost: calls in an hour and in a day, and a circuit that opens after repeated failures.

One count for each generator (variants/counting.py), changed before each call. So it is exact, in every Region: no two
calls are counted as one, and a call that was counted and not made (its maker died) is the only error, on the safe
side. Hours and days are UTC's by S3's own clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from variants import errors
from variants.counting import Counts, hour_of
from variants.generators import Spending
from variants.lease import prefix
from variants.s3_answer import Deadline

# So many failures after each other open the circuit, for so long.
most_failures = 5
open_s = 60


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
class Spent:
    """What was found as a call was counted: the failures since the last success, and how much of the hour's or the
    day's calls is used, whichever is more."""

    failures: int
    used_percent: float


class CircuitOpen(errors.Busy):
    """The generator failed repeatedly, and is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The counts of all generators of a stack."""

    counts: Counts

    def spend(self, name: str, most: Spending, deadline: Deadline) -> Spent:
        """What is spent now; a call is counted, and may be made. Raises errors.Budget, CircuitOpen, errors.Busy."""

        def counted(count: Count, now: float) -> Count:
            hour, day = hour_of(now), hour_of(now)[:10]
            in_hour = count["in_hour"] if count["hour"] == hour else 0
            in_day = count["in_day"] if count["day"] == day else 0
            if now < count["open_until"]:
                raise CircuitOpen("The generator failed repeatedly and is left alone; ask again in a minute.")
            if in_hour >= most.hour or in_day >= most.day:
                raise errors.Budget("What this generator may be called is spent; ask again later.")
            return {**count, "hour": hour, "in_hour": in_hour + 1, "day": day, "in_day": in_day + 1}

        count = self.counts.change(_key(name), none, counted, deadline)
        used = max(count["in_hour"] / most.hour, count["in_day"] / most.day)
        return Spent(failures=count["failures"], used_percent=round(100 * used, 1))

    def fail(self, name: str, deadline: Deadline) -> bool:
        """Whether the circuit is open now, after one more failure."""

        def failed(count: Count, now: float) -> Count:
            failures = count["failures"] + 1
            opens = failures >= most_failures
            return {**count, "failures": failures, "open_until": now + open_s if opens else 0.0}

        return self.counts.change(_key(name), none, failed, deadline)["open_until"] > 0

    def succeed(self, name: str, deadline: Deadline) -> None:
        """Nothing: the failures before this one are forgotten."""

        def forgotten(count: Count, _now: float) -> Count:
            return {**count, "failures": 0, "open_until": 0.0}

        self.counts.change(_key(name), none, forgotten, deadline)


none: Count = {"hour": "", "in_hour": 0, "day": "", "in_day": 0, "failures": 0, "open_until": 0.0}


def _key(name: str) -> str:
    return f"{prefix}budget/{name}"
