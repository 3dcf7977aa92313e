"""RGB and RGBA frames as GIF wants them: 256 colours each, and one of them for what is transparent."""

from __future__ import annotations

from PIL import Image

_transparent = 255
_opaque_from = 128


def indexed(frame: Image.Image, *, dithered: bool) -> Image.Image:
    """The frame with a palette of its own; alpha from 128 on is opaque, the rest transparent."""
    if frame.mode != "RGBA":
        return _quantised(frame, 256, dithered)
    hidden = frame.getchannel("A").point([255] * _opaque_from + [0] * (256 - _opaque_from))
    picture = _quantised(_filled(frame, hidden), _transparent, dithered)
    colours = picture.getpalette() or []
    picture.putpalette(colours[: 3 * _transparent] + [0] * (3 * 256 - len(colours[: 3 * _transparent])))
    picture.paste(_transparent, mask=hidden)
    picture.info["transparency"] = _transparent
    return picture


def _filled(frame: Image.Image, hidden: Image.Image) -> Image.Image:
    """The colours, with one of the visible ones where nothing is seen, so that the palette is not spent on that."""
    colours = frame.convert("RGB")
    seen = hidden.point([255] + [0] * 255).getbbox()
    spare = colours.getpixel(seen[:2]) if seen else (0, 0, 0)
    colours.paste(spare, mask=hidden)  # type: ignore[arg-type]
    return colours


def _quantised(picture: Image.Image, most: int, dithered: bool) -> Image.Image:
    reduced = picture.quantize(most, Image.Quantize.MEDIANCUT)
    if not dithered or picture.getcolors(most) is not None:
        return reduced
    return picture.quantize(palette=reduced, dither=Image.Dither.FLOYDSTEINBERG)
