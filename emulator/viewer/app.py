"""The distribution's front door: HTTP requests as CloudFront gets them."""

from __future__ import annotations

import traceback

from emulator import asgi
from emulator.cloudfront.front import CloudFront
from emulator.cloudfront.messages import ViewerAnswer, ViewerRequest


class ViewerApp:
    """An ASGI application that hands every request to the distribution as it was sent."""

    def __init__(self, front: CloudFront) -> None:
        self._front = front

    async def __call__(self, scope: asgi.Message, receive: asgi.Receive, send: asgi.Send) -> None:
        try:
            answer = await self._front.handle(_request(scope))
        except Exception:
            traceback.print_exc()
            answer = ViewerAnswer(status=500, headers=(), body=b"The emulator itself failed; its output says why.\n")
        await asgi.answer(send, answer.status, answer.headers, answer.body)


def _request(scope: asgi.Message) -> ViewerRequest:
    target, query = asgi.text(scope, "raw_path"), asgi.text(scope, "query_string")
    headers = asgi.headers(scope)
    named = dict(headers)
    client = scope.get("client")
    return ViewerRequest(
        method=asgi.text(scope, "method"),
        target=f"{target}?{query}" if query else target,
        headers=headers,
        has_body=named.get("content-length", "0").strip() not in ("", "0") or "transfer-encoding" in named,
        client_ip=str(client[0]) if isinstance(client, list | tuple) else "127.0.0.1",
        http_version=asgi.text(scope, "http_version"),
    )
