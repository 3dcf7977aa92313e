"""Sound files made unsound: cut at 64 places, bits flipped, dimensions that lie; and files that are something else."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from PIL import Image

from torture.corpus import Case, common
from torture.pieces import chunk, encoded, gif_frame, gif_screen, png, resized_jpeg, scene, segment, with_segments

places = 64
formats = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF")
kinds: dict[str, Callable[[], bytes]] = {
    **{form: partial(encoded, scene(), form) for form in formats},
    "progressive JPEG": lambda: encoded(scene(), "JPEG", progressive=True),
    "CMYK JPEG": lambda: encoded(scene().convert("CMYK"), "JPEG"),
    "palette PNG": lambda: encoded(scene().quantize(16), "PNG"),
    "interlaced 16-bit PNG": lambda: encoded(scene().convert("I;16"), "PNG"),
    "lossless WebP": lambda: encoded(scene(), "WEBP", lossless=True),
    "animated WebP": lambda: _film("WEBP"),
    "animated GIF": lambda: _film("GIF"),
    "deflated TIFF": lambda: encoded(scene(), "TIFF", compression="tiff_deflate"),
}


def _film(form: str) -> bytes:
    frames = [scene(shift=shift) for shift in (0, 40, 80)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=50, loop=0)


@cache
def sound(kind: str) -> bytes:
    """The file of that kind before it is damaged."""
    return kinds[kind]()


def cut(kind: str, place: int) -> bytes:
    """The file up to that 64th of it."""
    body = sound(kind)
    return body[: len(body) * place // places]


def flipped(body: bytes, seed: int) -> bytes:
    """The file with one to 24 of its bits turned, and sometimes bytes doubled."""
    chance, found = random.Random(seed), bytearray(body)
    for _ in range(chance.choice((1, 3, 24))):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.2:
        at = chance.randrange(len(found))
        found[at:at] = found[max(0, at - 40) : at]
    return bytes(found)


def damaged(*, brief: bool) -> Iterator[Case]:
    """Every decoder, cut and flipped."""
    step, flips = (16, 4) if brief else (1, 200)
    for kind in kinds:
        for place in range(0, places, step):
            yield Case(kind="truncated", name=f"{kind} at {place}/{places}", make=partial(cut, kind, place))
        for seed in range(flips):
            options = common if seed % 4 else "w=40,h=40,fit=cover,g=smart,trim=3,meta=copyright,f=auto"
            make = partial(lambda of, number: flipped(sound(of), number), kind, seed)
            yield Case(kind="flipped bits", name=f"{kind}, seed {seed}", make=make, options=options)


lying_sizes = ((1, 1), (95, 64), (97, 64), (96, 1), (1, 4096), (4096, 4096), (9000, 5000))


def lies() -> Iterator[Case]:
    """Headers that say another size than the pixels have."""
    body, progressive = encoded(scene(), "JPEG"), encoded(scene(), "JPEG", progressive=True)
    own = encoded(scene(), "PNG")
    webp, gif = encoded(scene(), "WEBP"), gif_frame((96, 64))
    for size in (*lying_sizes, (0, 0), (0, 64), (96, 0)):
        named: list[tuple[str, Callable[[], bytes]]] = [
            ("JPEG", partial(resized_jpeg, body, size)),
            ("progressive JPEG", partial(resized_jpeg, progressive, size)),
            ("PNG", partial(_resized_png, own, size)),
            ("WebP", partial(_resized_webp, webp, size)),
            ("GIF", partial(lambda s: gif_screen(s) + gif + b";", size)),
            ("GIF frame", partial(lambda s: gif_screen((96, 64)) + gif_frame(s) * 3 + b";", size)),
        ]
        for form, make in named:
            yield Case(kind="lying dimensions", name=f"{form} of {size[0]}x{size[1]}", make=make)


def _resized_webp(body: bytes, size: tuple[int, int]) -> bytes:
    at = body.index(b"\x9d\x01\x2a") + 3
    return body[:at] + struct.pack("<HH", *(side & 0x3FFF for side in size)) + body[at + 4 :]


def _resized_png(body: bytes, size: tuple[int, int]) -> bytes:
    header = struct.pack(">II", *size) + body[24:29]
    return body[:8] + chunk(b"IHDR", header) + body[33:]


page = b"<html><script>alert(1)</script></html>"
script = b"*/=1;alert(1);/*"


def disguises() -> Iterator[Case]:
    """Polyglots, names and contents that differ, nothing at all."""
    jpeg, gif = encoded(scene(), "JPEG"), encoded(scene(), "GIF")
    artist = Image.Exif()
    artist[0x013B], artist[0x8298] = page.decode(), page.decode()
    pictures: list[tuple[str, bytes]] = [
        ("HTML in EXIF", encoded(scene(), "JPEG", exif=artist)),
        ("HTML in a comment", with_segments(jpeg, segment(0xFE, page))),
        ("a GIF that is JavaScript", b"GIF89a" + b"/*" + gif[8:] + script),
        ("a zip behind a JPEG", jpeg + b"PK\x03\x04" + bytes(200) + b"PK\x05\x06" + bytes(18)),
        ("PHP in a PNG", png((8, 8), chunk(b"tEXt", b"a\0<?php system($_GET[0]); ?>"))),
        ("a PDF in a PNG", png((8, 8), chunk(b"prVt", b"%PDF-1.7"))),
        ("a JPEG and a PNG in one", with_segments(jpeg, segment(0xEE, encoded(scene(), "PNG")[:60_000]))),
        ("a PNG with a profile that is HTML", encoded(scene(), "PNG", icc_profile=page * 20)),
        *((f"a {form} named .jpg", encoded(scene(), form)) for form in formats),
    ]
    for name, body in pictures:
        for options in (common, "f=png", "meta=copyright,f=jpg"):
            yield Case(kind="polyglots", name=f"{name}, {options}", make=partial(bytes, body), options=options)
    strangers: list[tuple[str, bytes]] = [
        ("zero bytes", b""),
        ("one byte", b"\xff"),
        ("a megabyte of zeros", bytes(1_000_000)),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("HTML", page),
        ("PDF", b"%PDF-1.7\n"),
        ("Postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        ("BMP", encoded(scene(), "BMP")),
        ("ICO", encoded(scene(), "ICO")),
        ("PPM", encoded(scene(), "PPM")),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99)),
        ("MP4", b"\0\0\0\x18ftypisom" + bytes(99)),
        ("a WAVE in a RIFF", b"RIFF\0\0\0\0WAVEfmt "),
    ]
    for name, body in strangers:
        yield Case(kind="no pictures", name=name, make=partial(bytes, body), refused=True)


def of_folder(folder: Path) -> Iterator[Case]:
    """A folder's files, each shown, described, and cut in two."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        for options in (common, "f=json", "f=avif"):
            yield Case(kind="the folder's", name=f"{path.name}, {options}", make=path.read_bytes, options=options)
        half = partial(lambda each: each.read_bytes()[: each.stat().st_size // 2], path)
        yield Case(kind="the folder's", name=f"{path.name}, half of it", make=half)
        for seed in range(4):
            make = partial(lambda each, number: flipped(each.read_bytes() or b"\0", number), path, seed)
            yield Case(kind="the folder's", name=f"{path.name}, flipped {seed}", make=make)
