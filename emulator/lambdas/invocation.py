"""What became of an invocation, in Lambda's words."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from enum import Enum

from emulator.lambdas.runtime_api import Outcome
from emulator.lambdas.spec import FunctionSpec
from emulator.quotas import lambda_payload_max_bytes


class ErrorKind(Enum):
    """Why a function gave no result."""

    UNHANDLED = "Unhandled"  # it raised, or its result is no JSON
    INIT = "Init"  # it could not be loaded: a wrong handler, a missing module
    TIMEOUT = "Timeout"
    OUT_OF_MEMORY = "OutOfMemory"
    EXITED = "Exited"  # its process ended
    TOO_LARGE = "TooLarge"  # its result is above 6 MB
    THROTTLED = "Throttled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """`payload` is the function's JSON, or where `error` is set the JSON that Lambda describes it with."""

    request_id: str
    function: str
    payload: bytes | None
    error: ErrorKind | None = None
    error_type: str = ""
    message: str = ""
    cold: bool = False
    init_ms: float = 0.0
    duration_ms: float = 0.0
    max_memory_mb: int = 0
    logs: tuple[str, ...] = ()

    @property
    def billed_ms(self) -> int:
        """Whole milliseconds, upwards; the start counts since 2025-08. AWS "Lambda pricing", read 2026-11."""
        return -int(-(self.duration_ms + self.init_ms) // 1)


def report(
    spec: FunctionSpec,
    request_id: str,
    kind: ErrorKind | None,
    outcome: Outcome | None,
    *,
    cold: bool = False,
    init_ms: float = 0.0,
    duration_ms: float = 0.0,
    max_memory_mb: int = 0,
    logs: tuple[str, ...] = (),
    exit_status: int | None = None,
) -> Invocation:
    """The invocation as Lambda reports it. `exit_status`: the ended process's, minus the signal that ended it."""
    posted = outcome if kind in {None, ErrorKind.UNHANDLED, ErrorKind.INIT} else None
    error_type, message = _described(kind, request_id, spec.timeout_s, exit_status) if kind else ("", "")
    if kind and posted is not None:
        error_type, message = posted.error_type or error_type, _message_of(posted.body)
    return Invocation(
        request_id=request_id,
        function=spec.name,
        payload=posted.body if posted is not None else _as_json(error_type, message),
        error=kind,
        error_type=error_type,
        message=message,
        cold=cold,
        init_ms=init_ms,
        duration_ms=duration_ms,
        max_memory_mb=max_memory_mb,
        logs=logs,
    )


def _described(kind: ErrorKind, request_id: str, timeout_s: float, exit_status: int | None) -> tuple[str, str]:
    """The error type and message of a failure that the function itself did not report.

    Words: as Lambda's answers and logs have them (re:Post "Lambda runtime errors", read 2026-11).
    """
    begin = f"RequestId: {request_id} Error: "
    return {
        ErrorKind.TIMEOUT: ("Sandbox.Timedout", f"{begin}Task timed out after {timeout_s:.2f} seconds"),
        ErrorKind.OUT_OF_MEMORY: ("Runtime.OutOfMemory", f"{begin}Runtime exited with error: signal: killed"),
        ErrorKind.EXITED: ("Runtime.ExitError", f"{begin}Runtime exited {_reason(exit_status)}"),
        ErrorKind.TOO_LARGE: (
            "Function.ResponseSizeTooLarge",
            f"Response payload size exceeded maximum allowed payload size ({lambda_payload_max_bytes} bytes).",
        ),
        ErrorKind.THROTTLED: ("TooManyRequestsException", "Rate Exceeded."),
    }.get(kind, ("Unhandled", ""))


def _reason(exit_status: int | None) -> str:
    """Why a process ended, in the words of Go's os/exec, which Lambda's own are."""
    if not exit_status:
        return "without providing a reason"
    if exit_status > 0:
        return f"with error: exit status {exit_status}"
    return f"with error: signal: {(signal.strsignal(-exit_status) or str(-exit_status)).lower()}"


def _as_json(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


def _message_of(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("errorMessage", "")) if isinstance(said, dict) else ""
