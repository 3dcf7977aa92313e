"""What a process costs from its start to its end, with nothing kept from one to the next."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.workers import clean_environment, timed_cpu


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Milliseconds of the clock and of CPU, and what it said."""

    wall: float
    cpu: float
    said: str


def once(command: Sequence[str], told: str = "", env: Mapping[str, str] | None = None) -> Spent:
    """What that process cost. Raises RuntimeError where it failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        command,
        input=told,
        capture_output=True,
        text=True,
        env={**clean_environment(), **(env or {})},
        preexec_fn=lambda: os.sched_setaffinity(0, {timed_cpu}),
        check=False,
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise RuntimeError(f"A process failed: {done.stderr[-800:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall=wall * 1000, cpu=cpu * 1000, said=done.stdout)
