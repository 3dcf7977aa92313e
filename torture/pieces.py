"""Files made by hand, part by part, so that their headers can lie."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageDraw

Size = tuple[int, int]
pillow_extras = {"AVIF": {"speed": 10}}


def encoded(picture: Image.Image, form: str, **settings: object) -> bytes:
    """The picture as Pillow writes it."""
    buffer = io.BytesIO()
    picture.save(buffer, form, **{**pillow_extras.get(form, {}), **settings})
    return buffer.getvalue()


def scene(size: Size = (96, 64), shift: int = 0) -> Image.Image:
    """A picture in which every part looks different; `shift` makes another one."""
    picture = Image.linear_gradient("L").resize(size)
    found = Image.merge("RGB", (picture, picture.rotate(180), picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    pen = ImageDraw.Draw(found)
    pen.ellipse((size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2), fill=(255 - shift % 200, 40, shift % 256))
    pen.rectangle((size[0] // 2, 4, size[0] - 9, size[1] // 3), fill=(shift * 7 % 256, 160, 60))
    return found


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    """A PNG chunk. PNG specification (third edition), 5.3."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def lines(size: Size, *, channels: int = 3, bits: int = 8) -> bytes:
    """The compressed pixels of a black PNG, whatever its size, made in little memory."""
    one = bytes(1 + (size[0] * channels * bits + 7) // 8)
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(one) for _ in range(size[1])) + packer.flush()


def png(
    size: Size, *between: bytes, colour: int = 2, bits: int = 8, image: bytes | None = None, after: bytes = b""
) -> bytes:
    """A PNG whose header says that size; its pixels, unless given, are black and all there."""
    header = struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, 0)
    pixels = lines(size) if image is None else image
    body = chunk(b"IHDR", header) + b"".join(between) + chunk(b"IDAT", pixels) + after
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND")


def segment(marker: int, content: bytes = b"") -> bytes:
    """A JPEG segment. ITU T.81, B.1.1.4."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(body: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments after its first marker."""
    return body[:2] + b"".join(segments) + body[2:]


def scanned(body: bytes, times: int) -> bytes:
    """A progressive JPEG whose last scan comes so many times."""
    at, end = body.rindex(b"\xff\xda"), body.rindex(b"\xff\xd9")
    return body[:at] + body[at:end] * times + body[end:]


def resized_jpeg(body: bytes, size: Size) -> bytes:
    """A JPEG whose frame header says another size. ITU T.81, B.2.2."""
    at = next(body.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in body) + 5
    return body[:at] + struct.pack(">HH", size[1], size[0]) + body[at + 4 :]


def gif_screen(size: Size) -> bytes:
    """A GIF's header with a palette of two colours. GIF89a, 18."""
    return b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"


def gif_frame(size: Size = (1, 1), corner: Size = (0, 0), pixels: bytes = b"\x02\x44\x01\x00") -> bytes:
    """A frame of one pixel that says that size."""
    return b"," + struct.pack("<HHHHB", *corner, *size, 0) + b"\x02" + pixels


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP container. RFC 9649, 2.3."""
    body = b"WEBP"
    for kind, content in chunks:
        body += kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_canvas(size: Size, flags: int = 0) -> tuple[bytes, bytes]:
    """The VP8X chunk of a WebP of that canvas."""
    return b"VP8X", bytes((flags, 0, 0, 0)) + (size[0] - 1).to_bytes(3, "little") + (size[1] - 1).to_bytes(3, "little")


def directory(*tags: tuple[int, int, int], values: bytes = b"", next_at: int = 0) -> bytes:
    """A TIFF of one directory; each tag's values (tag, type, count) begin where `values` do. TIFF 6.0, section 2."""
    start = 8 + 2 + 12 * len(tags) + 4
    rows = b"".join(struct.pack("<HHII", *tag, start) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + rows + struct.pack("<I", next_at) + values
