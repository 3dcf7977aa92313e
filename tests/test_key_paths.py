"""Paths: which are keys, and how they are escaped."""

from __future__ import annotations

import pytest

from variants import grammar


@pytest.mark.parametrize(
    ("path", "is_options"),
    [
        ("a/e1,f=auto", True),
        ("a/e17,w=5,f=auto-webp", True),
        ("e1,f=auto", True),
        ("a/e1,x=anything,f=x", True),
        ("a/e1,w=5", False),
        ("a/e1,f=auto/b", False),
        ("a/e,f=auto", False),
        ("a/E1,f=auto", False),
        ("a/e1,f=AUTO", False),
        ("a/e1,w=,f=auto", False),
        ("a/e1,f=auto\n", False),
        ("a/e١,f=auto", False),
    ],
)
def test_which_last_segments_are_options(path: str, is_options: bool) -> None:
    assert grammar.is_key(path) is is_options


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("cats/1.jpg", "cats/1.jpg"),
        ("a b+c.jpg", "a%20b%2Bc.jpg"),
        ("AZaz09-._~", "AZaz09-._~"),
        ("a!b'c(d)*e", "a%21b%27c%28d%29%2Ae"),
        ("a:b@c&d=e;f$g,h", "a%3Ab%40c%26d%3De%3Bf%24g%2Ch"),
        ("é/100%", "%C3%A9/100%25"),
        ("a,b/e1,w=5,f=auto", "a%2Cb/e1,w=5,f=auto"),
        ("a/e1,w=5", "a/e1%2Cw%3D5"),
    ],
)
def test_how_a_path_is_escaped(text: str, encoded: str) -> None:
    assert grammar.encode_path(text) == encoded
