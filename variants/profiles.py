"""Colours by their ICC profile, through littleCMS; what has no profile never loads it."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageCms

from variants.decode import unreadable

# Corners and steps of the colour cube: a profile that moves none of them by more than 1 is sRGB.
_cube_steps = (0, 36, 73, 109, 146, 182, 219, 255)
_mode_of_space = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}


def converted(picture: Image.Image, profile: bytes) -> Image.Image:
    """The picture in sRGB, or as it is where the profile makes no sense, is for another colour space, or is sRGB's."""
    try:
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _mode_of_space.get(embedded.profile.xcolor_space)
        if mode == "RGB" and picture.mode == "L":
            picture = picture.convert("RGB")
        if mode != picture.mode:
            return picture
        # Perceptual, as browsers do: the same as relative colorimetric for matrix profiles. ICC.1:2022, section 6.2.
        transform = ImageCms.buildTransform(
            embedded, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.PERCEPTUAL
        )
        if mode == "RGB" and _changes_nothing(transform):
            return picture
        return ImageCms.applyTransform(picture, transform) or picture
    except (ImageCms.PyCMSError, *unreadable):
        return picture


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    steps = _cube_steps
    cube = Image.new("RGB", (len(steps) ** 2, len(steps)))
    cube.putdata([(r, g, b) for r in steps for g in steps for b in steps])
    moved = ImageCms.applyTransform(cube, transform)
    return moved is not None and max(ImageChops.difference(cube, moved).tobytes()) <= 1
