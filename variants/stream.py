"""An object's bytes as they arrive: a decoder begins before the last of them is there."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Protocol

from variants import errors

chunk_bytes = 64 * 1024


class Body(Protocol):
    """The body of an answer under way. `read` returns nothing at its end, and where it broke off before."""

    def read(self, size: int) -> bytes: ...

    def close(self) -> None: ...


class StreamView(io.BufferedIOBase):
    """A seekable view over a body that keeps what it read; one that breaks off is asked for again, once.

    What breaks off is found by length: Pillow would take a short body for a truncated picture. Errors are ours, not
    OSError, so that no decoder swallows them; the first is kept in `failure`.
    """

    def __init__(self, size_bytes: int, reopen: Callable[[], Body]) -> None:
        super().__init__()
        self.size_bytes = size_bytes
        self.failure: errors.MirageError | None = None
        self._reopen = reopen
        self._body: Body | None = None
        self._had = bytearray()
        self._at = 0
        self._tries_left = 2

    def start(self) -> StreamView:
        """Itself, once the first request is under way. Raises what the request raises."""
        self._open()
        return self

    def read(self, size: int | None = -1, /) -> bytes:
        end = self.size_bytes if size is None or size < 0 else min(self._at + size, self.size_bytes)
        self._fill(end)
        found = bytes(memoryview(self._had)[self._at : end])
        self._at = max(self._at, end)
        return found

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing. The connection goes back to its pool where little is missing, else it is dropped."""
        body, self._body = self._body, None
        if body is not None:
            body.close()
        super().close()

    def _fill(self, end: int) -> None:
        if self.failure is not None:
            raise self.failure
        try:
            while len(self._had) < end:
                self._had += self._next()
        except errors.MirageError as error:
            self.failure = error
            raise

    def _next(self) -> bytes:
        found = self._body.read(chunk_bytes) if self._body is not None else b""
        if not found:
            self._open()
        return found

    def _open(self) -> None:
        if not self._tries_left:
            raise errors.Busy("The original broke off while it was read; ask again in a moment.")
        self._tries_left -= 1
        if self._body is not None:
            self._body.close()
        self._body = self._reopen()
        self._skip(len(self._had))

    def _skip(self, left: int) -> None:
        while left and self._body is not None:
            dropped = self._body.read(min(left, chunk_bytes))
            if not dropped:
                raise errors.Busy("The original broke off while it was read; ask again in a moment.")
            left -= len(dropped)
