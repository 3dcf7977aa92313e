"""Short histories through real processes: the running emulator, its Lambdas, its queue. And keys hard to spell."""

from __future__ import annotations

import io
import json
import time
from urllib.parse import quote

import pytest
from PIL import Image

from tests.running import Emulator

pytestmark = pytest.mark.emulator
bound_s = 15  # url-contract, "The key": in the emulator, second sweep included


def picture(colour: str, size: tuple[int, int] = (40, 30)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "PNG")
    return written.getvalue()


def colour(body: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(body)) as found:
        return found.convert("RGB").getpixel((2, 2))  # type: ignore[return-value]


def until(emulator: Emulator, target: str, wanted: object) -> float:
    """The seconds until an answer's status, or its picture's colour, was that; within the bound."""
    began = time.monotonic()
    while (took := time.monotonic() - began) < bound_s:
        answer = emulator.get(target)
        seen = colour(answer.content) if answer.status_code == 200 and isinstance(wanted, tuple) else answer.status_code
        if seen == wanted:
            return took
        time.sleep(0.1)
    raise AssertionError(f"{target} was not {wanted} within {bound_s} s")


red, blue = (255, 0, 0), (0, 0, 255)


def test_a_replaced_picture_is_new_in_every_size(emulator: Emulator) -> None:
    emulator.put("fresh/a.png", picture("red"))
    targets = [f"/fresh/a.png?w={width}&f=png" for width in (10, 20)]
    for target in targets:
        until(emulator, target, red)
    emulator.put("fresh/a.png", picture("blue"))
    for target in targets:
        until(emulator, target, blue)
    emulator.settle()
    for target in targets:
        assert colour(emulator.get(target).content) == blue


def test_events_that_come_late_twice_and_in_any_order_end_with_what_is_there(emulator: Emulator) -> None:
    emulator.tell("PUT", "/events", {"delay_ms": [0, 1500], "duplicate": 0.5, "reorder": True})
    for number in range(4):
        emulator.put("fresh/b.png", picture("red" if number % 2 else "blue"))
        emulator.get("/fresh/b.png?w=10&f=png")
    emulator.delete("fresh/b.png")
    emulator.put("fresh/b.png", picture("blue", (50, 50)))
    until(emulator, "/fresh/b.png?w=10&f=png", blue)
    emulator.settle()
    assert colour(emulator.get("/fresh/b.png?w=10&f=png").content) == blue
    assert json.loads(emulator.get("/fresh/b.png?f=json").content)["width"] == 50


def test_a_text_named_as_a_picture_is_refused_with_a_reason_until_it_is_one(emulator: Emulator) -> None:
    emulator.put("fresh/c.jpg", b"only text", "image/jpeg")
    until(emulator, "/fresh/c.jpg?w=10", 415)
    emulator.settle()
    kept = emulator._client().get(f"{emulator.s3}/{emulator.variants}/sidecar/fresh/c.jpg").json()
    assert kept["refused"]["code"] == "unsupported"
    assert emulator.get("/fresh/c.jpg?w=10").json() == kept["refused"]
    emulator.put("fresh/c.jpg", picture("red"))
    until(emulator, "/fresh/c.jpg?w=10&f=png", red)


keys = {
    "spaces": "odd/a b  c.png",
    "plus signs": "odd/a+b c++.png",
    "percent signs": "odd/100%25 50%.png",
    "unicode, composed": "odd/\u00fcber.png",
    "unicode, decomposed": "odd/u\u0308ber.png",
    "no extension": "odd/picture",
    "800 bytes": "odd/" + "\u00e4" * 396 + ".png",
}


@pytest.mark.parametrize("key", keys.values(), ids=list(keys))
def test_an_odd_key_goes_from_upload_to_served_to_purged(emulator: Emulator, key: str) -> None:
    path = quote(key, safe="/")
    assert emulator.put(path, picture("red")).status_code == 200
    until(emulator, f"/{path}?w=10&f=png", red)
    emulator.put(path, picture("blue"))
    until(emulator, f"/{path}?w=10&f=png", blue)


def test_a_key_of_801_bytes_is_an_error_that_says_so(emulator: Emulator) -> None:
    path = "a" * 797 + ".png"
    emulator.put(path, picture("red"))
    answer = emulator.get(f"/{path}?w=10")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-path")


def test_a_file_of_urls_is_made_and_reported(emulator: Emulator) -> None:
    emulator.put("fresh/d.png", picture("red"))
    emulator.settle()  # or its own event may come second, and take what was made of it away
    emulator.put("_mirage/requests/d.csv", b"url\n/fresh/d.png?w=7&f=png\n/fresh/none.png?w=7&f=png\n")
    emulator.settle()
    report = emulator._client().get(f"{emulator.s3}/{emulator.originals}/_mirage/requests/d.csv.report.json").json()
    assert report["rows"][0]["made"] == {"fresh/d.png/e1,w=7,f=png": "made"}
    assert (report["rows"][1]["error"], report["failed"]) == ("There is no such original.", 1)
    answer = emulator.get("/fresh/d.png?w=7&f=png")
    assert (answer.headers["x-mirage"], colour(answer.content)) == ("stored", red)


def test_a_job_of_batch_operations_runs_over_a_manifest(emulator: Emulator) -> None:
    emulator.put("fresh/f%20f.png", picture("red"))
    manifest = f"{emulator.originals},fresh/f%20f.png\nanother-bucket,fresh/f.png\n"
    report = emulator.tell("POST", "/batch", {"manifest": manifest})["report"]
    assert [each["taskStatus"] for each in report] == ["succeeded", "failed"]
    assert report[1]["resultString"].endswith("received one of another-bucket.")


def test_a_lost_event_is_noticed_when_one_more_variant_is_made(emulator: Emulator) -> None:
    emulator.put("fresh/g.png", picture("red"))
    emulator.settle()
    assert colour(emulator.get("/fresh/g.png?w=10&f=png").content) == red
    emulator.tell("POST", "/clock", {"advance_s": 5})
    emulator.tell("PUT", "/events", {"drop": 1.0})
    emulator.put("fresh/g.png", picture("blue"))
    emulator.tell("PUT", "/events", {})
    emulator.tell("POST", "/clock", {"advance_s": 700})
    assert colour(emulator.get("/fresh/g.png?w=10&f=png").content) == red
    assert colour(emulator.get("/fresh/g.png?w=11&f=png").content) == blue
    emulator.settle()
    assert colour(emulator.get("/fresh/g.png?w=10&f=png").content) == blue
