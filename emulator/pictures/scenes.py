"""The sample pictures themselves: landscapes, a city, still lifes; every stroke from a fixed seed."""

from __future__ import annotations

import colorsys
import math
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from emulator.pictures.brushes import (
    Colour,
    Size,
    below,
    between,
    disc,
    fractal,
    glow,
    gradient,
    grained,
    levels,
    noise,
    relief,
    skyline,
    spruces,
    tint,
    whole,
)


def mountains() -> Image.Image:
    """Ridges behind ridges at dawn, mist in the valleys; 2100 x 1400."""
    size, sun = (2100, 1400), (1900, 590)
    sky = [
        (0.0, (38, 62, 112)),
        (0.25, (104, 122, 164)),
        (0.42, (236, 170, 140)),
        (0.56, (255, 222, 170)),
        (1.01, (255, 236, 206)),
    ]
    picture = gradient(size, sky)
    clouds = levels(fractal(size, (3, 14), 11), 118, 190, 1.4, 150)
    picture.paste((255, 206, 176), mask=clouds)
    picture = glow(picture, sun, 1000, (255, 180, 100), 1.8)
    picture.paste((255, 250, 232), mask=disc(size, sun, 74, lambda at: min(1.0, (1 - at) * 9)))
    rock = relief(fractal(size, (14, 26), 5, 6, 1050), 1.9, (4, 2))
    for layer in range(7):
        picture = _ridge(picture, rock, layer)
    return grained(glow(picture, sun, 620, (150, 84, 40), 1.5), 9, 3)


def _ridge(picture: Image.Image, rock: Image.Image, layer: int) -> Image.Image:
    near = layer / 6
    size = picture.size
    base, swing = 560 + 720 * near**1.25, 190 - 120 * near
    line = skyline(size[0], base, swing, 40 + layer, 0.5 if layer < 5 else 0.42, 4)
    mask = below(size, line)
    if layer >= 4:
        spruces(mask, line, 130 * (layer - 3), (36 + 52 * (layer - 4), 62 + 80 * (layer - 4)), layer)
    hue = between([(0.0, (170, 148, 160)), (0.45, (84, 96, 128)), (1.0, (8, 18, 24))], near)
    haze = between([(0.0, (255, 214, 176)), (0.6, (176, 172, 186)), (1.0, (22, 36, 42))], near)
    top = max(0.0, base - swing) / size[1]
    body = gradient(size, [(0.0, hue), (top, hue), (min(1.0, top + 0.26), haze), (1.01, haze)])
    lit = ImageChops.multiply(body, Image.merge("RGB", [levels(rock, 0, 190, 1.0)] * 3))
    picture.paste(Image.blend(body, lit, 0.16 + 0.22 * near), mask=mask)
    return picture


def city() -> Image.Image:
    """A skyline after sunset and its reflection in still water; 2400 x 1350."""
    size, shore = (2400, 1350), 860
    picture = gradient(
        (size[0], shore), [(0.0, (14, 18, 52)), (0.5, (62, 46, 108)), (0.8, (190, 92, 110)), (1.0, (255, 168, 110))]
    )
    clouds = levels(fractal(picture.size, (4, 12), 21), 120, 200, 1.2, 130)
    picture.paste(Image.new("RGB", picture.size, (238, 122, 120)), mask=clouds)
    picture = glow(picture, (900, 860), 900, (255, 140, 70), 1.6)
    for row, (tall, dim) in enumerate(((430, 0.55), (330, 0.75), (230, 1.0))):
        _towers(picture, row, tall, dim)
    water = ImageChops.multiply(
        picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).crop((0, 0, size[0], size[1] - shore)),
        Image.new("RGB", (size[0], size[1] - shore), (150, 160, 196)),
    )
    water = water.filter(ImageFilter.BoxBlur((3, 16)))
    ripples = relief(noise(water.size, (60, 170), 9), 1.2, (0, 2))
    water = ImageChops.add(water, Image.merge("RGB", [levels(ripples, 60, 200, 1.0, 70)] * 3), 1, -30)
    view = Image.new("RGB", size)
    view.paste(picture)
    view.paste(water, (0, shore))
    return grained(_bokeh(view, 26, 7), 10, 8)


def _towers(picture: Image.Image, row: int, tall: int, dim: float) -> None:
    random, draw, x = Random(70 + row), ImageDraw.Draw(picture), -20
    wall = between([(0.0, (66, 48, 92)), (1.0, (18, 18, 40))], row / 2)
    while x < picture.width:
        wide = random.randrange(70, 170)
        centre = 1 - abs(x - 1300) / 1500
        high = int(tall * random.uniform(0.35, 1.0) * (0.5 + centre))
        top = picture.height - high
        draw.rectangle((x, top, x + wide, picture.height), fill=wall)
        if random.random() < 0.25:
            draw.line((x + wide // 2, top - high // 5, x + wide // 2, top), fill=wall, width=4)
        columns, floors = wide // 12, max(1, high // 16)
        seeds = Image.frombytes("L", (columns, floors), random.randbytes(columns * floors))
        panes = seeds.point([0 if value < 150 else int(value * dim) for value in range(256)])
        window = Image.new("L", (3, 4))
        window.paste(255, (0, 0, 2, 2))
        frame = Image.new("L", (columns * 12, floors * 16))
        frame.paste(panes.resize(frame.size, Image.Resampling.NEAREST))
        bars = _bars(frame.size)
        warm = random.choice([(255, 214, 140), (255, 190, 110), (214, 226, 255)])
        picture.paste(warm, (x + 4, top + 8), ImageChops.multiply(frame, bars))
        x += wide + random.randrange(-10, 24)


def _bars(size: Size) -> Image.Image:
    bars = Image.new("L", size)
    cell = Image.new("L", (12, 16))
    cell.paste(255, (2, 3, 9, 12))
    for x in range(0, size[0], 12):
        bars.paste(cell, (x, 0))
    for y in range(16, size[1], 16):
        bars.paste(bars.crop((0, 0, size[0], 16)), (0, y))
    return bars


def _bokeh(picture: Image.Image, count: int, seed: int) -> Image.Image:
    """`picture` with lights out of focus in front of it."""
    random, hues = Random(seed), (0.06, 0.09, 0.12, 0.55, 0.93)
    light = Image.new("RGB", (picture.width // 2, picture.height // 4))
    for _ in range(count):
        radius = random.uniform(16, 58)
        centre = random.uniform(0, light.width), light.height * random.uniform(0.44, 1.04)
        spot = disc(light.size, centre, radius, lambda at: 0.0 if at > 0.97 else 0.5 + 0.4 * at**6)
        colour = colorsys.hsv_to_rgb(random.choice(hues), random.uniform(0.35, 0.75), random.uniform(0.35, 0.8))
        light = ImageChops.screen(light, tint(spot, whole(colour)))
    low = (0, picture.height - light.height * 2, picture.width, picture.height)
    soft = light.filter(ImageFilter.BoxBlur(1)).resize((picture.width, light.height * 2), Image.Resampling.BICUBIC)
    picture.paste(ImageChops.screen(picture.crop(low), soft), low)
    return picture


def aurora() -> Image.Image:
    """Northern lights over a frozen lake, upright; 1600 x 2000."""
    size, shore = (1600, 2000), 1440
    picture = gradient(size, [(0.0, (4, 8, 26)), (0.45, (8, 30, 60)), (0.72, (24, 84, 96)), (1.0, (10, 30, 44))])
    picture = ImageChops.screen(picture, _stars(size))
    for number, colour in enumerate(((70, 255, 170), (40, 220, 190), (170, 90, 255))):
        picture = ImageChops.screen(picture, _curtain(size, colour, number))
    for layer, (base, swing, colour) in enumerate(((1290, 120, (20, 52, 70)), (1370, 70, (9, 26, 38)))):
        line = skyline(size[0], base, swing, 90 + layer, 0.5, 3)
        picture.paste(colour, mask=below(size, line))
    line = skyline(size[0], 1425, 16, 99, 0.4, 6)
    picture.paste((3, 9, 15), mask=spruces(below(size, line), line, 190, (60, 190), 5))
    mirror = picture.crop((0, shore * 2 - size[1], size[0], shore)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    mirror = ImageChops.multiply(
        mirror.filter(ImageFilter.BoxBlur((2, 9))),
        gradient(mirror.size, [(0.0, (190, 200, 210)), (1.0, (120, 150, 180))]),
    )
    ice = relief(fractal(mirror.size, (5, 22), 31), 2.2, (2, 3))
    picture.paste(ImageChops.add(mirror, Image.merge("RGB", [levels(ice, 40, 216, 1.0, 80)] * 3), 1, -38), (0, shore))
    return grained(picture, 12, 6)


def _stars(size: Size) -> Image.Image:
    random, sky = Random(12), Image.new("L", size)
    draw = ImageDraw.Draw(sky)
    for _ in range(900):
        x, y, radius = (
            random.randrange(size[0]),
            random.randrange(size[1] * 2 // 3),
            random.choice([0.6, 0.6, 0.9, 1.6]),
        )
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=random.randrange(60, 255))
    return Image.merge("RGB", [sky] * 3)


def _curtain(size: Size, colour: Colour, number: int) -> Image.Image:
    """One band of light: each column a ray that fades upwards from a wavy foot."""
    width, height = size[0] // 4, size[1] // 4
    rays = noise((width, 1), (90, 2), 60 + number).tobytes()
    slow = noise((width, 1), (9, 2), 66 + number).tobytes()
    ray = Image.linear_gradient("L").point(
        [round(255 * (value / 255) ** 2.2 * (1 - (value / 255) ** 14)) for value in range(256)]
    )
    band = Image.new("L", (width, height))
    for x in range(width):
        foot = height * (0.52 - 0.11 * number + 0.09 * math.sin(x / width * (5 + number) + number * 2))
        tall = height * (0.2 + 0.26 * slow[x] / 255)
        strength = (0.25 + 0.75 * rays[x] / 255) * (0.3 + 0.7 * slow[x] / 255)
        column = ray.resize((1, max(2, int(tall)))).point([int(value * strength) for value in range(256)])
        band.paste(column, (x, int(foot - tall)))
    soft = band.filter(ImageFilter.GaussianBlur(1.6))
    wide = band.filter(ImageFilter.BoxBlur(14))
    return tint(ImageChops.add(soft, wide), colour).resize(size, Image.Resampling.BICUBIC)
