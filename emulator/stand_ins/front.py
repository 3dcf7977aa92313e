"""The stand-ins' hosts on the server that AWS's names lead to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from emulator import asgi, wire
from emulator.faults import Faults
from emulator.stand_ins import hostile
from emulator.stand_ins.apis import Apis
from emulator.stand_ins.names import hosts
from emulator.wire_faults import hang_up

slow_s = 40.0  # longer than any function waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """An ASGI application: requests for the stand-ins' hosts are theirs, all others go on to `app`."""

    app: asgi.Application
    apis: Apis
    faults: Faults

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        named = dict(asgi.headers(scope)).get("host", "")
        if named.rsplit(":", 1)[0].lower() not in hosts:
            return await self.app(scope, receive, send)
        asked = await wire.read(scope, receive)
        if self.faults.strikes("generator.reset"):
            return await hang_up(send)
        if self.faults.strikes("generator.slow"):
            await asyncio.sleep(slow_s)
        if self.faults.strikes("generator.error"):
            return await wire.answer(send, 500, (("Content-Type", "text/plain"),), b"Internal Server Error")
        if self.faults.strikes("generator.garbage"):
            return await wire.answer(send, 200, (("Content-Type", "text/html"),), b"<!doctype html><p>Maintenance")
        if name := hostile.named(asked):
            self.apis.calls[asked.host] += 1
            if name == hostile.drip:
                return await hostile.drop_by_drop(send)
            return await wire.answer(send, *hostile.answers[name])
        status, headers, body = await asyncio.to_thread(self.apis.answer, asked)
        return await wire.answer(send, status, headers, body)
