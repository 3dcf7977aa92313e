"""ORIGINALS as a start copies it in: what cannot be taken is one sentence. emulator-contract, "Starting"."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from emulator.pictures.originals import copy
from emulator.s3.messages import S3Answer
from emulator.stopped import Stopped

too_long = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>KeyTooLongError</Code><Message>Your key is too long</Message><Size>1112</Size></Error>"""


class Bucket:
    """S3, as far as a copy speaks to it: takes every key but those of more than 20 characters."""

    account = "123456789012"

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}

    async def request(self, _caller, _method, _bucket, path, _query, headers, body) -> S3Answer:
        if len(path) > 20:
            return S3Answer(status=400, headers=(), body=too_long)
        self.taken[path] = body
        return S3Answer(status=200, headers=headers)


def copied(folder: Path) -> dict[str, bytes]:
    bucket = Bucket()
    asyncio.run(copy(bucket, "originals", folder))  # type: ignore[arg-type]
    return bucket.taken


def test_a_link_to_a_file_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"a")
    (tmp_path / "b.jpg").symlink_to(tmp_path / "a.jpg")
    assert copied(tmp_path) == {"a.jpg": b"a", "b.jpg": b"a"}


def pipe(path: Path) -> None:
    """A named pipe; who reads it all the same reads nothing, and does not wait for ever."""
    os.mkfifo(path)
    Thread(target=lambda: path.open("wb").close(), daemon=True).start()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        pytest.param(pipe, "Expected files in ORIGINALS, received {path}, which is none.", id="a pipe"),
        pytest.param(
            lambda path: path.symlink_to("nowhere"), "Cannot read {path}: No such file or directory.", id="a loose link"
        ),
        pytest.param(
            lambda path: path.with_name("a" * 21).write_bytes(b""),
            "S3 does not take {path.parent}/aaaaaaaaaaaaaaaaaaaaa: KeyTooLongError, Your key is too long.",
            id="a long name",
        ),
    ],
)
def test_what_cannot_be_copied_is_a_sentence(tmp_path: Path, make: Callable[[Path], object], sentence: str) -> None:
    make(tmp_path / "1.jpg")
    with pytest.raises(Stopped) as refused:
        copied(tmp_path)
    assert str(refused.value) == sentence.format(path=tmp_path / "1.jpg")
