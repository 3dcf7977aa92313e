"""Explaining, purging and pausing, against the whole chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from mirage.explain import access
from mirage.stack import Asked, Stack, find, read
from mirage.wanted import Wanted
from mirage.wanted import read as read_wanted
from tests.cli import Ran, run
from tests.drawn import encoded, landscape
from tests.running import Emulator
from tests.test_mirage_stack import outputs

picture = encoded(landscape(), "JPEG")


@pytest.fixture
def put(emulator: Emulator) -> Iterator[Emulator]:
    """The emulator with an original `cli/sea.jpg`, and nothing made of it."""
    emulator.put("cli/sea.jpg", picture, "image/jpeg")
    emulator.settle()
    yield emulator
    emulator.delete("cli/sea.jpg")
    emulator.settle()


def ask(emulator: Emulator, *arguments: object) -> Ran:
    return run(*arguments, "--json", "--at", emulator.url)


closed = read({**outputs, "access": {"/team/": "signed", "/team/open/": "open", "/p/": "presets"}}, name="dev")


@pytest.mark.parametrize(
    ("target", "mode"),
    [
        ("/cats/1.jpg?w=1", "open"),
        ("/team/1.jpg", "signed"),
        ("/%74eam/1.jpg", "signed"),
        ("/team/open/1.jpg", "open"),
        ("/p/1.jpg", "presets"),
    ],
)
def test_the_strictest_mode_of_each_form_counts(target: str, mode: str) -> None:
    assert access(closed, target) == mode


@pytest.mark.parametrize(
    ("named", "wanted", "items"),
    [
        (
            "a b.jpg",
            Wanted(path="a b.jpg"),
            ["#o-" + hashlib.sha256(b"a b.jpg").hexdigest()[:32], "/a%20b.jpg"],
        ),
        ("cats/", Wanted(path="cats/", is_folder=True), ["/cats/*"]),
        ("cats/ü*", Wanted(path="cats/ü", is_folder=True), ["/cats/%C3%BC*"]),
        ("*", Wanted(path="", is_folder=True), ["/*"]),
        ("#O-" + "A" * 32, Wanted(tag="o-" + "a" * 32), ["#o-" + "a" * 32]),
    ],
)
def test_a_word_names_an_original_a_folder_or_a_tag(named: str, wanted: Wanted, items: list[str]) -> None:
    found = read_wanted(closed, named)
    assert (found, found.items) == (wanted, items)


@pytest.mark.parametrize(
    "named", ["https://elsewhere.example/a.jpg", "#o-1", "a*b*", "/_mirage/x", "a//b.jpg", "/%ff.jpg"]
)
def test_a_word_that_names_nothing_is_refused(named: str) -> None:
    stack = json.dumps(outputs)
    with pytest.raises(Exception, match=r"^(Expected|No URL)"):
        read_wanted(read(json.loads(stack), name="dev"), named)


@pytest.mark.emulator
def test_a_url_is_explained_before_and_after_it_is_made(put: Emulator) -> None:
    (before,) = ask(put, "explain", "/cli/sea.jpg?w=16", "--accept", "image/webp").rows
    assert before["key"] == "/cli/sea.jpg/e1,w=16,f=auto-webp"
    assert (before["route"], before["access"], before["stored"]) == ("image", "open", False)
    assert before["runs"].startswith("the function that makes variants")
    put.get("/cli/sea.jpg?w=16", {"accept": "image/webp"})
    (after,) = ask(put, "explain", f"{put.url}/cli/sea.jpg?w=16", "--accept", "image/webp").rows
    assert (after["stored"], after["type"], after["runs"]) == (
        True,
        "image/webp",
        "nothing: it is served from the store.",
    )


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("url", "route", "runs"),
    [
        ("/cli/sea.jpg?w=0", "refused", "Expected integer 1 to 4096 for w, received 0."),
        ("/cli/none.jpg?w=1", "image", "nothing: 404 not-found."),
        (
            "/gen/avatar/joe.png?w=1",
            "image",
            "the generator avatar, where the rest of the path fits it; else 404 not-found",
        ),
        ("/cli/none.avif?w=1", "file", "nothing: 404 not-found."),
        ("/cli/none.pdf", "file", "nothing: 404 not-found."),
        ("/", "page", "nothing: the page"),
        ("/cli/sea.jpg?w=9&v=00000000", "image", "the function that makes variants: v is another state's"),
    ],
)
def test_what_would_run_is_said(url: str, route: str, runs: str, put: Emulator) -> None:
    (found,) = ask(put, "explain", url).rows
    assert found["route"] == route
    assert found["runs"].startswith(runs)


@pytest.mark.emulator
def test_another_hosts_url_is_refused(put: Emulator) -> None:
    found = run("explain", "https://elsewhere.example/1.jpg", "--at", put.url)
    assert (found.status, found.err) == (2, f"Expected a URL of {put.url}, received one of elsewhere.example.\n")


@pytest.mark.emulator
def test_a_purge_takes_variants_and_copies_and_leaves_the_original(put: Emulator) -> None:
    put.get("/cli/sea.jpg?w=16&f=webp")
    assert put.get("/cli/sea.jpg?w=16&f=webp").headers["x-cache"] == "Hit from cloudfront"
    found = ask(put, "purge", "cli/sea.jpg")
    assert found.status == 0
    assert found.rows[0]["deleted"] == {"cli/sea.jpg": 1}
    again = put.get("/cli/sea.jpg?w=16&f=webp")
    assert (again.status_code, again.headers["x-mirage"]) == (200, "made")


@pytest.mark.emulator
@pytest.mark.parametrize("named", ["cli/", "cli/*", "#o-{tag}"])
def test_a_purge_by_folder_or_tag_takes_the_same(named: str, put: Emulator) -> None:
    made = put.get("/cli/sea.jpg?w=17&f=webp")
    assert made.status_code == 200
    word = named.format(tag=hashlib.sha256(b"cli/sea.jpg").hexdigest()[:32])
    assert list(ask(put, "purge", word).rows[0]["deleted"].values()) == [1]


@pytest.mark.emulator
def test_a_purge_of_what_is_not_there_says_so_with_1(emulator: Emulator) -> None:
    found = ask(emulator, "purge", "cli/none.jpg")
    assert (found.status, found.rows[0]["missing"]) == (1, ["cli/none.jpg"])
    assert found.err == "There is no original cli/none.jpg, and there were no variants of it.\n"


@pytest.mark.emulator
def test_a_pause_stops_what_would_be_made_and_serves_what_is_stored(put: Emulator) -> None:
    put.get("/cli/sea.jpg?w=18&f=webp")
    try:
        (said,) = ask(put, "pause").rows
        assert (said["generate"], said["before"]) == ("off", "on")
        paused = put.get("/cli/sea.jpg?w=19&f=webp")
        assert (paused.status_code, paused.headers["x-mirage-error"]) == (503, "paused")
        put.tell("POST", "/cache/clear", {})
        assert put.get("/cli/sea.jpg?w=18&f=webp").status_code == 200
        (explained,) = ask(put, "explain", "/cli/sea.jpg?w=19&f=webp").rows
        assert explained["runs"].startswith("nothing: 503 paused")
        assert ask(put, "pause", "--to", "signed").rows[0]["before"] == "off"
    finally:
        assert ask(put, "resume").rows[0]["generate"] == "on"
    put.tell("POST", "/clock", {"advance_s": 60})
    assert put.get("/cli/sea.jpg?w=19&f=webp").status_code == 200


@pytest.mark.emulator
def test_a_running_emulator_is_found(emulator: Emulator) -> None:
    found = find(Asked(at=emulator.url))
    assert isinstance(found, Stack)
    assert (found.originals, found.control, found.endpoint) == (emulator.originals, emulator.control, emulator.s3)
