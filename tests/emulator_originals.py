"""Originals for the end-to-end tests: drawn here, each for one question."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

orange = (240, 120, 20)
corners = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30))
turned = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def draw(folder: Path) -> None:
    """Nothing; afterwards the folder holds the originals."""
    (folder / "cats").mkdir()
    (folder / "cats" / "1.jpg").write_bytes(jpeg(four_corners((1200, 900))))
    (folder / "plain.png").write_bytes(png(Image.new("RGB", (400, 300), orange)))
    (folder / "alpha.png").write_bytes(png(Image.new("RGBA", (64, 64), (*orange, 128))))
    (folder / "noise.png").write_bytes(png(Image.effect_noise((1100, 1100), 120).convert("RGB")))
    (folder / "moving.gif").write_bytes(gif())
    (folder / "manual.pdf").write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * 16)
    (folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="ascii")
    (folder / "broken.jpg").write_bytes(jpeg(four_corners((600, 400)))[:3000])
    (folder / "Käse ab+c.png").write_bytes(png(Image.new("RGB", (40, 30), orange)))
    for number in range(1, 9):
        (folder / f"up-{number}.jpg").write_bytes(oriented(number))


def four_corners(size: tuple[int, int]) -> Image.Image:
    """Four flat quarters: top left red, top right green, bottom left blue, bottom right yellow."""
    picture, half = Image.new("RGB", size), (size[0] // 2, size[1] // 2)
    pen = ImageDraw.Draw(picture)
    for at, colour in enumerate(corners):
        left, top = (at % 2) * half[0], (at // 2) * half[1]
        pen.rectangle((left, top, left + half[0], top + half[1]), fill=colour)
    return picture


def oriented(number: int) -> bytes:
    """Four corners, stored as EXIF orientation `number` says."""
    exif = Image.Exif()
    exif[0x0112] = number
    picture = four_corners((240, 160))
    return jpeg(picture.transpose(turned[number]) if number in turned else picture, exif)


def jpeg(picture: Image.Image, exif: Image.Exif | None = None) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=92, exif=exif or Image.Exif())
    return written.getvalue()


def png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def gif() -> bytes:
    frames = [Image.new("RGB", (80, 60), colour) for colour in corners]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return written.getvalue()
