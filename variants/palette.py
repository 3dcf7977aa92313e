"""RGB and RGBA frames as GIF wants them: 255 colours, and one more for what is transparent or has not changed.

The frames of a film share one palette: with one each, what stands still would change its colours from frame to frame,
and every frame would be written whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

colours = 255
_opaque_from = 128
# A film's palette is taken from so many of its frames, each this wide at the most, over one another.
_sampled_frames, _sampled_side_px = 16, 128


def indexed(frames: Sequence[Image.Image]) -> tuple[Image.Image, ...]:
    """The frames with a palette; alpha from 128 on is opaque, the rest transparent. Only a still is dithered."""
    if len(frames) == 1:
        return (_indexed(frames[0], None),)
    common = _sampled(frames).quantize(colours, Image.Quantize.MEDIANCUT)
    return tuple(_indexed(frame, common) for frame in frames)


def _sampled(frames: Sequence[Image.Image]) -> Image.Image:
    """Small copies of frames from all over the film, as one picture; nothing of what is transparent."""
    chosen = frames[:: -(-len(frames) // _sampled_frames)]
    size = frames[0].size
    scale = min(1.0, _sampled_side_px / max(size))
    small = (max(1, int(size[0] * scale)), max(1, int(size[1] * scale)))
    sheet = Image.new("RGB", (small[0], small[1] * len(chosen)))
    for at, frame in enumerate(chosen):
        sheet.paste(_visible(frame).resize(small, Image.Resampling.NEAREST), (0, at * small[1]))
    return sheet


def _indexed(frame: Image.Image, common: Image.Image | None) -> Image.Image:
    picture = _quantised(_visible(frame), common)
    if frame.mode == "RGBA":
        table = (picture.getpalette() or [])[: 3 * colours]
        picture.putpalette(table + [0] * (3 * (colours + 1) - len(table)))
        picture.paste(colours, mask=_hidden(frame))
        picture.info["transparency"] = colours
    return picture


def _hidden(frame: Image.Image) -> Image.Image:
    return frame.getchannel("A").point([255] * _opaque_from + [0] * (256 - _opaque_from))


def _visible(frame: Image.Image) -> Image.Image:
    """The colours, with one of the visible ones where nothing is seen, so that no colour is spent on that."""
    if frame.mode != "RGBA":
        return frame
    hidden, picture = _hidden(frame), frame.convert("RGB")
    seen = hidden.point([255] + [0] * 255)
    box = seen.getbbox()
    if box is not None:
        row = seen.crop((0, box[1], seen.width, box[1] + 1)).getbbox()
        spare = picture.getpixel((row[0] if row else 0, box[1]))
        picture.paste(spare, mask=hidden)  # type: ignore[arg-type]
    return picture


def _quantised(picture: Image.Image, common: Image.Image | None) -> Image.Image:
    if common is not None:
        return picture.quantize(palette=common, dither=Image.Dither.NONE)
    reduced = picture.quantize(colours, Image.Quantize.MEDIANCUT)
    if picture.getcolors(colours) is not None:
        return reduced
    return picture.quantize(palette=reduced, dither=Image.Dither.FLOYDSTEINBERG)
