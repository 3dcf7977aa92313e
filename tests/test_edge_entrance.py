"""The short way of a stored variant: the same answer as the long one, and nothing is imported for it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from edge import entrance, origin_response
from tests.fakes import settings
from tests.test_edge_origin_response import event
from variants import grammar
from variants import settings as baked
from variants.headers import cache_tag, tag_header
from variants.serving import Server

root = Path(__file__).parent.parent


def stored(uri: str, status: str = "200", **sent: str) -> dict:
    found = event(uri=uri)
    original = uri[1:].rpartition("/")[0]
    headers = {"content-type": "image/webp", "etag": '"e"', tag_header: cache_tag(original), **sent}
    found["Records"][0]["cf"]["response"] = {
        "status": status,
        "statusDescription": "OK",
        "headers": {name.replace("_", "-"): [{"key": name.title(), "value": value}] for name, value in headers.items()},
    }
    return found


short = [
    ("a variant", "/cats/1.jpg/e1,w=640,f=webp", {}),
    ("by what the viewer takes", "/cats/1.jpg/e1,w=640,f=auto-webp", {}),
    ("with a quality of its own", "/cats/1.jpg/e1,w=640,q=auto,f=auto-avif", {}),
    ("a reduced one", "/cats/1.jpg/e1,w=640,f=gif", {"x-amz-meta-reduced": "1"}),
    ("foreign metadata", "/cats/1.jpg/e1,f=auto", {"x-amz-meta-secret": "s"}),
    ("a Vary of the origin's", "/cats/1.jpg/e1,w=9,f=auto", {"vary": "Origin"}),
    ("an encoded path", "/c%20d/%C3%BC.jpg/e1,w=640,f=png", {}),
]


@pytest.mark.parametrize(("uri", "sent"), [row[1:] for row in short], ids=[row[0] for row in short])
@pytest.mark.parametrize("saves_data", [False, True], ids=["", "save-data"])
def test_the_short_way_answers_what_the_long_one_does(uri: str, sent: Mapping[str, str], saves_data: bool) -> None:
    asked = stored(uri, **sent)
    if "%" in uri:
        asked["Records"][0]["cf"]["response"]["headers"][tag_header][0]["value"] = cache_tag("c d/ü.jpg")
    chosen = replace(settings, debug=False, save_data=saves_data)
    found = entrance.handed_on(asked, baked.to_json(chosen))
    long = origin_response.respond(asked, Server(settings=chosen, work=None))
    assert found is not None
    assert set(found["headers"]) == set(long["headers"])
    values = [
        {name: [line["value"] for line in lines] for name, lines in each["headers"].items()} for each in (found, long)
    ]
    assert values[0] == values[1]
    assert found["status"] == long["status"]
    assert "body" not in found


others = [
    ("a missing one", stored("/cats/1.jpg/e1,w=640,f=webp", "404")),
    ("a refusal", stored("/cats/1.jpg/e1,w=640,f=webp", "403")),
    ("a file", stored("/manual.pdf")),
    ("a file whose name is nearly a key", stored("/cats/e1,w=640")),
    ("options that are encoded", stored("/cats/1.jpg/e1,wm=%C3%BC,f=webp")),
]


@pytest.mark.parametrize("asked", [row[1] for row in others], ids=[row[0] for row in others])
def test_all_else_goes_the_long_way(asked: dict) -> None:
    assert entrance.handed_on(asked, baked.to_json(replace(settings, debug=False))) is None


def test_without_a_tag_a_debugging_stack_and_unknown_settings_go_the_long_way() -> None:
    asked = stored("/cats/1.jpg/e1,w=640,f=webp")
    assert entrance.handed_on(asked, baked.to_json(replace(settings, debug=True))) is None
    assert entrance.handed_on(asked, "{}") is None
    del asked["Records"][0]["cf"]["response"]["headers"][tag_header]
    assert entrance.handed_on(asked, baked.to_json(replace(settings, debug=False))) is None


segments = [
    "e1,f=jpg",
    "e12,w=640,fp=25x50,f=auto-webp",
    "e1,v=0a9f,f=json",
    "e1",
    "e1,w=640",
    "e,f=jpg",
    "e1,w=,f=jpg",
]
segments += ["e1,W=1,f=jpg", "e1,f=JPG", "e1,f=", "x1,f=jpg", "e1,f=jpg,w=1", "e1,,f=jpg", "e١,f=jpg", "1.jpg"]


@pytest.mark.parametrize("segment", segments)
def test_what_the_short_way_takes_for_options_is_a_key(segment: str) -> None:
    assert entrance.is_options(segment) == grammar.is_key(f"cats/1.jpg/{segment}")


def test_a_stored_variant_imports_two_modules_of_ours_and_none_beside(tmp_path: Path) -> None:
    (tmp_path / "edge").symlink_to(root / "edge")
    (tmp_path / "variants").symlink_to(root / "variants")
    (tmp_path / "settings.json").write_text(baked.to_json(replace(settings, debug=False)), encoding="utf-8")
    code = (
        "import sys, marshal; before = set(sys.modules); sys.path.insert(0, sys.argv[1])\n"
        "from edge.entrance import handler\n"
        "answer = handler(marshal.loads(sys.stdin.buffer.read()), None)\n"
        "print(answer['headers']['x-mirage'][0]['value'], sorted(set(sys.modules) - before))"
    )
    import marshal

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(tmp_path)],
        input=marshal.dumps(json.loads(json.dumps(stored("/cats/1.jpg/e1,w=640,f=webp")))),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == "stored ['__future__', 'edge', 'edge.entrance']\n"
