"""What a fake of S3 answers over a connection."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scripted:
    """An answer as variants/wire.py reads it, whose body may end early."""

    status: int
    headers: Mapping[str, str]
    body: io.BytesIO

    def read1(self, size: int, /) -> bytes:
        return self.body.read1(size)

    def release_conn(self) -> None: ...

    def close(self) -> None: ...
