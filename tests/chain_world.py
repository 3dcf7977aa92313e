"""A chain in this process, from a declaration that a test may have changed; workers and TLS are real, HTTP is not."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from emulator.chain import Chain, Place
from emulator.cloudfront.messages import ViewerAnswer, ViewerRequest
from emulator.program import Declared, Resource
from emulator.reading import NotHonoured
from emulator.s3.messages import administrator
from emulator.serving import Serving, listen
from emulator.switches import Switches

os.environ.setdefault("MIRAGE_BUNDLE", "local")
kept = Path(__file__).parent.parent / ".mirage" / "emulator"


def changed(declared: Declared, kind: str, name: str, change: Callable[[dict], None]) -> Declared:
    """The declaration, in which the inputs of one resource (type's last word, name) went through `change`."""
    found = [each for each in declared.resources if each.type.endswith(f":{kind}") and each.name == name]
    assert len(found) == 1, [f"{each.type} {each.name}" for each in declared.resources]
    return with_inputs(declared, found[0].type, name, change)


def with_inputs(declared: Declared, kind: str, name: str, change: Callable[[dict], None]) -> Declared:
    """The same, by the whole type."""
    meant = declared.one(kind, name)
    inputs = _copied(meant.inputs)
    change(inputs)
    return with_resources(declared, lambda each: replace(each, inputs=inputs) if each is meant else each)


def with_resources(declared: Declared, change: Callable[[Resource], Resource | None]) -> Declared:
    """The declaration with each resource changed, or left out where the change is None."""
    kept_resources = [after for each in declared.resources if (after := change(each)) is not None]
    return replace(declared, resources=tuple(kept_resources))


def _copied(found: object):
    """A copy to change; archives and assets stay what they are."""
    if isinstance(found, Mapping):
        return {name: _copied(value) for name, value in found.items()}
    return [_copied(each) for each in found] if isinstance(found, list | tuple) else found


class World:
    """A running chain, asked without HTTP."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain

    async def get(self, target: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> ViewerAnswer:
        sent = (("host", "localhost"), *(headers or {}).items())
        return await self.chain.front.handle(ViewerRequest(method=method, target=target, headers=sent))

    async def put(self, key: str, body: bytes) -> None:
        caller = administrator(self.chain.aws.gate.account)
        answer = await self.chain.aws.gate.request(caller, "PUT", self.chain.originals, quote(key), "", (), body)
        assert answer.status == 200, answer.body
        await self.settle()

    async def settle(self) -> None:
        """Waits until nothing is under way, moving the clock past the delays of queues."""
        for _ in range(20):
            if await self.chain.settle(1):
                return
            self.chain.clock.advance(16)
        raise AssertionError("The chain does not settle.")

    def forget(self) -> None:
        """Empties CloudFront's caches."""
        self.chain.front.clear()


@contextlib.asynccontextmanager
async def world(declared: Declared, scratch: Path, **switches: object) -> AsyncIterator[World]:
    """The chain while the block runs. Raises NotHonoured as a start does."""
    tls, serving = listen("127.0.0.1", 0), Serving()
    try:
        chain = Chain(
            declared, Place(folder=kept, scratch=scratch, tls_port=tls[0].getsockname()[1]), Switches(**switches)
        )
        try:
            await chain.aws.start()
            await serving.start(chain.aws_app, tls, chain.aws.write_certificate())
            yield World(chain)
        finally:
            await serving.stop()
            await chain.aws.stop()
    finally:
        for each in tls:
            each.close()


def sentence(declared: Declared, scratch: Path) -> str:
    """What a start ends with; empty where it starts."""

    async def attempt() -> str:
        try:
            async with world(declared, scratch):
                return ""
        except NotHonoured as why:
            return str(why)

    return asyncio.run(attempt())


def header(answer: ViewerAnswer, name: str) -> str | None:
    return next((value for key, value in answer.headers if key.lower() == name.lower()), None)
