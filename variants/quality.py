"""`q=auto`: the smallest encoding that stays within a set SSIM of the picture, found in a few tries.

SSIM (Wang et al., 2004) of luma, over blocks of 8 px. A large picture is reduced to some 1600 of its blocks, spread
evenly: shrinking it instead would hide what an encoder loses, the more the larger it is.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from math import ceil
from operator import mul

from PIL import Image

from variants.encode import pillow_names

# The lowest mean SSIM that an encoding may have, by bytes and by eye: docs/decisions/imaging.md. AVIF smooths grain,
# which SSIM counts and eyes hardly do.
targets = {"jpg": 0.95, "webp": 0.95, "avif": 0.92}
block_px, most_blocks = 8, 1600
# Bisection over 15 qualities takes 4 tries, over 7 takes 3, over 3 takes 2. Below 50, gradients show bands that SSIM
# does not see.
ladder = (50, 54, 58, 62, 65, 68, 71, 74, 77, 80, 83, 86, 89, 92, 95)
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
        if ssim(source, blocks(_decoded(body, form))) >= targets[form]:
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
    """Blocks of the luma, spread evenly, each with its sum and its sum of squares."""
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    luma = picture.convert("L")
    across, along = (max(1, side // block_px) for side in luma.size)
    step = block_px * ceil((across * along / most_blocks) ** 0.5)
    found = []
    for top in range(0, along * block_px, step):
        for left in range(0, across * block_px, step):
            values = luma.crop((left, top, left + block_px, top + block_px)).tobytes()
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
