"""`f=json`: what an original is, for pages that want to lay it out before it is there."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import BinaryIO

from PIL import Image

from variants import animation, colour, decode, geometry, resample, thumbhash
from variants.decode import Source
from variants.encode import Finished, content_types, encode
from variants.grammar import Variant
from variants.rendered import Rendered
from variants.settings import Limits

formats = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif", "TIFF": "tiff"}
# The placeholder's longer side and quality: some 100 to 300 bytes, with alpha up to 800.
placeholder_side_px, placeholder_quality = 24, 40
version_digits = 8


def describe(original: BinaryIO, limits: Limits, *, decoders: tuple[str, ...], etag: str, size_bytes: int) -> Rendered:
    """The description of an original, as JSON. `etag` is S3's, with or without its quotes.

    Raises errors.Unsupported, errors.Broken, errors.TooManyPixels.
    """
    source = decode.open_source(original, limits, decoders)
    upright = decode.orientation(source)
    width, height = geometry.orientations[upright].size(source.size)
    frames = animation.stored_frames(source)
    small = _small(source, upright, limits)
    bare_etag = etag.strip('"')
    said = {
        "width": width,
        "height": height,
        "format": formats[source.format],
        "bytes": size_bytes,
        "frames": frames,
        "color": dominant_colour(small),
        "etag": bare_etag,
        "v": bare_etag[:version_digits],
        "thumbhash": base64.b64encode(thumbhash.encode(*small.size, small.convert("RGBA").tobytes())).decode(),
        "placeholder": _placeholder(small),
    }
    body = json.dumps(said, separators=(",", ":")).encode()
    return Rendered(
        body=body, content_type=content_types["json"], width=width, height=height, format="json", frames=frames
    )


def _small(source: Source, upright: int, limits: Limits) -> Image.Image:
    """The upright picture in sRGB, at most 100 px a side; an animation's first frame."""
    variant = Variant(w=thumbhash.max_side_px, h=thumbhash.max_side_px, f="png")
    plan = geometry.layout(source.size, upright, variant)
    film = animation.film(source, variant, plan.canvas, limits)
    shrunk = resample.draft(source, plan)
    picture, _ = next(film.shots)
    small = resample.cut_and_resize(colour.resizable(picture), plan, shrunk, source.format)
    return colour.bare(colour.to_srgb(small, source.picture.info.get("icc_profile")))


def dominant_colour(picture: Image.Image) -> str:
    """The most frequent colour as six hex digits: the mean of the fullest of 4,096 cells of the colour cube."""
    rgba = picture.convert("RGBA").tobytes()
    seen = [rgba[at : at + 3] for at in range(0, len(rgba), 4) if rgba[at + 3] >= 128]
    if not seen:
        return "ffffff"
    counted = Counter((pixel[0] >> 4, pixel[1] >> 4, pixel[2] >> 4) for pixel in seen)
    cell = min(counted, key=lambda each: (-counted[each], each))
    members = [pixel for pixel in seen if (pixel[0] >> 4, pixel[1] >> 4, pixel[2] >> 4) == cell]
    mean = bytes((2 * sum(pixel[band] for pixel in members) + len(members)) // (2 * len(members)) for band in range(3))
    return mean.hex()


def _placeholder(picture: Image.Image) -> str:
    """A tiny WebP as a data URI."""
    tiny = picture.copy()
    tiny.thumbnail((placeholder_side_px, placeholder_side_px), Image.Resampling.BICUBIC)
    body = encode(Finished(frames=(tiny,)), "webp", placeholder_quality)
    return f"data:image/webp;base64,{base64.b64encode(body).decode()}"
