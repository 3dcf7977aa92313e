"""Whatever the stored colours are, they become sRGB: 8 bits, RGB, or RGBA where something is transparent."""

from __future__ import annotations

from PIL import Image, ImageChops

# Larger profiles are ignored: the largest in use, press profiles, are below 3 MB.
max_profile_bytes = 4_000_000


def resizable(picture: Image.Image) -> Image.Image:
    """The picture in a mode that can be resampled, its values untouched; an alpha that is all opaque is dropped."""
    if picture.mode.startswith("I;16"):
        picture = _eight_bits(picture)
    elif picture.mode in ("1", "P", "PA", "La", "RGBa") or picture.has_transparency_data:
        gray = picture.mode in ("1", "L", "LA", "La")
        colours = "L" if gray else "RGB"
        picture = picture.convert(colours + "A" if picture.has_transparency_data else colours)
    elif picture.mode in ("I", "F", "HSV"):
        picture = picture.convert("L" if picture.mode != "HSV" else "RGB")
    return opaque(picture) or picture


def opaque(picture: Image.Image) -> Image.Image | None:
    """The picture without its alpha, where every pixel is opaque, else None."""
    if picture.mode not in ("RGBA", "LA"):
        return picture
    if picture.getchannel("A").getextrema()[0] != 255:
        return None
    return picture.convert(picture.mode[:-1])


def _eight_bits(picture: Image.Image) -> Image.Image:
    """The high byte of each of 16 bits: Pillow's own conversion would clip. With an alpha where one value is clear."""
    whole = picture.convert("I")
    gray = whole.point(lambda value: value * (1 / 256)).convert("L")
    clear = gray.info.pop("transparency", None)
    if isinstance(clear, int):  # how far above and below it, which a conversion clips to 0 to 255
        above = whole.point(lambda value: value * 1 - clear).convert("L")
        below = whole.point(lambda value: value * -1 + clear).convert("L")
        gray.putalpha(ImageChops.add(above, below).point(lambda value: 255 if value else 0))
    return gray


def bare(picture: Image.Image) -> Image.Image:
    """The finished picture: nothing but pixels, an alpha that is all opaque dropped. What encoders find in `info`
    they write out, comments and profiles too."""
    finished = opaque(picture) or picture
    finished.info = {}
    return finished


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB by its ICC profile, as RGB or RGBA. A profile that makes no sense is ignored."""
    alpha = picture.getchannel("A") if picture.mode in ("RGBA", "LA") else None
    base = picture.convert(picture.mode[:-1]) if alpha else picture
    if profile and len(profile) <= max_profile_bytes:
        from variants import profiles  # littleCMS: only where it is needed

        base = profiles.converted(base, profile)
    base = base if base.mode == "RGB" else base.convert("RGB")
    if alpha is None:
        return base
    base.putalpha(alpha)
    return base
