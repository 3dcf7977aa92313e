"""How long work will take, by its pixels alone: what cannot fit is refused before it starts."""

from __future__ import annotations

from variants import errors
from variants.encode import avif_fast_pixels, film_fast_pixels
from variants.grammar import Variant
from variants.quality import tries
from variants.settings import Limits
from variants.sizes import Size

# Nanoseconds per pixel of one Zen 4 core with Pillow 13; Lambda's, at 1769 MB, is taken to be a quarter slower.
_decode_ns = {"JPEG": 11, "PNG": 32, "WEBP": 20, "GIF": 23, "AVIF": 20, "TIFF": 30}
_shrink_ns = 8
_resize_ns, _profile_ns, _paint_ns, _blur_ns, _sharpen_ns = 30, 25, 20, 60, 50
_encode_ns = {"jpg": 10, "png": 130, "webp": 95, "gif": 215, "avif": 350}
_fast_avif_ns, _fast_film_ns, _gif_film_ns = 170, 55, 120
_lambda_slower = 1.25
# What an `auto` may cost at the most, as a still and as an animation.
_dearest_still = {"auto": "png", "auto-webp": "webp", "auto-avif": "avif"}
_dearest_film = {"auto": "gif", "auto-webp": "webp", "auto-avif": "webp"}


def predict(kind: str, decoded_pixels: int, frames: int, output: Size, variant: Variant) -> float:
    """The seconds that the work will take at the most, for so many pixels decoded from `kind` (Pillow's name)."""
    form = (_dearest_film if frames > 1 else _dearest_still).get(variant.f, variant.f)
    pixels = output[0] * output[1]
    probes = tries(pixels, frames) if variant.q == "auto" else 0
    encodings = max(probes, 1) if frames == 1 else probes + frames
    spent_ns = decoded_pixels * (_decode_ns[kind] + _shrink_ns)
    spent_ns += pixels * (frames * _operations_ns(variant, frames) + encodings * _encoding_ns(form, pixels, frames))
    return _lambda_slower * spent_ns / 1e9


def _operations_ns(variant: Variant, frames: int) -> int:
    """Per pixel of the output; films hardly ever have a colour profile."""
    painted = variant.pad or variant.radius or variant.wm or variant.fit == "pad"
    mapped = variant.bri or variant.con or variant.sat or variant.gray
    parts = (
        (_resize_ns, True),
        (_profile_ns, frames == 1),
        (_paint_ns, painted),
        (_paint_ns, mapped),
        (_blur_ns, variant.blur),
        (_sharpen_ns, variant.sharp),
    )
    return sum(each_ns for each_ns, wanted in parts if wanted)


def _encoding_ns(form: str, pixels: int, frames: int) -> int:
    if form == "avif" and pixels > avif_fast_pixels:
        return _fast_avif_ns
    if form == "webp" and frames > 1 and frames * pixels > film_fast_pixels:
        return _fast_film_ns
    return _gif_film_ns if form == "gif" and frames > 1 else _encode_ns[form]


def check(predicted_s: float, limits: Limits) -> None:
    """Nothing, where the work fits. Raises errors.TooLarge."""
    if predicted_s > limits.image_timeout_s:
        raise errors.TooLarge(
            f"Expected work of at most {limits.image_timeout_s} seconds, received a picture for {predicted_s:.0f}."
        )
