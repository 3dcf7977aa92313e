"""Zips whose bytes depend on their members only: sorted, undated, and nothing compressed on this machine.

zlib and zlib-ng compress the same bytes differently, so what a wheel brought keeps the compression that it came with,
and all else is stored plain (docs/decisions/bundle.md).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

stored, deflated = 0, 8
# The zip format, PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
local_header = struct.Struct("<4s5H3L2H")
central_header = struct.Struct("<4s6H3L5H2L")
end_record = struct.Struct("<4s4H2LH")
version, made_on_unix, utf8_names = 20, 3 << 8 | 20, 0x800
# 1980-01-01 00:00, the first date that the format knows.
date, time = 0x21, 0
readable = 0o100644 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file: its bytes as they are packed, and what the header says of them."""

    packed: bytes
    method: int
    crc: int
    size_bytes: int

    @property
    def content(self) -> bytes:
        """The file's own bytes."""
        return self.packed if self.method == stored else zlib.decompress(self.packed, -zlib.MAX_WBITS)


def plain(content: bytes) -> Member:
    """A member that is not compressed."""
    return Member(packed=content, method=stored, crc=zlib.crc32(content), size_bytes=len(content))


def members(path: Path) -> Iterator[tuple[str, Member]]:
    """The files of a zip by name, packed as they are there."""
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            header = local_header.unpack_from(raw, info.header_offset)
            start = info.header_offset + local_header.size + header[-2] + header[-1]
            packed = raw[start : start + info.compress_size]
            yield (
                info.filename,
                Member(packed=packed, method=info.compress_type, crc=info.CRC, size_bytes=info.file_size),
            )


def write(files: Mapping[str, Member]) -> bytes:
    """The zip of the files, sorted by name."""
    body, directory = bytearray(), bytearray()
    for name, member in sorted(files.items()):
        text = name.encode()
        shared = (utf8_names, member.method, time, date, member.crc, len(member.packed), member.size_bytes)
        entry = (b"PK\x01\x02", made_on_unix, version, *shared, len(text), 0, 0, 0, 0, readable, len(body))
        directory += central_header.pack(*entry) + text
        body += local_header.pack(b"PK\x03\x04", version, *shared, len(text), 0) + text + member.packed
    end = end_record.pack(b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + end)
