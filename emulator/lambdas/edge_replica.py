"""A Lambda@Edge function as CloudFront calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.lambdas.invocation import ErrorKind, Invocation
from emulator.lambdas.service import LambdaService
from emulator.lambdas.spec import FunctionSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeInvocation:
    """`failure` is CloudFront's name for it, or None. `logs`: what the function wrote."""

    payload: bytes | None
    failure: str | None
    message: str
    cold: bool
    duration_ms: float
    logs: tuple[str, ...]


class EdgeReplica:
    """An `EdgeFunction` over the Lambda service."""

    def __init__(self, service: LambdaService, spec: FunctionSpec) -> None:
        self._service = service
        self._spec = spec

    async def invoke(self, event: Mapping[str, object]) -> EdgeInvocation:
        """The function's answer, or CloudFront's name for why there is none."""
        made = await self._service.invoke(self._spec, event)
        return EdgeInvocation(
            payload=made.payload if made.error is None else None,
            failure=_failure(made),
            message=made.message,
            cold=made.cold,
            duration_ms=made.init_ms + made.duration_ms,
            logs=made.logs,
        )


def _failure(made: Invocation) -> str | None:
    """AWS "HTTP 503 status code (Service Unavailable)" and aws-facts §1.7, read 2026-11."""
    if made.error is None:
        return None
    return "LambdaLimitExceeded" if made.error is ErrorKind.THROTTLED else "LambdaExecutionError"
