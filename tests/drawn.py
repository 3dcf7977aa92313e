"""Originals of a few named pixels, and how the tests look at what became of them."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet
from PIL import Image, ImageDraw

from variants import imaging
from variants.grammar import Variant, parse
from variants.rendered import Rendered
from variants.settings import Limits, Watermark
from variants.table import table

every_decoder = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF")
RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)
CLEAR = (0, 0, 0, 0)


def rows(cases: Iterable[tuple[object, ...]]) -> list[ParameterSet]:
    """The cases of a table for `parametrize`, each called by the sentence that it begins with."""
    return [pytest.param(*case[1:], id=str(case[0])) for case in cases]


def variant(options: str) -> Variant:
    """The variant of a key's options: `variant("w=2,f=png")`."""
    return parse(f"a.jpg/e{table.epoch},{options}")[1]


def encoded(picture: Image.Image, form: str, **settings: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **settings)
    return buffer.getvalue()


def pixels(size: tuple[int, int], values: Iterable[object], mode: str = "RGB") -> Image.Image:
    """A picture of the named pixels, row by row."""
    picture = Image.new(mode, size)
    picture.putdata(list(values))
    return picture


def made(
    original: bytes,
    options: str | Variant,
    *,
    limits: Limits | None = None,
    decoders: tuple[str, ...] = every_decoder,
    watermark: tuple[bytes, Watermark] | None = None,
) -> Rendered:
    wanted = variant(options) if isinstance(options, str) else options
    return imaging.render(io.BytesIO(original), wanted, limits or Limits(), decoders=decoders, watermark=watermark)


def opened(rendered: Rendered) -> Image.Image:
    return Image.open(io.BytesIO(rendered.body))


def seen(original: bytes, options: str, mode: str = "RGB", **settings: object) -> list[object]:
    """The output's pixels, row by row."""
    return list(opened(made(original, options, **settings)).convert(mode).get_flattened_data())


def near(one: object, other: object, most: int = 2) -> bool:
    """Whether no channel of two pixels differs by more than that."""
    ones, others = (value if isinstance(value, tuple) else (value,) for value in (one, other))
    return len(ones) == len(others) and all(abs(a - b) <= most for a, b in zip(ones, others, strict=True))


def quarters(size: tuple[int, int] = (32, 32), mode: str = "RGB") -> Image.Image:
    """Red and green above, blue and white below: every turn of it looks different."""
    picture = Image.new("RGB", (2, 2))
    picture.putdata([RED, GREEN, BLUE, WHITE])
    return picture.resize(size, Image.Resampling.NEAREST).convert(mode)


def stripes(colours: Iterable[object], size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Columns of one colour each."""
    row = list(colours)
    return pixels((len(row), 1), row, mode).resize(size, Image.Resampling.NEAREST)


def landscape(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A small scene with an edge, a gradient, a disc and fine lines, drawn large and reduced."""
    wide, high = size[0] * 4, size[1] * 4
    picture = Image.linear_gradient("L").resize((wide, high))
    picture = Image.merge(
        "RGB", (picture, picture.point(lambda value: 255 - value // 3), Image.new("L", picture.size, 220))
    )
    pen = ImageDraw.Draw(picture)
    pen.polygon([(0, high), (wide * 0.4, high * 0.4), (wide * 0.8, high)], fill=(40, 90, 60))
    pen.ellipse((wide * 0.65, high * 0.1, wide * 0.85, high * 0.4), fill=(255, 200, 40))
    for left in range(0, wide // 3, 16):
        pen.rectangle((left, high * 0.8, left + 7, high), fill=(120, 30, 30))
    return picture.reduce(4)


def exif(**tags: object) -> bytes:
    """An EXIF block: orientation, artist, copyright, gps."""
    block = Image.Exif()
    for name, tag in (("orientation", 0x0112), ("artist", 0x013B), ("copyright", 0x8298)):
        if name in tags:
            block[tag] = tags[name]
    if "gps" in tags:
        block.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 7.0), 29: str(tags["gps"])})
    return block.tobytes()


def matrix_profile(red: tuple[float, ...], green: tuple[float, ...], blue: tuple[float, ...], gamma: float) -> bytes:
    """A minimal ICC profile (version 2, ICC.1:2001-04): three colorants as D50 XYZ, and one gamma."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags = [(b"rXYZ", _xyz(red)), (b"gXYZ", _xyz(green)), (b"bXYZ", _xyz(blue)), (b"wtpt", _xyz((0.9642, 1, 0.8249)))]
    return profile(b"RGB ", b"XYZ ", [*tags, (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve)])


def gray_profile(gamma: float) -> bytes:
    """A minimal ICC profile for gray, of one gamma."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    return profile(b"GRAY", b"XYZ ", [(b"wtpt", _xyz((0.9642, 1, 0.8249))), (b"kTRC", curve)])


def press_profile(of_cyan: tuple[int, int, int]) -> bytes:
    """A minimal CMYK profile: paper is white, cyan alone is one Lab colour, all else is black. `lut8Type`."""
    white, black = bytes((255, 128, 128)), bytes((0, 128, 128))
    corners = b"".join(bytes(of_cyan) if corner == 8 else black if corner else white for corner in range(16))
    ramp = bytes(range(256))
    identity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    lut = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + identity + ramp * 4 + corners + ramp * 3
    return profile(b"CMYK", b"Lab ", [(b"A2B0", lut), (b"wtpt", _xyz((0.9642, 1, 0.8249)))], kind=b"prtr")


def profile(space: bytes, connection: bytes, tags: list[tuple[bytes, bytes]], kind: bytes = b"mntr") -> bytes:
    table_bytes, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags:
        padded = content + bytes(-len(content) % 4)
        table_bytes += name + struct.pack(">II", at, len(content))
        body, at = body + padded, at + len(padded)
    head = struct.pack(">I4sI4s4s4s", at, bytes(4), 0x02400000, kind, space, connection)
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table_bytes + body


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))
