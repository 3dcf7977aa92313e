"""What CloudFront needs of its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from emulator.cloudfront.messages import OriginAnswer, OriginRequest


class Unreachable(Exception):
    """The origin gave no answer; its text says why, for the trace. `timed_out`: it was reached, and kept silent."""

    def __init__(self, why: str, *, timed_out: bool = False) -> None:
        super().__init__(why)
        self.timed_out = timed_out


class OriginAccess(Protocol):
    """The origins, as CloudFront reaches them."""

    async def send(self, request: OriginRequest) -> OriginAnswer:
        """What the origin answers. Raises Unreachable where no answer came."""
        ...


class Outcome(Protocol):
    """What a viewer function's run came to (`emulator.viewer_runtime.ViewerResult`)."""

    @property
    def output(self) -> Mapping[str, object] | None: ...
    @property
    def error(self) -> str | None: ...
    @property
    def message(self) -> str | None: ...
    @property
    def selected_origin(self) -> str | None: ...
    @property
    def selected_group(self) -> Mapping[str, object] | None: ...
    @property
    def compute_percent(self) -> float:
        """An estimate of CloudFront's compute utilisation."""
        ...


class ViewerFunction(Protocol):
    def run(self, event: dict[str, object], *, now: float) -> Outcome: ...


class Invoked(Protocol):
    """What an invocation came to: its payload, or the text of its failure."""

    @property
    def payload(self) -> bytes | None: ...
    @property
    def failure(self) -> str | None:
        """None, or LambdaExecutionError or LambdaLimitExceeded."""
        ...

    @property
    def message(self) -> str: ...
    @property
    def cold(self) -> bool: ...
    @property
    def duration_ms(self) -> float: ...


class EdgeFunction(Protocol):
    async def invoke(self, event: Mapping[str, object]) -> Invoked: ...
