"""The cells from outside: a few processes that each take the next case; one that overran is replaced."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from torture.cell import Told
from torture.corpus import Case

root = Path(__file__).resolve().parents[1]
# The edge's memory as a stack has it by default (Pulumi.yaml, memory).
memory_mb = 1769
# The emulator and Lambda give an edge function 30 s; a case that takes longer than the work's own 8 s has failed.
patience_s = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What became of a case; `told` is None where the cell died or was silent for too long."""

    case: Case
    told: Told | None


class Cell:
    """One process, started at its first case."""

    def __init__(self, folder: Path) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._file = folder / f"case-{threading.get_ident()}"

    def try_(self, case: Case) -> Seen:
        """What becomes of the case."""
        self._file.write_bytes(case.make())
        process = self._process = self._process or _start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps({"path": str(self._file), "options": case.options}) + "\n")
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], patience_s)
            line = process.stdout.readline() if ready else ""
        except BrokenPipeError:
            line = ""
        if not line:
            self.end()
            return Seen(case=case, told=None)
        told = cast("Told", json.loads(line))
        if told["outcome"].startswith("raised") or told["peak_mb"] > memory_mb / 2:
            self.end()  # what it keeps for itself is not the next case's
        return Seen(case=case, told=told)

    def end(self) -> None:
        """Ends the process; the next case gets a fresh one."""
        process, self._process = self._process, None
        if process is not None:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()


def _start() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "torture.cell", str(memory_mb)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)


def try_all(cases: Iterable[Case], workers: int = 2) -> Iterator[Seen]:
    """Each case with what became of it, in order."""
    cells: dict[int, Cell] = {}
    with tempfile.TemporaryDirectory(prefix="torture-") as folder, ThreadPoolExecutor(workers) as pool:

        def one(case: Case) -> Seen:
            own: Mapping[int, Cell] = cells
            cell = own.get(threading.get_ident()) or cells.setdefault(threading.get_ident(), Cell(Path(folder)))
            return cell.try_(case)

        try:
            yield from pool.map(one, cases)
        finally:
            for each in cells.values():
                each.end()
