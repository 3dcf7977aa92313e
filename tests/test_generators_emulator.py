"""Generators as a person sees them: the dev stack as it is shipped, in the emulator, over HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.running import Emulator, root, running

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with running() as found:
        yield found


@pytest.mark.parametrize(
    ("target", "generator", "host"),
    [
        ("/gen/avatar/ada.png?w=200", "avatar", "api.dicebear.com"),
        ("/gen/qr/hello%20world.png?w=200", "qr", "api.qrserver.com"),
        ("/gen/picture/a%20cat.png?w=200", "picture", "api.openai.com"),
        ("/site/2026/holiday.jpg?w=200", "site", "www.example.com"),
    ],
)
def test_a_first_view_draws_what_the_next_one_finds(emulator: Emulator, target: str, generator: str, host: str) -> None:
    before = emulator.stats()
    first = emulator.get(target)
    assert (first.status_code, first.headers["x-mirage"]) == (200, "generated")
    emulator.settle()
    emulator.tell("POST", "/cache/clear")
    same = emulator.get(target)
    assert (same.status_code, same.headers["x-mirage"], same.headers["etag"]) == (200, "stored", first.headers["etag"])
    again = emulator.get(target.replace("w=200", "w=100"))
    assert (again.status_code, again.headers["x-mirage"]) == (200, "made")
    after = emulator.stats()
    assert after["generator_calls"][generator] - before["generator_calls"].get(generator, 0) == 1
    assert after["stand_in_calls"][host] - before["stand_in_calls"].get(host, 0) == 1


def test_fifty_viewers_cost_one_call(emulator: Emulator) -> None:
    with ThreadPoolExecutor(50) as viewers:
        found = list(viewers.map(lambda w: emulator.get(f"/gen/avatar/fifty.png?w={w}"), range(100, 150)))
    assert [each.status_code for each in found] == [200] * 50
    assert sum(each.headers["x-mirage"] == "generated" for each in found) == 1


def test_slow_work_shows_a_drawn_picture_and_then_itself(emulator: Emulator) -> None:
    target = "/gen/painting/a%20dog.png?w=200"
    first = emulator.get(target)
    assert (first.status_code, first.headers["x-mirage"], first.headers["x-mirage-error"]) == (503, "fallback", "busy")
    assert first.headers["content-type"].startswith("image/")
    assert first.headers["retry-after"] == "10"
    until = time.monotonic() + 25
    while (found := emulator.get(target)).status_code != 200 and time.monotonic() < until:
        time.sleep(1)
    assert found.status_code == 200
    assert emulator.stats()["generator_calls"]["painting"] == 1


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/gen/avatar/Ada.png", 400, "bad-option"),
        (f"/gen/picture/{'x' * 301}.png", 400, "bad-option"),
        ("/site/missing.jpg", 404, "not-found"),
        ("/gen/nothing/ada.png", 404, "not-found"),
    ],
)
def test_what_cannot_be_made_says_why(emulator: Emulator, target: str, status: int, code: str) -> None:
    found = emulator.get(target)
    assert (found.status_code, found.headers["x-mirage-error"]) == (status, code)


def test_a_secret_is_in_no_log_zip_or_declaration(emulator: Emulator) -> None:
    emulator.get("/gen/picture/a%20secret.png?w=90")
    emulated = re.compile(r"emulated-[0-9a-f]{32}")
    assert not emulated.search(emulator.log.read_text(encoding="utf-8"))
    assert not emulated.search(str(emulator.tell("GET", "/resources")))
    for each in (root / ".mirage" / "build").glob("*/*.zip"):
        assert b"emulated-" not in each.read_bytes()
