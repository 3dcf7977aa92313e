"""The stored pixels in one step to the size that is wanted: the box is cut, resized, and then turned.

The measured recipe: a JPEG is decoded small, its fractional box kept; turn and colour come after the resize.
Resizing is not done in linear light, as in browsers and other image services; with alpha it is premultiplied.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from PIL import Image

from variants.decode import Source
from variants.geometry import Box, Layout
from variants.sizes import Size

# "Balanced" for JPEG: decoded to at least this many times the target, LANCZOS where little is left to shrink, else
# BICUBIC. Over 40 pairs of picture and width at sharp's quality and bytes, 1.1 times its time. Measured, Pillow 13.
draft_gap = Fraction(11, 10)
lanczos_below = Fraction(3, 2)
# Other formats cannot be decoded smaller: a box filter first, then BICUBIC over at least this ratio.
reducing_gap = 1.5


def draft(source: Source, plan: Layout) -> Fraction:
    """How many times smaller a JPEG is going to be decoded, so that the box is still `draft_gap` times its target."""
    if source.format != "JPEG":
        return Fraction(1)
    left, top, right, bottom = plan.box
    wide = source.size[0] * draft_gap * plan.resized[0] / (right - left)
    high = source.size[1] * draft_gap * plan.resized[1] / (bottom - top)
    drafted = source.picture.draft(None, (ceil(wide), ceil(high)))
    return Fraction(1) if drafted is None else source.size[0] / Fraction(drafted[1][2])


def cut_and_resize(picture: Image.Image, plan: Layout, shrunk: Fraction) -> Image.Image:
    """The plan's box of the picture, which was decoded `shrunk` times smaller, resized and turned."""
    left, top, right, bottom = plan.box
    box = (left / shrunk, top / shrunk, right / shrunk, bottom / shrunk)
    return plan.turn.apply(_resized(picture, plan.resized, box))


def _resized(picture: Image.Image, size: Size, box: Box) -> Image.Image:
    left, top, right, bottom = box
    if right - left == size[0] and bottom - top == size[1] and left.denominator == top.denominator == 1:
        return picture.crop((int(left), int(top), int(right), int(bottom)))
    edges = (float(left), float(top), min(float(right), picture.width), min(float(bottom), picture.height))
    residual = max((right - left) / size[0], (bottom - top) / size[1])
    if residual < lanczos_below:
        return picture.resize(size, Image.Resampling.LANCZOS, edges)
    return picture.resize(size, Image.Resampling.BICUBIC, edges, reducing_gap)
