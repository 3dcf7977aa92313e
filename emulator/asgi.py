"""ASGI, as far as the emulator's applications need it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence

Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def text(scope: Message, name: str) -> str:
    """A part of the request line as text, each character one byte."""
    found = scope[name]
    return found.decode("latin-1") if isinstance(found, bytes) else str(found)


def headers(scope: Message) -> tuple[tuple[str, str], ...]:
    """The request's headers, names in lower case."""
    found = scope["headers"]
    assert isinstance(found, list | tuple)
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in found)


async def read(receive: Receive, most_bytes: int) -> bytes:
    """The request's body, or a little more than `most_bytes` of a longer one."""
    body, more = b"", True
    while more and len(body) <= most_bytes:
        message = await receive()
        part = message.get("body", b"")
        body += part if isinstance(part, bytes) else b""
        more = bool(message.get("more_body"))
    return body


async def answer(send: Send, status: int, lines: Sequence[tuple[str, str]], body: bytes) -> None:
    """Sends the answer with these headers, as they are."""
    sent = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in lines]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})
