"""A watermark over the picture: its size and place follow the picture that it lies on."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction

from PIL import Image

from variants import colour, errors
from variants.decode import open_source, plugins, reading
from variants.geometry import gravities
from variants.settings import Limits, Watermark
from variants.sizes import half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A watermark's own picture, RGBA in sRGB, and how it is registered."""

    picture: Image.Image
    registered: Watermark


def open_mark(watermark: tuple[bytes, Watermark] | None, name: str | None, limits: Limits) -> Mark | None:
    """The mark, decoded, where the variant names one.

    Raises errors.BadOption where it names one and there is none: no query takes a watermark away; errors.Internal where
    it cannot be read, which is the stack's fault and not the original's.
    """
    if name is None:
        return None
    if watermark is None:
        raise errors.BadOption(f"Expected a watermark of this stack for wm, received {name!r}.")
    try:
        source = open_source(io.BytesIO(watermark[0]), limits, tuple(plugins))
        with reading("The watermark"):
            source.picture.load()
    except errors.Refused as error:
        key = watermark[1].key
        raise errors.Internal(
            f"Expected a picture for watermark {name} at {key}, found what cannot be read."
        ) from error
    profile = source.picture.info.get("icc_profile")
    picture = colour.to_srgb(colour.resizable(source.picture), profile).convert("RGBA")
    return Mark(picture=picture, registered=watermark[1])


def lay_mark(picture: Image.Image, mark: Mark | None) -> Image.Image:
    """The picture under the mark, which is `scale_percent` of its width, and never higher than it."""
    if mark is None:
        return picture
    registered, own = mark.registered, mark.picture
    wide = Fraction(picture.width * registered.scale_percent, 100)
    scale = min(wide / own.width, Fraction(picture.height, own.height))
    size = (half_up(own.width * scale), half_up(own.height * scale))
    fitted = own.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.5)
    fitted.putalpha(fitted.getchannel("A").point([value * registered.opacity_percent // 100 for value in range(256)]))
    sheet = Image.new("RGBA", picture.size)
    for corner in _corners(picture.size, size, registered):
        sheet.paste(fitted, corner)
    if picture.mode == "RGBA":
        return Image.alpha_composite(picture, sheet)
    marked = picture.copy()
    marked.paste(sheet, mask=sheet.getchannel("A"))
    return marked


def _corners(room: tuple[int, int], size: tuple[int, int], registered: Watermark) -> list[tuple[int, int]]:
    if registered.tile:
        return [(x, y) for y in range(0, room[1], size[1]) for x in range(0, room[0], size[0])]
    across, along = gravities[registered.position]
    return [(int((room[0] - size[0]) * across), int((room[1] - size[1]) * along))]
