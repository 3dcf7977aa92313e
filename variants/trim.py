"""What is left of a picture without its borders of one colour."""

from __future__ import annotations

from PIL import Image, ImageChops

from variants.geometry import Cut


def content_box(picture: Image.Image, tolerance_percent: int) -> Cut:
    """The box of what differs from the top left pixel by more than the tolerance; all of a picture of one colour.

    The channels count one by one, premultiplied, so that whatever is transparent is one colour.
    """
    seen = picture.convert("RGBA").convert("RGBa") if picture.mode in ("RGBA", "LA") else picture
    corner = seen.crop((0, 0, 1, 1)).resize(seen.size, Image.Resampling.NEAREST)
    most = 255 * tolerance_percent // 100
    bands = ImageChops.difference(seen, corner).split()
    furthest = bands[0]
    for band in bands[1:]:
        furthest = ImageChops.lighter(furthest, band)
    found = furthest.point([0] * (most + 1) + [255] * (255 - most)).getbbox()
    return found or (0, 0, *picture.size)
