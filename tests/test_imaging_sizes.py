"""url-contract, "Sizes": every number here was worked out by hand from its sentences."""

from __future__ import annotations

import pytest

from tests.drawn import rows, variant
from variants import errors
from variants.sizes import sizes

# sentence, source after trim, rect and rot, options, picture, canvas
cases = [
    ("no box keeps the picture", (300, 200), "f=jpg", (300, 200), (300, 200)),
    ("a width keeps the ratio", (300, 200), "w=150,f=jpg", (150, 100), (150, 100)),
    ("a height keeps the ratio", (300, 200), "h=50,f=jpg", (75, 50), (75, 50)),
    ("half a pixel rounds up: 100 * 3/8 is 37.5", (8, 3), "w=100,up=1,f=jpg", (100, 38), (100, 38)),
    ("a third rounds down: 100 * 1/3", (300, 100), "w=100,f=jpg", (100, 33), (100, 33)),
    ("nothing is below one pixel", (1000, 10), "w=10,f=jpg", (10, 1), (10, 1)),
    ("contain takes the side that is met first", (300, 200), "w=90,h=90,f=jpg", (90, 60), (90, 60)),
    ("contain, upright", (200, 300), "w=90,h=90,f=jpg", (60, 90), (60, 90)),
    ("a width beyond the source is the source", (300, 200), "w=400,f=jpg", (300, 200), (300, 200)),
    ("contain never enlarges", (300, 200), "w=900,h=900,f=jpg", (300, 200), (300, 200)),
    ("up=1 enlarges a side", (300, 200), "w=400,up=1,f=jpg", (400, 267), (400, 267)),
    ("up=1 enlarges within the box", (300, 200), "w=900,h=900,up=1,f=jpg", (900, 600), (900, 600)),
    ("cover fills the box", (300, 200), "w=100,h=100,fit=cover,f=jpg", (100, 100), (100, 100)),
    ("cover, one side beyond: 400x100 shrinks by 4/3", (300, 200), "w=400,h=100,fit=cover,f=jpg", (300, 75), (300, 75)),
    ("cover, both beyond: 600x600 shrinks by 3", (300, 200), "w=600,h=600,fit=cover,f=jpg", (200, 200), (200, 200)),
    ("cover, rounded half up: 1600x900 by 16: 56.25", (100, 67), "w=1600,h=900,fit=cover,f=jpg", (100, 56), (100, 56)),
    ("cover with up=1 is the box", (300, 200), "w=600,h=600,fit=cover,up=1,f=jpg", (600, 600), (600, 600)),
    ("pad has exactly the box", (300, 200), "w=90,h=90,fit=pad,f=jpg", (90, 60), (90, 90)),
    (
        "pad, one side beyond",
        (300, 200),
        "w=600,h=200,fit=pad,f=jpg",
        (300, 200),
        (600, 200),
    ),
    ("pad, both beyond: 600x600 by 2", (300, 200), "w=600,h=600,fit=pad,f=jpg", (300, 200), (300, 300)),
    ("pad with up=1 fills one side", (300, 200), "w=600,h=600,fit=pad,up=1,f=jpg", (600, 400), (600, 600)),
    ("stretch is the box", (300, 200), "w=100,h=150,fit=stretch,f=jpg", (100, 150), (100, 150)),
    ("stretch, wide: 600x100 by 2", (300, 200), "w=600,h=100,fit=stretch,f=jpg", (300, 50), (300, 50)),
    (
        "stretch, the worse side: 600x800 by 4",
        (300, 200),
        "w=600,h=800,fit=stretch,f=jpg",
        (150, 200),
        (150, 200),
    ),
    ("stretch with up=1", (300, 200), "w=600,h=800,fit=stretch,up=1,f=jpg", (600, 800), (600, 800)),
    ("a border lies outside without a box", (300, 200), "pad=10,f=jpg", (300, 200), (320, 220)),
    ("a border lies within a width: 100-20 = 80", (300, 200), "w=100,pad=10,f=jpg", (80, 53), (100, 73)),
    ("a border lies within the box, contain hugs", (300, 200), "w=100,h=100,pad=5,f=jpg", (90, 60), (100, 70)),
    ("a border within cover", (300, 200), "w=100,h=100,fit=cover,pad=5,f=jpg", (90, 90), (100, 100)),
    ("a border within fit=pad", (300, 200), "w=100,h=100,fit=pad,pad=5,f=jpg", (90, 60), (100, 100)),
    (
        "shrunk within its border: 600x300 by 2",
        (300, 200),
        "w=620,h=320,fit=cover,pad=10,f=jpg",
        (300, 150),
        (320, 170),
    ),
    ("one pixel of room is enough", (300, 200), "w=21,h=21,pad=10,f=jpg", (1, 1), (21, 21)),
    ("a huge original without a box: by 4096/8192", (8192, 2048), "f=jpg", (4096, 1024), (4096, 1024)),
    ("one side of a panorama: 1000 x 10000 by 0.4096", (500, 5000), "w=1000,up=1,f=jpg", (410, 4096), (410, 4096)),
    (
        "a border outside shrinks with its picture: 4200x3200 by 4096/4200, 97.52 of border",
        (4000, 3000),
        "pad=100,f=jpg",
        (3900, 2925),
        (4096, 3121),
    ),
    (
        "a broad border keeps the output's ratio: 6144x2248 by 2/3 is 4096x1499, 682.67 of border",
        (4096, 200),
        "pad=1024,f=jpg",
        (2730, 133),
        (4096, 1499),
    ),
    (
        "the border of a panorama's one side: 900x18000 in 1000x18100 by 4096/18100, 11.3 of border",
        (100, 2000),
        "w=1000,up=1,pad=50,f=jpg",
        (204, 4074),
        (226, 4096),
    ),
    (
        "one pixel of picture stays within a border: 6144x2049 by 2/3 is 4096x1366",
        (4096, 1),
        "pad=1024,f=jpg",
        (2730, 1),
        (4096, 1367),
    ),
    ("4096 with its border is allowed", (4076, 2000), "pad=10,f=jpg", (4076, 2000), (4096, 2020)),
    ("4096 itself is allowed", (4096, 4096), "f=jpg", (4096, 4096), (4096, 4096)),
    ("4097 is not", (4097, 4097), "f=jpg", (4096, 4096), (4096, 4096)),
]


@pytest.mark.parametrize(("source", "options", "picture", "canvas"), rows(cases))
def test_a_size_is_what_the_contract_says(source, options, picture, canvas):
    found = sizes(source, variant(options))
    assert (found.picture, found.canvas) == (picture, canvas)


@pytest.mark.parametrize("options", ["w=20,pad=10,f=jpg", "w=100,h=16,fit=cover,pad=8,f=jpg", "h=1,pad=1,f=jpg"])
def test_a_box_without_room_within_its_border_is_refused(options):
    with pytest.raises(errors.BadOption, match="room within pad"):
        sizes((300, 200), variant(options))
