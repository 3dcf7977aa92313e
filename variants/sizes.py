"""How large the picture and the output become: url-contract, "Sizes", as exact fractions.

Each side is rounded half up, once, and is at least 1 px. Nothing here looks at a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from variants import errors
from variants.grammar import Variant

Size = tuple[int, int]
# The largest side of an output. url-contract, "Sizes".
max_side_px = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """`picture` is what the resize makes, `canvas` the output: the same, but for `fit=pad` and `pad`.

    `border` is the width that `pad` has in the output.
    """

    picture: Size
    canvas: Size
    border: int


def sizes(source: Size, variant: Variant) -> Sizes:
    """The sizes of a variant of a picture that is `source` large after trim, rect and rot.

    Raises errors.BadOption where `pad` leaves nothing of the box.
    """
    room_w, room_h = _room(variant.w, variant.pad), _room(variant.h, variant.pad)
    if room_w is None or room_h is None or variant.fit == "contain":
        return _bounded(source, _growth(source, (room_w, room_h), variant), variant.pad)
    picture, canvas = _boxed(source, (room_w, room_h), variant)
    return _bordered(picture, canvas, variant.pad)


def _room(side: int | None, pad: int) -> int | None:
    """What `pad` leaves of a side of the box."""
    if side is not None and side <= 2 * pad:
        raise errors.BadOption(f"Expected a box with room within pad, received a side of {side} and pad {pad}.")
    return None if side is None else side - 2 * pad


def _growth(source: Size, room: tuple[int | None, int | None], variant: Variant) -> Fraction:
    """How much the picture grows inside what there is of a box; its own size is 1."""
    scales = [Fraction(side, own) for side, own in zip(room, source, strict=True) if side is not None]
    if not variant.up or not scales:
        scales.append(Fraction(1))
    return min(scales)


def _bounded(source: Size, growth: Fraction, pad: int) -> Sizes:
    """The picture in its border. An output that would pass the bound is shrunk in its own ratio, border and all."""
    outputs = [own * growth + 2 * pad for own in source]
    longest = max(*outputs, Fraction(max_side_px))
    if longest == max_side_px:
        picture = _scaled(source, growth)
        return _bordered(picture, picture, pad)
    shrink = max_side_px / longest
    border = half_up(pad * shrink) if pad else 0
    wide, high = (max(1, half_up(side * shrink) - 2 * border) for side in outputs)
    return _bordered((wide, high), (wide, high), border)


def _bordered(picture: Size, inner: Size, border: int) -> Sizes:
    return Sizes(picture=picture, canvas=(inner[0] + 2 * border, inner[1] + 2 * border), border=border)


def _boxed(source: Size, room: Size, variant: Variant) -> tuple[Size, Size]:
    """The picture and its box, which shrinks in its own ratio where `up=0` forbids to enlarge."""
    growth = [Fraction(side, own) for side, own in zip(room, source, strict=True)]
    scale = min(growth) if variant.fit == "pad" else max(growth)
    shrink = Fraction(1) if variant.up else 1 / max(Fraction(1), scale)
    box = _scaled(room, shrink)
    return (_scaled(source, scale * shrink) if variant.fit == "pad" else box), box


def _scaled(size: Size, scale: Fraction) -> Size:
    return half_up(size[0] * scale), half_up(size[1] * scale)


def half_up(length: Fraction) -> int:
    """Whole pixels of a length: rounded half up, at least 1."""
    return max(1, (2 * length.numerator + length.denominator) // (2 * length.denominator))
