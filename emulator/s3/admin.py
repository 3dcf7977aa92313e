"""S3 for the person at the keyboard: path style and virtual hosts, any credentials, every right of an administrator."""

from __future__ import annotations

import re
from urllib.parse import unquote

from emulator import wire
from emulator.s3.gate import Gate
from emulator.s3.messages import administrator

# What signs a URL, in both of S3's versions: no part of what is asked.
signing = re.compile(r"(X-Amz-[A-Za-z0-9-]+|AWSAccessKeyId|Signature|Expires)(=.*)?", re.IGNORECASE)


class AdminApp:
    """An ASGI application over the gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        asked = await wire.read(scope, receive)
        bucket, key = self._address(asked.host, asked.path)
        query = "&".join(part for part in asked.query.split("&") if signing.fullmatch(part) is None)
        headers = [(name, value) for name, value in asked.headers.items() if name not in {"authorization", "host"}]
        found = await self._gate.request(
            administrator(self._gate.account), asked.method, bucket, key, query, headers, asked.body
        )
        await wire.answer(send, found.status, found.headers, found.body)

    def _address(self, host: str, path: str) -> tuple[str, str]:
        """Bucket and key: the host's first label where it is a bucket, else the path's first segment."""
        label = host.split(".", 1)[0]
        if label in self._gate.buckets:
            return label, path[1:]
        first, _, rest = path[1:].partition("/")
        return unquote(first), rest
