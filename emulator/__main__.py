"""`make run`: the whole chain on this machine. Reads PORT, STACK, ORIGINALS and HOST from the environment."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# The Lambdas' zips are built for the interpreter that runs them here (infra/bundle.py); before anything imports it.
os.environ["MIRAGE_BUNDLE"] = "local"

from emulator import originals, page, starting
from emulator.chain import Chain, Place
from emulator.control import ControlApp
from emulator.drive import routes
from emulator.serving import Serving, listen
from emulator.stopped import Stopped
from emulator.switches import Switches
from emulator.viewer_app import ViewerApp

root = Path(__file__).resolve().parents[1]
kept = root / ".mirage" / "emulator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the person at the keyboard asked for; without `folder` samples are drawn."""

    port: int
    stack: str
    host: str
    folder: Path | None


def wanted(environ: Mapping[str, str]) -> Wanted:
    """What the environment asks for. Raises Stopped with a sentence."""
    port = environ.get("PORT") or "8080"
    if not (port.isascii() and port.isdigit() and int(port) <= 65_535):
        raise Stopped(f"Expected a port from 0 to 65535 for PORT, received {port!r}.")
    folder = Path(environ["ORIGINALS"]).expanduser() if environ.get("ORIGINALS") else None
    if folder is not None and not folder.is_dir():
        raise Stopped(f"Expected a folder for ORIGINALS, there is none at {folder}.")
    return Wanted(
        port=int(port), stack=environ.get("STACK") or "dev", host=environ.get("HOST") or "localhost", folder=folder
    )


async def run(asked: Wanted, scratch: Path, began: float) -> None:
    """Returns when a signal ended it, and everything that it started is gone."""
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    viewers = listen(asked.host, asked.port)
    aws_host = "127.0.0.1" if asked.host == "localhost" else asked.host
    admin, control, tls = listen(aws_host, 0), listen("127.0.0.1", 0), listen("127.0.0.1", 0)
    declared = await starting.declare(asked.stack, root)
    place = Place(folder=kept, scratch=scratch, tls_port=tls[0].getsockname()[1])
    chain = starting.honoured(lambda: Chain(declared, place, Switches()))
    serving = Serving()
    try:
        await starting.start(chain)
        await serving.start(chain.aws_app, tls, chain.aws.write_certificate())
        bucket = str(declared.outputs["originalsBucket"])
        await originals.copy(chain.aws.gate, bucket, asked.folder or originals.samples_folder(kept))
        await serving.start(ControlApp(routes(chain)), control)
        pages = page.origins(asked.host, viewers[0].getsockname()[1])
        await serving.start(page.allowing(chain.aws.admin_app, pages), admin)
        await page.tell(
            chain.aws.gate,
            str(declared.outputs["variantsBucket"]),
            {"s3": _address(aws_host, admin), "bucket": bucket, "control": _address("127.0.0.1", control)},
        )
        await serving.start(ViewerApp(chain.front), viewers)
        _say_ready(asked.host, viewers, admin, control, declared.outputs)
        print(f"started in {time.perf_counter() - began:.1f} s; a line per request follows", file=sys.stderr)
        await stop.wait()
    finally:
        await asyncio.gather(serving.stop(), chain.aws.stop())


def _say_ready(host: str, viewers: list, admin: list, control: list, outputs: Mapping[str, object]) -> None:  # type: ignore[type-arg]
    """The one line of this form (docs: emulator contract)."""
    aws_host = "127.0.0.1" if host == "localhost" else host
    print(
        f"mirage ready url={_address(host, viewers)} s3={_address(aws_host, admin)}"
        f" originals={outputs['originalsBucket']} variants={outputs['variantsBucket']}"
        f" control={_address('127.0.0.1', control)}",
        flush=True,
    )


def _address(host: str, sockets: list) -> str:  # type: ignore[type-arg]
    return f"http://{host}:{sockets[0].getsockname()[1]}"


def main() -> int:
    """The exit status: 0 after a signal, 2 with one sentence where it can't start."""
    began = time.perf_counter()
    try:
        asked = wanted(os.environ)
        with tempfile.TemporaryDirectory(prefix="mirage-") as scratch:
            asyncio.run(run(asked, Path(scratch), began))
    except Stopped as why:
        print(why, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
