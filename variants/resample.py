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

# A JPEG is decoded no smaller than its target; with 1.1 times of it, sharp's quality is passed at a tenth more time.
# The filters that give sharp's quality (ssimulacra2 within 1) at the same bytes in the least time, by what is left to
# shrink. docs/decisions/performance.md has the figures; Pillow 13.
cheap_from = Fraction(27, 20)
cheap_below = Fraction(11, 5)
# What cannot be decoded smaller is averaged first, down to this many times its target.
reducing_gap = 1.5
# A lossless original, or one that is cheap to decode, shows a cheap filter; a JPEG's and a film's frames do not.
precise = frozenset({"PNG", "AVIF", "TIFF"})


def draft(source: Source, plan: Layout) -> Fraction:
    """How many times smaller a JPEG is going to be decoded, so that the box is not smaller than its target."""
    if source.format != "JPEG":
        return Fraction(1)
    left, top, right, bottom = plan.box
    wide = source.size[0] * plan.resized[0] / (right - left)
    high = source.size[1] * plan.resized[1] / (bottom - top)
    drafted = source.picture.draft(None, (ceil(wide), ceil(high)))
    return Fraction(1) if drafted is None else source.size[0] / Fraction(drafted[1][2])


def cut_and_resize(
    picture: Image.Image, plan: Layout, shrunk: Fraction, kind: str, *, is_quick: bool = True
) -> Image.Image:
    """The plan's box of the picture, which was decoded `shrunk` times smaller from `kind`, resized and turned.

    `is_quick`: what follows takes so little time that the filter's is felt.
    """
    left, top, right, bottom = plan.box
    box = (left / shrunk, top / shrunk, right / shrunk, bottom / shrunk)
    return plan.turn.apply(_resized(picture, plan.resized, box, kind, is_quick))


def _resized(picture: Image.Image, size: Size, box: Box, kind: str, is_quick: bool) -> Image.Image:
    left, top, right, bottom = box
    if right - left == size[0] and bottom - top == size[1] and left.denominator == top.denominator == 1:
        return picture.crop((int(left), int(top), int(right), int(bottom)))
    edges = (float(left), float(top), min(float(right), picture.width), min(float(bottom), picture.height))
    filtered = _filter(max((right - left) / size[0], (bottom - top) / size[1]), kind, is_quick)
    if picture.mode != "RGBA":
        return picture.resize(size, filtered, edges, reducing_gap)
    # As Pillow does it, which would forget the gap. Premultiplied, so that what is transparent has no colour.
    return picture.convert("RGBa").resize(size, filtered, edges, reducing_gap).convert("RGBA")


def _filter(residual: Fraction, kind: str, is_quick: bool) -> Image.Resampling:
    """The cheapest filter that is good enough where the picture is to become so many times smaller."""
    if kind in precise:
        return Image.Resampling.LANCZOS
    if residual < cheap_from and not is_quick:
        return Image.Resampling.LANCZOS
    if cheap_from <= residual < cheap_below and is_quick:
        return Image.Resampling.HAMMING
    return Image.Resampling.LANCZOS if residual >= cheap_below and kind == "JPEG" else Image.Resampling.BICUBIC
