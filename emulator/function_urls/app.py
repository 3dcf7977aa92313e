"""Function URLs on the server that AWS's names lead to: for whoever calls them past CloudFront."""

from __future__ import annotations

from dataclasses import dataclass

from emulator import asgi, wire
from emulator.function_urls.door import FunctionUrls


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlFront:
    """An ASGI application: requests for the URLs' hosts are the door's, all others go on to `app`."""

    app: asgi.Application
    door: FunctionUrls

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        named = dict(asgi.headers(scope)).get("host", "")
        if named.rsplit(":", 1)[0].lower() not in self.door.urls:
            return await self.app(scope, receive, send)
        asked = await wire.read(scope, receive)
        answer, _ = await self.door.request(asked)
        return await wire.answer(send, answer.status, answer.headers, answer.body)
