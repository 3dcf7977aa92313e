"""Requests that fit in memory, out of ASGI's parts and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from emulator import asgi

Scope: TypeAlias = asgi.Message
Receive: TypeAlias = asgi.Receive
Send: TypeAlias = asgi.Send
most_bytes = 6 * 1024**3  # more than S3 takes in one put: there is no bound to meet here


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request as it was sent: `path` still percent-encoded, header names lower case, the last of equal names."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    client: str = ""

    @property
    def host(self) -> str:
        """The host that was asked for, without its port."""
        return self.headers.get("host", "").rsplit(":", 1)[0].lower()


async def read(scope: Scope, receive: Receive) -> HttpRequest:
    """The whole request."""
    return HttpRequest(
        method=asgi.text(scope, "method"),
        path=asgi.text(scope, "raw_path"),
        query=asgi.text(scope, "query_string"),
        headers={name.lower(): value for name, value in asgi.headers(scope)},
        body=await asgi.read(receive, most_bytes),
        client=_client(scope.get("client")),
    )


def _client(found: object) -> str:
    return str(found[0]) if isinstance(found, list | tuple) else "127.0.0.1"


async def answer(send: Send, status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
    """Sends the answer, with its length where it is not sent in chunks."""
    named = {name.lower() for name, _ in headers}
    if not named & {"content-length", "transfer-encoding"} and status not in {204, 304}:
        headers = (*headers, ("Content-Length", str(len(body))))
    await asgi.answer(send, status, [(name.lower(), value) for name, value in headers], body)
