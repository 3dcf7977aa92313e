"""Erasing and verifying, against the whole chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli import Ran, run
from tests.drawn import encoded, landscape
from tests.running import Emulator

pytestmark = pytest.mark.emulator
picture = encoded(landscape(), "JPEG")


@pytest.fixture
def put(emulator: Emulator) -> Iterator[Emulator]:
    """The emulator with an original `cli/moon.jpg` of two versions, and two variants of the second."""
    emulator.put("cli/moon.jpg", encoded(landscape((40, 30)), "JPEG"), "image/jpeg")
    emulator.put("cli/moon.jpg", picture, "image/jpeg")
    emulator.settle()
    for width in (16, 17):
        assert emulator.get(f"/cli/moon.jpg?w={width}&f=webp").status_code == 200
    yield emulator
    emulator.delete("cli/moon.jpg")
    emulator.settle()


def ask(emulator: Emulator, *arguments: object) -> Ran:
    return run(*arguments, "--json", "--at", emulator.url)


def store(emulator: Emulator, key: str, body: bytes, **metadata: str) -> None:
    headers = {f"x-amz-meta-{name.replace('_', '-')}": value for name, value in metadata.items()}
    sent = httpx.put(f"{emulator.s3}/{emulator.variants}/{key}", content=body, headers=headers, trust_env=False)
    assert sent.status_code == 200


def test_nothing_is_erased_where_nobody_agrees(put: Emulator) -> None:
    found = run("erase", "cli/moon.jpg", "--at", put.url)
    assert found.status == 2
    assert found.err.startswith("Erase cli/moon.jpg in dev for good, ")
    assert found.err.endswith("Nobody can be asked here: say --yes.\nNothing was erased.\n")
    assert put.get("/cli/moon.jpg?w=16&f=webp").status_code == 200


def test_an_erased_original_is_gone_with_all_that_was_made_of_it(put: Emulator, tmp_path: Path) -> None:
    store(put, "v/cli/moon.jpg/e0,w=9,f=auto", b"of an older epoch")
    report = tmp_path / "report.json"
    found = ask(put, "erase", "cli/moon.jpg", "--yes", "--again-after", "0.2", "--report", report)
    assert (found.status, found.rows[0]["gone"]) == (0, True)
    kept = json.loads(report.read_text(encoding="utf-8"))
    assert kept["steps"] == found.rows[0]["steps"]
    assert kept["steps"][0]["objects"] >= 2
    assert kept["steps"][1]["objects"] >= 3
    assert kept["steps"][2]["items"][1:] == ["/cli/moon.jpg", "/cli/moon.jpg/*"]
    assert all(step["at"].endswith("+00:00") for step in kept["steps"])
    put.settle()
    answer = put.get("/cli/moon.jpg?w=16&f=webp")
    assert (answer.status_code, answer.headers["x-mirage-error"]) == (404, "not-found")
    again = ask(put, "erase", "cli/moon.jpg", "--yes")
    assert again.status == 2
    assert "There is nothing of cli/moon.jpg in dev" in again.err


def test_a_report_needs_a_folder(put: Emulator) -> None:
    found = run("erase", "cli/moon.jpg", "--yes", "--report", "/no/where.json", "--at", put.url)
    assert (found.status, found.err) == (2, "Expected a folder for the report at /no, there is none.\n")


def test_what_should_not_be_there_is_found_and_fixed(put: Emulator) -> None:
    wrong = {
        "v/cli/moon.jpg/e1,w=4,f=webp": "stale",
        "v/cli/moon.jpg/e1,w=5,f=webp": "broken",
        "v/cli/gone.jpg/e1,w=4,f=webp": "orphaned",
        "v/cli/notes.txt": "foreign",
    }
    for key, kind in wrong.items():
        store(put, key, b"" if kind == "broken" else b"x", **({"original_etag": "abc"} if kind == "stale" else {}))
    httpx.put(
        f"{put.s3}/{put.variants}/v/cli/moon.jpg/e1,w=4,f=webp",
        content=b"x",
        headers={"x-amz-meta-original-etag": '"abc"', "content-type": "image/webp"},
        trust_env=False,
    )
    found = ask(put, "verify")
    assert found.status == 1
    assert {row["key"]: row["kind"] for row in found.rows[:-1] if row["key"].startswith("v/cli/")} == wrong
    fixed = ask(put, "verify", "--fix").rows[-1]
    assert fixed["fixed"] >= 4
    left = [row["key"] for row in ask(put, "verify").rows[:-1]]
    assert [key for key in left if key.startswith("v/")] == []
    assert put.get("/cli/moon.jpg?w=16&f=webp").status_code == 200
