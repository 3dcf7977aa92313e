"""What pixels become: an original and a variant in, encoded bytes out. Pure: no network, environment or clock.

The order of work (url-contract, "Order of work") stands in `_work`, and only there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO

from PIL import Image

from variants import adjust, canvas, colour, decode, geometry, resample
from variants.decode import Source
from variants.encode import Finished, choose_format, content_types, encode
from variants.geometry import Layout
from variants.grammar import Variant
from variants.settings import Limits, Watermark

# A block that is timed under a stage's name: decode, operations, encode.
Measure = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An encoded picture. `reduced` where it is less than was asked for; `quality` is the one that was used."""

    body: bytes
    content_type: str
    width: int
    height: int
    format: str
    frames: int = 1
    reduced: bool = False
    quality: int | None = None
    timings: Mapping[str, float] = field(default_factory=dict)


def unmeasured(_stage: str) -> AbstractContextManager[object]:
    return nullcontext()


def render(
    original: BinaryIO,
    variant: Variant,
    limits: Limits,
    *,
    decoders: tuple[str, ...],
    watermark: tuple[bytes, Watermark] | None = None,
    measure: Measure = unmeasured,
) -> Rendered:
    """The picture that `variant` asks for.

    Raises errors.Unsupported, errors.Broken, errors.TooLarge, errors.TooManyPixels, errors.BadOption.
    """
    finished = _finish(original, variant, limits, decoders, watermark, measure)
    with measure("encode"):
        form = choose_format(variant.f, finished)
        quality = 80 if variant.q == "auto" else int(variant.q)
        return _rendered(finished, form, quality, encode(finished, form, quality))


def _rendered(finished: Finished, form: str, quality: int, body: bytes) -> Rendered:
    return Rendered(
        body=body,
        content_type=content_types[form],
        width=finished.size[0],
        height=finished.size[1],
        format=form,
        frames=len(finished.frames),
        reduced=finished.reduced,
        quality=None if form in ("png", "gif") else quality,
    )


def _finish(
    original: BinaryIO,
    variant: Variant,
    limits: Limits,
    decoders: tuple[str, ...],
    watermark: tuple[bytes, Watermark] | None,
    measure: Measure,
) -> Finished:
    source = decode.open_source(original, limits, decoders)
    with measure("decode"), decode.reading("The original"):
        plan = geometry.layout(source.size, decode.orientation(source), variant, trimmed=None, place=None)
        shrunk = resample.draft(source, plan)
        source.picture.load()
    with measure("operations"):
        return Finished(frames=(_work(source, plan, shrunk, variant),))


def _work(source: Source, plan: Layout, shrunk: Fraction, variant: Variant) -> Image.Image:
    """One frame, finished."""
    keeps_alpha = variant.f != "jpg"
    picture = colour.resizable(source.picture)
    picture = resample.cut_and_resize(picture, plan, shrunk, drafted=source.format == "JPEG")
    picture = colour.to_srgb(picture, source.picture.info.get("icc_profile"))
    picture = adjust.blur(picture, variant.blur)
    picture = adjust.sharpen(picture, variant.sharp)
    picture = adjust.brighten(picture, variant.bri)
    picture = adjust.contrast(picture, variant.con)
    picture = adjust.saturate(picture, variant.sat)
    picture = adjust.gray(picture, variant.gray)
    picture = canvas.lay(picture, plan, variant.bg, keeps_alpha=keeps_alpha)
    picture = canvas.round_corners(picture, variant.radius)
    return picture if keeps_alpha else canvas.behind(picture, variant.bg)
