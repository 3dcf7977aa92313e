"""What is written: the format by the finished picture, quality, and no metadata but what was asked for."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.drawn import RED, encoded, exif, landscape, made, matrix_profile, opened, rows, variant
from variants import imaging
from variants.encode import avif_quality
from variants.settings import Limits

opaque = encoded(landscape(), "PNG")
clear = encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 100)), "PNG")
film = encoded(
    Image.new("RGB", (8, 8), RED),
    "GIF",
    save_all=True,
    append_images=[Image.new("RGB", (8, 8), "blue")],
    duration=100,
    loop=0,
)
photo = encoded(landscape((480, 320)), "JPEG", quality=95)

# What each f makes of an opaque still, a picture with alpha, and an animation: format and frames.
table = [
    ("auto", ("jpg", 1), ("png", 1), ("gif", 2)),
    ("auto-webp", ("webp", 1), ("webp", 1), ("webp", 2)),
    ("auto-avif", ("avif", 1), ("avif", 1), ("webp", 2)),
    ("avif", ("avif", 1), ("avif", 1), ("avif", 1)),
    ("webp", ("webp", 1), ("webp", 1), ("webp", 2)),
    ("jpg", ("jpg", 1), ("jpg", 1), ("jpg", 1)),
    ("png", ("png", 1), ("png", 1), ("png", 1)),
    ("gif", ("gif", 1), ("gif", 1), ("gif", 2)),
]
content_types = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
}


@pytest.mark.parametrize(("form", "of_opaque", "of_clear", "of_film"), table)
def test_the_format_follows_the_finished_picture(form, of_opaque, of_clear, of_film):
    for original, expected in ((opaque, of_opaque), (clear, of_clear), (film, of_film)):
        rendered = made(original, f"f={form}")
        assert (rendered.format, rendered.frames) == expected
        assert rendered.content_type == content_types[rendered.format]
        picture = opened(rendered)
        assert picture.format == {"jpg": "JPEG"}.get(rendered.format, rendered.format.upper())
        assert (picture.size, getattr(picture, "n_frames", 1)) == ((rendered.width, rendered.height), rendered.frames)


def test_anim_0_makes_a_still_of_a_film():
    assert made(film, "anim=0,f=auto").format == "jpg"
    assert made(film, "anim=0,f=auto-avif").format == "avif"
    assert not made(film, "anim=0,f=auto").reduced


# 5/8 up to 80, then 2 for 1: worked out by hand, halves up.
avif_scale = [
    (1, 1),
    (2, 1),
    (4, 3),
    (20, 13),
    (40, 25),
    (75, 47),
    (79, 49),
    (80, 50),
    (81, 52),
    (85, 60),
    (95, 80),
    (100, 90),
]


@pytest.mark.parametrize(("quality", "expected"), avif_scale)
def test_avif_is_encoded_on_its_own_scale(quality, expected):
    assert avif_quality(quality) == expected


@pytest.mark.parametrize("form", ["jpg", "webp", "avif"])
def test_more_quality_is_more_bytes(form):
    sizes = [len(made(photo, f"q={quality},f={form}").body) for quality in (1, 40, 95, 100)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1] / 3


@pytest.mark.parametrize("form", ["jpg", "webp", "avif", "png", "gif"])
def test_the_same_key_gives_the_same_bytes(form):
    assert made(photo, f"w=64,f={form}").body == made(photo, f"w=64,f={form}").body


def test_the_quality_that_was_used_is_told():
    assert made(photo, "f=jpg").quality == 80
    assert made(photo, "q=40,f=webp").quality == 40
    assert made(photo, "f=png").quality is None
    assert made(film, "f=auto").quality is None


@pytest.mark.parametrize("form", ["jpg", "webp", "avif"])
def test_q_auto_is_between_its_bounds_and_told(form):
    rendered = made(photo, f"q=auto,f={form}")
    assert rendered.quality in (50, 54, 58, 62, 65, 68, 71, 74, 77, 80, 83, 86, 89, 92, 95)
    assert rendered.body == made(photo, f"q={rendered.quality},f={form}".replace("q=80,", "")).body


def test_q_auto_spends_more_on_what_needs_more():
    flat = encoded(Image.new("RGB", (240, 160), (90, 120, 200)), "PNG")
    noise = encoded(Image.effect_noise((240, 160), 60).convert("RGB"), "PNG")
    assert made(flat, "q=auto,f=jpg").quality == 50
    assert made(noise, "q=auto,f=jpg").quality > 50


def test_q_auto_encodes_at_most_four_times(monkeypatch):
    for original, form in ((photo, "jpg"), (film, "webp"), (opaque, "avif")):
        calls = []
        monkeypatch.setattr(imaging, "encode", lambda *asked, calls=calls: calls.append(asked) or real(*asked))
        assert made(original, f"q=auto,f={form}").body
        assert len(calls) <= 4


real = imaging.encode
loaded = exif(orientation=6, artist="Anna Ansel", copyright="© 2026 Anna", gps="2026:01:01")
private = [
    ("JPEG", {"exif": loaded, "comment": b"made at home", "xmp": b"<x:xmpmeta>home</x:xmpmeta>"}),
    ("PNG", {"exif": loaded}),
    ("WEBP", {"exif": loaded, "xmp": b"<x:xmpmeta>home</x:xmpmeta>"}),
    ("AVIF", {"exif": loaded, "xmp": b"<x:xmpmeta>home</x:xmpmeta>"}),
    ("TIFF", {"exif": loaded}),
]
profile = matrix_profile((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841), 2.2)


@pytest.mark.parametrize(("stored_as", "settings"), private)
@pytest.mark.parametrize("form", ["jpg", "webp", "avif", "png", "gif"])
def test_no_metadata_survives(stored_as, settings, form):
    original = encoded(landscape((40, 24)), stored_as, icc_profile=profile, **settings)
    rendered = made(original, f"w=20,f={form}")
    for secret in (b"Anna", b"home", b"2026:01:01", b"Exif", b"acsp", b"xmpmeta"):
        assert secret not in rendered.body
    assert not opened(rendered).getexif()


@pytest.mark.parametrize(("stored_as", "settings"), private)
@pytest.mark.parametrize("form", ["jpg", "webp", "avif", "png"])
def test_copyright_keeps_artist_and_copyright_and_nothing_else(stored_as, settings, form):
    original = encoded(landscape((40, 24)), stored_as, **settings)
    kept = opened(made(original, f"w=20,meta=copyright,f={form}")).getexif()
    assert dict(kept) == {0x013B: "Anna Ansel", 0x8298: "© 2026 Anna"} or dict(kept) == {
        0x013B: "Anna Ansel",
        0x8298: "? 2026 Anna",
    }
    assert not kept.get_ifd(0x8825)


def test_copyright_of_a_picture_that_names_none_is_none():
    assert not opened(made(opaque, "meta=copyright,f=jpg")).getexif()


def test_copyright_reads_pngs_own_words():
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Author", "Anna Ansel")
    words.add_itxt("Copyright", "2026 Anna")
    words.add_text("Comment", "made at home")
    rendered = made(encoded(landscape((8, 8)), "PNG", pnginfo=words), "meta=copyright,f=webp")
    assert dict(opened(rendered).getexif()) == {0x013B: "Anna Ansel", 0x8298: "2026 Anna"}
    assert b"home" not in rendered.body


smaller_than = [("jpg", "f=jpg"), ("webp", "f=webp"), ("png", "f=png"), ("gif", "f=gif"), ("q=auto", "q=auto,f=jpg")]


@pytest.mark.parametrize("options", rows(smaller_than))
@pytest.mark.parametrize("part", [0.9, 0.5, 0.2])
def test_smaller_is_the_same_picture_within_the_bytes(options, part):
    whole = made(photo, options)
    room = int(len(whole.body) * part)
    less = imaging.smaller(
        io.BytesIO(photo), variant(options), Limits(), decoders=("JPEG",), watermark=None, max_bytes=room
    )
    assert len(less.body) <= room
    assert (less.format, less.reduced) == (whole.format, True)
    assert less.width < whole.width
    assert abs(less.width / less.height - 1.5) < 0.06


def test_smaller_leaves_alone_what_fits():
    less = imaging.smaller(
        io.BytesIO(photo), variant("w=64,f=jpg"), Limits(), decoders=("JPEG",), watermark=None, max_bytes=10**6
    )
    assert less == made(photo, "w=64,f=jpg")


def test_stages_are_timed_by_whoever_asks():
    from contextlib import contextmanager

    stages = []

    @contextmanager
    def measure(stage):
        stages.append(stage)
        yield

    imaging.render(io.BytesIO(photo), variant("w=64,f=jpg"), Limits(), decoders=("JPEG",), measure=measure)
    assert stages == ["decode", "operations", "encode"]
