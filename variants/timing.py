"""How much time is left, and where it went. The clock is given: nothing here reads one by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from variants import errors

Clock = Callable[[], float]


class Deadline:
    """The moment at which the work has to be done; it travels with the work.

    Time that somebody else took can be given back, but never beyond `most_s` from the beginning.
    """

    __slots__ = ("_clock", "_ends_at", "_latest_at")

    def __init__(self, clock: Clock, timeout_s: float, most_s: float | None = None) -> None:
        self._clock = clock
        self._ends_at = clock() + timeout_s
        self._latest_at = self._ends_at if most_s is None else clock() + most_s

    def extend(self, seconds: float) -> None:
        """Nothing: the moment is that much later, as far as it may be."""
        self._ends_at = min(self._ends_at + seconds, self._latest_at)

    def left_s(self) -> float:
        """The seconds that are left, never below 0."""
        return max(0.0, self._ends_at - self._clock())

    def check(self, needed_s: float = 0.0) -> None:
        """Nothing, while more than `needed_s` are left. Raises errors.Deadline."""
        if self.left_s() <= needed_s:
            raise errors.Deadline("The time for this picture is over; ask again in a moment.")


class Stopwatch:
    """Milliseconds by stage, for Server-Timing and the log. A stage may be entered more than once."""

    __slots__ = ("_clock", "ms")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.ms: dict[str, float] = {}

    @contextlib.contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        started = self._clock()
        try:
            yield
        finally:
            self.ms[stage] = self.ms.get(stage, 0.0) + (self._clock() - started) * 1000

    def server_timing(self) -> str:
        """The value of a Server-Timing header (W3C Server Timing, §3)."""
        return ", ".join(f"{stage};dur={spent:.1f}" for stage, spent in self.ms.items())
