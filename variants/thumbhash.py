"""ThumbHash: a picture's rough colours and shapes in some 25 bytes. Written after its specification, Evan Wallace's
JavaScript (github.com/evanw/thumbhash, MIT); the package of that name on PyPI rounds otherwise and is not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, floor, pi
from operator import mul

max_side_px = 100
# Below it, a channel is flat, and its terms are only what the arithmetic left.
_noise = 1e-9
Plane = Sequence[Sequence[float]]
# The steps of a channel's variations, 0 to 1, and how strong they are.
Waves = tuple[list[float], float]


def encode(wide: int, high: int, rgba: bytes) -> bytes:
    """The hash of a picture of at most 100 px a side, its RGBA not premultiplied."""
    pixels = [rgba[at : at + 4] for at in range(0, len(rgba), 4)]
    mean = _mean(pixels)
    has_alpha = any(pixel[3] != 255 for pixel in pixels)
    light, yellow, red, alpha = (_rows(plane, wide) for plane in _planes(pixels, mean))
    longest, limit = max(wide, high), 5 if has_alpha else 7
    across, along = (max(1, _round(limit * side / longest)) for side in (wide, high))
    l_mean, l_waves = _transform(light, max(3, across), max(3, along))
    p_mean, p_waves = _transform(yellow, 3, 3)
    q_mean, q_waves = _transform(red, 3, 3)
    landscape = wide > high
    head = _round(63 * l_mean) | _round(31.5 + 31.5 * p_mean) << 6 | _round(31.5 + 31.5 * q_mean) << 12
    head |= _round(31 * l_waves[1]) << 18 | has_alpha << 23
    tail = (along if landscape else across) | _round(63 * p_waves[1]) << 3 | _round(63 * q_waves[1]) << 9
    parts = [l_waves, p_waves, q_waves]
    hashed = head.to_bytes(3, "little") + (tail | landscape << 15).to_bytes(2, "little")
    if has_alpha:
        a_mean, a_waves = _transform(alpha, 5, 5)
        hashed += bytes((_round(15 * a_mean) | _round(15 * a_waves[1]) << 4,))
        parts.append(a_waves)
    return hashed + _nibbles([_round(15 * step) for steps, _ in parts for step in steps])


def _round(value: float) -> int:
    """Half up, as JavaScript's Math.round."""
    return floor(value + 0.5)


def _mean(pixels: list[bytes]) -> tuple[float, float, float]:
    """The mean colour, weighted by alpha, 0 to 1."""
    weight = sum(pixel[3] for pixel in pixels)
    red, green, blue = (sum(pixel[band] * pixel[3] for pixel in pixels) / ((weight or 1) * 255) for band in range(3))
    return red, green, blue


def _planes(pixels: list[bytes], mean: tuple[float, float, float]) -> list[list[float]]:
    """Light, yellow against blue, red against green, of the picture over its own mean colour; and alpha."""
    light, yellow, red_green, alpha = [], [], [], []
    for pixel in pixels:
        cover = pixel[3] / 255
        red, green, blue = (mean[band] * (1 - cover) + cover / 255 * pixel[band] for band in range(3))
        light.append((red + green + blue) / 3)
        yellow.append((red + green) / 2 - blue)
        red_green.append(red - green)
        alpha.append(cover)
    return [light, yellow, red_green, alpha]


def _rows(plane: list[float], wide: int) -> Plane:
    return [plane[start : start + wide] for start in range(0, len(plane), wide)]


def _transform(rows: Plane, across: int, along: int) -> tuple[float, Waves]:
    """The mean of a channel, and the lowest terms of its cosine transform, those of a triangle."""
    wide, high = len(rows[0]), len(rows)
    sums = [[sum(map(mul, row, _wave(term, wide))) for row in rows] for term in range(across)]
    terms = [
        sum(map(mul, sums[x], _wave(y, high))) / (wide * high)
        for y in range(along)
        for x in range(across)
        if x * along < across * (along - y)
    ]
    mean, varying = terms[0], terms[1:]
    strength = max(map(abs, varying))
    if strength < _noise:
        return mean, ([0.0] * len(varying), 0.0)
    return mean, ([0.5 + 0.5 / strength * term for term in varying], strength)


def _wave(term: int, length: int) -> list[float]:
    return [cos(pi / length * term * (at + 0.5)) for at in range(length)]


def _nibbles(steps: list[int]) -> bytes:
    """Two steps a byte, the first one low."""
    steps = [*steps, 0] if len(steps) % 2 else steps
    return bytes(low | high << 4 for low, high in zip(steps[::2], steps[1::2], strict=True))
