"""How long work will take, by its pixels alone: what cannot fit is refused before it starts."""

from __future__ import annotations

from variants import errors
from variants.encode import avif_fast_pixels
from variants.grammar import Variant
from variants.quality import tries
from variants.settings import Limits
from variants.sizes import Size

# Nanoseconds per pixel of one Zen 4 core with Pillow 13, and how much slower Lambda's core at 1769 MB may be.
_decode_ns = {"JPEG": 9, "PNG": 30, "WEBP": 25, "GIF": 20, "AVIF": 30, "TIFF": 30}
_resize_ns = 25
_operations_ns = 60
_encode_ns = {"jpg": 25, "png": 180, "webp": 130, "gif": 250, "avif": 600}
_avif_fast_ns = 200
_lambda_slower = 2
# What an `auto` may cost at the most, as a still and as an animation.
_dearest_still = {"auto": "png", "auto-webp": "webp", "auto-avif": "avif"}
_dearest_film = {"auto": "gif", "auto-webp": "webp", "auto-avif": "webp"}


def predict(kind: str, decoded_pixels: int, frames: int, output: Size, variant: Variant) -> float:
    """The seconds that the work will take at the most, for so many pixels decoded from `kind` (Pillow's name)."""
    form = (_dearest_film if frames > 1 else _dearest_still).get(variant.f, variant.f)
    pixels = output[0] * output[1]
    encode_ns = _avif_fast_ns if form == "avif" and pixels > avif_fast_pixels else _encode_ns[form]
    encodings = tries(pixels, frames) + (frames if frames > 1 else 0) if variant.q == "auto" else frames
    spent_ns = decoded_pixels * (_decode_ns[kind] + _resize_ns)
    spent_ns += pixels * (frames * _operations_ns + encodings * encode_ns)
    return _lambda_slower * spent_ns / 1e9


def check(predicted_s: float, limits: Limits) -> None:
    """Nothing, where the work fits. Raises errors.TooLarge."""
    if predicted_s > limits.image_timeout_s:
        raise errors.TooLarge(
            f"Expected work of at most {limits.image_timeout_s} seconds, received a picture for {predicted_s:.0f}."
        )
