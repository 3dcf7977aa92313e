"""The emulator's one clock: caches, signatures, events, queues and lifecycle read it, and `advance` moves it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Clock:
    """Seconds since 1970, running as `read` does, plus what it was advanced by."""

    def __init__(self, read: Callable[[], float] = time.time) -> None:
        self._read = read
        self._ahead_s = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        return self._read() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Moves the clock forward and wakes whoever sleeps by it; a clock that went back would make caches lie."""
        if seconds < 0:
            raise ValueError(f"Expected zero or more seconds to advance by, received {seconds:g}.")
        self._ahead_s += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Returns when the clock shows `seconds` more than now, by waiting or by being advanced."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            try:
                await asyncio.wait_for(self._moved.wait(), left)
            except TimeoutError:
                continue
