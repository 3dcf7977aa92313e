"""One Lambda execution environment: a process that runs the function's zip for one event at a time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emulator.aws.credentials import Credentials
from emulator.lambdas.environment import variables
from emulator.lambdas.runtime_api import Call, Outcome, RuntimeApi
from emulator.lambdas.spec import FunctionSpec

bootstrap = Path(__file__).with_name("bootstrap.py")
memory_poll_s = 0.02  # the peak itself is the kernel's (VmHWM): a short one between two looks is seen as well
backstop_bytes = 1 << 30  # above the function's own limit: protects this machine, and is no rule of AWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where workers run on this machine. `names`: addresses of foreign hosts that the emulator answers for."""

    task_root: Path
    runtime_dir: Path
    ca_file: Path
    tls_port: int
    lifeline_fd: int
    names: Mapping[str, str] = field(default_factory=dict)


class Worker:
    """A started process; `end` is set when it has died, `peak_mb` is the most memory it ever held."""

    def __init__(self, spec: FunctionSpec, place: Place, credentials: Credentials, *, skew_s: float = 0.0) -> None:
        self.spec = spec
        self.peak_mb = 0.0
        self.out_of_memory = False
        self.api = RuntimeApi(self._freeze)
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._place = place
        self._skew_s = skew_s
        self._credentials = credentials
        self._written = bytearray()
        self._watch: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._output_fd = -1

    @property
    def exit_status(self) -> int | None:
        """Its exit status, or minus the signal that ended it; None while it runs."""
        return self.ended.result() if self.ended.done() else None

    @property
    def access_key_id(self) -> str:
        return self._credentials.access_key_id

    async def start(self) -> None:
        """Starts the process. It has initialised when `api.ready` is set."""
        port = await self.api.start()
        self._output_fd, theirs = os.pipe()
        os.set_blocking(self._output_fd, False)
        try:
            self._process = await asyncio.create_subprocess_exec(
                str(getattr(sys, "_base_executable", sys.executable)),
                *("-I", "-S", str(bootstrap), json.dumps(self._placement(port))),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                env=variables(
                    self.spec,
                    self._credentials,
                    runtime_api=f"127.0.0.1:{port}",
                    task_root=str(self._place.task_root),
                    runtime_dir=str(self._place.runtime_dir),
                ),
                cwd=self._place.task_root,
                pass_fds=[self._place.lifeline_fd],
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        asyncio.get_running_loop().add_reader(self._output_fd, self._drain)
        self._watch = asyncio.create_task(self._look_after(self._process))

    def _placement(self, runtime_port: int) -> dict[str, object]:
        return {
            "task_root": str(self._place.task_root),
            "runtime_dir": str(self._place.runtime_dir),
            "ca_file": str(self._place.ca_file),
            "tls_port": self._place.tls_port,
            "runtime_port": runtime_port,
            "lifeline_fd": self._place.lifeline_fd,
            "names": dict(self._place.names),
            "skew_s": self._skew_s,
            "backstop_bytes": self.spec.memory_mb * 1024 * 1024 + backstop_bytes,
        }

    async def run(self, call: Call, timeout_s: float) -> Outcome | None:
        """What the function answered; None where it did not within its time, or died."""
        self._signal(signal.SIGCONT)
        self.api.give(call)
        ends: list[asyncio.Future[Outcome] | asyncio.Future[int]] = [call.outcome, self.ended]
        await asyncio.wait(ends, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        self._drain()
        self._look_at_memory()
        if self.out_of_memory or not call.outcome.done():
            return None
        return call.outcome.result()

    def logs(self) -> list[str]:
        """The lines that it wrote since this was last asked."""
        self._drain()
        text = self._written.decode("utf-8", "replace")
        self._written.clear()
        return [line for line in text.split("\n") if line]

    def kill(self) -> None:
        """Ends it and whatever it started, at once."""
        self._signal(signal.SIGKILL)
        self.api.close()

    def _freeze(self) -> None:
        """Between two events nothing of it runs, threads included: AWS "Understanding the Lambda execution environment
        lifecycle", read 2026-11. Elsewhere than on Linux a frozen one would outlive this process."""
        if sys.platform == "linux":
            self._signal(signal.SIGSTOP)

    def _signal(self, number: signal.Signals) -> None:
        """Sends it to the process and whatever that started."""
        if self._process is not None and not self.ended.done():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    async def gone(self) -> None:
        """Returns when the process is no more."""
        if self._watch is not None:
            await self._watch

    async def _look_after(self, process: asyncio.subprocess.Process) -> None:
        waiting = asyncio.create_task(process.wait())
        while not (await asyncio.wait([waiting], timeout=memory_poll_s))[0]:
            self._look_at_memory()
        self._drain()
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._output_fd)
        os.close(self._output_fd)
        self._output_fd = -1
        self.api.close()
        self.ended.set_result(waiting.result())

    def _look_at_memory(self) -> None:
        if self._process is None or self.ended.done():
            return
        with contextlib.suppress(OSError, StopIteration, IndexError):
            pid = self._process.pid
            self.peak_mb = max(self.peak_mb, _memory_mb(pid, "status", "VmHWM:"))
            if started := list(_started_by(pid)):  # what they share with each other counts once
                held = sum(_memory_mb(each, "smaps_rollup", "Pss:") for each in (pid, *started))
                self.peak_mb = max(self.peak_mb, held)
        if self.peak_mb > self.spec.memory_mb:
            self.out_of_memory = True
            self.kill()

    def _drain(self) -> None:
        if self._output_fd < 0:
            return
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self._output_fd, 65536):
                self._written += chunk
            asyncio.get_running_loop().remove_reader(self._output_fd)


def _memory_mb(pid: int, file: str, kind: str) -> float:
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(kind)).split()[1]) / 1024


def _started_by(pid: int) -> Iterator[int]:
    """The processes that a process started, and they in turn."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for each in (task / "children").read_text().split():
            yield int(each)
            yield from _started_by(int(each))
