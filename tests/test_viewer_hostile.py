"""URLs made to cost: the viewer function stays far from its compute limit, where CloudFront would answer 503."""

from __future__ import annotations

import pytest

from tests.access_world import asked, runtime, token
from tests.drawn import rows
from tests.test_differential import runtime_of
from tests.viewer_requests import event_of

# An estimate (emulator/viewer/compute.py), so with room to the 100.
most_percent = 80
everything = (
    "w=640&h=360&fit=cover&up=1&fp=0.5,0.51&rect=0,0,65535,65535&trim=5&rot=90&flip=hv&bg=ffffff80&pad=5&blur=1&sharp=1"
    "&bri=-1&con=1&sat=1&radius=5&wm=logo&q=79&anim=0&meta=copyright&dl=1&v=0123abcd&f=png&dpr=2"
)
hostile = [
    ("a path of escapes", "/" + "%41" * 2700),
    ("a path of 800 bytes, all of them escaped", "/" + "%2C" * 796 + ".jpg?w=1"),
    ("a path of dots", "/" + "./" * 4000),
    ("a query of nothing but ampersands", "/a.jpg?" + "&" * 1020),
    ("a query of 8,000 ampersands", "/a.jpg?" + "&" * 8000),
    ("one option 255 times", "/a.jpg?" + "w=1&" * 255),
    ("an escaped one", "/a.jpg?" + "%77=1&" * 170),
    ("ignored names", "/a.jpg?" + "&".join(f"utm_{number}={number}" for number in range(100))),
    (
        "7 kB of ignored names",
        "/a.jpg?" + "&".join(f"utm_{number}=%41%41%41%41%41%41%41%41%41" for number in range(200)),
    ),
    ("every option", f"/a.jpg?{everything}"),
    ("a token of 7 kB", "/j/1.jpg?token=" + "a" * 7000),
    ("a sound token of 6 kB", "/j/1.jpg?token=" + token({"exp": 9_999_999_999, "x": "y" * 4500})),
    ("a signature of 7 kB", "/s/a.jpg?kid=k1&sig=" + "a" * 7000),
    ("700 ignored names, signed", "/s/a.jpg?kid=k1&" + "utm_x=1&" * 700 + "sig=" + "a" * 43),
    ("900 names to sort, signed", "/s/a.jpg?kid=k1&" + "".join(f"{number}=1&" for number in range(900)) + "sig=a"),
    ("a key of escapes", "/" + "%2C" * 250 + "/e1,w=640,h=360,fit=cover,f=auto-webp"),
]


@pytest.mark.parametrize("url", rows(hostile))
def test_no_url_comes_near_the_compute_limit(url: str):
    for result in (runtime_of("dev").run(event_of(url), now=1_300_000_000), asked(runtime(), url)):
        assert result.error is None
        assert result.compute_percent < most_percent


def test_parts_beyond_300_are_refused_and_300_are_not():
    for number, status in ((300, None), (301, 400)):
        result = runtime_of("dev").run(event_of("/a.jpg?" + "&&" + "_=&" * number), now=1_300_000_000)
        assert result.output is not None
        assert result.output.get("statusCode") == status
