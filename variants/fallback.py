"""The picture that stands in for one that cannot be made: its status, and nothing that could be taken for content."""

from __future__ import annotations

from fractions import Fraction

from PIL import Image, ImageDraw, ImageFont

from variants.encode import Finished, choose_format, content_types, encode
from variants.grammar import Variant
from variants.rendered import Rendered
from variants.sizes import Size, half_up

default_size = (480, 360)
max_side_px = 1200
_ground, _line, _text = (236, 238, 241), (203, 208, 214), (110, 118, 129)


def draw(status: int, code: str, variant: Variant | None = None) -> Rendered:
    """The picture for a status and its code, in the variant's box and format where they are known, at most 1200 px a
    side."""
    variant = variant or Variant()
    size = _size(variant)
    finished = Finished(frames=(_card(size, str(status), code),))
    form = "jpg" if variant.f == "json" else choose_format(variant.f, finished)
    return Rendered(
        body=encode(finished, form, 80),
        content_type=content_types[form],
        width=size[0],
        height=size[1],
        format=form,
        quality=None if form in ("png", "gif") else 80,
    )


def _size(variant: Variant) -> Size:
    """The box; a side that is not given follows from 4:3."""
    wide = variant.w or (None if variant.h is None else half_up(Fraction(4 * variant.h, 3))) or default_size[0]
    high = variant.h or half_up(Fraction(3 * wide, 4))
    scale = min(Fraction(1), Fraction(max_side_px, max(wide, high)))
    return half_up(wide * scale), half_up(high * scale)


def _card(size: Size, status: str, code: str) -> Image.Image:
    card = Image.new("RGB", size, _ground)
    if min(size) < 24:
        return card
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=_line, width=max(1, min(size) // 100))
    _write(card, status, Fraction(1, 2), Fraction(2, 5))
    if min(size) >= 96:
        _write(card, code, Fraction(1, 3), Fraction(3, 4))
    return card


def _write(card: Image.Image, text: str, width_part: Fraction, middle: Fraction) -> None:
    """The text, that part of the card wide at the most, its middle that far down. Pillow's built-in bitmap font."""
    font = ImageFont.load_default_imagefont()
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text))
    letters = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(letters).text((-left, -top), text, fill=255, font=font)
    scale = min(card.width * width_part / letters.width, card.height * Fraction(1, 4) / letters.height)
    whole = max(1, int(scale))
    mask = letters.resize((letters.width * whole, letters.height * whole), Image.Resampling.NEAREST)
    at = ((card.width - mask.width) // 2, half_up(card.height * middle) - mask.height // 2)
    card.paste(_text, (at[0], at[1], at[0] + mask.width, at[1] + mask.height), mask)
