"""The chain end to end, over HTTP: a process of `python -m emulator` with the built zips and the viewer function."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.emulator_originals import corners, four_corners, jpeg
from tests.running import Emulator, ready_line, root, start

pytestmark = pytest.mark.emulator
chrome = {"accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"}


def picture(answer) -> Image.Image:
    assert answer.status_code == 200, answer.text[:300]
    found = Image.open(BytesIO(answer.content))
    found.load()
    return found


def near(pixel: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(one - other) <= by for one, other in zip(pixel[:3], wanted[:3], strict=True))


def test_a_first_request_is_made_and_a_second_is_a_hit(emulator: Emulator) -> None:
    first = emulator.get("/cats/1.jpg?w=321&h=123&fit=cover")
    assert picture(first).size == (321, 123)
    assert (first.headers["x-mirage"], first.headers["x-cache"]) == ("made", "Miss from cloudfront")
    assert "age" not in first.headers
    second = emulator.get("/cats/1.jpg?fit=cover&h=123&w=321")
    assert second.headers["x-cache"] == "Hit from cloudfront"
    assert (second.content, second.headers["etag"]) == (first.content, first.headers["etag"])
    assert "age" in second.headers


def test_what_was_stored_is_served_without_rendering(emulator: Emulator) -> None:
    first = emulator.get("/cats/1.jpg?w=322")
    renders = emulator.stats()["renders"]
    emulator.tell("POST", "/cache/clear")
    again = emulator.get("/cats/1.jpg?w=322")
    assert (again.headers["x-mirage"], again.headers["x-cache"]) == ("stored", "Miss from cloudfront")
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert emulator.stats()["renders"] == renders


@pytest.mark.parametrize("number", range(1, 9))
def test_every_orientation_is_upright(emulator: Emulator, number: int) -> None:
    found = picture(emulator.get(f"/up-{number}.jpg?w=120&f=png")).convert("RGB")
    assert found.size == (120, 80)
    for at, colour in enumerate(corners):
        assert near(found.getpixel((20 + 80 * (at % 2), 15 + 50 * (at // 2))), colour), (at, colour)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (chrome["accept"], "image/avif"),
        ("image/webp,*/*", "image/webp"),
        ("*/*", "image/jpeg"),
        ("image/avif;q=0,image/webp", "image/webp"),
    ],
)
def test_accept_decides(emulator: Emulator, accept: str, content_type: str) -> None:
    answer = emulator.get("/cats/1.jpg?w=64", {"accept": accept})
    assert (answer.headers["content-type"], answer.headers["vary"]) == (content_type, "Accept")


def test_alpha_stays_alpha_where_accept_names_nothing(emulator: Emulator) -> None:
    found = picture(emulator.get("/alpha.png?w=32"))
    assert (found.format, found.convert("RGBA").getpixel((5, 5))[3]) == ("PNG", 128)


def test_an_animation_stays_one_in_chromium(emulator: Emulator) -> None:
    found = picture(emulator.get("/moving.gif?w=40", chrome))
    assert (found.format, found.n_frames, found.size) == ("WEBP", 4, (40, 30))


def test_a_missing_original_is_404_for_a_minute(emulator: Emulator) -> None:
    answer = emulator.get("/no-such.jpg?w=10")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    asked = sum(emulator.stats()["invocations"].values())
    emulator.tell("POST", "/clock", {"advance_s": 55})
    assert emulator.get("/no-such.jpg?w=10").status_code == 404
    assert sum(emulator.stats()["invocations"].values()) == asked
    emulator.tell("POST", "/clock", {"advance_s": 6})
    assert emulator.get("/no-such.jpg?w=10").status_code == 404
    assert sum(emulator.stats()["invocations"].values()) == asked + 1


def test_a_broken_original_is_415_with_a_sentence(emulator: Emulator) -> None:
    answer = emulator.get("/broken.jpg?w=10")
    assert (answer.status_code, answer.headers["x-mirage-error"]) == (415, "broken")
    assert answer.json()["message"].endswith(".")


@pytest.mark.skipif(os.environ.get("MIRAGE_STACK", "dev") != "dev", reason="six megabytes fit: tests/test_modes.py")
def test_what_is_too_large_for_the_edge_arrives_by_the_redirect(emulator: Emulator) -> None:
    answer = emulator.get("/noise.png?w=1100&f=png")
    assert (answer.status_code, answer.headers["cache-control"]) == (302, "no-store")
    location = answer.headers["location"]
    whole = emulator.get(location if location.startswith("/") else "/noise.png?w=1100&f=png")
    assert len(whole.content) > 1_048_576
    assert picture(whole).size == (1100, 1100)


def test_a_changed_original_is_the_new_one_on_reload(emulator: Emulator) -> None:
    emulator.put("changing.jpg", jpeg(Image.new("RGB", (60, 40), (200, 0, 0))), "image/jpeg")
    emulator.settle()
    assert near(picture(emulator.get("/changing.jpg?w=30&f=png")).getpixel((5, 5)), (200, 0, 0))
    emulator.put("changing.jpg", jpeg(Image.new("RGB", (60, 40), (0, 0, 200))), "image/jpeg")
    emulator.settle()
    assert near(picture(emulator.get("/changing.jpg?w=30&f=png")).getpixel((5, 5)), (0, 0, 200))
    emulator.delete("changing.jpg")
    emulator.settle()
    assert emulator.get("/changing.jpg?w=30&f=png").status_code == 404


def test_an_upload_clears_a_cached_404(emulator: Emulator) -> None:
    assert emulator.get("/late.png?w=20").status_code == 404
    emulator.put("late.png", jpeg(four_corners((40, 40))), "image/png")
    emulator.settle()
    assert emulator.get("/late.png?w=20").status_code == 200


def test_a_file_has_its_ranges(emulator: Emulator) -> None:
    whole = emulator.get("/manual.pdf")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "application/pdf")
    part = emulator.get("/manual.pdf", {"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"%PDF")
    emulator.tell("POST", "/cache/clear")
    part = emulator.get("/manual.pdf", {"range": "bytes=-5"})
    assert (part.status_code, part.content) == (206, whole.content[-5:])
    assert emulator.get("/manual.pdf", {"range": "bytes=999999-"}).status_code == 416


def test_an_svg_is_a_sandboxed_file(emulator: Emulator) -> None:
    answer = emulator.get("/logo.svg?w=10")
    assert (answer.headers["content-type"], answer.headers["content-security-policy"]) == ("image/svg+xml", "sandbox")


def test_a_condition_is_answered_by_a_304(emulator: Emulator) -> None:
    etag = emulator.get("/plain.png?w=50").headers["etag"]
    answer = emulator.get("/plain.png?w=50", {"if-none-match": etag})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)


def test_head_makes_and_stores_as_get_does(emulator: Emulator) -> None:
    head = emulator.get("/plain.png?w=51", method="HEAD")
    assert (head.status_code, head.content, head.headers["x-mirage"]) == (200, b"", "made")
    assert emulator.get("/plain.png?w=51").headers["x-mirage"] == "stored"


def test_names_with_spaces_plus_and_umlauts(emulator: Emulator) -> None:
    assert picture(emulator.get("/K%C3%A4se%20ab%2Bc.png?w=20")).size == (20, 15)


def test_simultaneous_first_requests_are_one_render(emulator: Emulator) -> None:
    before = emulator.stats()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: emulator.get("/cats/1.jpg?w=333"), range(8)))
    assert {each.status_code for each in answers} == {200}
    assert len({each.content for each in answers}) == 1
    after = emulator.stats()
    assert after["renders"] - before["renders"] == 1
    assert sorted(each.headers["x-cache"] for each in answers)[:7] == ["Hit from cloudfront"] * 7


def test_s3_that_slows_down_is_no_broken_page(emulator: Emulator) -> None:
    emulator.tell("PUT", "/faults", {"s3.get.slowdown": 1})
    answer = emulator.get("/cats/1.jpg?w=334")
    assert answer.status_code == 503
    emulator.tell("PUT", "/faults", {})
    emulator.tell("POST", "/clock", {"advance_s": 31})
    assert emulator.get("/cats/1.jpg?w=334").status_code == 200


def test_the_cache_tag_reaches_no_viewer(emulator: Emulator) -> None:
    answer = emulator.get("/cats/1.jpg?w=50")
    assert not [name for name in answer.headers if name.startswith("x-amz-") and not name.startswith("x-amz-cf-")]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/clock", 404), ("/nothing", 404)],
)
def test_unknown_control_routes_are_404(emulator: Emulator, path: str, status: int) -> None:
    assert emulator._client().get(emulator.control + path).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/clock", b"no json"),
        ("POST", "/clock", b"[1]"),
        ("POST", "/clock", b'{"advance_s": -1}'),
        ("POST", "/clock", b'{"advance_s": "1"}'),
        ("POST", "/clock", b'{"seconds": 1}'),
        ("PUT", "/events", b'{"drop": 2}'),
        ("PUT", "/events", b'{"speed": 2}'),
        ("PUT", "/faults", b'{"no.such": 1}'),
        ("PUT", "/faults", b'{"s3.get.slowdown": 2}'),
        ("POST", "/settle", b'{"timeout_s": -5}'),
    ],
)
def test_bad_control_bodies_are_400_with_a_sentence(emulator: Emulator, method: str, path: str, body: bytes) -> None:
    answer = emulator._client().request(method, emulator.control + path, content=body)
    assert answer.status_code == 400
    assert answer.json()["message"].endswith(".")


def test_what_was_declared_can_be_read(emulator: Emulator) -> None:
    found = emulator.tell("GET", "/resources")
    assert "aws:cloudfront/distribution:Distribution" in {each["type"] for each in found["resources"]}
    assert found["outputs"]["originalsBucket"] == emulator.originals


def test_events_can_be_slowed_and_seen(emulator: Emulator) -> None:
    wanted = {"delay_ms": [10, 20], "duplicate": 0.5, "reorder": True, "drop": 0.0}
    assert emulator.tell("PUT", "/events", wanted) == wanted
    assert emulator.tell("GET", "/events") == wanted


def raw(emulator: Emulator, request: bytes) -> tuple[int, bytes]:
    """Status and body of a request that no library would send."""
    host, port = emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 "), answer[:200]
    return int(head.split()[1]), body


begin = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
in_its_words = (b"ERROR: The request could not be satisfied", b'{"code"')


@pytest.mark.parametrize(
    ("name", "request_bytes", "status"),
    [
        ("an absolute form", b"GET http://other.example/nothing.jpg" + begin + b"\r\n", 404),
        ("a star", b"GET *" + begin + b"\r\n", 400),
        ("two slashes", b"GET //nothing.jpg" + begin + b"\r\n", 400),
        ("garbage after a percent", b"GET /%zz%.jpg" + begin + b"\r\n", 400),
        ("an encoded slash", b"GET /a%2Fb.jpg" + begin + b"\r\n", 400),
        ("dot segments", b"GET /../../etc/passwd" + begin + b"\r\n", 400),
        ("a fragment", b"GET /a.jpg#b" + begin + b"\r\n", 400),
        ("a backslash", b"GET /a\\b.jpg" + begin + b"\r\n", 400),
        ("no path", b"GET nothing.jpg" + begin + b"\r\n", 400),
        ("an authority", b"CONNECT localhost:80" + begin + b"\r\n", 403),
        ("an invented method", b"BREW /cats/1.jpg" + begin + b"\r\n", 403),
        ("a POST", b"POST /cats/1.jpg" + begin + b"Content-Length: 2\r\n\r\nhi", 403),
        ("a GET with a body", b"GET /cats/1.jpg" + begin + b"Content-Length: 2\r\n\r\nhi", 403),
        (
            "a GET in chunks",
            b"GET /cats/1.jpg" + begin + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            403,
        ),
        ("a URL of 8,193 bytes", b"GET /" + b"a" * 8_192 + begin + b"\r\n", 414),
        ("headers of 33 KB", b"GET /cats/1.jpg" + begin + b"X-Long: " + b"x" * 33_000 + b"\r\n\r\n", 494),
        ("a URL of 300 KB", b"GET /" + b"a" * 300_000 + begin + b"\r\n", 414),
        ("bytes beyond ASCII", "GET /käse.jpg".encode() + begin + b"\r\n", 400),
        ("no Host", b"GET /cats/1.jpg HTTP/1.1\r\n\r\n", 400),
        ("an upgrade", b"GET /nothing.jpg" + begin + b"Upgrade: websocket\r\nConnection: upgrade\r\n\r\n", 404),
    ],
)
def test_odd_requests_are_answered_in_cloudfront_words_or_ours(
    emulator: Emulator, name: str, request_bytes: bytes, status: int
) -> None:
    found, body = raw(emulator, request_bytes)
    assert found == status, (name, body[:300])
    assert any(words in body for words in in_its_words), (name, body[:300])


def test_an_occupied_port_is_one_sentence_and_status_2(emulator: Emulator, tmp_path: Path) -> None:
    port = emulator.url.rsplit(":", 1)[1]
    _refused(tmp_path, {"PORT": port}, f"Port {port} is taken by another program: name another one with PORT=.")


def test_a_missing_folder_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    _refused(tmp_path, {"ORIGINALS": missing}, f"Expected a folder for ORIGINALS, there is none at {missing}.")


def test_a_missing_stack_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    _refused(tmp_path, {"STACK": "nowhere"}, "Expected a file Pulumi.nowhere.yaml for the stack nowhere, found none.")


def _refused(folder: Path, environ: dict[str, str], sentence: str) -> None:
    process = start({"PORT": "0", **environ}, folder / "log")
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert (folder / "log").read_text(encoding="utf-8") == sentence + "\n"


def test_a_signal_ends_it_with_status_0_and_leaves_nothing(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "originals").mkdir()
    process = start({"PORT": "0", "ORIGINALS": str(tmp_path / "originals")}, tmp_path / "log")
    assert process.stdout is not None
    assert ready_line.fullmatch(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=30)[0] == ""
    assert process.returncode == 0
    assert _of_session(process.pid) == []


@pytest.mark.parametrize("after_s", [0.6, 1.5])
def test_a_signal_during_the_start_ends_it_as_well(tmp_path: Path, after_s: float) -> None:
    process = start({"PORT": "0"}, tmp_path / "log")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=after_s)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert _of_session(process.pid) == []


def _of_session(leader: int) -> list[str]:
    """The processes that are left of a session."""
    listed = subprocess.run(["ps", "-eo", "sid=,pid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if line.split()[0] == str(leader)]


def test_the_trace_tells_a_request_in_one_line(emulator: Emulator) -> None:
    emulator.get("/cats/1.jpg?w=770")
    line = [each for each in emulator.log.read_text(encoding="utf-8").splitlines() if "?w=770" in each][-1]
    for part in (
        "200 GET",
        "viewer /cats/1.jpg/e",
        "edge cache miss",
        "shield miss",
        "S3 404",
        "made, stored",
        "ms",
        "kB",
    ):
        assert part in line, (part, line)
    assert not line.startswith("mirage ready")


def test_the_ready_line_is_the_contract(emulator: Emulator) -> None:
    assert emulator.url.startswith("http://localhost:")
    assert emulator.s3.startswith("http://127.0.0.1:")
    assert json.loads(emulator._client().get(emulator.control + "/stats").text)["requests"] >= 0
    assert root.name
