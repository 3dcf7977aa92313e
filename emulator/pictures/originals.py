"""The originals that a start copies in: a folder's files, or the samples."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from emulator.pictures import samples
from emulator.s3.gate import Gate
from emulator.s3.messages import administrator
from emulator.stopped import Stopped

at_once = 8
drawn_by = ("samples", "scenes", "still_lifes", "brushes")
added_types = {".avif": "image/avif", ".webp": "image/webp"}  # mimetypes learnt them late, and systems differ


def samples_folder(kept: Path) -> Path:
    """The folder of the samples; they are drawn once by each state of what draws them."""
    drawing = b"".join(Path(__file__).with_name(f"{each}.py").read_bytes() for each in drawn_by)
    folder = kept / f"samples-{hashlib.sha256(drawing).hexdigest()[:12]}"
    if not folder.exists():
        half = folder.with_suffix(".new")
        half.mkdir(parents=True, exist_ok=True)
        samples.draw(half)
        half.rename(folder)
    return folder


async def copy(gate: Gate, bucket: str, folder: Path) -> int:
    """How many originals were put, as the administrator would; the folder is only read.

    Raises Stopped where a file can't be opened, or S3 refuses one.
    """
    waiting = asyncio.Semaphore(at_once)

    async def put(path: Path) -> None:
        async with waiting:
            await _put(gate, bucket, _key(folder, path), path)

    found = list(_files(folder))
    await asyncio.gather(*(put(path) for path in found))
    return len(found)


def _files(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield Path(where) / name


def _key(folder: Path, path: Path) -> str:
    """The path below the folder, in NFC: file systems differ in how they spell an umlaut."""
    return unicodedata.normalize("NFC", path.relative_to(folder).as_posix())


async def _put(gate: Gate, bucket: str, key: str, path: Path) -> None:
    try:
        body = await asyncio.to_thread(_read, path)
    except OSError as why:
        raise Stopped(f"Cannot read {path}: {why.strerror or why}.") from why
    kind = added_types.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "binary/octet-stream"
    caller, headers = administrator(gate.account), (("content-type", kind),)
    try:
        answer = await gate.request(caller, "PUT", bucket, quote(key), "", headers, body)
    except UnicodeEncodeError:
        raise Stopped(f"Expected a name in UTF-8 for each file of ORIGINALS, received {key!r}.") from None
    if answer.status != 200:
        said = ", ".join(re.findall("<(?:Code|Message)>(.*?)<", answer.body.decode(errors="replace")))
        raise Stopped(f"S3 does not take {path}: {said}.")


def _read(path: Path) -> bytes:
    """The content of a file, or of what a link leads to; a pipe would be waited for. Raises Stopped, OSError."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise Stopped(f"Expected files in ORIGINALS, received {path}, which is none.")
    return path.read_bytes()
