"""Lambda's asynchronous invocations by its API: taken at once, tried again, told to the on-failure destination.

AWS "Invoking a Lambda function asynchronously", "Error handling for asynchronous invocation", read 2026-11.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from emulator.aws.events import Invoke, Retries, retry_delays_s
from emulator.clock import Clock
from emulator.lambdas.invocation import ErrorKind, Invocation


class Asynchronous:
    """`gave_up` is told of what failed for good: function, event, result, condition."""

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
        retries, tried = self._known[arn], 0
        while (result := await self._invoke(arn, event)).error is not None:
            if result.error is ErrorKind.THROTTLED:
                await self._clock.sleep(1)
            elif tried < retries.attempts:
                await self._clock.sleep(retry_delays_s[tried])
                tried += 1
            else:
                return self._gave_up(arn, event, result, "RetriesExhausted")
        return None
