"""The drawn originals: there, handsome by measure, and the same each time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PIL import Image, ImageOps, ImageStat

from emulator.pictures.samples import draw

pictures = {
    "mountains.jpg": ("JPEG", "RGB", (2100, 1400)),
    "city.jpg": ("JPEG", "RGB", (2400, 1350)),
    "aurora.jpg": ("JPEG", "RGB", (1600, 2000)),
    "oranges.jpg": ("JPEG", "RGB", (1500, 1500)),
    "bubbles.png": ("PNG", "RGBA", (1400, 1050)),
    "orbit.gif": ("GIF", "P", (320, 320)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("samples")
    draw(found)
    return found


def test_the_folder_holds_exactly_the_samples(folder: Path) -> None:
    balloons = {f"balloons/{number}.jpg" for number in range(1, 9)}
    found = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    assert found == {*pictures, *balloons, "mirage.svg", "manual.pdf", "_mirage/watermarks/mirage.png"}


@pytest.mark.parametrize("name", pictures)
def test_a_picture_has_its_format_mode_and_size(folder: Path, name: str) -> None:
    with Image.open(folder / name) as picture:
        assert (picture.format, picture.mode, picture.size) == pictures[name]


@pytest.mark.parametrize("name", ["mountains.jpg", "city.jpg", "aurora.jpg", "oranges.jpg"])
def test_a_photo_has_a_photo_s_detail_and_range(folder: Path, name: str) -> None:
    with Image.open(folder / name) as picture:
        gray = picture.convert("L")
    assert gray.entropy() > 6.5
    assert ImageStat.Stat(gray).stddev[0] > 25


def test_the_bubbles_are_partly_transparent(folder: Path) -> None:
    with Image.open(folder / "bubbles.png") as picture:
        shares = picture.getchannel("A").histogram()
    assert shares[0] > 100_000
    assert sum(shares[10:245]) > 100_000


def test_the_planet_moves_for_ever(folder: Path) -> None:
    with Image.open(folder / "orbit.gif") as picture:
        assert (picture.n_frames, picture.info["loop"], picture.info["duration"]) == (24, 0, 70)


@pytest.mark.parametrize("number", range(1, 9))
def test_each_balloon_is_upright_once_its_orientation_is_baked(folder: Path, number: int) -> None:
    with Image.open(folder / f"balloons/{number}.jpg") as picture:
        assert picture.getexif()[0x0112] == number
        assert picture.size == ((480, 720) if number >= 5 else (720, 480))
        upright = ImageOps.exif_transpose(picture)
    red, _, blue = upright.getpixel((400, 100))
    assert red > blue + 80, "the balloon's red stripe is left of its middle, high up"
    _, green, blue = upright.getpixel((100, 460))
    assert green > blue, "the meadow is below"


def test_a_balloon_says_where_it_was_so_that_the_product_can_forget_it(folder: Path) -> None:
    with Image.open(folder / "balloons/1.jpg") as picture:
        assert picture.getexif().get_ifd(0x8825)[2] == (48.0, 12.0, 0.0)


def test_the_files_are_what_their_names_say(folder: Path) -> None:
    manual = (folder / "manual.pdf").read_bytes()
    assert manual.startswith(b"%PDF-1.4") and manual.endswith(b"%%EOF\n")
    start = int(manual.split(b"startxref\n")[1].split(b"\n")[0])
    assert manual[start : start + 4] == b"xref"
    assert (folder / "mirage.svg").read_text().startswith("<svg ")


def test_a_second_drawing_has_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    draw(tmp_path)
    for each in sorted(folder.rglob("*.*")):
        again = tmp_path / each.relative_to(folder)
        assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(each.read_bytes()).digest(), each.name
