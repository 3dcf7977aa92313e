"""f=json, ThumbHash, and the picture that stands in for an error."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from tests.drawn import BLUE, CLEAR, RED, WHITE, encoded, exif, landscape, near, pixels, rows, stripes, variant
from variants import errors, fallback, imaging, thumbhash
from variants.describe import dominant_colour
from variants.settings import Limits

etag = '"0123456789abcdef0123456789abcdef"'
two = [Image.new("RGB", (4, 2), colour) for colour in (RED, BLUE)]
film = encoded(two[0], "GIF", save_all=True, append_images=two[1:], duration=50)


def described(original, **limits):
    rendered = imaging.describe(
        io.BytesIO(original),
        Limits(**limits),
        decoders=("JPEG", "PNG", "WEBP", "GIF"),
        etag=etag,
        size_bytes=len(original),
    )
    assert (rendered.format, rendered.content_type, rendered.quality) == ("json", "application/json", None)
    return json.loads(rendered.body)


def test_an_original_is_described_upright():
    original = encoded(landscape((60, 30)), "JPEG", exif=exif(orientation=6))
    told = described(original)
    assert list(told) == [
        "width",
        "height",
        "format",
        "bytes",
        "frames",
        "color",
        "etag",
        "v",
        "thumbhash",
        "placeholder",
    ]
    assert (told["width"], told["height"], told["format"], told["bytes"]) == (30, 60, "jpg", len(original))
    assert (told["frames"], told["etag"], told["v"]) == (1, etag.strip('"'), "01234567")


@pytest.mark.parametrize(("original", "form", "frames"), [(film, "gif", 2), (encoded(landscape(), "PNG"), "png", 1)])
def test_frames_and_format_are_those_of_the_file(original, form, frames):
    assert (described(original)["format"], described(original)["frames"]) == (form, frames)


def test_every_frame_is_counted_even_beyond_the_budget():
    assert described(film, max_frames=1)["frames"] == 2


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (333, 77)])
def test_the_placeholder_is_a_tiny_picture_of_the_same_shape(size):
    told = described(encoded(landscape((50, 50)).resize(size), "PNG"))
    kind, body = told["placeholder"].split(",")
    picture = Image.open(io.BytesIO(base64.b64decode(body)))
    assert kind == "data:image/webp;base64"
    assert (picture.format, max(picture.size) <= 24) == ("WEBP", True)
    assert len(told["placeholder"]) < 500


@pytest.mark.parametrize(
    ("original", "error"),
    [(b"text", errors.Unsupported), (encoded(landscape(), "PNG")[:300], errors.Broken)],
)
def test_what_cannot_be_decoded_cannot_be_described(original, error):
    with pytest.raises(error):
        described(original)


def test_too_many_pixels_are_not_described():
    with pytest.raises(errors.TooManyPixels):
        described(encoded(landscape(), "PNG"), max_source_pixels=100)


colours = [
    ("of one colour", Image.new("RGB", (5, 5), (1, 2, 3)), "010203"),
    ("three fifths red", stripes([RED, RED, BLUE, BLUE, RED], (5, 1)), "ff0000"),
    ("the mean of what is alike", stripes([(16, 0, 0), (18, 0, 0), BLUE], (3, 1)), "110000"),
    ("what is clear does not count", stripes([CLEAR, CLEAR, (*BLUE, 255)], (3, 1), "RGBA"), "0000ff"),
    ("all clear", Image.new("RGBA", (2, 2)), "ffffff"),
]


@pytest.mark.parametrize(("picture", "expected"), rows(colours))
def test_the_dominant_colour(picture, expected):
    assert dominant_colour(picture) == expected


# The reference implementation's bytes (github.com/evanw/thumbhash, js/thumbhash.js at its last commit) for pictures
# that its formula `(255x/(w-1), 255y/(h-1), 7xy mod 256)` draws; the last is worked out by hand from the format.
reference = [
    ("square", (10, 10), "HAkOHxxghneAiHiGeGd4iHh3Z2/3gI8H"),
    ("landscape", (100, 75), "HwgKNZpwd3dweHeHeGd3h4CACPh3"),
    ("one pixel: black", (1, 1), "AAgCBwAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("a row", (9, 1), "yvkWgb6Eh4eIiAh7hIhAiAg="),
]


@pytest.mark.parametrize(("size", "expected"), rows(reference))
def test_thumbhash_is_the_references(size, expected):
    wide, high = size
    rgba = b"".join(
        bytes((255 * x // max(1, wide - 1), 255 * y // max(1, high - 1), 7 * x * y % 256, 255))
        for y in range(high)
        for x in range(wide)
    )
    assert base64.b64encode(thumbhash.encode(wide, high, rgba)).decode() == expected


def test_the_head_of_a_hash_by_hand():
    # White: l = 1 -> 63; p = q = 0 -> 31.5 + 0 rounds to 32; no scales; 7 waves both ways: 63 | 32 << 6 | 32 << 12.
    head = int.from_bytes(thumbhash.encode(8, 8, b"\xff" * 256)[:5], "little")
    assert (head & 63, head >> 6 & 63, head >> 12 & 63, head >> 18 & 31, head >> 23 & 1) == (63, 32, 32, 0, 0)
    assert (head >> 24 & 7, head >> 27 & 63, head >> 33 & 63, head >> 39) == (7, 0, 0, 0)
    # Half of it clear: alpha's own byte, mean 7.5 of 15 rounds to 8, and five waves.
    clear = thumbhash.encode(8, 8, b"\xff\xff\xff\xff\xff\xff\xff\x00" * 32)
    assert (clear[2] >> 7, clear[3] & 7, clear[5] & 15) == (1, 5, 8)


def test_a_hash_of_every_shape_has_its_length():
    # 5 bytes and half a byte for each wave: 27 of light in a square, 5 and 5 of colour.
    assert len(thumbhash.encode(8, 8, bytes(256))) == 6 + (14 + 5 + 5 + 14 + 1) // 2
    opaque = pixels((8, 8), [WHITE] * 64).convert("RGBA").tobytes()
    assert len(thumbhash.encode(8, 8, opaque)) == 5 + (27 + 5 + 5 + 1) // 2


boxes = [
    ("the box", "w=200,h=100,fit=cover,f=png", (200, 100), "png"),
    ("a width, at 4:3", "w=200,f=jpg", (200, 150), "jpg"),
    ("a height", "h=150,f=webp", (200, 150), "webp"),
    ("no box", "f=auto", (480, 360), "jpg"),
    ("never larger than 1200", "w=4096,h=2048,f=auto-webp", (1200, 600), "webp"),
    ("a sliver", "w=4096,h=1,f=png", (1200, 1), "png"),
    ("json's is a picture all the same", "f=json", (480, 360), "jpg"),
    ("AVIF", "w=96,f=auto-avif", (96, 72), "avif"),
    ("GIF", "w=96,f=gif", (96, 72), "gif"),
]


@pytest.mark.parametrize(("options", "size", "form"), rows(boxes))
def test_the_fallback_picture_has_the_size_and_format_that_were_asked_for(options, size, form):
    drawn = fallback.draw(404, "not-found", variant(options))
    assert ((drawn.width, drawn.height), drawn.format) == (size, form)
    assert Image.open(io.BytesIO(drawn.body)).size == size
    assert len(drawn.body) < 20_000


def test_the_fallback_picture_without_a_variant_shows_its_status():
    one, other = (fallback.draw(status, "x") for status in (404, 503))
    assert one.body != other.body
    corner = Image.open(io.BytesIO(one.body)).getpixel((0, 0))
    assert near(corner, (203, 208, 214), 12)
