"""Which frames of an original are shown, for how long, and how often; and when only the first one is.

Only GIF and WebP of more than one frame are animations: APNG and MPO (many phones' JPEG) are stills.
url-contract, "Format".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from PIL import Image

from variants import gif
from variants.decode import Source, check_size, reading
from variants.grammar import Variant
from variants.settings import Limits
from variants.sizes import Size

Shot = tuple[Image.Image, int]
most_counted = 100_000  # a second's work; 25 MB of GIF hold 1.6 million
# Outputs that may be an animation: `auto` becomes GIF, the other two WebP.
_animated_outputs = ("gif", "webp", "auto", "auto-webp", "auto-avif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """The frames that will be shown, each decoded as it is asked for, with its milliseconds; `plays` times, 0 is for
    ever. `reduced` where the budgets let only the first one through."""

    shots: Iterator[Shot]
    count: int
    pixels: int
    plays: int = 0
    reduced: bool = False


def wanted(variant: Variant) -> bool:
    """Whether the variant may be an animation."""
    return variant.anim and variant.f in _animated_outputs


def film(source: Source, variant: Variant, output: Size, limits: Limits) -> Film:
    """The frames of a variant whose output is that large; no pixel is decoded yet."""
    if source.format == "GIF":
        return _of_gif(source, wanted(variant), output, limits)
    moving = wanted(variant) and stored_frames(source) > 1
    reduced = moving and beyond_budget(stored_frames(source), output, limits)
    count = stored_frames(source) if moving and not reduced else 1
    return Film(
        shots=_stored(source, count),
        count=count,
        pixels=source.size[0] * source.size[1] * count,
        plays=source.picture.info.get("loop", 0),
        reduced=reduced,
    )


def stored_frames(source: Source) -> int:
    """How many frames an original has as an animation, counted up to `most_counted`; 1 for a still."""
    if source.format == "GIF":
        return len(_scanned(source, most=most_counted).frames)
    return int(getattr(source.picture, "n_frames", 1)) if source.format == "WEBP" else 1


def beyond_budget(frames: int, output: Size, limits: Limits) -> bool:
    """Whether so many frames of that size are more than an animated answer may have."""
    return frames > limits.max_frames or frames * output[0] * output[1] > limits.max_animation_pixels


def _stored(source: Source, count: int) -> Iterator[Shot]:
    for index in range(count):
        with reading("The original"):
            if index:
                source.picture.seek(index)
            source.picture.load()
        yield source.picture, source.picture.info.get("duration", 0) or gif.default_duration_ms


def _of_gif(source: Source, moving: bool, output: Size, limits: Limits) -> Film:
    scanned = _scanned(source, most=limits.max_frames + 1 if moving else 1)
    reduced = beyond_budget(len(scanned.frames), output, limits) if len(scanned.frames) > 1 else False
    shown = scanned.frames[:1] if reduced else scanned.frames
    for frame in shown:
        check_size(frame.size, limits)
    canvas_pixels = source.size[0] * source.size[1]
    return Film(
        shots=_composed(shown, source.size),
        count=len(shown),
        pixels=sum(max(frame.size[0] * frame.size[1], canvas_pixels) for frame in shown),
        plays=scanned.plays,
        reduced=reduced,
    )


def _scanned(source: Source, *, most: int) -> gif.GifFilm:
    with reading("The original"):
        source.original.seek(0)
        return gif.scan(source.original.read(), most)


def _composed(frames: tuple[gif.GifFrame, ...], size: Size) -> Iterator[Shot]:
    shown = gif.show(frames, size)
    for frame in frames:
        with reading("The original"):
            picture = next(shown)
        yield picture, frame.duration_ms


def first_frame(film: Film) -> Film:
    """The first frame of a film, where that is all that can be afforded."""
    return replace(film, shots=islice(film.shots, 1), count=1, pixels=film.pixels // film.count, reduced=True)
