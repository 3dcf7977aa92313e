"""What the stand-ins draw: an identicon, squares of a text, a painting of colours; the same for the same words."""

from __future__ import annotations

import hashlib
import io

from PIL import Image, ImageDraw

cells = 5


def identicon(seed: str, side_px: int) -> bytes:
    """A PNG of five by five cells, mirrored, in one colour of the seed's."""
    digest = hashlib.sha256(seed.encode()).digest()
    colour = (64 + digest[0] // 2, 64 + digest[1] // 2, 64 + digest[2] // 2)
    small = Image.new("RGB", (cells, cells), (244, 244, 246))
    for number in range(15):
        if digest[3 + number] % 2:
            column, row = divmod(number, cells)
            for x in {column, cells - 1 - column}:
                small.putpixel((x, row), colour)
    return _png(small.resize((side_px, side_px), Image.Resampling.NEAREST))


def squares(text: str, side_px: int) -> bytes:
    """A PNG that looks like a QR code, with its three corner marks; it holds no text that a reader could read."""
    modules = 29
    bits = int.from_bytes(hashlib.shake_256(text.encode()).digest(modules * modules // 8 + 1), "big")
    small = Image.new("1", (modules, modules), 1)
    small.putdata([bits >> at & 1 for at in range(modules * modules)])
    pen = ImageDraw.Draw(small)
    for x, y in ((0, 0), (modules - 7, 0), (0, modules - 7)):
        pen.rectangle((x - 1, y - 1, x + 7, y + 7), fill=1)
        pen.rectangle((x, y, x + 6, y + 6), fill=0)
        pen.rectangle((x + 1, y + 1, x + 5, y + 5), fill=1)
        pen.rectangle((x + 2, y + 2, x + 4, y + 4), fill=0)
    return _png(small.resize((side_px, side_px), Image.Resampling.NEAREST))


def painting(prompt: str, side_px: int) -> bytes:
    """A PNG of soft colours that the prompt's words choose, with the prompt on it."""
    digest = hashlib.sha256(prompt.encode()).digest()
    tiny = Image.new("RGB", (3, 3))
    tiny.putdata([(digest[at], digest[at + 9], digest[at + 18]) for at in range(9)])
    picture = tiny.resize((side_px, side_px), Image.Resampling.BICUBIC)
    plain = prompt.encode("latin-1", "replace").decode("latin-1")
    ImageDraw.Draw(picture).text((side_px // 20, side_px - side_px // 10), plain[:80], fill=(255, 255, 255))
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()
