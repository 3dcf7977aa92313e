"""Files made to cost: their structure takes time or memory, and is refused or bounded before it does."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from tests.drawn import encoded, made, rows
from variants import decode, encode, errors, gif, imaging
from variants.settings import Limits

four = ("JPEG", "PNG", "WEBP", "GIF")
limit_s = 1.5  # on a busy machine; each took 5 to 15 seconds of the processor before it was bounded


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*between: bytes, after: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    lines = zlib.compress(bytes(8 * (1 + 8 * 3)))
    body = chunk(b"IHDR", header) + b"".join(between) + chunk(b"IDAT", lines) + after
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND")


def jpeg(size: tuple[int, int] = (16, 16), **settings: object) -> bytes:
    return encoded(Image.new("RGB", size, (200, 100, 50)), "JPEG", **settings)


def segment(marker: int, content: bytes = b"") -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def scanned(body: bytes, times: int) -> bytes:
    """A progressive JPEG whose last scan comes so many times."""
    at, end = body.rindex(b"\xff\xda"), body.rindex(b"\xff\xd9")
    return body[:at] + body[at:end] * times + body[end:]


def directory(tag: int, kind: int, count: int, values: bytes) -> bytes:
    """An EXIF block of one tag. TIFF 6.0, section 2."""
    return b"II*\0" + struct.pack("<IHHHII", 8, 1, tag, kind, count, 26) + bytes(4) + values


rationals = directory(0x0112, 5, 3_000_000, b"\x01\0\0\0" * 6_000_000)
frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
screen = b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0x80, 0, 0) + bytes(6)


def in_segments(block: bytes) -> bytes:
    parts = [block[at : at + 65_000] for at in range(0, len(block), 65_000)]
    return jpeg()[:2] + b"".join(segment(0xE1, b"Exif\0\0" + part) for part in parts) + jpeg()[2:]


def avif_turned(count: int) -> bytes:
    """An AVIF whose EXIF has so many orientations; Pillow would not write that itself."""
    plain = directory(0x9999, 5, count, b"\x01\0\0\0" * 2 * count)
    body = encoded(Image.new("RGB", (16, 16)), "AVIF", exif=plain)
    return body.replace(plain[:12], directory(0x0112, 5, count, b"")[:12], 1)


refused = [
    ("a JPEG of 10,000 scans", scanned(jpeg((600, 600), progressive=True), 10_000), errors.TooLarge),
    ("a JPEG of 300 scans over 36 MP", scanned(jpeg((6000, 6000), progressive=True), 300), errors.TooLarge),
    ("a JPEG of six million segments", jpeg()[:2] + segment(0xE9) * 6_000_000 + jpeg()[2:], errors.Broken),
    ("a JPEG of nothing but filling", b"\xff\xd8\xff" + bytes(24_000_000), errors.Broken),
    ("a JPEG of 24 MB of EXIF", in_segments(rationals), errors.Broken),
    ("an AVIF of three million orientations", avif_turned(3_000_000), errors.Broken),
    ("a PNG of two million chunks", png(chunk(b"tIME") * 2_000_000), errors.Broken),
    ("a PNG of two million empty IDATs", png(after=chunk(b"IDAT") * 2_000_000), errors.Broken),
    ("a GIF of twelve million blocks before the first frame", screen + b"!\xfe" + b"\x01a" * 12_000_000, errors.Broken),
]


@pytest.mark.parametrize(("original", "error"), rows(refused))
def test_what_costs_time_without_pixels_is_refused(original, error):
    began = time.process_time()
    with pytest.raises(error):
        made(original, "w=8,f=jpg", decoders=(*four, "AVIF"))
    assert time.process_time() - began < limit_s


bounded = [
    ("a PNG of 24 MB of EXIF is upright", png(chunk(b"eXIf", rationals)), 1),
    ("a GIF of 1.6 million frames shows the first", screen + frame * 1_600_000 + b";", 1),
    ("a GIF whose second frame is twelve million blocks", screen + frame + frame[:-1] + b"\x01a" * 12_000_000, 1),
]


@pytest.mark.parametrize(("original", "frames"), rows(bounded))
def test_what_costs_time_beside_the_pixels_is_left_out(original, frames):
    began = time.process_time()
    assert made(original, "w=8,f=webp", decoders=four).frames == frames
    assert time.process_time() - began < limit_s


def test_frames_are_counted_up_to_a_hundred_thousand():
    said = imaging.describe(
        io.BytesIO(screen + frame * 130_000 + b";"), Limits(), decoders=four, etag="0" * 32, size_bytes=1
    )
    assert said.frames == 100_000


def test_what_encoders_write_is_decoded():
    assert made(jpeg((600, 600), progressive=True), "f=png").width == 600
    assert made(scanned(jpeg((600, 600), progressive=True), 90), "f=png").width == 600
    assert made(png(chunk(b"tEXt", b"a\0b") * 10_000), "f=png").width == 8
    assert gif.scan(screen + frame * 299 + b";", 300).frames[298].size == (1, 1)


def test_a_scan_marker_between_two_reads_is_counted():
    from variants.guarded import Guarded

    watched = Guarded(io.BytesIO(b"a\xff\xdab\xff\xda"))
    watched.scans_left = 1
    assert watched.read(2) == b"a\xff"
    assert watched.read(3) == b"\xdab\xff"
    with pytest.raises(errors.TooLarge, match="scans"):
        watched.read(1)


def test_a_large_exif_block_is_not_read():
    source = decode.open_source(io.BytesIO(png(chunk(b"eXIf", rationals))), Limits(), four)
    assert decode.exif_tags(source) == {}


@pytest.mark.parametrize(("pixels", "speed"), [(1_500_000, 7), (1_500_001, 8), (4_000_000, 8), (4_000_001, 9)])
def test_the_larger_an_avif_the_less_effort_so_that_noise_fits_the_deadline(pixels, speed):
    assert encode.avif_effort(pixels) == speed
