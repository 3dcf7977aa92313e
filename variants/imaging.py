"""What pixels become: an original and a variant in, encoded bytes out. Pure: no network, environment or clock.

The order of work (url-contract, "Order of work") stands in `_work`, and only there.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import BinaryIO

from PIL import Image

from variants import adjust, canvas, colour, quality, resample
from variants.credits import credits
from variants.describe import describe as describe
from variants.encode import Finished, choose_format, content_types, encode
from variants.grammar import Variant
from variants.mark import Mark, lay_mark, open_mark
from variants.opening import Opened, open_work
from variants.rendered import Measure, unmeasured
from variants.rendered import Rendered as Rendered
from variants.settings import Limits, Watermark
from variants.sizes import half_up


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
        return _encoded(finished, choose_format(variant.f, finished), variant.q)


def smaller(
    original: BinaryIO,
    variant: Variant,
    limits: Limits,
    *,
    decoders: tuple[str, ...],
    max_bytes: int,
    watermark: tuple[bytes, Watermark] | None = None,
    measure: Measure = unmeasured,
) -> Rendered:
    """The picture that `variant` asks for, in the same format, its sides shrunk until it is within `max_bytes`."""
    finished = _finish(original, variant, limits, decoders, watermark, measure)
    with measure("encode"):
        form, factor = choose_format(variant.f, finished), 1.0
        made = _encoded(finished, form, variant.q)
        while len(made.body) > max_bytes and max(made.width, made.height) > 1:
            factor *= min(0.9, (0.9 * max_bytes / len(made.body)) ** 0.5)
            made = _encoded(_shrunk(finished, factor), form, variant.q if made.quality is None else made.quality)
    return made


def _shrunk(finished: Finished, factor: float) -> Finished:
    """The finished picture with sides that are shorter by the factor."""
    size = [half_up(side * Fraction(factor)) for side in finished.size]
    frames = (frame.resize((size[0], size[1]), Image.Resampling.BICUBIC, reducing_gap=1.5) for frame in finished.frames)
    return replace(finished, frames=tuple(frames), reduced=True)


def _encoded(finished: Finished, form: str, wanted: int | str) -> Rendered:
    used: int | None = None
    if form in ("png", "gif"):
        body = encode(finished, form)
    elif wanted == "auto":
        used, body = _best_encoding(finished, form)
    else:
        used = int(wanted)
        body = encode(finished, form, used)
    return Rendered(
        body=body,
        content_type=content_types[form],
        width=finished.size[0],
        height=finished.size[1],
        format=form,
        frames=len(finished.frames),
        reduced=finished.reduced,
        quality=used,
    )


def _best_encoding(finished: Finished, form: str) -> tuple[int, bytes]:
    """The quality that `q=auto` finds on the first frame, and all frames at it."""
    first = replace(finished, frames=finished.frames[:1])
    most = quality.tries(first.size[0] * first.size[1], len(finished.frames))
    chosen, body = quality.choose(first.frames[0], form, most, lambda each: encode(first, form, each))
    return chosen, body if len(finished.frames) == 1 else encode(finished, form, chosen)


def _finish(
    original: BinaryIO,
    variant: Variant,
    limits: Limits,
    decoders: tuple[str, ...],
    watermark: tuple[bytes, Watermark] | None,
    measure: Measure,
) -> Finished:
    """The output's pixels: decoded no larger than needed, each frame worked on in turn."""
    mark = open_mark(watermark, variant.wm, limits)
    with measure("decode"):
        opened = open_work(original, variant, limits, decoders)
    with measure("operations"):
        shots = [(_work(picture, opened, variant, mark), lasts_ms) for picture, lasts_ms in opened.shots]
    return Finished(
        frames=tuple(picture for picture, _ in shots),
        durations_ms=tuple(lasts_ms for _, lasts_ms in shots),
        plays=opened.plays,
        reduced=opened.reduced,
        exif=credits(opened.source, variant.meta),
    )


def _work(picture: Image.Image, opened: Opened, variant: Variant, mark: Mark | None) -> Image.Image:
    """One frame, finished: the order of work."""
    keeps_alpha = variant.f != "jpg"
    # orientation, trim, rect, rot, flip, crop and resize: one box and one turn
    kind = opened.source.format
    is_quick = kind == "GIF" or variant.f in ("jpg", "auto")  # WebP and AVIF take longer, and show a cheap filter
    cut = colour.resizable(picture)
    picture = resample.cut_and_resize(cut, opened.plan, opened.shrunk, kind, is_quick=is_quick)
    picture = colour.to_srgb(picture, opened.source.picture.info.get("icc_profile"))
    picture = adjust.blur(picture, variant.blur)
    picture = adjust.sharpen(picture, variant.sharp)
    picture = adjust.brighten(picture, variant.bri)
    picture = adjust.contrast(picture, variant.con)
    picture = adjust.saturate(picture, variant.sat)
    picture = adjust.gray(picture, variant.gray)
    picture = lay_mark(picture, mark)
    picture = canvas.lay(picture, opened.plan, variant.bg, keeps_alpha=keeps_alpha)
    picture = canvas.round_corners(picture, variant.radius)
    picture = picture if keeps_alpha else canvas.behind(picture, variant.bg)
    return colour.bare(picture)
