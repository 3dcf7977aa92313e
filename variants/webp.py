"""WebP's header: how large the canvas is, and whether something of it may be transparent. RFC 9649, 2.5 to 2.7."""

from __future__ import annotations

import struct

from variants.sizes import Size

_flags_at, _alpha, _animation = 20, 0x10, 0x02


def canvas(header: bytes) -> Size:
    """A WebP's size by its header: its decoder allocates the canvas on opening."""
    kind = header[12:16]
    if kind == b"VP8X":
        wide, high = int.from_bytes(header[24:27], "little"), int.from_bytes(header[27:30], "little")
        return wide + 1, high + 1
    if kind == b"VP8L":
        bits = int.from_bytes(header[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    wide, high = struct.unpack_from("<HH", header, 26)
    return wide & 0x3FFF, high & 0x3FFF


def hides_alpha(header: bytes) -> bool:
    """Whether it begins an animation that is said to have no alpha.

    libwebp 1.6 says alpha only where a frame's own pixels have it. Around opaque frames smaller than the canvas
    Chromium shows nothing; decoders that believe the header (Pillow's) show black. Tried with both, 2026-11.
    """
    return header[12:16] == b"VP8X" and header[_flags_at] & (_alpha | _animation) == _animation


def with_alpha(content: bytes) -> bytes:
    """The same WebP, which has a header of flags, said to have alpha."""
    return content[:_flags_at] + bytes([content[_flags_at] | _alpha]) + content[_flags_at + 1 :]
