"""Where `g=smart` puts the window of `fit=cover`: over the most detailed region. No pixel but the picture's decides.

Detail is the strength of edges, and half of how far a colour is from the picture's mean (not saturation: the sky has
that, too), on a copy of at most 128 px a side. What lies in the middle of the window counts twice.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate

from PIL import Image, ImageChops, ImageFilter

from variants.geometry import Place
from variants.sizes import Size

small_side_px = 128
_halves = [value // 2 for value in range(256)]
# The window that beats the middle one has to hold so much more detail, so that flat pictures stay centred.
_gain_needed = Fraction(102, 100)


def place(small: Image.Image, window: Size) -> Place:
    """Where, from 0 to 1 of the free room, a window of that ratio lies best on a small RGB(A) copy of the source."""
    detail = _detail(small)
    scale = max(Fraction(window[0], small.width), Fraction(window[1], small.height))
    across, along = (Fraction(window[axis]) / (small.size[axis] * scale) for axis in (0, 1))
    return _best(_profile(detail, 0), across), _best(_profile(detail, 1), along)


def _detail(small: Image.Image) -> Image.Image:
    """How much there is to see, pixel by pixel; nothing where the copy is transparent."""
    opaque = small.convert("RGB")
    edges = opaque.convert("L").filter(ImageFilter.GaussianBlur(1)).filter(ImageFilter.FIND_EDGES)
    mean = opaque.resize((1, 1), Image.Resampling.BOX).resize(opaque.size, Image.Resampling.NEAREST)
    red, green, blue = ImageChops.difference(opaque, mean).split()
    both = ImageChops.add(edges, ImageChops.lighter(ImageChops.lighter(red, green), blue).point(_halves))
    both = ImageChops.multiply(both, small.getchannel("A")) if small.mode == "RGBA" else both
    # FIND_EDGES leaves the outermost pixels as they were.
    inner = Image.new("L", both.size)
    inner.paste(both.crop((1, 1, max(2, both.width - 1), max(2, both.height - 1))), (1, 1))
    return inner


def _profile(detail: Image.Image, axis: int) -> list[int]:
    """The sum of each column (axis 0) or row."""
    turned = detail if axis else detail.transpose(Image.Transpose.TRANSPOSE)
    rows, length = turned.tobytes(), turned.width
    return [sum(rows[start : start + length]) for start in range(0, len(rows), length)]


def _best(profile: list[int], part: Fraction) -> Fraction:
    """Where on the profile a window of that part of it holds the most; the middle, unless another is clearly better."""
    length = max(1, int(len(profile) * part))
    free = len(profile) - length
    if not free:
        return Fraction(1, 2)
    sums, quarter = [0, *accumulate(profile)], length // 4
    held = [
        sums[start + length] - sums[start] + sums[start + length - quarter] - sums[start + quarter]
        for start in range(free + 1)
    ]
    middle = free // 2
    best = max(range(free + 1), key=lambda start: (held[start], -abs(start - middle)))
    return Fraction(best, free) if held[best] > held[middle] * _gain_needed else Fraction(1, 2)
