"""Files on their way to the originals: found one after the other, and summed without being held in memory."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mirage.stop import Stop

at_a_time_bytes = 1024 * 1024
# What Python 3.11's table lacks, by IANA's names (media types registry, read 2026-11).
types = {".avif": "image/avif", ".webp": "image/webp", ".heic": "image/heic", ".jxl": "image/jxl"}
unknown_type = "binary/octet-stream"  # what S3 itself says of what nobody named


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file, and the original that it is to be. `why_not`: a sentence where it can't be one."""

    path: Path
    key: str
    why_not: str = ""

    @property
    def content_type(self) -> str:
        suffix = self.path.suffix.lower()
        return types.get(suffix) or mimetypes.guess_type(f"x{suffix}", strict=False)[0] or unknown_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """A file's sums: MD5 in hex, as S3's ETag is of what was put at once and not encrypted by a key of KMS; SHA-256
    in base64, as S3's checksums are."""

    md5: str
    sha256: str
    size_bytes: int

    def are_of(self, etag: str, sha256: str) -> bool:
        return etag == self.md5 or (bool(sha256) and sha256 == self.sha256)


def sums(body: BinaryIO) -> Sums:
    """The sums of what can be read."""
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    while part := body.read(at_a_time_bytes):
        md5.update(part)
        sha256.update(part)
        size += len(part)
    return Sums(md5=md5.hexdigest(), sha256=base64.b64encode(sha256.digest()).decode(), size_bytes=size)


def walk(paths: Sequence[Path], below: str) -> Iterator[File]:
    """The files, found as they are asked for; names that begin with a dot inside folders are left out.

    Raises Stop, before the first, for a path that is not there.
    """
    for path in paths:
        if not path.exists():
            raise Stop(f"Expected a file or a folder at {path}, there is none.")
    prefix = f"{below}/" if below else ""
    return _found(paths, prefix)


def _found(paths: Sequence[Path], prefix: str) -> Iterator[File]:
    for path in paths:
        if path.is_dir():
            for each in _below(path):
                yield _file(each, prefix + each.relative_to(path).as_posix())
        else:
            yield _file(path, prefix + path.name)


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder, in the order of names; links to folders are not followed."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    for name in names:
        path = folder / name
        if path.is_dir():
            if not path.is_symlink():
                yield from _below(path)
        else:
            yield path


def _file(path: Path, key: str) -> File:
    try:
        key.encode()
    except UnicodeEncodeError:
        shown = key.encode(errors="replace").decode()
        return File(path=path, key=shown, why_not=f"Expected a name of UTF-8, received {shown}.")
    return File(path=path, key=unicodedata.normalize("NFC", key))
