"""Each row of the grammar has vectors (accepted, refused, at its bounds), a golden where it changes pixels, and a row
with its picture in docs/url.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image

from docs import option_pictures
from tests import goldens
from variants.table import table

root = Path(__file__).parent.parent
vectors = json.loads((root / "tests" / "vectors" / "urls.json").read_text(encoding="utf-8"))["vectors"]
aliases = {alias: option.name for option in table.options.values() for alias in option.aliases}
document = (root / "docs" / "url.md").read_text(encoding="utf-8")

# url-contract's table: what has to be accepted (bounds, every word) and what has to be refused (beside them), by hand.
wanted = {
    "w": ("1 4096", "0 4097"),
    "h": ("1 4096", "0 4097"),
    "fit": ("contain cover pad stretch", "fill Cover"),
    "up": ("0 1", "2 true"),
    "dpr": ("1 1.5 2 3", "0 0.5 2.5 3.5 4 1.0"),
    "ar": ("16:9 4096:1 4096:4096", "0:1 1:0 4097:1 1:4097 16x9"),
    "g": ("centre n ne e se s sw w nw smart", "center N"),
    "fp": ("0,0 0.5,0.25 1,0 1,1.00 1.0,0.05", "-0.1,0 1.01,0 0.5,1.01 0.123,0 .5,.5"),
    "rect": ("0,0,1,1 65535,65535,65535,65535", "-1,0,10,10 65536,0,1,1 0,0,0,10 0,0,10,0 0,0,65536,1 0,0,1,65536"),
    "trim": ("0 100", "-1 101"),
    "rot": ("0 90 180 270", "-90 45 360"),
    "flip": ("h v hv", "vh"),
    "bg": ("f00 FF8000 ff000080 blur auto", "ff00 fffff ff00000 ff0000000 gggggg red"),
    "pad": ("0 1024", "-1 1025"),
    "blur": ("0 100", "-1 101"),
    "sharp": ("0 100", "-1 101"),
    "bri": ("-100 100", "-101 101"),
    "con": ("-100 100", "-101 101"),
    "sat": ("-100 100", "-101 101"),
    "gray": ("0 1", "2"),
    "radius": ("0 2048 max", "-1 2049 MAX"),
    "wm": ("logo", "Logo other"),
    "q": ("1 100 auto", "0 101 Auto"),
    "anim": ("0 1", "2"),
    "meta": ("none copyright", "all"),
    "dl": ("0 1", "cat.jpg"),
    "v": ("1234abcd 1234abcdef01", ""),
    "f": ("auto avif webp jpg jpeg png gif json", "auto-webp auto-avif JPG heic"),
    "p": ("card share", "other"),
}
# What changes no pixel of the output, or only through other options.
without_golden = {"dpr", "ar", "meta", "dl", "v", "p"}


def parts(url: str) -> list[tuple[str, str]]:
    """The options of a vector's query, aliases resolved."""
    sent = (part.partition("=") for part in url.partition("?")[2].split("&"))
    return [(aliases.get(name, name), unquote(text, errors="replace")) for name, _, text in sent if name]


def values(name: str, *, accepted: bool) -> list[str]:
    found = [(vector, parts(vector["url"])) for vector in vectors if vector["config"] in ("dev", "stamped")]
    return [
        text
        for vector, sent in found
        for each, text in sent
        if each == name and (vector["key"] is not None) is accepted
    ]


def test_every_option_is_here():
    assert set(wanted) == set(table.options)


@pytest.mark.parametrize("name", wanted)
def test_every_bound_and_word_has_an_accepted_and_a_refused_vector(name):
    accepted, refused = (each.split() for each in wanted[name])
    assert set(accepted) - set(values(name, accepted=True)) == set()
    assert set(refused) - set(values(name, accepted=False)) == set()


@pytest.mark.parametrize("name", wanted)
def test_every_option_has_a_vector_where_it_is_repeated_and_one_where_it_is_empty(name):
    refused = [parts(vector["url"]) for vector in vectors if vector["key"] is None and vector["config"] == "dev"]
    assert any([each for each, _ in sent].count(name) == 2 for sent in refused)
    assert "" in values(name, accepted=name == "v")  # what is no version is dropped


@pytest.mark.parametrize("name", sorted(set(wanted) - without_golden))
def test_every_option_that_changes_pixels_has_a_golden(name):
    assert any(re.search(rf"[,/]{name}=", key.partition("/")[2].replace("e1,", "/", 1)) for key in goldens.keys)


@pytest.mark.parametrize("name", wanted)
def test_every_option_has_a_row_with_its_picture(name):
    rows = [line for line in document.splitlines() if line.startswith(f"| `{name}` |")]
    assert len(rows) == 1
    shots = option_pictures.shots()[name]
    assert shots
    assert all(f"(images/options/{shot.name} " in rows[0] for shot in shots)
    assert all(any(each == name for each, _ in parts(shot.url)) or shots[1:] for shot in shots)


def test_the_pictures_are_those_of_the_document_and_small():
    named = {shot.name for shots in option_pictures.shots().values() for shot in shots}
    files = list(option_pictures.folder.iterdir())
    assert {path.name for path in files} == named
    assert sum(path.stat().st_size for path in files) < 1_500_000
    for path in files:
        with Image.open(path) as picture:
            assert max(picture.size) <= 200
