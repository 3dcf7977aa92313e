"""The smaller sample pictures: fruit, soap bubbles with alpha, a planet and its moon, balloons."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Iterator
from functools import cache
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

from emulator.pictures.brushes import (
    Colour,
    ball_mask,
    below,
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

# x, y, radius; for fruit also the hue
fruit = (
    (1060, 840, 235, 0.085),
    (440, 880, 250, 0.075),
    (760, 1020, 300, 0.09),
    (1230, 1130, 205, 0.06),
    (240, 1150, 190, 0.145),
)
films = (
    (470, 470, 330),
    (970, 640, 260),
    (900, 240, 150),
    (1210, 330, 96),
    (180, 880, 110),
    (640, 900, 76),
    (1250, 880, 60),
    (150, 190, 80),
)


def oranges() -> Image.Image:
    """Fruit on a wooden table before a blurred garden; 1500 x 1500."""
    size, table = (1500, 1500), 1010
    picture = gradient(size, [(0.0, (112, 150, 92)), (0.5, (64, 104, 70)), (0.7, (34, 60, 48)), (1.01, (34, 60, 48))])
    picture = _garden(picture)
    wood = gradient((size[0], size[1] - table), [(0.0, (120, 76, 48)), (1.01, (186, 124, 78))])
    veins = relief(fractal(wood.size, (3, 60), 41, 5, 900), 1.6, (1, 3))
    wood = ImageChops.multiply(wood, Image.merge("RGB", [levels(veins, 20, 190)] * 3))
    picture.paste(wood, (0, table))
    for x, y, radius, hue in fruit:
        _fruit(picture, (x, y), radius, hue)
    return grained(glow(picture, (180, 120), 1100, (190, 160, 90), 1.6), 8, 4)


def _garden(picture: Image.Image) -> Image.Image:
    random = Random(17)
    light = Image.new("RGB", (picture.width // 4, picture.height // 4))
    for _ in range(60):
        centre = random.uniform(0, light.width), random.uniform(0, light.height * 0.66)
        spot = disc(light.size, centre, random.uniform(14, 46), lambda at: 0.0 if at > 0.96 else 0.35 + 0.25 * at**4)
        colour = colorsys.hsv_to_rgb(random.uniform(0.14, 0.33), random.uniform(0.3, 0.7), random.uniform(0.1, 0.5))
        light = ImageChops.screen(light, tint(spot, whole(colour)))
    return ImageChops.screen(picture, light.resize(picture.size, Image.Resampling.BICUBIC))


def _fruit(picture: Image.Image, centre: tuple[int, int], radius: int, hue: float) -> None:
    side = radius * 2
    shadow = disc((side * 2, side), (side, side // 2), side // 2, lambda at: 0.75 * (1 - at) ** 0.7)
    shadow = shadow.resize((side * 2, side // 2))
    picture.paste((26, 14, 8), (centre[0] - side + radius // 3, centre[1] + radius - side // 4 - radius // 12), shadow)
    bright = colorsys.hsv_to_rgb(hue, 0.86, 1.0)
    dark = colorsys.hsv_to_rgb(max(0.0, hue - 0.03), 1.0, 0.34)
    lamp = disc((side, side), (side * 0.36, side * 0.3), side * 0.86, lambda at: (1 - at) ** 0.8)
    ball = Image.new("RGB", (side, side), whole(dark))
    ball.paste(whole(bright), mask=lamp)
    peel = relief(noise((side, side), (side // 4, side // 4), radius), 0.8, (1, 2))
    ball = ImageChops.add(ball, Image.merge("RGB", [levels(peel, 64, 192, 1.0, 44)] * 3), 1, -22)
    ball = glow(ball, (side * 0.34, side * 0.26), side * 0.2, (200, 190, 160), 1.4)
    ball = glow(ball, (side * 0.7, side * 0.95), side * 0.4, (90, 50, 24), 1.2)
    picture.paste(ball, (centre[0] - radius, centre[1] - radius), ball_mask(side))


def bubbles() -> Image.Image:
    """Soap bubbles on nothing at all: RGBA, 1400 x 1050."""
    size = (1400, 1050)
    picture = Image.new("RGBA", size)
    for number, (x, y, radius) in enumerate(films):
        picture.alpha_composite(_bubble(radius, number), (x - radius, y - radius))
    return picture


def _bubble(radius: int, number: int) -> Image.Image:
    side = radius * 2
    swirl = fractal((side, side), (3, 4), 80 + number, 4, 240)
    across = Image.linear_gradient("L").rotate(30 + 40 * number).resize((side, side))
    hue = ImageChops.add_modulo(Image.blend(swirl, across, 0.5), Image.new("L", (side, side), 37 * number % 256))
    film = Image.merge("HSV", [hue, Image.new("L", (side, side), 165), Image.new("L", (side, side), 255)]).convert(
        "RGB"
    )
    alpha = disc((side, side), (radius, radius), radius, lambda at: 0.1 + 0.8 * at**7)
    for x, y, part, strength in ((0.33, 0.28, 0.2, 0.95), (0.68, 0.76, 0.12, 0.6)):
        shine = disc((side, side), (side * x, side * y), side * part, lambda at, top=strength: top * (1 - at) ** 3)  # type: ignore[misc]
        alpha = ImageChops.lighter(alpha, shine)
        film.paste((255, 255, 255), mask=shine)
    film.putalpha(ImageChops.multiply(alpha, ball_mask(side)))
    return film


def moon(side: int = 320, count: int = 24) -> Iterator[Image.Image]:
    """The frames of a planet with a moon around it, in colours of one palette."""
    backdrop = _space(side)
    globe = _sphere(side * 46 // 100, (70, 140, 255), 7)
    satellite = _sphere(side * 13 // 100, (255, 214, 150), 8)
    colours = backdrop.copy()
    colours.paste(globe, (0, 0), globe)
    colours.paste(satellite.resize(globe.size), (side // 2, side // 2), ball_mask(globe.width))
    palette = colours.quantize(160)
    for number in range(count):
        turn = 2 * math.pi * number / count
        frame = backdrop.copy()
        centre = side // 2 + round(side * 0.38 * math.cos(turn)), side // 2 + round(side * 0.24 * math.sin(turn))
        bodies = [(globe, (side // 2, side // 2)), (satellite, centre)]
        for body, (x, y) in bodies if math.sin(turn) > 0 else reversed(bodies):
            frame.paste(body, (x - body.width // 2, y - body.height // 2), body)
        yield frame.quantize(palette=palette, dither=Image.Dither.NONE)


def _space(side: int) -> Image.Image:
    random = Random(3)
    picture = gradient((side, side), [(0.0, (10, 10, 30)), (1.01, (34, 18, 58))])
    for _ in range(70):
        light = random.randrange(70, 230)
        picture.putpixel((random.randrange(side), random.randrange(side)), (light, light, light))
    return picture


def _sphere(side: int, colour: Colour, seed: int) -> Image.Image:
    lamp = disc((side, side), (side * 0.36, side * 0.3), side * 0.8, lambda at: (1 - at) ** 0.75)
    bands = levels(fractal((side, side), (2, 9), seed, 4), 40, 220, 1.0)
    ball = ImageChops.multiply(
        tint(lamp, colour),
        Image.blend(Image.merge("RGB", [bands] * 3), Image.new("RGB", (side, side), (255, 255, 255)), 0.55),
    )
    ball.putalpha(ball_mask(side))
    return ball


def balloon(number: int) -> Image.Image:
    """A balloon over hills with a number on it: anyone sees which way is up."""
    picture = _hills().copy()
    _envelope(picture, (picture.width * 0.62, picture.height * 0.36), picture.height * 0.29, number)
    return picture


@cache
def _hills() -> Image.Image:
    size = (720, 480)
    picture = gradient(size, [(0.0, (64, 140, 214)), (0.6, (190, 222, 240)), (1.01, (255, 236, 200))])
    picture.paste((255, 255, 255), mask=levels(fractal(size, (4, 9), 50), 128, 200, 1.2, 210))
    for layer, colour in enumerate(((112, 150, 140), (66, 116, 84), (30, 74, 50))):
        line = skyline(size[0], size[1] * (0.76 + 0.08 * layer), 40 - 10 * layer, 55 + layer, 0.45)
        mask = below(size, line)
        picture.paste(colour, mask=spruces(mask, line, 60, (14, 34), layer) if layer == 2 else mask)
    return grained(picture, 6, 2)


def _envelope(picture: Image.Image, centre: tuple[float, float], radius: float, number: int) -> None:
    big = round(radius * 8)
    skin, mask = Image.new("RGB", (big, big)), Image.new("L", (big, big))
    draw, middle = ImageDraw.Draw(skin), big / 2
    for gore in range(7, 0, -1):
        wide = radius * 2 * math.sin(gore / 7 * math.pi / 2)
        draw.rectangle((middle - wide, 0, middle + wide, big), fill=((226, 62, 48), (250, 226, 190))[gore % 2])
    pen, top, foot = ImageDraw.Draw(mask), middle - radius * 2, middle + radius * 2.9
    pen.ellipse((middle - radius * 2, top, middle + radius * 2, top + radius * 4), fill=255)
    pen.polygon(
        [
            (middle - radius * 1.72, middle + radius),
            (middle + radius * 1.72, middle + radius),
            (middle + radius * 0.3, foot),
            (middle - radius * 0.3, foot),
        ],
        fill=255,
    )
    lamp = disc((big, big), (middle * 0.78, middle * 0.72), big * 0.5, lambda at: 0.45 + 0.55 * (1 - at) ** 0.7)
    skin = ImageChops.multiply(skin, Image.merge("RGB", [lamp] * 3))
    draw = ImageDraw.Draw(skin)
    draw.text((middle, middle), str(number), (30, 20, 40), ImageFont.load_default(radius * 1.9), anchor="mm")
    half = (big // 2, big // 2)
    picture.paste(skin.resize(half), (round(centre[0] - big / 4), round(centre[1] - big / 4)), mask.resize(half))
    basket = ImageDraw.Draw(picture)
    x, y = centre[0], centre[1] + radius * 1.62
    for side in (-1, 1):
        basket.line(
            (x + side * radius * 0.14, centre[1] + radius * 1.42, x + side * radius * 0.1, y),
            fill=(70, 46, 30),
            width=2,
        )
    basket.rectangle((x - radius * 0.12, y, x + radius * 0.12, y + radius * 0.2), fill=(96, 62, 36))
