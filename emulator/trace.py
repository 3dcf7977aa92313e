"""What happened to one request, for one readable line; and the counters that all requests add to."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Step:
    """One station: which, what came of it, and where measured its milliseconds and bytes."""

    station: str
    outcome: str
    ms: float | None = None
    size_bytes: int | None = None

    def __str__(self) -> str:
        measured = [f"{self.ms:.1f} ms"] if self.ms is not None else []
        measured += [human_bytes(self.size_bytes)] if self.size_bytes else []
        return f"{self.station} {self.outcome}" + (f" ({', '.join(measured)})" if measured else "")


@dataclass(slots=True)
class Trace:
    """The steps of one request, in order; `counts` is shared by all requests."""

    counts: Counter[str] = field(default_factory=Counter)
    steps: list[Step] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    def step(self, station: str, outcome: str, *, ms: float | None = None, size_bytes: int | None = None) -> None:
        self.steps.append(Step(station, outcome, ms, size_bytes))

    def count(self, name: str, by: int = 1) -> None:
        self.counts[name] += by

    @property
    def total_ms(self) -> float:
        return (time.perf_counter() - self.began) * 1000


def line(method: str, target: str, status: int, x_cache: str, size_bytes: int, trace: Trace) -> str:
    """The request as one line: answer first, then the stations it passed."""
    shown = target if len(target) <= 120 else target[:117] + "..."
    stations = " → ".join(map(str, trace.steps))
    result = x_cache.removesuffix(" from cloudfront")
    return f"{status} {method} {shown}  {result}, {trace.total_ms:.0f} ms, {human_bytes(size_bytes)}  {stations}"


def human_bytes(size_bytes: int) -> str:
    """The size as a person reads it."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    return f"{size_bytes / 1000:.0f} kB" if size_bytes < 1_000_000 else f"{size_bytes / 1_000_000:.1f} MB"


def to_stderr(text: str, write: Callable[[str], object] = sys.stderr.write) -> None:
    """Writes the line where it can't be mistaken for the ready line; control characters are shown, not obeyed."""
    write("".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text) + "\n")
