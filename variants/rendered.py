"""The value that every kind of rendering ends in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

# A block that is timed under a stage's name: decode, operations, encode.
Measure = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """Encoded bytes. `reduced` where they are less than was asked for; `quality` is the one that was used, if any.

    `frames` are those that are shown: encoders merge what stands still, and add its times.
    """

    body: bytes
    content_type: str
    width: int
    height: int
    format: str
    frames: int = 1
    reduced: bool = False
    quality: int | None = None
    timings: Mapping[str, float] = field(default_factory=dict)


def unmeasured(_stage: str) -> AbstractContextManager[None]:
    """A block that nobody times."""
    return nullcontext()
