"""What changes colours and sharpness, and no size: blur, sharp, bri, con, sat, gray. Only blur touches the alpha."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageFilter


def blur(picture: Image.Image, sigma: int) -> Image.Image:
    """The picture blurred by a Gaussian of that sigma in px; what is transparent lends no colour."""
    if not sigma:
        return picture
    if picture.mode == "RGBA":
        return picture.convert("RGBa").filter(ImageFilter.GaussianBlur(sigma)).convert("RGBA")
    return picture.filter(ImageFilter.GaussianBlur(sigma))


def sharpen(picture: Image.Image, amount: int) -> Image.Image:
    """The picture after an unsharp mask of radius 1 px, `amount` in tens of percent."""
    if not amount:
        return picture
    return _colours(
        picture, lambda base: base.filter(ImageFilter.UnsharpMask(radius=1, percent=10 * amount, threshold=0))
    )


def brighten(picture: Image.Image, percent: int) -> Image.Image:
    """The picture with every channel times 1 + percent/100: -100 is black."""
    return _mapped(picture, [_clamped(value * (100 + percent), 100) for value in range(256)]) if percent else picture


def contrast(picture: Image.Image, percent: int) -> Image.Image:
    """The picture with distances from middle gray (127.5, as CSS's contrast()) times 1 + percent/100: -100 is gray."""
    if not percent:
        return picture
    return _mapped(picture, [_clamped(255 * 100 + (2 * value - 255) * (100 + percent), 200) for value in range(256)])


def saturate(picture: Image.Image, percent: int) -> Image.Image:
    """The picture with distances from its own gray times 1 + percent/100: -100 has no colour."""
    if not percent:
        return picture
    return _colours(picture, lambda base: Image.blend(base.convert("L").convert("RGB"), base, 1 + percent / 100))


def gray(picture: Image.Image, wanted: bool) -> Image.Image:
    """The picture's luma, by Rec. 601 weights (Pillow's L), where it is wanted."""
    return _colours(picture, lambda base: base.convert("L").convert("RGB")) if wanted else picture


def _clamped(numerator: int, denominator: int) -> int:
    """A quotient rounded half up, within a byte."""
    return max(0, min(255, (2 * numerator + denominator) // (2 * denominator)))


def _mapped(picture: Image.Image, table: list[int]) -> Image.Image:
    return _colours(picture, lambda base: base.point(table * 3))


def _colours(picture: Image.Image, change: Callable[[Image.Image], Image.Image]) -> Image.Image:
    if picture.mode != "RGBA":
        return change(picture)
    changed = change(picture.convert("RGB"))
    changed.putalpha(picture.getchannel("A"))
    return changed
