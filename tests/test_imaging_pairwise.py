"""Every pair of options, formats and kinds of original meets at least once: size and mode are what arithmetic says.

The arithmetic below is written from url-contract's "Sizes", in decimals, and shares nothing with the code.
"""

from __future__ import annotations

import io
import itertools
import random
from decimal import ROUND_HALF_UP, Decimal

import pytest
from PIL import Image

from tests.drawn import BLACK, BLUE, RED, encoded, exif, landscape, made, opened
from variants.grammar import Variant
from variants.settings import Watermark

scene = landscape((48, 32))
scene.paste((255, 0, 255), (0, 0, 2, 2))  # no border is of the corner's colour: trim has nothing to remove
on_its_side = scene.transpose(Image.Transpose.ROTATE_90)
holed = scene.convert("RGBA")
holed.paste((0, 0, 0, 0), (10, 10, 30, 20))
films = [scene.quantize(64), scene.transpose(Image.Transpose.ROTATE_180).quantize(64)]
# Upright 48 x 32 all of them: name -> bytes, has alpha, frames.
originals = {
    "jpeg": (encoded(scene, "JPEG"), False, 1),
    "jpeg on its side": (
        encoded(scene.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif(orientation=6)),
        False,
        1,
    ),
    "cmyk": (encoded(scene.convert("CMYK"), "JPEG"), False, 1),
    "gray": (encoded(scene.convert("L"), "JPEG"), False, 1),
    "png": (encoded(scene, "PNG"), False, 1),
    "png with alpha": (encoded(holed, "PNG"), True, 1),
    "palette with a clear index": (encoded(scene.quantize(8), "PNG", transparency=0), True, 1),
    "gray with alpha": (encoded(holed.convert("LA"), "PNG"), True, 1),
    "16 bits": (encoded(scene.convert("I").point(lambda value: value * 256).convert("I;16"), "PNG"), False, 1),
    "webp with alpha": (encoded(holed, "WEBP"), True, 1),
    "gif film": (encoded(films[0], "GIF", save_all=True, append_images=films[1:], duration=80), False, 2),
    "webp film": (
        encoded(holed, "WEBP", save_all=True, append_images=[holed.transpose(Image.Transpose.ROTATE_180)], duration=80),
        True,
        2,
    ),
}
mark = (encoded(Image.new("RGB", (6, 4), BLACK), "PNG"), Watermark(key="a", opacity_percent=100))

parameters = {
    "original": list(originals),
    "box": [(None, None), (20, None), (None, 60), (20, 10), (90, 70), (7, 64)],
    "fit": ["contain", "cover", "pad", "stretch"],
    "up": [False, True],
    "g": ["centre", "nw", "se", "smart"],
    "fp": [(50, 50), (0, 100)],
    "rect": [None, (5, 3, 30, 20), (40, 0, 500, 500)],
    "trim": [None, 0],
    "rot": [0, 90, 180, 270],
    "flip": [False, True],
    "bg": ["ffffff", "00ff0080", "blur", "auto"],
    "pad": [0, 3],
    "blur": [0, 2],
    "sharp": [0, 10],
    "bri": [0, -20],
    "con": [0, 20],
    "sat": [0, -100],
    "gray": [False, True],
    "radius": [0, 4, "max"],
    "wm": [None, "a"],
    "q": [80, 30, "auto"],
    "anim": [True, False],
    "meta": ["none", "copyright"],
    "f": ["auto", "auto-webp", "auto-avif", "avif", "webp", "jpg", "png", "gif"],
}


def pairwise():
    """Cases that hold every pair of values of every two parameters: greedy, and the same on every run."""
    names, chance = list(parameters), random.Random(1)
    open_pairs = {
        (one, first, other, second)
        for one, other in itertools.combinations(range(len(names)), 2)
        for first in range(len(parameters[names[one]]))
        for second in range(len(parameters[names[other]]))
    }
    while open_pairs:
        one, first, other, second = min(open_pairs)
        best, covered = None, set()
        for _ in range(12):
            row = [chance.randrange(len(parameters[name])) for name in names]
            row[one], row[other] = first, second
            pairs = {(a, row[a], b, row[b]) for a, b in itertools.combinations(range(len(names)), 2)} & open_pairs
            if best is None or len(pairs) > len(covered):
                best, covered = row, pairs
        open_pairs -= covered
        yield {name: parameters[name][value] for name, value in zip(names, best, strict=True)}


def whole(value):
    return max(1, int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP)))


def expected_size(case):
    """By hand: the source after rect and rot (trim finds no border here), the room within pad, the fit, the border."""
    wide, high = 48, 32
    if case["rect"]:
        left, top, w, h = case["rect"]
        wide, high = min(w, wide - left), min(h, high - top)
    if case["rot"] in (90, 270):
        wide, high = high, wide
    border = 2 * case["pad"]
    w, h = (side and side - border for side in case["box"])
    if w and h and case["fit"] != "contain":
        across, along = Decimal(w) / wide, Decimal(h) / high
        growth = min(across, along) if case["fit"] == "pad" else max(across, along)
        shrink = 1 if case["up"] or growth < 1 else growth
        size = whole(Decimal(w) / shrink), whole(Decimal(h) / shrink)
    else:
        scales = [Decimal(side) / own for side, own in ((w, wide), (h, high)) if side]
        scale = min(scales, default=Decimal(1))
        scale = scale if case["up"] else min(scale, Decimal(1))
        size = whole(scale * wide), whole(scale * high)
    return size[0] + border, size[1] + border


def expected_alpha(case, alpha):
    """Whether something of the output may be clear: True, False, or None where the crop decides."""
    if case["f"] == "jpg":
        return False
    padded = case["pad"] or (all(case["box"]) and case["fit"] == "pad")
    if case["radius"]:
        return True
    if padded and case["bg"] == "00ff0080" and case["pad"]:
        return True
    if alpha or padded:
        return None
    return False


cases = list(pairwise())


def test_the_cases_are_few_and_hold_every_pair():
    assert len(cases) < 220
    for one, other in itertools.combinations(parameters, 2):
        met = {(str(case[one]), str(case[other])) for case in cases}
        assert len(met) == len(parameters[one]) * len(parameters[other])


@pytest.mark.parametrize("number", range(len(cases)))
def test_options_formats_and_originals_meet(number):
    case = dict(cases[number])
    body, alpha, frames = originals[case["original"]]
    wide, high = case["box"]
    options = {name: value for name, value in case.items() if name not in ("original", "box")}
    rendered = made(body, Variant(w=wide, h=high, **options), watermark=mark if case["wm"] else None)
    picture = opened(rendered)
    moving = frames > 1 and case["anim"] and case["f"] in ("auto", "auto-webp", "auto-avif", "webp", "gif")
    assert picture.size == expected_size(case)
    assert rendered.frames == (2 if moving else 1)
    assert not rendered.reduced
    _check_format(case, rendered, picture, moving, expected_alpha(case, alpha))


def _check_format(case, rendered, picture, moving, clear):
    named = {"auto": {"gif"} if moving else {"png"} if clear else {"jpg"} if clear is False else {"png", "jpg"}}
    named |= {"auto-webp": {"webp"}, "auto-avif": {"webp"} if moving else {"avif"}}
    assert rendered.format in named.get(case["f"], {case["f"]})
    has_alpha = picture.has_transparency_data
    if clear is False:
        assert not has_alpha
    if clear and rendered.format != "gif":
        assert has_alpha
    if rendered.format == "jpg":
        assert picture.mode == "RGB"


def test_the_pictures_are_of_what_they_should_be():
    assert Image.open(io.BytesIO(originals["16 bits"][0])).mode.startswith("I")
    assert Image.open(io.BytesIO(originals["gray with alpha"][0])).mode == "LA"
    assert Image.open(io.BytesIO(originals["cmyk"][0])).mode == "CMYK"
    assert {RED, BLUE}
