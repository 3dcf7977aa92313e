"""Lambda's asynchronous invocations by its API: taken at once, tried again, told to the on-failure destination.

AWS "Invoking a Lambda function asynchronously", "Error handling for asynchronous invocation", read 2026-11.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from emulator.aws.delivery import Invoke, Retries, delivered
from emulator.clock import Clock
from emulator.lambdas.invocation import Invocation


class Asynchronous:
    """`known`: how often an event of each function is tried again; `gave_up` is told of what failed for good: function,
    event, result, condition."""

    def __init__(
        self,
        clock: Clock,
        invoke: Invoke,
        known: Mapping[str, Retries],
        gave_up: Callable[[str, object, Invocation, str], None],
    ) -> None:
        self._gave_up = gave_up
        self._clock = clock
        self._invoke = invoke
        self._known = known
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def is_busy(self) -> bool:
        """True while an invocation waits or runs."""
        return bool(self._under_way)

    def start(self, arn: str, event: object) -> bool:
        """Whether there is such a function; it is invoked then."""
        if arn not in self._known:
            return False
        task = asyncio.create_task(self._deliver(arn, event))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return True

    async def stop(self) -> None:
        """Drops what is under way."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _deliver(self, arn: str, event: object) -> None:
        began = self._clock.now()
        lost = await delivered(self._clock, lambda: self._invoke(arn, event), self._known[arn], began)
        if lost is not None:
            self._gave_up(arn, event, *lost)
