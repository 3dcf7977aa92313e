"""An original that is read by a decoder, its structure counted: what costs time without pixels is refused.

Pillow walks JPEG's segments, PNG's chunks and GIF's blocks in Python, one read each, and decodes every scan of a JPEG
over all of its pixels; neither is bounded by the size of the picture. All counts are far above what encoders write.
"""

from __future__ import annotations

import io
import re
import struct
from typing import BinaryIO

from variants import errors

# 25 MB in PNG chunks of 1 KB are 75,000 reads; 200,000 take a fifth of a second.
most_reads = 200_000
# One segment of JPEG holds 64 KB (CIPA DC-008, 4.7.2); Pillow joins several. Its reader takes 0.4 µs a byte.
most_exif_bytes = 512 * 1024
# libjpeg-turbo's progressive mode writes 10; a scan over 1 MP costs 0.6 ms even where it says nothing.
most_scans, scan_ns_per_pixel = 1000, 1.0
# A TIFF's beginning, as EXIF blocks have it; compressed pixels hold it once in 160 MB by chance.
_directory_pattern, _most_directories = re.compile(rb"II\*\0|MM\0\*"), 16
_orientation_tag = 0x0112
# bytes.count takes 2.5 times as long: 4 ms for a JPEG of 24 MP.
# Never within coded pixels: there 0xFF is followed by a zero. ITU T.81, B.1.1.5.
_scan_pattern = re.compile(rb"\xff\xda")


class Guarded(io.BufferedIOBase):
    """The original, read through. Raises errors.Broken, errors.TooLarge from `read`; `scans_left` counts from when it
    is set."""

    def __init__(self, original: BinaryIO) -> None:
        super().__init__()
        self.scans_left: int | None = None
        self._original = original
        self._reads_left = most_reads
        self._exif_left = most_exif_bytes
        self._last = b""

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads_left -= 1
        if self._reads_left < 0:
            raise errors.Broken("The original cannot be decoded: it is in more pieces than a picture has.")
        found = self._original.read(-1 if size is None else size)
        if found.startswith(b"Exif\0\0"):
            self._count_exif(len(found))
        if self.scans_left is not None:
            self._count_scans(found)
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._original.seek(offset, whence)

    def tell(self) -> int:
        return self._original.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def _count_exif(self, size_bytes: int) -> None:
        self._exif_left -= size_bytes
        if self._exif_left < 0:
            raise errors.Broken(f"The original cannot be decoded: its EXIF has more than {most_exif_bytes} bytes.")

    def _count_scans(self, found: bytes) -> None:
        split = self._last == b"\xff" and found.startswith(b"\xda")
        self.scans_left = (self.scans_left or 0) - len(_scan_pattern.findall(found)) - split
        self._last = found[-1:]
        if self.scans_left < 0:
            raise errors.TooLarge("The original cannot be decoded in time: it has too many scans.")


def affordable_scans(pixels: int, timeout_s: float) -> int:
    """How many scans of so many pixels are decoded within half of the time."""
    return min(most_scans, int(timeout_s * 1e9 / 2 / (pixels * scan_ns_per_pixel + 1)))


def check_directories(content: bytes) -> None:
    """Nothing, where no EXIF block within the bytes has more than one orientation: Pillow reads an AVIF's as soon as it
    is opened, all of its values. Raises errors.Broken."""
    for number, found in enumerate(_directory_pattern.finditer(content)):
        if number == _most_directories or _turns(content[found.start() :], "<" if found[0] < b"M" else ">") > 1:
            raise errors.Broken("The original cannot be decoded: its EXIF makes no sense.")


def _turns(block: bytes, order: str) -> int:
    """How many values the orientation of a block's first directory has; 1 where there is none. TIFF 6.0, section 2."""
    try:
        (at,) = struct.unpack_from(order + "I", block, 4)
        (entries,) = struct.unpack_from(order + "H", block, at)
        for start in range(at + 2, at + 2 + 12 * entries, 12):
            tag, _, count = struct.unpack_from(order + "HHI", block, start)
            if tag == _orientation_tag:
                return int(count)
    except struct.error:
        pass
    return 1
