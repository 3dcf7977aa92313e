"""Which part of the stored picture is seen, and how it is turned: orientation, trim, rect, rot, flip and crop folded
into one box and one turn, so that a single resize does it all.

A box is (left, top, right, bottom) in exact pixels, the origin at the top left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from PIL import Image

from variants import errors
from variants.grammar import Variant
from variants.sizes import Size, Sizes, sizes

Box = tuple[Fraction, Fraction, Fraction, Fraction]
Cut = tuple[int, int, int, int]
# Where in the free room the cover window, or the picture on its canvas, lies: 0 is left or top, 1 right or bottom.
Place = tuple[Fraction, Fraction]

_low, _middle, _high = Fraction(0), Fraction(1, 2), Fraction(1)
gravities: dict[str, Place] = {
    "centre": (_middle, _middle),
    "n": (_middle, _low),
    "ne": (_high, _low),
    "e": (_high, _middle),
    "se": (_high, _high),
    "s": (_middle, _high),
    "sw": (_low, _high),
    "w": (_low, _middle),
    "nw": (_low, _low),
    "smart": (_middle, _middle),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One of the eight: `quarters` clockwise, then, if `mirrored`, left and right change places."""

    quarters: int = 0
    mirrored: bool = False

    def then(self, later: Turn) -> Turn:
        """Both turns as one: what comes after a mirror turns the other way."""
        quarters = self.quarters + (-later.quarters if self.mirrored else later.quarters)
        return Turn(quarters=quarters % 4, mirrored=self.mirrored != later.mirrored)

    def inverse(self) -> Turn:
        """The turn that undoes this one: a mirrored one undoes itself."""
        return self if self.mirrored else Turn(quarters=-self.quarters % 4)

    def size(self, before: Size) -> Size:
        return before if self.quarters % 2 == 0 else (before[1], before[0])

    def undo(self, box: Box, before: Size) -> Box:
        """The box, in the picture as it was before the turn, of `before` px, that became `box`."""
        left, top, right, bottom = box
        if self.mirrored:
            width = self.size(before)[0]
            left, right = width - right, width - left
        for quarter in range(self.quarters, 0, -1):
            height = Turn(quarters=quarter - 1).size(before)[1]
            left, top, right, bottom = top, height - right, bottom, height - left
        return left, top, right, bottom

    def apply(self, picture: Image.Image) -> Image.Image:
        method = transpositions[self.quarters, self.mirrored]
        return picture if method is None else picture.transpose(method)


transpositions = {
    (0, False): None,
    (0, True): Image.Transpose.FLIP_LEFT_RIGHT,
    (1, False): Image.Transpose.ROTATE_270,  # Pillow counts against the clock
    (1, True): Image.Transpose.TRANSPOSE,
    (2, False): Image.Transpose.ROTATE_180,
    (2, True): Image.Transpose.FLIP_TOP_BOTTOM,
    (3, False): Image.Transpose.ROTATE_90,
    (3, True): Image.Transpose.TRANSVERSE,
}
# How each EXIF orientation is set upright. CIPA DC-008 (Exif 2.32), tag 274.
orientations = {
    1: Turn(),
    2: Turn(mirrored=True),
    3: Turn(quarters=2),
    4: Turn(quarters=2, mirrored=True),
    5: Turn(quarters=1, mirrored=True),
    6: Turn(quarters=1),
    7: Turn(quarters=3, mirrored=True),
    8: Turn(quarters=3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`box` of the stored picture is resized, turned by `turn`, is then `picture` px, and lies at `at` on `canvas`."""

    box: Box
    turn: Turn
    picture: Size
    canvas: Size
    at: tuple[int, int]

    @property
    def resized(self) -> Size:
        """The picture's size before it is turned."""
        return self.turn.size(self.picture)


def layout(
    stored: Size, orientation: int, variant: Variant, *, trimmed: Cut | None = None, place: Place | None = None
) -> Layout:
    """Where everything comes from and goes to. `trimmed` is what trim left of the upright picture; `place` overrides
    what `g` and `fp` say of the crop.

    Raises errors.BadOption where nothing is left of rect, or of the box within pad.
    """
    upright = orientations[orientation]
    cut = _cut(upright.size(stored), trimmed, variant.rect)
    turn = Turn(quarters=variant.rot // 90, mirrored=variant.flip)
    cut_size = (cut[2] - cut[0], cut[3] - cut[1])
    source = turn.size(cut_size)
    made = sizes(source, variant)
    window = _window(source, made.picture, variant, place)
    left, top, right, bottom = turn.undo(window, cut_size)
    box = upright.undo((left + cut[0], top + cut[1], right + cut[0], bottom + cut[1]), stored)
    at = _position(made, variant)
    return Layout(box=box, turn=upright.then(turn), picture=made.picture, canvas=made.canvas, at=at)


def whole(stored: Size, orientation: int, variant: Variant, side_px: int, *, trimmed: Cut | None = None) -> Layout:
    """A small copy of all that the crop may choose from: after trim, rect, rot and flip, inside a square."""
    square = replace(variant, w=side_px, h=side_px, fit="contain", up=False, pad=0)
    return layout(stored, orientation, square, trimmed=trimmed)


def _cut(upright: Size, trimmed: Cut | None, rect: Cut | None) -> Cut:
    """What trim and rect leave; rect counts from the trimmed picture's corner and is clamped to it."""
    left, top, right, bottom = trimmed or (0, 0, *upright)
    if rect is None:
        return left, top, right, bottom
    x, y, w, h = rect
    cut = (left + x, top + y, min(right, left + x + w), min(bottom, top + y + h))
    if cut[0] >= cut[2] or cut[1] >= cut[3]:
        raise errors.BadOption(
            f"Expected a rect that meets the picture of {right - left}x{bottom - top} px, received {x},{y},{w},{h}."
        )
    return cut


def _window(source: Size, picture: Size, variant: Variant, place: Place | None) -> Box:
    """What `cover` keeps of the turned picture, in the output's exact ratio; all of it with any other fit."""
    if variant.fit != "cover" or variant.w is None or variant.h is None:
        return _low, _low, Fraction(source[0]), Fraction(source[1])
    scale = max(Fraction(picture[0], source[0]), Fraction(picture[1], source[1]))
    starts, lengths = [], []
    for axis in (0, 1):
        length = picture[axis] / scale
        start = _start(source[axis], length, axis, variant, place)
        lengths.append(length)
        starts.append(Fraction(int(start)) if scale == 1 else start)  # at its own size a pixel stays a pixel
    return starts[0], starts[1], starts[0] + lengths[0], starts[1] + lengths[1]


def _start(side: int, length: Fraction, axis: int, variant: Variant, place: Place | None) -> Fraction:
    free = side - length
    if place is None and variant.fp != (50, 50):
        return max(_low, min(free, Fraction(side * variant.fp[axis], 100) - length / 2))
    return free * (place or gravities[variant.g])[axis]


def _position(made: Sizes, variant: Variant) -> tuple[int, int]:
    """Where the picture's corner lies on the canvas: `g` counts within the border."""
    place = gravities[variant.g] if variant.fit == "pad" else gravities["centre"]
    free = [made.canvas[axis] - made.picture[axis] - 2 * made.border for axis in (0, 1)]
    return made.border + int(free[0] * place[0]), made.border + int(free[1] * place[1])
