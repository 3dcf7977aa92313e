"""A viewer over a socket: any bytes as target, one connection kept while the server keeps it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

longest_s = 60.0


class Silent(Exception):
    """No whole answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; header names in lower case, the last of equal ones."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    took_s: float

    def get(self, name: str) -> str:
        return self.headers.get(name, "")


@dataclass(slots=True)
class Viewer:
    """One person's connection to the chain."""

    port: int
    _pipe: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None)

    async def ask(self, target: bytes, headers: Mapping[str, str] | None = None, method: bytes = b"GET") -> Answer:
        """The answer to a target, as the bytes that stand in the request line. Raises Silent."""
        sent = {"host": "localhost", "accept": "*/*", **(headers or {})}
        lines = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in sent.items())
        began = time.monotonic()
        for is_fresh in (self._pipe is None, True):
            try:
                async with asyncio.timeout(longest_s):
                    status, found, body = await self._exchange(
                        method + b" " + target + b" HTTP/1.1\r\n" + lines, method
                    )
                return Answer(status=status, headers=found, body=body, took_s=time.monotonic() - began)
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                await self.close()
                if is_fresh:  # TimeoutError is an OSError
                    raise Silent(f"{type(error).__name__}: {error}") from error
        raise Silent("nothing")

    async def close(self) -> None:
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe[1].close()
            with contextlib.suppress(OSError):
                await pipe[1].wait_closed()

    async def _exchange(self, head: bytes, method: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._pipe is None:
            self._pipe = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        reader, writer = self._pipe
        writer.write(head + b"\r\n")
        await writer.drain()
        first = await reader.readuntil(b"\r\n")
        headers: dict[str, str] = {}
        while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        status = int(first.split(b" ", 2)[1])
        has_body = method != b"HEAD" and status not in (204, 304)
        body = await _body(reader, headers) if has_body else b""
        if headers.get("connection") == "close":
            await self.close()
        return status, headers, body


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return body
