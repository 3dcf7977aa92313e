"""`smoke`: a deploy that works passes, one that does not is told, and nothing is left behind."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx
import pytest
from PIL import Image

from mirage.smoke import Seen, _faults
from mirage.stack import Stack, read
from tests.cli import run
from tests.running import Emulator
from tests.test_mirage_stack import outputs


@pytest.mark.emulator
def test_a_stack_that_works_passes_and_keeps_nothing(emulator: Emulator) -> None:
    found = run("smoke", "--folder", "smoke", "--json", "--at", emulator.url)
    assert (found.status, found.rows) == (0, [{"level": "good", "says": f"{emulator.url} makes pictures."}])
    emulator.settle()
    for bucket in (emulator.originals, emulator.variants):
        assert "mirage-smoke" not in httpx.get(f"{emulator.s3}/{bucket}", trust_env=False).text


@pytest.mark.emulator
def test_a_stack_that_was_paused_fails(emulator: Emulator) -> None:
    assert run("pause", "--at", emulator.url).status == 0
    try:
        found = run("smoke", "--patience", "0", "--json", "--at", emulator.url)
    finally:
        assert run("resume", "--at", emulator.url).status == 0
    assert found.status == 1
    assert found.rows[0]["says"].endswith("received 503 paused.")


def picture(width: int, colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, 12), colour).save(file, "PNG")
    return file.getvalue()


def seen(status: int, body: bytes = b"", **headers: str) -> Seen:
    return Seen(status=status, headers={name.replace("_", "-"): text for name, text in headers.items()}, body=body)


@dataclass
class Answering:
    """Viewers whose answers are written down: by query, or 404 for the original that is not there."""

    stack: Stack
    answers: Mapping[str, Seen]

    def ask(self, target: str) -> Seen:
        return self.answers["none" if ".none." in target else target.partition("?")[2]]

    ask_patiently = ask


stack = read(outputs, name="dev")
good = {
    "w=16": seen(200, picture(16), x_mirage="made"),
    "w=0": seen(400, x_mirage_error="bad-option"),
    "none": seen(404, x_mirage_error="not-found"),
}
by_preset = {
    "w=16": seen(400, x_mirage_error="option-not-open"),
    "p=card": seen(200, picture(160), x_mirage="made"),
    "w=0": seen(400),
    "none": seen(404),
}
cases = {
    "all is well": ({}, {}, []),
    "the width is another": ({"w=16": seen(200, picture(64), x_mirage="made")}, {}, ["Expected 16 px of "]),
    "it came from elsewhere": ({"w=16": seen(200, picture(16))}, {}, ["Expected /a.png?w=16 to be made, received X-M"]),
    "nothing answers": ({"w=16": seen(0, b"refused")}, {}, ["Expected 200 for /a.png?w=16, received no answer (ref"]),
    "an error is a page": ({"none": seen(200)}, {}, ["Expected 404 for /a.png.none.png?w=16, received 200."]),
    "nonsense is taken": ({"w=0": seen(200)}, {}, ["Expected 400 for /a.png?w=0, received 200."]),
    "only presets are open": (by_preset, {"presets": {"card": "w=160,h=100,fit=cover"}}, []),
    "a closed path refuses": ({"w=16": seen(403)}, {"access": {"/": "signed"}}, []),
    "a closed path answers": ({}, {"access": {"/": "signed"}}, ["/a.png?w=16 is closed, and was answered 200."]),
    "an open path within a closed one": ({}, {"access": {"/": "signed", "/a": "open"}}, []),
}


@pytest.mark.parametrize(("answers", "changed", "faults"), cases.values(), ids=list(cases))
def test_what_is_wrong_with_a_deploy_is_told(answers, changed, faults) -> None:
    viewers = Answering(stack=replace(stack, **{"access": {}, "presets": {}, **changed}), answers=good | answers)
    found = [each for each in _faults(viewers, "a.png") if each]  # type: ignore[arg-type]
    assert len(found) == len(faults)
    assert all(said.startswith(fault) for said, fault in zip(found, faults, strict=True))
