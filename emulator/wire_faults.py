"""Faults of the way between a function and AWS: broken and slow answers, lost puts, a process that dies in between."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from typing import Protocol, cast

from emulator import asgi
from emulator.faults import Faults

credential_pattern = re.compile(r"Credential=([^/,]+)/")
slow_bytes, slow_pause_s = 512, 0.25  # 2 kB a second: no time-out between two bytes notices
slow_longest_s = 40.0  # longer than any function may run


class _Transport(Protocol):
    def abort(self) -> None: ...


class _Cycle(Protocol):
    """What uvicorn's `send` is a method of."""

    transport: _Transport


class Struck:
    """An ASGI application in front of AWS's, which fails as its faults say. `kill` ends the worker of an access key."""

    def __init__(self, app: asgi.Application, faults: Faults, kill: Callable[[str], None], seed: int = 1) -> None:
        self._app = app
        self._faults = faults
        self._kill = kill
        self._random = random.Random(seed)

    async def __call__(self, scope: asgi.Message, receive: asgi.Receive, send: asgi.Send) -> None:
        headers = dict(asgi.headers(scope))
        is_s3 = ".s3." in headers.get("host", "")
        if self._faults.strikes("lambda.killed"):
            return await self._killed(scope, receive, send, headers.get("authorization", ""))
        if is_s3 and scope["method"] == "PUT" and self._faults.strikes("s3.put.dropped"):
            await asgi.read(receive, 1024)
            return await hang_up(send)
        if is_s3 and scope["method"] == "PUT" and self._faults.strikes("s3.put.lost"):
            await self._app(scope, receive, _nowhere)
            return await hang_up(send)
        if is_s3 and scope["method"] == "GET" and self._faults.strikes("s3.get.reset"):
            return await self._app(scope, receive, _halved(send))
        if is_s3 and scope["method"] == "GET" and self._faults.strikes("s3.get.slow"):
            return await self._app(scope, receive, _slowed(send))
        return await self._app(scope, receive, send)

    async def _killed(self, scope: asgi.Message, receive: asgi.Receive, send: asgi.Send, signed: str) -> None:
        """The process that asked dies: before what it asked for is done, or after."""
        if self._random.random() < 0.5:
            await self._app(scope, receive, _nowhere)
        found = credential_pattern.search(signed)
        if found is not None:
            self._kill(found[1])
        await hang_up(send)


async def _nowhere(message: asgi.Message) -> None:
    """Loses what is sent."""


async def hang_up(send: asgi.Send) -> None:
    """Returns when the connection is no more; the other end gets no further byte."""
    cycle = cast("_Cycle | None", getattr(send, "__self__", None))
    if cycle is None:
        raise ConnectionAbortedError
    cycle.transport.abort()
    await asyncio.sleep(0.01)  # the server hears of it, and sends nothing in our place


def _halved(send: asgi.Send) -> asgi.Send:
    """Sends half of a body, then hangs up."""

    async def sent(message: asgi.Message) -> None:
        body = message.get("body", b"")
        if message["type"] == "http.response.body" and isinstance(body, bytes) and len(body) > 1:
            await send({**message, "body": body[: len(body) // 2], "more_body": True})
            await asyncio.sleep(0.01)  # what was written reaches the other end first
            return await hang_up(send)
        return await send(message)

    return sent


def _slowed(send: asgi.Send) -> asgi.Send:
    """Sends a body a few bytes at a time; hangs up when nobody can be waiting any more."""

    async def sent(message: asgi.Message) -> None:
        body = message.get("body", b"")
        if message["type"] != "http.response.body" or not isinstance(body, bytes):
            return await send(message)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for at in range(0, len(body), slow_bytes):
            if loop.time() - began > slow_longest_s:
                return await hang_up(send)
            await send({"type": "http.response.body", "body": body[at : at + slow_bytes], "more_body": True})
            await asyncio.sleep(slow_pause_s)
        return await send({"type": "http.response.body", "body": b""})

    return sent
