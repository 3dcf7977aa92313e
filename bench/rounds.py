"""Measurements in turn: A B A B, so that whatever else this machine does happens to both alike."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A median with its quartiles, of so many."""

    median: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """As many rounds as fit into the seconds, within bounds."""

    seconds: float = 2.5
    least: int = 3
    most: int = 15


def spread(found: Sequence[float]) -> Spread:
    """The spread of some measurements."""
    if len(found) < 2:
        return Spread(median=found[0], low=found[0], high=found[0], count=len(found))
    low, middle, high = statistics.quantiles(found, n=4, method="inclusive")
    return Spread(median=middle, low=low, high=high, count=len(found))


def in_turn(takers: Sequence[Callable[[], T]], budget: Budget, *, is_warm: bool = False) -> list[list[T]]:
    """What each of them gave in each round; where they are not warm, after one round that is thrown away."""
    for take in () if is_warm else takers:
        take()
    found: list[list[T]] = [[] for _ in takers]
    started = time.monotonic()
    while len(found[0]) < budget.least or (len(found[0]) < budget.most and time.monotonic() - started < budget.seconds):
        for taken, take in zip(found, takers, strict=True):
            taken.append(take())
    return found


def geometric_mean(ratios: Sequence[float]) -> float:
    """The mean of ratios: half and double make one."""
    return math.exp(sum(math.log(each) for each in ratios) / len(ratios))
