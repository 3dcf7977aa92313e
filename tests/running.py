"""A running emulator, as a person has it: a process of `python -m emulator`, asked over HTTP."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import httpx

root = Path(__file__).parent.parent
ready_line = re.compile(
    r"mirage ready url=(?P<url>http://\S+) s3=(?P<s3>http://\S+) originals=(?P<originals>\S+) "
    r"variants=(?P<variants>\S+) control=(?P<control>http://\S+)\n"
)


@dataclass
class Emulator:
    """`url`, `s3` and `control` are where it answers; `log` is what it said on standard error."""

    process: subprocess.Popen[str]
    url: str
    s3: str
    originals: str
    variants: str
    control: str
    log: Path
    started_s: float

    def get(self, target: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> httpx.Response:
        return self._client().request(method, self.url + target, headers={"accept": "*/*", **(headers or {})})

    def put(self, key: str, body: bytes, content_type: str = "binary/octet-stream") -> httpx.Response:
        sent = {"content-type": content_type}
        return self._client().put(f"{self.s3}/{self.originals}/{key}", content=body, headers=sent)

    def delete(self, key: str) -> httpx.Response:
        return self._client().delete(f"{self.s3}/{self.originals}/{key}")

    def tell(self, method: str, path: str, body: object = None) -> dict:
        answer = self._client().request(method, self.control + path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def settle(self) -> None:
        """Waits until nothing is under way, moving the clock past the delays of queues."""
        for _ in range(60):
            if self.tell("POST", "/settle", {"timeout_s": 0.3})["settled"]:
                return
            self.tell("POST", "/clock", {"advance_s": 16})
        raise AssertionError("The emulator does not settle.")

    def stats(self) -> dict:
        return self.tell("GET", "/stats")

    @staticmethod
    def _client() -> httpx.Client:
        return client


client = httpx.Client(timeout=60, follow_redirects=False, trust_env=False)


def start(environ: Mapping[str, str], log: Path) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MIRAGE_"))}
    with log.open("w", encoding="utf-8") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "emulator"],
            cwd=root,
            env={**clean, **environ},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )


@contextmanager
def running(**environ: str) -> Iterator[Emulator]:
    """An emulator on free ports, stopped at the end as Ctrl-C stops it."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "stderr.txt"
        process = start({"PORT": "0", **environ}, log)
        with process, process.stdout or nullcontext() as out:
            try:
                found = ready_line.fullmatch(out.readline())
                assert found, log.read_text(encoding="utf-8")
                took_s = time.perf_counter() - began
                yield Emulator(process=process, log=log, started_s=took_s, **found.groupdict())
            finally:
                process.send_signal(signal.SIGINT)
                status = process.wait(timeout=10)
            assert (status, out.read()) == (0, "")
