"""Colour: whatever the original's is, sRGB comes out. The expected values are arithmetic on the profiles' numbers.

Through a matrix profile: linear = (v/255)^gamma, its colorants give XYZ (D50), the inverse of sRGB's give linear sRGB,
IEC 61966-2-1's curve gives the value. The colorants are those of Display P3 and of ROMM RGB (ISO 22028-2).
"""

from __future__ import annotations

import pytest
from PIL import Image, ImageCms

from tests.drawn import (
    BLACK,
    BLUE,
    CLEAR,
    GREEN,
    RED,
    WHITE,
    encoded,
    gray_profile,
    made,
    matrix_profile,
    near,
    opened,
    pixels,
    press_profile,
    rows,
    seen,
    stripes,
)

display_p3 = matrix_profile((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841), 2.2)
prophoto = matrix_profile((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249), 1.8)
# Cyan is Lab (128, 128, 128) of 255: L* 50.2, neutral; Y = 0.1863, which sRGB's curve makes 119.
press = press_profile((128, 128, 128))
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

wide = [
    ("P3's (200, 100, 50)", display_p3, "RGB", (200, 100, 50), (216, 93, 24)),
    ("P3's red is beyond sRGB's", display_p3, "RGB", (255, 0, 0), (255, 0, 0)),
    ("P3's gray: gamma 2.2 against sRGB's curve", display_p3, "RGB", (128, 128, 128), (129, 129, 129)),
    ("ProPhoto's (100, 120, 140)", prophoto, "RGB", (100, 120, 140), (83, 143, 160)),
    ("ProPhoto's gray: gamma 1.8", prophoto, "RGB", (128, 128, 128), (146, 146, 146)),
    ("ProPhoto's green is beyond sRGB's", prophoto, "RGB", (60, 200, 60), (0, 228, 0)),
    ("linear gray: 64/255", gray_profile(1.0), "L", 64, (137, 137, 137)),
    ("gray of gamma 1.8", gray_profile(1.8), "L", 128, (146, 146, 146)),
    ("press cyan is the gray that its profile says", press, "CMYK", (255, 0, 0, 0), (119, 119, 119)),
    ("press paper is white", press, "CMYK", (0, 0, 0, 0), WHITE),
    ("press black", press, "CMYK", (0, 0, 0, 255), BLACK),
    ("sRGB's own profile changes nothing", srgb, "RGB", (200, 100, 50), (200, 100, 50)),
]


@pytest.mark.parametrize(("icc", "mode", "stored", "expected"), rows(wide))
def test_a_profile_is_converted_to_srgb(icc, mode, stored, expected):
    original = (
        encoded(Image.new(mode, (8, 8), stored), "JPEG", icc_profile=icc, quality=100)
        if mode == "CMYK"
        else encoded(Image.new(mode, (8, 8), stored), "PNG", icc_profile=icc)
    )
    picture = opened(made(original, "w=4,f=png"))
    assert near(picture.getpixel((1, 1)), expected)
    assert "icc_profile" not in picture.info


def test_a_profile_is_converted_with_alpha_kept():
    original = encoded(Image.new("RGBA", (4, 4), (200, 100, 50, 128)), "PNG", icc_profile=display_p3)
    assert near(opened(made(original, "f=png")).getpixel((0, 0)), (216, 93, 24, 128))
    original = encoded(Image.new("LA", (4, 4), (128, 64)), "PNG", icc_profile=gray_profile(1.8))
    assert near(opened(made(original, "f=png")).getpixel((0, 0)), (146, 146, 146, 64))


broken_profiles = [
    ("noise", b"not a profile at all"),
    ("empty", b"\0" * 128),
    ("cut short", display_p3[:200]),
    ("for another colour space", press),
    ("gray for a coloured picture", gray_profile(1.0)),
    ("huge", display_p3 + bytes(5_000_000)),
]


@pytest.mark.parametrize("icc", rows(broken_profiles))
def test_a_profile_that_makes_no_sense_is_ignored(icc):
    original = encoded(Image.new("RGB", (4, 4), (200, 100, 50)), "WEBP", lossless=True, icc_profile=icc)
    assert near(opened(made(original, "f=png")).getpixel((0, 0)), (200, 100, 50))


def ycck(luma: int, key: int) -> bytes:
    """A JPEG whose Adobe marker says YCCK, as Photoshop writes: inverted, here with neutral chroma."""
    stored = Image.new("CMYK", (8, 8), (255 - luma, 127, 127, 255 - key))  # Pillow inverts on writing
    body = encoded(stored, "JPEG", quality=100, subsampling=0)
    adobe = body.index(b"Adobe")
    return body[: adobe + 11] + b"\x02" + body[adobe + 12 :]


# Without a profile: R = (255 - C)(255 - K) / 255.
inks = [
    ("cyan", (255, 0, 0, 0), (0, 255, 255)),
    ("half magenta", (0, 128, 0, 0), (255, 127, 255)),
    ("a fifth of black", (0, 0, 0, 51), (204, 204, 204)),
    ("yellow and half black: 255 * 127 / 255", (0, 0, 255, 128), (127, 127, 0)),
    ("paper", (0, 0, 0, 0), WHITE),
]


@pytest.mark.parametrize(("ink", "expected"), rows(inks))
def test_cmyk_as_adobe_writes_it_without_a_profile(ink, expected):
    original = encoded(Image.new("CMYK", (8, 8), ink), "JPEG", quality=100, subsampling=0)
    assert b"Adobe" in original
    assert near(opened(made(original, "w=4,f=png")).getpixel((1, 1)), expected, 3)


def test_ycck_is_turned_into_cmyk_and_back_from_adobes_inversion():
    # Luma 0 with neutral chroma leaves C = M = Y = 0; K is stored inverted: 204 is 51.
    assert near(opened(made(ycck(0, 204), "w=4,f=png")).getpixel((1, 1)), (204, 204, 204), 3)
    assert near(opened(made(ycck(0, 255), "w=4,f=png")).getpixel((1, 1)), WHITE, 3)
    assert near(opened(made(ycck(255, 255), "w=4,f=png")).getpixel((1, 1)), BLACK, 3)


def palette_picture(transparent: int | bytes | None) -> bytes:
    picture = Image.new("P", (3, 1))
    picture.putpalette([*RED, *GREEN, *BLUE])
    picture.putdata([0, 1, 2])
    return encoded(picture, "PNG", **({} if transparent is None else {"transparency": transparent}))


def sixteen_bits(values: tuple[int, ...], **settings: int) -> bytes:
    picture = Image.new("I;16", (len(values), 1))
    for x, value in enumerate(values):
        picture.putpixel((x, 0), value)
    return encoded(picture, "PNG", **settings)


modes = [
    ("a palette", palette_picture(None), "RGB", [RED, GREEN, BLUE]),
    ("a palette, one index clear", palette_picture(1), "RGBA", [(*RED, 255), (*GREEN, 0), (*BLUE, 255)]),
    (
        "a palette with half an alpha",
        palette_picture(b"\xff\x80\x00"),
        "RGBA",
        [(*RED, 255), (*GREEN, 128), (*BLUE, 0)],
    ),
    ("bits", encoded(pixels((2, 1), [0, 255], "1"), "PNG"), "RGB", [BLACK, WHITE]),
    ("gray", encoded(pixels((2, 1), [7, 200], "L"), "PNG"), "RGB", [(7, 7, 7), (200, 200, 200)]),
    (
        "gray, one value clear",
        encoded(pixels((2, 1), [7, 200], "L"), "PNG", transparency=200),
        "RGBA",
        [(7, 7, 7, 255), (200, 200, 200, 0)],
    ),
    (
        "gray and alpha",
        encoded(pixels((2, 1), [(7, 255), (200, 9)], "LA"), "PNG"),
        "RGBA",
        [(7, 7, 7, 255), (200, 200, 200, 9)],
    ),
    (
        "colour, one value clear",
        encoded(pixels((2, 1), [RED, BLUE]), "PNG", transparency=BLUE),
        "RGBA",
        [(*RED, 255), (*BLUE, 0)],
    ),
    ("16 bits: the high byte", sixteen_bits((0, 0x80FF, 0xFFFF)), "RGB", [BLACK, (128, 128, 128), WHITE]),
    (
        "16 bits, one value clear, by both bytes",
        sixteen_bits((0x7FFF, 0x8000, 0x8001, 0), transparency=0x8000),
        "RGBA",
        [(127, 127, 127, 255), (128, 128, 128, 0), (128, 128, 128, 255), (*BLACK, 255)],
    ),
    ("an alpha that is all opaque", encoded(Image.new("RGBA", (1, 1), RED), "PNG"), "RGB", [RED]),
]


@pytest.mark.parametrize(("original", "mode", "expected"), rows(modes))
def test_every_stored_mode_becomes_rgb_or_rgba(original, mode, expected):
    picture = opened(made(original, "f=png"))
    assert picture.mode == mode
    assert list(picture.get_flattened_data()) == expected


def test_what_is_transparent_lends_no_colour_to_a_resize():
    # Clear green beside opaque red: without premultiplying, half of it would be green.
    original = encoded(stripes([(*RED, 255), (0, 255, 0, 0)], (40, 40), "RGBA"), "PNG")
    for red, green, blue, alpha in seen(original, "w=10,f=png", "RGBA"):
        assert alpha == 0 or (red, green, blue) == RED


def test_a_clear_picture_stays_clear():
    assert set(seen(encoded(Image.new("RGBA", (8, 8), CLEAR), "PNG"), "w=4,f=png", "RGBA")) == {CLEAR}
