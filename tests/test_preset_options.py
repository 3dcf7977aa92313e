"""The one loose form that Python reads: a preset's options, written as in a query."""

from __future__ import annotations

import pytest

from variants import grammar


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"w": "300", "h": "200", "fit": "cover"}, "w=300,h=200,fit=cover,f=auto"),
        ({"fit": "cover", "height": "200", "width": "300"}, "w=300,h=200,fit=cover,f=auto"),
        ({"w": "300", "fit": "cover"}, "w=300,f=auto"),
        ({"w": "9", "h": "9", "fit": "cover", "fp": "1.0,0.05"}, "w=9,h=9,fit=cover,fp=100x5,f=auto"),
        ({"rect": "1,2,3,4"}, "rect=1x2x3x4,f=auto"),
        ({"background": "F00", "f": "jpeg"}, "bg=ff0000,f=jpg"),
        ({"rot": "90", "flip": "v"}, "rot=270,flip=h,f=auto"),
        ({"flip": "hv"}, "rot=180,f=auto"),
        ({"rot": "180", "flip": "hv"}, "f=auto"),
        ({"q": "80", "anim": "1"}, "f=auto"),
        ({"q": "70", "f": "png"}, "f=png"),
        ({"bg": "FF00FF80", "f": "jpg"}, "bg=ff00ff,f=jpg"),
    ],
)
def test_what_a_preset_means(options: dict[str, str], key: str) -> None:
    assert grammar.key("a", grammar.from_options(options)) == f"a/e1,{key}"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"h": "200", "width": "300", "fit": "cover"}, "w=300,h=200,fit=cover"),
        ({"w": "640", "fit": "cover"}, "w=640,fit=cover"),
        ({"format": "jpeg", "flip": "v"}, "rot=180,flip=h,f=jpg"),
        ({}, ""),
    ],
)
def test_how_a_preset_is_inlined(options: dict[str, str], text: str) -> None:
    assert grammar.preset_text(options) == text


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"w": "9000"}, "Expected integer 1 to 4096 for w, received 9000."),
        ({"w": "5", "width": "5"}, "Expected w once, received it again as width."),
        ({"dpr": "2"}, "Expected an option that a preset can hold, received dpr."),
        ({"p": "thumb"}, "Expected an option that a preset can hold, received p."),
        ({"v": "0123abcd"}, "Expected an option that a preset can hold, received v."),
        ({"ar": "16:9"}, "Expected an option that a preset can hold, received ar."),
        ({"foo": "1"}, "Expected an option that a preset can hold, received foo."),
        ({"fit": "fill"}, "Expected contain or cover or pad or stretch for fit, received fill."),
        ({"f": "auto-webp"}, "Expected auto or avif or webp or jpg or png or gif or json for f, received auto-webp."),
        ({"g": "n", "fp": "0,0"}, "Expected fp or g, received both."),
        ({"up": "yes"}, "Expected 0 or 1 for up, received yes."),
        ({"bg": "red"}, "Expected hex of 3, 6 or 8 digits, blur or auto for bg, received red."),
        ({"fp": "0.123,0"}, "Expected x,y of 0 to 1 with at most two decimals for fp, received 0.123,0."),
        ({"radius": "x"}, "Expected integer 0 to 2048 or max for radius, received x."),
        ({"wm": "A"}, "Expected a name of lower-case letters, digits, _ and - for wm, received A."),
    ],
)
def test_a_mistake_in_a_preset_is_said_in_a_sentence(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        grammar.from_options(options)
    assert str(caught.value) == sentence
