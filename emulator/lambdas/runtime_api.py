"""Lambda's Runtime API for one worker: it asks for its next event, and posts what became of it.

AWS "Using the Lambda runtime API", version 2018-06-01, read 2026-11. One port per worker says which worker asks.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import h11

header_max_bytes = 1 << 20  # Go's net/http, which answers in Lambda: an error's trace travels in a header


@dataclass(slots=True, kw_only=True)
class Call:
    """An event on its way through a worker; `outcome` is set once."""

    request_id: str
    payload: bytes
    function_arn: str
    deadline_ms: int
    trace_id: str
    outcome: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the worker posted: the function's result, or an error as Lambda words it."""

    body: bytes
    error_type: str | None = None


class RuntimeApi:
    """The server that one worker polls. `rest` is called when it waits for an event, and there is none."""

    def __init__(self, rest: Callable[[], None]) -> None:
        self._rest = rest
        self.ready = asyncio.Event()  # the worker has initialised and asks for an event
        self.init_error: Outcome | None = None
        self._next: asyncio.Queue[Call | None] = asyncio.Queue()  # None: there is no more
        self._current: Call | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """The port that it listens on."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stops listening, and lets go of a worker that waits."""
        if self._server is not None:
            self._server.close()
        self._next.put_nowait(None)

    def give(self, call: Call) -> None:
        """Hands the worker its next event."""
        self._next.put_nowait(call)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=header_max_bytes)
        try:
            while (asked := await _read(connection, reader, writer)) is not None:
                status, headers, body = await self._answer(*asked)
                _write(connection, writer, status, headers, body)
                await writer.drain()
                if connection.our_state is h11.MUST_CLOSE:
                    break
                connection.start_next_cycle()
        except (OSError, h11.ProtocolError):
            pass  # the worker died in mid-sentence: its owner sees that by itself
        finally:
            writer.close()

    async def _answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> _Answer:
        if method == "GET" and path == "/2018-06-01/runtime/invocation/next":
            return await self._hand_out()
        if method == "POST" and path == "/2018-06-01/runtime/init/error":
            self.init_error = Outcome(body=body, error_type=_error_type(headers, body))
            return 202, {}, b'{"status":"OK"}'
        posted = re.fullmatch(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)", path)
        if method == "POST" and posted and self._current and self._current.request_id == posted[1]:
            error_type = _error_type(headers, body) if posted[2] == "error" else None
            if not self._current.outcome.done():
                self._current.outcome.set_result(Outcome(body=body, error_type=error_type))
            return 202, {}, b'{"status":"OK"}'
        return 403, {}, b'{"errorMessage":"State transition is not allowed","errorType":"InvalidStateTransition"}'

    async def _hand_out(self) -> _Answer:
        self.ready.set()
        if self._next.empty():
            self._rest()
        self._current = call = await self._next.get()
        if call is None:
            raise ConnectionAbortedError
        return (
            200,
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": call.request_id,
                "Lambda-Runtime-Deadline-Ms": str(call.deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": call.function_arn,
                "Lambda-Runtime-Trace-Id": call.trace_id,
            },
            call.payload,
        )


_Answer = tuple[int, dict[str, str], bytes]


def _error_type(headers: Mapping[str, str], body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    named = said.get("errorType") if isinstance(said, dict) else None
    return str(named or headers.get("lambda-runtime-function-error-type") or "Unhandled")


async def _read(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[str, str, dict[str, str], bytes] | None:
    request: h11.Request | None = None
    body: list[bytes] = []
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body.append(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
            return request.method.decode(), request.target.decode(), headers, b"".join(body)
        else:
            return None


def _write(
    connection: h11.Connection, writer: asyncio.StreamWriter, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    lines = [(name, value) for name, value in headers.items()] + [("Content-Length", str(len(body)))]
    writer.write(connection.send(h11.Response(status_code=status, headers=lines)) or b"")
    writer.write(connection.send(h11.Data(data=body)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
