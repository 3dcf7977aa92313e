"""The canvas: fit=pad, pad, bg, radius and wm, pixel by pixel."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.drawn import BLACK, BLUE, CLEAR, GREEN, RED, WHITE, encoded, made, near, opened, pixels, rows, seen
from variants import errors
from variants.canvas import corner_mask
from variants.settings import Watermark

R, W = RED, WHITE
red = encoded(Image.new("RGB", (4, 2), RED), "PNG")
clear = encoded(Image.new("RGBA", (4, 2), CLEAR), "PNG")

places = [
    ("the middle", "w=4,h=4,fit=pad,f=png", "WRRW"),
    ("the top", "w=4,h=4,fit=pad,g=n,f=png", "RRWW"),
    ("the bottom", "w=4,h=4,fit=pad,g=s,f=png", "WWRR"),
    ("a corner", "w=4,h=4,fit=pad,g=se,f=png", "WWRR"),
    ("an odd rest goes below", "w=4,h=5,fit=pad,f=png", "WRRWW"),
    ("a border around a picture at the top", "w=6,h=6,fit=pad,g=n,bg=0000ff,pad=1,f=png", "BRRBBB"),
]


@pytest.mark.parametrize(("options", "expected"), rows(places))
def test_pad_puts_the_picture_in_the_middle_or_where_g_says(options, expected):
    picture = opened(made(red, options))
    names = {RED: "R", WHITE: "W", BLUE: "B"}
    assert "".join(names[picture.getpixel((picture.width // 2, y))] for y in range(picture.height)) == expected


def test_a_border_is_exactly_that_wide_and_outside_without_a_box():
    picture = opened(made(red, "bg=0000ff,pad=3,f=png"))
    assert picture.size == (10, 8)
    assert picture.crop((3, 3, 7, 5)).getcolors() == [(8, RED)]
    picture.paste(BLUE, (3, 3, 7, 5))
    assert picture.getcolors() == [(80, BLUE)]


backgrounds = [
    ("white unless said", red, "w=4,h=4,fit=pad,f=png", "RGB", WHITE),
    ("a colour", red, "w=4,h=4,fit=pad,bg=008000,f=png", "RGB", GREEN),
    ("its alpha counts where the output has alpha", red, "w=4,h=4,fit=pad,bg=00800080,f=png", "RGBA", (*GREEN, 128)),
    ("a colour where the output has no alpha", red, "w=64,h=64,fit=pad,up=1,bg=008000,f=jpg", "RGB", GREEN),
    ("auto makes a picture with alpha a PNG", red, "w=4,h=4,fit=pad,bg=00800000,f=auto", "RGBA", (*GREEN, 0)),
    ("the mean of the border", red, "w=4,h=4,fit=pad,bg=auto,f=png", "RGB", RED),
    ("the picture itself, blurred", red, "w=4,h=4,fit=pad,bg=blur,f=png", "RGB", RED),
    ("around a clear picture", clear, "w=4,h=4,fit=pad,bg=0000ff,f=png", "RGBA", (*BLUE, 255)),
    ("behind a clear picture", clear, "bg=0000ff,f=jpg", "RGB", BLUE),
    ("white behind a clear picture", clear, "f=jpg", "RGB", WHITE),
    ("nothing behind a clear picture that may be clear", clear, "f=png", "RGBA", CLEAR),
    ("the mean of a clear border is white", clear, "bg=auto,f=jpg", "RGB", WHITE),
]


@pytest.mark.parametrize(("original", "options", "mode", "expected"), rows(backgrounds))
def test_the_background_is(original, options, mode, expected):
    picture = opened(made(original, options))
    assert picture.mode == mode
    assert near(picture.getpixel((0, 0)), expected, 3 if options.endswith("jpg") else 0)


def test_a_clear_picture_stays_clear_within_its_border():
    picture = opened(made(clear, "bg=0000ff,pad=1,f=png"))
    assert picture.getpixel((0, 0)) == (*BLUE, 255)
    assert picture.getpixel((1, 1))[3] == 0


def test_the_border_mean_leaves_the_inside_out_and_weighs_by_alpha():
    inside = encoded(pixels((3, 3), [R, R, R, R, BLACK, R, R, R, R]), "PNG")
    assert opened(made(inside, "bg=auto,pad=1,f=png")).getpixel((0, 0)) == RED
    # Of 10 border places (corners twice) five are blue and opaque, five clear: the mean is blue.
    half = encoded(pixels((4, 1), [(*BLUE, 255), (*BLUE, 255), (*RED, 0), (*RED, 0)], "RGBA"), "PNG")
    assert near(opened(made(half, "bg=auto,pad=8,f=jpg")).getpixel((1, 1)), BLUE, 8)


def test_half_an_alpha_lets_half_the_background_through():
    half = encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 128)), "PNG")
    assert near(opened(made(half, "bg=0000ff,f=jpg")).getpixel((4, 4)), (128, 0, 127), 4)


# A quarter disc by hand. Radius 1: the area of a quarter disc, pi/4 = 0.785 of 255 = 200, give or take the sampling.
def test_a_corner_covers_what_a_disc_covers():
    assert abs(corner_mask(1)[0] - 200) <= 6
    radius = 64
    mask = corner_mask(radius)
    assert abs(sum(mask) / 255 - 3.14159 / 4 * radius * radius) < 4
    assert mask[0] == 0
    assert mask[-1] == 255
    square = Image.frombytes("L", (radius, radius), mask)
    mirrored = square.transpose(Image.Transpose.TRANSPOSE).tobytes()
    assert all(abs(one - other) <= 32 for one, other in zip(mask, mirrored, strict=True))


def test_the_largest_corner_is_cheap():
    assert len(corner_mask(2048)) == 2048 * 2048


radii = [
    ("corners are clear", "radius=24,f=png", "RGBA", 0),
    ("corners show the background where there is no alpha", "bg=008000,radius=24,f=jpg", "RGB", GREEN),
    ("auto makes them a PNG", "radius=24,f=auto", "RGBA", 0),
    ("beyond half a side it is max", "radius=2048,f=webp", "RGBA", 0),
]


@pytest.mark.parametrize(("options", "mode", "corner"), rows(radii))
def test_rounded_corners(options, mode, corner):
    picture = opened(made(encoded(Image.new("RGB", (96, 72), RED), "PNG"), options))
    assert picture.mode == mode
    found = picture.getpixel((0, 0))
    assert near(found, corner, 24) if mode == "RGB" else found[3] == corner
    assert near(picture.getpixel((48, 36))[:3], RED, 3)
    assert near(picture.getpixel((48, 0))[:3], RED, 60)


def test_radius_max_of_a_square_is_a_disc():
    picture = opened(made(encoded(Image.new("RGB", (40, 40), RED), "PNG"), "radius=max,f=png"))
    alpha = picture.getchannel("A").tobytes()
    assert abs(sum(alpha) / 255 - 3.14159 * 20 * 20) < 4


def test_radius_rounds_the_whole_canvas_not_the_picture_on_it():
    picture = opened(made(red, "w=40,h=40,fit=pad,up=1,bg=0000ff,pad=4,radius=10,f=png"))
    assert picture.getpixel((0, 0))[3] == 0
    assert picture.getpixel((20, 1)) == (*BLUE, 255)


def marked(options: str, mark: Image.Image, **registered: object) -> Image.Image:
    base = encoded(Image.new("RGB", (100, 50), WHITE), "PNG")
    watermark = (encoded(mark, "PNG"), Watermark(key="_mirage/watermarks/a.png", **registered))
    return opened(made(base, options, watermark=watermark))


black_mark = Image.new("RGB", (40, 40), BLACK)
corners = {
    "nw": (0, 0),
    "n": (40, 0),
    "ne": (80, 0),
    "w": (0, 15),
    "centre": (40, 15),
    "e": (80, 15),
    "sw": (0, 30),
    "s": (40, 30),
    "se": (80, 30),
}


@pytest.mark.parametrize("position", corners)
def test_a_watermark_lies_where_it_is_registered(position):
    # A fifth of 100 px wide, so 20 x 20.
    picture = marked("wm=a,f=png", black_mark, position=position, scale_percent=20, opacity_percent=100)
    left, top = corners[position]
    assert picture.convert("L").point(lambda value: 255 - value).getbbox() == (left, top, left + 20, top + 20)


opacities = [(100, 0), (60, 102), (1, 253)]


@pytest.mark.parametrize(("opacity", "gray"), opacities)
def test_a_watermark_is_as_opaque_as_it_is_registered(opacity, gray):
    picture = marked("wm=a,f=png", black_mark, opacity_percent=opacity)
    assert near(picture.getpixel((95, 45)), (gray,) * 3, 1)


def test_a_high_watermark_is_never_higher_than_the_picture():
    picture = marked("wm=a,f=png", Image.new("RGB", (10, 100), BLACK), scale_percent=50, opacity_percent=100)
    assert picture.convert("L").point(lambda value: 255 - value).getbbox() == (95, 0, 100, 50)


def test_a_tiled_watermark_covers_everything():
    dots = pixels((2, 1), [(*BLACK, 255), CLEAR], "RGBA").resize((40, 40), Image.Resampling.NEAREST)
    picture = marked("wm=a,f=png", dots, tile=True, opacity_percent=100)
    row = [picture.getpixel((x, 49))[0] < 128 for x in range(2, 100, 10)]
    assert row == [True, False] * 5


def test_a_watermark_lies_on_the_picture_before_the_canvas_and_after_gray():
    picture = marked("h=100,bg=0000ff,pad=10,gray=1,wm=a,f=png", Image.new("RGB", (9, 9), RED), opacity_percent=100)
    assert picture.getpixel((picture.width - 11, picture.height - 11)) == RED
    assert picture.getpixel((picture.width - 10, picture.height - 10)) == BLUE


def test_a_watermark_is_seen_on_a_clear_picture_too():
    watermark = (encoded(black_mark, "PNG"), Watermark(key="a", scale_percent=100, opacity_percent=100))
    assert (0, 0, 0, 255) in seen(clear, "wm=a,f=png", "RGBA", watermark=watermark)


def test_a_watermark_that_is_not_there_is_refused_never_left_out():
    with pytest.raises(errors.BadOption, match="watermark"):
        made(red, "wm=a,f=png")


@pytest.mark.parametrize("cut", [encoded(black_mark, "PNG")[:60], b"no picture", b""])
def test_a_watermark_that_cannot_be_read_is_the_stacks_fault_not_the_originals(cut):
    with pytest.raises(errors.Internal, match="for watermark a at _mirage/watermarks/a"):
        made(red, "wm=a,f=png", watermark=(cut, Watermark(key="_mirage/watermarks/a.png")))
