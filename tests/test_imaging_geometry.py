"""Which pixels are seen, and how they are turned: named pixels in, named pixels out."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.drawn import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    WHITE,
    encoded,
    exif,
    landscape,
    made,
    opened,
    pixels,
    quarters,
    rows,
    seen,
    stripes,
)
from variants import errors

R, G, B, W = RED, GREEN, BLUE, WHITE
# What each EXIF orientation makes of a stored picture with red, green above and blue, white below. CIPA DC-008.
upright = {
    1: [R, G, B, W],
    2: [G, R, W, B],
    3: [W, B, G, R],
    4: [B, W, R, G],
    5: [R, B, G, W],
    6: [B, R, W, G],
    7: [W, G, B, R],
    8: [G, W, R, B],
}
stored_as = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", upright)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_an_orientation_is_baked_in_and_gone(orientation, form):
    lossless = {"PNG": {}, "JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}[form]
    original = encoded(quarters(), form, exif=exif(orientation=orientation), **lossless)
    picture = opened(made(original, "w=2,f=png"))
    assert [_nearest(pixel) for pixel in picture.get_flattened_data()] == upright[orientation]
    assert "exif" not in picture.info


def _nearest(pixel):
    """The named colour that is meant: shrinking mixes a little of the neighbours in."""
    return min((R, G, B, W), key=lambda named: sum(abs(a - b) for a, b in zip(named, pixel, strict=True)))


asked = [
    "w=30,f=png",
    "h=30,f=png",
    "w=30,h=30,f=png",
    "w=30,h=30,fit=cover,f=png",
    "w=30,h=10,fit=cover,g=s,f=png",
    "w=10,h=30,fit=cover,g=e,f=png",
    "w=10,h=30,fit=cover,fp=20x80,f=png",
    "w=10,h=30,fit=cover,g=smart,f=png",
    "w=30,h=30,fit=pad,g=n,f=png",
    "w=30,h=30,fit=stretch,f=png",
    "w=20,rect=12x8x40x30,f=png",
    "w=20,h=20,fit=cover,g=w,rot=90,flip=h,f=png",
    "rect=10x0x50x20,rot=270,f=png",
]


@pytest.mark.parametrize("options", asked)
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_all_eight_orientations_of_one_picture_are_the_same_picture(options, form):
    scene, lossless = landscape(), {"quality": 100, "subsampling": 0} if form == "JPEG" else {}
    plain = opened(made(encoded(scene, form, **lossless), options))
    for orientation, method in stored_as.items():
        stored = encoded(scene.transpose(method), form, exif=exif(orientation=orientation), **lossless)
        turned = opened(made(stored, options))
        assert turned.size == plain.size
        # Rows before columns, or columns before rows: where a filter overshoots, that is some steps' difference.
        apart = ImageChops.difference(plain, turned)
        assert max(band[1] for band in apart.getextrema()) <= 12, orientation
        assert max(ImageStat.Stat(apart).mean) < 0.7, orientation


turns = [
    ("rot=90,f=png", [B, R, W, G]),
    ("rot=180,f=png", [W, B, G, R]),
    ("rot=270,f=png", [G, W, R, B]),
    ("flip=h,f=png", [G, R, W, B]),
    ("rot=90,flip=h,f=png", [R, B, G, W]),
    ("rot=180,flip=h,f=png", [B, W, R, G]),
    ("rot=270,flip=h,f=png", [W, G, B, R]),
]


@pytest.mark.parametrize(("options", "expected"), turns)
def test_rot_is_clockwise_and_flip_follows_it(options, expected):
    assert seen(encoded(pixels((2, 2), [R, G, B, W]), "PNG"), options) == expected


def test_orientation_comes_before_rot():
    original = encoded(pixels((2, 2), [R, G, B, W]), "PNG", exif=exif(orientation=6))
    assert seen(original, "rot=90,f=png") == upright[3]


row = [R, G, B, W]
crops = [
    ("the middle", "w=2,h=1,fit=cover,f=png", [G, B]),
    ("the left", "w=2,h=1,fit=cover,g=w,f=png", [R, G]),
    ("the right", "w=2,h=1,fit=cover,g=e,f=png", [B, W]),
    ("a corner is a side where the other has no room", "w=2,h=1,fit=cover,g=ne,f=png", [B, W]),
    ("a focal point to the left is clamped", "w=2,h=1,fit=cover,fp=0x50,f=png", [R, G]),
    ("a focal point is the window's middle: 75 % of 4 less 1", "w=2,h=1,fit=cover,fp=75x0,f=png", [B, W]),
    ("gravity counts after flip", "w=2,h=1,fit=cover,g=w,flip=h,f=png", [W, B]),
    ("gravity counts after rot", "w=1,h=2,fit=cover,g=n,rot=270,f=png", [W, B]),
    ("rect before the crop", "w=1,h=1,fit=cover,g=e,rect=0x0x3x1,f=png", [B]),
]


@pytest.mark.parametrize(("options", "expected"), rows(crops))
def test_cover_keeps(options, expected):
    assert seen(encoded(pixels((4, 1), row), "PNG"), options) == expected


rects = [
    ("inside", "rect=1x0x2x1,f=png", [G, B]),
    ("clamped on the right", "rect=3x0x9x9,f=png", [W]),
    ("all of it", "rect=0x0x65535x65535,f=png", row),
    ("of the upright picture, then turned", "rect=0x0x2x1,rot=180,f=png", [G, R]),
]


@pytest.mark.parametrize(("options", "expected"), rows(rects))
def test_rect_cuts(options, expected):
    assert seen(encoded(pixels((4, 1), row), "PNG"), options) == expected


@pytest.mark.parametrize("options", ["rect=4x0x1x1,f=png", "rect=0x1x1x1,f=png", "rect=65535x65535x1x1,f=png"])
def test_a_rect_outside_the_picture_is_refused(options):
    with pytest.raises(errors.BadOption, match="4x1 px"):
        made(encoded(pixels((4, 1), row), "PNG"), options)


near_black = (20, 20, 20)  # 7.8 % of 255
trims = [
    ("exactly one colour", "trim=0,f=png", [BLACK, BLACK, R, G, BLACK], [R, G]),
    ("exact leaves what is nearly that colour", "trim=0,f=png", [BLACK, near_black, R, G], [near_black, R, G]),
    ("within the tolerance", "trim=8,f=png", [BLACK, near_black, R, G], [R, G]),
    ("just outside of it", "trim=7,f=png", [BLACK, near_black, R, G], [near_black, R, G]),
    ("a picture of one colour stays whole", "trim=0,f=png", [R, R, R], [R, R, R]),
    ("everything is within 100", "trim=100,f=png", [BLACK, W, R], [BLACK, W, R]),
    ("rect counts from what trim left", "rect=1x0x1x1,trim=0,f=png", [BLACK, R, G, BLACK], [G]),
]


@pytest.mark.parametrize(("options", "stored", "expected"), rows(trims))
def test_trim_removes(options, stored, expected):
    assert seen(encoded(pixels((len(stored), 1), stored), "PNG"), options) == expected


def test_trim_takes_whatever_is_transparent_for_one_colour():
    stored = [(255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 255), (9, 9, 9, 0)]
    assert seen(encoded(pixels((4, 1), stored, "RGBA"), "PNG"), "trim=0,f=png") == [B]


def test_trim_starts_from_the_upright_pictures_corner():
    stored = pixels((3, 1), [R, G, BLACK])
    assert seen(encoded(stored, "PNG", exif=exif(orientation=2)), "trim=0,f=png") == [G, R]


def test_smart_finds_the_only_detail_on_either_side():
    ground = Image.new("RGB", (120, 40), (90, 120, 200))
    for left in (5, 90):
        picture = ground.copy()
        picture.paste(stripes([BLACK, WHITE] * 6, (24, 24)), (left, 8))
        kept = opened(made(encoded(picture, "PNG"), "w=40,h=40,fit=cover,g=smart,f=png")).convert("L")
        assert kept.getextrema() == (0, 255)
        assert len(set(kept.crop((0, 20, 40, 21)).tobytes())) > 2


def test_smart_of_a_picture_without_detail_is_the_middle():
    flat = encoded(Image.new("RGB", (120, 40), (90, 120, 200)), "PNG")
    assert seen(flat, "w=40,h=40,fit=cover,g=smart,f=png") == seen(flat, "w=40,h=40,fit=cover,f=png")


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 300), (3, 3)])
def test_smart_is_never_an_error(size):
    original = encoded(landscape((8, 8)).resize(size), "PNG")
    assert opened(made(original, "w=2,h=2,fit=cover,up=1,g=smart,f=png")).size == (2, 2)


def test_a_crop_at_its_own_size_keeps_every_pixel():
    scene = landscape()
    kept = opened(made(encoded(scene, "PNG"), "w=51,h=31,fit=cover,up=1,f=png"))
    box = opened(made(encoded(scene, "PNG"), "rect=7x9x51x31,f=png"))
    assert box.tobytes() == scene.crop((7, 9, 58, 40)).tobytes()
    assert kept.size == (51, 31)
