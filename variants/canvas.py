"""What lies around and behind the picture: the canvas of `fit=pad` and `pad`, the rounded corners, the background."""

from __future__ import annotations

from math import isqrt

from PIL import Image, ImageChops, ImageFilter

from variants.geometry import Layout
from variants.sizes import Size

# How far `bg=blur` blurs: sigma in parts of the canvas's longer side.
_blur_part = 24
# Rows and columns of a pixel that are counted for the coverage of a rounded corner.
_subrows, _units = 4, 64


def lay(picture: Image.Image, plan: Layout, background: str, *, keeps_alpha: bool) -> Image.Image:
    """The picture on its canvas, `background` around it; the picture's own transparency stays."""
    if plan.canvas == picture.size:
        return picture
    canvas = fill(picture, plan.canvas, background, keeps_alpha=keeps_alpha)
    if picture.mode == "RGBA" or canvas.mode == "RGBA":
        canvas, picture = canvas.convert("RGBA"), picture.convert("RGBA")
    canvas.paste(picture, plan.at)
    return canvas


def fill(picture: Image.Image, size: Size, background: str, *, keeps_alpha: bool) -> Image.Image:
    """A background of that size: a colour, `auto` (the mean of the picture's border) or `blur` (the picture itself)."""
    if background == "blur":
        return _blurred_cover(picture, size)
    colour = border_mean(picture) if background == "auto" else bytes.fromhex(background)
    if len(colour) == 4 and keeps_alpha:
        return Image.new("RGBA", size, tuple(colour))
    return Image.new("RGB", size, tuple(colour[:3]))


def behind(picture: Image.Image, background: str) -> Image.Image:
    """The picture without alpha: `background` is seen through what was transparent."""
    if picture.mode != "RGBA":
        return picture
    flat = fill(picture, picture.size, background, keeps_alpha=False)
    flat.paste(picture, mask=picture.getchannel("A"))
    return flat


def border_mean(picture: Image.Image) -> bytes:
    """The mean colour of the outermost pixels, weighted by their alpha; white where all of them are transparent."""
    wide, high = picture.size
    edges = [(0, 0, wide, 1), (0, high - 1, wide, high), (0, 0, 1, high), (wide - 1, 0, wide, high)]
    ring = Image.new("RGBA", (2 * (wide + high), 1))
    at = 0
    for edge in edges:
        strip = picture.crop(edge).convert("RGBA")
        strip = strip if strip.height == 1 else strip.transpose(Image.Transpose.ROTATE_90)
        ring.paste(strip, (at, 0))
        at += strip.width
    red, green, blue, alpha = ring.resize((1, 1), Image.Resampling.BOX).tobytes()
    return bytes((red, green, blue)) if alpha else b"\xff\xff\xff"


def _blurred_cover(picture: Image.Image, size: Size) -> Image.Image:
    """The picture enlarged over all of `size`, centred, and blurred; worked out small, since nothing fine remains."""
    small = (max(1, min(size[0], 256 * size[0] // max(size))), max(1, min(size[1], 256 * size[1] // max(size))))
    scale = max(small[0] / picture.width, small[1] / picture.height)
    wide, high = small[0] / scale, small[1] / scale
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    box = (max(0.0, left), max(0.0, top), min(picture.width, left + wide), min(picture.height, top + high))
    cover = behind(picture, "auto").resize(small, Image.Resampling.BICUBIC, box, reducing_gap=1.5)
    cover = cover.filter(ImageFilter.GaussianBlur(max(small) / _blur_part))
    return cover.resize(size, Image.Resampling.BICUBIC)


def round_corners(picture: Image.Image, radius: int | str) -> Image.Image:
    """The picture with corners of that radius in px, or of the largest one (`max`), transparent outside of them."""
    largest = min(picture.size) // 2
    reach = largest if radius == "max" else min(int(radius), largest)
    if not reach:
        return picture
    corner = Image.frombytes("L", (reach, reach), corner_mask(reach))
    mask = Image.new("L", picture.size, 255)
    right, bottom = picture.width - reach, picture.height - reach
    mask.paste(corner, (0, 0))
    mask.paste(corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (right, 0))
    mask.paste(corner.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, bottom))
    mask.paste(corner.transpose(Image.Transpose.ROTATE_180), (right, bottom))
    picture = picture.convert("RGBA")
    picture.putalpha(ImageChops.multiply(picture.getchannel("A"), mask))
    return picture


def corner_mask(radius: int) -> bytes:
    """The top left quarter of a disc, `radius` px wide: each byte is how much of its pixel the disc covers."""
    rows = bytearray()
    scale = 2 * _subrows * _units  # a length's unit, so that the middle of a sub-row is a whole number
    for row in range(radius):
        starts = []
        for sub in range(_subrows):
            rise = radius * scale - (row * scale + (2 * sub + 1) * _units)
            starts.append(radius * scale - isqrt((radius * scale) ** 2 - rise**2))
        rows += _covered(starts, radius, scale)
    return bytes(rows)


def _covered(starts: list[int], radius: int, scale: int) -> bytes:
    """One row of coverage, where each of its sub-rows is covered from its start on."""
    first, last = min(starts) // scale, min(max(starts) // scale + 1, radius)
    edge = (sum(min(scale, max(0, (x + 1) * scale - start)) for start in starts) for x in range(first, last))
    whole = scale * len(starts)
    return bytes(first) + bytes((255 * part + whole // 2) // whole for part in edge) + b"\xff" * (radius - last)
