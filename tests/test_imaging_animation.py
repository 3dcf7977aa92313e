"""Animations: what each frame shows, for how long, how often, and when only the first one is shown."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from tests.drawn import BLACK, BLUE, GREEN, RED, WHITE, encoded, exif, landscape, made, near, opened, rows
from variants import gif
from variants.settings import Limits, Watermark

palette = bytes([*RED, *GREEN, *BLUE, *WHITE])
names = {RED: "R", GREEN: "G", BLUE: "B", WHITE: "W"}
KEEP, TO_BACKGROUND, TO_PREVIOUS = 1, 2, 3


def gif_of(size, frames, *, plays=None, tail=b";"):
    """A GIF89a by hand: frames of (corner, size, colour indices, disposal, transparent index, hundredths)."""
    body = b"GIF89a" + struct.pack("<HHBBB", *size, 0x80 | 1, 3, 0) + palette
    if plays is not None:
        body += b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", plays) + b"\0"
    for corner, frame_size, indices, disposal, transparent, hundredths in frames:
        flags = disposal << 2 | (transparent is not None)
        body += b"!\xf9\x04" + struct.pack("<BHB", flags, hundredths, transparent or 0) + b"\0"
        body += b"," + struct.pack("<HHHHB", *corner, *frame_size, 0) + b"\x02" + lzw(indices) + b"\0"
    return body + tail


def lzw(indices):
    """The indices, two bits each, with a clear code (4) before every one, so that codes stay three bits wide."""
    codes = [code for index in indices for code in (4, index)] + [5]
    bits = sum(code << 3 * at for at, code in enumerate(codes))
    packed = bits.to_bytes((3 * len(codes) + 7) // 8, "little")
    return b"".join(bytes((len(part),)) + part for part in (packed[at : at + 255] for at in range(0, len(packed), 255)))


def shown(original, options="f=webp", **settings):
    """Each frame of the output as letters, a dot where nothing is."""
    picture = opened(made(original, options, **settings))
    found = []
    for index in range(getattr(picture, "n_frames", 1)):
        picture.seek(index)
        values = picture.convert("RGBA").get_flattened_data()
        found.append("".join("." if alpha < 128 else nearest((r, g, b)) for r, g, b, alpha in values))
    return found


def nearest(pixel):
    return names[min(names, key=lambda named: sum(abs(a - b) for a, b in zip(named, pixel, strict=True)))]


# Canvases of 3 x 1, worked out by GIF89a's rules as browsers read them.
whole, middle = ((0, 0), (3, 1)), ((1, 0), (1, 1))
films = [
    ("frames stay", [(*whole, [0, 0, 0], KEEP), (*middle, [1], KEEP), (*middle, [2], KEEP)], ["RRR", "RGR", "RBR"]),
    (
        "a frame without disposal stays",
        [(*whole, [0, 0, 0], 0), (*middle, [1], 0), (*middle, [2], 0)],
        ["RRR", "RGR", "RBR"],
    ),
    (
        "to background is to nothing, only where the frame was",
        [(*whole, [0, 0, 0], KEEP), (*middle, [1], TO_BACKGROUND), ((0, 0), (1, 1), [2], KEEP)],
        ["RRR", "RGR", "B.R"],
    ),
    (
        "to previous",
        [(*whole, [0, 0, 0], KEEP), (*middle, [1], TO_PREVIOUS), ((0, 0), (1, 1), [2], KEEP)],
        ["RRR", "RGR", "BRR"],
    ),
    (
        "the first frame to previous is to nothing",
        [(*whole, [0, 0, 0], TO_PREVIOUS), (*middle, [1], KEEP)],
        ["RRR", ".G."],
    ),
    ("what no frame covers is nothing", [(*middle, [0], KEEP), ((2, 0), (1, 1), [1], KEEP)], [".R.", ".RG"]),
    (
        "a frame beyond the canvas is cut off",
        [(*whole, [0, 0, 0], KEEP), ((2, 0), (3, 1), [1, 1, 1], KEEP)],
        ["RRR", "RRG"],
    ),
]


@pytest.mark.parametrize(("frames", "expected"), rows(films))
def test_disposal(frames, expected):
    original = gif_of((3, 1), [(*frame, None, 10) for frame in frames])
    composed = [
        "".join("." if not pixel[3] else names[pixel[:3]] for pixel in picture.convert("RGBA").get_flattened_data())
        for picture in gif.show(gif.scan(original, 10).frames, (3, 1))
    ]
    assert composed == expected
    assert shown(original, "f=gif") == expected


def test_a_transparent_index_lets_the_frame_before_shine_through():
    original = gif_of((3, 1), [(*whole, [0, 0, 0], KEEP, None, 5), (*whole, [1, 3, 1], KEEP, 3, 5)])
    assert shown(original, "f=gif") == ["RRR", "GRG"]


halves = [((0, 0), (8, 8), [0] * 64, TO_BACKGROUND, None, 5), ((8, 0), (8, 8), [1] * 64, TO_BACKGROUND, None, 5)]
half_shown = [("R" * 8 + "." * 8) * 8, ("." * 8 + "G" * 8) * 8]


@pytest.mark.parametrize("form", ["webp", "gif"])
def test_what_opaque_frames_leave_free_is_transparent(form):
    # libwebp's encoder says alpha in the header only where a frame's own pixels have it
    assert shown(gif_of((16, 8), halves), f"f={form}") == half_shown


@pytest.mark.parametrize("form", ["webp", "gif"])
def test_a_webp_whose_header_knows_no_alpha_is_transparent_around_its_frames(form):
    """As browsers show what gif2webp writes."""
    frames = [Image.new("RGBA", (16, 8)) for _ in halves]
    for frame, (corner, _, _, _, _, _), colour in zip(frames, halves, (RED, GREEN), strict=True):
        frame.paste(colour, (*corner, corner[0] + 8, 8))
    original = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=50, lossless=True)
    assert original[20] & 0x10 == 0, "RFC 9649, 2.7.1: the alpha flag"
    assert shown(original, f"f={form}") == half_shown
    assert opened(made(original, "anim=0,f=auto")).format == "PNG"


def durations(picture):
    found = []
    for index in range(picture.n_frames):
        picture.seek(index)
        picture.load()
        found.append(picture.info["duration"])
    return found


def blinking(count, size=(8, 8), hundredths=7, plays=None):
    colours = [[(0, 2, 3)[index % 3]] * (size[0] * size[1]) for index in range(count)]
    return gif_of(size, [((0, 0), size, colour, KEEP, None, hundredths) for colour in colours], plays=plays)


@pytest.mark.parametrize("form", ["webp", "gif"])
def test_durations_stay_and_none_is_a_tenth_of_a_second(form):
    frames = [((0, 0), (2, 1), [at % 4, 3], KEEP, None, lasts) for at, lasts in enumerate((4, 25, 0, 100))]
    assert durations(opened(made(gif_of((2, 1), frames), f"f={form}"))) == [40, 250, 100, 1000]


# GIF's number counts repetitions after the first play, WebP's counts plays; 0 is for ever in both.
loops = [("once", None, 1, None), ("for ever", 0, 0, 0), ("three times", 2, 3, 2)]


@pytest.mark.parametrize(("gif_says", "webp_says", "gif_again"), rows(loops))
def test_a_film_plays_as_often_as_before(gif_says, webp_says, gif_again):
    as_webp = made(blinking(2, plays=gif_says), "f=webp")
    assert opened(as_webp).info["loop"] == webp_says
    assert opened(made(as_webp.body, "f=webp")).info["loop"] == webp_says
    assert opened(made(as_webp.body, "f=gif")).info.get("loop") == gif_again


def test_an_animated_webp_in_keeps_its_frames_and_times():
    frames = [Image.new("RGBA", (16, 16), colour) for colour in ((*RED, 255), (*BLUE, 100), (0, 0, 0, 0))]
    original = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=[30, 60, 90], lossless=True)
    picture = opened(made(original, "w=8,f=webp"))
    assert picture.size == (8, 8)
    assert durations(picture) == [30, 60, 90]
    picture.seek(1)
    assert near(picture.convert("RGBA").getpixel((4, 4)), (*BLUE, 100), 6)


options_on_every_frame = [
    ("w=4,h=4,fit=cover,f=webp", (4, 4)),
    ("w=4,rot=90,f=webp", (4, 8)),
    ("rect=2x2x4x4,f=gif", (4, 4)),
    ("pad=2,radius=max,f=webp", (20, 12)),
    ("gray=1,f=webp", (16, 8)),
    ("w=8,h=8,fit=pad,bg=blur,f=webp", (8, 8)),
    ("wm=a,f=webp", (16, 8)),
    ("blur=1,sharp=5,bri=5,con=5,sat=5,f=gif", (16, 8)),
    ("trim=0,f=webp", (16, 8)),
    ("w=4,h=8,fit=cover,g=smart,f=webp", (4, 8)),
]


@pytest.mark.parametrize(("options", "size"), options_on_every_frame)
def test_every_option_works_on_every_frame(options, size):
    mark = (encoded(Image.new("RGB", (4, 4), BLACK), "PNG"), Watermark(key="a", opacity_percent=100))
    rendered = made(blinking(3, (16, 8)), options, watermark=mark)
    picture = opened(rendered)
    assert (picture.size, picture.n_frames, rendered.frames) == (size, 3, 3)
    middles = []
    for index in range(3):
        picture.seek(index)
        middles.append(picture.convert("RGB").getpixel((size[0] // 4, size[1] // 2)))
    assert len(set(middles)) == 3
    if "radius" in options:
        picture.seek(2)
        assert picture.convert("RGBA").getpixel((0, 0))[3] == 0
    if "wm" in options:
        picture.seek(2)
        assert near(picture.convert("RGB").getpixel((15, 7)), BLACK, 40)


budgets = [
    ("as many as are allowed", blinking(5, (2, 1)), "f=webp", Limits(max_frames=5), (5, False)),
    ("one more", blinking(6, (2, 1)), "f=webp", Limits(max_frames=5), (1, True)),
    ("one more, as GIF", blinking(6, (2, 1)), "f=gif", Limits(max_frames=5), (1, True)),
    ("300, the default", blinking(300, (2, 1)), "f=gif", Limits(), (300, False)),
    ("301", blinking(301, (2, 1)), "f=auto", Limits(), (1, True)),
    ("as many pixels as are allowed: 4 * 64", blinking(4), "f=webp", Limits(max_animation_pixels=256), (4, False)),
    ("fewer pixels allowed", blinking(4), "f=webp", Limits(max_animation_pixels=255), (1, True)),
    ("what counts is the answer: 4 * 16", blinking(4), "w=4,f=webp", Limits(max_animation_pixels=64), (4, False)),
    ("a still that was asked for is not reduced", blinking(6), "anim=0,f=webp", Limits(max_frames=5), (1, False)),
    ("nor one of a format of stills", blinking(6), "f=png", Limits(max_frames=5), (1, False)),
    ("frames that would take too long", blinking(200, (64, 64)), "f=webp", Limits(image_timeout_s=0.05), (1, True)),
]


@pytest.mark.parametrize(("original", "options", "limits", "expected"), rows(budgets))
def test_beyond_the_budget_the_first_frame_stands_for_all(original, options, limits, expected):
    rendered = made(original, options, limits=limits)
    assert (rendered.frames, rendered.reduced) == expected
    assert near(opened(rendered).convert("RGB").getpixel((0, 0)), RED, 8)


def test_a_webp_beyond_the_budget_is_its_first_frame_too():
    as_webp = made(blinking(6), "f=webp").body
    rendered = made(as_webp, "f=webp", limits=Limits(max_frames=5))
    assert (rendered.frames, rendered.reduced) == (1, True)


def test_a_last_frame_that_is_cut_short_is_left_out():
    assert made(blinking(4)[:-6], "f=webp").frames == 3


def test_a_film_without_its_trailer_is_whole():
    assert made(blinking(4)[:-1], "f=webp").frames == 4


def test_apng_is_a_still():
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
    original = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)
    rendered = made(original, "f=auto")
    assert (rendered.format, rendered.frames, rendered.reduced) == ("jpg", 1, False)
    assert near(opened(rendered).getpixel((4, 4)), RED, 4)


def test_mpo_is_a_still_drafted_and_turned_like_any_jpeg():
    frames = [landscape((64, 32)), Image.new("RGB", (64, 32), BLUE)]
    original = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:], exif=exif(orientation=6))
    assert Image.open(io.BytesIO(original)).format == "MPO"
    rendered = made(original, "w=8,f=auto", decoders=("JPEG",))
    assert (rendered.format, rendered.frames, (rendered.width, rendered.height)) == ("jpg", 1, (8, 16))


def test_an_animated_avif_is_its_first_frame():
    frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE)]
    original = encoded(frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=100)
    assert made(original, "f=webp").frames == 1
