"""Lambda's asynchronous invocations by its API and by EventBridge: tried again as S3's events are, and given up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from emulator.aws.asynchronous import Asynchronous
from emulator.aws.delivery import Retries
from emulator.clock import Clock
from emulator.lambdas.invocation import ErrorKind, Invocation

arn = "arn:aws:lambda:eu-central-1:123456789012:function:on-demand"


def called_at(answers: Sequence[str | None], waits: Sequence[float], retries: Retries) -> tuple[list[float], list[str]]:
    """When the function was called, in seconds from the start, as the clock moves on; and why it was given up."""
    calls: list[float] = []
    conditions: list[str] = []

    async def play() -> None:
        clock = Clock(lambda: 1_800_000_000.0)
        left = list(answers)

        async def invoke(_: str, event: object) -> Invocation:
            calls.append(clock.now() - 1_800_000_000.0)
            error = left.pop(0) if left else None
            return Invocation(request_id="1", function="f", payload=b"", error=ErrorKind(error) if error else None)

        found = Asynchronous(clock, invoke, {arn: retries}, lambda *told: conditions.append(told[3]))
        assert found.start(arn, {})
        assert not found.start(f"{arn}-nowhere", {})
        for each in (0.0, *waits):
            clock.advance(each)
            for _ in range(20):
                await asyncio.sleep(0)
        assert found.is_busy == (not conditions and bool(left))
        await found.stop()

    asyncio.run(play())
    return calls, conditions


seconds = [1.0] * 8
failed, throttled = ErrorKind.UNHANDLED.value, ErrorKind.THROTTLED.value
# AWS "Error handling for asynchronous invocation", read 2026-11.
cases: dict[str, tuple[list[str | None], list[float], Retries, list[float], list[str]]] = {
    "a second and a third time": ([failed, failed], [60, 120], Retries(), [0, 60, 180], []),
    "not a fourth": ([failed] * 4, [60, 120, 999], Retries(), [0, 60, 180], ["RetriesExhausted"]),
    "as often as was declared": ([failed] * 4, [60, 999], Retries(attempts=1), [0, 60], ["RetriesExhausted"]),
    "not beyond its age": ([failed] * 4, [60, 120], Retries(max_age_s=100), [0, 60], ["EventAgeExceeded"]),
    "up to its age": ([failed] * 4, [60, 120], Retries(max_age_s=60), [0, 60], ["EventAgeExceeded"]),
    "a throttle after 1, 2 and 4 s": ([throttled] * 3, seconds, Retries(), [0, 1, 3, 7], []),
    "a throttle after five minutes at the most": (
        [throttled] * 10,
        [1, 2, 4, 8, 16, 32, 64, 128, 256, 300],
        Retries(),
        [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811],
        [],
    ),
    "a throttle not beyond its age": (
        [throttled] * 9,
        seconds,
        Retries(max_age_s=4),
        [0, 1, 3],
        ["EventAgeExceeded"],
    ),
}


@pytest.mark.parametrize("case", cases)
def test_an_invocation_is_tried_again(case: str) -> None:
    answers, waits, retries, calls, conditions = cases[case]
    assert called_at(answers, waits, retries) == (calls, conditions)
