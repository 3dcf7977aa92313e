"""From a finished picture to bytes: the format by what it turned out to be, and each encoder's settings.

Encoder effort depends on pixels only, so that the same key gives the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from variants import palette, webp
from variants.decode import load_plugin

content_types = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
    "json": "application/json",
}
pillow_names = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF"}
# Level 1: level 3 takes up to a quarter longer for 3 % fewer bytes, level 6 three times as long for 8 %. Pillow 13.
png_level = 1
# Speed 7 up to 1.5 megapixels: with whole chroma better, and twice as fast, than speed 6 with halved chroma, for 5 %
# more bytes at the same quality setting. Beyond, speed 8: half of that time for 10 % more bytes.
avif_speed, avif_fast_speed, avif_fast_pixels = 7, 8, 1_500_000
avif_chroma, avif_huge_chroma = "4:4:4", "4:2:0"
# Speed 9 above 4 megapixels: of noise, 16.7 take 2.7 seconds; at speed 8 they would take 12, and fit no deadline.
avif_huge_speed, avif_huge_pixels = 9, 4_000_000
# Method 2: half of method 4's time for 3 % more bytes, still no more than sharp's. Films, whose bytes are many, have
# method 4 up to 20 MP of all frames.
webp_method, film_method, film_fast_method, film_fast_pixels = 2, 4, 2, 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """RGB or RGBA frames of one size; `durations_ms`, and `plays` times (0 is for ever), of an animation."""

    frames: tuple[Image.Image, ...]
    durations_ms: tuple[int, ...] = ()
    plays: int = 0
    reduced: bool = False
    exif: bytes = b""

    @property
    def size(self) -> tuple[int, int]:
        return self.frames[0].size

    @property
    def has_alpha(self) -> bool:
        return any(frame.mode == "RGBA" for frame in self.frames)


class _Named(io.BytesIO):
    """Bytes under a file's name, by which Pillow finds the plugin; given a format it would import five others first."""

    name: str


def choose_format(wanted: str, finished: Finished) -> str:
    """The format of the output: what was asked for, or, for the `auto` ones, what the finished picture calls for."""
    if not wanted.startswith("auto"):
        return wanted
    if len(finished.frames) > 1:
        return "gif" if wanted == "auto" else "webp"
    if wanted == "auto":
        return "png" if finished.has_alpha else "jpg"
    return wanted.removeprefix("auto-")


def avif_quality(quality: int) -> int:
    """AVIF's quality for one on JPEG's scale: 5/8 of it up to 80, then straight to 90 at 100, rounded half up."""
    return (5 * quality + 4) // 8 if quality <= 80 else 2 * quality - 110


def avif_effort(pixels: int) -> int:
    """The encoder's speed for so many pixels: the more, the faster."""
    if pixels <= avif_fast_pixels:
        return avif_speed
    return avif_fast_speed if pixels <= avif_huge_pixels else avif_huge_speed


def encode(finished: Finished, form: str, quality: int = 80) -> bytes:
    """The finished picture in that format; PNG and GIF have no quality."""
    load_plugin(pillow_names[form])
    frames = finished.frames
    if form == "gif":
        mode = "RGBA" if finished.has_alpha else "RGB"  # every frame can be cleared, or none has to be
        frames = palette.indexed([frame.convert(mode) for frame in frames])
    settings = _still_settings(form, quality, frames[0].width * frames[0].height)
    if finished.exif and form != "gif":
        settings["exif"] = finished.exif
    if len(frames) > 1:
        settings |= _film_settings(finished, form) | {"save_all": True, "append_images": frames[1:]}
    buffer = _Named()
    buffer.name = f"variant.{form}"
    frames[0].save(buffer, None, **settings)
    written = buffer.getvalue()
    if form == "webp" and finished.has_alpha and webp.hides_alpha(written):
        return webp.with_alpha(written)
    return written


def _still_settings(form: str, quality: int, pixels: int) -> dict[str, object]:
    if form == "jpg":
        return {"quality": quality, "optimize": True}
    if form == "webp":
        return {"quality": quality, "method": webp_method}
    if form == "avif":
        chroma = avif_chroma if pixels <= avif_huge_pixels else avif_huge_chroma
        effort = {"speed": avif_effort(pixels), "subsampling": chroma, "max_threads": 1}
        return {"quality": avif_quality(quality), **effort}
    return {"compress_level": png_level} if form == "png" else {}


def _film_settings(finished: Finished, form: str) -> dict[str, object]:
    """GIF counts repetitions after the first play, and none at all is one play; WebP counts plays. 0 is for ever."""
    settings: dict[str, object] = {"duration": list(finished.durations_ms)}
    if form == "webp":  # no forced key frames: a tenth fewer bytes, a third less time
        large = len(finished.frames) * finished.size[0] * finished.size[1] > film_fast_pixels
        method = film_fast_method if large else film_method
        return settings | {"loop": finished.plays, "kmin": 0, "kmax": 0, "method": method}
    if finished.plays != 1:
        settings["loop"] = max(0, finished.plays - 1)
    if not finished.has_alpha:
        return settings
    # Some decoders (Pillow's) clear a frame only if it has a transparent index: then no palette may lose it.
    return settings | {"disposal": 2, "optimize": all(frame.mode == "RGBA" for frame in finished.frames)}
