"""Buckets as the program declared them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Declared(Protocol):
    """A recorded resource."""

    @property
    def type(self) -> str: ...

    @property
    def inputs(self) -> Mapping[str, object]: ...
