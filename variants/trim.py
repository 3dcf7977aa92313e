"""What is left of a picture without its borders of one colour."""

from __future__ import annotations

from fractions import Fraction

from PIL import Image

from variants.geometry import Box, Cut, orientations

_first_pixel = (Fraction(0), Fraction(0), Fraction(1), Fraction(1))


def content_box(picture: Image.Image, orientation: int, tolerance_percent: int) -> Cut:
    """The box, upright, of what differs from the upright picture's top left pixel by more than the tolerance; all of
    a picture of one colour. The channels count one by one, premultiplied, so that whatever is transparent is alike.
    """
    upright = orientations[orientation]
    size = upright.size(picture.size)
    seen = picture.convert("RGBA").convert("RGBa") if picture.mode in ("RGBA", "LA") else picture
    corner = _whole(upright.undo(_first_pixel, picture.size))
    first = seen.crop(corner).tobytes()
    most = 255 * tolerance_percent // 100
    box = _union([_beyond(seen.getchannel(band), value, most) for band, value in enumerate(first)])
    return (0, 0, *size) if box is None else _whole(upright.inverse().undo(box, size))


def _beyond(band: Image.Image, value: int, most: int) -> Cut | None:
    """The box of what is further than `most` from the value."""
    return band.point([255 * (abs(each - value) > most) for each in range(256)]).getbbox()


def _union(boxes: list[Cut | None]) -> Box | None:
    found = [box for box in boxes if box is not None]
    if not found:
        return None
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return Fraction(min(lefts)), Fraction(min(tops)), Fraction(max(rights)), Fraction(max(bottoms))


def _whole(box: Box) -> Cut:
    left, top, right, bottom = (int(edge) for edge in box)
    return left, top, right, bottom
