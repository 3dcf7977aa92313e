"""Processes of their own for whatever may end them, and pytest in them."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

Say = Callable[[str], object]
# Plugins of pytest's are imported by then, which it warns of.
quietly = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:unraisableexception", "-W"]
already_imported = "ignore::pytest.PytestAssertRewriteWarning"


def in_child(run: Callable[[Say], None], seconds: float) -> str | None:
    """What it said first in a process of its own, which is ended then; None where that took too long."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        try:
            run(lambda word: os.write(theirs, f"{word}\n".encode()))
        except BaseException as why:
            os.write(theirs, f"{why!r}\n".encode())
        os._exit(0)
    os.close(theirs)
    try:
        with open(ours) as said:  # noqa: PTH123
            # One line is all: whatever the tests started may hold the pipe, too.
            ready, _, _ = select.select([said], [], [], seconds)
            return (said.readline() or "ended").strip() if ready else None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)


def run_pytest(arguments: Sequence[str], *plugins: object) -> int:
    """The exit status of pytest, which says nothing."""
    silent = io.StringIO()
    with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent), Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        return int(pytest.main([*quietly, already_imported, *arguments], [*plugins]))
