"""What the sample pictures are painted with: noise, gradients, glows and ridges, each the same on every machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw

Size = tuple[int, int]
Colour = tuple[int, int, int]
Stops = Sequence[tuple[float, Colour]]


def noise(size: Size, cells: Size, seed: int) -> Image.Image:
    """Soft gray noise of `size`, with `cells` lumps across and down."""
    cells = (max(2, cells[0]), max(2, cells[1]))
    lumps = Image.frombytes("L", cells, Random(seed).randbytes(cells[0] * cells[1]))
    return lumps.resize(size, Image.Resampling.BICUBIC)


def fractal(size: Size, cells: Size, seed: int, octaves: int = 5, work_px: int = 700) -> Image.Image:
    """Clouds: noise at ever finer scales, each half as strong; painted at `work_px` and enlarged."""
    scale = min(1.0, work_px / max(size))
    small = (max(2, round(size[0] * scale)), max(2, round(size[1] * scale)))
    clouds = noise(small, cells, seed)
    for octave in range(1, octaves):
        finer = (cells[0] << octave, cells[1] << octave)
        clouds = Image.blend(clouds, noise(small, finer, seed + octave), 1 / (octave + 2))
    return clouds.resize(size, Image.Resampling.BICUBIC)


def levels(gray: Image.Image, low: int, high: int, power: float = 1.0, top: int = 255) -> Image.Image:
    """`gray` with `low` and below made black, `high` and above `top`, and a curve between."""

    def curve(value: int) -> int:
        part = min(1.0, max(0.0, (value - low) / (high - low)))
        return round(top * math.pow(part, power))

    return gray.point([curve(value) for value in range(256)])


def between(stops: Stops, at: float) -> Colour:
    """The colour at `at` (0 to 1) of a gradient."""
    for (low, first), (high, second) in pairwise(stops):
        if at <= high:
            part = min(1.0, max(0.0, (at - low) / (high - low)))
            red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
            return red, green, blue
    return stops[-1][1]


def whole(parts: tuple[float, float, float]) -> Colour:
    """A colour of 0 to 255 from parts of 0 to 1."""
    return round(parts[0] * 255), round(parts[1] * 255), round(parts[2] * 255)


def gradient(size: Size, stops: Stops) -> Image.Image:
    """A gradient from top to bottom."""
    column = Image.new("RGB", (1, size[1]))
    column.putdata([between(stops, y / max(1, size[1] - 1)) for y in range(size[1])])
    return column.resize(size, Image.Resampling.NEAREST)


def disc(size: Size, centre: tuple[float, float], radius: float, shape: Callable[[float], float]) -> Image.Image:
    """A round gray spot on black; `shape` gives its strength (0 to 1) by distance from the centre (0 to 1)."""
    side = max(2, round(radius * 2))
    # Image.radial_gradient is 256 px wide and reaches 255 at 128 * sqrt(2): 181 at the middle of a side.
    spot = Image.radial_gradient("L").point([round(255 * shape(min(1.0, value / 181))) for value in range(256)])
    canvas = Image.new("L", size)
    canvas.paste(
        spot.resize((side, side), Image.Resampling.BICUBIC), (round(centre[0] - radius), round(centre[1] - radius))
    )
    return canvas


def ball_mask(side: int) -> Image.Image:
    """A white ball that fills a square, with a smooth edge."""
    mask = Image.new("L", (side * 2, side * 2))
    ImageDraw.Draw(mask).ellipse((1, 1, side * 2 - 2, side * 2 - 2), fill=255)
    return mask.reduce(2)


def glow(
    picture: Image.Image, centre: tuple[float, float], radius: float, colour: Colour, power: float = 2
) -> Image.Image:
    """`picture` with light around `centre`."""
    scale = 8 if min(picture.size) > 400 else 1
    small = (picture.width // scale, picture.height // scale)
    spot = disc(small, (centre[0] / scale, centre[1] / scale), radius / scale, lambda at: (1 - at) ** power)
    light = tint(spot, colour).resize(picture.size, Image.Resampling.BILINEAR)
    return ImageChops.screen(picture, light)


def tint(gray: Image.Image, colour: Colour) -> Image.Image:
    """`gray` in shades of one colour."""
    return Image.merge("RGB", [gray.point([value * part // 255 for value in range(256)]) for part in colour])


def relief(heights: Image.Image, strength: float, step_px: tuple[int, int] = (2, 1)) -> Image.Image:
    """`heights` lit from the left: mid gray where it is flat."""
    return ImageChops.subtract(heights, ImageChops.offset(heights, *step_px), 1 / strength, 128)


def skyline(width: int, base: float, swing: float, seed: int, rough: float = 0.52, bends: int = 3) -> list[float]:
    """The height (as y) at each pixel of a mountain ridge, by midpoint displacement."""
    random = Random(seed)
    points = [base + random.uniform(-swing, swing) for _ in range(bends + 1)]
    while len(points) <= width:
        swing *= rough
        middles = [(a + b) / 2 + random.uniform(-swing, swing) for a, b in pairwise(points)]
        points = [point for pair in zip(points, middles, strict=False) for point in pair] + [points[-1]]
    step = (len(points) - 1) / width
    return [points[int(x * step)] for x in range(width)]


def below(size: Size, line: Sequence[float]) -> Image.Image:
    """A mask of everything under a line of heights."""
    mask = Image.new("L", size)
    outline = [(float(x), y) for x, y in enumerate(line)]
    ImageDraw.Draw(mask).polygon([(0.0, float(size[1])), *outline, (float(size[0]), float(size[1]))], fill=255)
    return mask


def spruces(
    mask: Image.Image, line: Sequence[float], count: int, height: tuple[float, float], seed: int
) -> Image.Image:
    """`mask` with the silhouettes of spruces standing on `line`."""
    random = Random(seed)
    draw = ImageDraw.Draw(mask)
    for _ in range(count):
        x = random.randrange(len(line))
        tall = random.uniform(*height)
        foot = line[x] + tall * 0.12
        for tier in range(7):
            top = foot - tall * (1 - tier / 7.6)
            wide = tall * (0.05 + 0.028 * tier) * random.uniform(0.8, 1.15)
            draw.polygon([(x, top), (x - wide, top + tall * 0.24), (x + wide, top + tall * 0.24)], fill=255)
    return mask


def grained(picture: Image.Image, amount: int, seed: int) -> Image.Image:
    """`picture` with film grain of at most `amount` levels, so that it compresses as a photograph does."""
    width, height = picture.size
    tile = Image.frombytes("L", (512, 512), Random(seed).randbytes(512 * 512))
    grain = Image.new("L", picture.size)
    for number in range(math.ceil(width / 512) * math.ceil(height / 512)):
        row, column = divmod(number, math.ceil(width / 512))
        grain.paste(tile.rotate(90 * (number % 4)), (column * 512, row * 512))
    grain = grain.point([128 + (value - 128) * amount // 128 for value in range(256)])
    return ImageChops.add(picture, Image.merge("RGB", [grain] * 3), 1, -128)
