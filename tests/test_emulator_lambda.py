"""Functions run as Lambda runs them: AWS's runtime client, its environment, its limits, its errors."""

from __future__ import annotations

import asyncio
import json
import textwrap
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from emulator.ca import Authority
from emulator.credentials import Issuer
from emulator.faults import Faults
from emulator.lambdas.invocation import Invocation
from emulator.lambdas.service import LambdaService
from emulator.lambdas.spec import FunctionSpec

role = "arn:aws:iam::123456789012:role/edge"


def zipped(folder: Path, code: str, name: str = "app.py") -> Path:
    path = folder / "function.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, textwrap.dedent(code))
    return path


def spec(zip_path: Path, **changes: object) -> FunctionSpec:
    given = {
        "name": "edge",
        "handler": "app.handler",
        "role_arn": role,
        "region": "eu-west-2",
        "memory_mb": 256,
        "edge": True,
    }
    return FunctionSpec(zip_path=zip_path, **(given | changes))  # type: ignore[arg-type]


@asynccontextmanager
async def service(folder: Path, faults: Faults | None = None) -> AsyncIterator[LambdaService]:
    authority = Authority()
    ca_file = authority.write(folder / "ca.pem")
    running = LambdaService(
        folder=folder / "lambda", ca_file=ca_file, tls_port=1, issuer=Issuer(), faults=faults or Faults(), max_workers=3
    )
    try:
        yield running
    finally:
        await running.stop()


def invoke(folder: Path, code: str, event: object = None, **changes: object) -> Invocation:
    async def once() -> Invocation:
        async with service(folder) as running:
            return await running.invoke(spec(zipped(folder, code), **changes), event)

    return asyncio.run(once())


def test_a_handler_answers_its_event(tmp_path: Path) -> None:
    made = invoke(tmp_path, "def handler(event, context): return {'twice': event['n'] * 2}", {"n": 4})
    assert (made.error, json.loads(made.payload or b""), made.cold) == (None, {"twice": 8}, True)
