"""S3's events on their way to functions: at least once, in no order, and tried again where the function fails.

AWS "Amazon S3 Event Notifications", "Invoking a Lambda function asynchronously", read 2026-11.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.aws.delivery import Invoke, Retries, delivered
from emulator.clock import Clock
from emulator.lambdas.invocation import Invocation
from emulator.s3.changes import Change
from emulator.s3.event_record import event
from emulator.s3.gate import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """How events travel. Without `reorder` those of one bucket arrive in their order."""

    delay_ms: tuple[float, float] = (0, 0)
    duplicate: float = 0.0
    reorder: bool = False
    drop: float = 0.0


class Events:
    """Listens to a gate. `counts`: sent, doubled, dropped, retried, failed."""

    def __init__(
        self, gate: Gate, clock: Clock, invoke: Invoke, retries: Mapping[str, Retries], *, seed: int = 1
    ) -> None:
        self.travel = Travel()
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []  # why events were given up, the last of them
        self.sent: list[Callable[[str, str], None]] = []  # told of each event's name and key, as it sets out
        self.gave_up: list[Callable[[str, object, Invocation, str], None]] = []  # function, event, result, condition
        self._gate = gate
        self._clock = clock
        self._invoke = invoke
        self._retries = retries
        self._random = random.Random(seed)
        self._under_way: set[asyncio.Task[None]] = set()
        self._latest: dict[str, float] = {}
        self._numbers = itertools.count()
        self._waiting: set[tuple[float, int]] = set()  # when each is due, and its number
        gate.changed.append(self._tell)

    @property
    def is_busy(self) -> bool:
        """True while an event is on its way, waits to be tried again, or runs."""
        return bool(self._under_way)

    async def stop(self) -> None:
        """Drops what is under way."""
        self._gate.changed.remove(self._tell)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _tell(self, change: Change) -> None:
        bucket = self._gate.buckets[change.bucket]
        for target in bucket.targets:
            if target.wants(change.event, change.key):
                said = event(change, region=bucket.region, account=self._gate.account, configuration_id=target.id)
                self._send(change, target.arn, said)

    def _send(self, change: Change, arn: str, said: object) -> None:
        self.counts["sent"] += 1
        for listen in self.sent:
            listen(change.event, change.key)
        if self._random.random() < self.travel.drop:
            self.counts["dropped"] += 1
            return
        copies = 1 + (self._random.random() < self.travel.duplicate)
        self.counts["doubled"] += copies - 1
        for _ in range(copies):
            began = self._clock.now()
            turn = (began + self._delay_s(change.bucket), next(self._numbers))
            self._waiting.add(turn)
            task = asyncio.create_task(self._deliver(arn, said, began, turn))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def _delay_s(self, bucket: str) -> float:
        least, most = self.travel.delay_ms
        if self.travel.reorder:
            return self._random.uniform(least, max(most, least + 50)) / 1000  # wide enough to overtake in
        now = self._clock.now()
        due = max(now + self._random.uniform(least, most) / 1000, self._latest.get(bucket, 0.0))
        self._latest[bucket] = due
        return due - now

    async def _arrive(self, turn: tuple[float, int]) -> None:
        """Returns when it is the event's time, and those that are due before it have gone: a clock may leap."""
        try:
            await self._clock.sleep(turn[0] - self._clock.now())
            while min(self._waiting) < turn:
                await asyncio.sleep(0)
        finally:
            self._waiting.discard(turn)

    async def _deliver(self, arn: str, said: object, began: float, turn: tuple[float, int]) -> None:
        await self._arrive(turn)
        retries = self._retries.get(arn, Retries())

        def again() -> None:
            self.counts["retried"] += 1

        lost = await delivered(self._clock, lambda: self._invoke(arn, said), retries, began, again)
        if lost is not None:
            self._give_up(arn, said, *lost)

    def _give_up(self, arn: str, said: object, result: Invocation, condition: str) -> None:
        self.counts["failed"] += 1
        self.failures = [*self.failures[-99:], f"{condition}: {arn}: {result.error_type}: {result.message}"]
        for listen in self.gave_up:
            listen(arn, said, result, condition)


def travel(wanted: Mapping[str, object]) -> Travel:
    """The travel that a control request asks for; what it leaves out is as AWS does at its best.

    Raises ValueError with one sentence.
    """
    if unknown := set(wanted) - {"delay_ms", "duplicate", "reorder", "drop"}:
        raise ValueError(f"Expected delay_ms, duplicate, reorder and drop, received {', '.join(sorted(unknown))}.")
    delay = wanted.get("delay_ms", [0, 0])
    if not isinstance(delay, list) or len(delay) != 2 or not all(_within(each, 86_400_000) for each in delay):
        raise ValueError(f"Expected two numbers of milliseconds for delay_ms, received {delay!r}.")
    if delay[0] > delay[1]:
        raise ValueError(f"Expected the shorter delay first, received {delay!r}.")
    for name in ("duplicate", "drop"):
        if not _within(wanted.get(name, 0), 1):
            raise ValueError(f"Expected a probability from 0 to 1 for {name}, received {wanted[name]!r}.")
    reorder = wanted.get("reorder", False)
    if not isinstance(reorder, bool):
        raise ValueError(f"Expected true or false for reorder, received {reorder!r}.")
    return Travel(
        delay_ms=(float(delay[0]), float(delay[1])),
        duplicate=float(str(wanted.get("duplicate", 0))),
        drop=float(str(wanted.get("drop", 0))),
        reorder=reorder,
    )


def _within(value: object, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most
