"""`make run`: the whole chain on this machine. Reads PORT, STACK, ORIGINALS and HOST from the environment."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import emulator.early  # noqa: F401
from emulator import page, running, starting
from emulator.aws import administrator
from emulator.chain import Chain, Place
from emulator.control import ControlApp
from emulator.drive import routes
from emulator.pictures import originals
from emulator.serving import Serving, listen
from emulator.stopped import Stopped
from emulator.stopping import until_signal
from emulator.switches import Switches
from emulator.viewer.app import ViewerApp

root = Path(__file__).resolve().parents[1]
kept = root / ".mirage" / "emulator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the person at the keyboard asked for; without `folder` samples are drawn."""

    port: int
    stack: str
    host: str
    folder: Path | None
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The sockets of viewers, S3, the control API and AWS as functions reach it; the last two are loopback always."""

    host: str
    viewers: list[socket.socket]
    admin: list[socket.socket]
    control: list[socket.socket]
    tls: list[socket.socket]

    @classmethod
    def open(cls, asked: Wanted) -> Doors:
        """Raises Stopped where the port is taken."""
        viewers = listen(asked.host, asked.port)
        admin = listen(cls._aws_host(asked.host), 0)
        loopback = "127.0.0.1"
        return cls(host=asked.host, viewers=viewers, admin=admin, control=listen(loopback, 0), tls=listen(loopback, 0))

    @staticmethod
    def _aws_host(host: str) -> str:
        return "127.0.0.1" if host == "localhost" else host

    @property
    def url(self) -> str:
        return _address(self.host, self.viewers)

    @property
    def s3_url(self) -> str:
        return _address(self._aws_host(self.host), self.admin)

    @property
    def control_url(self) -> str:
        return _address("127.0.0.1", self.control)


def _address(host: str, sockets: list[socket.socket]) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{_port(sockets)}"


def wanted(environ: Mapping[str, str]) -> Wanted:
    """What the environment asks for. Raises Stopped with a sentence."""
    port = environ.get("PORT") or "8080"
    if not (port.isascii() and port.isdigit() and int(port) <= 65_535):
        raise Stopped(f"Expected a port from 0 to 65535 for PORT, received {port!r}.")
    folder = Path(environ["ORIGINALS"]).expanduser() if environ.get("ORIGINALS") else None
    if folder is not None and not folder.is_dir():
        raise Stopped(f"Expected a folder for ORIGINALS, there is none at {folder}.")
    return Wanted(
        port=int(port),
        stack=environ.get("STACK") or "dev",
        host=environ.get("HOST") or "localhost",
        folder=folder,
        secrets=_secrets(environ.get("MIRAGE_SECRETS", "")),
    )


def _secrets(path: str) -> dict[str, str]:
    """What the secret stores hold beside what is made up: a JSON file of texts by where they are kept."""
    if not path:
        return {}
    try:
        found = json.loads(Path(path).expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Stopped(f"Expected a JSON file for MIRAGE_SECRETS, there is none at {path}.") from None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise Stopped(
            f"Expected texts by where they are kept (ssm:/name) for MIRAGE_SECRETS, received others in {path}."
        )
    return found


async def run(asked: Wanted, scratch: Path, began: float) -> None:
    """Runs until it is cancelled; then everything that it started is gone."""
    doors = Doors.open(asked)
    declared = await starting.declare(asked.stack, root)
    place = Place(folder=kept, scratch=scratch, tls_port=_port(doors.tls))
    chain = starting.honoured(lambda: Chain(declared, place, Switches()))
    chain.aws.secrets.values.update(asked.secrets)
    serving = Serving()
    try:
        await starting.start(chain)
        await serving.start(chain.aws_app, doors.tls, chain.aws.write_certificate())
        await originals.copy(chain.aws.gate, chain.originals, asked.folder or originals.samples_folder(kept))
        await _open(chain, doors, serving)
        with running.noted(kept, url=doors.url, s3=doors.s3_url, control=doors.control_url, stack=asked.stack):
            chain.tell_events()
            print(_ready_line(chain, doors), flush=True)
            print(f"started in {time.perf_counter() - began:.1f} s; a line per request follows", file=sys.stderr)
            await asyncio.Event().wait()
    finally:
        await asyncio.gather(serving.stop(), chain.aws.stop())


async def _open(chain: Chain, doors: Doors, serving: Serving) -> None:
    """Answers from now on; the page is told where uploads go."""
    pages = page.origins(doors.host, _port(doors.viewers))
    told = {"s3": doors.s3_url, "bucket": chain.originals, "control": doors.control_url}
    await page.tell(chain.aws.gate, chain.variants, told)
    await serving.start(ControlApp(routes(chain)), doors.control)
    await serving.start(page.allowing(administrator.door(chain), pages), doors.admin)
    await serving.start(ViewerApp(chain.front), doors.viewers)


def _ready_line(chain: Chain, doors: Doors) -> str:
    """The one line of this form (docs: emulator contract)."""
    buckets = f"originals={chain.originals} variants={chain.variants}"
    return f"mirage ready url={doors.url} s3={doors.s3_url} {buckets} control={doors.control_url}"


def _port(sockets: list[socket.socket]) -> int:
    return int(sockets[0].getsockname()[1])


def main() -> int:
    """The exit status: 0 after a signal, 2 with one sentence where it can't start."""
    began = time.perf_counter()
    try:
        asked = wanted(os.environ)
        with tempfile.TemporaryDirectory(prefix="mirage-") as scratch:
            asyncio.run(until_signal(run(asked, Path(scratch), began), Path(scratch)))
    except Stopped as why:
        print(why, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
