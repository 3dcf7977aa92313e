"""Draws the originals of the benchmark: the same pixels on every machine. Run by the interpreter that has numpy.

Photographs are imitated by dead leaves: discs over discs, their radii by a power law, each with its own light and
grain. That has the edges, the textures and the spectrum of natural pictures (Lee, Mumford, Huang: "Occlusion models
for natural images", 2001), which plain noise and gradients lack. Some 0.25 bytes a pixel as JPEG, as cameras have.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

photographs = {
    "photo-2mp": (1632, 1224),
    "photo-6mp": (3000, 2000),
    "photo-24mp": (6000, 4000),
    "photo-48mp": (8000, 6000),
}
steps_mp = (1, 2, 4, 8, 12, 16, 24, 32, 48)
film_frames = (5, 10, 20, 40, 80)
Draw = Callable[[tuple[int, int], int], list[Image.Image]]


def leaves(size: tuple[int, int], seed: int) -> Image.Image:
    """A picture like a photograph."""
    chance = np.random.default_rng(seed)
    wide, high = size
    picture = Image.new("RGB", size, (118, 122, 116))
    pen = ImageDraw.Draw(picture)
    count = 9_000
    radii = np.minimum(3.0 / np.power(chance.random(count), 0.62), 160) * max(size) / 1632
    places = chance.random((count, 2)) * (wide, high)
    light = np.clip(chance.normal(122, 52, count), 8, 246)
    tint = chance.normal(0, 20, (count, 3))
    for radius, (x, y), level, colour in zip(radii, places, light, tint, strict=True):
        fill = tuple(int(each) for each in np.clip(level + colour, 0, 255))
        lean = chance.uniform(0.5, 1.0)
        pen.ellipse((x - radius, y - radius * lean, x + radius, y + radius * lean), fill=fill)
    return grained(picture.filter(ImageFilter.GaussianBlur(0.6 * max(size) / 1632)), chance)


def grained(picture: Image.Image, chance: np.random.Generator) -> Image.Image:
    """The picture with slow light over it, fine texture, and a sensor's noise."""
    wide, high = picture.size
    light = _field((wide, high), 6, chance) * 26 + _field((wide, high), 90, chance) * 9
    texture = _field((wide, high), max(wide, high) // 5, chance) * 5
    pixels = np.asarray(picture, dtype=np.float32)
    noise = chance.standard_normal((high, wide), dtype=np.float32) * 2.2
    made = pixels + (light + texture + noise)[..., None]
    return Image.fromarray(np.clip(made, 0, 255).astype(np.uint8))


def _field(size: tuple[int, int], cells: int, chance: np.random.Generator) -> np.ndarray:
    """Smooth noise of that many cells across, about -1 to 1."""
    high = max(2, cells * size[1] // size[0])
    small = chance.standard_normal((high, max(2, cells)), dtype=np.float32)
    return np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BICUBIC))


def cut_out(size: tuple[int, int]) -> Image.Image:
    """A photograph on nothing: soft edges, half of it transparent."""
    picture = leaves(size, 31)
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for number, step in enumerate((0.36, 0.22, 0.3, 0.17)):
        x, y = size[0] * (0.25 + 0.18 * number), size[1] * (0.35 + 0.1 * (number % 3))
        radius = step * size[1]
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=230 if number == 1 else 255)
    picture.putalpha(mask.filter(ImageFilter.GaussianBlur(2)))
    picture.paste((0, 0, 0, 0), mask=Image.eval(picture.getchannel("A"), lambda level: 255 if level == 0 else 0))
    return picture


def pan(size: tuple[int, int], frames: int) -> list[Image.Image]:
    """A film that moves all over: a window that wanders over a picture, as a short clip turned to GIF."""
    ground = leaves((size[0] * 2, size[1] + 40), 41)
    palette = ground.quantize(255, dither=Image.Dither.NONE)
    shots = []
    for number in range(frames):
        left, top = int(size[0] * number / max(frames, 2)), 10 + int(8 * np.sin(number / 3))
        window = ground.crop((left, top, left + size[0], top + size[1]))
        shots.append(window.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG))
    return shots


def marks(size: tuple[int, int], frames: int) -> list[Image.Image]:
    """A film that mostly stands still: flat shapes that turn, as loading marks and diagrams do."""
    shots = []
    for number in range(frames):
        picture = Image.new("RGB", size, "white")
        pen = ImageDraw.Draw(picture)
        for each in range(5):
            angle = 2 * np.pi * (number / frames + each / 5)
            x, y = size[0] / 2 + size[0] * 0.33 * np.cos(angle), size[1] / 2 + size[1] * 0.33 * np.sin(angle)
            fill = ((40 + 40 * each), 90, 220 - 40 * each)
            pen.rectangle((x - 30, y - 30, x + 30, y + 30), fill=fill)
        shots.append(picture.quantize(32))
    return shots


def draw(folder: Path) -> None:
    """Nothing; afterwards the folder holds them all. What is there already stays."""
    for number, (name, size) in enumerate(photographs.items()):
        _once(folder / f"{name}.jpg", partial(_photograph, size, 11 + number))
    _once(
        folder / "photo-6mp-progressive.jpg",
        lambda path: _again(folder / "photo-6mp.jpg", path, progressive=True, quality=90),
    )
    _once(folder / "photo-6mp.png", lambda path: _again(folder / "photo-6mp.jpg", path))
    _once(folder / "photo-6mp.webp", lambda path: _again(folder / "photo-6mp.jpg", path, quality=88))
    _once(folder / "photo-2mp.avif", lambda path: _again(folder / "photo-2mp.jpg", path, quality=75, speed=7))
    _once(folder / "cut-out-3mp.png", lambda path: cut_out((2048, 1536)).save(path))
    _once(folder / "pan-40.gif", partial(_film, pan, (480, 270), 40))
    _once(folder / "marks-40.gif", partial(_film, marks, (400, 400), 40))
    for frames in film_frames:
        _once(folder / f"growth-{frames}.gif", partial(_film, pan, (320, 180), frames))
    for megapixels in steps_mp:
        _once(folder / f"growth-{megapixels}mp.jpg", partial(_scaled, folder / "photo-48mp.jpg", megapixels))


def _photograph(size: tuple[int, int], seed: int, path: Path) -> None:
    leaves(size, seed).save(path, quality=90)


def _again(source: Path, path: Path, **settings: int) -> None:
    with Image.open(source) as picture:
        picture.save(path, None, **settings)


def _film(draw: Draw, size: tuple[int, int], frames: int, path: Path) -> None:
    shots = draw(size, frames)
    shots[0].save(path, save_all=True, append_images=shots[1:], duration=60, loop=0)


def _scaled(source: Path, megapixels: int, path: Path) -> None:
    with Image.open(source) as picture:
        high = round((megapixels * 1e6 * 3 / 4) ** 0.5)
        picture.crop((0, 0, min(8000, high * 4 // 3), min(6000, high))).save(path, quality=90)


def _once(path: Path, make: Callable[[Path], None]) -> None:
    if not path.exists():
        fresh = path.with_stem(path.stem + "-fresh")
        make(fresh)
        fresh.replace(path)


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None
    draw(Path(sys.argv[1]))
