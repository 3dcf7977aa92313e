"""What the page may do beyond asking for pictures where an emulator runs: upload by drop, and empty CloudFront's cache.

The page learns of it from a file of its own that nothing deploys, `emulator.json`; S3 answers the page's origin only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from emulator import asgi
from emulator.s3.gate import Gate
from emulator.s3.messages import administrator

index_key = "page/index.html"
told_key = "page/_mirage/page/emulator.json"


async def tell(gate: Gate, bucket: str, told: Mapping[str, str]) -> None:
    """Writes the file, where the stack has a page."""
    caller = administrator(gate.account)
    if (await gate.request(caller, "HEAD", bucket, index_key, "", (), b"")).status != 200:
        return
    headers = (("content-type", "application/json"), ("cache-control", "no-cache"))
    await gate.request(caller, "PUT", bucket, told_key, "", headers, json.dumps(told).encode())


def origins(host: str, port: int) -> list[str]:
    """What a browser calls the page's origin; loopback has several names."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    return [f"http://{name}:{port}" for name in (names if host == "localhost" else [*names, host])]


def allowing(app: asgi.Application, allowed: Sequence[str]) -> asgi.Application:
    """The application, which scripts of the allowed origins may ask and read. Fetch standard, "CORS protocol"."""

    async def answer(scope: asgi.Message, receive: asgi.Receive, send: asgi.Send) -> None:
        asked = dict(asgi.headers(scope))
        origin = asked.get("origin", "")
        if origin not in allowed:
            await app(scope, receive, send)
            return
        lines = [("access-control-allow-origin", origin), ("vary", "Origin")]
        if scope["method"] == "OPTIONS" and "access-control-request-method" in asked:
            lines += [("access-control-allow-methods", "GET, PUT"), ("access-control-allow-headers", "content-type")]
            await asgi.answer(send, 204, lines, b"")
            return

        async def added(message: asgi.Message) -> None:
            if message["type"] == "http.response.start":
                more = [(name.encode(), value.encode()) for name, value in lines]
                message = {**message, "headers": [*_sent(message), *more]}
            await send(message)

        await app(scope, receive, added)

    return answer


def _sent(message: asgi.Message) -> Sequence[object]:
    found = message.get("headers", ())
    return found if isinstance(found, list | tuple) else ()
