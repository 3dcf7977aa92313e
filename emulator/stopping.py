"""The end of an emulator, wherever it is: running, or still starting."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Coroutine
from pathlib import Path

patience_s = 4.0  # a second less than what is promised


async def until_signal(work: Coroutine[object, object, None], scratch: Path) -> None:
    """Returns when the work is done, or when a signal came and the work has cleaned up behind itself."""
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set() and not working.done():
        _leave_at_last(scratch)
        working.cancel()
        end_children()
        with contextlib.suppress(asyncio.CancelledError):
            await working
        return
    stopping.cancel()
    working.result()


def end_children() -> None:
    """Ends the processes that this one started and waits for: an installer in the middle of a build, say."""
    with contextlib.suppress(OSError):
        listed = subprocess.run(["pgrep", "-P", str(os.getpid())], capture_output=True, text=True, check=False).stdout
        for pid in listed.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGTERM)


def _leave_at_last(scratch: Path) -> None:
    """Ends the process after a while, whatever its threads are at: the program can't be interrupted."""

    def leave() -> None:
        shutil.rmtree(scratch, ignore_errors=True)
        os._exit(0)

    timer = threading.Timer(patience_s, leave)
    timer.daemon = True
    timer.start()
