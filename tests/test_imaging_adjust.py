"""blur, sharp, bri, con, sat, gray: values by hand, on named pixels. Alpha stays."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.drawn import BLACK, RED, WHITE, encoded, made, near, opened, rows, seen, stripes

tan = (200, 100, 50)
# Luma by Rec. 601: 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2
cases = [
    ("bri=-100 is black", "bri=-100", tan, BLACK),
    ("bri=-50 halves", "bri=-50", tan, (100, 50, 25)),
    ("bri=10: 55 from 50", "bri=10", tan, (220, 110, 55)),
    ("bri=100 doubles, and clips", "bri=100", tan, (255, 200, 100)),
    ("con=-100 is middle gray", "con=-100", tan, (128, 128, 128)),
    ("con=-50: 127.5 + 72.5 / 2 = 163.75", "con=-50", tan, (164, 114, 89)),
    ("con=100: 127.5 + 2 * 72.5 = 272.5", "con=100", tan, (255, 73, 0)),
    ("sat=-100 has no colour", "sat=-100", tan, (124, 124, 124)),
    ("sat=-50: between 124 and each", "sat=-50", tan, (162, 112, 87)),
    ("sat=50: 124 + 1.5 * 76", "sat=50", tan, (238, 88, 13)),
    ("gray=1 is luma", "gray=1", tan, (124, 124, 124)),
    ("gray of red: 0.299 * 255", "gray=1", RED, (76, 76, 76)),
    ("bri before con: 100 is 27.5 below the middle", "bri=-50,con=-100", tan, (128, 128, 128)),
    ("con before sat", "con=-50,sat=-100", tan, (126, 126, 126)),
    ("a flat picture is not blurred", "blur=100", tan, tan),
    ("a flat picture is not sharpened", "sharp=100", tan, tan),
]


@pytest.mark.parametrize(("option", "stored", "expected"), rows(cases))
@pytest.mark.parametrize("alpha", [None, 77])
def test_a_colour_becomes(option, stored, expected, alpha):
    stored = stored if alpha is None else (*stored, alpha)
    expected = expected if alpha is None else (*expected, alpha)
    original = encoded(Image.new("RGB" if alpha is None else "RGBA", (3, 3), stored), "PNG")
    assert near(opened(made(original, f"{option},f=png")).getpixel((1, 1)), expected)


@pytest.mark.parametrize("option", ["blur=0", "bri=0", "con=0", "sat=0"])
def test_nothing_is_left_to_an_idle_adjustment(option):
    from variants.grammar import Variant

    name = option.partition("=")[0]
    picture = stripes([BLACK, WHITE, RED], (9, 3))
    same = made(encoded(picture, "PNG"), Variant(f="png", **{name: 0}))
    assert opened(same).tobytes() == picture.tobytes()


def test_blur_is_a_gaussian_of_that_many_pixels():
    # A step from 0 to 255: at sigma 5, one sigma from the step a Gaussian is at 15.9 % and 84.1 %.
    original = encoded(stripes([BLACK, WHITE], (80, 9)), "PNG")
    row = [pixel[0] for pixel in seen(original, "blur=5,f=png")][4 * 80 : 5 * 80]
    assert near(row[40] + row[39], 255, 4)
    assert near(row[35], round(255 * 0.184), 8)  # 4.5 px left of the step: -0.9 sigma
    assert near(row[44], round(255 * 0.816), 8)
    assert row[10] == 0
    assert row[70] == 255


def test_blur_lets_nothing_shine_through_from_what_is_transparent():
    original = encoded(stripes([(*RED, 255), (0, 255, 0, 0)], (40, 9), "RGBA"), "PNG")
    assert all(green <= 1 for _, green, _, alpha in seen(original, "blur=3,f=png", "RGBA") if alpha > 2)


def test_sharp_makes_an_edge_steeper_on_both_sides():
    original = encoded(stripes([(100, 100, 100), (150, 150, 150)], (20, 9)), "PNG")
    row = [pixel[0] for pixel in seen(original, "sharp=10,f=png")][4 * 20 : 5 * 20]
    assert row[9] < 95
    assert row[10] > 155
    assert row[2] == 100
    assert row[17] == 150
