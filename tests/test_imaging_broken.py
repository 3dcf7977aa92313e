"""Bad input: what cannot be a picture is refused with a sentence, before a pixel of it is decoded."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageFile

from tests.drawn import encoded, exif, landscape, made, matrix_profile, opened, rows, variant
from variants import errors, imaging
from variants.settings import Limits

scene = landscape()
four = ("JPEG", "PNG", "WEBP", "GIF")


def png(size, *, between=b"", bits=8, colour=2, image=None):
    """A PNG whose header says that size; its pixels, unless given, are none."""
    header = struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, 0)
    body = b"" if image is None else chunk(b"IDAT", image)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + between + body + chunk(b"IEND", b"")


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def webp(size, kind=b"VP8X"):
    if kind == b"VP8X":
        header = bytes(4) + (size[0] - 1).to_bytes(3, "little") + (size[1] - 1).to_bytes(3, "little")
    else:
        header = b"\x2f" + ((size[0] - 1) | (size[1] - 1) << 14).to_bytes(4, "little") + bytes(5)
    body = b"WEBP" + kind + struct.pack("<I", len(header)) + header
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg(size):
    """A JPEG whose frame header says that size."""
    body = encoded(scene, "JPEG")
    at = body.index(b"\xff\xc0") + 5
    return body[:at] + struct.pack(">HH", size[1], size[0]) + body[at + 4 :]


def gif(size):
    return (
        b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + bytes(6) + b"," + struct.pack("<HHHHB", 0, 0, *size, 0)
    )


bombs = [
    ("a PNG of 50,000 a side", png((50_000, 50_000))),
    ("a PNG of one line too long", png((16_385, 1))),
    ("a PNG of one column too high", png((1, 16_385))),
    ("a PNG of one row above 50 MP", png((10_000, 5_001))),
    ("a JPEG of 65,000 a side", jpeg((65_000, 65_000))),
    ("a JPEG of 60 MP", jpeg((10_000, 6_000))),
    ("a WebP of 16 million a side", webp((1 << 24, 1 << 24))),
    ("a WebP of 60 MP, whose canvas its decoder would allocate", webp((10_000, 6_000))),
    ("a lossless WebP of 60 MP", webp((10_000, 6_000), b"VP8L")),
    ("a GIF of 65,535 a side", gif((65_535, 65_535)) + b"\x02\0;"),
]


@pytest.mark.parametrize("original", rows(bombs))
def test_a_bomb_is_refused_by_its_header(original, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda *_: pytest.fail("It was decoded."))
    with pytest.raises(errors.TooManyPixels, match="pixels"):
        made(original, "w=10,f=jpg")


def test_a_gif_frame_far_larger_than_its_canvas_is_refused():
    small = encoded(Image.new("P", (4, 4)), "GIF", save_all=True, append_images=[Image.new("P", (4, 4), 1)])
    at = small.rindex(b",\0\0\0\0\x04\0\x04\0")
    with pytest.raises(errors.TooManyPixels):
        made(small[: at + 5] + b"\xff\xff\xff\xff" + small[at + 9 :], "f=webp")


def test_the_limits_are_those_that_were_given():
    assert made(encoded(scene, "PNG"), "f=png", limits=Limits(max_source_pixels=96 * 64)).width == 96
    with pytest.raises(errors.TooManyPixels, match="6143 pixels, received 96x64"):
        made(encoded(scene, "PNG"), "f=png", limits=Limits(max_source_pixels=6143))
    with pytest.raises(errors.TooManyPixels, match="95 pixels a side"):
        made(encoded(scene, "PNG"), "f=png", limits=Limits(max_source_side_px=95))


strangers = [
    ("nothing", b""),
    ("one byte", b"\xff"),
    ("text", b"<html>not found</html>"),
    ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("PDF", b"%PDF-1.7"),
    ("a RIFF that is a wave", b"RIFF\0\0\0\0WAVEfmt "),
    ("BMP, which Pillow knows", encoded(scene, "BMP")),
    ("TIFF, which is not switched on", encoded(scene, "TIFF")),
    ("AVIF, which is not switched on", encoded(scene, "AVIF")),
    ("PPM", encoded(scene, "PPM")),
    ("Postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n"),
]


@pytest.mark.parametrize("original", rows(strangers))
def test_only_the_decoders_that_are_switched_on_are_tried(original):
    with pytest.raises(errors.Unsupported, match="Expected a picture as JPEG, PNG, WEBP, GIF"):
        made(original, "f=jpg", decoders=four)


@pytest.mark.parametrize("form", ["AVIF", "TIFF"])
def test_a_decoder_that_is_switched_on_is_used(form):
    assert made(encoded(scene, form), "w=48,f=png", decoders=(*four, form)).height == 32


def test_a_suffix_or_a_type_lends_no_decoder():
    with pytest.raises(errors.Unsupported):
        made(encoded(scene, "PNG"), "f=jpg", decoders=("JPEG",))


inflated = b"a\0\0" + zlib.compress(bytes(9_000_000))
damaged = [
    ("a JPEG cut in half", encoded(scene, "JPEG")[:900]),
    ("a JPEG that is only its signature", b"\xff\xd8\xff"),
    ("a PNG cut in half", encoded(scene, "PNG")[:700]),
    ("a PNG without pixels", png((8, 8))),
    ("a PNG whose pixels are noise", png((8, 8), image=b"noise" * 20)),
    ("a PNG of no width", png((0, 8))),
    ("a WebP cut in half", encoded(scene, "WEBP")[:300]),
    ("a WebP that is only its header", webp((8, 8))),
    ("a GIF cut in half", encoded(scene.quantize(), "GIF")[:1000]),
    ("a GIF without a frame", gif((8, 8))[:-10] + b";"),
    (
        "a text that inflates a thousandfold",
        png((8, 8), between=chunk(b"zTXt", inflated)),
    ),
    ("a profile that does", png((8, 8), between=chunk(b"iCCP", inflated))),
]


@pytest.mark.parametrize("original", rows(damaged))
def test_what_is_damaged_is_broken_and_says_so_in_a_sentence(original):
    with pytest.raises(errors.Broken) as caught:
        made(original, "w=4,f=jpg", decoders=four)
    assert caught.value.status == 415
    assert caught.value.message == "The original cannot be decoded: it is damaged, or cut short."


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF"])
def test_noise_in_a_file_never_causes_anything_but_a_refusal(form):
    chance = random.Random(form)
    extra = {"exif": exif(orientation=6, artist="A")} if form != "GIF" else {}
    profile = matrix_profile((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841), 2.2)
    sound = encoded(scene.resize((24, 16)), form, icc_profile=profile, **extra)
    wanted = "w=8,h=8,fit=cover,g=smart,meta=copyright,f=png"
    for _ in range(120):
        bytes_ = bytearray(sound)
        for _ in range(chance.choice((1, 3, 20))):
            bytes_[chance.randrange(len(bytes_))] = chance.randrange(256)
        del bytes_[chance.choice((len(bytes_), chance.randrange(4, len(bytes_)))) :]
        try:
            rendered = made(bytes(bytes_), wanted, limits=Limits(max_source_pixels=10**6))
            assert opened(rendered).size[0] <= 8
        except errors.Refused:
            pass


def test_an_error_of_the_network_is_not_taken_for_a_broken_picture():
    class BreaksOff(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 200:
                raise errors.Busy("It broke off.")
            return super().read(size)

    with pytest.raises(errors.Busy):
        imaging.render(BreaksOff(encoded(scene, "JPEG")), variant("f=jpg"), Limits(), decoders=four)

    class Refuses(io.BytesIO):
        def read(self, size=-1):
            raise ConnectionResetError

    with pytest.raises(ConnectionError):
        imaging.render(Refuses(b""), variant("f=jpg"), Limits(), decoders=four)


def test_pillows_switches_are_left_alone():
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, ImageFile.MAXBLOCK)
    made(encoded(scene, "PNG"), "f=jpg")
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, ImageFile.MAXBLOCK)


def test_only_the_plugins_that_are_needed_are_imported():
    script = (
        "import sys, io\n"
        "from variants import imaging, grammar, settings\n"
        "body = sys.stdin.buffer.read()\n"
        "wanted, limits = grammar.Variant(w=8, f='webp'), settings.Limits()\n"
        "imaging.render(io.BytesIO(body), wanted, limits, decoders=('JPEG', 'PNG'))\n"
        "print(sorted(name for name in sys.modules if name.endswith('ImagePlugin')))\n"
        "print([name for name in ('tkinter', 'numpy', 'PIL.ImageTk', 'PIL.ImageFont') if name in sys.modules])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], input=encoded(scene, "JPEG"), capture_output=True, check=True, timeout=30
    )
    assert ran.stdout.decode().splitlines() == ["['PIL.JpegImagePlugin', 'PIL.WebPImagePlugin']", "[]"]


def test_work_that_cannot_fit_is_refused_before_it_starts(monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda *_: pytest.fail("It was decoded."))
    with pytest.raises(errors.TooLarge, match="Expected work of at most"):
        made(encoded(scene, "PNG"), "f=avif", limits=Limits(image_timeout_s=0.001))


drafts = [
    ("an eighth", "w=100,f=jpg", (150, 100)),
    ("a quarter", "w=200,f=jpg", (300, 200)),
    ("a half", "w=400,f=jpg", (600, 400)),
    ("a half that leaves nothing to the filter", "w=600,f=jpg", (600, 400)),
    ("a half would be too small by one pixel: whole", "w=601,f=jpg", (1200, 800)),
    ("the crop decides: 800 px of it for 90, an eighth leaves 100", "w=90,h=90,fit=cover,f=jpg", (150, 100)),
    ("a small part at its own size", "w=200,rect=0x0x200x200,f=jpg", (1200, 800)),
    ("an eighth leaves exactly 100", "w=100,h=100,fit=cover,f=jpg", (150, 100)),
    ("an eighth would leave 100 for 101", "w=101,h=101,fit=cover,f=jpg", (300, 200)),
    ("turned", "w=100,rot=90,f=jpg", (150, 100)),
    ("nothing is known before trim", "w=100,trim=5,f=jpg", (1200, 800)),
]


@pytest.mark.parametrize(("options", "decoded"), rows(drafts))
def test_a_jpeg_is_decoded_no_larger_than_needed(options, decoded, monkeypatch):
    loaded = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: (loaded.append(self.size), load(self))[1])
    original = encoded(landscape((1200, 800)), "JPEG")
    made(original, options)
    assert loaded[0] == decoded
    assert set(loaded) == {decoded}


def test_decoding_begins_before_the_last_byte_is_there():
    class Counted(io.BytesIO):
        furthest = 0

        def read(self, size=-1):
            self.furthest = max(self.furthest, self.tell() + (size if size and size > 0 else 10**9))
            return super().read(size)

    body = encoded(Image.effect_noise((900, 900), 90), "JPEG", quality=95)
    stream = Counted(body)
    from variants.decode import open_source

    open_source(stream, Limits(), four)
    assert stream.furthest < len(body) / 2
