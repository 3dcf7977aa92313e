"""`resume`: variants are made again."""

from __future__ import annotations

from mirage.pause import turn
from mirage.verb import Here


def resume(*, here: Here) -> int:
    """Lets variants be made again after a pause; in force within seconds."""
    return turn("on", here)
