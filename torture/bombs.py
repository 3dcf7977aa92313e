"""Bombs: little files that ask for much, and the largest honest ones."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from PIL import Image

from torture.corpus import Case
from torture.pieces import (
    chunk,
    directory,
    encoded,
    gif_frame,
    gif_screen,
    lines,
    png,
    resized_jpeg,
    riff,
    scanned,
    scene,
    segment,
    webp_canvas,
    with_segments,
)

inflates = b"a\0\0" + zlib.compress(bytes(9_000_000), 9)
text_bomb = b"a\0\1\0\0\0" + zlib.compress(bytes(900_000), 9)
rationals = directory((0x0112, 5, 3_000_000), values=b"\x01\0\0\0" * 6_000_000)
many_tags = directory(*((tag, 5, 40) for tag in range(1, 60_000)), values=bytes(24 << 20))


def _flat(form: str, size: tuple[int, int] = (7000, 7000), mode: str = "RGB", **settings: object) -> bytes:
    return encoded(Image.new(mode, size, 77), form, **settings)


def _noise(form: str, mode: str = "RGB", **settings: object) -> bytes:
    """49 MP of noise, as close to 25 MB as that format gets."""
    small = Image.frombytes("L", (1000, 1000), os.urandom(1_000_000)).resize((7000, 7000), Image.Resampling.NEAREST)
    return encoded(small.convert(mode), form, **settings)


def _long_webp(count: int, size: tuple[int, int]) -> bytes:
    frames = [Image.new("RGBA", size, (n * 40 % 256, 9, 200, 99 + n % 100)) for n in range(count)]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], method=0, lossless=True)


def _many_gif(count: int, canvas: tuple[int, int], frame: tuple[int, int]) -> bytes:
    return gif_screen(canvas) + gif_frame(frame) * count + b";"


def _avif_sized(size: tuple[int, int]) -> bytes:
    """An AVIF whose image property says that size. ISO/IEC 23008-12, 6.5.3."""
    body = encoded(scene(), "AVIF")
    at = body.index(b"ispe") + 8
    return body[:at] + struct.pack(">II", *size) + body[at + 8 :]


def _in_segments(marker: int, head: bytes, block: bytes) -> bytes:
    parts = [block[at : at + 65_000] for at in range(0, len(block), 65_000)]
    return with_segments(encoded(scene(), "JPEG"), *(segment(marker, head + part) for part in parts))


def _profile(size_bytes: int) -> bytes:
    """An ICC profile that is a header and a table of nothing."""
    head = struct.pack(">I4sI4s4s4s", size_bytes, b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ") + bytes(100)
    table = struct.pack(">I", 100) + b"".join(struct.pack(">4sII", b"A2B%d" % (n % 9), 132, 1 << 20) for n in range(99))
    return (head + bytes(128))[:128] + table + os.urandom(size_bytes - 128 - len(table))


headers: list[tuple[str, Callable[[], bytes]]] = [
    ("PNG of 50,000 x 50,000 in 1 KB", lambda: png((50_000, 50_000), image=bytes(900))),
    ("PNG of 16,385 x 1", lambda: png((16_385, 1))),
    ("PNG of 2^31 a side", lambda: png((0x7FFFFFFF, 0x7FFFFFFF), image=b"")),
    ("JPEG of 65,500 x 65,500", lambda: resized_jpeg(encoded(scene(), "JPEG"), (65_500, 65_500))),
    ("progressive JPEG of 65,500 x 65,500", lambda: resized_jpeg(_progressive((96, 64)), (65_500, 65_500))),
    ("WebP of 16 million a side", lambda: riff(webp_canvas((1 << 24, 1 << 24)), (b"VP8 ", bytes(40)))),
    ("lossless WebP of 16,384 x 16,384", lambda: riff((b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(90)))),
    ("GIF of 65,535 x 65,535", lambda: _many_gif(1, (65_535, 65_535), (65_535, 65_535))),
    ("GIF frame far larger than its canvas", lambda: _many_gif(2, (4, 4), (65_535, 65_535))),
    ("AVIF of 16,384 x 16,384", lambda: _avif_sized((16_384, 16_384))),
    ("TIFF of 60,000 x 60,000", lambda: _flat_tiff((60_000, 60_000))),
]
structures: list[tuple[str, Callable[[], bytes]]] = [
    ("JPEG with 10,000 scans", lambda: scanned(_progressive((1000, 1000)), 10_000)),
    ("JPEG of 36 MP with 120 scans", lambda: scanned(_progressive((6000, 6000)), 120)),
    ("JPEG of six million segments", lambda: with_segments(encoded(scene(), "JPEG"), segment(0xE9) * 6_000_000)),
    ("JPEG of filling", lambda: b"\xff\xd8\xff" + bytes(25_000_000)),
    ("JPEG of 24 MB of EXIF", lambda: _in_segments(0xE1, b"Exif\0\0", rationals)),
    ("JPEG of 24 MB of profile", lambda: _in_segments(0xE2, b"ICC_PROFILE\0\x01\xff", os.urandom(24 << 20))),
    ("JPEG of 300 MPF indexes", lambda: _in_segments(0xE2, b"MPF\0", directory((0xB001, 5, 8000)) * 90_000)),
    ("JPEG with a profile of 3.9 MB", lambda: encoded(scene(), "JPEG", icc_profile=_profile(3_900_000))),
    ("PNG with a profile of 3.9 MB", lambda: encoded(scene(), "PNG", icc_profile=_profile(3_900_000))),
    ("PNG of two million chunks", lambda: png((8, 8), chunk(b"tIME") * 2_000_000)),
    ("PNG of two million IDATs", lambda: png((8, 8), after=chunk(b"IDAT") * 2_000_000)),
    ("PNG with iTXt that inflates", lambda: png((8, 8), chunk(b"iTXt", b"a\0\1\0\0\0" + inflates[3:]))),
    ("PNG with 2,000 iTXt that inflate", lambda: png((8, 8), chunk(b"iTXt", text_bomb) * 2000)),
    ("PNG with zTXt that inflates", lambda: png((8, 8), chunk(b"zTXt", inflates))),
    ("PNG with iCCP that inflates", lambda: png((8, 8), chunk(b"iCCP", inflates))),
    ("PNG whose pixels inflate beyond its size", lambda: png((8, 8), image=lines((20_000, 20_000)))),
    ("PNG with 24 MB of EXIF", lambda: png((8, 8), chunk(b"eXIf", rationals))),
    ("PNG with 60,000 tags", lambda: png((8, 8), chunk(b"eXIf", many_tags))),
    ("WebP with 24 MB of EXIF", lambda: encoded(scene(), "WEBP", exif=b"Exif\0\0" + rationals)),
    ("AVIF with 24 MB of EXIF", lambda: _avif_of(rationals)),
    ("TIFF with 24 MB of tags", lambda: rationals),
    ("GIF of 100,000 frames", lambda: _many_gif(100_000, (8, 8), (1, 1))),
    ("GIF of 1.6 million frames", lambda: _many_gif(1_600_000, (8, 8), (1, 1))),
    ("GIF of 300 frames on 49 MP", lambda: _many_gif(300, (7000, 7000), (1, 1))),
    ("GIF of twelve million blocks", lambda: gif_screen((8, 8)) + b"!\xfe" + b"\x01a" * 12_000_000 + b"\0;"),
    ("WebP of 2,000 frames", lambda: _long_webp(2000, (16, 16))),
]
sizes: list[tuple[str, Callable[[], bytes]]] = [
    ("PNG of 49 MP, 16 bits and alpha", partial(png, (7000, 7000), colour=6, bits=16, image=None)),
    ("PNG of 49 MP, grey", lambda: _flat("PNG", mode="L")),
    ("PNG of 49 MP, noise", lambda: _noise("PNG", "L", compress_level=1)),
    ("JPEG of 49 MP, noise", lambda: _noise("JPEG", quality=20)),
    ("JPEG of 49 MP, progressive noise", lambda: _noise("JPEG", quality=20, progressive=True)),
    ("JPEG of 49 MP, progressive CMYK", lambda: _noise("JPEG", "CMYK", quality=10, progressive=True)),
    ("WebP of 49 MP, lossy with alpha", lambda: _flat("WEBP", mode="RGBA", method=0)),
    ("WebP of 49 MP, lossless", lambda: _flat("WEBP", lossless=True, method=0)),
    ("WebP of 16,383 x 3,000", lambda: _flat("WEBP", (16_383, 3000), method=0)),
    ("WebP of four frames of 49 MP", lambda: _long_webp(4, (7000, 7000))),
    ("AVIF of 49 MP", lambda: _flat("AVIF")),
    ("GIF of 49 MP", lambda: _flat("GIF", mode="L")),
    ("TIFF of 49 MP", lambda: _flat("TIFF", compression="tiff_deflate")),
]


def _avif_of(exif: bytes) -> bytes:
    """An AVIF with that EXIF block, which Pillow would not write itself."""
    named, other = struct.pack("<H", 0x0112), struct.pack("<H", 0x9999)
    return encoded(scene(), "AVIF", exif=exif.replace(named, other, 1)).replace(exif[:10] + other, exif[:10] + named, 1)


def _progressive(size: tuple[int, int]) -> bytes:
    return encoded(Image.new("RGB", size, (200, 100, 50)), "JPEG", progressive=True)


def _flat_tiff(size: tuple[int, int]) -> bytes:
    body = encoded(scene(), "TIFF", compression="tiff_deflate")
    return body.replace(struct.pack("<HHII", 256, 4, 1, 96), struct.pack("<HHII", 256, 4, 1, size[0]))


def cases(*, brief: bool) -> Iterator[Case]:
    """All bombs; `brief` leaves out those that are large to make."""
    for name, make in headers:
        yield Case(kind="bombs in the header", name=name, make=make, refused="TIFF" not in name)
    for name, make in structures:
        if not brief:
            kept = partial(_kept, make)
            yield Case(kind="bombs in the structure", name=name, make=kept)
            yield Case(kind="bombs in the structure", name=f"{name}, described", make=kept, options="f=json")
    if not brief:
        yield from _largest()


@lru_cache(maxsize=2)
def _kept(make: Callable[[], bytes]) -> bytes:
    """The file, kept for the next case: some take seconds to make."""
    return make()


def _largest() -> Iterator[Case]:
    wanted = ("w=64,f=jpg", "f=auto-webp", "f=avif", "trim=5,f=png")
    for name, make in sizes:
        for options in wanted:
            yield Case(
                kind="the largest allowed", name=f"{name}, {options}", make=partial(_kept, make), options=options
            )
