"""The canonical text: parsed strictly, printed in one way only."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest

from variants import errors, grammar, spelling
from variants.grammar import Variant
from variants.table import table

vectors = json.loads((Path(__file__).parent / "vectors" / "urls.json").read_text(encoding="utf-8"))["vectors"]
parsed = {
    "only a format": ("a.jpg/e1,f=auto", "a.jpg", Variant()),
    "the README's key": (
        "cats/1.jpg/e1,w=640,h=360,fit=cover,f=auto-webp",
        "cats/1.jpg",
        Variant(w=640, h=360, fit="cover", f="auto-webp"),
    ),
    "every option but g": (
        "a/e1,w=1,h=2,fit=cover,up=1,fp=0x100,rect=3x4x5x6,trim=0,rot=270,flip=h,bg=blur,pad=7,blur=8,sharp=9,bri=-10,"
        "con=11,sat=-12,gray=1,radius=max,wm=logo,q=auto,anim=0,meta=copyright,dl=1,v=0123abcd,f=webp",
        "a",
        Variant(
            w=1,
            h=2,
            fit="cover",
            up=True,
            fp=(0, 100),
            rect=(3, 4, 5, 6),
            trim=0,
            rot=270,
            flip=True,
            bg="blur",
            pad=7,
            blur=8,
            sharp=9,
            bri=-10,
            con=11,
            sat=-12,
            gray=True,
            radius="max",
            wm="logo",
            q="auto",
            anim=False,
            meta="copyright",
            dl=True,
            v="0123abcd",
            f="webp",
        ),
    ),
    "a place for fit=pad": ("a/e1,w=5,h=5,fit=pad,g=se,f=png", "a", Variant(w=5, h=5, fit="pad", g="se", f="png")),
    "a translucent background": ("a/e1,bg=ff000080,pad=9,f=png", "a", Variant(bg="ff000080", pad=9, f="png")),
    "a description": ("a/e1,v=0123abcd,f=json", "a", Variant(v="0123abcd", f="json")),
    "a name with delimiters": ("a,b=c;d +é.jpg/e1,f=auto", "a,b=c;d +é.jpg", Variant()),
    "options as a folder": ("a/e1,f=auto/b.jpg/e1,f=png", "a/e1,f=auto/b.jpg", Variant(f="png")),
    "a numeric watermark": ("a/e1,wm=2024,f=auto", "a", Variant(wm="2024")),
}
refused = {
    "another epoch": "a/e2,f=auto",
    "an epoch with a zero": "a/e01,f=auto",
    "no format": "a/e1,w=5",
    "no options": "a",
    "nothing": "",
    "no original": "e1,f=auto",
    "an empty original": "/e1,f=auto",
    "a trailing slash": "a/e1,f=auto/",
    "another order": "a/e1,h=5,w=5,f=auto",
    "format first": "a/e1,f=auto,w=5",
    "an option twice": "a/e1,w=5,w=5,f=auto",
    "an unknown option": "a/e1,x=5,f=auto",
    "an alias": "a/e1,width=5,f=auto",
    "dpr": "a/e1,w=5,dpr=2,f=auto",
    "ar": "a/e1,w=5,ar=2:1,f=auto",
    "a preset": "a/e1,p=thumb,f=auto",
    "a signature": "a/e1,sig=x,f=auto",
    "a synonym": "a/e1,f=jpeg",
    "an unknown format": "a/e1,f=tiff",
    "a width of nothing": "a/e1,w=0,f=auto",
    "a width above the bound": "a/e1,w=4097,f=auto",
    "leading zeros": "a/e1,w=05,f=auto",
    "a sign": "a/e1,w=+5,f=auto",
    "full-width digits": "a/e1,w=５,f=auto",
    "a line feed at the end": "a/e1,f=auto\n",
    "a minus nothing": "a/e1,bri=-0,f=auto",
    "a default": "a/e1,q=80,f=auto",
    "a default flag": "a/e1,w=5,up=0,f=auto",
    "a default place": "a/e1,w=5,h=5,fit=cover,g=centre,f=auto",
    "a default focal point": "a/e1,w=5,h=5,fit=cover,fp=50x50,f=auto",
    "fit without a height": "a/e1,w=5,fit=cover,f=auto",
    "up without a side": "a/e1,up=1,f=auto",
    "a place under contain": "a/e1,w=5,h=5,g=n,f=auto",
    "smart under fit=pad": "a/e1,w=5,h=5,fit=pad,g=smart,f=auto",
    "a focal point under fit=pad": "a/e1,w=5,h=5,fit=pad,fp=1x1,f=auto",
    "a place and a focal point": "a/e1,w=5,h=5,fit=cover,g=n,fp=1x1,f=auto",
    "a focal point beyond the picture": "a/e1,w=5,h=5,fit=cover,fp=50x101,f=auto",
    "a focal point of the query": "a/e1,w=5,h=5,fit=cover,fp=0.5x1,f=auto",
    "a cut of three numbers": "a/e1,rect=1x2x3,f=auto",
    "a cut without width": "a/e1,rect=1x2x0x3,f=auto",
    "a vertical mirror": "a/e1,flip=v,f=auto",
    "both mirrors": "a/e1,flip=hv,f=auto",
    "no turn": "a/e1,rot=0,f=auto",
    "an upper-case colour": "a/e1,bg=FF0000,f=jpg",
    "a colour of three digits": "a/e1,bg=f00,f=jpg",
    "an opaque colour of eight digits": "a/e1,bg=ff0000ff,f=jpg",
    "an alpha that no JPEG has": "a/e1,bg=ff000080,f=jpg",
    "an alpha that no JPEG has, of white": "a/e1,bg=ffffff80,f=jpg",
    "a background that nothing shows": "a/e1,bg=ff0000,f=png",
    "a quality for png": "a/e1,q=50,f=png",
    "a still frame of a jpg": "a/e1,anim=0,f=jpg",
    "a version of nine digits": "a/e1,v=0123abcde,f=auto",
    "a version in upper case": "a/e1,v=0123ABCD,f=auto",
    "a description with a width": "a/e1,w=5,f=json",
    "a flag that is no flag": "a/e1,gray=2,f=auto",
    "an upper-case watermark": "a/e1,wm=Logo,f=auto",
    "a dotted segment": "a/../b/e1,f=auto",
    "an empty segment": "a//b/e1,f=auto",
    "a leading slash": "/a/e1,f=auto",
    "a backslash": "a\\b/e1,f=auto",
    "a control character": "a\x1fb/e1,f=auto",
    "a C1 control character": "a\x85b/e1,f=auto",
    "a reserved path": "_mirage/a/e1,f=auto",
    "an original named like options": "a/e1,f=auto/e1,f=auto",
    "a lone surrogate": "a\ud800/e1,f=auto",
    "a path of 801 bytes": "é" * 400 + "a/e1,f=auto",
}


@pytest.mark.parametrize("name", parsed)
def test_a_key_is_parsed_and_printed_back(name: str) -> None:
    text, original, variant = parsed[name]
    assert grammar.parse(text) == (original, variant)
    assert grammar.key(original, variant) == text


@pytest.mark.parametrize("name", refused)
def test_what_is_not_canonical_is_refused(name: str) -> None:
    with pytest.raises(errors.Deploying):
        grammar.parse(refused[name])


@pytest.mark.parametrize("vector", [v for v in vectors if v["origin"] == "variants"], ids=lambda v: v["name"])
def test_each_key_of_the_vectors_is_parsed_and_printed_back(vector: dict[str, str]) -> None:
    text = unquote(vector["key"], errors="strict")[1:]
    assert grammar.key(*grammar.parse(text)) == text
    assert "/" + grammar.encode_path(text) == vector["key"]


def test_a_path_of_800_bytes_is_parsed() -> None:
    assert grammar.parse("é" * 400 + "/e1,f=auto")[0] == "é" * 400


@pytest.mark.parametrize(("surplus", "is_read"), [(0, True), (1, False)])
def test_a_key_has_1024_bytes_with_its_prefix_at_most(surplus: int, is_read: bool) -> None:
    long = (
        "/e1,w=4096,h=4096,fit=cover,up=1,g=smart,rect=65535x65535x65535x65535,trim=100,rot=270,flip=h,bg=ffffff80,"
        "pad=1024,blur=100,sharp=100,bri=-100,con=-100,sat=-100,gray=1,radius=2048,wm=logo,q=auto,anim=0,"
        "meta=copyright,dl=1,v=12345678,f=auto-avif"
    )
    text = "a" * (1024 - len("v/") - len(long) + surplus) + long
    if is_read:
        assert grammar.key(*grammar.parse(text)) == text
    else:
        with pytest.raises(errors.Deploying):
            grammar.parse(text)


def test_idle_options_are_not_printed() -> None:
    assert (
        grammar.key("a", Variant(w=5, fit="cover", g="n", bg="ff0000", q=50, anim=False, f="png")) == "a/e1,w=5,f=png"
    )
    assert grammar.key("a", Variant(w=5, h=5, dl=True, v="0123abcd", f="json")) == "a/e1,v=0123abcd,f=json"


def test_a_ratio_is_read_in_a_query() -> None:
    option = table.options["ar"]
    assert spelling.read_query(option, "16:9") == "16:9"
    for text in ("16x9", "0:1", "1:4097", "016:9", "1:2:3"):
        with pytest.raises(ValueError):
            spelling.read_query(option, text)


def test_the_variant_has_a_field_for_each_option_of_a_key_in_the_key_s_order() -> None:
    first = "w h fit up g fp rect trim rot flip bg pad blur sharp"
    then = "bri con sat gray radius wm q anim meta dl v f"
    order = f"{first} {then}".split()
    assert [option.name for option in table.in_key] == order
    assert list(Variant.__dataclass_fields__) == order


def test_the_defaults_of_the_variant_are_the_table_s() -> None:
    for option in table.in_key:
        assert spelling.write(option, getattr(Variant(), option.name)) == option.default, option.name


def test_the_aliases_are_those_of_the_contract_and_no_others() -> None:
    aliases = {alias: option.name for option in table.options.values() for alias in option.aliases}
    assert aliases == {
        "width": "w",
        "height": "h",
        "format": "f",
        "quality": "q",
        "rotate": "rot",
        "background": "bg",
        "focal": "fp",
        "aspect": "ar",
        "gravity": "g",
        "download": "dl",
    }


def test_each_option_has_an_accepted_a_refused_and_a_boundary_vector() -> None:
    cases: dict[str, set[bool]] = {}
    for vector in vectors:
        for name, _ in parse_qsl(vector["url"].partition("?")[2], errors="replace", keep_blank_values=True):
            cases.setdefault(name, set()).add(vector["code"] is None)
    for option in table.options.values():
        assert cases.get(option.name) == {True, False}, option.name
    assert len({vector["name"] for vector in vectors}) == len(vectors)
