"""A dialect's path into a closed prefix: it is refused, since CloudFront chose the behavior by the path as sent."""

from __future__ import annotations

import base64
import json
from functools import cache
from urllib.parse import quote

import pytest

from emulator.viewer.runtime import ViewerRuntime
from infra.viewer.config import ViewerConfig, grammar_path
from tests.access_world import asked, basic, now, runtime, seen, sig, token

every_option = tuple(row["name"] for row in json.loads(grammar_path.read_text(encoding="utf-8"))["options"])
modes = (("s/", "signed"), ("b/", "basic"), ("c/", "cloudfront"))
# Beside aws-json, the largest, there is no room for the fourth.
more_modes = (*modes, ("j/", "jwt"))
of_dialect = {"cdn-cgi": more_modes, "next": more_modes, "aws-json": modes}
closed_folders = [(dialect, prefix[:-1]) for dialect, access in of_dialect.items() for prefix, _ in access]
bearer = {"token": token({"exp": now + 60, "aud": "pictures", "iss": "https://issuer.example/"})}
credentials = basic("Aladdin:open sesame")
theirs = "Policy=eyJTdGF0ZW1lbnQiOltd&Signature=abc~_-&Key-Pair-Id=K2JCJMDEHXQW5F"


@cache
def closed(dialect: str, access: tuple[tuple[str, str], ...] = ()) -> ViewerRuntime:
    chosen = access or of_dialect[dialect]
    return runtime(ViewerConfig(sizes="exact", open_options=every_option, access=chosen, dialects=(dialect,)))


def spelt(dialect: str, path: str) -> str:
    """A URL of the dialect for a path, which is put in as it is."""
    if dialect == "cdn-cgi":
        return f"/cdn-cgi/image/width=80{path}"
    if dialect == "next":
        return f"/_next/image?url={quote(path, safe='')}&w=64&q=80"
    edits = {"bucket": "b", "key": path[1:], "edits": {"resize": {"width": 80}}}
    return "/" + base64.b64encode(json.dumps(edits).encode()).decode()


@pytest.mark.parametrize(("dialect", "prefix"), closed_folders)
@pytest.mark.parametrize("name", ["1.jpg", "a.pdf", "t/2.png"])
def test_a_dialects_path_into_a_closed_prefix_is_refused_whatever_is_shown(
    dialect: str, prefix: str, name: str
) -> None:
    running, url = closed(dialect), spelt(dialect, f"/{prefix}/{name}")
    joined = "&" if "?" in url else "?"
    assert seen(asked(running, url)) == "403 auth-denied"
    assert seen(asked(running, url, credentials)) == "403 auth-denied"
    assert seen(asked(running, url, None, bearer)) == "403 auth-denied"
    assert seen(asked(running, f"{url}{joined}{theirs}")) == "403 auth-denied"
    assert seen(asked(running, sig(f"{url}{joined}kid=k1"), credentials, bearer)) == "403 auth-denied"


@pytest.mark.parametrize("dialect", ["cdn-cgi", "next", "aws-json"])
@pytest.mark.parametrize("path", ["/%73/1.jpg", "//s/1.jpg", "/x/../s/1.jpg", "/./s/1.jpg", "/s%2F1.jpg", "/s\\1.jpg"])
def test_no_spelling_of_it_is_let_in(dialect: str, path: str) -> None:
    """In aws-json the key is the original's own name, so `%73/1.jpg` is another original, whose name it is."""
    outcome = seen(asked(closed(dialect), spelt(dialect, path)))
    assert outcome[:3] in ("400", "403") or outcome.startswith(("/%2573/", "/s%252F1.jpg"))


@pytest.mark.parametrize("dialect", ["cdn-cgi", "next", "aws-json"])
def test_an_open_picture_is_had_through_it(dialect: str) -> None:
    assert seen(asked(closed(dialect), spelt(dialect, "/o/1.jpg"))).startswith("/o/1.jpg/e1,w=")


def test_where_all_is_closed_alike_its_credentials_let_in() -> None:
    all_closed, url = closed("cdn-cgi", (("", "basic"),)), spelt("cdn-cgi", "/o/1.jpg")
    assert seen(asked(all_closed, url)) == "401 auth-required"
    assert seen(asked(all_closed, url, basic("Aladdin:x"))) == "401 auth-required"
    assert seen(asked(all_closed, url, credentials)).startswith("/o/1.jpg/e1,w=")
