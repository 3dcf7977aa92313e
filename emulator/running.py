"""Which emulators run on this machine: a file each while it runs, so that `python -m mirage` finds them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An emulator that can be asked: its site, the door to its AWS, and its control API."""

    url: str
    s3: str
    control: str
    stack: str


def _folder(kept: Path) -> Path:
    return kept / "running"


@contextmanager
def noted(kept: Path, *, url: str, s3: str, control: str, stack: str) -> Iterator[None]:
    """While it is open, `found` finds this emulator."""
    note = _folder(kept) / f"{os.getpid()}.json"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"url": url, "s3": s3, "control": control, "stack": stack}), encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def found(kept: Path) -> list[Running]:
    """The emulators that run now; the notes of those that were killed go."""
    running: list[Running] = []
    for note in sorted(_folder(kept).glob("*.json")):
        if _is_alive(int(note.stem)):
            running.append(Running(**json.loads(note.read_text(encoding="utf-8"))))
        else:
            note.unlink(missing_ok=True)
    return running


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
