"""An event on its way into a function: invoked asynchronously, tried again, given up.

AWS "Error handling for asynchronous invocation", read 2026-11.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from emulator.clock import Clock
from emulator.lambdas.invocation import ErrorKind, Invocation

retry_delays_s = (60.0, 120.0)  # between the first attempt and the second, and the second and the third
throttled_first_s, throttled_longest_s = 1.0, 300.0  # exponential, from 1 second to 5 minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """A function's FunctionEventInvokeConfig; `on_failure` is a queue's ARN, or nothing."""

    attempts: int = 2
    max_age_s: float = 21_600.0
    on_failure: str = ""


class Invoke(Protocol):
    """Calls a function by its ARN."""

    def __call__(self, arn: str, event: object) -> Awaitable[Invocation]: ...


async def delivered(
    clock: Clock,
    invoke: Callable[[], Awaitable[Invocation]],
    retries: Retries,
    began: float,
    again: Callable[[], None] = lambda: None,
) -> tuple[Invocation, str] | None:
    """Nothing, once the function succeeded; else its last result, and the condition on which Lambda gave up. `again` is
    told of each further attempt."""
    tried, throttled = 0, 0
    while (result := await invoke()).error is not None:
        if result.error is ErrorKind.THROTTLED:
            wait_s = min(throttled_first_s * 2**throttled, throttled_longest_s)
            throttled += 1
        elif tried < retries.attempts:
            wait_s = retry_delays_s[tried]
            tried += 1
        else:
            return result, "RetriesExhausted"
        if clock.now() + wait_s - began > retries.max_age_s:
            return result, "EventAgeExceeded"
        again()
        await clock.sleep(wait_s)
    return None
