"""A resource as `emulator.program` records it, for whoever reads what was declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Recorded(Protocol):
    """One resource; `outputs` are as AWS would give them."""

    @property
    def type(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def inputs(self) -> Mapping[str, object]: ...
    @property
    def outputs(self) -> Mapping[str, object]: ...
