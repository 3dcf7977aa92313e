"""Generators as a person sees them: the dev stack as it is shipped, in the emulator, over HTTP."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.running import Emulator, client, root, running

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


def test_slow_work_shows_a_drawn_picture_and_then_itself(emulator: Emulator) -> None:
    target = "/gen/painting/a%20dog.png?w=200"
    first = emulator.get(target)
    assert (first.status_code, first.headers["x-mirage"], first.headers["x-mirage-error"]) == (503, "fallback", "busy")
    assert first.headers["content-type"].startswith("image/")
    assert first.headers["retry-after"] == "10"
    until = time.monotonic() + 25
    while (found := emulator.get(target)).status_code != 200 and time.monotonic() < until:
        time.sleep(0.5)
        emulator.tell("POST", "/clock", {"advance_s": 11})  # CloudFront keeps a 503 for ten seconds
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


@pytest.mark.parametrize(
    ("case", "status", "code"),
    [
        ("html", 502, "upstream-bad"),
        ("empty", 502, "upstream-bad"),
        ("half", 502, "upstream-bad"),
        ("huge", 502, "upstream-bad"),
        ("redirect", 502, "upstream-blocked"),
        ("elsewhere", 502, "upstream-blocked"),
        ("refused", 502, "upstream-bad"),
        ("drip", 504, "upstream-timeout"),
    ],
)
def test_a_hostile_answer_gives_its_error_and_nothing_is_stored(
    emulator: Emulator, case: str, status: int, code: str
) -> None:
    assert emulator.get(f"/gen/avatar/before-{case}.png").status_code == 200  # or five in a row open the circuit
    found = emulator.get(f"/gen/avatar/hostile-{case}.png?w=50")
    assert (found.status_code, found.headers["x-mirage-error"]) == (status, code)
    assert client.head(f"{emulator.s3}/{emulator.originals}/gen/avatar/hostile-{case}.png").status_code == 404
    assert not any(each in found.text for each in ("169.254", "evil", "dicebear"))


def test_five_failures_open_the_circuit_and_the_sixth_calls_nobody(emulator: Emulator) -> None:
    emulator.tell("POST", "/clock", {"advance_s": 90})
    emulator.tell("PUT", "/faults", {"generator.error": 1})
    codes = [emulator.get(f"/site/broken-{at}.jpg").headers["x-mirage-error"] for at in range(5)]
    before = emulator.stats()["generator_calls"]["site"]
    found = emulator.get("/site/broken-5.jpg")
    emulator.tell("PUT", "/faults", {})
    assert codes == ["upstream-bad"] * 5
    assert (found.status_code, found.headers["x-mirage-error"], found.headers["retry-after"]) == (503, "busy", "10")
    after = emulator.stats()
    assert after["generator_calls"]["site"] == before
    assert after["metrics"]["CircuitOpen Generator=site"]["maximum"] == 1
    emulator.tell("POST", "/clock", {"advance_s": 70})
    assert emulator.get("/site/mended.jpg").status_code == 200


def workers(emulator: Emulator) -> list[int]:
    """The processes of the stack's functions: children of the emulator that run its bootstrap."""
    children = Path(f"/proc/{emulator.process.pid}/task/{emulator.process.pid}/children").read_text().split()
    return [int(each) for each in children if b"bootstrap.py" in Path(f"/proc/{each}/cmdline").read_bytes()]


def kill(emulator: Emulator) -> None:
    """All processes of functions are gone, and the emulator has seen it."""
    for each in workers(emulator):
        os.kill(each, signal.SIGKILL)
    while workers(emulator):
        time.sleep(0.05)
    time.sleep(0.3)


def lease(emulator: Emulator, path: str) -> dict | None:
    key = f"lease/{hashlib.sha256(path.encode()).hexdigest()}"
    found = client.get(f"{emulator.s3}/{emulator.variants}/{key}")
    return found.json() if found.status_code == 200 else None


def test_a_killed_owners_lease_is_taken_over_by_who_waited(emulator: Emulator) -> None:
    target, answers = "/gen/qr/killed.png", list[int]()
    emulator.tell("PUT", "/faults", {"generator.slow": 1})
    owner = threading.Thread(target=lambda: answers.append(emulator.get(f"{target}?w=100").status_code))
    owner.start()
    until = time.monotonic() + 5
    while lease(emulator, target[1:]) is None and time.monotonic() < until:
        time.sleep(0.05)
    held = lease(emulator, target[1:])
    assert held is not None
    kill(emulator)
    owner.join()
    assert answers == [503]
    assert lease(emulator, target[1:]) == held  # nobody gave it back
    emulator.tell("PUT", "/faults", {})
    with ThreadPoolExecutor(3) as viewers:
        waiting = [viewers.submit(emulator.get, f"{target}?w={w}") for w in (101, 102, 103)]
        time.sleep(0.5)
        assert not any(each.done() for each in waiting)
        emulator.tell("POST", "/clock", {"advance_s": held["seconds"] + 2})  # S3's own, by which a lease is dead
        found = [each.result() for each in waiting]
    assert [each.status_code for each in found] == [200, 200, 200]
    assert sorted(each.headers["x-mirage"] for each in found) == ["generated", "made", "made"]
    assert lease(emulator, target[1:]) is None


def test_fifty_viewers_cost_one_call_where_every_process_has_another_clock(emulator: Emulator) -> None:
    before = emulator.stats()
    emulator.tell("PUT", "/faults", {"lambda.clock": 1})
    kill(emulator)
    with ThreadPoolExecutor(50) as viewers:
        found = list(viewers.map(lambda w: emulator.get(f"/gen/avatar/clocks.png?w={w}"), range(100, 150)))
    emulator.tell("PUT", "/faults", {})
    after = emulator.stats()
    assert [each.status_code for each in found] == [200] * 50
    assert sum(each.headers["x-mirage"] == "generated" for each in found) == 1
    assert after["stand_in_calls"]["api.dicebear.com"] - before["stand_in_calls"]["api.dicebear.com"] == 1
    assert sum(after["cold_starts"].values()) - sum(before["cold_starts"].values()) > 1


def test_the_metrics_of_what_happened_are_in_the_stats(emulator: Emulator) -> None:
    emulator.get("/gen/avatar/metrics.png?w=90")
    emulator.get("/gen/avatar/Metrics.png?w=90")
    found = emulator.stats()["metrics"]
    assert found["Made"]["sum"] >= 1
    assert found["GeneratorCalls Generator=avatar"]["sum"] >= 1
    assert 0 < found["GeneratorBudgetUsed"]["maximum"] < 100
    assert found["CircuitOpen Generator=avatar"]["maximum"] == 0
    assert found["Errors Code=bad-option"]["sum"] >= 1
    assert found["TotalMs"]["maximum"] > 0


def test_a_secret_is_in_no_log_zip_or_declaration(emulator: Emulator) -> None:
    emulator.get("/gen/picture/a%20secret.png?w=90")
    emulated = re.compile(r"emulated-[0-9a-f]{32}")
    assert not emulated.search(emulator.log.read_text(encoding="utf-8"))
    assert not emulated.search(str(emulator.tell("GET", "/resources")))
    for each in (root / ".mirage" / "build").glob("*/*.zip"):
        assert b"emulated-" not in each.read_bytes()
