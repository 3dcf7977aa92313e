"""A running emulator to torture: started as a person starts it, driven by its control API, looked at from outside."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote
from xml.etree import ElementTree

root = Path(__file__).resolve().parents[1]
ready_pattern = re.compile(
    r"mirage ready url=http://\S+?:(\d+) s3=(\S+) originals=(\S+) variants=(\S+) control=(\S+)\n"
)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object as the administrator sees it."""

    key: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class World:
    """`port` is the viewers'; `log` what the emulator writes of functions and requests."""

    process: subprocess.Popen[str]
    port: int
    s3: str
    originals: str
    variants: str
    control: str
    log: Path
    _read_to: int = 0

    def tell(self, method: str, path: str, body: object = None) -> Mapping[str, object]:
        """The control API's answer."""
        sent = None if body is None else json.dumps(body).encode()
        found = json.loads(_http(method, self.control + path, sent)[2])
        assert isinstance(found, dict)
        return found

    def faults(self, wanted: Mapping[str, float]) -> None:
        self.tell("PUT", "/faults", dict(wanted))

    def stat(self, name: str) -> int:
        found = self.tell("GET", "/stats")[name]
        assert isinstance(found, int)
        return found

    def settle(self) -> None:
        """Waits until nothing is under way, moving the clock past the delays of queues and of errors in caches: not too
        soon, or a queue's messages are seen again while a busy machine is still at them."""
        for _ in range(40):
            if self.tell("POST", "/settle", {"timeout_s": 4})["settled"]:
                return
            self.tell("POST", "/clock", {"advance_s": 16})
        raise AssertionError("The emulator does not settle.")

    def forget(self) -> None:
        self.tell("POST", "/cache/clear", {})

    def upload(self, key: str, body: bytes) -> None:
        _http("PUT", f"{self.s3}/{self.originals}/{quote(key)}", body)

    def keys(self, bucket: str) -> Iterator[str]:
        """All keys of a bucket."""
        token = ""
        while True:
            said = _http("GET", f"{self.s3}/{bucket}?list-type=2&encoding-type=url&max-keys=1000{token}")[2]
            page = ElementTree.fromstring(said)
            yield from (unquote(each.text or "") for each in page.iterfind("{*}Contents/{*}Key"))
            following = page.findtext("{*}NextContinuationToken")
            if not following:
                return
            token = f"&continuation-token={quote(following, safe='')}"

    def stored(self, key: str) -> Stored:
        """A variant with its headers."""
        _, headers, body = _http("GET", f"{self.s3}/{self.variants}/{quote(key)}")
        return Stored(key=key, body=body, headers=headers)

    def said(self) -> str:
        """What was written to the log since this was last asked."""
        with self.log.open(encoding="utf-8", errors="replace") as file:
            file.seek(self._read_to)
            text = file.read()
            self._read_to = file.tell()
        return text

    def tree(self) -> dict[int, str]:
        """The emulator's processes: each with when it began, which no later process of the same number shares."""
        found = {self.process.pid: _began(self.process.pid)}
        for path in Path("/proc").iterdir():
            if path.name.isdigit() and _session_of(int(path.name), found):
                found[int(path.name)] = _began(int(path.name))
        return found


def _stat(pid: int) -> list[str]:
    """The fields after the name. proc(5)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _began(pid: int) -> str:
    fields = _stat(pid)
    return fields[19] if fields else ""


def _session_of(pid: int, parents: Mapping[int, str]) -> bool:
    fields = _stat(pid)
    return bool(fields) and int(fields[1]) in parents


def lives(pid: int, began: str) -> bool:
    """Whether the process of that number is still the same one, and no zombie."""
    fields = _stat(pid)
    return bool(fields) and fields[19] == began and fields[0] != "Z"


def _http(method: str, url: str, body: bytes | None = None) -> tuple[int, Mapping[str, str], bytes]:
    request = urllib.request.Request(url, data=body, method=method, headers={"content-type": "binary/octet-stream"})
    with opener.open(request, timeout=120) as answer:
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


@contextmanager
def running(originals: Path, **environ: str) -> Iterator[World]:
    """An emulator on free ports of loopback; at the end it is stopped, and must be gone with all that it started."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MIRAGE_"))}
    given = {**clean, "PORT": "0", "HOST": "127.0.0.1", "ORIGINALS": str(originals), **environ}
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        log = Path(folder) / "log.txt"
        with log.open("w", encoding="utf-8") as errors:
            command = [sys.executable, "-m", "emulator"]
            process = subprocess.Popen(
                command, cwd=root, env=given, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
            )
        assert process.stdout is not None
        try:
            found = ready_pattern.fullmatch(process.stdout.readline())
            assert found, log.read_text(encoding="utf-8")
            port, s3, buckets, variants, control = found.groups()
            yield World(
                process=process, port=int(port), s3=s3, originals=buckets, variants=variants, control=control, log=log
            )
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)


def orphans(tree: Mapping[int, str], patience_s: float = 5) -> list[int]:
    """The processes of a tree that outlive the emulator by more than it may take to stop."""
    until = time.monotonic() + patience_s
    while any(lives(*each) for each in tree.items()) and time.monotonic() < until:
        time.sleep(0.1)
    return [pid for pid, began in tree.items() if lives(pid, began)]
