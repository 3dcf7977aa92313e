"""The corpus of pictures: every class of case with its makers, nothing drawn before it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# A render that goes through cutting, colour, a canvas and an encoder.
common = "w=64,h=48,fit=cover,f=auto-webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file and what is asked of it. `refused`: a picture would be wrong."""

    kind: str
    name: str
    make: Callable[[], bytes]
    options: str = common
    refused: bool = False
