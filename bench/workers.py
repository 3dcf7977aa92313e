"""Processes that do one thing when they are told to, each on one CPU: a line of JSON in, a line of JSON out."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from bench import places

# The last CPU is the one that is timed; what stands in for S3 has the one before, where there is one.
timed_cpu = max(os.sched_getaffinity(0))
other_cpu = sorted(os.sched_getaffinity(0))[-2] if len(os.sched_getaffinity(0)) > 1 else timed_cpu


class Worker:
    """One such process. `ask` sends it a question and gives its answer."""

    def __init__(self, command: list[str], *, env: Mapping[str, str] | None = None, cpu: int = timed_cpu) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**clean_environment(), **(env or {})},
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {cpu}),
        )

    def ask(self, question: Mapping[str, object]) -> dict[str, float]:
        """The worker's answer. Raises RuntimeError where it ended instead."""
        to, back = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        to.write(json.dumps(question) + "\n")
        to.flush()
        line = back.readline()
        if not line:
            raise RuntimeError(f"A worker ended with {self._process.wait()} at {json.dumps(question)[:200]}.")
        return cast("dict[str, float]", json.loads(line))

    @property
    def peak_mb(self) -> float:
        """The most memory that it held so far (VmHWM, proc(5)), in MiB."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=20)


def clean_environment() -> dict[str, str]:
    """An environment that both sides have alike."""
    return {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": os.environ.get("HOME", "/")}


def our_engine() -> Worker:
    return Worker([places.python, "-I", "-S", str(places.project / "bench/ours/engine.py"), str(places.zip_root)])


def peer_engine() -> Worker:
    return Worker(["node", str(places.peer / "engine.cjs")])


def measure_of_quality() -> Worker:
    return Worker([str(places.quality_python), str(places.project / "bench/quality.py"), str(places.references)])
