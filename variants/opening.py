"""An original opened for work: what of it is shown, which frames, and that the work fits. Its first frame is decoded.

The safety order: the header within bounds, the frames within their budgets, the predicted time, only then pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import BinaryIO

from variants import animation, colour, cost, decode, geometry, resample, smart, trim
from variants.animation import Film, Shot
from variants.decode import Source
from variants.geometry import Layout
from variants.grammar import Variant
from variants.settings import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """`shots` are the frames to work on, decoded `shrunk` times smaller, of which `plan` is wanted."""

    source: Source
    plan: Layout
    shrunk: Fraction
    shots: Iterator[Shot]
    plays: int
    reduced: bool


def open_work(original: BinaryIO, variant: Variant, limits: Limits, decoders: tuple[str, ...]) -> Opened:
    """The original, opened for one variant.

    Raises errors.Unsupported, errors.Broken, errors.TooManyPixels, errors.TooLarge, errors.BadOption.
    """
    source = decode.open_source(original, limits, decoders)
    upright = decode.orientation(source)
    plan = geometry.layout(source.size, upright, variant)
    film = _affordable(animation.film(source, variant, plan.canvas, limits), source, plan, variant, limits)
    shrunk = resample.draft(source, plan) if variant.trim is None else Fraction(1)
    picture, lasts_ms = next(film.shots)
    is_smart = variant.g == "smart" and variant.fit == "cover"
    if is_smart or variant.trim is not None:
        picture = colour.resizable(picture)
    trimmed = None if variant.trim is None else trim.content_box(picture, upright, variant.trim)
    plan = geometry.layout(source.size, upright, variant, trimmed=trimmed)
    if is_smart:
        whole = geometry.whole(source.size, upright, variant, smart.small_side_px, trimmed=trimmed)
        small = resample.cut_and_resize(picture, whole, shrunk, source.format)
        small = colour.to_srgb(small, source.picture.info.get("icc_profile"))
        plan = geometry.layout(source.size, upright, variant, trimmed=trimmed, place=smart.place(small, plan.picture))
    shots = chain([(picture, lasts_ms)], film.shots)
    return Opened(source=source, plan=plan, shrunk=shrunk, shots=shots, plays=film.plays, reduced=film.reduced)


def _affordable(film: Film, source: Source, plan: Layout, variant: Variant, limits: Limits) -> Film:
    """The film, or its first frame where all of them would take too long. Raises errors.TooLarge where that would."""
    predicted_s = cost.predict(source.format, film.pixels, film.count, plan.canvas, variant)
    if predicted_s > limits.image_timeout_s and film.count > 1:
        film = animation.first_frame(film)
        predicted_s = cost.predict(source.format, film.pixels, 1, plan.canvas, variant)
    cost.check(predicted_s, limits)
    return film
