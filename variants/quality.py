"""`q=auto`: the smallest encoding that stays within a set SSIM of the picture, found in a few tries.

SSIM (Wang et al., 2004) over blocks of 8 px, on luma, on a copy of at most 384 px a side.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from operator import mul

from PIL import Image

from variants.encode import pillow_names

# The lowest mean SSIM that an encoding may have. Chosen by eye and by bytes: docs/decisions/imaging.md.
target_ssim = 0.965
small_side_px = 384
block_px = 8
# Bisection over 15 qualities takes 4 tries, over 7 takes 3, over 3 takes 2.
ladder = (40, 45, 50, 55, 60, 64, 68, 71, 74, 77, 80, 83, 86, 90, 95)
_tries_up_to = ((1_500_000, 4), (5_000_000, 3))
_least_tries = 2
# Wang et al.: (0.01 * 255) ** 2 and (0.03 * 255) ** 2.
_steady_mean, _steady_spread = 6.5025, 58.5225

Block = tuple[bytes, int, int]


def tries(pixels: int, frames: int) -> int:
    """How many encodings a picture of that size may take; one is kept back for the frames of an animation."""
    most = next((count for bound, count in _tries_up_to if pixels <= bound), _least_tries)
    return most if frames == 1 else _least_tries


def choose(picture: Image.Image, form: str, most: int, encode: Callable[[int], bytes]) -> tuple[int, bytes]:
    """The lowest quality that is close enough, and its encoding; the highest one where none is."""
    candidates = _candidates(most)
    source = blocks(picture)
    low, high, kept = 0, len(candidates), b""
    while low < high:
        middle = (low + high) // 2
        body = encode(candidates[middle])
        if ssim(source, blocks(_decoded(body, form))) >= target_ssim:
            high, kept = middle, body
        else:
            low, kept = middle + 1, kept or body
    return candidates[min(low, len(candidates) - 1)], kept if low < len(candidates) else body


def _candidates(most: int) -> Sequence[int]:
    step = 2 ** (4 - most)
    return ladder[step - 1 :: step]


def _decoded(body: bytes, form: str) -> Image.Image:
    factory, _ = Image.OPEN[pillow_names[form]]
    return factory(io.BytesIO(body), "")


def blocks(picture: Image.Image) -> list[Block]:
    """The luma of a reduced copy, cut into blocks, each with its sum and its sum of squares."""
    opaque = (
        Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture) if picture.mode == "RGBA" else picture
    )
    luma = opaque.convert("L")
    factor = -(-max(luma.size) // small_side_px)
    small = luma.reduce(factor) if factor > 1 else luma
    found = []
    for top in range(0, max(1, small.height - block_px + 1), block_px):
        for left in range(0, max(1, small.width - block_px + 1), block_px):
            values = small.crop((left, top, left + block_px, top + block_px)).tobytes()
            found.append((values, sum(values), sum(map(mul, values, values))))
    return found


def ssim(ones: list[Block], others: list[Block]) -> float:
    """The mean SSIM of two pictures' blocks: 1 where they are the same."""
    count = block_px * block_px
    total = 0.0
    for (one, sum_one, squares_one), (other, sum_other, squares_other) in zip(ones, others, strict=True):
        mean_one, mean_other = sum_one / count, sum_other / count
        spread = squares_one / count - mean_one**2 + squares_other / count - mean_other**2
        shared = sum(map(mul, one, other)) / count - mean_one * mean_other
        likeness = (2 * mean_one * mean_other + _steady_mean) * (2 * shared + _steady_spread)
        total += likeness / ((mean_one**2 + mean_other**2 + _steady_mean) * (spread + _steady_spread))
    return total / len(ones)
