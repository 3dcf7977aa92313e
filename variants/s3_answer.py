"""An answer of S3's: its head, its body under way, and what it means where it is none that was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from variants import errors, wire

# Cheaper to read to its end than to open another TLS connection.
drained_bytes = 64 * 1024
code_pattern = re.compile(rb"<Code>([A-Za-z]{1,64})</Code>")


class Deadline(Protocol):
    def left_s(self) -> float: ...

    def check(self, needed_s: float = 0.0) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An object's head: `etag` as S3 prints it, quoted; header names in lower case."""

    etag: str
    size_bytes: int
    headers: Mapping[str, str]


class Answered:
    """An answer of S3's, its body still under way."""

    def __init__(self, response: wire.Response, deadline: Deadline, *, has_body: bool) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        self._response = response
        self._deadline = deadline
        self._left_bytes = int(self.headers.get("content-length", "0")) if has_body else 0

    def found(self) -> Found:
        """The head of the object."""
        return Found(etag=self.headers["etag"], size_bytes=int(self.headers["content-length"]), headers=self.headers)

    def read(self, size: int) -> bytes:
        """So much of the body, less at its end and where it broke off.

        Raises errors.Deadline: bytes that come one by one meet no time-out, so it is looked at between any two of them.
        """
        had = bytearray()
        try:
            while len(had) < size:
                self._deadline.check()
                found = self._response.read1(size - len(had))
                if not found:
                    break
                had += found
        except errors.Deadline:
            self._response.close()
            raise
        except wire.failures:
            pass
        self._left_bytes -= len(had)
        return bytes(had)

    def whole(self, most_bytes: int) -> bytes:
        """The body, or the first so many bytes of it; it is closed then."""
        had = bytearray()
        while len(had) < most_bytes and (chunk := self.read(most_bytes - len(had))):
            had += chunk
        self.close()
        return bytes(had)

    def close(self) -> None:
        """Nothing: the connection is kept for the next call where its body is at its end, or nearly."""
        try:
            if self._left_bytes <= drained_bytes:
                while self.read(drained_bytes):
                    pass
                self._response.release_conn()
            else:
                self._response.close()
        except errors.Deadline:
            pass  # closed by read
        except wire.failures:
            self._response.close()

    def error(self) -> errors.MirageError:
        """What the answer means, by its status and S3's code (S3 API Reference, "Error responses", read 2026-11)."""
        code = code_pattern.search(self.read(4096))
        self.close()
        name = code.group(1).decode() if code is not None else ""
        if name == "InvalidObjectState":
            return errors.Archived("The original is archived; restore it first.")
        if name == "NoSuchKey":
            return errors.NotFound("There is no such original.")
        if self.status == 403 and name in ("AccessDenied", "AllAccessDisabled", ""):
            return errors.PolicyBroken("The storage refused this service.")
        if self.status == 412:
            return errors.Busy("The original changed while it was read; ask again in a moment.")
        return errors.Internal("The storage gave an answer that was not expected.")
